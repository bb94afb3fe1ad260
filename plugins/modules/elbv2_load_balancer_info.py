#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
module: elbv2_load_balancer_info
version_added: "1.0.0"
short_description: Read load balancers with their listeners, rules and target groups
description:
  - Reads load balancers by name, each with its listeners, their rules and the weights of their target groups, and
    target groups by name, whether or not a load balancer uses them. What does not exist is left out.
author:
  - The portkey.gateway authors (@portkey-ai)
options:
  names:
    description:
      - The names of load balancers.
    type: list
    elements: str
    default: []
  target_group_names:
    description:
      - The names of target groups.
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: See which target group serves
  portkey.gateway.elbv2_load_balancer_info:
    names: [portkey-dev-lb]
    target_group_names: [portkey-dev-default-blue, portkey-dev-default-green]
  register: found
"""

RETURN = r"""
load_balancers:
  description: The load balancers that exist, as C(DescribeLoadBalancers) answers them.
  returned: always
  type: list
  elements: dict
  contains:
    load_balancer_arn:
      description: Its ARN.
      type: str
      returned: always
    tags:
      description: Its tags. Listeners and rules have theirs in the same way.
      type: dict
      returned: always
    listeners:
      description: Its listeners, as C(DescribeListeners) answers them.
      type: list
      elements: dict
      returned: always
      contains:
        listener_arn:
          description: Its ARN.
          type: str
          returned: always
        port:
          description: Its port.
          type: int
          returned: always
        target_group_weights:
          description: The weight of each target group of the default action, by ARN. Rules have theirs in the same way.
          type: dict
          returned: always
        serving_target_group:
          description: The ARN of the target group with the greatest weight, or null. Rules have theirs in the same way.
          type: str
          returned: always
        rules:
          description: Its rules without the default one, as C(DescribeRules) answers them.
          type: list
          elements: dict
          returned: always
target_groups:
  description: The target groups that exist, as C(DescribeTargetGroups) answers them, with their tags.
  returned: always
  type: list
  elements: dict
"""

from ansible_collections.portkey.gateway.plugins.module_utils._elbv2.info import ensure
from ansible_collections.portkey.gateway.plugins.module_utils._elbv2.options import LOAD_BALANCER_INFO
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(ensure, argument_spec=LOAD_BALANCER_INFO)


if __name__ == "__main__":
    main()
