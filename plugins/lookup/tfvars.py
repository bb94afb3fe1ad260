# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of Ansible that it works with is under

"""The lookup portkey.gateway.tfvars."""

from __future__ import annotations

DOCUMENTATION = r"""
name: tfvars
version_added: 1.0.0
short_description: Reads one of Terraform's variable files as portkey_ variables
author:
  - The portkey.gateway authors (@portkey-gateway)
description:
  - Each entry of a C(.tfvars) or C(.tfvars.json) file becomes the variable of the same name with the prefix
    C(portkey_).
  - It is for looking at a file, or for turning it into YAML once and for all. To use such files as they are, see the
    plugin P(portkey.gateway.tfvars#vars).
  - No entry is dropped. One that is not a plain value, such as a function call, is an error.
requirements:
  - python-hcl2 >= 8
options:
  _terms:
    description: The paths of the files.
    type: list
    elements: path
    required: true
"""

EXAMPLES = r"""
- name: Turn a variable file into YAML
  ansible.builtin.copy:
    content: "{{ lookup('portkey.gateway.tfvars', 'environments/prod/prod.tfvars') | to_nice_yaml }}"
    dest: inventories/prod/group_vars/all/portkey.yml
    mode: "0644"
"""

RETURN = r"""
_raw:
  description: For each file its variables.
  type: list
  elements: dict
"""

import typing as t

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible_collections.portkey.gateway.plugins.plugin_utils.tfvars import TfvarsError, read_tfvars


class LookupModule(LookupBase):
    def run(
        self, terms: list[str], variables: dict[str, t.Any] | None = None, **kwargs: t.Any
    ) -> list[dict[str, t.Any]]:
        self.set_options(var_options=variables, direct=kwargs)
        return [self._read(term, variables or {}) for term in terms]

    def _read(self, term: str, variables: dict[str, t.Any]) -> dict[str, t.Any]:
        path = self.find_file_in_search_path(variables, "files", term)
        if not path:
            raise AnsibleLookupError(f"There is no file {term}")
        try:
            return read_tfvars(path, self._loader.get_text_file_contents(path))
        except TfvarsError as error:
            raise AnsibleLookupError(str(error)) from error
