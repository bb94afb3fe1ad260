#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: ecs_task_definition
version_added: "1.0.0"
short_description: Manage an ECS task definition
description:
  - Registers a new revision of a task definition only when its content means something else than the latest active
    revision (RegisterTaskDefinition). The order of environment variables, secrets and ports, and values that equal
    AWS's
    defaults, mean nothing.
  - A revision is described completely by the options. What is not set is not in the revision.
  - With O(state=absent) every revision of the family is deregistered and deleted (DeregisterTaskDefinition,
    DeleteTaskDefinitions). AWS keeps a deleted revision until nothing uses it any more.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  state:
    description: Whether the family has an active revision with this content.
    type: str
    choices: [present, absent]
    default: present
  family:
    description: The family's name, up to 255 letters, digits, hyphens and underscores.
    type: str
    required: true
  container_definitions:
    description:
      - The containers, in the spelling of the API (C(containerDefinitions) of RegisterTaskDefinition).
      - Text and numbers are turned into what the API wants.
    type: list
    elements: dict
  copy_of:
    description:
      - A revision, as ARN or C(family:revision), whose content and tags to take over instead of describing it. Together
        with O(images), it changes the images and nothing else.
      - No revision is registered when this one, or the latest of O(family), is what is wanted.
    type: str
  images:
    description: The images of the copy, by the container's name. The other containers keep theirs.
    type: dict
  cpu:
    description: CPU units of the task, such as V(256) or V(.25 vCPU).
    type: str
  memory:
    description: Memory of the task in MiB, such as V(1024) or V(1 GB).
    type: str
  network_mode:
    description: How the containers are connected. AWS's default on Linux is V(bridge).
    type: str
    choices: [awsvpc, bridge, host, none]
  requires_compatibilities:
    description: >-
      What the task must be able to run on, such as V(EC2) and V(FARGATE). AWS checks the definition against it.
    type: list
    elements: str
  execution_role_arn:
    description: The role with which ECS pulls images, reads secrets and writes logs.
    type: str
  task_role_arn:
    description: The role that the containers have.
    type: str
  runtime_platform:
    description: What the containers are built for.
    type: dict
    suboptions:
      cpu_architecture:
        description: The processor. AWS's default is V(X86_64).
        type: str
        choices: [X86_64, ARM64]
      operating_system_family:
        description: The operating system. AWS's default is V(LINUX).
        type: str
  volumes:
    description: The volumes, in the spelling of the API.
    type: list
    elements: dict
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Redis
  portkey.gateway.ecs_task_definition:
    family: portkey-dev-redis
    cpu: 256
    memory: 512
    network_mode: awsvpc
    requires_compatibilities: [EC2, FARGATE]
    execution_role_arn: arn:aws:iam::123456789012:role/portkey-dev-redis-execution
    runtime_platform:
      cpu_architecture: ARM64
      operating_system_family: LINUX
    container_definitions:
      - name: redis
        image: redis:7.2-alpine
        portMappings:
          - name: redis-port
            containerPort: 6379
        healthCheck:
          command: [CMD-SHELL, redis-cli ping | grep PONG]

- name: The gateway as it runs, with another image
  portkey.gateway.ecs_task_definition:
    family: portkey-dev-gateway
    copy_of: portkey-dev-gateway:7
    images:
      gateway: portkeyai/gateway_enterprise:2.17.0
"""

RETURN = r"""
task_definition:
  description:
    - The latest active revision, in snake case, but for container definitions and volumes, which keep the API's
      spelling.
    - Null when the family is absent.
  returned: success
  type: dict
  contains:
    task_definition_arn:
      description: The revision's ARN. C((known after apply)) when check mode foresees a new revision.
      type: str
      returned: always
      sample: arn:aws:ecs:us-east-1:123456789012:task-definition/portkey-dev-redis:3
    family:
      description: The family.
      type: str
      returned: always
      sample: portkey-dev-redis
    revision:
      description: The number of the revision.
      type: int
      returned: always
      sample: 3
    container_definitions:
      description: The containers in the spelling of the API.
      type: list
      elements: dict
      returned: always
    tags:
      description: The tags of the revision.
      type: dict
      returned: always
      sample: {Project: portkey}
"""

from ansible_collections.portkey.gateway.plugins.module_utils._ecs import task_definition
from ansible_collections.portkey.gateway.plugins.module_utils.module import run

RUNTIME_PLATFORM = dict(
    cpu_architecture=dict(type="str", choices=["X86_64", "ARM64"]),
    operating_system_family=dict(type="str"),
)


CONTENT = dict(
    container_definitions=dict(type="list", elements="dict"),
    cpu=dict(type="str"),
    memory=dict(type="str"),
    network_mode=dict(type="str", choices=["awsvpc", "bridge", "host", "none"]),
    requires_compatibilities=dict(type="list", elements="str"),
    execution_role_arn=dict(type="str"),
    task_role_arn=dict(type="str"),
    runtime_platform=dict(type="dict", options=RUNTIME_PLATFORM),
    volumes=dict(type="list", elements="dict"),
)


def main() -> None:
    run(
        task_definition.ensure,
        argument_spec=dict(
            state=dict(type="str", choices=["present", "absent"], default="present"),
            family=dict(type="str", required=True),
            copy_of=dict(type="str"),
            images=dict(type="dict"),
            **CONTENT,
            tags=dict(type="dict", aliases=["resource_tags"]),
            purge_tags=dict(type="bool", default=True),
        ),
        required_if=[("state", "present", ["container_definitions", "copy_of"], True)],
        mutually_exclusive=[("copy_of", option) for option in CONTENT],
        required_by={"images": "copy_of"},
    )


if __name__ == "__main__":
    main()
