"""The removal and the audit against an emulator, without Ansible in between; and what of an account a test compares."""

from __future__ import annotations

from typing import Any

from ansible_collections.portkey.gateway.plugins.module_utils._audit.audit import find, is_kept
from ansible_collections.portkey.gateway.plugins.module_utils._audit.resource import Resource, Stack
from ansible_collections.portkey.gateway.plugins.module_utils._config.names import resource_names
from ansible_collections.portkey.gateway.plugins.module_utils._config.partitions import partition_of
from ansible_collections.portkey.gateway.plugins.module_utils._removal import remove
from ansible_collections.portkey.gateway.plugins.module_utils._removal.work import Work
from ansible_collections.portkey.gateway.plugins.module_utils.wait import SYSTEM_CLOCK, Clock

from emulator.testing import Running

REGION = "us-east-1"
PROJECT, ENVIRONMENT = "portkey-gateway", "dev"
KEEP = ("logs_log_group", "s3_bucket", "secretsmanager_secret")
STACK = Stack(PROJECT, ENVIRONMENT, REGION, resource_names(PROJECT, ENVIRONMENT, REGION))


class Connected:
    """What the modules make of their options."""

    region = REGION
    partition = partition_of(REGION)

    def __init__(self, emulator: Running) -> None:
        self._emulator = emulator

    def client(self, service: str) -> Any:
        return self._emulator.client(service)


def audit(emulator: Running, keep: tuple[str, ...] = KEEP) -> list[str]:
    """What is left of the stack, in words."""
    return [str(one) for one in find(Connected(emulator), STACK) if not is_kept(one, keep)]


def uninstall(emulator: Running, clock: Clock = SYSTEM_CLOCK, timeout: float = 30, **options: Any) -> list[Resource]:
    """As the module stack_resources does; returns what was removed."""
    options = {"kinds": None, "keep": KEEP, "secret_recovery_days": 30, **options}
    found = find(Connected(emulator), STACK)
    coming = [one for one in found if remove._goes(one, options)]
    ids = frozenset(one.id for one in found if one.is_owned)
    days = options["secret_recovery_days"]
    remove.run(Work(Connected(emulator).client, clock, timeout, ids, days), coming)
    return coming


def pushed(emulator: Running) -> Clock:
    """The emulator's own time, which sleeping pushes on."""
    return Clock(now=lambda: emulator.get("health")["now"], sleep=emulator.advance, spread=lambda: 0.0)


# Everything that may cost money or be in somebody's way, by raw calls and without the audit's help.
LISTED = {
    "ec2": (
        ("describe_vpcs", "Vpcs", "VpcId"),
        ("describe_subnets", "Subnets", "SubnetId"),
        ("describe_route_tables", "RouteTables", "RouteTableId"),
        ("describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
        ("describe_addresses", "Addresses", "AllocationId"),
        ("describe_security_groups", "SecurityGroups", "GroupId"),
        ("describe_launch_templates", "LaunchTemplates", "LaunchTemplateName"),
        ("describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
        ("describe_volumes", "Volumes", "VolumeId"),
        ("describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
        ("describe_vpc_endpoint_service_configurations", "ServiceConfigurations", "ServiceId"),
    ),
    "elbv2": (
        ("describe_load_balancers", "LoadBalancers", "LoadBalancerName"),
        ("describe_target_groups", "TargetGroups", "TargetGroupName"),
    ),
    "autoscaling": (("describe_auto_scaling_groups", "AutoScalingGroups", "AutoScalingGroupName"),),
    "iam": (
        ("list_roles", "Roles", "RoleName"),
        ("list_instance_profiles", "InstanceProfiles", "InstanceProfileName"),
    ),
    "servicediscovery": (("list_namespaces", "Namespaces", "Name"), ("list_services", "Services", "Name")),
    "logs": (("describe_log_groups", "logGroups", "logGroupName"),),
    "secretsmanager": (("list_secrets", "SecretList", "Name"),),
    "lambda": (("list_functions", "Functions", "FunctionName"),),
    "s3": (("list_buckets", "Buckets", "Name"),),
    "cloudwatch": (
        ("describe_alarms", "MetricAlarms", "AlarmName"),
        ("list_dashboards", "DashboardEntries", "DashboardName"),
    ),
    "sns": (("list_topics", "Topics", "TopicArn"),),
    "events": (("list_rules", "Rules", "Name"),),
    "acm": (("list_certificates", "CertificateSummaryList", "DomainName"),),
    "route53": (("list_hosted_zones", "HostedZones", "Id"),),
    "elasticache": (
        ("describe_replication_groups", "ReplicationGroups", "ReplicationGroupId"),
        ("describe_cache_clusters", "CacheClusters", "CacheClusterId"),
        ("describe_cache_subnet_groups", "CacheSubnetGroups", "CacheSubnetGroupName"),
    ),
    "ecr": (
        ("describe_repositories", "repositories", "repositoryName"),
        ("describe_pull_through_cache_rules", "pullThroughCacheRules", "ecrRepositoryPrefix"),
    ),
}


def inventory(emulator: Running) -> dict[str, int]:
    """How many there are of everything in the account, whosever they are. The default VPC has another id each time."""
    found = {
        operation: sorted(str(item[key]) for item in getattr(emulator.client(service), operation)()[items])
        for service, listings in LISTED.items()
        for operation, items, key in listings
    }
    found["web_acls"] = sorted(
        one["Name"] for one in emulator.client("wafv2").list_web_acls(Scope="REGIONAL")["WebACLs"]
    )
    zones = emulator.client("route53").list_hosted_zones()["HostedZones"]
    found["records"] = [one["Name"] for one in zones for _unused in range(one["ResourceRecordSetCount"])]
    ec2, ecs = emulator.client("ec2"), emulator.client("ecs")
    found["nat"] = sorted(
        one["NatGatewayId"] for one in ec2.describe_nat_gateways()["NatGateways"] if one["State"] != "deleted"
    )
    found["instances"] = sorted(
        one["InstanceId"]
        for part in ec2.describe_instances()["Reservations"]
        for one in part["Instances"]
        if one["State"]["Name"] != "terminated"
    )
    found["clusters"] = sorted(ecs.list_clusters()["clusterArns"])
    found["providers"] = sorted(one["name"] for one in ecs.describe_capacity_providers()["capacityProviders"])
    found["definitions"] = sorted(ecs.list_task_definitions()["taskDefinitionArns"])
    scaling = emulator.client("application-autoscaling")
    found["targets"] = sorted(
        one["ResourceId"] for one in scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    )
    return {kind: len(items) for kind, items in found.items()}


def without_kept(found: dict[str, int]) -> dict[str, int]:
    return {key: value for key, value in found.items() if key not in ("describe_log_groups", "list_secrets")}
