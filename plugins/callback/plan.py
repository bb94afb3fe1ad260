# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of Ansible that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
name: plan
type: aggregate
version_added: "1.0.0"
short_description: Shows which AWS resources a run would change, or has changed
description:
  - >-
    In check mode, prints at the end what a run would do, per resource with the fields that change, and what that comes
    to, as V(Plan: 61 to add, 2 to change, 0 to destroy). After a real run it prints the same as C(Applied).
  - Counts resources, not tasks. Tasks on the same resource are told as one change; tasks that deal with nothing on AWS
    are not told at all.
  - Marks what restarts tasks (a new deployment of a service), and what replaces something by something new (a revision
    of a task definition, a version of a launch template, instances).
  - Hides the values of secrets. Of a task with C(no_log) it tells the resource and nothing else.
  - The modules of this collection tell all their changes. Those of amazon.aws and community.aws tell theirs in check
    mode; after a real run, and where they do not tell, the options that the task sets are named.
  - P(portkey.gateway.plan#lookup) gives the same figures to a playbook.
author:
  - The portkey.gateway authors (@portkey-ai)
requirements:
  - enabled in configuration, as C(callbacks_enabled = portkey.gateway.plan)
options:
  plan_summary:
    description:
      - Whether the summary is printed.
    type: bool
    default: true
    env:
      - name: PORTKEY_PLAN_SUMMARY
    ini:
      - section: portkey_plan
        key: summary
  plan_json:
    description:
      - A file to which everything is written as JSON as well. By host below C(hosts), it has C(summary), C(complete)
        and C(changes), a list with C(type), C(name), C(action), C(fields), C(restarts), C(replaces), C(task) and more.
      - Relative paths begin in the working directory when they come from the environment, and beside the file when they
        come from a configuration file.
    type: path
    env:
      - name: PORTKEY_PLAN_JSON
    ini:
      - section: portkey_plan
        key: json
"""

EXAMPLES = r"""
ansible.cfg: >
  [defaults]
  callbacks_enabled = portkey.gateway.plan
  [portkey_plan]
  json = plan.json
"""

import json
import os
import pathlib
import typing as t

from ansible import constants
from ansible.plugins.callback import CallbackBase
from ansible_collections.portkey.gateway.plugins.module_utils._plan import record, text
from ansible_collections.portkey.gateway.plugins.module_utils._plan.change import ADD, CHANGE, DESTROY
from ansible_collections.portkey.gateway.plugins.module_utils._plan.kind import Seen
from ansible_collections.portkey.gateway.plugins.module_utils._plan.summary import document, summary

# The name under which the figures stand among the custom stats.
STAT = "plan_summary"


class CallbackModule(CallbackBase):
    """Hands the results on to the record, and prints it at the end."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "portkey.gateway.plan"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        # The tasks, per host, of which items have come: their own result only sums these up.
        self._loops: set[tuple[str, str]] = set()

    def v2_runner_on_ok(self, result: t.Any) -> None:
        self._take_task(result, failed=False)

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        self._take_task(result, failed=True)

    def v2_runner_item_on_ok(self, result: t.Any) -> None:
        self._take_item(result, failed=False)

    def v2_runner_item_on_failed(self, result: t.Any) -> None:
        self._take_item(result, failed=True)

    def v2_runner_item_on_skipped(self, result: t.Any) -> None:
        self._loops.add(_place(result))

    def _take_item(self, result: t.Any, failed: bool) -> None:
        self._loops.add(_place(result))
        self._take(result, failed)

    def _take_task(self, result: t.Any, failed: bool) -> None:
        if _place(result) in self._loops:
            self._loops.remove(_place(result))
        else:
            self._take(result, failed)

    def _take(self, result: t.Any, failed: bool) -> None:
        fields, answer = result._task_fields, result._result
        seen = Seen(
            module=getattr(result._task, "resolved_action", None) or result._task.action,
            args=fields.get("args") or {},
            result=answer,
            task=result._task.get_name(),
            changed=result.is_changed(),
            failed=failed,
            check_mode=fields.get("check_mode") is True,
            no_log="censored" in answer or fields.get("no_log") is True,
        )
        record.CURRENT.add(result._host.get_name(), seen)

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        hosts = record.CURRENT.touched()
        if not hosts:
            return
        # For the callbacks that come after this one. What AWX shows was set before, by a task (see the lookup).
        stats.set_custom_stats(STAT, {name: summary(host) for name, host in hosts.items()})
        failed = [name for name in hosts if stats.failures.get(name) or stats.dark.get(name)]
        if self.get_option("plan_summary"):
            self._print(hosts, failed)
        if self.get_option("plan_json"):
            self._write(pathlib.Path(self.get_option("plan_json")), document(record.CURRENT, failed))

    def _print(self, hosts: dict[str, record.HostRecord], failed: list[str]) -> None:
        colours = {
            ADD: constants.COLOR_DIFF_ADD,
            CHANGE: constants.COLOR_CHANGED,
            DESTROY: constants.COLOR_DIFF_REMOVE,
        }
        for name, host in sorted(hosts.items()):
            self._display.banner(f"{'PLAN' if host.is_plan else 'APPLIED'} [{name}]")
            for line in text.lines(host, name not in failed):
                self._display.display(line.text, color=colours.get(line.action or ""))
        self._display.display("")

    def _write(self, path: pathlib.Path, content: dict[str, t.Any]) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(content, indent=2, default=str) + os.linesep, encoding="utf-8")
        except OSError as error:
            self._display.warning(f"The plan could not be written to {path}: {error.strerror}")


def _place(result: t.Any) -> tuple[str, str]:
    return result._host.get_name(), result._task._uuid
