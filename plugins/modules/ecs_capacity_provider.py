#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: ecs_capacity_provider
version_added: "1.0.0"
short_description: Manage an ECS capacity provider on an Auto Scaling group
description:
  - Creates, changes and deletes an ECS capacity provider whose instances come from an Auto Scaling group
    (CreateCapacityProvider, UpdateCapacityProvider, DeleteCapacityProvider).
  - A provider stays with its Auto Scaling group. Giving another one fails, because ECS cannot change it and replacing
    the
    provider would be felt by every service that uses it.
  - An option that is not set leaves what the provider has.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  state:
    description: Whether the capacity provider exists.
    type: str
    choices: [present, absent]
    default: present
  name:
    description: The provider's name, up to 255 characters, not beginning with C(aws), C(ecs) or C(fargate).
    type: str
    required: true
  auto_scaling_group_arn:
    description: The ARN of the Auto Scaling group. Needed to create the provider.
    type: str
  managed_scaling:
    description: Whether and how ECS scales the Auto Scaling group to what the tasks need.
    type: dict
    suboptions:
      status:
        description: Whether ECS scales the group.
        type: str
        choices: [enabled, disabled]
      target_capacity:
        description: How much of the instances' capacity ECS aims to use, in percent, 1 to 100. AWS's default is 100.
        type: int
      minimum_scaling_step_size:
        description: The least number of instances started at once. AWS's default is 1.
        type: int
      maximum_scaling_step_size:
        description: The greatest number of instances started at once. AWS's default is 10000.
        type: int
      instance_warmup_period:
        description: Seconds until a new instance counts for the metric. AWS's default is 300.
        type: int
  managed_termination_protection:
    description:
      - Whether ECS keeps the group from ending an instance that still runs tasks. It needs managed scaling, and an Auto
        Scaling group that protects its new instances from scale-in.
    type: str
    choices: [enabled, disabled]
  managed_draining:
    description: Whether ECS moves the tasks away from an instance before it ends.
    type: str
    choices: [enabled, disabled]
  wait:
    description: For O(state=absent), whether to wait until the provider is gone.
    type: bool
    default: true
  wait_timeout:
    description: How long to wait for a running change of the provider, or for its end, in seconds.
    type: int
    default: 600
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: A capacity provider that scales one or two instances at a time
  portkey.gateway.ecs_capacity_provider:
    name: portkey-dev
    auto_scaling_group_arn: "{{ group.auto_scaling_group.auto_scaling_group_arn }}"
    managed_scaling:
      status: enabled
      target_capacity: 100
      minimum_scaling_step_size: 1
      maximum_scaling_step_size: 2
    managed_termination_protection: enabled
    managed_draining: enabled
"""

RETURN = r"""
capacity_provider:
  description: The provider as DescribeCapacityProviders gives it, in snake case. Null when it is absent.
  returned: success
  type: dict
  contains:
    capacity_provider_arn:
      description: The provider's ARN.
      type: str
      returned: always
      sample: arn:aws:ecs:us-east-1:123456789012:capacity-provider/portkey-dev
    name:
      description: The provider's name.
      type: str
      returned: always
      sample: portkey-dev
    status:
      description: ACTIVE, or what the provider is going through.
      type: str
      returned: when it exists
      sample: ACTIVE
    auto_scaling_group_provider:
      description: The Auto Scaling group and how ECS manages it.
      type: dict
      returned: when it exists
    tags:
      description: The provider's tags.
      type: dict
      returned: always
      sample: {Project: portkey}
"""

from ansible_collections.portkey.gateway.plugins.module_utils._ecs import capacity_provider
from ansible_collections.portkey.gateway.plugins.module_utils.module import run

SWITCH = ["enabled", "disabled"]
MANAGED_SCALING = dict(
    status=dict(type="str", choices=SWITCH),
    target_capacity=dict(type="int"),
    minimum_scaling_step_size=dict(type="int"),
    maximum_scaling_step_size=dict(type="int"),
    instance_warmup_period=dict(type="int"),
)


def main() -> None:
    run(
        capacity_provider.ensure,
        argument_spec=dict(
            state=dict(type="str", choices=["present", "absent"], default="present"),
            name=dict(type="str", required=True),
            auto_scaling_group_arn=dict(type="str"),
            managed_scaling=dict(type="dict", options=MANAGED_SCALING),
            managed_termination_protection=dict(type="str", choices=SWITCH),
            managed_draining=dict(type="str", choices=SWITCH),
            tags=dict(type="dict", aliases=["resource_tags"]),
            purge_tags=dict(type="bool", default=True),
            wait=dict(type="bool", default=True),
            wait_timeout=dict(type="int", default=600),
        ),
    )


if __name__ == "__main__":
    main()
