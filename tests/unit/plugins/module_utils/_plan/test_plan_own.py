"""The modules of this collection, by the diff that each of them returns."""

from __future__ import annotations

import pathlib

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._plan import own
from ansible_collections.portkey.gateway.plugins.module_utils._plan.record import HostRecord
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils._plan.plan_results import (
    UNKNOWN,
    applied,
    diff,
    planned,
    seen,
)

ELB = "arn:aws:elasticloadbalancing:us-east-1:123456789012"
MODULES = pathlib.Path(own.__file__).parents[2] / "modules"


def changes(*results):
    record = HostRecord()
    for result in results:
        record.add(result)
    return record.changes()


def only(*results):
    (change,) = changes(*results)
    return change


def test_every_module_is_known():
    names = {path.stem for path in MODULES.glob("*.py") if not path.stem.endswith("_info")}
    assert names == set(own.KINDS) | set(own.NO_RESOURCE)


@pytest.mark.parametrize(
    "before, after, action",
    [
        ({}, {"name": "c", "tags": {}}, "add"),
        (None, {"name": "c"}, "add"),
        # Lists that are empty on both sides of an absent cluster.
        ({"capacity_providers": [], "strategy": []}, {"capacity_providers": ["p"], "strategy": []}, "add"),
        ({"name": "c", "settings": {}}, {"name": "c", "settings": {"container_insights": "enabled"}}, "change"),
    ],
)
def test_what_was_empty_before_is_new(before, after, action):
    assert only(planned("ecs_cluster", {"name": "c"}, **diff(before, after))).action == action


def test_a_removal():
    result = applied("ecs_cluster", {"name": "c", "state": "absent"}, **diff({"name": "c"}, {}))
    assert (only(result).action, only(result).fields) == ("destroy", [])


@pytest.mark.parametrize(
    "module, args, name",
    [
        ("ecs_task_definition", {"family": "f"}, "f"),
        ("ecs_cluster_capacity_providers", {"cluster": "c"}, "c"),
        ("application_autoscaling_target", {"resource_id": "service/c/s"}, "service/c/s"),
        ("application_autoscaling_policy", {"resource_id": "service/c/s", "name": "cpu"}, "service/c/s/cpu"),
        ("elbv2_listener", {"load_balancer_arn": f"{ELB}:loadbalancer/app/lb/50dc", "port": 80}, "lb:80"),
    ],
)
def test_names(module, args, name):
    assert only(planned(module, args, **diff({}, {"a": 1}))).name == name


def test_what_hangs_on_a_new_load_balancer_is_named_the_same_in_plan_and_run():
    def results(balancer, listener):
        made = {"load_balancer_name": "lb", "load_balancer_arn": balancer}
        new = diff({}, {"a": 1})
        return [
            planned("elbv2_load_balancer", {"name": "lb"}, load_balancer=made, **new),
            planned(
                "elbv2_listener",
                {"load_balancer_arn": balancer, "port": 443},
                listener={"listener_arn": listener, "load_balancer_arn": balancer, "port": 443},
                **new,
            ),
            planned("elbv2_rule", {"listener_arn": listener, "priority": 100}, **new),
        ]

    names = [
        [change.name for change in changes(*results(balancer, listener))]
        for balancer, listener in (
            (UNKNOWN, f"listener 443 {UNKNOWN}"),
            (f"{ELB}:loadbalancer/app/lb/50dc", f"{ELB}:listener/app/lb/50dc/f2f7"),
        )
    ]
    assert names[0] == names[1] == ["lb", "lb:443", "lb:443/100"]


def test_a_listener_that_was_looked_up_names_its_rules():
    arn, balancer = f"{ELB}:listener/app/lb/50dc/f2f7", f"{ELB}:loadbalancer/app/lb/50dc"
    look_up = seen(
        "elbv2_load_balancer_info",
        changed=False,
        load_balancers=[{"listeners": [{"listener_arn": arn, "load_balancer_arn": balancer, "port": 80}]}],
    )
    rule = planned(
        "elbv2_rule", {"listener_arn": arn, "priority": 200, "state": "absent"}, **diff({"priority": 200}, {})
    )
    assert only(look_up, rule).name == "lb:80/200"


def test_a_deployment_restarts_tasks():
    before = {"task_definition": "arn:1", "tags": {}}
    after = {"task_definition": UNKNOWN, "tags": {}, "new_deployment_for": ["task_definition"]}
    change = only(planned("ecs_service", {"name": "gateway"}, **diff(before, after)))
    assert change.restarts == "a new deployment, for task_definition"
    assert [field.path for field in change.fields] == ["task_definition"]


def test_a_new_service_restarts_nothing():
    change = only(planned("ecs_service", {"name": "gateway"}, **diff({}, {"task_definition": UNKNOWN})))
    assert change.restarts == ""


@pytest.mark.parametrize(
    "before, after, replaces",
    [
        ({"cpu": "256", "tags": {}}, {"cpu": "512", "tags": {}}, "a new revision"),
        ({"cpu": "256", "tags": {}}, {"cpu": "256", "tags": {"a": "b"}}, ""),
        ({}, {"cpu": "512", "tags": {}}, ""),
    ],
)
def test_a_task_definition_is_replaced_by_a_revision(before, after, replaces):
    assert only(planned("ecs_task_definition", {"family": "f"}, **diff(before, after))).replaces == replaces


@pytest.mark.parametrize(
    "instances, replaces",
    [
        (["i-1"], "an instance refresh replaces 1 instance"),
        (["i-1", "i-2"], "an instance refresh replaces 2 instances"),
        (None, ""),
    ],
)
def test_an_instance_refresh(instances, replaces):
    before = {"launch_template": {"id": "lt-1", "version": "1"}, "outdated_instances": instances}
    after = {"launch_template": {"id": "lt-1", "version": UNKNOWN}, "outdated_instances": []}
    change = only(planned("autoscaling_group", {"name": "g"}, **diff(before, after)))
    assert change.replaces == replaces
    assert [field.path for field in change.fields] == ["launch_template.version"]


def test_a_load_balancer_that_cannot_be_changed_is_replaced():
    result = planned(
        "elbv2_load_balancer",
        {"name": "lb"},
        replaced=True,
        **diff({"scheme": "internal"}, {"scheme": "internet-facing"}),
    )
    assert only(result).replaces.startswith("a new load balancer")


@pytest.mark.parametrize("module", ["preflight", "ecs_service_deployment", "elbv2_load_balancer_info"])
def test_what_only_asks_and_waits_is_no_resource(module):
    assert changes(applied(module, {"name": "x"}, **diff({}, {"a": 1}))) == []


def test_a_failed_task_that_has_changed_something_is_told():
    change = only(seen("ecs_service", {"name": "gateway"}, failed=True, msg="rolled back"))
    assert (change.name, change.failed) == ("gateway", True)
