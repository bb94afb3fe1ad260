"""portkey_bedrock on a live stack: planned, allowed exactly, told to the other account, and gone with the setting."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_run import Ansible
from permitted import assert_permitted
from readback import mutations
from stacks import begin_with

from emulator.services.policies import decision
from emulator.testing import Running

TASK_ROLE = "portkey-gateway-dev-us-east-1-gateway-task"
OTHER_ROLE = "arn:aws:iam::210987654321:role/models"
NOVA, HAIKU = "amazon.nova-pro-v1:0", "anthropic.claude-3-haiku-20240307-v1:0"
PROFILE = f"arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.{HAIKU}"
BEDROCK = {
    "portkey_bedrock": {
        "models": [NOVA],
        "inference_profiles": [{"profile": f"us.{HAIKU}", "regions": ["us-east-1", "us-west-2"]}],
        "role_arns": [OTHER_ROLE],
    }
}


def policy_of(emulator: Running) -> dict[str, Any]:
    found = emulator.client("iam").get_role_policy(RoleName=TASK_ROLE, PolicyName="service")["PolicyDocument"]
    return found if isinstance(found, dict) else json.loads(found)


def model(region: str, name: str) -> str:
    return f"arn:aws:bedrock:{region}::foundation-model/{name}"


@pytest.fixture(scope="module")
def before(ansible: Ansible, emulator: Running) -> dict[str, Any]:
    begin_with(ansible, emulator)
    return policy_of(emulator)


@pytest.mark.long
def test_a_plan_names_the_policy_and_writes_nothing(before, ansible: Ansible, emulator: Running):
    planned = ansible.play("site.yml", "--check", "--diff", **BEDROCK).ok()
    assert planned.changed_tasks() == ["portkey.gateway.services : Let the task roles do what their service needs"]
    assert "Plan: 0 to add, 1 to change, 0 to destroy" in planned.output
    assert mutations(emulator) == [] and policy_of(emulator) == before


@pytest.fixture(scope="module")
def allowed(before, ansible: Ansible, emulator: Running) -> str:
    emulator.post("reset", only="calls")
    output = ansible.play(**BEDROCK).ok().output
    assert mutations(emulator) == ["iam:PutRolePolicy"]
    assert_permitted(emulator.calls(), "create", **BEDROCK)
    return output


@pytest.mark.parametrize(
    "action, resource, context, expected",
    [
        ("bedrock:InvokeModel", model("us-east-1", NOVA), {}, "allowed"),
        ("bedrock:InvokeModelWithResponseStream", model("us-east-1", NOVA), {}, "allowed"),
        ("bedrock:InvokeModel", model("us-west-2", NOVA), {}, "implicitDeny"),
        ("bedrock:InvokeModel", PROFILE, {}, "allowed"),
        ("bedrock:GetInferenceProfile", PROFILE, {}, "allowed"),
        ("bedrock:InvokeModel", model("us-west-2", HAIKU), {"bedrock:inferenceprofilearn": PROFILE}, "allowed"),
        # Its model is there for the profile only, and in its regions.
        ("bedrock:InvokeModel", model("us-west-2", HAIKU), {}, "implicitDeny"),
        ("bedrock:InvokeModel", model("eu-west-1", HAIKU), {"bedrock:inferenceprofilearn": PROFILE}, "implicitDeny"),
        ("bedrock:ListFoundationModels", "*", {}, "implicitDeny"),
        ("sts:AssumeRole", OTHER_ROLE, {}, "allowed"),
        ("sts:AssumeRole", f"{OTHER_ROLE}-2", {}, "implicitDeny"),
    ],
)
def test_the_gateway_may_do_just_that(allowed, emulator: Running, action, resource, context, expected):
    assert decision([policy_of(emulator)], action, resource, context) == expected


def test_the_buckets_are_still_its_own(allowed, before, emulator: Running):
    assert policy_of(emulator)["Statement"][: len(before["Statement"])] == before["Statement"]


def test_the_trust_policy_is_told(allowed, emulator: Running):
    said = " ".join(allowed.split())
    assert f"Trust policy for {OTHER_ROLE}: " in said
    arn = emulator.client("iam").get_role(RoleName=TASK_ROLE)["Role"]["Arn"]
    assert json.dumps(arn) in said.replace('\\"', '"')


@pytest.mark.long
def test_then_there_is_nothing_to_change(allowed, ansible: Ansible, emulator: Running):
    emulator.post("reset", only="calls")
    ansible.play(**BEDROCK).unchanged()
    assert mutations(emulator) == []


def test_without_the_setting_it_is_gone(allowed, before, ansible: Ansible, emulator: Running):
    emulator.post("reset", only="calls")
    ansible.play().ok()
    assert mutations(emulator) == ["iam:PutRolePolicy"]
    assert policy_of(emulator) == before
