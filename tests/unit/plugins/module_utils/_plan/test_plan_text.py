from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._plan.record import HostRecord, Record
from ansible_collections.portkey.gateway.plugins.module_utils._plan.summary import document, summary
from ansible_collections.portkey.gateway.plugins.module_utils._plan.text import lines
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils._plan.plan_results import (
    UNKNOWN,
    applied,
    diff,
    planned,
    seen,
)


def record_of(*results) -> HostRecord:
    record = HostRecord()
    for result in results:
        record.add(result)
    return record


def told(record: HostRecord, is_complete: bool = True) -> list[str]:
    return [line.text for line in lines(record, is_complete)]


def environment(level: str, key: str) -> dict:
    return {
        "containerDefinitions": [
            {"name": "gateway", "environment": [{"name": "LEVEL", "value": level}, {"name": "API_KEY", "value": key}]}
        ]
    }


PLAN = [
    planned(
        "ecs_cluster", {"name": "c"}, **diff({}, {"name": "c", "settings": {"insights": "enabled"}, "tags": {"a": "b"}})
    ),
    planned("ecs_task_definition", {"family": "f"}, **diff(environment("info", "one"), environment("debug", "two"))),
    planned(
        "ecs_service",
        {"name": "gateway"},
        **diff(
            {"task_definition": "f:1", "load_balancers": []},
            {"task_definition": UNKNOWN, "load_balancers": ["x"], "new_deployment_for": ["task_definition"]},
        ),
    ),
    planned("elbv2_target_group", {"name": "old", "state": "absent"}, **diff({"name": "old"}, {})),
]


def test_a_plan():
    assert told(record_of(*PLAN)) == [
        "  + ecs_cluster c",
        "      settings.insights enabled",
        "  ~ ecs_task_definition f  [replaces: a new revision]",
        "      ~ containerDefinitions.gateway.environment.LEVEL: info → debug",
        "      ~ containerDefinitions.gateway.environment.API_KEY: ******** → ********",
        "  ~ ecs_service gateway  [restarts: a new deployment, for task_definition]",
        "      ~ task_definition: f:1 → (known after apply)",
        "      + load_balancers[+]: x",
        "  - elbv2_target_group old",
        "",
        "Plan: 1 to add, 2 to change, 1 to destroy",
        "Restarts: ecs_service gateway",
        "Replaces: ecs_task_definition f",
    ]


def test_a_run_tells_the_same():
    record = record_of(applied("ecs_cluster", {"name": "c"}, **diff({}, {"name": "c"})))
    assert told(record) == ["  + ecs_cluster c", "", "Applied: 1 added, 0 changed, 0 destroyed"]


@pytest.mark.parametrize("check_mode", [True, False])
def test_nothing_is_one_line(check_mode):
    record = record_of(seen("ecs_cluster", {"name": "c"}, changed=False, check_mode=check_mode))
    assert told(record) == ["No changes. The stack matches the configuration."]


def test_a_run_that_failed_says_so():
    failed = seen("ecs_service", {"name": "gateway"}, failed=True)
    assert (
        told(record_of(failed), is_complete=False)[-1]
        == "Applied before the run failed: 0 added, 1 changed, 0 destroyed"
    )
    assert "[failed]" in told(record_of(failed))[0]
    assert told(record_of(planned("ecs_cluster", {"name": "c"})), is_complete=False)[-1].startswith("Plan, incomplete")
    assert told(HostRecord(), is_complete=False) == ["Applied before the run failed: 0 added, 0 changed, 0 destroyed"]


def test_options_stand_for_fields_that_are_not_known():
    record = record_of(
        seen("ecs_service", changed=False, groups=["sg-1"]),
        applied("amazon.aws.ec2_security_group", {"name": "sg", "rules": [], "tags": {}}, group_id="sg-1"),
    )
    assert told(record)[:2] == ["  ~ ec2_security_group sg", "      sets rules, tags"]


def test_long_values_are_cut_and_lines_stay_lines():
    before, after = {"text": "a\nb" + "x" * 200, "n": 0}, {"text": "c", "n": None}
    value, number = told(record_of(planned("ecs_cluster", {"name": "c"}, **diff(before, after))))[1:3]
    assert value == f"      ~ text: a b{'x' * 86}… → c"
    assert number == "      - n: 0"


@pytest.mark.parametrize(
    "before, after, line",
    [
        (
            "arn:aws:ecs:r:1:task-definition/f:1",
            "arn:aws:ecs:r:1:task-definition/f:2",
            "task-definition/f:1 → task-definition/f:2",
        ),
        ("arn:aws:ecs:r:1:task-definition/f:1", UNKNOWN, f"task-definition/f:1 → {UNKNOWN}"),
        ("arn:aws:iam::1:role/r", "arn:aws:iam::2:role/r", "arn:aws:iam::1:role/r → arn:aws:iam::2:role/r"),
    ],
)
def test_arns_are_told_by_what_differs(before, after, line):
    record = record_of(planned("ecs_service", {"name": "s"}, **diff({"a": before}, {"a": after})))
    assert told(record)[1] == f"      ~ a: {line}"


def test_summary():
    assert summary(record_of(*PLAN)) == {
        "mode": "plan",
        "add": 1,
        "change": 2,
        "destroy": 1,
        "restarts": ["ecs_service gateway"],
        "replaces": ["ecs_task_definition f"],
    }


def test_document():
    record = Record()
    for result in PLAN:
        record.add("dev", result)
    record.add("prod", applied("ecs_cluster", {"name": "p"}, **diff({}, {"name": "p"})))
    hosts = document(record, failed=["prod"])["hosts"]
    assert (hosts["dev"]["complete"], hosts["prod"]["complete"]) == (True, False)
    assert hosts["prod"]["summary"]["mode"] == "applied"
    assert hosts["dev"]["changes"][2] == {
        "type": "ecs_service",
        "name": "gateway",
        "action": "change",
        "fields": [
            {"path": "task_definition", "before": "f:1", "after": UNKNOWN},
            {"path": "load_balancers[+]", "before": None, "after": "x"},
        ],
        "managed": [],
        "restarts": "a new deployment, for task_definition",
        "replaces": "",
        "failed": False,
        "task": "role : portkey.gateway.ecs_service",
    }
