#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
module: elbv2_listener
version_added: "1.0.0"
short_description: Manage a listener of an Application or Network Load Balancer
description:
  - Creates, changes and deletes the listener on one port of a load balancer, and reports in check mode exactly what a
    run would change.
  - The load balancer may still be provisioning; nothing is waited for.
  - An option that is not set leaves that property of an existing listener alone.
author:
  - The portkey.gateway authors (@portkey-ai)
options:
  load_balancer_arn:
    description:
      - The ARN of the load balancer. The placeholder V((known after apply)) of check mode means one that does not
        exist yet.
    type: str
    required: true
  port:
    description:
      - The port, which identifies the listener on its load balancer.
    type: int
    required: true
  state:
    description:
      - V(absent) deletes the listener with its rules.
    type: str
    choices: [present, absent]
    default: present
  protocol:
    description:
      - The protocol of the clients. V(HTTP) and V(HTTPS) are for Application Load Balancers, the others for Network
        Load Balancers.
      - Required to create. It can be changed; without TLS, AWS forgets certificates and policy.
    type: str
    choices: [HTTP, HTTPS, TCP, TLS, UDP, TCP_UDP]
  certificates:
    description:
      - ARNs of ACM or IAM certificates, for V(HTTPS) and V(TLS). The first is the default certificate, the others are
        chosen by the server name that the client asks for. The certificates become exactly these.
    type: list
    elements: str
  ssl_policy:
    description:
      - The security policy, for V(HTTPS) and V(TLS), as V(ELBSecurityPolicy-TLS13-1-2-2021-06).
    type: str
  default_actions:
    description:
      - What is done with a request that no rule takes. Required to create.
    type: list
    elements: dict
    suboptions:
      type:
        description: What is done with a request.
        type: str
        required: true
        choices: [forward, fixed-response, redirect]
      target_group_arn:
        description: With V(forward), the only target group; O(default_actions[].forward) names several.
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
      - V(self) keeps them as O(default_actions) says.
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
- name: A TLS listener whose target group ECS may swap
  portkey.gateway.elbv2_listener:
    load_balancer_arn: "{{ load_balancer.load_balancer_arn }}"
    port: 443
    protocol: TLS
    certificates:
      - arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012
    ssl_policy: ELBSecurityPolicy-TLS13-1-2-2021-06
    default_actions:
      - type: forward
        target_group_arn: "{{ blue.target_group_arn }}"
    actions_owner: ecs

- name: Answer 404 when no rule matches
  portkey.gateway.elbv2_listener:
    load_balancer_arn: "{{ load_balancer.load_balancer_arn }}"
    port: 80
    protocol: HTTP
    default_actions:
      - type: fixed-response
        fixed_response:
          status_code: "404"
          content_type: text/plain
          message_body: Not Found

- name: Close a port
  portkey.gateway.elbv2_listener:
    load_balancer_arn: "{{ load_balancer.load_balancer_arn }}"
    port: 8080
    state: absent
"""

RETURN = r"""
listener:
  description: The listener as C(DescribeListeners) answers it, with its tags.
  returned: when O(state=present)
  type: dict
  contains:
    listener_arn:
      description: Its ARN. In check mode, V(listener 80 (known after apply\)) for a new one on port 80.
      type: str
      returned: always
      sample: arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/net/portkey-dev-lb/50dc/f2f7
    load_balancer_arn:
      description: Its load balancer.
      type: str
      returned: always
    port:
      description: Its port.
      type: int
      returned: always
    protocol:
      description: Its protocol.
      type: str
      returned: always
    certificate_arns:
      description: Its certificates, the default one first.
      type: list
      elements: str
      returned: always
    ssl_policy:
      description: Its security policy.
      type: str
      returned: with TLS
    default_actions:
      description: What is done with requests that no rule takes.
      type: list
      elements: dict
      returned: always
    serving_target_group:
      description:
        - The ARN of the target group that gets most of the traffic, or null when the default action is not a forward.
      type: str
      returned: always
    tags:
      description: Its tags.
      type: dict
      returned: always
"""

from ansible_collections.portkey.gateway.plugins.module_utils._elbv2.listener import ensure
from ansible_collections.portkey.gateway.plugins.module_utils._elbv2.options import LISTENER
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(ensure, argument_spec=LISTENER)


if __name__ == "__main__":
    main()
