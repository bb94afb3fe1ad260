#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: ecs_service_status_info
version_added: "1.0.0"
short_description: How ECS services are
description:
  - Reads what there is to know of services at a glance. Their tasks with their health, the targets behind the load
    balancer, the revisions with their traffic, the last deployments, the limits of the autoscaler (DescribeServices,
    DescribeTasks, DescribeServiceDeployments, DescribeServiceRevisions, DescribeTargetHealth,
    DescribeScalableTargets).
  - Says what is wrong with them now, if anything is.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  cluster:
    description: The cluster's name or ARN.
    type: str
    required: true
  services:
    description: The names of the services. One that does not exist is told as V(MISSING).
    type: list
    elements: str
    required: true
    aliases: [service]
  deployments:
    description: How many of the last deployments of each service to tell, from 0 to 20.
    type: int
    default: 5
  codedeploy_application:
    description: The CodeDeploy application of those services that CodeDeploy deploys, to tell its deployments.
    type: str
  codedeploy_deployment_group:
    description: The deployment group in O(codedeploy_application).
    type: str
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: How are they
  portkey.gateway.ecs_service_status_info:
    cluster: portkey-dev-cluster
    services: [redis, gateway]
  register: status

- name: Fail unless all is well
  ansible.builtin.assert:
    that: status.healthy
    fail_msg: "{{ status.problems | join('; ') }}"
"""

RETURN = r"""
healthy:
  description: Whether nothing is wrong with any of the services.
  returned: success
  type: bool
problems:
  description: What is wrong now, with any of the services.
  returned: success
  type: list
  elements: str
  sample: ["gateway: 1 of 2 tasks are running"]
services:
  description: The services, in the order of O(services).
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The service's name.
      type: str
      returned: always
      sample: gateway
    healthy:
      description: Whether nothing is wrong with it.
      type: bool
      returned: always
    problems:
      description: What is wrong with it now.
      type: list
      elements: str
      returned: always
      sample: [1 of 2 tasks are running]
    status:
      description: V(ACTIVE), V(DRAINING) or V(MISSING).
      type: str
      returned: always
    desired:
      description: How many tasks it is to have.
      type: int
      returned: always
    running:
      description: How many tasks run.
      type: int
      returned: always
    pending:
      description: How many tasks are on their way.
      type: int
      returned: always
    task_definition:
      description: Its present task definition, as family and revision.
      type: str
      returned: always
      sample: portkey-dev-gateway:3
    images:
      description: The images of its present task definition.
      type: list
      elements: str
      returned: always
    controller:
      description: Who deploys it, V(ECS), V(CODE_DEPLOY) or V(EXTERNAL).
      type: str
      returned: always
    strategy:
      description: How ECS deploys it, such as V(ROLLING) or V(CANARY).
      type: str
      returned: always
    enable_execute_command:
      description: Whether new tasks of it can be entered with C(aws ecs execute-command).
      type: bool
      returned: always
    tasks:
      description: >-
        Its tasks, with C(id), C(status), C(health), C(task_definition), C(zone), C(address), C(subnet),
        C(started_at), C(containers) and C(enable_execute_command).
      type: list
      elements: dict
      returned: always
    target_groups:
      description: >-
        Its target groups, with C(name), C(arn), the number of C(healthy) targets, and the C(targets) with C(target),
        C(state), C(reason) and C(description).
      type: list
      elements: dict
      returned: always
    revisions:
      description: >-
        Its revisions that have tasks, with C(id), C(arn), C(task_definition), C(images), the numbers of tasks
        C(requested), C(running) and C(pending), and the percentages C(production_traffic) and C(test_traffic), which
        are null where no traffic is shifted. Of a service that CodeDeploy deploys they are its task sets.
      type: list
      elements: dict
      returned: always
    deployment:
      description: The deployment that is under way, as those in RV(services[].deployments), or null.
      type: dict
      returned: always
    deployments:
      description: >-
        Its last deployments, the newest first, with C(id), C(arn), C(status), C(stage), C(reason), C(waiting_hooks),
        C(revision), C(task_definition), C(images), C(created_at), C(started_at), C(finished_at),
        C(rollback_started_at), C(is_first), the C(strategy), the C(traffic_steps) before all traffic moves with
        C(percent) and C(minutes), C(bake_minutes), and the C(production_traffic) that ECS tells. CodeDeploy's have no
        ARN, so that C(arn) is the id, and C(stage) is its event, or the wait C(READY_WAIT) or C(TERMINATION_WAIT).
      type: list
      elements: dict
      returned: always
    autoscaling:
      description: >-
        Null, or C(min_capacity), C(max_capacity), and the list C(suspended) of V(scale in), V(scale out) and
        V(schedules).
      type: dict
      returned: always
"""

from ansible_collections.portkey.gateway.plugins.module_utils._status import gather
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        gather.info,
        argument_spec=dict(
            cluster=dict(type="str", required=True),
            services=dict(type="list", elements="str", required=True, aliases=["service"]),
            deployments=dict(type="int", default=5),
            codedeploy_application=dict(type="str"),
            codedeploy_deployment_group=dict(type="str"),
        ),
        required_together=[("codedeploy_application", "codedeploy_deployment_group")],
    )


if __name__ == "__main__":
    main()
