"""Lambda: roles, states, network interfaces; and what becomes of a hook's function that is called."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from emulator.testing import Running, refused

from . import builders

NAME = "hook"
SUCCEEDS = 'def handler(event, context):\n    return {"hookStatus": "SUCCEEDED"}\n'
INTERFACES = ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface"]


def archive(code: str = SUCCEEDS) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        opened.writestr("index.py", code)
    return buffer.getvalue()


def role(emulator: Running, service: str = "lambda.amazonaws.com", actions: list[str] | None = None) -> str:
    iam = emulator.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    made = iam.create_role(
        RoleName="function", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )
    if actions:
        may = {"Effect": "Allow", "Action": actions, "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [may]})
        iam.put_role_policy(RoleName="function", PolicyName="function", PolicyDocument=document)
    return str(made["Role"]["Arn"])


def create(emulator: Running, role_arn: str, **options: Any) -> dict[str, Any]:
    settings = {
        "FunctionName": NAME,
        "Runtime": "python3.13",
        "Role": role_arn,
        "Handler": "index.handler",
        "Code": {"ZipFile": archive()},
        **options,
    }
    return emulator.client("lambda").create_function(**settings)


def configuration(emulator: Running) -> dict[str, Any]:
    return emulator.client("lambda").get_function_configuration(FunctionName=NAME)


def test_a_role_must_be_there_trust_lambda_and_have_propagated(slow: Running):
    with refused("InvalidParameterValueException", "cannot be assumed by Lambda"):
        create(slow, "arn:aws:iam::123456789012:role/none")
    arn = role(slow)
    with refused("InvalidParameterValueException", "cannot be assumed by Lambda"):
        create(slow, arn)
    slow.advance(10)
    create(slow, arn)


def test_a_role_of_another_service_is_refused(emulator: Running):
    with refused("InvalidParameterValueException", "cannot be assumed by Lambda"):
        create(emulator, role(emulator, "ecs-tasks.amazonaws.com"))


def test_a_function_is_pending_before_it_is_active(slow: Running):
    arn = role(slow)
    slow.advance(10)
    made = create(slow, arn)
    assert (made["State"], made["LastUpdateStatus"]) == ("Pending", "InProgress")
    client = slow.client("lambda")
    with refused("ResourceConflictException", "currently in the following state: Pending"):
        client.update_function_code(FunctionName=NAME, ZipFile=archive())
    with refused("ResourceConflictException", f"Function already exist: {NAME}"):
        create(slow, arn)
    slow.advance(5)
    found = client.get_function(FunctionName=NAME)["Configuration"]
    assert (found["State"], found["LastUpdateStatus"]) == ("Active", "Successful")


def test_one_update_at_a_time(slow: Running):
    arn = role(slow)
    slow.advance(10)
    create(slow, arn)
    slow.advance(5)
    client = slow.client("lambda")
    changed = client.update_function_configuration(FunctionName=NAME, Timeout=30, Description="new")
    assert changed["LastUpdateStatus"] == "InProgress"
    with refused("ResourceConflictException", "An update is in progress for resource: arn:aws:lambda:"):
        client.update_function_code(FunctionName=NAME, ZipFile=archive("x = 1"))
    slow.advance(5)
    before = configuration(slow)
    after = client.update_function_code(FunctionName=NAME, ZipFile=archive("x = 1"))
    assert (before["Timeout"], before["Description"]) == (30, "new")
    assert after["CodeSha256"] != before["CodeSha256"]


def test_a_function_in_a_vpc_needs_the_right_to_make_interfaces(emulator: Running):
    net = builders.network(emulator)
    group = emulator.client("ec2").create_security_group(GroupName="gate", Description="gate", VpcId=net.vpc)["GroupId"]
    vpc = {"SubnetIds": net.subnets, "SecurityGroupIds": [group]}
    arn = role(emulator)
    with refused("InvalidParameterValueException", "does not have permissions to call CreateNetworkInterface on EC2"):
        create(emulator, arn, VpcConfig=vpc)
    with refused("InvalidParameterValueException", "InvalidSubnetID.NotFound"):
        create(emulator, arn, VpcConfig={**vpc, "SubnetIds": ["subnet-0123456789abcdef0"]})
    with refused("InvalidParameterValueException", "InvalidGroup.NotFound"):
        create(emulator, arn, VpcConfig={**vpc, "SecurityGroupIds": ["sg-0123456789abcdef0"]})


def test_interfaces_outlive_a_function_in_a_vpc(slow: Running):
    net = builders.network(slow)
    ec2 = slow.client("ec2")
    group = ec2.create_security_group(GroupName="gate", Description="gate", VpcId=net.vpc)["GroupId"]
    arn = role(slow, actions=INTERFACES)
    slow.advance(10)
    made = create(slow, arn, VpcConfig={"SubnetIds": net.subnets, "SecurityGroupIds": [group]})
    assert made["VpcConfig"]["VpcId"] == net.vpc
    slow.advance(5)
    assert configuration(slow)["State"] == "Pending"
    slow.advance(60)
    assert configuration(slow)["State"] == "Active"
    held = ec2.describe_network_interfaces(Filters=[{"Name": "group-id", "Values": [group]}])["NetworkInterfaces"]
    assert [one["InterfaceType"] for one in held] == ["lambda", "lambda"]
    slow.client("lambda").delete_function(FunctionName=NAME)
    with refused("ResourceNotFoundException"):
        configuration(slow)
    with refused("DependencyViolation"):
        ec2.delete_security_group(GroupId=group)
    slow.advance(1200)
    ec2.delete_security_group(GroupId=group)


@pytest.mark.parametrize(
    "variables, message",
    [({"AWS_REGION": "x"}, "reserved keys"), ({"BIG": "x" * 5000}, "exceeded the 4KB limit")],
)
def test_environments_that_lambda_refuses(emulator: Running, variables: dict[str, str], message: str):
    with refused("InvalidParameterValueException", message):
        create(emulator, role(emulator), Environment={"Variables": variables})
