"""Reads from the emulator what a stack is made of, by the names that seed_reference and the design give."""

from __future__ import annotations

import dataclasses
from typing import Any

from stacks import writes

from emulator.testing import Running

ACCOUNT = "123456789012"


def tags(listed: list[dict]) -> dict[str, str]:
    """Tags as a dictionary, whichever way the service spells them."""
    return {tag.get("Key", tag.get("key")): tag.get("Value", tag.get("value")) for tag in listed}


def actions(statements: list[dict]) -> set[str]:
    return {action for one in statements for action in as_list(one["Action"])}


def resources(statements: list[dict]) -> set[str]:
    return {resource for one in statements for resource in as_list(one["Resource"])}


def as_list(value: Any) -> list:
    return value if isinstance(value, list) else [value]


def name_of(arn: str) -> str:
    return arn.split("/")[-1]


def mutations(emulator: Running) -> list[str]:
    """What was written, as service:Operation, in the order of the calls."""
    return [f"{call['service']}:{call['operation']}" for call in writes(emulator) if call["status"] < 400]


@dataclasses.dataclass
class Stack:
    """One stack in one region. Nothing is remembered, so that it can be asked again after a change."""

    emulator: Running
    id: str = "portkey-gateway-dev"
    region: str = "us-east-1"
    cluster: str = ""
    vpc_name: str = ""

    def __post_init__(self) -> None:
        self.cluster = self.cluster or f"{self.id}-cluster"
        self.vpc_name = self.vpc_name or f"{self.id}-vpc"

    def aws(self, service: str) -> Any:
        return self.emulator.client(service, self.region)

    # Network

    @property
    def vpc(self) -> dict:
        (found,) = self.aws("ec2").describe_vpcs(Filters=[{"Name": "tag:Name", "Values": [self.vpc_name]}])["Vpcs"]
        return found

    def in_vpc(self) -> list[dict]:
        return [{"Name": "vpc-id", "Values": [self.vpc["VpcId"]]}]

    @property
    def subnets(self) -> dict[str, dict]:
        """By name, without what all names begin with: public-1, private-1 and so on."""
        listed = self.aws("ec2").describe_subnets(Filters=self.in_vpc())["Subnets"]
        return {tags(one["Tags"])["Name"].removeprefix(f"{self.id}-"): one for one in listed}

    def subnet_ids(self, kind: str) -> set[str]:
        return {one["SubnetId"] for name, one in self.subnets.items() if name.startswith(kind)}

    @property
    def nat_gateways(self) -> list[dict]:
        filters = [*self.in_vpc(), {"Name": "state", "Values": ["pending", "available"]}]
        return self.aws("ec2").describe_nat_gateways(Filters=filters)["NatGateways"]

    @property
    def addresses(self) -> list[dict]:
        name = [{"Name": "tag:Name", "Values": [f"{self.id}-nat-*"]}]
        return self.aws("ec2").describe_addresses(Filters=name)["Addresses"]

    def way_out(self, subnet: dict) -> str:
        """Where the default route of a subnet leads."""
        filters = [{"Name": "association.subnet-id", "Values": [subnet["SubnetId"]]}]
        (table,) = self.aws("ec2").describe_route_tables(Filters=filters)["RouteTables"]
        (route,) = [one for one in table["Routes"] if one["DestinationCidrBlock"] == "0.0.0.0/0"]
        return route.get("NatGatewayId") or route["GatewayId"]

    @property
    def route_tables(self) -> set[str]:
        """The names of the stack's own."""
        tables = self.aws("ec2").describe_route_tables(Filters=self.in_vpc())["RouteTables"]
        return {tags(one["Tags"])["Name"].removeprefix(f"{self.id}-") for one in tables if one["Tags"]}

    @property
    def security_groups(self) -> dict[str, dict]:
        """By name, without what all names begin with."""
        listed = self.aws("ec2").describe_security_groups(Filters=[{"Name": "group-name", "Values": [f"{self.id}-*"]}])[
            "SecurityGroups"
        ]
        return {one["GroupName"].removeprefix(f"{self.id}-"): one for one in listed}

    def ingress(self, group: str) -> set[tuple[int, str]]:
        """The ports that are open, and for whom: a CIDR, or a security group by its name."""
        groups = self.security_groups
        names = {one["GroupId"]: name for name, one in groups.items()}
        return {
            (one["FromPort"], source)
            for one in groups[group]["IpPermissions"]
            for source in [
                *(range_["CidrIp"] for range_ in one["IpRanges"]),
                *(names.get(pair["GroupId"], pair["GroupId"]) for pair in one["UserIdGroupPairs"]),
            ]
        }

    # Cluster

    @property
    def instance_group(self) -> dict:
        groups = self.aws("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[f"{self.id}-instances"])[
            "AutoScalingGroups"
        ]
        (found,) = groups
        return found

    @property
    def launch_template(self) -> dict:
        (version,) = self.aws("ec2").describe_launch_template_versions(
            LaunchTemplateName=f"{self.id}-instance", Versions=["$Latest"]
        )["LaunchTemplateVersions"]
        return version["LaunchTemplateData"]

    # Services

    def services(self, *names: str) -> dict[str, dict]:
        """The active ones."""
        listed = self.aws("ecs").describe_services(cluster=self.cluster, services=list(names), include=["TAGS"])
        return {one["serviceName"]: one for one in listed["services"] if one["status"] == "ACTIVE"}

    def service(self, name: str) -> dict:
        return self.services(name)[name]

    def definition(self, service: str) -> dict:
        arn = self.service(service)["taskDefinition"]
        return self.aws("ecs").describe_task_definition(taskDefinition=arn)["taskDefinition"]

    def container(self, service: str) -> dict:
        (found,) = self.definition(service)["containerDefinitions"]
        return found

    def environment(self, service: str) -> dict[str, str]:
        return {one["name"]: one["value"] for one in self.container(service)["environment"]}

    def container_secrets(self, service: str) -> dict[str, str]:
        return {one["name"]: one["valueFrom"] for one in self.container(service)["secrets"]}

    def deployments(self, service: str) -> list[dict]:
        """All that there were, the latest first."""
        return self.aws("ecs").list_service_deployments(cluster=self.cluster, service=service)["serviceDeployments"]

    def role(self, service: str, kind: str) -> str:
        return name_of(self.definition(service)[f"{kind}RoleArn"])

    def policies(self, role: str) -> tuple[set[str], list[dict]]:
        """The managed policies' ARNs and the statements of the inline ones."""
        iam = self.aws("iam")
        attached = {one["PolicyArn"] for one in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]}
        statements: list[dict] = []
        for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            statements += iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]["Statement"]
        return attached, statements

    @property
    def role_names(self) -> set[str]:
        """The stack's roles, without what all names begin with."""
        stem = f"{self.id}-{self.region}-"
        listed = self.aws("iam").list_roles()["Roles"]
        return {one["RoleName"].removeprefix(stem) for one in listed if one["RoleName"].startswith(stem)}

    @property
    def scalable_targets(self) -> dict[str, dict]:
        listed = self.aws("application-autoscaling").describe_scalable_targets(ServiceNamespace="ecs")
        ours = [one for one in listed["ScalableTargets"] if one["ResourceId"].startswith(f"service/{self.cluster}/")]
        return {name_of(one["ResourceId"]): one for one in ours}

    @property
    def scaling_policies(self) -> dict[str, dict]:
        listed = self.aws("application-autoscaling").describe_scaling_policies(ServiceNamespace="ecs")
        ours = [one for one in listed["ScalingPolicies"] if one["ResourceId"].startswith(f"service/{self.cluster}/")]
        return {one["PolicyName"]: one["TargetTrackingScalingPolicyConfiguration"] for one in ours}

    # Load balancer

    @property
    def balancers(self) -> list[dict]:
        listed = self.aws("elbv2").describe_load_balancers()["LoadBalancers"]
        return [one for one in listed if one["LoadBalancerName"] == f"{self.id}-lb"]

    @property
    def balancer(self) -> dict:
        (found,) = self.balancers
        return found

    @property
    def balancer_attributes(self) -> dict[str, str]:
        arn = self.balancer["LoadBalancerArn"]
        return tags(self.aws("elbv2").describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"])

    @property
    def listeners(self) -> dict[int, dict]:
        """By port."""
        arn = self.balancer["LoadBalancerArn"]
        return {one["Port"]: one for one in self.aws("elbv2").describe_listeners(LoadBalancerArn=arn)["Listeners"]}

    @property
    def rules(self) -> dict[tuple[int, int], dict]:
        """By the listener's port and the rule's priority, without the listeners' defaults."""
        return {
            (port, int(rule["Priority"])): rule
            for port, listener in self.listeners.items()
            for rule in self.aws("elbv2").describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
            if not rule["IsDefault"]
        }

    @property
    def target_groups(self) -> dict[str, dict]:
        """By rule and colour: gateway-blue and so on, which survive where the name was shortened."""
        listed = self.aws("elbv2").describe_target_groups()["TargetGroups"]
        ours = [one for one in listed if one["VpcId"] == self.vpc["VpcId"]]
        return {"-".join(one["TargetGroupName"].split("-")[-2:]): one for one in ours}

    def targets(self, entry: dict) -> dict[str, int]:
        """Where a listener or rule forwards to: names and weights."""
        names = {one["TargetGroupArn"]: name for name, one in self.target_groups.items()}
        (action,) = entry.get("DefaultActions") or entry["Actions"]
        groups = action.get("ForwardConfig", {}).get("TargetGroups") or [{"TargetGroupArn": action["TargetGroupArn"]}]
        return {names[one["TargetGroupArn"]]: one.get("Weight", 1) for one in groups}

    def health(self, target_group: str) -> set[str]:
        arn = self.target_groups[target_group]["TargetGroupArn"]
        found = self.aws("elbv2").describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
        return {one["TargetHealth"]["State"] for one in found}


def trust_of(stack: Stack, role: str) -> dict:
    (statement,) = stack.aws("iam").get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]["Statement"]
    return statement
