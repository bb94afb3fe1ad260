"""The pieces of a stack that many tests start from."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from botocore.config import Config

from emulator.testing import Running

EC2_TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
# botocore refuses some parameters before AWS can.
UNCHECKED = Config(parameter_validation=False)
AMI_ARM = "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id"
AMI_X86 = "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id"


@dataclasses.dataclass
class Network:
    vpc: str
    subnets: list[str]
    gateway: str


def subnet(emulator: Running, vpc: str, cidr: str, zone: str) -> str:
    made = emulator.client("ec2").create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone)
    return str(made["Subnet"]["SubnetId"])


def network(emulator: Running, zones: str = "ab") -> Network:
    """A VPC with an internet gateway and a /24 subnet in each zone."""
    ec2 = emulator.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [subnet(emulator, vpc, f"10.0.{index}.0/24", f"us-east-1{zone}") for index, zone in enumerate(zones)]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    return Network(vpc, subnets, gateway)


def load_balancer(emulator: Running, net: Network, kind: str = "application", **options: Any) -> dict[str, Any]:
    settings = {"Name": f"my-{kind[:3]}", "Type": kind, "Subnets": net.subnets, "Scheme": "internal", **options}
    return emulator.client("elbv2").create_load_balancer(**settings)["LoadBalancers"][0]


def target_group(emulator: Running, net: Network, name: str = "blue", protocol: str = "HTTP", **options: Any) -> str:
    settings = {"Name": name, "Protocol": protocol, "Port": 8787, "VpcId": net.vpc, "TargetType": "ip", **options}
    return emulator.client("elbv2").create_target_group(**settings)["TargetGroups"][0]["TargetGroupArn"]


def listener(emulator: Running, balancer: str, target: str | None = None, **options: Any) -> dict[str, Any]:
    """Forwards to the target group, or answers 404."""
    action: dict[str, Any] = {"Type": "forward", "TargetGroupArn": target}
    if target is None:
        action = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404", "ContentType": "text/plain"}}
    settings = {"LoadBalancerArn": balancer, "Port": 80, "Protocol": "HTTP", "DefaultActions": [action], **options}
    return emulator.client("elbv2").create_listener(**settings)["Listeners"][0]


def instance_profile(emulator: Running, name: str = "nodes") -> str:
    iam = emulator.client("iam")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(EC2_TRUST))
    iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    return name


def launch_template(emulator: Running, net: Network, name: str = "nodes", **data: Any) -> str:
    ec2 = emulator.client("ec2")
    image = emulator.client("ssm").get_parameter(Name=AMI_ARM)["Parameter"]["Value"]
    group = ec2.create_security_group(GroupName=name, Description="nodes", VpcId=net.vpc)["GroupId"]
    content = {"ImageId": image, "InstanceType": "t4g.medium", "SecurityGroupIds": [group], **data}
    template = ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=content)
    return template["LaunchTemplate"]["LaunchTemplateId"]


def scaling_group(emulator: Running, net: Network, template: str, name: str = "nodes", **options: Any) -> None:
    settings = {
        "AutoScalingGroupName": name,
        "MinSize": 1,
        "MaxSize": 3,
        "DesiredCapacity": 2,
        "VPCZoneIdentifier": ",".join(net.subnets),
        "LaunchTemplate": {"LaunchTemplateId": template, "Version": "$Latest"},
        **options,
    }
    emulator.client("autoscaling").create_auto_scaling_group(**settings)


def describe_group(emulator: Running, name: str = "nodes") -> dict[str, Any]:
    found = emulator.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])
    return found["AutoScalingGroups"][0]
