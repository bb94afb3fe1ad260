"""The modules of amazon.aws and community.aws, by what they answer."""

from __future__ import annotations

import json

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._plan.record import HostRecord
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils._plan.plan_results import (
    UNKNOWN,
    applied,
    diff,
    planned,
    seen,
)

TAGS = {"Name": "portkey-dev"}


def only(*results):
    record = HostRecord()
    for result in results:
        record.add(result)
    (change,) = record.changes()
    return change


def fields(change):
    return [(field.path, field.before, field.after) for field in change.fields]


@pytest.mark.parametrize(
    "module, args, result, name, action",
    [
        ("ec2_vpc_net", {"name": "v"}, {"msg": "VPC would be created"}, "v", "add"),
        ("ec2_vpc_net", {"name": "v"}, {"vpc": {"id": "vpc-1", "tags": {}}}, "v", "change"),
        ("ec2_vpc_igw", {"tags": TAGS}, {"gateway_id": None}, "portkey-dev", "add"),
        ("ec2_vpc_igw", {"tags": TAGS}, {"gateway_id": "igw-1", "tags": {}}, "portkey-dev", "change"),
        ("ec2_vpc_subnet", {"tags": TAGS, "cidr": "10.0.0.0/20"}, {"subnet": {}}, "portkey-dev", "add"),
        ("ec2_vpc_subnet", {"cidr": "10.0.0.0/20"}, {"subnet": {"id": "subnet-1"}}, "10.0.0.0/20", "change"),
        ("ec2_eip", {"tags": TAGS}, {}, "portkey-dev", "add"),
        ("ec2_eip", {"tags": TAGS, "public_ip": "192.0.2.1"}, {}, "portkey-dev", "change"),
        ("ec2_vpc_nat_gateway", {"tags": TAGS}, {"msg": ""}, "portkey-dev", "add"),
        ("ec2_vpc_nat_gateway", {"tags": TAGS}, {"nat_gateway_id": "nat-1"}, "portkey-dev", "change"),
        ("ec2_vpc_route_table", {"tags": TAGS}, {"route_table": {"id": "rtb-xxxxxxxx"}}, "portkey-dev", "add"),
        ("ec2_vpc_route_table", {"tags": TAGS}, {"route_table": {"id": "rtb-1"}}, "portkey-dev", "change"),
        (
            "ec2_vpc_route_table",
            {"tags": TAGS, "route_table_id": "rtb-1", "lookup": "id"},
            {"route_table": {"id": "rtb-1"}},
            "portkey-dev",
            "change",
        ),
        ("ec2_security_group", {"name": "sg"}, {"group_id": None}, "sg", "add"),
        ("ec2_security_group", {"name": "sg"}, {"group_id": "sg-1"}, "sg", "change"),
        ("iam_role", {"name": "r"}, {}, "r", "add"),
        ("iam_role", {"name": "r"}, {"iam_role": {"arn": "arn:r"}}, "r", "change"),
        ("iam_instance_profile", {"name": "p"}, diff(None, {"path": "/"}), "p", "add"),
        ("iam_instance_profile", {"name": "p"}, diff({"path": "/"}, {"path": "/", "tags": TAGS}), "p", "change"),
        ("cloudwatchlogs_log_group", {"log_group_name": "/a"}, {"msg": "Would have created log group"}, "/a", "add"),
        ("cloudwatchlogs_log_group", {"log_group_name": "/a"}, {"retention_in_days": 7}, "/a", "change"),
        (
            "ec2_launch_template",
            {"name": "t"},
            {"msg": "Would have created launch template if not in check mode."},
            "t",
            "add",
        ),
        (
            "ec2_launch_template",
            {"name": "t"},
            {"msg": "Would have created launch template version if not in check mode."},
            "t",
            "change",
        ),
        ("s3_bucket", {"name": "b"}, {}, "b", "add"),
    ],
)
def test_in_check_mode_the_answer_tells_what_is_there(module, args, result, name, action):
    change = only(planned(f"amazon.aws.{module}", args, **result))
    assert (change.type, change.name, change.action) == (module, name, action)


@pytest.mark.parametrize("module", ["amazon.aws.ec2_vpc_net_info", "ansible.builtin.debug", "ansible.builtin.set_fact"])
def test_what_is_no_resource_is_not_told(module):
    record = HostRecord()
    record.add(applied(module, {"name": "x"}))
    assert record.changes() == [] and not record.touched


def test_a_removal_is_named_by_what_was_looked_up():
    found = seen(
        "amazon.aws.ec2_vpc_nat_gateway_info",
        changed=False,
        result=[{"nat_gateway_id": "nat-1", "tags": {"Name": "portkey-dev-nat-2"}}],
    )
    removed = planned("amazon.aws.ec2_vpc_nat_gateway", {"nat_gateway_id": "nat-1", "state": "absent"})
    assert (only(found, removed).name, only(found, removed).action) == ("portkey-dev-nat-2", "destroy")


def test_fields_of_a_log_group():
    args = {"log_group_name": "/a", "retention": 7, "tags": {"a": "1"}}
    change = only(planned("amazon.aws.cloudwatchlogs_log_group", args, retention_in_days=365, tags={"a": "1"}))
    assert fields(change) == [("retention", 365, 7)]
    assert change.managed == []


def test_tags_that_are_not_purged_stay():
    args = {"name": "v", "tags": {"a": "2"}, "purge_tags": False}
    change = only(planned("amazon.aws.ec2_vpc_net", args, vpc={"id": "vpc-1", "tags": {"a": "1", "b": "1"}}))
    assert fields(change) == [("tags.a", "1", "2")]


def test_fields_of_a_role():
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}
    args = {
        "name": "r",
        "description": "new",
        "assume_role_policy_document": json.dumps(policy),
        "managed_policies": ["arn:b", "arn:a"],
    }
    role = {
        "arn": "arn:r",
        "description": "old",
        "assume_role_policy_document": policy,
        "attached_policies": [{"policy_arn": "arn:a"}],
    }
    change = only(planned("amazon.aws.iam_role", args, iam_role=role))
    assert fields(change) == [("description", "old", "new"), ("managed_policies[+]", None, "arn:b")]


def test_an_inline_policy_is_its_own_resource():
    args = {"iam_name": "r", "policy_name": "secrets", "policy_json": "{}"}
    before = {"other": {"Version": "1"}, "secrets": {"Version": "1"}}
    change = only(planned("amazon.aws.iam_policy", args, **diff(before, {**before, "secrets": {"Version": "2"}})))
    assert (change.name, change.action, fields(change)) == ("r/secrets", "change", [("Version", "1", "2")])


def test_the_policy_of_a_role_that_does_not_exist_yet():
    args = {"iam_name": "r", "policy_name": "secrets", "policy_json": json.dumps({"Version": "1"})}
    change = only(planned("amazon.aws.iam_policy", args, error={"code": "NoSuchEntity"}, msg="..."))
    assert (change.action, fields(change)) == ("add", [("Version", None, "1")])


def test_a_changed_launch_template_gets_a_version():
    change = only(
        planned("amazon.aws.ec2_launch_template", {"name": "t"}, msg="Would have created launch template version if")
    )
    assert change.replaces == "a new version"


GROUPS = [
    seen("amazon.aws.ec2_security_group", {"name": "lb"}, changed=False, group_id="sg-lb", group_name="lb"),
    seen("amazon.aws.ec2_security_group", {"name": "gw"}, changed=False, group_id="sg-gw", group_name="gw"),
]
LIVE = {
    "group_id": "sg-1",
    "group_name": "redis",
    "description": "d",
    "tags": {},
    "ip_permissions": [
        {"ip_protocol": "tcp", "from_port": 6379, "to_port": 6379, "user_id_group_pairs": [{"group_id": "sg-gw"}]},
        {"ip_protocol": "tcp", "from_port": 22, "to_port": 23, "ip_ranges": [{"cidr_ip": "10.0.0.0/8"}]},
    ],
    "ip_permissions_egress": [{"ip_protocol": "-1", "ip_ranges": [{"cidr_ip": "0.0.0.0/0"}]}],
}


@pytest.mark.parametrize(
    "rules, more, expected",
    [
        (
            [{"proto": "tcp", "ports": ["6379"], "group_name": "gw"}],
            {},
            [("ingress[-]", "tcp 22-23 10.0.0.0/8", None)],
        ),
        (
            [{"proto": "tcp", "ports": ["6379"], "group_name": ["gw"]}, {"from_port": 80, "group_id": "sg-lb"}],
            {"purge_rules": False},
            [("ingress[+]", None, "tcp 80 lb")],
        ),
        (
            [
                {"proto": "tcp", "ports": [6379], "group_id": ["sg-gw"]},
                {"proto": "tcp", "from_port": 22, "to_port": 23, "cidr_ip": ["10.0.0.0/8"], "cidr_ipv6": ["::/0"]},
            ],
            {},
            [("ingress[+]", None, "tcp 22-23 ::/0")],
        ),
    ],
)
def test_the_rules_of_a_security_group(rules, more, expected):
    args = {"name": "redis", "rules": rules, "rules_egress": [{"proto": "all", "cidr_ip": "0.0.0.0/0"}], **more}
    # A group may be named by a rule before its own task has told its identifier.
    task = planned("amazon.aws.ec2_security_group", args, **LIVE)
    record = HostRecord()
    for result in [task, *GROUPS]:
        record.add(result)
    assert fields(record.changes()[0]) == expected


def test_with_diff_a_real_run_tells_the_rules_too():
    before = {**LIVE, "ip_permissions": LIVE["ip_permissions"][1:]}
    change = only(
        *GROUPS, applied("amazon.aws.ec2_security_group", {"name": "redis"}, diff=[{"before": before, "after": LIVE}])
    )
    assert change.action == "change"
    assert fields(change) == [("ingress[+]", None, "tcp 6379 gw")]


def test_a_new_security_group_has_its_rules_told():
    args = {"name": "sg", "description": "d", "rules": [{"proto": "tcp", "ports": ["80"], "cidr_ip": "10.0.0.0/8"}]}
    change = only(planned("amazon.aws.ec2_security_group", args, group_id=None))
    assert fields(change) == [("description", None, "d"), ("ingress[+]", None, "tcp 80 10.0.0.0/8")]


def test_a_real_run_tells_which_options_are_set_when_the_answer_tells_no_more():
    args = {"name": "v", "region": "us-east-1", "cidr_block": "10.0.0.0/16", "tags": {}, "purge_tags": True}
    record = HostRecord()
    record.add(seen("amazon.aws.ec2_vpc_subnet", changed=False, subnet={"id": "subnet-1", "vpc_id": "vpc-1"}))
    record.add(applied("amazon.aws.ec2_vpc_net", {**args, "_ansible_check_mode": False}, vpc={"id": "vpc-1"}))
    (change,) = record.changes()
    assert (change.action, change.fields, change.managed) == ("change", [], ["cidr_block", "tags"])


def test_a_stock_module_that_nobody_described_shows_no_value():
    args = {"name": "x", "master_user_password": "hunter2", "engine": "mysql"}
    change = only(planned("amazon.aws.rds_instance", args, **diff({}, {"engine": "mysql"})))
    assert (change.type, change.fields, "hunter2" in repr(change)) == ("rds_instance", [], False)


def test_of_a_task_with_no_log_the_resource_is_told_and_no_value():
    args = {"name": "p/dev/docker", "description": "d", "json_secret": {"password": "hunter2"}, "tags": {}}
    change = only(planned("community.aws.secretsmanager_secret", args, no_log=True, censored="hidden"))
    assert (change.name, change.action, change.fields) == ("p/dev/docker", "add", [])
    assert "hunter2" not in repr(change)


@pytest.mark.parametrize("arn, action", [("arn:aws:secretsmanager:1:x", "change"), (None, "add"), (UNKNOWN, "add")])
def test_preflight_knows_which_secrets_there_were(arn, action):
    stack = {"secrets": {"docker_credentials": {"name": "p/dev/docker", "arn": arn}}}
    task = planned("community.aws.secretsmanager_secret", {"name": "p/dev/docker"}, no_log=True)
    assert only(seen("preflight", changed=False, stack=stack), task).action == action
