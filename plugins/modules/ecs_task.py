#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: ecs_task
version_added: "1.0.0"
short_description: Run a command once in a task of its own
description:
  - Starts a task like those of a service, with the same task definition, network and capacity, but with another
    command (RunTask), waits for its end, and returns its exit code and its log. What looks like a secret in the log is
    masked.
  - Fails when the command does, or when the task does not start.
  - Every run is another task. In check mode nothing is started.
  - M(community.aws.ecs_task) takes a running task of the family for its own and then starts none, knows no capacity
    providers, loses the reasons for which ECS starts no task, and reads no log.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  cluster:
    description: The cluster's name or ARN.
    type: str
    required: true
  service:
    description: The service whose tasks it is like.
    type: str
    required: true
  task_definition:
    description: A task definition other than the service's.
    type: str
  container:
    description: The container that runs the command. Unset, it is the first essential one.
    type: str
  command:
    description: The command and its arguments.
    type: list
    elements: str
  command_line:
    description: The command and its arguments in one line, in the words in which a shell would take it.
    type: str
  environment:
    description: Further environment variables of the container. They are no secrets for ECS, which shows them.
    type: dict
  tags:
    description: The task's tags.
    type: dict
    aliases: [resource_tags]
  wait_timeout:
    description: How long to wait for the task's end, in seconds. When it is over, the task goes on.
    type: int
    default: 1800
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: What does it see of the world
  portkey.gateway.ecs_task:
    cluster: portkey-dev-cluster
    service: gateway
    command: [wget, -qO-, "https://api.portkey.ai/v1/health"]
"""

RETURN = r"""
task_arn:
  description: The task's ARN. C((known after apply)) in check mode.
  returned: when the task was started
  type: str
task_definition:
  description: The ARN of the task definition that it has.
  returned: always
  type: str
container:
  description: The container that ran the command.
  returned: always
  type: str
command:
  description: The command and its arguments.
  returned: always
  type: list
  elements: str
exit_code:
  description: The container's exit code. Null where it did not start.
  returned: when the task has ended
  type: int
  sample: 0
log:
  description: The last lines of the container's log, with what looks like a secret masked.
  returned: when the task has ended
  type: list
  elements: str
timed_out:
  description: That the time was over. The task goes on.
  returned: when the time was over
  type: bool
"""

from ansible_collections.portkey.gateway.plugins.module_utils._ecs import task
from ansible_collections.portkey.gateway.plugins.module_utils.module import run

OPTIONS = dict(
    cluster=dict(type="str", required=True),
    service=dict(type="str", required=True),
    task_definition=dict(type="str"),
    container=dict(type="str"),
    command=dict(type="list", elements="str"),
    command_line=dict(type="str"),
    environment=dict(type="dict"),
    tags=dict(type="dict", aliases=["resource_tags"]),
    wait_timeout=dict(type="int", default=1800),
)


def main() -> None:
    run(
        task.ensure,
        argument_spec=OPTIONS,
        required_one_of=[("command", "command_line")],
        mutually_exclusive=[("command", "command_line")],
    )


if __name__ == "__main__":
    main()
