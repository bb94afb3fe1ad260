# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

from __future__ import annotations

DOCUMENTATION = r"""
name: awx_survey
version_added: "1.0.0"
short_description: The survey of an AWX job template from the specification of the variables
description:
  - Asks for C(portkey_) variables with the types, bounds, choices and defaults that these have.
  - A variable that is a secret is refused, as the answers of a survey are extra vars, which everybody sees who sees the
    job. Such a value comes from a credential.
author:
  - The portkey.gateway authors (@portkey-gateway)
positional: _input
options:
  _input:
    description: The names of the variables, in the order in which they are asked for.
    type: list
    elements: str
    required: true
  required:
    description: Those that must be answered.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Make a job template that asks for a tag
  awx.awx.job_template:
    name: Deploy
    project: Portkey gateway
    inventory: Portkey gateway
    playbook: playbooks/deploy.yml
    survey_enabled: true
    survey_spec: "{{ ['portkey_deploy_tag'] | portkey.gateway.awx_survey(required=['portkey_deploy_tag']) }}"
"""

RETURN = r"""
_value:
  description: The survey, as the module awx.awx.job_template takes it.
  type: dict
"""

import typing as t

from ansible_collections.portkey.gateway.plugins.plugin_utils.awx_survey import survey


class FilterModule:
    def filters(self) -> dict[str, t.Any]:
        return {"awx_survey": survey}
