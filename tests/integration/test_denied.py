"""AWS denies a call: the run fails at once, and says which permission is missing, whoever's module it was."""

from __future__ import annotations

import json
import pathlib

import pytest
from ansible_run import Ansible

from emulator.testing import Running

ACCOUNT = "us-east-1:123456789012"
ROLE = "arn:aws:iam::123456789012:role/task"
# By host: what its one task does.
TASKS = {
    "vpc": {"amazon.aws.ec2_vpc_net": {"name": "v", "cidr_block": "10.0.0.0/16"}},
    "role": {
        "amazon.aws.iam_role": {
            "name": "r",
            "assume_role_policy_document": {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
                ],
            },
        }
    },
    "secret": {"community.aws.secretsmanager_secret": {"name": "s", "secret": "word-that-is-secret"}},
    "cluster": {"portkey.gateway.ecs_cluster": {"name": "c"}},
    "definition": {
        "portkey.gateway.ecs_task_definition": {
            "family": "f",
            "task_role_arn": ROLE,
            "container_definitions": [{"name": "one", "image": "alpine", "memory": 64}],
        }
    },
}
DENIED = {
    "vpc": ("ec2:CreateVpc", f"arn:aws:ec2:{ACCOUNT}:vpc/", "CreateVpc"),
    "role": ("iam:CreateRole", "arn:aws:iam::123456789012:role/r", "CreateRole"),
    "secret": ("secretsmanager:CreateSecret", f"arn:aws:secretsmanager:{ACCOUNT}:secret:s-", "CreateSecret"),
    "cluster": ("ecs:CreateCluster", f"arn:aws:ecs:{ACCOUNT}:cluster/c", "CreateCluster"),
    "definition": ("iam:PassRole", ROLE, "RegisterTaskDefinition"),
}


@pytest.fixture(scope="module")
def run(ansible: Ansible, emulator: Running, tmp_path_factory: pytest.TempPathFactory):
    """All of them at once, each denied its call."""
    folder: pathlib.Path = tmp_path_factory.mktemp("denied")
    connection = {
        "endpoint_url": emulator.url,
        "region": "us-east-1",
        "access_key": "AKIAEMULATEDACCOUNT0",
        "secret_key": "emulated/secret/access/key",
    }
    play = {
        "hosts": "all",
        "gather_facts": False,
        "module_defaults": {
            f"group/{group}": connection for group in ("amazon.aws.aws", "community.aws.aws", "portkey.gateway.aws")
        },
        "tasks": [{"when": f"inventory_hostname == '{host}'", **task} for host, task in TASKS.items()],
    }
    (folder / "play.yml").write_text(json.dumps([play]))
    hosts = dict.fromkeys(TASKS, {"ansible_connection": "local"})
    (folder / "hosts.yml").write_text(json.dumps({"all": {"hosts": hosts}}))
    emulator.post("faults", faults=[{"kind": "denied", "action": action} for action, *_unused in DENIED.values()])
    return ansible.play(str(folder / "play.yml"), inventory=str(folder / "hosts.yml"))


@pytest.mark.parametrize("host", DENIED)
def test_action_resource_and_statement_are_named(run, host: str):
    action, resource, _operation = DENIED[host]
    assert run.returncode == 2
    said = " ".join(run.output.replace('\\"', '"').split())
    assert f"Not allowed: {action} on {resource}" in said
    assert f'The missing statement is {{"Effect": "Allow", "Action": "{action}", "Resource": "{resource}' in said


@pytest.mark.parametrize("host", DENIED)
def test_it_is_not_tried_again(run, emulator: Running, host: str):
    calls = emulator.calls(operation=DENIED[host][2])
    assert [call["status"] >= 400 for call in calls] == [True]


def test_site_stops_at_what_is_denied(ansible: Ansible, emulator: Running):
    emulator.post("reset")
    emulator.post("faults", faults=[{"kind": "denied", "operation": "CreateVpc"}])
    stopped = ansible.play("site.yml")
    assert stopped.returncode == 2
    assert "Not allowed: ec2:CreateVpc on arn:aws:ec2:us-east-1:123456789012:vpc/" in stopped.output
    assert emulator.calls(operation="CreateSubnet") == []
    emulator.post("reset")
