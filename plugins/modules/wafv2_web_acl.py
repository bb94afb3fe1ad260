#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: wafv2_web_acl
version_added: "1.0.0"
short_description: Manage a web ACL of AWS WAF before application load balancers
description:
  - Creates, changes and deletes a regional web ACL with managed groups of rules of AWS and a limit of the rate
    (CreateWebACL, UpdateWebACL, DeleteWebACL), and puts load balancers behind it (AssociateWebACL,
    DisassociateWebACL). What no rule blocks is allowed.
  - M(community.aws.wafv2_web_acl) shows no diff and what it compares leaves out metrics and sampling, and it neither
    waits for what AWS WAF does not know yet nor tries again when somebody else was quicker.
  - A load balancer that is behind another web ACL is refused, since AWS would replace that one without a word.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  state:
    description: Whether it exists. V(absent) takes load balancers from behind it first.
    type: str
    choices: [present, absent]
    default: present
  name:
    description: Its name.
    type: str
    required: true
  managed_rule_groups:
    description: AWS's groups of rules, in the order in which they are asked.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The group, such as V(AWSManagedRulesCommonRuleSet).
        type: str
        required: true
      counted_rules:
        description: Its rules that only count.
        type: list
        elements: str
        default: []
      count_only:
        description: Whether the whole group only counts.
        type: bool
        default: false
  rate_limit:
    description: How many requests one address may send in five minutes. Unset, as many as it likes.
    type: int
  sampled_requests:
    description: Whether samples of requests are kept for three hours, with their headers.
    type: bool
    default: false
  load_balancers:
    description: The ARNs of the load balancers behind it, all of them.
    type: list
    elements: str
    default: []
  wait_timeout:
    description: Seconds for which to wait for AWS WAF to take a load balancer, or to let go of one.
    type: int
    default: 600
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Protect a load balancer, and let long bodies pass
  portkey.gateway.wafv2_web_acl:
    name: portkey-prod-web-acl
    managed_rule_groups:
      - name: AWSManagedRulesCommonRuleSet
        counted_rules: [SizeRestrictions_BODY]
    rate_limit: 10000
    load_balancers:
      - arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/portkey-prod-lb/50dc6c495c0c9188
"""

RETURN = r"""
web_acl:
  description: The web ACL. Null when it is absent.
  returned: success
  type: dict
  contains:
    arn:
      description: Its ARN. In check mode, V((known after apply)) for a new one.
      type: str
      returned: always
    name:
      description: Its name.
      type: str
      returned: always
    default_action:
      description: What happens to what no rule blocks.
      type: str
      returned: always
      sample: allow
    rules:
      description: Its rules, by name.
      type: dict
      returned: always
    load_balancers:
      description: The ARNs of the load balancers behind it.
      type: list
      elements: str
      returned: always
    tags:
      description: Its tags.
      type: dict
      returned: always
"""

from ansible_collections.portkey.gateway.plugins.module_utils._wafv2 import web_acl
from ansible_collections.portkey.gateway.plugins.module_utils.module import run

_GROUP = dict(
    name=dict(type="str", required=True),
    counted_rules=dict(type="list", elements="str", default=[]),
    count_only=dict(type="bool", default=False),
)


def main() -> None:
    run(
        web_acl.ensure,
        argument_spec=dict(
            state=dict(type="str", choices=["present", "absent"], default="present"),
            name=dict(type="str", required=True),
            managed_rule_groups=dict(type="list", elements="dict", default=[], options=_GROUP),
            rate_limit=dict(type="int"),
            sampled_requests=dict(type="bool", default=False),
            load_balancers=dict(type="list", elements="str", default=[]),
            tags=dict(type="dict", aliases=["resource_tags"]),
            purge_tags=dict(type="bool", default=True),
            wait_timeout=dict(type="int", default=600),
        ),
    )


if __name__ == "__main__":
    main()
