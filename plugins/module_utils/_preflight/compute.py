# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Availability zones, and what the instance type means for the instances' image."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ..api import call, call_unless
from ..aws import error_code
from .connection import Connection, Findings, is_denied

ARCHITECTURES = ("arm64", "x86_64")
_AMI_PARAMETER = "/aws/service/ecs/optimized-ami/amazon-linux-2023/{variant}recommended/image_id"
_CPU_UNITS = 1024  # of ECS in one virtual CPU
_AMI_VARIANT = {"arm64": "arm64/", "x86_64": ""}


def availability_zones(connection: Connection, wanted: int) -> Findings:
    """The zones of the region, in order. An impaired one stays in the list, so that a stack keeps its zones."""
    answer = call(connection.client("ec2"), "describe_availability_zones", "list the availability zones")
    zones = sorted(
        zone["ZoneName"]
        for zone in answer["AvailabilityZones"]
        if zone.get("ZoneType", "availability-zone") == "availability-zone" and zone.get("State") != "unavailable"
    )
    if len(zones) < wanted:
        return Findings.fault(
            "portkey_num_az",
            wanted,
            f"The region {connection.region} has {len(zones)} availability zones.",
            f"Set portkey_num_az to {len(zones)} or less.",
        )
    return Findings(facts={"availability_zones": zones})


def ami_parameter(architecture: str) -> str:
    return _AMI_PARAMETER.format(variant=_AMI_VARIANT[architecture])


def instance_type(connection: Connection, name: str) -> Findings:
    try:
        answer = call(
            connection.client("ec2"), "describe_instance_types", "look up the instance type", InstanceTypes=[name]
        )
    except AnsibleAWSError as error:
        if error_code(error) not in ("InvalidInstanceType", "InvalidParameterValue"):
            raise
        answer = {"InstanceTypes": []}
    if not answer["InstanceTypes"]:
        return Findings.fault(
            "portkey_instance_type",
            name,
            f"The region {connection.region} must offer the instance type.",
            "Choose another type, or another region.",
        )
    described = answer["InstanceTypes"][0]
    supported = described["ProcessorInfo"]["SupportedArchitectures"]
    architecture = next((one for one in ARCHITECTURES if one in supported), None)
    if architecture is None:
        return Findings.fault(
            "portkey_instance_type", name, "It must have a 64-bit Arm or x86 processor.", "Choose another type."
        )
    findings = Findings(
        facts={
            "architecture": architecture,
            "ami_parameter": ami_parameter(architecture),
            "instance": {
                "cpu": described["VCpuInfo"]["DefaultVCpus"] * _CPU_UNITS,
                "memory": described["MemoryInfo"]["SizeInMiB"],
            },
        }
    )
    findings.add(_image(connection, architecture))
    return findings


def _image(connection: Connection, architecture: str) -> Findings:
    name = ami_parameter(architecture)
    try:
        answer = call_unless(
            ("ParameterNotFound",),
            connection.client("ssm"),
            "get_parameter",
            "look up the image of the instances",
            Name=name,
        )
    except AnsibleAWSError as error:
        if not is_denied(error):
            raise
        return Findings.warning(
            f"Not allowed to read the SSM parameter {name}: the image of the instances is not checked."
        )
    if answer is None:
        return Findings.fault(
            "portkey_aws_region",
            connection.region,
            f"AWS must publish the ECS image there: there is no SSM parameter {name}.",
            "Choose another region, or an instance type of another architecture.",
        )
    return Findings(facts={"ami_id": answer["Parameter"]["Value"]})


def offered_zones(connection: Connection, name: str) -> Findings:
    try:
        answer = call(
            connection.client("ec2"),
            "describe_instance_type_offerings",
            "find the zones that offer the instance type",
            LocationType="availability-zone",
            Filters=[{"Name": "instance-type", "Values": [name]}],
        )
    except AnsibleAWSError as error:
        if not is_denied(error):
            raise
        return Findings.warning(f"Not allowed to list the zones that offer {name}: they are not checked.")
    return Findings(facts={"offered_zones": sorted(one["Location"] for one in answer["InstanceTypeOfferings"])})


def compare_zones(facts: dict[str, t.Any], name: str, wanted: int | None) -> Findings:
    """Whether instances of the type can be where the subnets are."""
    zones, offered = facts.get("availability_zones", [])[:wanted], facts.pop("offered_zones", None)
    if not zones or not offered or set(zones) <= set(offered):
        return Findings()
    missing = sorted(set(zones) - set(offered))
    if len(missing) == len(zones):
        return Findings.fault(
            "portkey_instance_type",
            name,
            f"One of the stack's zones ({', '.join(zones)}) must offer it; those that do are {', '.join(offered)}.",
            "Choose another type, or more zones.",
        )
    return Findings.warning(f"{name} is not offered in {', '.join(missing)}: instances run in the other zones only.")
