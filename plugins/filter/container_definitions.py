# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The filter portkey.gateway.container_definitions."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible.errors import AnsibleFilterError
from ansible_collections.portkey.gateway.plugins.module_utils._config import secrets, services

DOCUMENTATION = r"""
name: container_definitions
short_description: The container definitions of a service
version_added: 1.0.0
author:
  - The portkey.gateway authors (@portkey-gateway)
description:
  - Turns the definition of a service, an item of C(preflight_stack.services), into the container definitions
    of the ECS API.
  - The secret C(KEY) with the ARN C(A) becomes a container secret with C(valueFrom) C(A:KEY::), that of the stack's own
    cache with its version behind.
options:
  _input:
    description: The definition.
    type: dict
    required: true
  docker_credentials_arn:
    description: The ARN of the stack's own secret with the image credentials, once it is known.
    type: str
  client_auth_arn:
    description: The ARN of the stack's own secret with the client auth, once it is known.
    type: str
  environment:
    description: More environment variables, which win over those of the definition.
    type: dict
  cache:
    description:
      - What the role P(portkey.gateway.elasticache#role) has published, where the stack makes its cache itself.
    type: dict
"""

EXAMPLES = r"""
- name: Register the task definition of the gateway
  portkey.gateway.ecs_task_definition:
    family: "{{ service.names.family }}"
    container_definitions: >-
      {{ service | portkey.gateway.container_definitions(docker_credentials_arn=secrets_outputs.docker_credentials_arn,
                                                         client_auth_arn=secrets_outputs.client_auth_arn) }}
"""

RETURN = r"""
_value:
  description: The container definitions, with the keys of the API.
  type: list
  elements: dict
"""


def container_definitions(
    definition: t.Any,
    docker_credentials_arn: str | None = None,
    client_auth_arn: str | None = None,
    environment: Mapping[str, str] | None = None,
    cache: Mapping[str, t.Any] | None = None,
) -> list[dict[str, t.Any]]:
    if not isinstance(definition, Mapping) or "health_check" not in definition:
        raise AnsibleFilterError("container_definitions needs an item of preflight_stack.services")
    arns = secrets.known_arns(docker_credentials_arn, client_auth_arn, cache)
    return services.container_definitions(definition, arns, environment)


class FilterModule:
    def filters(self) -> dict[str, t.Any]:
        return {"container_definitions": container_definitions}
