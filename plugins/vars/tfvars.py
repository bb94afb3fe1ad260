# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of Ansible that it works with is under

"""The vars plugin portkey.gateway.tfvars."""

from __future__ import annotations

DOCUMENTATION = r"""
name: tfvars
version_added: 1.0.0
short_description: Reads Terraform's variable files as portkey_ variables
author:
  - The portkey.gateway authors (@portkey-gateway)
description:
  - For those who come from the Terraform system. Each entry of a C(.tfvars) or C(.tfvars.json) file becomes the
    variable of the same name with the prefix C(portkey_).
  - Files are found like C(group_vars) and C(host_vars), as C(group_vars/GROUP.tfvars), in C(group_vars/GROUP/) and the
    same with C(host_vars), beside the inventory and beside the playbook. A link to the Terraform tree will do. Further
    files, for all hosts, are named by O(files).
  - Within one group or host the file wins over YAML; what a host sets itself wins over its groups, as always.
  - An entry that is no variable of the collection gives a warning here, and M(portkey.gateway.preflight) refuses it. An
    entry that is not a plain value, such as a function call, is an error.
  - The plugin has to be enabled, by C(vars_plugins_enabled = host_group_vars, portkey.gateway.tfvars) in ansible.cfg.
requirements:
  - python-hcl2 >= 8
options:
  files:
    description:
      - Files whose entries are variables of all hosts. A relative path begins in the working directory.
    type: list
    elements: path
    default: []
    ini:
      - section: vars_portkey_tfvars
        key: files
    env:
      - name: PORTKEY_TFVARS_FILES
  stage:
    ini:
      - section: vars_portkey_tfvars
        key: stage
    env:
      - name: PORTKEY_TFVARS_STAGE
extends_documentation_fragment:
  - vars_plugin_staging
"""

import glob
import os
import typing as t
from collections.abc import Iterator

from ansible.errors import AnsibleParserError
from ansible.inventory.group import Group
from ansible.inventory.host import Host
from ansible.plugins.vars import BaseVarsPlugin
from ansible.utils.unsafe_proxy import wrap_var
from ansible_collections.portkey.gateway.plugins.plugin_utils.tfvars import (
    EXTENSIONS,
    TfvarsError,
    read_tfvars,
    unknown_variables,
)

# What a file held when it had that time of change: Ansible asks for every host and every task.
_READ: dict[tuple[str, int], dict[str, t.Any]] = {}


class VarsModule(BaseVarsPlugin):
    is_stateless = True

    def get_vars(self, loader: t.Any, path: str, entities: t.Any, cache: bool = True) -> dict[str, t.Any]:
        super().get_vars(loader, path, entities)
        found: dict[str, t.Any] = {}
        for entity in entities if isinstance(entities, list) else [entities]:
            for file in self._files(entity):
                found.update(self._read(loader, file))
        return found

    def _files(self, entity: t.Any) -> Iterator[str]:
        if isinstance(entity, Host):
            kind = "host_vars"
        elif isinstance(entity, Group):
            kind = "group_vars"
        else:
            raise AnsibleParserError(f"Supplied entity must be Host or Group, got {type(entity)} instead")
        if entity.name == "all":
            yield from (os.path.abspath(os.path.expanduser(file)) for file in self.get_option("files"))
        if os.path.sep not in entity.name:
            place = os.path.join(self._basedir, kind, entity.name)
            for pattern in (glob.escape(place), os.path.join(glob.escape(place), "*")):
                yield from sorted(file for extension in EXTENSIONS for file in glob.glob(pattern + extension))

    def _read(self, loader: t.Any, file: str) -> dict[str, t.Any]:
        try:
            key = (file, os.stat(file).st_mtime_ns)
            if key not in _READ:
                _READ[key] = self._translate(file, loader.get_text_file_contents(file))
        except (OSError, TfvarsError) as error:
            raise AnsibleParserError(str(error)) from error
        return _READ[key]

    def _translate(self, file: str, text: str) -> dict[str, t.Any]:
        variables = read_tfvars(file, text)
        unknown = unknown_variables(variables)
        if unknown:
            self._display.warning(f"{file} has entries that are no variables of portkey.gateway: {', '.join(unknown)}")
        return wrap_var(variables)
