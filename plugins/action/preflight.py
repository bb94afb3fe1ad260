# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The action behind portkey.gateway.preflight: it reads the user's variables, checks them, and asks the account.

The variables are checked here, where they live; the module of the same name asks AWS. All faults come in one failure.
"""

from __future__ import annotations

import os
import typing as t

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase
from ansible_collections.portkey.gateway.plugins.module_utils._config import account, advice, check, scope, stack
from ansible_collections.portkey.gateway.plugins.module_utils._config.faults import HIDDEN, PREFIX, Fault, report
from ansible_collections.portkey.gateway.plugins.module_utils._config.partitions import partition_of
from ansible_collections.portkey.gateway.plugins.module_utils._permissions import policy
from ansible_collections.portkey.gateway.plugins.plugin_utils.specification import read_specification

# An answer of the module that is no answer to our questions: it could not even start.
_CANNOT_ASK = Fault(
    "AWS account", HIDDEN, "The account must answer.", "See the message, and check credentials, region and network."
)


class ActionModule(ActionBase):
    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_diff = True

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        task_vars = task_vars or {}
        result = super().run(tmp, task_vars)
        options = read_specification()
        given, faults = self._given(options, task_vars)
        checked = check.check(options, given, self._folders(task_vars), self._loader.get_text_file_contents, faults)
        wanted = self._task.args.get("scope", scope.STACK)
        if wanted != scope.STACK:
            return {**result, **self._part(wanted, checked, task_vars)}
        questions = {
            **account.questions(checked.config, checked.faults),
            **self._permissions(scope.PERMISSIONS, checked),
        }
        answer = self._ask(checked, questions, task_vars)
        return {**result, **self._conclude(checked, answer)}

    def _given(
        self, options: t.Mapping[str, t.Any], task_vars: t.Mapping[str, t.Any]
    ) -> tuple[dict[str, t.Any], list[Fault]]:
        """The user's variables with their templates filled in, and those whose template cannot be."""
        given: dict[str, t.Any] = {}
        faults: list[Fault] = []
        for name in sorted(name for name in task_vars if name.startswith(PREFIX)):
            try:
                given[name] = self._templar.template(task_vars[name])
            except AnsibleError as error:
                is_secret = options.get(name, {}).get("no_log")
                rule = "Its template must work" + ("." if is_secret else f": {_first_line(error)}")
                faults.append(Fault(name, HIDDEN, rule, "Correct the template, or define what it uses."))
        return given, faults

    def _folders(self, task_vars: t.Mapping[str, t.Any]) -> list[str]:
        """Where relative paths begin: beside the inventory, beside the playbook, in the working directory."""
        folders = [task_vars.get("inventory_dir"), task_vars.get("playbook_dir"), os.getcwd()]
        return [folder for folder in folders if folder]

    def _part(self, wanted: str, checked: check.Checked, task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        """What follows from the configuration alone. The account is only asked who asks, and where."""
        questions = {**account.place(checked.config, checked.faults), **self._permissions(wanted, checked)}
        answer = self._ask(checked, questions, task_vars)
        faults = [*scope.needed_faults(checked.faults, wanted), *_faults_of(answer)]
        if faults:
            return _failure(faults)
        built = scope.build(wanted, checked.public, answer["account"], check.made_secrets(checked.config))
        return {"changed": False, "faults": [], "stack": built, "warnings": answer.get("remarks", [])}

    def _permissions(self, wanted: str, checked: check.Checked) -> dict[str, t.Any]:
        """What the caller must be allowed, where that is to be checked. A configuration with faults does not tell."""
        purpose = self._task.args.get("purpose")
        if not purpose or checked.faults or not checked.config["check_permissions"]:
            return {}
        partition = partition_of(checked.config["aws_region"])
        place = {"account_id": policy.ACCOUNT, "partition": partition.name, "dns_suffix": partition.dns_suffix}
        built = scope.build(wanted, checked.public, place, check.made_secrets(checked.config))
        return {"permissions": policy.statements(built, [purpose])}

    def _ask(
        self, checked: check.Checked, questions: dict[str, t.Any], task_vars: dict[str, t.Any]
    ) -> dict[str, t.Any]:
        arguments = {**self._task.args, **account.connection(checked.config, checked.faults), **questions}
        return self._execute_module("portkey.gateway.preflight", module_args=arguments, task_vars=task_vars)

    def _conclude(self, checked: check.Checked, answer: dict[str, t.Any]) -> dict[str, t.Any]:
        faults = [*checked.faults, *_faults_of(answer)]
        seen = answer.get("account") or {}
        if seen.get("secrets") is not None:
            faults += check.missing_secrets(checked.config, seen["secrets"])
        if not faults:
            faults += check.unfit_for_account(checked.config, seen)
        common = {"warnings": [*advice.advice(checked), *answer.get("remarks", [])]}
        if faults:
            return {**common, **_failure(faults)}
        built = stack.build(checked.public, seen, check.made_secrets(checked.config))
        return {**common, "changed": False, "faults": [], "stack": built}


def _failure(faults: list[Fault]) -> dict[str, t.Any]:
    return {"failed": True, "msg": report(faults), "faults": [one.as_dict() for one in faults]}


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", maxsplit=1)[0]


def _faults_of(answer: t.Mapping[str, t.Any]) -> list[Fault]:
    found = [Fault(**one) for one in answer.get("faults") or []]
    if answer.get("failed") and not found:
        message = str(answer.get("msg") or answer.get("module_stderr") or "no message")
        found.append(Fault(_CANNOT_ASK.variable, _CANNOT_ASK.value, f"{_CANNOT_ASK.rule} {message}", _CANNOT_ASK.fix))
    return found
