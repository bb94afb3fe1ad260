"""The core: what a call is, the record, faults, the clock."""

from __future__ import annotations

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError
from emulator.clock import Clock
from emulator.profiles import profile
from emulator.world import World


@pytest.mark.parametrize(
    "service, method, parameters, operation, mutating",
    [
        ("ec2", "describe_vpcs", {}, "DescribeVpcs", False),
        ("ec2", "create_vpc", {"CidrBlock": "10.0.0.0/16"}, "CreateVpc", True),
        ("ecs", "list_clusters", {}, "ListClusters", False),
        ("elbv2", "describe_load_balancers", {}, "DescribeLoadBalancers", False),
        ("sts", "get_caller_identity", {}, "GetCallerIdentity", False),
        ("s3", "create_bucket", {"Bucket": "my-bucket"}, "CreateBucket", True),
        ("lambda", "list_functions", {}, "ListFunctions", False),
        ("cloudwatch", "describe_alarms", {}, "DescribeAlarms", False),
        ("application-autoscaling", "describe_scalable_targets", {"ServiceNamespace": "ecs"}, "DescribeScalableTargets", False),
        ("servicediscovery", "list_namespaces", {}, "ListNamespaces", False),
    ],
)
def test_every_call_is_recorded_with_its_operation_and_parameters(emulator, service, method, parameters, operation, mutating):
    getattr(emulator.client(service), method)(**parameters)
    (call,) = emulator.calls()
    assert (call["service"], call["operation"], call["mutating"], call["status"]) == (service, operation, mutating, 200)
    assert parameters.items() <= call["parameters"].items()


def test_secrets_are_masked_in_the_record(emulator):
    emulator.client("secretsmanager").create_secret(Name="one", SecretString="very-secret")
    (call,) = emulator.calls(operation="CreateSecret")
    assert call["parameters"]["Name"] == "one"
    assert "very-secret" not in str(call)


def test_a_refused_call_is_recorded_with_its_error(emulator):
    with pytest.raises(ClientError):
        emulator.client("ec2").describe_vpcs(VpcIds=["vpc-00000000"])
    (call,) = emulator.calls()
    assert (call["status"], call["error"]) == (400, "InvalidVpcID.NotFound")


def _no_retries():
    return Config(retries={"total_max_attempts": 1})


def _ec2(emulator):
    import boto3
    from emulator.testing import CREDENTIALS

    return boto3.client("ec2", region_name="us-east-1", endpoint_url=emulator.url, config=_no_retries(), **CREDENTIALS)


@pytest.mark.parametrize(
    "fault, code, status",
    [
        ({"kind": "throttle"}, "RequestLimitExceeded", 400),
        ({"kind": "500"}, "InternalFailure", 500),
        ({"kind": "error", "code": "UnauthorizedOperation", "message": "No.", "status": 403}, "UnauthorizedOperation", 403),
    ],
)
def test_a_fault_answers_instead_of_aws(emulator, fault, code, status):
    emulator.post("faults", faults=[{**fault, "service": "ec2", "operation": "CreateVpc", "at": 1}])
    ec2 = _ec2(emulator)
    with pytest.raises(ClientError) as raised:
        ec2.create_vpc(CidrBlock="10.9.0.0/16")
    assert raised.value.response["Error"]["Code"] == code
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert not ec2.describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.9.0.0/16"]}])["Vpcs"]
    ec2.create_vpc(CidrBlock="10.9.0.0/16")


def test_a_lost_answer_comes_after_the_effect(emulator):
    emulator.post("faults", faults=[{"kind": "reset", "operation": "CreateVpc", "after": True, "times": 1}])
    ec2 = _ec2(emulator)
    with pytest.raises(ConnectionClosedError):
        ec2.create_vpc(CidrBlock="10.9.0.0/16")
    assert len(ec2.describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.9.0.0/16"]}])["Vpcs"]) == 1


def test_the_admin_api_refuses_what_it_does_not_know(emulator):
    with pytest.raises(ValueError, match="kind is 'fire'"):
        emulator.post("faults", faults=[{"kind": "fire"}])
    with pytest.raises(ValueError, match="GET /_emulator/calls"):
        emulator.get("nothing")


def test_the_clock_runs_at_its_speed_and_can_be_advanced():
    real = iter([100.0, 101.0, 101.0])
    clock = Clock(speed=60, real=lambda: next(real))
    assert clock.now() == 160.0
    clock.advance(40)
    assert clock.now() == 200.0


def test_events_happen_in_order_when_they_are_due():
    wall = 0.0
    world = World(profile("aws", 1), Clock(real=lambda: wall))
    happened = []
    world.at(20, lambda: happened.append(("late", world.now)))
    world.at(10, lambda: world.at(world.now + 5, lambda: happened.append(("chained", world.now))))
    world.tick()
    assert happened == []
    world.clock.advance(30)
    world.tick()
    assert happened == [("chained", 15), ("late", 20)]
