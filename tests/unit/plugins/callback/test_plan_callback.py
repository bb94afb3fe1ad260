"""The plugin itself: what it takes from Ansible, what it prints, writes and hands on."""

from __future__ import annotations

import json
import types
from typing import Any

import pytest
from ansible.executor.stats import AggregateStats
from ansible.plugins.loader import callback_loader, lookup_loader
from ansible_collections.portkey.gateway.plugins.module_utils._plan import record

CLUSTER = "portkey.gateway.ecs_cluster"
NEW = {"diff": {"before": {}, "after": {"name": "c", "settings": {"container_insights": "enabled"}}}}


class Result:
    """What Ansible hands to a callback, as far as it is asked for."""

    def __init__(self, host: str, task: types.SimpleNamespace, args: Any, changed: bool, **answer: Any) -> None:
        self._host = types.SimpleNamespace(get_name=lambda: host)
        self._task = task
        self._task_fields = {"args": args, "check_mode": True, "no_log": False}
        self._result = answer
        self.is_changed = lambda: changed


def task(action: str = CLUSTER, uuid: str = "1") -> types.SimpleNamespace:
    return types.SimpleNamespace(action=action, resolved_action=action, get_name=lambda: "role : task", _uuid=uuid)


@pytest.fixture
def printed():
    return []


@pytest.fixture
def plugin(monkeypatch, printed):
    monkeypatch.setattr(record, "CURRENT", record.Record())
    made = callback_loader.get("portkey.gateway.plan")
    made.set_options()
    display = types.SimpleNamespace(
        banner=printed.append,
        display=lambda text, color=None: printed.append(text),
        warning=lambda text: printed.append(f"warning: {text}"),
    )
    monkeypatch.setattr(made, "_display", display)
    return made


def finish(plugin, failed: str = "") -> AggregateStats:
    stats = AggregateStats()
    if failed:
        stats.increment("failures", failed)
    plugin.v2_playbook_on_stats(stats)
    return stats


def test_it_has_to_be_enabled():
    made = callback_loader.get("portkey.gateway.plan", class_only=True)
    assert (made.CALLBACK_TYPE, made.CALLBACK_NEEDS_ENABLED) == ("aggregate", True)


def test_a_plan_is_printed_and_handed_on(plugin, printed):
    plugin.v2_runner_on_ok(Result("dev", task(), {"name": "c"}, True, **NEW))
    stats = finish(plugin)
    assert printed == [
        "PLAN [dev]",
        "  + ecs_cluster c",
        "      settings.container_insights enabled",
        "",
        "Plan: 1 to add, 0 to change, 0 to destroy",
        "",
    ]
    figures = {"mode": "plan", "add": 1, "change": 0, "destroy": 0, "restarts": [], "replaces": []}
    assert stats.custom == {"_run": {"plan_summary": {"dev": figures}}}
    (looked_up,) = lookup_loader.get("portkey.gateway.plan").run([], {"inventory_hostname": "dev"})
    assert looked_up == figures


def test_a_loop_counts_by_its_items(plugin):
    looped = task()
    for name in ("a", "b"):
        plugin.v2_runner_item_on_ok(Result("dev", looped, {"name": name}, True, **NEW))
    plugin.v2_runner_item_on_skipped(Result("dev", looped, {"name": "c"}, False))
    plugin.v2_runner_on_ok(Result("dev", looped, {"name": "{{ item }}"}, True, results=[]))
    plugin.v2_runner_on_ok(Result("dev", task(), {"name": "once"}, True, **NEW))
    assert [change.name for change in record.CURRENT.hosts["dev"].changes()] == ["a", "b", "once"]


def test_a_failed_item_that_has_changed_something_counts(plugin, printed):
    plugin.v2_runner_item_on_failed(Result("dev", task(), {"name": "a"}, True, msg="no"))
    plugin.v2_runner_on_failed(Result("dev", task(), {"name": "{{ item }}"}, True), ignore_errors=False)
    finish(plugin, failed="dev")
    assert printed[1] == "  ~ ecs_cluster a  [failed]"
    assert printed[-2].startswith("Plan, incomplete because the run failed: 0 to add, 1 to change")


def test_a_playbook_without_aws_prints_nothing(plugin, printed):
    plugin.v2_runner_on_ok(Result("dev", task("ansible.builtin.debug"), {"msg": "x"}, True))
    assert finish(plugin).custom == {}
    assert printed == []


def test_hidden_results_stay_hidden(plugin, printed):
    answer = {"censored": "the output has been hidden", **NEW}
    plugin.v2_runner_on_ok(Result("dev", task(), {"name": "c", "token": "hunter2"}, True, **answer))
    finish(plugin)
    assert printed[1:3] == ["  + ecs_cluster c", ""]


def test_options(plugin, printed, tmp_path):
    file = tmp_path / "deep" / "plan.json"
    plugin.set_option("plan_json", str(file))
    plugin.set_option("plan_summary", False)
    plugin.v2_runner_on_ok(Result("dev", task(), {"name": "c"}, True, **NEW))
    finish(plugin)
    assert printed == []
    (change,) = json.loads(file.read_text())["hosts"]["dev"]["changes"]
    assert (change["type"], change["name"], change["action"]) == ("ecs_cluster", "c", "add")


def test_a_file_that_cannot_be_written_is_a_warning(plugin, printed, tmp_path):
    (tmp_path / "file").write_text("")
    plugin.set_option("plan_json", str(tmp_path / "file" / "plan.json"))
    plugin.v2_runner_on_ok(Result("dev", task(), {"name": "c"}, True, **NEW))
    finish(plugin)
    assert printed[-1].startswith("warning: The plan could not be written to ")
