# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations


class ModuleDocFragment:
    """The options of modules on a whole stack: module_utils/_audit/options.py."""

    DOCUMENTATION = r"""
options:
  project:
    description: The project, as the tag C(Project) has it.
    type: str
    required: true
  environment:
    description: The environment, as the tag C(Environment) has it.
    type: str
    required: true
  names:
    description:
      - The names of everything that the stack may consist of, C(preflight_stack.names) or what
        P(portkey.gateway.resource_names#filter) gives.
    type: dict
    required: true
  keep:
    description: What may stay of what keeps data. What is scheduled for its end stays until then either way.
    type: list
    elements: str
    choices: [logs_log_group, s3_bucket, secretsmanager_secret]
    default: [logs_log_group, s3_bucket, secretsmanager_secret]
"""
