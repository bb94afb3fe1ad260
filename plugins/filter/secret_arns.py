# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The filter portkey.gateway.secret_arns."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible.errors import AnsibleFilterError
from ansible_collections.portkey.gateway.plugins.module_utils._config import secrets, services

DOCUMENTATION = r"""
name: secret_arns
short_description: The secrets that a service reads
version_added: 1.0.0
author:
  - The portkey.gateway authors (@portkey-gateway)
description:
  - The ARNs that the execution role of a service must be allowed to read, for its containers and for pulling its image.
options:
  _input:
    description: The definition of a service, an item of C(preflight_stack.services).
    type: dict
    required: true
  docker_credentials_arn:
    description: The ARN of the stack's own secret with the image credentials, once it is known.
    type: str
  client_auth_arn:
    description: The ARN of the stack's own secret with the client auth, once it is known.
    type: str
  cache:
    description:
      - What the role P(portkey.gateway.elasticache#role) has published, where the stack makes its cache itself.
    type: dict
"""

EXAMPLES = r"""
- name: Show what the gateway may read
  ansible.builtin.debug:
    msg: "{{ service | portkey.gateway.secret_arns(client_auth_arn=secrets_outputs.client_auth_arn) }}"
"""

RETURN = r"""
_value:
  description: The ARNs, each once, sorted.
  type: list
  elements: str
"""


def secret_arns(
    definition: t.Any,
    docker_credentials_arn: str | None = None,
    client_auth_arn: str | None = None,
    cache: Mapping[str, t.Any] | None = None,
) -> list[str]:
    if not isinstance(definition, Mapping) or "secrets" not in definition:
        raise AnsibleFilterError("secret_arns needs an item of preflight_stack.services")
    return services.secret_arns(definition, secrets.known_arns(docker_credentials_arn, client_auth_arn, cache))


class FilterModule:
    def filters(self) -> dict[str, t.Any]:
        return {"secret_arns": secret_arns}
