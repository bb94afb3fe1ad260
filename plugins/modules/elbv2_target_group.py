#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
module: elbv2_target_group
version_added: "1.0.0"
short_description: Manage a target group of a load balancer
description:
  - Creates, changes and deletes a target group, found by its name, and reports in check mode exactly what a run would
    change.
  - Targets are left alone unless O(targets) names them; ECS registers and deregisters its tasks by itself.
  - An option that is not set leaves that property of an existing target group alone.
author:
  - The portkey.gateway authors (@portkey-ai)
options:
  name:
    description:
      - The name, at most 32 letters, digits and hyphens, with a hyphen neither at the beginning nor at the end.
    type: str
    required: true
  state:
    description:
      - V(absent) deletes the target group. AWS refuses this while a listener or a rule uses it.
    type: str
    choices: [present, absent]
    default: present
  target_type:
    description:
      - What the targets are. AWS creates V(instance) when it is not set. It cannot be changed later.
    type: str
    choices: [instance, ip, lambda, alb]
  protocol:
    description:
      - The protocol to the targets. Required to create, except for V(lambda) targets. It cannot be changed later.
    type: str
    choices: [HTTP, HTTPS, TCP, TLS, UDP, TCP_UDP]
  protocol_version:
    description:
      - The version of HTTP to the targets. It cannot be changed later.
    type: str
    choices: [HTTP1, HTTP2, GRPC]
  port:
    description:
      - The port of targets that are registered without one. Required to create, except for V(lambda) targets.
      - It cannot be changed later; see O(port_owner).
    type: int
  port_owner:
    description:
      - V(self) refuses another port than that of the existing target group.
      - V(ecs) sets O(port) at creation only. ECS registers every task with the port of its container, so that the
        target group's own port has no effect, and the container's port can change without replacing the target group.
    type: str
    choices: [self, ecs]
    default: self
  vpc_id:
    description:
      - The VPC of the targets. Required to create, except for V(lambda) targets. It cannot be changed later.
    type: str
  health_check:
    description:
      - How targets are checked (C(ModifyTargetGroup)). Only the keys given here are compared and set.
    type: dict
    suboptions:
      enabled:
        description: Whether targets are checked. It can be off only for V(lambda) targets.
        type: bool
      protocol:
        description: The protocol of the check.
        type: str
        choices: [HTTP, HTTPS, TCP]
      port:
        description: A port, or V(traffic-port) for the port at which the target gets its traffic.
        type: str
      path:
        description: The path that is asked for, with V(HTTP) and V(HTTPS).
        type: str
      interval_seconds:
        description: Seconds between two checks, 5 to 300.
        type: int
      timeout_seconds:
        description: Seconds without an answer that make a check fail, 2 to 120.
        type: int
      healthy_threshold_count:
        description: Successful checks in a row that make a target healthy, 2 to 10.
        type: int
      unhealthy_threshold_count:
        description: Failed checks in a row that make a target unhealthy, 2 to 10.
        type: int
      matcher:
        description: The HTTP status codes of a successful check, as V(200) or V(200-299).
        type: str
  attributes:
    description:
      - Attributes by the keys of C(ModifyTargetGroupAttributes), for example V(deregistration_delay.timeout_seconds).
      - Only the keys given here are compared and set.
    type: dict
  targets:
    description:
      - The targets, exactly these (C(RegisterTargets), C(DeregisterTargets)), as for an Application Load Balancer
        behind a Network Load Balancer. Unset, they are somebody else's business.
    type: list
    elements: dict
    suboptions:
      id:
        description: What it is, by O(target_type); the ARN of the load balancer with V(alb).
        type: str
        required: true
      port:
        description: Its port. With V(alb), one on which the load balancer listens.
        type: int
        required: true
  wait:
    description:
      - With O(state=absent), try again while AWS says that the target group is in use; a listener or a rule that was
        just deleted holds it for some seconds more.
    type: bool
    default: true
  wait_timeout:
    description:
      - How many seconds to try.
    type: int
    default: 60
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: A target group for tasks of an ECS service
  portkey.gateway.elbv2_target_group:
    name: portkey-dev-default-blue
    target_type: ip
    protocol: TCP
    port: 8787
    port_owner: ecs
    vpc_id: vpc-0a1
    health_check:
      protocol: TCP
      interval_seconds: 30
      timeout_seconds: 10
      healthy_threshold_count: 2
      unhealthy_threshold_count: 3
    attributes:
      deregistration_delay.timeout_seconds: 60

- name: Delete it
  portkey.gateway.elbv2_target_group:
    name: portkey-dev-default-blue
    state: absent
"""

RETURN = r"""
target_group:
  description: The target group as C(DescribeTargetGroups) answers it, with its attributes and tags.
  returned: when O(state=present)
  type: dict
  contains:
    target_group_arn:
      description: Its ARN. In check mode, V((known after apply)) for a new one.
      type: str
      returned: always
      sample: arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/portkey-dev-default-blue/73e2d6bc24d8a067
    target_group_name:
      description: Its name.
      type: str
      returned: always
    target_type:
      description: What its targets are.
      type: str
      returned: always
    protocol:
      description: The protocol to its targets.
      type: str
      returned: always
    port:
      description: The port of targets that are registered without one.
      type: int
      returned: always
    vpc_id:
      description: Its VPC.
      type: str
      returned: always
    load_balancer_arns:
      description: The load balancers whose listeners and rules use it.
      type: list
      elements: str
      returned: always
    health_check_protocol:
      description: The protocol of its health check; more keys that begin with C(health_check_) follow the API's names.
      type: str
      returned: when it exists
    attributes:
      description: Its attributes, by key.
      type: dict
      returned: always
    tags:
      description: Its tags.
      type: dict
      returned: always
"""

from ansible_collections.portkey.gateway.plugins.module_utils._elbv2.options import TARGET_GROUP
from ansible_collections.portkey.gateway.plugins.module_utils._elbv2.target_group import ensure
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(ensure, argument_spec=TARGET_GROUP)


if __name__ == "__main__":
    main()
