#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: application_autoscaling_target
version_added: "1.0.0"
short_description: Manage a scalable target of AWS Application Auto Scaling
description:
  - Registers, changes and deregisters a scalable target, such as the desired count of an ECS service
    (RegisterScalableTarget, DeregisterScalableTarget).
  - AWS moves the capacity into the bounds at any registration, also at one that changes nothing. So this module only
    registers when a bound or a suspension differs.
  - Deregistering deletes the target's scaling policies and scheduled actions.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  state:
    description: Whether the target is registered.
    type: str
    choices: [present, absent]
    default: present
  service_namespace:
    description: The AWS service of the resource, in the spelling of the API.
    type: str
    default: ecs
  resource_id:
    description: The resource, for ECS C(service/<cluster>/<service>).
    type: str
    required: true
  scalable_dimension:
    description: What of the resource is scaled, in the spelling of the API.
    type: str
    default: ecs:service:DesiredCount
  min_capacity:
    description: The least capacity. Needed to register a new target.
    type: int
  max_capacity:
    description: The greatest capacity. Needed to register a new target.
    type: int
  suspended_state:
    description: Which scaling is suspended.
    type: dict
    suboptions:
      dynamic_scaling_in_suspended:
        description: Whether scaling in by policies is suspended.
        type: bool
      dynamic_scaling_out_suspended:
        description: Whether scaling out by policies is suspended.
        type: bool
      scheduled_scaling_suspended:
        description: Whether scheduled scaling is suspended.
        type: bool
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Between one and three gateways
  portkey.gateway.application_autoscaling_target:
    resource_id: service/portkey-dev-cluster/gateway
    min_capacity: 1
    max_capacity: 3

- name: No scaling in while we look at something
  portkey.gateway.application_autoscaling_target:
    resource_id: service/portkey-dev-cluster/gateway
    suspended_state:
      dynamic_scaling_in_suspended: true
"""

RETURN = r"""
scalable_target:
  description: The target as DescribeScalableTargets gives it, in snake case. Null when it is absent.
  returned: success
  type: dict
  contains:
    resource_id:
      description: The resource.
      type: str
      returned: always
      sample: service/portkey-dev-cluster/gateway
    scalable_target_arn:
      description: The target's ARN.
      type: str
      returned: always
      sample: arn:aws:application-autoscaling:us-east-1:123456789012:scalable-target/0abc
    min_capacity:
      description: The least capacity.
      type: int
      returned: always
      sample: 1
    max_capacity:
      description: The greatest capacity.
      type: int
      returned: always
      sample: 3
    suspended_state:
      description: Which scaling is suspended.
      type: dict
      returned: when the target was registered before
    tags:
      description: The target's tags.
      type: dict
      returned: always
      sample: {Project: portkey}
"""

from ansible_collections.portkey.gateway.plugins.module_utils._applicationautoscaling import target
from ansible_collections.portkey.gateway.plugins.module_utils.module import run

SUSPENDED_STATE = dict(
    dynamic_scaling_in_suspended=dict(type="bool"),
    dynamic_scaling_out_suspended=dict(type="bool"),
    scheduled_scaling_suspended=dict(type="bool"),
)


def main() -> None:
    run(
        target.ensure,
        argument_spec=dict(
            state=dict(type="str", choices=["present", "absent"], default="present"),
            service_namespace=dict(type="str", default="ecs"),
            resource_id=dict(type="str", required=True),
            scalable_dimension=dict(type="str", default="ecs:service:DesiredCount"),
            min_capacity=dict(type="int"),
            max_capacity=dict(type="int"),
            suspended_state=dict(type="dict", options=SUSPENDED_STATE),
            tags=dict(type="dict", aliases=["resource_tags"]),
            purge_tags=dict(type="bool", default=True),
        ),
    )


if __name__ == "__main__":
    main()
