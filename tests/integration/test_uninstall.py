"""Uninstall: everything that is the stack's goes, nothing else does, and the next deployment takes over what stayed."""

from __future__ import annotations

import json
import pathlib
import threading
import time
from collections.abc import Iterator

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils.module import GatewayError
from ansible_run import Ansible
from permitted import assert_permitted
from removal import audit, inventory, pushed, uninstall, without_kept
from stacks import begin_with, writes

from emulator.testing import Running, running

PLAYBOOK = "playbooks/uninstall.yml"
CONFIRMED = {"portkey_uninstall_confirm": "portkey-gateway-dev"}
OWN_TAGS = [
    {"Key": "Project", "Value": "portkey-gateway"},
    {"Key": "Environment", "Value": "dev"},
    {"Key": "ManagedBy", "Value": "Ansible"},
]
# All that a stack can have: both colours of target groups, a third service, what scales them, the role that shifts.
FULL = {
    "portkey_create_lb": True,
    "portkey_lb_type": "application",
    "portkey_internal_lb": False,
    "portkey_gateway_deployment_configuration": {"canary_configuration": {"canary_percent": 10}},
    "portkey_gateway_autoscaling": {"enable_autoscaling": True},
    "portkey_dataservice_config": {"enable_dataservice": True},
    "portkey_dataservice_autoscaling": {"enable_autoscaling": True},
}


@pytest.fixture(scope="module")
def empty(emulator: Running) -> dict:
    """An account in which nobody has ever deployed anything."""
    emulator.post("reset")
    return inventory(emulator)


@pytest.fixture(scope="module")
def slow() -> Iterator[Running]:
    with running("aws") as started:
        yield started


def test_everything_goes_and_comes_again_with_the_same_secrets(ansible: Ansible, emulator: Running, empty: dict):
    begin_with(ansible, emulator)
    secrets = emulator.client("secretsmanager")
    arns = {one["Name"]: one["ARN"] for one in secrets.list_secrets()["SecretList"]}

    refused = ansible.play(PLAYBOOK)
    assert refused.returncode == 2 and "portkey_uninstall_confirm=portkey-gateway-dev" in refused.output
    plan = ansible.play(PLAYBOOK, "--check").ok()
    assert "- ec2_vpc_net portkey-gateway-dev-vpc" in plan.output and "to destroy" in plan.output
    assert writes(emulator) == []

    # With a configuration that could not be deployed, too.
    everything = {"portkey_uninstall_delete_secrets": True, "portkey_uninstall_delete_logs": True}
    emulator.post("reset", only="calls")
    removed = ansible.play(PLAYBOOK, portkey_num_az=9, **everything, **CONFIRMED).ok()
    assert_permitted(emulator.calls(), "uninstall", **everything)
    assert removed.changed == 2
    assert audit(emulator, keep=()) == []
    assert inventory(emulator) == empty
    ansible.play(PLAYBOOK, **CONFIRMED).unchanged()

    emulator.post("reset", only="calls")
    ansible.play().ok()
    # Whoever makes a stack may also restore its secrets.
    assert_permitted(emulator.calls(), "create")
    again = {one["Name"]: one["ARN"] for one in secrets.list_secrets()["SecretList"]}
    assert again == arns
    ansible.play("site.yml", "--check").unchanged()


def test_secrets_and_logs_stay_unless_asked(ansible: Ansible, emulator: Running):
    begin_with(ansible, emulator)
    uninstall(emulator)
    assert audit(emulator) == []
    assert len(emulator.client("secretsmanager").list_secrets()["SecretList"]) == 2
    assert len(emulator.client("logs").describe_log_groups()["logGroups"]) == 3
    assert len(audit(emulator, keep=())) == 5
    gone = uninstall(emulator, keep=(), secret_recovery_days=0)
    assert len(gone) == 5
    assert audit(emulator, keep=()) == []


def test_with_all_that_a_stack_can_have(ansible: Ansible, emulator: Running, empty: dict, tmp_path: pathlib.Path):
    begin_with(ansible, emulator, **FULL)
    emulator.post("state", save=str(tmp_path / "full"))
    ansible.play(PLAYBOOK, **CONFIRMED).ok()
    assert_permitted(emulator.calls(), "uninstall", **FULL)
    assert without_kept(inventory(emulator)) == without_kept(empty)


def test_it_waits_for_what_aws_takes_its_time_for(ansible: Ansible, emulator: Running, slow: Running, tmp_path, empty):
    """The same stack where a NAT gateway, the load balancer's interfaces and draining take minutes."""
    begin_with(ansible, emulator, **FULL)
    state = str(tmp_path / "state")
    emulator.post("state", save=state)
    slow.post("state", load=state)
    start = slow.get("health")["now"]
    uninstall(slow, pushed(slow), timeout=1800)
    assert audit(slow) == []
    assert without_kept(inventory(slow)) == without_kept(empty)
    assert slow.get("health")["now"] - start > 100
    retried = [call["operation"] for call in slow.calls(mutating=True) if call["status"] >= 400]
    assert "DeleteSecurityGroup" in retried


def test_half_built_stacks_go_wherever_the_building_stopped(ansible: Ansible, emulator: Running, tmp_path, empty):
    """One run, of which the account is kept at many points: as if it had been killed there."""
    emulator.post("reset")
    points: list[pathlib.Path] = []
    process = ansible.start()
    printed = threading.Thread(target=process.communicate, daemon=True)
    printed.start()
    seen = 0
    while process.poll() is None:
        count = len(emulator.calls(mutating=True))
        if count >= seen + 3:
            seen = count
            points.append(tmp_path / f"after-{count}")
            emulator.post("state", save=str(points[-1]))
        time.sleep(0.05)
    assert process.returncode == 0 and len(points) > 10
    for point in points:
        emulator.post("state", load=str(point))
        uninstall(emulator)
        assert audit(emulator) == [], point.name
        left = without_kept(inventory(emulator))
        assert left == without_kept(empty), (point.name, left)
    print(f"half-built stacks removed: {len(points)}, orphans: 0")


POLICY = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}]}'


def test_half_removed_and_changed_by_hand(ansible: Ansible, emulator: Running, empty: dict):
    begin_with(ansible, emulator)
    client = emulator.client
    groups = client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    client("ecs").delete_service(cluster="portkey-gateway-dev-cluster", service="redis", force=True)
    (balancer,) = client("elbv2").describe_load_balancers()["LoadBalancers"]
    client("elbv2").modify_load_balancer_attributes(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Attributes=[{"Key": "deletion_protection.enabled", "Value": "true"}],
    )
    client("autoscaling").delete_auto_scaling_group(
        AutoScalingGroupName=groups[0]["AutoScalingGroupName"], ForceDelete=True
    )
    role = "portkey-gateway-dev-us-east-1-gateway-task"
    client("iam").put_role_policy(RoleName=role, PolicyName="by-hand", PolicyDocument=POLICY)
    own = {"Name": "tag:Project", "Values": ["portkey-gateway"]}
    security = client("ec2").describe_security_groups(Filters=[own])["SecurityGroups"]
    ids = [one["GroupId"] for one in security]
    # Two groups that hold each other.
    for one, other in ((ids[0], ids[1]), (ids[1], ids[0])):
        client("ec2").authorize_security_group_ingress(
            GroupId=one,
            IpPermissions=[{"IpProtocol": "tcp", "FromPort": 9, "ToPort": 9, "UserIdGroupPairs": [{"GroupId": other}]}],
        )
    uninstall(emulator)
    assert audit(emulator) == []
    assert without_kept(inventory(emulator)) == without_kept(empty)
    ansible.play(PLAYBOOK, **CONFIRMED).unchanged()


TRUST = json.dumps(
    {
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ]
    }
)


def test_what_a_killed_run_had_not_tagged_yet_goes_with_the_vpc(ansible: Ansible, emulator: Running, empty: dict):
    begin_with(ansible, emulator)
    client = emulator.client("ec2")
    own = {"Name": "tag:Project", "Values": ["portkey-gateway"]}
    tables = client.describe_route_tables(Filters=[own])["RouteTables"]
    (gateway,) = client.describe_internet_gateways(Filters=[own])["InternetGateways"]
    for identity, tags in [(one["RouteTableId"], one["Tags"]) for one in tables] + [
        (gateway["InternetGatewayId"], gateway["Tags"])
    ]:
        client.delete_tags(Resources=[identity], Tags=[{"Key": tag["Key"]} for tag in tags])
    uninstall(emulator)
    assert without_kept(inventory(emulator)) == without_kept(empty)


def foreign(emulator: Running) -> None:
    """Look-alikes: names that begin as the stack's do, tags of another environment, and things without any tags."""
    other = [{"Key": "Project", "Value": "portkey-gateway"}, {"Key": "Environment", "Value": "prod"}]
    client = emulator.client
    vpc = client("ec2").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    client("ec2").create_tags(Resources=[vpc], Tags=[*other, {"Key": "Name", "Value": "portkey-gateway-dev-vpc"}])
    client("ec2").create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")
    group = client("ec2").create_security_group(GroupName="portkey-gateway-dev-mine", Description="x", VpcId=vpc)
    client("ec2").create_tags(Resources=[group["GroupId"]], Tags=OWN_TAGS[:2])
    client("ec2").allocate_address(Domain="vpc")
    client("ec2").create_internet_gateway()
    for name, tags in (("portkey-gateway-dev-us-east-1-mine", []), ("portkey-gateway-dev-us-west-2-x", OWN_TAGS)):
        client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=TRUST, Tags=tags)
    client("logs").create_log_group(logGroupName="/ecs/portkey-gateway/dev/mine")
    client("secretsmanager").create_secret(Name="portkey-gateway/dev/mine", SecretString="x")
    client("s3").create_bucket(Bucket="portkey-gateway-dev-logs")
    client("ecs").create_cluster(clusterName="portkey-gateway-dev-cluster-2")
    client("elbv2").create_target_group(Name="portkey-gateway-dev-mine", Protocol="TCP", Port=80, VpcId=vpc)


def test_foreign_things_stay(ansible: Ansible, emulator: Running):
    emulator.post("reset")
    foreign(emulator)
    before = inventory(emulator)
    begin_with(ansible, emulator)
    foreign(emulator)
    strangers = len(emulator.client("ec2").describe_vpcs()["Vpcs"])
    uninstall(emulator, keep=(), secret_recovery_days=0)
    assert audit(emulator, keep=()) == []
    assert inventory(emulator) == before
    assert len(emulator.client("ec2").describe_vpcs()["Vpcs"]) == strangers - 1


def test_what_holds_the_stack_and_is_not_its_own_is_named(ansible: Ansible, emulator: Running):
    begin_with(ansible, emulator)
    own = {"Name": "tag:Project", "Values": ["portkey-gateway"]}
    (vpc,) = emulator.client("ec2").describe_vpcs(Filters=[own])["Vpcs"]
    made = emulator.client("ec2").create_security_group(GroupName="mine", Description="x", VpcId=vpc["VpcId"])
    with pytest.raises(GatewayError, match=made["GroupId"]) as caught:
        uninstall(emulator)
    assert [one["kind"] for one in caught.value.details["failures"]] == ["ec2_vpc_net"]
    assert audit(emulator) == [f"ec2_vpc_net portkey-gateway-dev-vpc ({vpc['VpcId']})"]
    emulator.client("ec2").delete_security_group(GroupId=made["GroupId"])
    uninstall(emulator)
    assert audit(emulator) == []


def test_a_name_of_the_stack_that_nobody_claims_is_told_and_not_touched(ansible: Ansible, emulator: Running):
    emulator.post("reset")
    emulator.client("iam").create_role(
        RoleName="portkey-gateway-dev-us-east-1-gateway-task",
        AssumeRolePolicyDocument=TRUST,
    )
    run = ansible.play(PLAYBOOK, **CONFIRMED)
    assert run.returncode == 2
    assert "iam_role portkey-gateway-dev-us-east-1-gateway-task, by its name only" in run.output
    assert emulator.calls(mutating=True, service="iam")[1:] == []


def test_nothing_left_is_nothing_to_do(ansible: Ansible, emulator: Running):
    emulator.post("reset")
    ansible.play(PLAYBOOK, **CONFIRMED).unchanged()
    assert writes(emulator) == []
