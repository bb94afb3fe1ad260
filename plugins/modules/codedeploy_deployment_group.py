#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: codedeploy_deployment_group
version_added: "1.0.0"
short_description: Manage a CodeDeploy deployment group for an ECS service
description:
  - Creates, changes and deletes the deployment group of an ECS service that CodeDeploy deploys
    (CreateDeploymentGroup, UpdateDeploymentGroup, DeleteDeploymentGroup).
  - Deployments are blue/green with traffic control, and the original tasks are terminated, because CodeDeploy has no
    other way for ECS.
  - An option that the task does not set stays as it is.
  - A service role that was made a moment ago is waited for.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  state:
    description: Whether it exists.
    type: str
    choices: [present, absent]
    default: present

  application:
    description: The application's name. It must be of the compute platform ECS.
    type: str
    required: true
  name:
    description: The deployment group's name.
    type: str
    required: true
  service_role_arn:
    description: The role that CodeDeploy works with. Needed to create the group.
    type: str
  deployment_config:
    description: >-
      How traffic is shifted. By default a new group has V(CodeDeployDefault.ECSAllAtOnce).
    type: str
  cluster:
    description: The name of the service's cluster. Needed to create the group.
    type: str
  service:
    description: The name of the service, whose deployment controller must be CODE_DEPLOY. Needed to create the group.
    type: str
  target_groups:
    description:
      - The names of the two target groups. Needed to create the group.
      - Their order means nothing, because with every deployment they swap their parts.
    type: list
    elements: str
  production_listener_arn:
    description: The listener of the production traffic. Needed to create the group.
    type: str
  test_listener_arn:
    description: >-
      A second listener of the same load balancer that leads to the new tasks before they get production traffic.
    type: str
  termination_wait_minutes:
    description: How long the original tasks are kept after all traffic has left them, up to 2880. By default 0.
    type: int
  ready_wait_minutes:
    description:
      - How long a deployment waits for somebody to continue it before it shifts production traffic. Then it stops.
      - V(0) shifts without waiting, as a new group does by default.
    type: int
  auto_rollback_events:
    description:
      - When a deployment is taken back by itself. A new group does it for all of these.
      - An empty list never does.
    type: list
    elements: str
    choices: [failure, stop_on_alarm, stop_on_request]
  alarms:
    description: The names of up to ten CloudWatch alarms that stop a deployment. An empty list switches that off.
    type: list
    elements: str
  ignore_poll_alarm_failure:
    description: Whether a deployment goes on when CodeDeploy cannot read the alarms. By default it does not.
    type: bool
  wait_timeout:
    description: How long to wait for the service role to become usable, in seconds.
    type: int
    default: 120
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: The gateway's deployment group
  portkey.gateway.codedeploy_deployment_group:
    application: portkey-dev
    name: gateway
    service_role_arn: arn:aws:iam::123456789012:role/portkey-dev-codedeploy
    deployment_config: CodeDeployDefault.ECSCanary10Percent5Minutes
    cluster: portkey-dev-cluster
    service: gateway
    target_groups: [portkey-dev-gateway-blue, portkey-dev-gateway-green]
    production_listener_arn: "{{ production_listener_arn }}"
    test_listener_arn: "{{ test_listener_arn }}"
    termination_wait_minutes: 5
    alarms: [portkey-dev-errors]
"""

RETURN = r"""
deployment_group:
  description: The deployment group, in the words of the options. Null when it is absent.
  returned: success
  type: dict
  contains:
    deployment_group_id:
      description: The group's id.
      type: str
      returned: always
      sample: 1d1d1d1d-0000-4000-8000-000000000000
    deployment_config:
      description: How traffic is shifted.
      type: str
      returned: always
      sample: CodeDeployDefault.ECSAllAtOnce
    last_successful_deployment:
      description: The last deployment that succeeded.
      type: dict
      returned: when there was one
    last_attempted_deployment:
      description: The last deployment.
      type: dict
      returned: when there was one
"""

from ansible_collections.portkey.gateway.plugins.module_utils._codedeploy import group
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        group.ensure,
        argument_spec=dict(
            state=dict(type="str", choices=["present", "absent"], default="present"),
            application=dict(type="str", required=True),
            name=dict(type="str", required=True),
            **group.OPTIONS,
            wait_timeout=dict(type="int", default=120),
            tags=dict(type="dict", aliases=["resource_tags"]),
            purge_tags=dict(type="bool", default=True),
        ),
    )


if __name__ == "__main__":
    main()
