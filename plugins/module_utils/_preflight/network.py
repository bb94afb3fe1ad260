# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A VPC that exists already, or that an earlier run made, and its subnets."""

from __future__ import annotations

import typing as t

from ..api import call, call_unless
from .connection import Connection, Findings

_ALB_ZONES = 2
_FEW_ADDRESSES = 8
_KINDS = ("public", "private")


def vpc(connection: Connection, question: dict[str, t.Any]) -> Findings:
    client, vpc_id = connection.client("ec2"), question["id"]
    found = call_unless(("InvalidVpcID.NotFound",), client, "describe_vpcs", "look up the VPC", VpcIds=[vpc_id])
    if not found or not found["Vpcs"]:
        return Findings.fault(
            "portkey_vpc_id",
            vpc_id,
            f"The VPC must exist in {connection.region}, in the account of the credentials.",
            "Correct the id, the region or the credentials.",
        )
    findings = Findings(facts={"vpc_cidr": found["Vpcs"][0]["CidrBlock"]})
    subnets = _subnets(connection, question)
    for kind in _KINDS:
        findings.add(_check_subnets(kind, question, subnets))
    findings.add(_zones_of_cache(question, subnets))
    private = [subnets[one]["AvailabilityZone"] for one in question["private_subnet_ids"] if one in subnets]
    findings.facts["availability_zones"] = sorted(set(private))
    if question.get("endpoint_zones"):
        findings.add(_fit_for_endpoint(connection, question, sorted(set(private))))
    return findings


# Without these, a name that leads to an endpoint leads nowhere.
_DNS = {"enableDnsSupport": "EnableDnsSupport", "enableDnsHostnames": "EnableDnsHostnames"}


def _fit_for_endpoint(connection: Connection, question: dict[str, t.Any], zones: list[str]) -> Findings:
    findings, least = Findings(), question["endpoint_zones"]
    if len(zones) < least:
        rule = (
            f"An endpoint of PrivateLink needs {least} availability zones; these are in {', '.join(zones) or 'none'}."
        )
        ids = question["private_subnet_ids"]
        findings.add(Findings.fault("portkey_private_subnet_ids", ids, rule, "Add a subnet of another zone."))
    client = connection.client("ec2")
    for attribute, key in _DNS.items():
        doing = f"read the attribute {attribute} of the VPC"
        answer = call(client, "describe_vpc_attribute", doing, VpcId=question["id"], Attribute=attribute)
        if not answer[key]["Value"]:
            rule = f"The name of an endpoint of PrivateLink needs the VPC's attribute {attribute}, which is off."
            findings.add(Findings.fault("portkey_vpc_id", question["id"], rule, "Switch it on."))
    return findings


def _subnets(connection: Connection, question: dict[str, t.Any]) -> dict[str, dict[str, t.Any]]:
    # A filter names all that are missing; the option of the call would stop at the first.
    ids = [*question["public_subnet_ids"], *question["private_subnet_ids"]]
    answer = call(
        connection.client("ec2"),
        "describe_subnets",
        "look up the subnets",
        Filters=[{"Name": "subnet-id", "Values": ids}],
    )
    return {subnet["SubnetId"]: subnet for subnet in answer["Subnets"]}


def _check_subnets(kind: str, question: dict[str, t.Any], subnets: dict[str, dict[str, t.Any]]) -> Findings:
    variable, vpc_id = f"portkey_{kind}_subnet_ids", question["id"]
    ids = question[f"{kind}_subnet_ids"]
    findings = Findings()
    missing = [one for one in ids if one not in subnets]
    if missing:
        findings.add(Findings.fault(variable, missing, "The subnets must exist.", "Correct the ids."))
    known = [subnets[one] for one in ids if one in subnets]
    elsewhere = [subnet["SubnetId"] for subnet in known if subnet["VpcId"] != vpc_id]
    if elsewhere:
        rule = f"The subnets must belong to portkey_vpc_id, {vpc_id}."
        findings.add(Findings.fault(variable, elsewhere, rule, "Name subnets of that VPC."))
    zones = sorted({subnet["AvailabilityZone"] for subnet in known})
    if question.get("two_zones_for") == kind and not missing and len(zones) < _ALB_ZONES:
        rule = f"An application load balancer needs subnets in two availability zones; these are in {', '.join(zones)}."
        findings.add(Findings.fault(variable, ids, rule, "Add a subnet of another zone."))
    for subnet in known:
        if subnet["AvailableIpAddressCount"] < _FEW_ADDRESSES:
            findings.warnings.append(
                f"{subnet['SubnetId']} has only {subnet['AvailableIpAddressCount']} free addresses."
            )
    return findings


def _zones_of_cache(question: dict[str, t.Any], subnets: dict[str, dict[str, t.Any]]) -> Findings:
    """Replicas are in another zone than what they stand in for."""
    ids = question["private_subnet_ids"]
    zones = sorted({subnets[one]["AvailabilityZone"] for one in ids if one in subnets})
    if not question.get("cache_in_two_zones") or len(zones) != 1:
        return Findings()
    rule = f"Replicas of the cache need subnets in two availability zones; these are in {zones[0]}."
    fix = "Add a subnet of another zone, or set portkey_redis_configuration.num_replicas to 0."
    return Findings.fault("portkey_private_subnet_ids", ids, rule, fix)


def _tags(resource: dict[str, t.Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in resource.get("Tags", [])}


def live_vpc(connection: Connection, question: dict[str, t.Any]) -> Findings:
    """The stack's own VPC, if an earlier run made it, and where its subnets lie."""
    client = connection.client("ec2")
    own = {"Project": question["project"], "Environment": question["environment"]}
    tags = {"Name": question["name"], **own}
    filters = [{"Name": f"tag:{key}", "Values": [value]} for key, value in tags.items()]
    found = call(client, "describe_vpcs", "look for the stack's VPC", Filters=filters)["Vpcs"]
    if not found:
        return Findings()
    if len(found) > 1:
        ids = sorted(one["VpcId"] for one in found)
        rule = f"The stack has one VPC, but {', '.join(ids)} carry its name and tags."
        return Findings.fault("portkey_project_name", question["project"], rule, "Remove what is not the stack's.")
    if found[0]["CidrBlock"] != question["cidr"]:
        return Findings.fault(
            "portkey_vpc_cidr",
            question["cidr"],
            f"The stack's VPC has {found[0]['CidrBlock']}, and that cannot change any more.",
            f"Set it to {found[0]['CidrBlock']}, or uninstall the stack first.",
        )
    in_vpc = [{"Name": "vpc-id", "Values": [found[0]["VpcId"]]}]
    subnets = call(client, "describe_subnets", "read the stack's subnets", Filters=in_vpc)["Subnets"]
    by_name = {
        _tags(subnet).get("Name", subnet["SubnetId"]): {
            "id": subnet["SubnetId"],
            "cidr": subnet["CidrBlock"],
            "zone": subnet["AvailabilityZone"],
            "owned": own.items() <= _tags(subnet).items(),
        }
        for subnet in subnets
    }
    return Findings(facts={"live_vpc": {"id": found[0]["VpcId"], "subnets": by_name}})
