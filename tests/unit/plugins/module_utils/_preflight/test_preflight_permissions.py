"""What IAM's simulator says of the caller, and what is made of it."""

from __future__ import annotations

import types

import botocore.exceptions
import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._permissions.policy import ACCOUNT
from ansible_collections.portkey.gateway.plugins.module_utils._preflight import permissions

CALLER = "arn:aws:iam::123456789012:user/me"
CLUSTER = "arn:aws:ecs:us-east-1:123456789012:cluster/c"
WANTED = [
    {
        "Effect": "Allow",
        "Action": ["ec2:DescribeVpcs"],
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:RequestedRegion": ["us-east-1"]}},
    },
    {
        "Effect": "Allow",
        "Action": ["ecs:CreateCluster", "ecs:UpdateCluster"],
        "Resource": [CLUSTER.replace("123456789012", ACCOUNT)],
    },
    {
        "Effect": "Allow",
        "Action": ["iam:PassRole"],
        "Resource": ["arn:aws:iam::{account}:role/r"],
        "Condition": {"StringEquals": {"iam:PassedToService": ["ecs-tasks.amazonaws.com"]}},
    },
]


class Iam:
    """A simulator that allows these actions, on these resources. ``missing`` are the keys that it says it lacks."""

    def __init__(self, allowed, missing=(), error=None):
        self.allowed, self.missing, self.error, self.calls = allowed, list(missing), error, []

    def can_paginate(self, operation):
        return False

    def simulate_principal_policy(self, **parameters):
        self.calls.append(parameters)
        if self.error:
            raise self.error
        return {
            "EvaluationResults": [
                {
                    "EvalActionName": action,
                    "EvalDecision": "allowed" if resource in self.allowed.get(action, ()) else "implicitDeny",
                    "MissingContextValues": self.missing,
                }
                for action in parameters["ActionNames"]
                for resource in parameters["ResourceArns"]
            ]
        }

    def get_role(self, **parameters):
        if self.error:
            raise self.error
        return {"Role": {"Arn": "arn:aws:iam::123456789012:role/path/deploy"}}


ALL = {
    "ec2:DescribeVpcs": ["*"],
    "ecs:CreateCluster": [CLUSTER],
    "ecs:UpdateCluster": [CLUSTER],
    "iam:PassRole": ["arn:aws:iam::123456789012:role/r"],
}


def check(iam, caller=CALLER):
    sts = types.SimpleNamespace(
        get_caller_identity=lambda: {"Arn": caller, "Account": "123456789012"}, can_paginate=lambda operation: False
    )
    connection = types.SimpleNamespace(client={"sts": sts, "iam": iam}.__getitem__)
    return permissions.permissions(connection, WANTED)


def error(code):
    return botocore.exceptions.ClientError({"Error": {"Code": code, "Message": "No."}}, "SimulatePrincipalPolicy")


def test_nothing_is_said_of_who_may_do_it_all():
    iam = Iam(ALL)
    assert check(iam).faults == []
    assert iam.calls[0]["PolicySourceArn"] == CALLER
    assert iam.calls[-1]["ContextEntries"] == [
        {
            "ContextKeyName": "iam:PassedToService",
            "ContextKeyValues": ["ecs-tasks.amazonaws.com"],
            "ContextKeyType": "string",
        }
    ]


def test_an_administrator_is_asked_about_once():
    iam = Iam({action: ["*"] for action in ALL})
    assert check(iam).faults == []
    assert len(iam.calls) == 1


def test_the_missing_statement_has_the_missing_actions_only():
    (fault,) = check(Iam({**ALL, "ecs:UpdateCluster": []})).faults
    assert fault.variable == "AWS permissions"
    assert "must be allowed ecs:UpdateCluster." in fault.rule
    assert f'"Action": ["ecs:UpdateCluster"], "Resource": ["{CLUSTER}"]' in fault.rule
    assert "portkey_check_permissions" in fault.fix


def test_what_the_simulator_cannot_tell_is_no_fault():
    assert check(Iam({}, missing=["aws:RequestTag/Project"])).faults == []


def test_what_the_simulator_cannot_tell_of_everything_is_asked_once_more_in_full():
    """What is allowed under another condition than the statement's is neither yes nor no without that one's key."""
    iam = Iam({**ALL, "iam:PassRole": []})
    answer = iam.simulate_principal_policy

    def without_context(**parameters):
        given = [entry["ContextKeyName"] for entry in parameters["ContextEntries"]]
        iam.missing = [] if "iam:PassedToService" in given else ["iam:PassedToService"]
        return answer(**parameters)

    iam.simulate_principal_policy = without_context
    (fault,) = check(iam).faults
    assert "must be allowed iam:PassRole." in fault.rule


@pytest.mark.parametrize("code", ["AccessDenied", "NoSuchEntity", "InvalidInput"])
def test_who_may_not_ask_is_told_so(code):
    findings = check(Iam(ALL, error=error(code)))
    assert findings.faults == []
    assert (
        f"not checked beforehand, since iam:SimulatePrincipalPolicy gave no answer ({code}: No.)"
        in findings.warnings[0]
    )


def test_of_a_session_the_role_is_asked_about_with_its_path():
    iam = Iam(ALL)
    check(iam, "arn:aws:sts::123456789012:assumed-role/deploy/me")
    assert iam.calls[0]["PolicySourceArn"] == "arn:aws:iam::123456789012:role/path/deploy"


def test_the_root_user_may_do_everything():
    iam = Iam({})
    assert check(iam, "arn:aws:iam::123456789012:root").faults == []
    assert iam.calls == []
