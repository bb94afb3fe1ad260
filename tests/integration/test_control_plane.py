"""The ways to and from the control plane: not let in yet, waiting, by PrivateLink, taken back, and uninstalled."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_run import Ansible, Run
from permitted import assert_permitted
from readback import ACCOUNT, mutations, tags
from removal import audit, inventory, uninstall, without_kept
from stacks import begin_with, calls_of_creation
from worlds import CONTROL_PLANE

from emulator.testing import Running

VENDOR = "299329113195"
HOST = "aws-cp.portkey.ai"
BASE_PATHS = {
    "ALBUS_BASEPATH": f"https://{HOST}/albus",
    "CONTROL_PLANE_BASEPATH": f"https://{HOST}/api/v1",
    "SOURCE_SYNC_API_BASEPATH": f"https://{HOST}/api/v1/sync",
    "CONFIG_READER_PATH": f"https://{HOST}/api/model-configs",
}
NAME = "portkey-gateway-dev-control-plane"
BALANCER: dict[str, Any] = {"portkey_create_lb": True}
BOTH: dict[str, Any] = {**BALANCER, "portkey_control_plane": {"outbound": "privatelink", "inbound": "privatelink"}}


def offer(emulator: Running, **more: Any) -> None:
    """What Portkey does on its side."""
    emulator.post("privatelink", offer={"name": CONTROL_PLANE, "private_dns_name": HOST, "allowed": [ACCOUNT], **more})


def endpoints(emulator: Running) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = emulator.client("ec2").describe_vpc_endpoints()["VpcEndpoints"]
    return found


def services(emulator: Running) -> list[dict[str, Any]]:
    answer = emulator.client("ec2").describe_vpc_endpoint_service_configurations()
    return list(answer["ServiceConfigurations"])


def environment(emulator: Running) -> dict[str, str]:
    """Of the control plane, what the running gateway has."""
    ecs = emulator.client("ecs")
    (service,) = ecs.describe_services(cluster="portkey-gateway-dev-cluster", services=["gateway"])["services"]
    definition = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    listed = definition["containerDefinitions"][0]["environment"]
    return {one["name"]: one["value"] for one in listed if one["name"] in BASE_PATHS}


def connect(emulator: Running, owner: str = VENDOR) -> str:
    (service,) = services(emulator)
    made = emulator.post("privatelink", connect={"service": service["ServiceName"], "owner": owner})
    return str(made["endpoint"])


def connected(emulator: Running) -> dict[str, str]:
    listed = emulator.client("ec2").describe_vpc_endpoint_connections()["VpcEndpointConnections"]
    return {one["VpcEndpointId"]: one["VpcEndpointState"] for one in listed}


def said(run: Run) -> str:
    return " ".join(run.output.split())


# Not allowed by the vendor


@pytest.mark.long
def test_a_plan_foresees_what_the_vendor_lets_happen(ansible: Ansible, emulator: Running):
    emulator.post("reset")
    planned = ansible.play("site.yml", "--check", "--diff", **BOTH).ok()
    assert "+ ec2_vpc_endpoint_service portkey-gateway-dev-inbound" in planned.output
    assert f"+ ec2_vpc_endpoint {NAME}" not in planned.output
    assert HOST not in planned.output
    assert "has not allowed the account to connect" in said(planned)
    assert mutations(emulator) == []
    assert_permitted(emulator.calls(), "read", **BOTH)


@pytest.fixture(scope="module")
def hidden(ansible: Ansible, emulator: Running) -> list[dict[str, Any]]:
    return calls_of_creation(ansible, emulator, **BOTH)


def test_without_the_vendor_the_gateway_goes_through_the_internet(hidden, emulator: Running):
    assert endpoints(emulator) == []
    assert environment(emulator) == {}
    assert_permitted(hidden, "create", **BOTH)


def test_the_vendor_may_connect_to_the_load_balancer_and_nobody_else(hidden, emulator: Running):
    (service,) = services(emulator)
    (balancer,) = emulator.client("elbv2").describe_load_balancers()["LoadBalancers"]
    assert service["NetworkLoadBalancerArns"] == [balancer["LoadBalancerArn"]]
    assert service["AcceptanceRequired"] is True
    allowed = emulator.client("ec2").describe_vpc_endpoint_service_permissions(ServiceId=service["ServiceId"])
    assert [one["Principal"] for one in allowed["AllowedPrincipals"]] == [f"arn:aws:iam::{VENDOR}:root"]
    assert tags(service["Tags"])["Environment"] == "dev"
    # Who comes by PrivateLink comes with addresses that no rule knows.
    assert balancer["EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"] == "off"


# Allowed, and waiting to be accepted


@pytest.fixture(scope="module")
def waiting(hidden, ansible: Ansible, emulator: Running) -> Run:
    offer(emulator)
    emulator.post("reset", only="calls")
    return ansible.play(**BOTH).ok()


def test_the_run_after_the_vendor_allowed_it_goes_on(waiting: Run, emulator: Running):
    assert mutations(emulator) == ["ec2:CreateVpcEndpoint"]
    assert_permitted(emulator.calls(), "create", **BOTH)
    (endpoint,) = endpoints(emulator)
    assert (endpoint["State"], endpoint["PrivateDnsEnabled"]) == ("pendingAcceptance", False)
    assert len(endpoint["SubnetIds"]) == 2
    assert environment(emulator) == {}
    told = f"Ask the support of Portkey to accept it: endpoint {endpoint['VpcEndpointId']}, account {ACCOUNT}, "
    assert f"{told}region us-east-1, service {CONTROL_PLANE}." in said(waiting)


def test_only_the_gateway_reaches_the_endpoint(waiting: Run, emulator: Running):
    ec2 = emulator.client("ec2")
    (endpoint,) = endpoints(emulator)
    (group,) = ec2.describe_security_groups(GroupIds=[one["GroupId"] for one in endpoint["Groups"]])["SecurityGroups"]
    (rule,) = group["IpPermissions"]
    (source,) = rule["UserIdGroupPairs"]
    (gateway,) = ec2.describe_security_groups(
        Filters=[{"Name": "group-name", "Values": ["portkey-gateway-dev-gateway"]}]
    )["SecurityGroups"]
    assert (rule["FromPort"], rule["ToPort"], source["GroupId"]) == (443, 443, gateway["GroupId"])
    assert rule["IpRanges"] == []


# Accepted


@pytest.fixture(scope="module")
def accepted(waiting: Run, ansible: Ansible, emulator: Running) -> dict[str, Any]:
    """A plan of what the vendor's consent changes, and the run."""
    emulator.post("privatelink", accept=endpoints(emulator)[0]["VpcEndpointId"])
    emulator.post("reset", only="calls")
    planned = ansible.play("site.yml", "--check", "--diff", **BOTH).ok()
    written = mutations(emulator)
    run = ansible.play(**BOTH).ok()
    return {"plan": planned, "planned": written, "run": run, "writes": mutations(emulator)}


@pytest.mark.long
def test_the_name_is_switched_on_and_the_gateway_deployed_with_it(accepted, emulator: Running):
    plan = accepted["plan"].output
    assert f"~ ec2_vpc_endpoint {NAME}" in plan
    assert f'"https://{HOST}/albus"' in plan or f"https://{HOST}/albus" in plan
    assert accepted["planned"] == []
    assert accepted["writes"] == ["ec2:ModifyVpcEndpoint", "ecs:RegisterTaskDefinition", "ecs:UpdateService"]
    (endpoint,) = endpoints(emulator)
    assert (endpoint["State"], endpoint["PrivateDnsEnabled"]) == ("available", True)
    assert environment(emulator) == BASE_PATHS
    told = f"the gateway reaches it by PrivateLink, through endpoint {endpoint['VpcEndpointId']}"
    assert told in said(accepted["run"])


@pytest.mark.long
def test_then_there_is_nothing_to_change(accepted, ansible: Ansible, emulator: Running):
    emulator.post("reset", only="calls")
    ansible.play(**BOTH).unchanged()
    assert mutations(emulator) == []


# The vendor connects


@pytest.mark.long
def test_accept_lets_in_whom_it_may(accepted, ansible: Ansible, emulator: Running):
    mine = connect(emulator)
    (service,) = services(emulator)
    emulator.client("ec2").modify_vpc_endpoint_service_permissions(
        ServiceId=service["ServiceId"], AddAllowedPrincipals=["arn:aws:iam::444455556666:root"]
    )
    other = connect(emulator, "444455556666")
    emulator.post("reset", only="calls")
    run = ansible.play("playbooks/accept.yml", **BOTH).ok()
    assert mutations(emulator) == ["ec2:AcceptVpcEndpointConnections"]
    assert_permitted(emulator.calls(), "deploy", **BOTH)
    assert connected(emulator) == {mine: "available", other: "pendingAcceptance"}
    assert f"{other}, account 444455556666, pendingAcceptance" in run.output


@pytest.mark.long
def test_uninstall_takes_all_of_it(accepted, emulator: Running, tmp_path):
    """Also with connections of others, whose endpoints stay theirs."""
    emulator.post("state", save=str(tmp_path / "state"))
    uninstall(emulator)
    assert audit(emulator) == []
    assert endpoints(emulator) == [] and services(emulator) == []
    emulator.post("state", load=str(tmp_path / "state"))


# Switched off


@pytest.mark.long
def test_it_is_taken_back_after_the_gateway_stopped_using_it(accepted, ansible: Ansible, emulator: Running):
    emulator.post("reset", only="calls")
    ansible.play(**BALANCER).ok()
    assert environment(emulator) == {}
    writes = mutations(emulator)
    order = (
        "ecs:UpdateService",
        "ec2:RejectVpcEndpointConnections",
        "ec2:DeleteVpcEndpointServiceConfigurations",
        "ec2:DeleteVpcEndpoints",
        "ec2:DeleteSecurityGroup",
    )
    assert [one for one in writes if one in order] == list(order)
    assert endpoints(emulator) == [] and services(emulator) == []
    (balancer,) = emulator.client("elbv2").describe_load_balancers()["LoadBalancers"]
    assert balancer["EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"] == "on"


# An application load balancer, which takes a network load balancer in front; the vendor accepts everybody


APPLICATION = {**BOTH, "portkey_lb_type": "application"}


def let_in(emulator: Running) -> dict[str, Any]:
    offer(emulator, acceptance_required=False)
    return {}


@pytest.fixture(scope="module")
def behind(ansible: Ansible, emulator: Running) -> dict[str, Any]:
    emulator.post("reset")
    before = without_kept(inventory(emulator))
    begin_with(ansible, emulator, prepare=let_in, **APPLICATION)
    return before


def test_an_application_load_balancer_has_a_network_load_balancer_in_front(behind, emulator: Running):
    elbv2 = emulator.client("elbv2")
    listed = {one["LoadBalancerName"]: one for one in elbv2.describe_load_balancers()["LoadBalancers"]}
    front, own = listed["portkey-gateway-dev-inbound"], listed["portkey-gateway-dev-lb"]
    assert (front["Type"], front["Scheme"], own["Type"]) == ("network", "internal", "application")
    assert front["EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"] == "off"
    (service,) = services(emulator)
    assert service["NetworkLoadBalancerArns"] == [front["LoadBalancerArn"]]
    (listener,) = elbv2.describe_listeners(LoadBalancerArn=front["LoadBalancerArn"])["Listeners"]
    group = listener["DefaultActions"][0]["TargetGroupArn"]
    assert (listener["Port"], listener["Protocol"]) == (80, "TCP")
    (target,) = elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    assert target["Target"] == {"Id": own["LoadBalancerArn"], "Port": 80}
    ec2 = emulator.client("ec2")
    (own_group,) = ec2.describe_security_groups(GroupIds=own["SecurityGroups"])["SecurityGroups"]
    pairs = [one for rule in own_group["IpPermissions"] for one in rule["UserIdGroupPairs"]]
    assert [one["GroupId"] for one in pairs] == front["SecurityGroups"]
    (front_group,) = ec2.describe_security_groups(GroupIds=front["SecurityGroups"])["SecurityGroups"]
    assert front_group["IpPermissions"] == []


def test_with_a_vendor_who_accepts_everybody_one_run_is_enough(behind, emulator: Running):
    assert environment(emulator) == BASE_PATHS


def test_that_uninstalls_as_well(behind, emulator: Running, tmp_path):
    emulator.post("state", save=str(tmp_path / "state"))
    connect(emulator)
    uninstall(emulator)
    assert audit(emulator) == []
    assert without_kept(inventory(emulator)) == behind
    emulator.post("state", load=str(tmp_path / "state"))


@pytest.mark.long
def test_it_is_taken_back_from_an_application_load_balancer(behind, ansible: Ansible, emulator: Running):
    emulator.post("reset", only="calls")
    ansible.play(**{**BALANCER, "portkey_lb_type": "application"}).ok()
    assert environment(emulator) == {}
    assert endpoints(emulator) == [] and services(emulator) == []
    (balancer,) = emulator.client("elbv2").describe_load_balancers()["LoadBalancers"]
    (group,) = emulator.client("ec2").describe_security_groups(GroupIds=balancer["SecurityGroups"])["SecurityGroups"]
    assert [rule["UserIdGroupPairs"] for rule in group["IpPermissions"]] == [[]]
    names = {one["GroupName"] for one in emulator.client("ec2").describe_security_groups()["SecurityGroups"]}
    assert not names & {NAME, "portkey-gateway-dev-inbound"}
    writes = mutations(emulator)
    assert writes.index("ecs:UpdateService") < writes.index("ec2:DeleteVpcEndpoints")
