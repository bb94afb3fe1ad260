"""How results come together: loops, tasks in the background, what was there before the run."""

from __future__ import annotations

from ansible_collections.portkey.gateway.plugins.module_utils._plan.record import HostRecord, Record
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils._plan.plan_results import (
    applied,
    diff,
    planned,
    seen,
)

VPC = "amazon.aws.ec2_vpc_net"
SUBNET = "amazon.aws.ec2_vpc_subnet"
GROUP = "amazon.aws.ec2_security_group"
TABLE = "amazon.aws.ec2_vpc_route_table"


def record_of(*results) -> HostRecord:
    record = HostRecord()
    for result in results:
        record.add(result)
    return record


def actions(*results):
    return {(change.type, change.name): change.action for change in record_of(*results).changes()}


def vpc(**more):
    return applied(VPC, {"name": "v"}, vpc={"id": "vpc-1"}, **more)


def subnet(**more):
    return applied(SUBNET, {"cidr": "10.0.0.0/20"}, subnet={"id": "subnet-1", "vpc_id": "vpc-1"}, **more)


def group(**more):
    return applied(GROUP, {"name": "sg"}, group_id="sg-1", vpc_id="vpc-1", **more)


def test_two_tasks_on_one_resource_are_one_change():
    first = planned(GROUP, {"name": "sg", "rules": []}, group_id=None)
    then = planned(GROUP, {"name": "sg", "rules": [{"ports": ["80"], "cidr_ip": "10.0.0.0/8"}]}, group_id=None)
    (change,) = record_of(first, then).changes()
    assert [field.path for field in change.fields] == ["ingress[+]"]


def test_in_a_real_run_everything_in_an_empty_account_is_new():
    assert set(actions(vpc(), subnet(), group()).values()) == {"add"}


def test_what_an_unchanged_resource_refers_to_was_there():
    service = seen("ecs_service", changed=False, service={"network_configuration": {"security_groups": ["sg-1"]}})
    assert actions(group(), service)["ec2_security_group", "sg"] == "change"


def test_what_a_resource_of_this_run_refers_to_is_new_also_when_it_is_looked_at_again():
    refers = {"function": {"vpc_config": {"security_group_ids": ["sg-1"]}}}
    made = applied("portkey.gateway.lambda_function", {"name": "f"}, **diff(None, {"name": "f"}), **refers)
    waited = seen("portkey.gateway.lambda_function", {"name": "f"}, changed=False, **refers)
    assert actions(group(), made, waited)["ec2_security_group", "sg"] == "add"
    assert actions(group(), waited)["ec2_security_group", "sg"] == "change"


def test_what_a_changed_resource_referred_to_before_was_there():
    before = {"network_configuration": {"security_groups": ["sg-1"]}, "task_definition": "1"}
    after = {"network_configuration": {"security_groups": ["sg-1"]}, "task_definition": "2"}
    service = applied("ecs_service", {"name": "gateway"}, **diff(before, after))
    assert actions(group(), service)["ec2_security_group", "sg"] == "change"


def test_what_a_changed_resource_refers_to_only_now_is_new():
    before = {"security_groups": []}
    after = {"security_groups": ["sg-1"]}
    service = applied("ecs_service", {"name": "gateway"}, **diff({"name": "gateway", **before}, after))
    assert actions(group(), service)["ec2_security_group", "sg"] == "add"


def test_what_something_old_stands_in_was_there():
    look_up = seen(
        "amazon.aws.ec2_vpc_route_table_info", changed=False, route_tables=[{"id": "rtb-1", "subnet_id": "subnet-1"}]
    )
    assert set(actions(vpc(), subnet(), look_up).values()) == {"change"}


def test_every_new_vpc_has_a_route_table_that_tells_nothing():
    look_up = seen(
        "amazon.aws.ec2_vpc_route_table_info", changed=False, route_tables=[{"id": "rtb-1", "vpc_id": "vpc-1"}]
    )
    assert set(actions(vpc(), subnet(), look_up).values()) == {"add"}


def test_the_item_of_a_loop_tells_nothing():
    unchanged = seen("ecs_cluster", changed=False, ansible_loop_var="item", item=["sg-1"])
    assert actions(group(), unchanged)["ec2_security_group", "sg"] == "add"


def test_what_a_module_was_asked_tells_nothing():
    """Ansible-core 2.19 hands the question over with the answer."""
    asked = {"module_args": {"filters": {"vpc-id": "vpc-1"}}}
    look = seen("amazon.aws.ec2_vpc_route_table_info", changed=False, route_tables=[], invocation=asked)
    assert actions(vpc(), look)["ec2_vpc_net", "v"] == "add"


def background(changed: bool, finished: bool = True):
    started = seen(
        TABLE, {"tags": {"Name": "public"}}, changed=False, ansible_job_id="j1", started=True, finished=False
    )
    table = {"id": "rtb-1", "vpc_id": "vpc-1"}
    waited = seen(
        "ansible.builtin.async_status",
        {"jid": "j1"},
        changed=changed,
        ansible_job_id="j1",
        finished=finished,
        route_table=table,
    )
    return started, waited


def test_a_task_in_the_background_counts_when_it_has_ended():
    assert actions(*background(changed=True)) == {("ec2_vpc_route_table", "public"): "add"}
    assert actions(*background(changed=False)) == {}
    assert actions(*background(changed=True, finished=False)) == {}
    assert actions(background(changed=True)[0]) == {}


def test_the_job_of_somebody_else_does_not_matter():
    assert actions(seen("ansible.builtin.async_status", {"jid": "j2"}, ansible_job_id="j2", finished=1)) == {}


def test_unchanged_resources_are_not_told_but_remembered():
    record = record_of(seen(VPC, {"name": "v"}, changed=False, check_mode=True, vpc={"id": "vpc-1"}))
    assert (record.changes(), record.touched, record.is_plan) == ([], True, True)


def test_hosts_are_told_apart_and_those_without_aws_left_out():
    record = Record()
    record.add("a", vpc())
    record.add("b", seen("ansible.builtin.debug"))
    record.add("c", seen(VPC, {"name": "v"}, changed=False))
    assert list(record.touched()) == ["a", "c"]


def test_each_alarm_of_one_task_is_a_change_of_its_own():
    changes = [
        {"name": "new", "before": None, "after": {"threshold": 5.0}},
        {"name": "other", "before": {"threshold": 5.0}, "after": {"threshold": 4.0}},
        {"name": "gone", "before": {"threshold": 5.0}, "after": None},
    ]
    task = planned("cloudwatch_metric_alarms", {"alarms": []}, changes=changes, **diff({}, {}))
    kind = "cloudwatch_metric_alarm"
    assert actions(task) == {(kind, "new"): "add", (kind, "other"): "change", (kind, "gone"): "destroy"}
    (field,) = record_of(task).changes()[1].fields
    assert (field.path, field.before, field.after) == ("threshold", 5.0, 4.0)
