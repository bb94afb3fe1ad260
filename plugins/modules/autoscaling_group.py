#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
module: autoscaling_group
version_added: "1.0.0"
short_description: Manage an EC2 Auto Scaling group that carries ECS container instances
description:
  - Creates, changes and deletes an Auto Scaling group, found by its name, and reports in check mode exactly what a
    run would change.
  - The capacity belongs to whoever scales the group, as an ECS capacity provider. It is set at creation, and later
    only moved when it lies outside of O(min_size) to O(max_size).
  - Suspended processes, lifecycle hooks and scaling policies are never touched.
  - An option that is not set leaves that property of an existing group alone.
author:
  - The portkey.gateway authors (@portkey-ai)
options:
  name:
    description:
      - The name of the group, at most 255 characters.
    type: str
    required: true
  state:
    description:
      - V(absent) deletes the group and its instances; see O(force_delete).
    type: str
    choices: [present, absent]
    default: present
  launch_template:
    description:
      - What new instances are made from. Required to create.
    type: dict
    suboptions:
      id:
        description: The ID of the launch template.
        type: str
        required: true
      version:
        description: The number of a version, V($Latest) or V($Default).
        type: str
        default: $Latest
  min_size:
    description:
      - The smallest number of instances. Required to create.
    type: int
  max_size:
    description:
      - The largest number of instances. Required to create.
    type: int
  desired_capacity:
    description:
      - The number of instances at creation; O(min_size) when not set. It is not applied to an existing group.
    type: int
  subnets:
    description:
      - The IDs of the subnets for the instances. Required to create. They become exactly these.
    type: list
    elements: str
  health_check_type:
    description:
      - Whether only EC2 or also load balancers decide about the health of an instance.
    type: str
    choices: [EC2, ELB]
  health_check_grace_period:
    description:
      - For how many seconds a new instance is not checked.
    type: int
  new_instances_protected_from_scale_in:
    description:
      - Whether new instances are protected from scale-in. The managed termination protection of ECS requires it.
    type: bool
  instance_refresh:
    description:
      - Whether instances that were made from another launch template, or another version of it, are replaced one
        after the other (C(StartInstanceRefresh)), the protected ones too. Instances that match already are skipped.
      - Nothing is started while a refresh is at work.
    type: dict
    suboptions:
      enabled:
        description: Whether they are replaced.
        type: bool
        default: false
      min_healthy_percentage:
        description: How much of the capacity has to stay in service, 0 to 100 percent.
        type: int
        default: 90
      max_healthy_percentage:
        description: How much capacity there may be during the refresh, 100 to 200 percent.
        type: int
        default: 100
      instance_warmup:
        description: For how many seconds a new instance is not counted as in service. AWS's own default when not set.
        type: int
  tags_propagate_at_launch:
    description:
      - Whether the tags in O(tags) also go to the instances that are launched.
    type: bool
    default: true
  force_delete:
    description:
      - With O(state=absent), whether AWS terminates the instances together with the group.
      - When V(false), the group is first scaled to zero, which lets lifecycle hooks drain the tasks, and its
        instances are waited for.
      - The protection of the instances from scale-in is cleared in both cases.
    type: bool
    default: true
  wait:
    description:
      - With O(state=present), wait until as many instances are in service as are desired.
      - With O(state=absent), wait until the group is gone.
    type: bool
    default: false
  wait_timeout:
    description:
      - How many seconds to wait, also for what cannot be avoided, an instance profile that EC2 does not know yet and
        a group of the same name that is still being deleted.
    type: int
    default: 600
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Start the container instances of a cluster
  portkey.gateway.autoscaling_group:
    name: portkey-dev-instances
    launch_template:
      id: lt-0a1b2c
      version: "3"
    min_size: 1
    max_size: 3
    desired_capacity: 2
    subnets: [subnet-0a1, subnet-0b2]
    health_check_type: EC2
    new_instances_protected_from_scale_in: true
    instance_refresh:
      enabled: true
      min_healthy_percentage: 50
      instance_warmup: 300
    tags:
      AmazonECSManaged: ""
      Environment: dev

- name: Drain the instances, then delete the group and wait until it is gone
  portkey.gateway.autoscaling_group:
    name: portkey-dev-instances
    state: absent
    force_delete: false
    wait: true
"""

RETURN = r"""
auto_scaling_group:
  description: The group as C(DescribeAutoScalingGroups) answers it.
  returned: when O(state=present)
  type: dict
  contains:
    auto_scaling_group_arn:
      description: Its ARN. In check mode, V((known after apply)) for a new one.
      type: str
      returned: always
      sample: arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:7a9b:autoScalingGroupName/portkey-dev
    auto_scaling_group_name:
      description: Its name.
      type: str
      returned: always
    min_size:
      description: The smallest number of instances.
      type: int
      returned: always
    max_size:
      description: The largest number of instances.
      type: int
      returned: always
    desired_capacity:
      description: The number of instances that AWS keeps.
      type: int
      returned: always
    launch_template:
      description: What new instances are made from.
      type: dict
      returned: always
    instances:
      description: Its instances with their lifecycle state, health and protection.
      type: list
      elements: dict
      returned: always
    tags:
      description: Its tags.
      type: dict
      returned: always
instance_refresh:
  description: The instance refresh that was started or found at work, or null.
  returned: when O(state=present)
  type: dict
  contains:
    instance_refresh_id:
      description: Its ID.
      type: str
      returned: always
    status:
      description: Its status.
      type: str
      returned: always
"""

from ansible_collections.portkey.gateway.plugins.module_utils._autoscaling.ensure import ensure
from ansible_collections.portkey.gateway.plugins.module_utils._autoscaling.options import GROUP
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(ensure, argument_spec=GROUP)


if __name__ == "__main__":
    main()
