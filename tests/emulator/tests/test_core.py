"""The core: what a call is, the record, faults, the clock."""

from __future__ import annotations

import contextlib
import json
import urllib.error
import urllib.request

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from emulator.clock import Clock
from emulator.profiles import profile
from emulator.record import mask
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
        (
            "application-autoscaling",
            "describe_scalable_targets",
            {"ServiceNamespace": "ecs"},
            "DescribeScalableTargets",
            False,
        ),
        ("servicediscovery", "list_namespaces", {}, "ListNamespaces", False),
    ],
)
def test_every_call_is_recorded_with_its_operation_and_parameters(
    emulator, service, method, parameters, operation, mutating
):
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


ONCE = Config(retries={"total_max_attempts": 1})


def _strike(emulator, fault, service, method, **parameters):
    """The error and the HTTP status of a call that a fault strikes."""
    emulator.post("faults", faults=[{**fault, "service": service, "at": 1}])
    with pytest.raises(ClientError) as raised:
        getattr(emulator.client(service, config=ONCE), method)(**parameters)
    response = raised.value.response
    return response["Error"], response["ResponseMetadata"]["HTTPStatusCode"]


CALLS = {
    "ec2": ("describe_vpcs", {}),
    "iam": ("list_roles", {}),
    "elbv2": ("describe_load_balancers", {}),
    "ecs": ("list_clusters", {}),
    "logs": ("describe_log_groups", {}),
    "lambda": ("list_functions", {}),
    "s3": ("list_buckets", {}),
}


@pytest.mark.parametrize(
    "kind, service, code, status",
    [
        ("throttle", "ec2", "RequestLimitExceeded", 503),
        ("throttle", "iam", "Throttling", 400),
        ("throttle", "ecs", "ThrottlingException", 400),
        ("throttle", "s3", "SlowDown", 503),
        ("500", "elbv2", "InternalFailure", 500),
        ("500", "ecs", "InternalFailure", 500),
        ("denied", "ec2", "UnauthorizedOperation", 403),
        ("denied", "elbv2", "AccessDenied", 403),
        ("denied", "logs", "AccessDeniedException", 400),
        ("denied", "lambda", "AccessDeniedException", 403),
        ("denied", "s3", "AccessDenied", 403),
        ("expired", "ec2", "RequestExpired", 400),
        ("expired", "iam", "ExpiredToken", 403),
        ("expired", "ecs", "ExpiredTokenException", 400),
    ],
)
def test_a_fault_answers_as_the_service_would(emulator, kind, service, code, status):
    method, parameters = CALLS[service]
    error, actual = _strike(emulator, {"kind": kind}, service, method, **parameters)
    assert (error["Code"], actual) == (code, status)
    (call,) = emulator.calls()
    assert (call["error"], call["status"]) == (code, status)


def test_a_denial_names_the_action(emulator):
    error, _unused = _strike(emulator, {"kind": "denied"}, "elbv2", "describe_load_balancers")
    assert "is not authorized to perform: elasticloadbalancing:DescribeLoadBalancers" in error["Message"]


def test_a_denial_names_the_resource_and_may_be_of_what_a_call_implies(emulator):
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole"}]}
    trust["Statement"][0]["Principal"] = {"Service": "ec2.amazonaws.com"}
    role = {"RoleName": "r", "AssumeRolePolicyDocument": json.dumps(trust)}
    fault = {"kind": "denied", "action": "iam:TagRole"}
    emulator.client("iam").create_role(**role)
    error, _unused = _strike(emulator, fault, "iam", "create_role", **role, Tags=[{"Key": "a", "Value": "b"}])
    assert "is not authorized to perform: iam:TagRole on resource: arn:aws:iam::123456789012:role/r" in error["Message"]


def test_a_fault_may_have_a_code_of_its_own_and_prevents_the_effect(emulator):
    fault = {"kind": "error", "code": "VpcLimitExceeded", "message": "No.", "operation": "CreateVpc"}
    error, _unused = _strike(emulator, fault, "ec2", "create_vpc", CidrBlock="10.9.0.0/16")
    assert error == {"Code": "VpcLimitExceeded", "Message": "No."}
    ec2 = emulator.client("ec2")
    wanted = [{"Name": "cidr", "Values": ["10.9.0.0/16"]}]
    assert not ec2.describe_vpcs(Filters=wanted)["Vpcs"]
    ec2.create_vpc(CidrBlock="10.9.0.0/16")


@pytest.mark.parametrize(
    "when, struck",
    [
        ({"at": 3}, [3]),
        ({"times": 2}, [1, 2]),
        ({"rate": 1.0}, [1, 2, 3, 4, 5, 6]),
        ({"rate": 0.0}, []),
        ({"operation": "DescribeVpcs"}, [1, 3, 5]),
        ({"once_per_operation": True}, [1, 2]),
        ({"mutating": True}, []),
        ({"service": "ecs"}, []),
        ({"except_service": "ec2"}, []),
        ({"except_service": "ecs"}, [1, 2, 3, 4, 5, 6]),
    ],
)
def test_when_a_fault_strikes(emulator, when, struck):
    emulator.post("faults", faults=[{"kind": "500", **when}])
    ec2, failed = emulator.client("ec2", config=ONCE), []
    for number in range(1, 7):
        try:
            (ec2.describe_vpcs if number % 2 else ec2.describe_subnets)()
        except ClientError:
            failed.append(number)
    assert failed == struck
    assert emulator.get("faults")["faults"][0]["struck"] == len(struck)


def test_a_lost_answer_comes_after_the_effect(emulator):
    emulator.post("faults", faults=[{"kind": "reset", "operation": "CreateVpc", "after": True, "times": 1}])
    ec2 = emulator.client("ec2", config=ONCE)
    with pytest.raises(ConnectionClosedError):
        ec2.create_vpc(CidrBlock="10.9.0.0/16")
    assert len(ec2.describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.9.0.0/16"]}])["Vpcs"]) == 1


def test_a_lost_answer_is_had_by_asking_again_with_the_same_token(emulator):
    fault = {"kind": "reset", "operation": "CreateLaunchTemplate", "after": True, "times": 1}
    emulator.post("faults", faults=[fault])
    ec2 = emulator.client("ec2")
    # boto3 fills in the client token, and sends it again when it retries.
    template = ec2.create_launch_template(LaunchTemplateName="one", LaunchTemplateData={"InstanceType": "t3.micro"})
    (found,) = ec2.describe_launch_templates()["LaunchTemplates"]
    assert found["LaunchTemplateId"] == template["LaunchTemplate"]["LaunchTemplateId"]


def test_after_a_stop_nothing_has_an_effect_until_the_faults_are_forgotten(emulator):
    emulator.post("faults", faults=[{"kind": "stop", "mutating": True, "at": 2, "after": True}])
    ec2, logs = emulator.client("ec2", config=ONCE), emulator.client("logs", config=ONCE)
    ec2.create_vpc(CidrBlock="10.8.0.0/16")
    for act in (
        lambda: ec2.create_vpc(CidrBlock="10.9.0.0/16"),
        lambda: ec2.create_vpc(CidrBlock="10.10.0.0/16"),
        logs.describe_log_groups,
    ):
        with pytest.raises(ConnectionClosedError):
            act()
    assert emulator.get("faults")["faults"][0]["struck"] == 1
    emulator.post("reset", only="faults")
    blocks = {one["CidrBlock"] for one in ec2.describe_vpcs()["Vpcs"]}
    assert {"10.8.0.0/16", "10.9.0.0/16"} <= blocks and "10.10.0.0/16" not in blocks


def test_calls_can_be_asked_for_by_their_fields(emulator):
    ec2 = emulator.client("ec2")
    ec2.create_vpc(CidrBlock="10.9.0.0/16")
    ec2.describe_vpcs()
    assert [call["operation"] for call in emulator.get("calls?mutating=true")["calls"]] == ["CreateVpc"]
    assert emulator.get("calls?service=ecs&mutating=true")["calls"] == []
    with pytest.raises(ValueError, match="a call has no 'colour'"):
        emulator.get("calls?colour=red")


@pytest.mark.parametrize(
    "parameters, masked",
    [
        ({"SecretString": "x", "Name": "n"}, {"SecretString": "********", "Name": "n"}),
        ({"Type": "SecureString", "Value": "x"}, {"Type": "SecureString", "Value": "********"}),
        ({"Type": "String", "Value": "x"}, {"Type": "String", "Value": "x"}),
        ({"secrets": [{"name": "K", "valueFrom": "arn:x"}]}, {"secrets": [{"name": "K", "valueFrom": "arn:x"}]}),
        ({"environment": [{"name": "A", "value": "1"}]}, {"environment": [{"name": "A", "value": "1"}]}),
        ({"a": [{"b": {"MasterUserPassword": "x"}}]}, {"a": [{"b": {"MasterUserPassword": "********"}}]}),
        ({"NextToken": "t", "Token": "x"}, {"NextToken": "t", "Token": "********"}),
        ({"Body": b"abc"}, {"Body": "<3 bytes>"}),
    ],
)
def test_what_is_masked(parameters, masked):
    assert mask(parameters) == masked


def test_a_request_that_is_no_known_operation_is_recorded(emulator):
    with contextlib.suppress(urllib.error.HTTPError):
        urllib.request.urlopen(f"{emulator.url}/some/where", b"x").close()
    (call,) = emulator.calls()
    assert (call["service"], call["operation"], call["mutating"]) == ("unknown", "POST /some/where", True)


def test_a_defect_of_the_emulator_is_told_and_stops_nothing(capsys):
    world = World(profile("instant", 1))
    happened = []
    world.at(0, lambda: 1 / 0)
    world.at(0, lambda: happened.append(1))
    world.tick()
    assert happened == [1]
    assert "ZeroDivisionError" in world.problems[0] and "ZeroDivisionError" in capsys.readouterr().err


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
