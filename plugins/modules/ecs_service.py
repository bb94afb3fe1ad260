#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: ecs_service
version_added: "1.0.0"
short_description: Manage an ECS service and follow its deployment to the end
description:
  - Creates, changes and removes an ECS service (CreateService, UpdateService, DeleteService).
  - Every field that is set is compared with what DescribeServices says, and what differs is changed by one
    UpdateService.
    A field that is not set stays as it is. The diff says which changes start a deployment.
  - Waits until the deployment has ended, be it started by this run or found running, and fails when it was rolled back,
    stopped or failed, naming one cause and the evidence for it.
  - What ECS refuses for a while only is tried again until O(wait_timeout), such as a target group that no listener
    uses yet, or
    a name that is still draining. Other errors fail at once.
  - The launch type, the scheduling strategy and the role of a service cannot be changed. Asking for it fails, because
    making the service anew would stop its tasks.
  - The task definition, network and load balancers of a service that CodeDeploy deploys are set on creation, and are
    CodeDeploy's
    from then on.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  state:
    description:
      - Whether the service exists. V(absent) removes it with its tasks, whatever their number.
    type: str
    choices: [present, absent]
    default: present
  cluster:
    description: The cluster's name or ARN.
    type: str
    required: true
  name:
    description: The service's name, up to 255 letters, digits, hyphens and underscores.
    type: str
    required: true
  task_definition:
    description: A task definition, as ARN, as C(family:revision), or as family, which means its latest active revision.
    type: str
  desired_count:
    description: How many tasks the service has. A new service has one unless this is set.
    type: int
  desired_count_policy:
    description:
      - V(always) holds O(desired_count). V(create) sets it on creation only, and leaves it to an autoscaler or
        operator afterwards.
    type: str
    choices: [always, create]
    default: always
  launch_type:
    description:
      - What the tasks run on, without a capacity provider. It cannot be changed.
      - A service that uses capacity providers goes back to its launch type when this is set.
    type: str
    choices: [EC2, FARGATE, EXTERNAL]
  capacity_provider_strategy:
    description:
      - How the tasks are spread over capacity providers. A new service follows the cluster's default if neither this
        nor
        O(launch_type) is set.
      - A change is not a deployment. It counts for the tasks that start afterwards.
    type: list
    elements: dict
    suboptions:
      capacity_provider:
        description: The provider's name.
        type: str
        required: true
      weight:
        description: The share of tasks that the provider gets, 0 to 1000. AWS's default is 0.
        type: int
      base:
        description: How many tasks at least the provider gets, 0 to 100000. AWS's default is 0.
        type: int
  platform_version:
    description: The Fargate platform version. A change starts a deployment.
    type: str
  role:
    description:
      - The role with which ECS registers tasks at the load balancer, for tasks without a network interface of their
        own. Otherwise
        ECS uses its service-linked role. It cannot be changed.
    type: str
  scheduling_strategy:
    description: >-
      Whether the service has a number of tasks or one on each instance. It cannot be changed. AWS's default is
      V(REPLICA).
    type: str
    choices: [REPLICA, DAEMON]
  deployment_controller:
    description:
      - Who deploys the service. AWS's default is V(ECS).
      - It can change from V(CODE_DEPLOY) to V(ECS) or V(EXTERNAL), and between V(ECS) and V(EXTERNAL).
    type: str
    choices: [ECS, CODE_DEPLOY, EXTERNAL]
  deployment_configuration:
    description:
      - How deployments go. A change is not a deployment; it counts for the next one.
      - Changing O(deployment_configuration.strategy) from V(ROLLING) to another while the load balancers get their
        O(load_balancers[].advanced_configuration) makes two updates, because AWS wants a rolling deployment in between.
    type: dict
    suboptions:
      strategy:
        description:
          - How tasks are replaced. AWS's default is V(ROLLING).
          - V(LINEAR) and V(CANARY) need botocore 1.40.61.
        type: str
        choices: [ROLLING, BLUE_GREEN, LINEAR, CANARY]
      maximum_percent:
        description: How many tasks may run during a deployment, in percent of the desired count. AWS's default is 200.
        type: int
      minimum_healthy_percent:
        description: How many tasks must run during a deployment, in percent of the desired count. AWS's default is 100.
        type: int
      deployment_circuit_breaker:
        description: Whether ECS gives up when tasks keep failing. Without it, a failing deployment never ends.
        type: dict
        suboptions:
          enable:
            description: Whether ECS gives up.
            type: bool
            required: true
          rollback:
            description: Whether it then goes back to the last deployment that succeeded.
            type: bool
            required: true
          reset_on_healthy_task:
            description: Whether a healthy task sets the count of failures to 0. AWS's default is V(true).
            type: bool
          threshold_configuration:
            description: After how many failures ECS gives up. AWS's default is V(BOUNDED_PERCENT) of 50.
            type: dict
            suboptions:
              type:
                description: >-
                  V(COUNT) takes the value as the number of failures; the others take it as percent of the desired
                  count,
                  V(BOUNDED_PERCENT) within AWS's bounds.
                type: str
                choices: [COUNT, BOUNDED_PERCENT, UNBOUNDED_PERCENT]
                required: true
              value:
                description: The number or percentage.
                type: int
                required: true
      alarms:
        description: CloudWatch alarms that make a deployment fail.
        type: dict
        suboptions:
          alarm_names:
            description: The alarms' names.
            type: list
            elements: str
            required: true
          enable:
            description: Whether the alarms count.
            type: bool
            required: true
          rollback:
            description: Whether ECS then goes back to the last deployment that succeeded.
            type: bool
            required: true
      bake_time_in_minutes:
        description: >-
          How long both revisions run after all production traffic has shifted, 0 to 1440 minutes. Not for
          V(ROLLING).
        type: int
      linear_configuration:
        description: The steps of the strategy V(LINEAR).
        type: dict
        suboptions:
          step_percent:
            description: How much traffic each step shifts, 3 to 100 percent in tenths. AWS's default is 10.
            type: float
          step_bake_time_in_minutes:
            description: How long to wait after each step, 0 to 1440 minutes. AWS's default is 6.
            type: int
      canary_configuration:
        description: The two steps of the strategy V(CANARY).
        type: dict
        suboptions:
          canary_percent:
            description: How much traffic the first step shifts, 0.1 to 100 percent in tenths. AWS's default is 5.
            type: float
          canary_bake_time_in_minutes:
            description: How long to wait before the rest is shifted, 0 to 1440 minutes. AWS's default is 10.
            type: int
      lifecycle_hooks:
        description: >-
          What happens at stages of a deployment. The list is compared as a whole. An empty list removes all hooks.
        type: list
        elements: dict
        suboptions:
          target_type:
            description: V(AWS_LAMBDA), AWS's default, asks a function. V(PAUSE) waits for somebody to continue.
            type: str
            choices: [AWS_LAMBDA, PAUSE]
          hook_target_arn:
            description: The function's ARN.
            type: str
          role_arn:
            description: The role with which ECS calls the function.
            type: str
          lifecycle_stages:
            description: >-
              The stages. V(PAUSE) is not possible at V(TEST_TRAFFIC_SHIFT) and V(PRODUCTION_TRAFFIC_SHIFT), which a
              rollback
              goes through as well.
            type: list
            elements: str
            required: true
          hook_details:
            description: What is handed to the hook, as it is.
            type: dict
          timeout_configuration:
            description: What happens when the hook does not answer.
            type: dict
            suboptions:
              timeout_in_minutes:
                description: How long to wait, 1 to 20160 minutes. AWS's default is 1440.
                type: int
              action:
                description: What to do then. AWS's default is V(ROLLBACK).
                type: str
                choices: [ROLLBACK, CONTINUE]
      early_success_criteria:
        description: Whether a rolling deployment may end before all its tasks are healthy. Only for V(ROLLING).
        type: dict
        suboptions:
          enable:
            description: Whether it may.
            type: bool
            required: true
          healthy_percent:
            description: How many tasks must be healthy, 0 to 100 percent.
            type: int
          source_service_revision_cleanup:
            description: Whether the end waits for the old tasks to be gone.
            type: str
            choices: [BLOCKING, DEFERRED]
  network_configuration:
    description: >-
      The network of tasks with an interface of their own (network mode C(awsvpc)). A change starts a deployment.
    type: dict
    suboptions:
      subnets:
        description: The subnets' ids.
        type: list
        elements: str
      security_groups:
        description: The security groups' ids. The VPC's default group if a new service has none.
        type: list
        elements: str
      assign_public_ip:
        description: Whether tasks get a public address. AWS's default is V(false).
        type: bool
  load_balancers:
    description: >-
      The target groups in which the tasks are registered. A change starts a deployment. An empty list removes them.
    type: list
    elements: dict
    suboptions:
      target_group_arn:
        description: The target group's ARN.
        type: str
        required: true
      container_name:
        description: The container.
        type: str
        required: true
      container_port:
        description: The port of the container.
        type: int
        required: true
      advanced_configuration:
        description: What ECS needs to shift traffic.
        type: dict
        suboptions:
          alternate_target_group_arn:
            description: The second target group's ARN. ECS uses the two in turns.
            type: str
          production_listener_rule:
            description: >-
              The rule that ECS changes to shift production traffic, by the ARN of a rule (ALB) or of a listener
              (NLB).
            type: str
          test_listener_rule:
            description: >-
              The rule that ECS changes to shift test traffic, by the ARN of a rule (ALB) or of a listener (NLB).
            type: str
          role_arn:
            description: The role with which ECS changes them.
            type: str
  service_registries:
    description: Cloud Map services in which the tasks are registered. A change starts a deployment.
    type: list
    elements: dict
    suboptions:
      registry_arn:
        description: The Cloud Map service's ARN.
        type: str
        required: true
      port:
        description: The port, where the registry has SRV records.
        type: int
      container_name:
        description: The container.
        type: str
      container_port:
        description: The port of the container.
        type: int
  service_connect_configuration:
    description: Service Connect. A change starts a deployment.
    type: dict
    suboptions:
      enabled:
        description: Whether the service uses Service Connect.
        type: bool
        required: true
      namespace:
        description: The Cloud Map namespace, as ARN or name. The cluster's default if it is not set.
        type: str
      services:
        description: What this service offers to others. Without any, it is a client only.
        type: list
        elements: dict
        suboptions:
          port_name:
            description: The name of a port in the task definition.
            type: str
            required: true
          discovery_name:
            description: The name in Cloud Map. AWS's default is the port's name.
            type: str
          client_aliases:
            description: How clients reach it.
            type: list
            elements: dict
            suboptions:
              port:
                description: The port for clients.
                type: int
                required: true
              dns_name:
                description: The name for clients. AWS's default is the discovery name with the namespace.
                type: str
              test_traffic_rules:
                description: Which requests go to the new revision while it is tested.
                type: dict
                suboptions:
                  header:
                    description: A header of the request.
                    type: dict
                    required: true
                    suboptions:
                      name:
                        description: The header's name.
                        type: str
                        required: true
                      value:
                        description: The header's value. Any value if it is not set.
                        type: dict
                        suboptions:
                          exact:
                            description: The whole value.
                            type: str
                            required: true
          ingress_port_override:
            description: The port on which the proxy listens.
            type: int
          timeout:
            description: The proxy's timeouts.
            type: dict
            suboptions:
              idle_timeout_seconds:
                description: How long a connection may be idle, in seconds. 0 is no limit.
                type: int
              per_request_timeout_seconds:
                description: How long a request may take, in seconds. 0 is no limit.
                type: int
          tls:
            description: Encryption between the proxies.
            type: dict
            suboptions:
              issuer_certificate_authority:
                description: Who issues the certificates.
                type: dict
                required: true
                suboptions:
                  aws_pca_authority_arn:
                    description: The ARN of an authority of AWS Private CA.
                    type: str
              kms_key:
                description: The key that protects the certificates' keys.
                type: str
              role_arn:
                description: The role with which ECS gets the certificates.
                type: str
      log_configuration:
        description: Where the proxy logs.
        type: dict
        suboptions:
          log_driver:
            description: The log driver, such as V(awslogs).
            type: str
            required: true
          options:
            description: The driver's options, in the spelling of the API.
            type: dict
          secret_options:
            description: Options that are secrets.
            type: list
            elements: dict
            suboptions:
              name:
                description: The option.
                type: str
                required: true
              value_from:
                description: The ARN of the secret or parameter.
                type: str
                required: true
      access_log_configuration:
        description: Whether and how the proxy logs each request.
        type: dict
        suboptions:
          format:
            description: The format.
            type: str
            choices: [TEXT, JSON]
            required: true
          include_query_parameters:
            description: Whether the query is logged, which may contain secrets. AWS's default is V(DISABLED).
            type: str
            choices: [ENABLED, DISABLED]
  health_check_grace_period_seconds:
    description: How long ECS ignores the load balancer's health checks of a new task, in seconds. AWS's default is 0.
    type: int
  placement_constraints:
    description: On which instances tasks may run. An empty list removes them.
    type: list
    elements: dict
    suboptions:
      type:
        description: The kind of constraint.
        type: str
        choices: [distinctInstance, memberOf]
        required: true
      expression:
        description: The expression for V(memberOf).
        type: str
  placement_strategy:
    description: On which of these instances tasks run, in order of precedence. An empty list removes it.
    type: list
    elements: dict
    suboptions:
      type:
        description: The kind of strategy.
        type: str
        choices: [random, spread, binpack]
        required: true
      field:
        description: What to spread over or to pack, such as V(attribute:ecs.availability-zone) or V(memory).
        type: str
  availability_zone_rebalancing:
    description: >-
      Whether ECS moves tasks to spread them evenly over availability zones. AWS's default for a new service is
      V(ENABLED).
    type: str
    choices: [ENABLED, DISABLED]
  enable_execute_command:
    description: >-
      Whether sessions can be opened into the containers. Counts for tasks that start afterwards. AWS's default is
      V(false).
    type: bool
  enable_ecs_managed_tags:
    description: Whether ECS tags the tasks with the cluster and service. AWS's default is V(false).
    type: bool
  propagate_tags:
    description: Whose tags the tasks get. AWS's default is V(NONE).
    type: str
    choices: [TASK_DEFINITION, SERVICE, NONE]
  force_new_deployment:
    description: Whether to start a deployment even if nothing differs.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until the deployment has ended, and the desired number of tasks is running on it. For
        O(state=absent),
        whether to wait until the tasks are gone.
    type: bool
    default: true
  wait_timeout:
    description:
      - How long to wait, in seconds, for ECS to accept a change, and for the deployment.
      - When it is over, the deployment goes on, and the module fails with the cause found so far.
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
  - amazon.aws.tags
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: A service behind a load balancer
  portkey.gateway.ecs_service:
    cluster: portkey-dev-cluster
    name: gateway
    task_definition: "{{ definition.task_definition.task_definition_arn }}"
    desired_count: 2
    desired_count_policy: create
    capacity_provider_strategy:
      - capacity_provider: portkey-dev
        weight: 1
    network_configuration:
      subnets: [subnet-0a, subnet-0b]
      security_groups: [sg-0a]
    load_balancers:
      - target_group_arn: arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/gateway/0123
        container_name: gateway
        container_port: 8787
    health_check_grace_period_seconds: 150
    deployment_configuration:
      deployment_circuit_breaker:
        enable: true
        rollback: true
    propagate_tags: SERVICE
    enable_ecs_managed_tags: true

- name: Five percent first, the rest after ten minutes
  portkey.gateway.ecs_service:
    cluster: portkey-dev-cluster
    name: gateway
    deployment_configuration:
      strategy: CANARY
      canary_configuration:
        canary_percent: 5
        canary_bake_time_in_minutes: 10
      bake_time_in_minutes: 1

- name: New tasks of the same definition
  portkey.gateway.ecs_service:
    cluster: portkey-dev-cluster
    name: gateway
    force_new_deployment: true
"""

RETURN = r"""
service:
  description:
    - The service as DescribeServices gives it, in snake case, without its events. Null when it is absent.
    - On failure too.
  returned: always
  type: dict
  contains:
    service_arn:
      description: The service's ARN. C((known after apply)) when check mode foresees a new service.
      type: str
      returned: always
      sample: arn:aws:ecs:us-east-1:123456789012:service/portkey-dev-cluster/gateway
    service_name:
      description: The service's name.
      type: str
      returned: always
      sample: gateway
    task_definition:
      description: The task definition that the service runs.
      type: str
      returned: always
      sample: arn:aws:ecs:us-east-1:123456789012:task-definition/gateway:4
    desired_count:
      description: How many tasks it is to have.
      type: int
      returned: always
      sample: 2
    running_count:
      description: How many tasks run.
      type: int
      returned: when it exists
      sample: 2
    tags:
      description: The service's tags.
      type: dict
      returned: always
      sample: {Project: portkey}
deployment:
  description:
    - The service deployment as DescribeServiceDeployments gives it, in snake case. Null where ECS keeps none or none
      was looked at.
    - On failure too.
  returned: always
  type: dict
  sample: {status: SUCCESSFUL, status_reason: ""}
new_deployment:
  description: Whether this run started a deployment, or would have in check mode.
  returned: success
  type: bool
  sample: true
changes:
  description: What differed. Empty for a new service.
  returned: success
  type: list
  elements: dict
  contains:
    field:
      description: The option.
      type: str
      returned: always
      sample: task_definition
    before:
      description: What it was.
      type: raw
      returned: always
    after:
      description: What it is now.
      type: raw
      returned: always
    starts_deployment:
      description: Whether such a change starts a deployment.
      type: bool
      returned: always
      sample: true
cause:
  description: Why the deployment did not come through. Null on success.
  returned: always
  type: dict
  contains:
    category:
      description:
        - What kind of cause it is. One of C(alarm), C(circuit_breaker), C(container_exit), C(container_start),
          C(eni_limit), C(health_check), C(hook_failed), C(image_pull), C(instance_lost), C(load_balancer),
          C(log_group), C(no_capacity), C(out_of_memory), C(pause_timeout), C(paused), C(role_not_assumable),
          C(secret_denied), C(stopped_by_request), C(wrong_architecture), C(unknown).
      type: str
      returned: always
      sample: image_pull
    evidence:
      description: The one text of AWS's that says so.
      type: str
      returned: always
      sample: "CannotPullContainerError: manifest for portkeyai/gateway_enterprise:9.9.9 not found"
    advice:
      description: What to look at.
      type: str
      returned: always
      sample: check the image's name and tag
stopped_tasks:
  description: The newest stopped tasks of the deployment, with the reason and exit codes.
  returned: when the deployment failed or the time was over
  type: list
  elements: dict
events:
  description: The newest events of the service since the deployment began.
  returned: when the deployment failed or the time was over
  type: list
  elements: str
log:
  description: >-
    The last lines of the newest stopped task's log, with what looks like a secret masked. Empty if it cannot be
    read.
  returned: when the deployment failed or the time was over
  type: list
  elements: str
last_state:
  description: Where the deployment stood when it was looked at last.
  returned: when the deployment failed or the time was over
  type: dict
  sample: {status: IN_PROGRESS, desired: 2, running: 1, pending: 1}
interrupted:
  description: That the run was interrupted while it waited.
  returned: when it was interrupted
  type: bool
timed_out:
  description: That the time was over. The deployment may still come through.
  returned: when the time was over
  type: bool
  sample: true
"""

from ansible_collections.portkey.gateway.plugins.module_utils._ecs import service
from ansible_collections.portkey.gateway.plugins.module_utils._ecs.service_spec import ARGUMENT_SPEC
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        service.ensure,
        argument_spec=ARGUMENT_SPEC,
        mutually_exclusive=[("launch_type", "capacity_provider_strategy")],
    )


if __name__ == "__main__":
    main()
