"""The state of an emulator, kept and gone back to."""

from __future__ import annotations

import os
import pathlib
import signal
import subprocess
import sys

import boto3
import pytest

from emulator.testing import CREDENTIALS, Running
from emulator.tests.ecs_stack import NAME, Stack

TESTS = pathlib.Path(__file__).resolve().parents[2]


def groups(emulator: Running) -> list[str]:
    return [group["logGroupName"] for group in emulator.client("logs").describe_log_groups()["logGroups"]]


def test_going_back_brings_what_was_and_forgets_what_came_after(emulator: Running, tmp_path: pathlib.Path):
    emulator.client("logs").create_log_group(logGroupName="before")
    vpc = emulator.client("ec2").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    emulator.post("state", save=str(tmp_path / "state"))
    calls = len(emulator.calls())
    emulator.client("logs").create_log_group(logGroupName="after")
    emulator.client("ec2").delete_vpc(VpcId=vpc)
    emulator.post("state", load=str(tmp_path / "state"))
    assert len(emulator.calls()) == calls
    assert groups(emulator) == ["before"]
    assert emulator.client("ec2").describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["CidrBlock"] == "10.9.0.0/16"


def test_certificates_and_objects_are_kept(emulator: Running, tmp_path: pathlib.Path):
    acm, s3 = emulator.client("acm"), emulator.client("s3")
    authority = "arn:aws:acm-pca:us-east-1:123456789012:certificate-authority/11111111-2222-3333-4444-555555555555"
    arn = acm.request_certificate(DomainName="example.com", CertificateAuthorityArn=authority)["CertificateArn"]
    s3.create_bucket(Bucket="kept")
    s3.put_object(Bucket="kept", Key="a/b", Body=b"content")
    emulator.post("state", save=str(tmp_path / "state"))
    emulator.post("reset")
    emulator.post("state", load=str(tmp_path / "state"))
    assert acm.describe_certificate(CertificateArn=arn)["Certificate"]["Status"] == "ISSUED"
    assert s3.get_object(Bucket="kept", Key="a/b")["Body"].read() == b"content"


def test_repositories_are_kept(emulator: Running, tmp_path: pathlib.Path):
    """moto's registry has a lock."""
    ecr = emulator.client("ecr")
    ecr.create_repository(repositoryName="kept")
    emulator.post("state", save=str(tmp_path / "state"))
    emulator.post("reset")
    emulator.post("state", load=str(tmp_path / "state"))
    assert [one["repositoryName"] for one in ecr.describe_repositories()["repositories"]] == ["kept"]


def test_a_service_that_was_only_asked_is_kept(emulator: Running, tmp_path: pathlib.Path):
    """Of Lambda, moto keeps weak references from the first call on."""
    emulator.client("lambda").list_functions()
    emulator.post("state", save=str(tmp_path / "state"))
    emulator.post("state", load=str(tmp_path / "state"))
    assert emulator.client("lambda").list_functions()["Functions"] == []


def test_what_was_asked_for_its_tags_is_kept(emulator: Running, tmp_path: pathlib.Path):
    """Whoever asked last must not be in the state: a request cannot be kept."""
    tagging = emulator.client("resourcegroupstaggingapi")
    emulator.client("ecs").create_cluster(clusterName="kept", tags=[{"key": "Project", "value": "p"}])
    arns = [one["ResourceARN"] for one in tagging.get_resources()["ResourceTagMappingList"]]
    assert len(arns) == 1
    emulator.post("state", save=str(tmp_path / "state"))
    emulator.post("reset")
    emulator.post("state", load=str(tmp_path / "state"))
    assert [one["ResourceARN"] for one in tagging.get_resources()["ResourceTagMappingList"]] == arns


def test_what_was_under_way_goes_on(tmp_path: pathlib.Path, slow: Running):
    ec2 = slow.client("ec2")
    subnet, vpc = (ec2.describe_subnets()["Subnets"][0][key] for key in ("SubnetId", "VpcId"))
    internet = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=internet, VpcId=vpc)
    address = ec2.allocate_address()["AllocationId"]
    gateway = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]["NatGatewayId"]
    slow.post("state", save=str(tmp_path / "state"))
    slow.post("reset")
    slow.post("state", load=str(tmp_path / "state"))

    def state() -> str:
        return ec2.describe_nat_gateways(NatGatewayIds=[gateway])["NatGateways"][0]["State"]

    assert state() == "pending"
    slow.advance(200)
    assert state() == "available"


def test_a_deployment_that_had_just_begun_goes_on(emulator: Running, tmp_path: pathlib.Path):
    stack = Stack(emulator)
    stack.create_service()
    stack.service()
    stack.ecs.update_service(cluster=NAME, service="gateway", forceNewDeployment=True)
    emulator.post("state", save=str(tmp_path / "state"))
    emulator.post("state", load=str(tmp_path / "state"))
    for _step in range(20):
        emulator.advance(1)
        stack.service()
    assert [one["rolloutState"] for one in stack.service()["deployments"]] == ["COMPLETED"]


@pytest.mark.parametrize("body", [{"keep": "x"}, {"load": "/does/not/exist"}])
def test_a_wrong_request_is_refused(emulator: Running, body):
    with pytest.raises(ValueError):
        emulator.post("state", **body)


def test_a_process_keeps_its_state_between_runs(tmp_path: pathlib.Path):
    found = []
    for _unused in range(2):
        process = subprocess.Popen(
            [sys.executable, "-m", "emulator", "--port", "0", "--state", str(tmp_path / "state")],
            env={**os.environ, "PYTHONPATH": str(TESTS)},
            stdout=subprocess.PIPE,
            text=True,
        )
        address = process.stdout.readline().split("AWS_ENDPOINT_URL=")[1].split()[0]
        logs = boto3.client("logs", region_name="us-east-1", endpoint_url=address, **CREDENTIALS)
        found.append(len(logs.describe_log_groups()["logGroups"]))
        logs.create_log_group(logGroupName=f"group-{len(found)}")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        process.stdout.close()
    assert found == [0, 1]


def test_a_state_goes_on_at_the_pace_of_the_emulator_that_loads_it(
    tmp_path: pathlib.Path, emulator: Running, slow: Running
):
    emulator.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")
    emulator.post("state", save=str(tmp_path / "made-at-once"))
    slow.post("state", load=str(tmp_path / "made-at-once"))
    assert slow.app.world.profile.name == "aws"
    slow.client("servicediscovery").create_http_namespace(Name="inside")
    assert slow.client("servicediscovery").list_namespaces()["Namespaces"] == []
    slow.advance(60)
    assert [one["Name"] for one in slow.client("servicediscovery").list_namespaces()["Namespaces"]] == ["inside"]
