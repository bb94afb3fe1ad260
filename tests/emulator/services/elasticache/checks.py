"""What ElastiCache refuses. Where AWS's own words are known they are used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ...registry import AwsError, Call
from ..ec2.common import backend
from .state import SubnetGroup, combination, value

NAME = re.compile(r"[a-z](-?[a-z0-9])*")
LONGEST_NAME = 40
MOST_REPLICAS, MOST_SHARDS, MOST_NODES = 5, 500, 90
NODE_TYPE = re.compile(r"cache\.[a-z]\d[a-z]*\.(micro|small|medium|large|\d*xlarge)")
TOKEN = re.compile(r"[A-Za-z0-9!&#$^<>-]{16,128}")
# By engine, what ElastiCache makes of the versions that it is asked for.
VERSIONS = {
    "valkey": {"7.2": "7.2.6", "8.0": "8.0.1", "8.1": "8.1.0"},
    "redis": {"6.0": "6.0.5", "6.2": "6.2.6", "7.0": "7.0.7", "7.1": "7.1.0"},
}


def name(given: str) -> str:
    found = given.lower()
    if not NAME.fullmatch(found) or len(found) > LONGEST_NAME:
        raise value(
            "The parameter ReplicationGroupId is not a valid identifier. Identifiers must begin with a letter; must "
            "contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two "
            "consecutive hyphens."
        )
    return found


def version(engine: str, asked: str | None) -> str:
    known = VERSIONS.get(engine)
    if known is None:
        raise value(f"Invalid engine {engine}")
    if asked is None:
        return list(known.values())[-1]
    found = known.get(asked) or next((full for full in known.values() if full == asked), None)
    if found is None:
        raise combination(f"Cannot find version {asked} for {engine}")
    return found


def numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def family(engine: str, full: str) -> str:
    major = full.split(".", maxsplit=1)[0]
    return f"{engine}{'6.x' if (engine, major) == ('redis', '6') else major}"


def parameter_group(asked: str | None, engine: str, full: str, is_cluster: bool) -> str:
    """Those of AWS are all that there are."""
    wanted = family(engine, full)
    if asked is None:
        return f"default.{wanted}{'.cluster.on' if is_cluster else ''}"
    found = asked.removeprefix("default.").removesuffix(".cluster.on")
    known = {family(one, version) for one, versions in VERSIONS.items() for version in versions.values()}
    if not asked.startswith("default.") or found not in known:
        raise AwsError("CacheParameterGroupNotFound", f"CacheParameterGroup not found: {asked}")
    if found != wanted:
        raise combination(f"Expected a parameter group of family {wanted} but found one of family {found}")
    if asked.endswith(".cluster.on") != is_cluster:
        raise combination("The parameter group and the cluster mode do not fit together.")
    return asked


def node_type(given: str | None) -> str:
    if not given or not NODE_TYPE.fullmatch(given):
        raise value(f"Invalid cache node type: {given}")
    return given


def shape(is_cluster: bool, shards: int, replicas: int, failover: bool, multi_az: bool) -> None:
    if not 0 <= replicas <= MOST_REPLICAS:
        raise value(f"The number of replicas per node group must be within 0 and {MOST_REPLICAS}.")
    if not 1 <= shards <= MOST_SHARDS or (shards > 1 and not is_cluster):
        raise combination("The number of node groups and the cluster mode do not fit together.")
    if shards * (1 + replicas) > MOST_NODES:
        raise AwsError("NodeQuotaForClusterExceeded", f"The quota of {MOST_NODES} nodes per cluster is exceeded.")
    if is_cluster and not failover:
        raise combination("Redis with cluster mode enabled cannot be created with auto failover turned off.")
    if multi_az and not failover:
        raise combination("Multi-AZ requires automatic failover to be enabled.")
    if replicas == 0 and (multi_az or (failover and not is_cluster)):
        raise combination("Automatic failover and Multi-AZ need at least one replica.")


def zones(multi_az: bool, subnets: SubnetGroup) -> None:
    if multi_az and len(set(subnets.zones.values())) < 2:
        raise combination(f"Multi-AZ needs subnets in two zones, which {subnets.name} has not.")


def security_groups(call: Call, wanted: list[str], vpc: str) -> list[str]:
    for one in wanted:
        found = backend(call).get_security_group_from_id(one)
        if found is None or found.vpc_id != vpc:
            raise value(f"Invalid security group id or it is of another VPC: {one}")
    return wanted


def token(params: Mapping[str, Any], is_tls: bool) -> list[str]:
    given = params.get("AuthToken")
    if given is None:
        return []
    if not is_tls:
        raise combination("AUTH token can only be used with encryption in transit.")
    if not TOKEN.fullmatch(given):
        raise value("Invalid AuthToken provided.")
    return [given]


def available(status: str) -> None:
    if status != "available":
        raise AwsError("InvalidReplicationGroupState", "Replication group must be in available state to modify.")
