"""The modules for PrivateLink, called as Ansible calls them, against the embedded AWS."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.portkey.gateway.plugins.module_utils._ec2 import connection, endpoint, endpoint_service
from ansible_collections.portkey.gateway.plugins.module_utils.module import GatewayError, Outcome
from readback import mutations

from emulator.testing import Running

SERVICE = "com.amazonaws.vpce.us-east-1.vpce-svc-0c2c1c323d9f56d95"
ACCOUNT, VENDOR = "123456789012", "299329113195"
CONNECTION = {
    "service": {"type": "str"},
    "state": {"type": "str", "default": "accepted"},
    "endpoint_ids": {"type": "list"},
    "owners": {"type": "list", "default": []},
}


class Module:
    """What the modules' logic is given. Options that are unset are None, as Ansible has them."""

    def __init__(self, emulator: Running, spec: dict[str, Any], check_mode: bool, options: dict[str, Any]) -> None:
        validated = ArgumentSpecValidator(spec).validate(options)
        assert not validated.error_messages
        self.params, self.check_mode, self.region = validated.validated_parameters, check_mode, "us-east-1"
        self.client = emulator.client


@pytest.fixture
def net(emulator: Running) -> dict[str, Any]:
    """A VPC with names, subnets in three zones, and a second one in the first of them."""
    emulator.post("reset")
    ec2 = emulator.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"us-east-1{zone}")["Subnet"]
        for number, zone in enumerate("abca")
    ]
    return {"vpc": vpc, "subnets": [one["SubnetId"] for one in subnets]}


def offer(emulator: Running, **more: Any) -> None:
    given = {"name": SERVICE, "private_dns_name": "cp.example.com", "allowed": [ACCOUNT], **more}
    emulator.post("privatelink", offer=given)


@pytest.fixture
def connect(emulator: Running, net: dict[str, Any]):
    def run(check_mode: bool = False, **more: Any) -> Outcome:
        options = {
            "name": "cp",
            "vpc_id": net["vpc"],
            "service_name": SERVICE,
            "subnet_ids": net["subnets"][:2],
            "private_dns_enabled": True,
            "tags": {"Project": "portkey"},
            **more,
        }
        emulator.post("reset", only="calls")
        return endpoint.ensure(Module(emulator, endpoint.OPTIONS, check_mode, options))

    return run


def told(outcome: Outcome) -> tuple[bool, str, bool]:
    return outcome.is_changed, outcome.result["status"], outcome.result["serves"]


def test_a_service_that_is_hidden_fails_or_is_passed_over(connect, emulator: Running):
    with pytest.raises(GatewayError, match="has not allowed the account"):
        connect()
    assert told(connect(hidden_service="skip")) == (False, "not_allowed", False)
    assert mutations(emulator) == []


def test_what_has_to_be_accepted_goes_on_when_it_is(connect, emulator: Running):
    offer(emulator)
    assert told(connect(True)) == (True, "pending_acceptance", False)
    assert mutations(emulator) == []
    made = connect()
    assert told(made) == (True, "pending_acceptance", False)
    assert mutations(emulator) == ["ec2:CreateVpcEndpoint"]
    assert told(connect()) == (False, "pending_acceptance", False)
    emulator.post("privatelink", accept=made.result["endpoint"]["vpc_endpoint_id"])
    foreseen = connect(True)
    assert told(foreseen) == (True, "available", True)
    assert (foreseen.before["private_dns_enabled"], foreseen.after["private_dns_enabled"]) == (False, True)
    assert mutations(emulator) == []
    assert told(connect()) == (True, "available", True)
    assert mutations(emulator) == ["ec2:ModifyVpcEndpoint"]
    assert told(connect()) == (False, "available", True)
    assert mutations(emulator) == []


def test_where_nobody_has_to_accept_one_run_is_foreseen_and_enough(connect, emulator: Running):
    offer(emulator, acceptance_required=False)
    assert told(connect(True)) == (True, "available", True)
    assert told(connect()) == (True, "available", True)
    assert mutations(emulator) == ["ec2:CreateVpcEndpoint", "ec2:ModifyVpcEndpoint"]


@pytest.mark.parametrize("end", ["reject", "expire", "fail"])
def test_what_will_not_serve_any_more_is_told_and_left_alone(connect, emulator: Running, end: str):
    offer(emulator, acceptance_required=False)
    made = connect()
    emulator.post("privatelink", **{end: made.result["endpoint"]["vpc_endpoint_id"]})
    changed, status, serves = told(connect())
    assert (changed, serves) == (False, False)
    assert status in ("rejected", "expired", "failed")
    assert mutations(emulator) == []


def test_subnets_one_in_each_zone_of_the_service(connect, net, emulator: Running):
    offer(emulator, acceptance_required=False, zones=["us-east-1a", "us-east-1b"])
    made = connect(subnet_ids=net["subnets"], minimum_zones=2)
    assert sorted(made.result["endpoint"]["subnet_ids"]) == sorted(net["subnets"][:2])
    assert told(connect(subnet_ids=net["subnets"])) == (False, "available", True)
    with pytest.raises(GatewayError, match="3 zones or more"):
        connect(subnet_ids=net["subnets"], minimum_zones=3, name="other")
    offer(emulator, zones=None)
    connect(subnet_ids=net["subnets"][1:3])
    assert mutations(emulator) == ["ec2:ModifyVpcEndpoint"]
    (call,) = emulator.calls(operation="ModifyVpcEndpoint")
    assert call["parameters"]["AddSubnetIds"] == [net["subnets"][2]]
    assert call["parameters"]["RemoveSubnetIds"] == [net["subnets"][0]]


def test_another_service_under_the_same_name_is_refused(connect, emulator: Running):
    offer(emulator)
    connect()
    with pytest.raises(GatewayError, match="lets none lead to another service"):
        connect(service_name=SERVICE.replace("56d95", "56d96"))


def test_it_goes_once(connect, emulator: Running):
    offer(emulator)
    connect()
    assert told(connect(True, state="absent")) == (True, "absent", False)
    assert mutations(emulator) == []
    assert told(connect(state="absent")) == (True, "absent", False)
    assert told(connect(state="absent")) == (False, "absent", False)
    assert emulator.client("ec2").describe_vpc_endpoints()["VpcEndpoints"] == []


@pytest.fixture
def serve(emulator: Running, net: dict[str, Any]):
    elbv2 = emulator.client("elbv2")
    made = elbv2.create_load_balancer(Name="front", Type="network", Scheme="internal", Subnets=net["subnets"][:2])
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]

    def run(check_mode: bool = False, **more: Any) -> Outcome:
        principals = [f"arn:aws:iam::{VENDOR}:root"]
        options = {"name": "in", "load_balancer_arns": [arn], "allowed_principals": principals, "tags": {}, **more}
        emulator.post("reset", only="calls")
        return endpoint_service.ensure(Module(emulator, endpoint_service.OPTIONS, check_mode, options))

    return run


def accept(emulator: Running, check_mode: bool = False, **options: Any) -> Outcome:
    emulator.post("reset", only="calls")
    return connection.ensure(Module(emulator, CONNECTION, check_mode, {"service": "in", **options}))


def test_a_service_is_made_changed_and_left_alone(serve, emulator: Running):
    assert serve(True).is_changed
    assert mutations(emulator) == []
    serve()
    assert mutations(emulator) == [
        "ec2:CreateVpcEndpointServiceConfiguration",
        "ec2:ModifyVpcEndpointServicePermissions",
    ]
    assert not serve().is_changed
    assert mutations(emulator) == []
    other = f"arn:aws:iam::{ACCOUNT}:root"
    changed = serve(acceptance_required=False, allowed_principals=[other], supported_regions=["eu-west-1"])
    assert changed.result["service"]["allowed_principals"] == [other]
    assert mutations(emulator) == [
        "ec2:ModifyVpcEndpointServiceConfiguration",
        "ec2:ModifyVpcEndpointServicePermissions",
    ]
    assert not serve(acceptance_required=False, allowed_principals=[other], supported_regions=["eu-west-1"]).is_changed


def test_a_name_is_verified_after_its_record_was_made(serve, emulator: Running):
    proof = serve(private_dns_name="gw.example.com").result["service"]["private_dns_name_configuration"]
    assert (proof["type"], proof["state"]) == ("TXT", "pendingVerification")
    emulator.post("privatelink", publish={"name": f"{proof['name']}.gw.example.com", "value": proof["value"]})
    verified = serve(private_dns_name="gw.example.com")
    assert verified.is_changed
    assert verified.result["service"]["private_dns_name_configuration"]["state"] == "verified"
    assert not serve(private_dns_name="gw.example.com").is_changed
    assert serve(private_dns_name="").result["service"].get("private_dns_name") is None


def test_whoever_is_connected_is_rejected_before_it_goes(serve, emulator: Running):
    service = serve().result["service"]
    asked = {"service": service["service_name"], "owner": VENDOR}
    emulator.post("privatelink", connect=asked)
    assert serve(state="absent").is_changed
    assert mutations(emulator) == [
        "ec2:RejectVpcEndpointConnections",
        "ec2:DeleteVpcEndpointServiceConfigurations",
    ]
    assert not serve(state="absent").is_changed


def test_accepting_whom_one_trusts_or_names(serve, emulator: Running):
    with pytest.raises(GatewayError, match="There is no endpoint service in"):
        accept(emulator, owners=[VENDOR])
    service = serve().result["service"]
    mine = emulator.post("privatelink", connect={"service": service["service_name"], "owner": VENDOR})["endpoint"]
    foreseen = accept(emulator, True, owners=[VENDOR])
    assert (foreseen.is_changed, foreseen.result["endpoint_ids"]) == (True, [mine])
    assert not accept(emulator, owners=[ACCOUNT]).is_changed
    assert mutations(emulator) == []
    with pytest.raises(GatewayError, match=f"vpce-0 is not connected to in; there is {mine} of {VENDOR}"):
        accept(emulator, endpoint_ids=["vpce-0"])
    assert accept(emulator, endpoint_ids=[mine]).is_changed
    assert not accept(emulator, endpoint_ids=[mine]).is_changed
    assert accept(emulator, endpoint_ids=[mine], state="rejected").is_changed
    (seen,) = connection.info(Module(emulator, CONNECTION, False, {"service": "in"})).result["connections"]
    assert (seen["vpc_endpoint_owner"], seen["vpc_endpoint_state"]) == (VENDOR, "rejected")
