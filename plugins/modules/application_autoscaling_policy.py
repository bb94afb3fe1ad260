#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: application_autoscaling_policy
version_added: "1.0.0"
short_description: Manage a target tracking policy of AWS Application Auto Scaling
description:
  - Creates, changes and deletes a policy that holds a metric of a scalable target at a value (PutScalingPolicy,
    DeleteScalingPolicy).
  - The target is registered by M(portkey.gateway.application_autoscaling_target).
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  state:
    description: Whether the policy exists.
    type: str
    choices: [present, absent]
    default: present
  name:
    description: The policy's name.
    type: str
    required: true
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
  target_tracking:
    description: The metric and its value. Needed for O(state=present).
    type: dict
    suboptions:
      target_value:
        description: The value to hold, in the unit of the metric.
        type: float
        required: true
      predefined_metric_type:
        description: The metric, such as V(ECSServiceAverageCPUUtilization) or V(ECSServiceAverageMemoryUtilization).
        type: str
        required: true
      scale_in_cooldown:
        description: Seconds after scaling in until it may scale in again. AWS's default for ECS is 300.
        type: int
      scale_out_cooldown:
        description: Seconds to let a scaling out take effect. AWS's default for ECS is 300.
        type: int
      disable_scale_in:
        description: Whether the policy only ever scales out. AWS's default is V(false).
        type: bool
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Hold the CPU at 70 percent
  portkey.gateway.application_autoscaling_policy:
    name: gateway-cpu
    resource_id: service/portkey-dev-cluster/gateway
    target_tracking:
      target_value: 70
      predefined_metric_type: ECSServiceAverageCPUUtilization
      scale_in_cooldown: 120
      scale_out_cooldown: 60
"""

RETURN = r"""
scaling_policy:
  description: The policy. Null when it is absent.
  returned: success
  type: dict
  contains:
    policy_arn:
      description: The policy's ARN.
      type: str
      returned: always
      sample: arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:0abc:resource/ecs/service/c/s:policyName/cpu
    policy_name:
      description: The policy's name.
      type: str
      returned: always
      sample: gateway-cpu
    alarms:
      description: The CloudWatch alarms that AWS made for the policy.
      type: list
      elements: dict
      returned: when the policy exists
    target_tracking:
      description: The metric and its value, as the options give them.
      type: dict
      returned: always
      sample: {target_value: 70.0, predefined_metric_type: ECSServiceAverageCPUUtilization}
"""

from ansible_collections.portkey.gateway.plugins.module_utils._applicationautoscaling import policy
from ansible_collections.portkey.gateway.plugins.module_utils.module import run

TARGET_TRACKING = dict(
    target_value=dict(type="float", required=True),
    predefined_metric_type=dict(type="str", required=True),
    scale_in_cooldown=dict(type="int"),
    scale_out_cooldown=dict(type="int"),
    disable_scale_in=dict(type="bool"),
)


def main() -> None:
    run(
        policy.ensure,
        argument_spec=dict(
            state=dict(type="str", choices=["present", "absent"], default="present"),
            name=dict(type="str", required=True),
            service_namespace=dict(type="str", default="ecs"),
            resource_id=dict(type="str", required=True),
            scalable_dimension=dict(type="str", default="ecs:service:DesiredCount"),
            target_tracking=dict(type="dict", options=TARGET_TRACKING),
        ),
        required_if=[("state", "present", ["target_tracking"])],
    )


if __name__ == "__main__":
    main()
