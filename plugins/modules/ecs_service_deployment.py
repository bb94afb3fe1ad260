#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: ecs_service_deployment
version_added: "1.0.0"
short_description: Wait for the deployments of ECS services
description:
  - Waits for the running deployments of one or several services of a cluster, whoever started them, looking at all of
    them at
    once (DescribeServiceDeployments, DescribeServices).
  - Fails as soon as one of them was rolled back, stopped or failed, naming the service, one cause and the evidence
    for it. That is so
    too when the last deployment of a service had failed before this module was called.
  - In check mode nothing is waited for.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  cluster:
    description: The cluster's name or ARN.
    type: str
    required: true
  services:
    description: The names of the services.
    type: list
    elements: str
    required: true
    aliases: [service]
  wait_until:
    description:
      - V(stable) waits until the deployment has succeeded and the desired number of tasks is running.
      - V(deployed) waits until the new revision has all production traffic, or the deployment has succeeded.
      - V(paused) waits until a hook waits for somebody to continue, or the deployment has succeeded.
      - The name of a stage, such as V(POST_TEST_TRAFFIC_SHIFT), waits until the deployment has come to it or passed it.
    type: str
    default: stable
  wait_timeout:
    description: How long to wait, in seconds. When it is over, the deployments go on.
    type: int
    default: 1800
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Start both, then wait for both
  portkey.gateway.ecs_service_deployment:
    cluster: portkey-dev-cluster
    services: [redis, gateway]

- name: Wait until the new revision gets the test traffic
  portkey.gateway.ecs_service_deployment:
    cluster: portkey-dev-cluster
    services: [gateway]
    wait_until: POST_TEST_TRAFFIC_SHIFT
    wait_timeout: 3600
"""

RETURN = r"""
deployments:
  description: The services' deployments, in the order of O(services).
  returned: success
  type: list
  elements: dict
  contains:
    service:
      description: The service's name.
      type: str
      returned: always
      sample: gateway
    status:
      description: The deployment's status.
      type: str
      returned: always
      sample: SUCCESSFUL
    stage:
      description: The deployment's stage.
      type: str
      returned: when traffic is shifted
      sample: BAKE_TIME
    desired:
      description: How many tasks the service is to have.
      type: int
      returned: always
      sample: 2
    running:
      description: How many tasks of the new revision run.
      type: int
      returned: always
      sample: 2
    waiting_hooks:
      description: The ids of the hooks that wait for somebody to continue.
      type: list
      elements: str
      returned: when there are any
      sample: [ecs-pause-0123]
    deployment:
      description: >-
        The service deployment as DescribeServiceDeployments gives it, in snake case. Null where ECS keeps none.
      type: dict
      returned: always
cause:
  description: Why a deployment did not come through, as RV(portkey.gateway.ecs_service#module:cause).
  returned: failure
  type: dict
  sample: {category: health_check, evidence: Task failed container health checks}
stopped_tasks:
  description: The newest stopped tasks of the failed deployment, with the reason and exit codes.
  returned: failure
  type: list
  elements: dict
events:
  description: The newest events of the service since the deployment began.
  returned: failure
  type: list
  elements: str
log:
  description: >-
    The last lines of the newest stopped task's log, with what looks like a secret masked. Empty if it cannot be
    read.
  returned: failure
  type: list
  elements: str
last_state:
  description: Where the deployment stood when it was looked at last.
  returned: failure
  type: dict
timed_out:
  description: That the time was over. The deployment may still come through.
  returned: when the time was over
  type: bool
"""

from ansible_collections.portkey.gateway.plugins.module_utils._ecs import service_deployment
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        service_deployment.ensure,
        argument_spec=dict(
            cluster=dict(type="str", required=True),
            services=dict(type="list", elements="str", required=True, aliases=["service"]),
            wait_until=dict(type="str", default="stable"),
            wait_timeout=dict(type="int", default=1800),
        ),
    )


if __name__ == "__main__":
    main()
