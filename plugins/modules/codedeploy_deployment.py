#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: codedeploy_deployment
version_added: "1.0.0"
short_description: Deploy to an ECS service by CodeDeploy, and steer its deployments
description:
  - Starts a deployment when the service's primary task set differs from what the task wants, with an AppSpec made
    from the options (CreateDeployment), and follows it.
  - A deployment of the same task definition that is under way is joined. Another one is waited for first.
  - Stops deployments with a rollback (StopDeployment), continues those that wait (ContinueDeployment), or brings back
    what ran before.
  - Fails as soon as the deployment has failed and its rollback has ended, naming one cause and the evidence for it.
  - Never touches the weights of listeners and rules. Those belong to CodeDeploy.
  - In check mode nothing is started and nothing is waited for.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  application:
    description: The application's name.
    type: str
    required: true
  deployment_group:
    description: The deployment group's name.
    type: str
    required: true
  action:
    description:
      - V(deploy) starts a deployment if something differs.
      - V(wait) waits for the deployment that is under way, or looks at the last one.
      - V(stop) stops what is under way.
      - V(continue) continues what waits.
      - V(rollback) brings back what was before, as O(to) says.
      - Each is safe to repeat, and without anything under way V(stop) and V(continue) change nothing.
    type: str
    choices: [deploy, wait, stop, continue, rollback]
    default: deploy
  task_definition:
    description: The task definition, its ARN, family and revision, or a family for its latest revision.
    type: str
  container_name:
    description: The container that the load balancer reaches. By default it stays as it is.
    type: str
  container_port:
    description: The port of the container that the load balancer reaches. By default it stays as it is.
    type: int
  platform_version:
    description: The Fargate platform version.
    type: str
  network_configuration:
    description: The network of the tasks. By default it stays as it is.
    type: dict
    suboptions:
      subnets:
        description: The subnets.
        type: list
        elements: str
        required: true
      security_groups:
        description: The security groups.
        type: list
        elements: str
      assign_public_ip:
        description: Whether the tasks get public addresses.
        type: bool
        default: false
  capacity_provider_strategy:
    description: Where the tasks run. By default that stays as it is.
    type: list
    elements: dict
    suboptions:
      capacity_provider:
        description: The capacity provider's name.
        type: str
        required: true
      weight:
        description: Its weight.
        type: int
      base:
        description: How many tasks it runs at least.
        type: int
  hooks:
    description:
      - By event, the Lambda function that judges the deployment and answers with PutLifecycleEventHookExecutionStatus.
      - There are C(BeforeInstall), C(AfterInstall), C(AfterAllowTestTraffic), C(BeforeAllowTraffic) and
        C(AfterAllowTraffic). An event with null has no hook.
    type: dict
  deployment_config:
    description: Another deployment configuration than the group's.
    type: str
  description:
    description: A comment about the deployment.
    type: str
  rollback:
    description: Whether O(action=stop) takes the traffic back to the original tasks. Otherwise it stays where it is.
    type: bool
    default: true
  to:
    description:
      - Where O(action=rollback) leads.
      - V(active) takes back what is under way, as O(action=stop) does.
      - V(previous) does so too, and with nothing under way it deploys the task definition that was deployed before the
        present one. A service that has gone back already stays as it is.
    type: str
    choices: [active, previous]
    default: active
  wait_type:
    description:
      - Which wait O(action=continue) ends. V(ready) is the one before production traffic is shifted, V(termination) the
        one before the original tasks are stopped. By default whichever there is.
    type: str
    choices: [ready, termination]
  wait:
    description: Whether to wait.
    type: bool
    default: true
  wait_until:
    description:
      - V(stable) waits until the deployment has succeeded.
      - V(deployed) waits until the new tasks have all production traffic, and the original ones wait for their end.
      - V(paused) waits until the deployment waits for somebody to continue it, or has succeeded.
      - The name of an event, such as V(AfterAllowTestTraffic), waits until the deployment has come to it.
    type: str
    default: stable
  wait_timeout:
    description: How long to wait, in seconds. When it is over, the deployment goes on.
    type: int
    default: 3600
  progress_file:
    description: >-
      Where to write how far the deployment is. Internal: the action plugin of the same name sets it, and prints what is
      written.
    type: path
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Deploy a new revision
  portkey.gateway.codedeploy_deployment:
    application: portkey-dev
    deployment_group: gateway
    task_definition: portkey-dev-gateway
    container_name: gateway
    container_port: 8787
    hooks:
      AfterAllowTestTraffic: arn:aws:lambda:us-east-1:123456789012:function:portkey-dev-lifecycle-hook

- name: Shift the production traffic now
  portkey.gateway.codedeploy_deployment:
    application: portkey-dev
    deployment_group: gateway
    action: continue
    wait_type: ready

- name: Take it back
  portkey.gateway.codedeploy_deployment:
    application: portkey-dev
    deployment_group: gateway
    action: stop
"""

RETURN = r"""
deployment:
  description: The deployment as GetDeployment gives it, in snake case. Null when there is none.
  returned: success
  type: dict
  contains:
    deployment_id:
      description: The deployment's id.
      type: str
      returned: always
      sample: d-A1B2C3D4E
    status:
      description: The deployment's status.
      type: str
      returned: always
      sample: Succeeded
target:
  description: >-
    The service as GetDeploymentTarget gives it, in snake case, with its lifecycle events and both task sets. Null
    before the deployment has started.
  returned: success
  type: dict
summary:
  description: Where the deployment stands, in a few words.
  returned: success
  type: dict
  sample: {deployment_id: d-A1B2C3D4E, status: InProgress, event: AllowTraffic, traffic: {blue: 90.0, green: 10.0}}
cause:
  description: Why the deployment did not come through, as RV(portkey.gateway.ecs_service#module:cause).
  returned: always
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
  returned: when the time was over
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

from ansible_collections.portkey.gateway.plugins.module_utils._codedeploy import deployment
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        deployment.ensure,
        argument_spec=dict(
            application=dict(type="str", required=True),
            deployment_group=dict(type="str", required=True),
            action=dict(type="str", choices=["deploy", "wait", "stop", "continue", "rollback"], default="deploy"),
            **deployment.OPTIONS,
            rollback=dict(type="bool", default=True),
            to=dict(type="str", choices=["active", "previous"], default="active"),
            wait_type=dict(type="str", choices=["ready", "termination"]),
            wait=dict(type="bool", default=True),
            wait_until=dict(type="str", default="stable"),
            wait_timeout=dict(type="int", default=3600),
            progress_file=dict(type="path"),
        ),
        required_if=[("action", "deploy", ["task_definition"])],
        required_together=[("container_name", "container_port")],
    )


if __name__ == "__main__":
    main()
