"""IAM and STS: names, documents, deletion in order, propagation, who is calling."""

from __future__ import annotations

import json

import pytest

from emulator.services.iam_propagation import is_visible
from emulator.testing import refused

from . import builders

ALLOW = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
)
TRUST = json.dumps(builders.EC2_TRUST)
MANAGED = "arn:aws:iam::aws:policy/"


@pytest.fixture
def iam(emulator):
    return emulator.client("iam")


def _trust(**changes):
    (statement,) = builders.EC2_TRUST["Statement"]
    changed = {key: value for key, value in {**statement, **changes}.items() if value is not None}
    return json.dumps({"Version": "2012-10-17", "Statement": [changed]})


@pytest.mark.parametrize(
    "document, message",
    [
        ("no json", "This policy contains invalid Json"),
        ("{}", "Syntax errors in policy."),
        (_trust(Principal=None), "Missing required field Principal"),
        (_trust(Resource="*"), "Has prohibited field Resource"),
        (_trust(Principal={"AWS": "arn:aws:iam::123456789012:role/none"}), "Invalid principal in policy"),
    ],
)
def test_trust_policies_that_iam_refuses(iam, document, message):
    with refused("MalformedPolicyDocument", message):
        iam.create_role(RoleName="one", AssumeRolePolicyDocument=document)


def test_inline_policies_that_iam_refuses(iam):
    iam.create_role(RoleName="one", AssumeRolePolicyDocument=TRUST)
    for document in ("no json", json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]})):
        with refused("MalformedPolicyDocument"):
            iam.put_role_policy(RoleName="one", PolicyName="own", PolicyDocument=document)


def test_the_inline_policies_of_a_role_share_a_size(iam):
    iam.create_role(RoleName="one", AssumeRolePolicyDocument=TRUST)

    def document(length: int) -> str:
        statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": ""}
        bare = len(json.dumps({"Version": "2012-10-17", "Statement": [statement]}, separators=(",", ":")))
        statement["Resource"] = "arn:aws:s3:::".ljust(length - bare, "x")
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=4)

    iam.put_role_policy(RoleName="one", PolicyName="first", PolicyDocument=document(5000))
    iam.put_role_policy(RoleName="one", PolicyName="second", PolicyDocument=document(5240))
    iam.put_role_policy(RoleName="one", PolicyName="second", PolicyDocument=document(5240))
    with refused("LimitExceeded", "Maximum policy size of 10240 bytes exceeded for role one"):
        iam.put_role_policy(RoleName="one", PolicyName="second", PolicyDocument=document(5241))
    with refused("LimitExceeded"):
        iam.put_role_policy(RoleName="one", PolicyName="third", PolicyDocument=ALLOW)
    iam.delete_role_policy(RoleName="one", PolicyName="second")
    iam.put_role_policy(RoleName="one", PolicyName="third", PolicyDocument=ALLOW)


def test_names_that_iam_refuses(iam):
    with refused("ValidationError", "Member must have length less than or equal to 64"):
        iam.create_role(RoleName="x" * 65, AssumeRolePolicyDocument=TRUST)
    with refused("ValidationError", "Member must have length less than or equal to 128"):
        iam.create_instance_profile(InstanceProfileName="x" * 129)
    with refused("ValidationError", "roleName is invalid"):
        iam.create_role(RoleName="a b", AssumeRolePolicyDocument=TRUST)


def test_a_role_goes_last(iam):
    own = iam.create_policy(PolicyName="own", PolicyDocument=ALLOW)["Policy"]["Arn"]
    iam.create_role(RoleName="one", AssumeRolePolicyDocument=TRUST)
    iam.create_instance_profile(InstanceProfileName="one")
    iam.add_role_to_instance_profile(InstanceProfileName="one", RoleName="one")
    iam.put_role_policy(RoleName="one", PolicyName="inline", PolicyDocument=ALLOW)
    iam.attach_role_policy(RoleName="one", PolicyArn=own)
    for message, remedy in (
        (
            "must remove roles from instance profile first.",
            lambda: iam.remove_role_from_instance_profile(InstanceProfileName="one", RoleName="one"),
        ),
        ("must detach all policies first.", lambda: iam.detach_role_policy(RoleName="one", PolicyArn=own)),
        ("must delete policies first.", lambda: iam.delete_role_policy(RoleName="one", PolicyName="inline")),
    ):
        with refused("DeleteConflict", f"Cannot delete entity, {message}"):
            iam.delete_role(RoleName="one")
        if "detach" in message:
            with refused("DeleteConflict", "Cannot delete a policy attached to entities."):
                iam.delete_policy(PolicyArn=own)
        remedy()
    with refused("NoSuchEntity", "cannot be found."):
        iam.remove_role_from_instance_profile(InstanceProfileName="one", RoleName="one")
    iam.delete_role(RoleName="one")
    iam.delete_instance_profile(InstanceProfileName="one")
    iam.delete_policy(PolicyArn=own)
    with refused("NoSuchEntity", "The role with name one cannot be found."):
        iam.get_role(RoleName="one")
    with refused("NoSuchEntity", "Instance Profile one cannot be found."):
        iam.get_instance_profile(InstanceProfileName="one")


@pytest.mark.parametrize(
    "name",
    [
        "service-role/AmazonECSTaskExecutionRolePolicy",
        "service-role/AmazonEC2ContainerServiceforEC2Role",
        "AmazonECSInfrastructureRolePolicyForLoadBalancers",
        "AWSCodeDeployRoleForECS",
        "AmazonSSMManagedInstanceCore",
    ],
)
def test_aws_s_managed_policies_exist(iam, name):
    iam.create_role(RoleName="one", AssumeRolePolicyDocument=TRUST)
    iam.attach_role_policy(RoleName="one", PolicyArn=MANAGED + name)
    attached = iam.list_attached_role_policies(RoleName="one")["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in attached] == [MANAGED + name]
    version = iam.get_policy(PolicyArn=MANAGED + name)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=MANAGED + name, VersionId=version)["PolicyVersion"]["Document"]
    assert document["Statement"]


def test_managed_policies_of_other_partitions_and_unknown_ones(emulator, iam):
    gov = emulator.client("iam", "us-gov-west-1")
    gov.create_role(RoleName="one", AssumeRolePolicyDocument=TRUST)
    gov.attach_role_policy(
        RoleName="one", PolicyArn="arn:aws-us-gov:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    )
    iam.create_role(RoleName="one", AssumeRolePolicyDocument=TRUST)
    for arn in (f"{MANAGED}AmazonECSTaskExecutionRolePolicy", f"{MANAGED}None"):
        with refused("NoSuchEntity", "does not exist or is not attachable"):
            iam.attach_role_policy(RoleName="one", PolicyArn=arn)


def test_what_is_new_takes_a_moment_to_be_seen_by_other_services(slow):
    builders.instance_profile(slow)
    role, profile = (f"arn:aws:iam::123456789012:{kind}/nodes" for kind in ("role", "instance-profile"))
    world = slow.app.world
    assert [is_visible(world, "123456789012", arn) for arn in (role, profile)] == [False, False]
    slow.advance(9)
    assert [is_visible(world, "123456789012", arn) for arn in (role, profile)] == [True, True]
    assert not is_visible(world, "123456789012", role.replace("nodes", "none"))


def test_who_is_calling(emulator):
    assert emulator.client("sts").get_caller_identity()["Arn"] == "arn:aws:iam::123456789012:user/emulator"
    role = emulator.client("iam").create_role(RoleName="deploy", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    session = emulator.client("sts").assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
    sts = emulator.client(
        "sts",
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"],
        aws_session_token=session["SessionToken"],
    )
    assert sts.get_caller_identity()["Arn"] == "arn:aws:sts::123456789012:assumed-role/deploy/me"


def test_the_simulator_tells_what_a_principal_may(iam):
    user = "arn:aws:iam::123456789012:user/emulator"

    def decisions(arn, resources, **more):
        answer = iam.simulate_principal_policy(
            PolicySourceArn=arn, ActionNames=["s3:GetObject", "s3:PutObject"], ResourceArns=resources, **more
        )
        return [
            (one["EvalActionName"], one["EvalResourceName"], one["EvalDecision"]) for one in answer["EvaluationResults"]
        ]

    one, two = "arn:aws:s3:::mine/one", "arn:aws:s3:::other/two"
    assert {decision for _unused, _unused, decision in decisions(user, [one])} == {"allowed"}
    with refused("NoSuchEntity"):
        decisions(f"{user}s", [one])
    iam.create_user(UserName="emulator")
    statements = [
        {"Effect": "Allow", "Action": "s3:get*", "Resource": "arn:aws:s3:::mine/*"},
        {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*", "Condition": {"StringEquals": {"aws:b": "c"}}},
        {"Effect": "Deny", "Action": "s3:PutObject", "Resource": two},
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_user_policy(UserName="emulator", PolicyName="own", PolicyDocument=policy)
    assert decisions(user, [one, two]) == [
        ("s3:GetObject", one, "allowed"),
        ("s3:GetObject", two, "implicitDeny"),
        ("s3:PutObject", one, "implicitDeny"),
        ("s3:PutObject", two, "explicitDeny"),
    ]
    entry = {"ContextKeyName": "aws:b", "ContextKeyType": "string", "ContextKeyValues": ["c"]}
    assert decisions(user, [one, two], ContextEntries=[entry])[2:] == [
        ("s3:PutObject", one, "allowed"),
        ("s3:PutObject", two, "explicitDeny"),
    ]
    iam.create_role(RoleName="one", AssumeRolePolicyDocument=TRUST)
    iam.put_role_policy(RoleName="one", PolicyName="own", PolicyDocument=ALLOW)
    assert [found[2] for found in decisions("arn:aws:iam::123456789012:role/one", [one])] == ["allowed", "implicitDeny"]
