# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The filter portkey.gateway.aws_connection."""

from __future__ import annotations

import typing as t

from ansible_collections.portkey.gateway.plugins.module_utils._config.connection import arguments

DOCUMENTATION = r"""
name: aws_connection
short_description: Options of AWS modules from portkey_aws_connection
version_added: 1.0.0
author:
  - The portkey.gateway authors
description:
  - Makes the options by which AWS modules are told who they are from the variable C(portkey_aws_connection).
  - With a profile, keys of the environment are kept out, and with keys, a profile and a session token of the
    environment.
options:
  _input:
    description: The variable, in which everything may be missing or empty.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Whose credentials are these
  amazon.aws.aws_caller_info:
  module_defaults:
    group/portkey.gateway.aws: "{{ portkey_aws_connection | default({}) | portkey.gateway.aws_connection }}"
"""

RETURN = r"""
_value:
  description: >-
    Those of C(profile), C(access_key), C(secret_key), C(session_token) and C(endpoint_url) that have to be set.
  type: dict
"""


class FilterModule:
    def filters(self) -> dict[str, t.Any]:
        return {"aws_connection": arguments}
