"""The permissions of an operator: what whole runs were recorded to ask is allowed, and no statement is too many.

The runs of the verbs, of uninstall and of stacks with hooks are replayed where they are tested; see permitted.py.
"""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest
from ansible_run import Ansible
from permitted import asked, assert_permitted, policies, refused
from stacks import begin_with, calls_of_creation
from test_codedeploy_site import BY_CODEDEPLOY
from test_object_storage import BUCKETS
from test_policies import definitions
from test_uninstall import FULL

from emulator.testing import Running

STACKS: dict[str, dict[str, Any]] = {
    "basic": {},
    "canary and autoscaling": FULL,
    "codedeploy": BY_CODEDEPLOY,
    "buckets": BUCKETS,
}
# What no create does: it mends what was changed by hand, takes away what an earlier run made, or is for verbs.
SELDOM = {
    "ec2:ModifySubnetAttribute",
    "ecs:ContinueServiceDeployment",
    "ecs:DescribeServiceRevisions",
    "ecs:DescribeTasks",
    "ecs:ExecuteCommand",
    "ecs:ListTasks",
    "ecs:RunTask",
    "ecs:StopServiceDeployment",
    "ecs:StopTask",
    "events:DescribeRule",
    "logs:GetLogEvents",
    "servicediscovery:UpdateService",
    "sns:GetTopicAttributes",
}


@pytest.fixture(scope="module", params=STACKS)
def created(request, ansible: Ansible, emulator: Running) -> tuple[list[dict], dict[str, Any]]:
    variables = STACKS[request.param]
    return calls_of_creation(ansible, emulator, **variables), variables


def test_a_stack_can_be_made_with_what_is_printed(created):
    calls, variables = created
    assert_permitted(calls, "create", **variables)
    assert refused(calls, policies("deploy", **variables))


def test_what_only_looks_can_be_done_by_who_may_read(created):
    calls, variables = created
    # A plan takes no lock, and what it would make it does not wait for.
    looks = [call for call in calls if not call["mutating"] and call["operation"] != "GetOperation"]
    looks = [call for call in looks if not str(call["parameters"].get("Name", "")).endswith("/lock")]
    assert_permitted(looks, "read", **variables)
    assert refused([call for call in calls if call["mutating"]], policies("read", **variables))


def test_every_statement_is_needed(created):
    calls, variables = created
    documents = policies("create", **variables)
    for number, document in enumerate(documents):
        for position, statement in enumerate(document["Statement"]):
            fewer = copy.deepcopy(documents)
            del fewer[number]["Statement"][position]
            if not refused(calls, fewer):
                assert SELDOM.intersection(statement["Action"]), f"nothing needs {statement}"


def test_iam_is_asked_as_it_is_by_aws(created):
    """Against AWS's own list: no action without a resource of each kind that it asks for."""
    for call in created[0]:
        needs = asked(call)
        for action in {need.action for need in needs}:
            resources = [need.resource for need in needs if need.action == action]
            kinds = definitions().get(action, {})
            assert (resources == ["*"]) == (not kinds), (call, resources)


def test_a_plan_takes_no_more_than_reading(ansible: Ansible, emulator: Running):
    begin_with(ansible, emulator, **FULL)
    ansible.play("site.yml", "--check", **FULL).ok()
    assert_permitted(emulator.calls(), "read", **FULL)


def test_the_playbook_prints_them_without_asking_the_account(ansible: Ansible, emulator: Running):
    emulator.post("reset", only="calls")
    emulator.post("faults", faults=[{"kind": "denied", "service": "ec2"}, {"kind": "denied", "service": "ecs"}])
    run = ansible.play("playbooks/permissions.yml", portkey_permissions_for=["deploy"], **FULL).unchanged()
    emulator.post("reset", only="faults")
    assert {call["operation"] for call in emulator.calls()} == {"GetCallerIdentity", "DescribeRegions"}
    documents = re.finditer(r"^( *)(\{\n.*?^\1\})$", run.output, re.MULTILINE | re.DOTALL)
    printed = [json.loads(found[2]) for found in documents]
    assert printed == policies("deploy", **FULL)


# Preflight asks IAM's simulator, with credentials of a user who has just the policies that are printed.


@pytest.fixture
def operator(emulator: Running):
    emulator.post("reset")
    iam = emulator.client("iam")
    iam.create_user(UserName="operator")
    key = iam.create_access_key(UserName="operator")["AccessKey"]
    connection = {"access_key": key["AccessKeyId"], "secret_key": key["SecretAccessKey"], "endpoint_url": emulator.url}

    def grants(documents: list[dict[str, Any]]) -> dict[str, Any]:
        """Extra vars with which a run is the user, who now may do this and nothing else."""
        for name in iam.list_user_policies(UserName="operator")["PolicyNames"]:
            iam.delete_user_policy(UserName="operator", PolicyName=name)
        for number, document in enumerate(documents):
            iam.put_user_policy(UserName="operator", PolicyName=f"p{number}", PolicyDocument=json.dumps(document))
        emulator.post("reset", only="calls")
        return {"portkey_aws_connection": connection}

    return grants


def test_site_refuses_to_begin_without_a_permission(operator, ansible: Ansible, emulator: Running):
    documents = json.loads(json.dumps(policies("create")).replace("iam:CreateRole", "iam:GetUser"))
    refused_run = ansible.play(**operator(documents))
    said = " ".join(refused_run.output.split())
    assert refused_run.returncode == 2
    assert "The caller must be allowed iam:CreateRole." in said and "portkey_check_permissions" in said
    assert emulator.calls(mutating=True) == []


def test_what_is_printed_passes_and_who_may_not_ask_is_told(operator, ansible: Ansible, emulator: Running):
    variables = operator(policies("read"))
    passed = ansible.play("playbooks/status.yml", **variables)
    # There is no stack, but that comes after.
    assert "There is no stack portkey-gateway-dev" in " ".join(passed.output.split())
    assert "not checked beforehand" not in passed.output and emulator.calls(operation="SimulatePrincipalPolicy")

    emulator.post("faults", faults=[{"kind": "denied", "operation": "SimulatePrincipalPolicy"}])
    told = ansible.play("playbooks/status.yml", **variables)
    assert "There is no stack portkey-gateway-dev" in " ".join(told.output.split())
    assert "Permissions are not checked beforehand" in " ".join(told.output.split())
    emulator.post("reset", only="faults")
