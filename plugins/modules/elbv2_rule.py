#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
module: elbv2_rule
version_added: "1.0.0"
short_description: Manage a listener rule of an Application Load Balancer
description:
  - Creates, changes and deletes the rule with one priority of a listener, and reports in check mode exactly what a
    run would change.
  - An option that is not set leaves that property of an existing rule alone.
author:
  - The portkey.gateway authors (@portkey-ai)
options:
  listener_arn:
    description:
      - The ARN of the listener. The placeholder V((known after apply)) of check mode means one that does not exist yet.
    type: str
    required: true
  priority:
    description:
      - The priority, 1 to 50000, which identifies the rule on its listener. The rule with the lowest number is tried
        first.
    type: int
    required: true
  state:
    description:
      - V(absent) deletes the rule.
    type: str
    choices: [present, absent]
    default: present
  conditions:
    description:
      - Conditions that a request has to meet, all of them. Required to create.
    type: list
    elements: dict
    suboptions:
      field:
        description: What is compared.
        type: str
        required: true
        choices: [host-header, http-request-method, path-pattern, source-ip]
      values:
        description: The values, one of which has to match. Hosts and paths may contain the wildcards V(*) and V(?).
        type: list
        elements: str
        required: true
  transforms:
    description:
      - Rewrites of the request before it goes to the target, at most one of each type. An empty list removes them
        (C(ResetTransforms)).
    type: list
    elements: dict
    suboptions:
      type:
        description: What is rewritten.
        type: str
        required: true
        choices: [host-header-rewrite, url-rewrite]
      rewrites:
        description: What is replaced by what.
        type: list
        elements: dict
        required: true
        suboptions:
          regex:
            description: The regular expression to find, without lookaround, backreferences and possessive quantifiers.
            type: str
            required: true
          replace:
            description: What takes its place; V($1) is the first group.
            type: str
            required: true
  actions:
    description:
      - What is done with a request that meets the conditions. Required to create.
    type: list
    elements: dict
    suboptions:
      type:
        description: What is done with a request.
        type: str
        required: true
        choices: [forward, fixed-response, redirect]
      target_group_arn:
        description: With V(forward), the only target group; O(actions[].forward) names several.
        type: str
      forward:
        description: With V(forward), several target groups and their weights.
        type: dict
        suboptions:
          target_groups:
            description: The target groups.
            type: list
            elements: dict
            required: true
            suboptions:
              target_group_arn:
                description: The ARN of the target group.
                type: str
                required: true
              weight:
                description:
                  - Its share of the requests, 0 to 999, relative to the sum of all weights. AWS takes V(1) when not
                    set.
                type: int
          target_group_stickiness_config:
            description: Whether a client stays with its target group.
            type: dict
            suboptions:
              enabled:
                description: Whether it does.
                type: bool
                required: true
              duration_seconds:
                description: For how many seconds, 1 to 604800.
                type: int
      fixed_response:
        description: With V(fixed-response), the answer that the load balancer gives by itself.
        type: dict
        suboptions:
          status_code:
            description: The HTTP status code, 2XX, 4XX or 5XX.
            type: str
            required: true
          content_type:
            description: The type of the answer, as V(text/plain).
            type: str
          message_body:
            description: The answer, at most 1024 characters.
            type: str
      redirect:
        description: With V(redirect), where the client is sent. What is not set stays as in the request.
        type: dict
        suboptions:
          status_code:
            description: V(HTTP_301) is permanent, V(HTTP_302) temporary.
            type: str
            required: true
            choices: [HTTP_301, HTTP_302]
          protocol:
            description: The protocol, or V(#{protocol}).
            type: str
          port:
            description: The port, or V(#{port}).
            type: str
          host:
            description: The host, or V(#{host}).
            type: str
          path:
            description: The path, which may contain V(#{host}), V(#{path}) and V(#{port}).
            type: str
          query:
            description: The query without the question mark, or V(#{query}).
            type: str
  actions_owner:
    description:
      - Who changes the actions after the creation.
      - V(self) keeps them as O(actions) says.
      - V(ecs) sets them at creation only. ECS and CodeDeploy move weights and swap target groups during their
        deployments, so that setting them again would undo a deployment.
    type: str
    choices: [self, ecs]
    default: self
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Send a path to its target group, without the path's beginning
  portkey.gateway.elbv2_rule:
    listener_arn: "{{ listener.listener_arn }}"
    priority: 100
    conditions:
      - field: path-pattern
        values: [/gateway, /gateway/*]
    transforms:
      - type: url-rewrite
        rewrites:
          - regex: ^/gateway/?(.*)$
            replace: /$1
    actions:
      - type: forward
        target_group_arn: "{{ blue.target_group_arn }}"
    actions_owner: ecs

- name: Remove the rule
  portkey.gateway.elbv2_rule:
    listener_arn: "{{ listener.listener_arn }}"
    priority: 100
    state: absent
"""

RETURN = r"""
rule:
  description: The rule as C(DescribeRules) answers it, with its tags.
  returned: when O(state=present)
  type: dict
  contains:
    rule_arn:
      description: Its ARN. In check mode, V((known after apply)) for a new one.
      type: str
      returned: always
      sample: arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/portkey-dev-lb/50dc/f2f7/9683
    priority:
      description: Its priority.
      type: str
      returned: always
    conditions:
      description: What a request has to meet.
      type: list
      elements: dict
      returned: always
    transforms:
      description: Its rewrites.
      type: list
      elements: dict
      returned: when it has any
    actions:
      description: What is done with a request.
      type: list
      elements: dict
      returned: always
    serving_target_group:
      description: The ARN of the target group that gets most of the traffic, or null when the action is not a forward.
      type: str
      returned: always
    tags:
      description: Its tags.
      type: dict
      returned: always
"""

from ansible_collections.portkey.gateway.plugins.module_utils._elbv2.options import RULE
from ansible_collections.portkey.gateway.plugins.module_utils._elbv2.rule import ensure
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(ensure, argument_spec=RULE)


if __name__ == "__main__":
    main()
