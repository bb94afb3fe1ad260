# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The action behind portkey.gateway.stack_lock: it tells the module the process of the run that holds the lock."""

from __future__ import annotations

import os
import typing as t

from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_diff = True

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result = super().run(tmp, task_vars)
        # A task runs in a process of its own, whose parent is the run.
        arguments = {"pid": os.getppid(), **self._task.args}
        answer = self._execute_module("portkey.gateway.stack_lock", module_args=arguments, task_vars=task_vars)
        return {**result, **answer}
