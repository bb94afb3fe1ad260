#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: ecs_service_deployment
version_added: "1.0.0"
short_description: Wait for, stop, continue and roll back the deployments of ECS services
description:
  - Waits for the running deployments of one or several services of a cluster, whoever started them, looking at all of
    them at once (DescribeServiceDeployments, DescribeServices).
  - Stops them with a rollback (StopServiceDeployment), answers the hooks that they wait at (ContinueServiceDeployment),
    or brings back an earlier revision of the services (DescribeServiceRevisions, UpdateService).
  - Fails as soon as one of them was rolled back, stopped or failed without having been asked for, naming the service,
    one cause and the evidence for it. That is so too when the last deployment of a service had failed before this
    module was called with O(action=wait).
  - Never touches the weights of listeners and rules. Those belong to ECS.
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
  action:
    description:
      - V(wait) waits for the deployments, and changes nothing.
      - V(stop) stops the running deployments, and ECS rolls them back. A service without one is left alone.
      - V(continue) answers the hooks that the running deployments wait at. A service without one is left alone.
      - V(rollback) brings back what was before, as O(to) says.
      - Each is safe to repeat, and then only waits for what is under way.
    type: str
    choices: [wait, stop, continue, rollback]
    default: wait
  to:
    description:
      - Where O(action=rollback) leads.
      - V(active) stops the running deployment with a rollback, as O(action=stop) does.
      - V(previous) starts a deployment of the revision before the present one, the last one that had been deployed
        with success and had another task definition. While a deployment is under way, that is the one which its
        rollback leads to, so it is stopped. A service that has gone back already stays as it is.
      - The ARN of a revision of the service (see M(portkey.gateway.ecs_service_deployment_info)) starts a deployment
        of that one. A running deployment is rolled back first.
      - Of an earlier revision come the task definition, and the names and ports that belong to it in Service Connect
        and behind the load balancers. The network and the strategy stay as they are.
    type: str
    default: active
  hook_id:
    description: >-
      The hook that O(action=continue) answers. By default all that wait. One that was answered before is left alone.
    type: str
  hook_action:
    description: The answer to the hooks. V(rollback) makes ECS roll the deployment back.
    type: str
    choices: [continue, rollback]
    default: continue
  wait:
    description:
      - Whether to wait. After a rollback was asked for (O(action=stop), O(to=active), O(hook_action=rollback)) until it
        has succeeded; otherwise as O(wait_until) says.
    type: bool
    default: true
  wait_until:
    description:
      - V(stable) waits until the deployment has succeeded and the desired number of tasks is running.
      - V(deployed) waits until the new revision has all production traffic, or the deployment has succeeded.
      - V(paused) waits until a hook waits for somebody to continue, or the deployment has succeeded.
      - V(deployed_or_paused) waits for whichever of the two comes first.
      - The name of a stage, such as V(POST_TEST_TRAFFIC_SHIFT), waits until the deployment has come to it or passed it.
    type: str
    default: stable
  wait_timeout:
    description: How long to wait, in seconds. When it is over, the deployments go on.
    type: int
    default: 1800
  rollback_on_interrupt:
    description:
      - Whether a run that is interrupted (Ctrl-C, SIGTERM) while it waits stops the deployment, and ECS rolls it back.
        Otherwise the deployment goes on, and the run says how to stop it.
      - Only with a local connection, and not with C(async).
    type: bool
    default: false
  progress_file:
    description: >-
      Where to write how far the deployments are. Internal: the action plugin of the same name sets it, and prints what
      is written.
    type: path
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

- name: Take back the deployment that is under way
  portkey.gateway.ecs_service_deployment:
    cluster: portkey-dev-cluster
    service: gateway
    action: stop

- name: Go on at all hooks that wait, as far as the next one or the end
  portkey.gateway.ecs_service_deployment:
    cluster: portkey-dev-cluster
    service: gateway
    action: continue
    wait_until: paused

- name: Bring back what ran before
  portkey.gateway.ecs_service_deployment:
    cluster: portkey-dev-cluster
    service: gateway
    action: rollback
    to: previous

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
interrupted:
  description: That the run was interrupted while it waited.
  returned: when it was interrupted
  type: bool
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
            action=dict(type="str", choices=["wait", "stop", "continue", "rollback"], default="wait"),
            to=dict(type="str", default="active"),
            hook_id=dict(type="str"),
            hook_action=dict(type="str", choices=["continue", "rollback"], default="continue"),
            wait=dict(type="bool", default=True),
            wait_until=dict(type="str", default="stable"),
            wait_timeout=dict(type="int", default=1800),
            rollback_on_interrupt=dict(type="bool", default=False),
            progress_file=dict(type="path"),
        ),
    )


if __name__ == "__main__":
    main()
