"""What a user has in the account before the collection comes: made as somebody else would, with plain calls."""

from __future__ import annotations

import base64
import json
from typing import Any

from ansible_collections.portkey.gateway.plugins.module_utils._config.partitions import partition_of
from ansible_collections.portkey.gateway.plugins.module_utils._preflight.bucket_policy import LOG_WRITERS
from readback import ACCOUNT

from emulator.testing import Running

_TASK_POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}]}
_INSTANCE_ROLE = "service-role/AmazonEC2ContainerServiceforEC2Role"
_IMAGE = "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id"


def certificate(emulator: Running, region: str, domain: str) -> str:
    """Its ARN. A private authority issues at once."""
    partition = partition_of(region).name
    authority = f"arn:{partition}:acm-pca:{region}:{ACCOUNT}:certificate-authority/11111111-2222-3333-4444-555555555555"
    made = emulator.client("acm", region).request_certificate(DomainName=domain, CertificateAuthorityArn=authority)
    return made["CertificateArn"]


def task_policy(emulator: Running, region: str, name: str) -> str:
    """Its ARN."""
    made = emulator.client("iam", region).create_policy(PolicyName=name, PolicyDocument=json.dumps(_TASK_POLICY))
    return made["Policy"]["Arn"]


def take_access_logs(emulator: Running, region: str, bucket: str, prefix: str = "") -> None:
    """Let load balancers of either type write their access logs to a bucket."""
    path = f"{prefix}/AWSLogs" if prefix else "AWSLogs"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": list(LOG_WRITERS.values())},
        "Action": "s3:PutObject",
        "Resource": f"arn:{partition_of(region).name}:s3:::{bucket}/{path}/{ACCOUNT}/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    emulator.client("s3", region).put_bucket_policy(Bucket=bucket, Policy=policy)


def network(emulator: Running, region: str, name: str) -> dict[str, Any]:
    """A VPC with two public and two private subnets that reach the internet: their IDs."""
    ec2 = emulator.client("ec2", region)
    vpc = ec2.create_vpc(CidrBlock="10.50.0.0/16")["Vpc"]["VpcId"]
    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "Name", "Value": name}])

    def subnets(first: int) -> list[str]:
        made = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.50.{first + number}.0/24", AvailabilityZone=f"{region}{zone}")
            for number, zone in enumerate("ab")
        ]
        return [one["Subnet"]["SubnetId"] for one in made]

    def route(ids: list[str], **target: str) -> None:
        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **target)
        for subnet in ids:
            ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)

    public, private = subnets(0), subnets(10)
    internet = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=internet, VpcId=vpc)
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=public[0], AllocationId=address)["NatGateway"]["NatGatewayId"]
    route(public, GatewayId=internet)
    route(private, NatGatewayId=nat)
    return {"vpc": vpc, "public": public, "private": private}


def cluster(emulator: Running, region: str, name: str, capacity_provider: str, subnets: list[str]) -> None:
    """An ECS cluster with instances of its own and a capacity provider for them."""

    def aws(service: str) -> Any:
        return emulator.client(service, region)

    iam, ecs = aws("iam"), aws("ecs")
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
    policy = f"arn:{partition_of(region).name}:iam::aws:policy/{_INSTANCE_ROLE}"
    iam.attach_role_policy(RoleName=name, PolicyArn=policy)
    iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    ecs.create_cluster(clusterName=name)
    user_data = f"#!/bin/bash\necho ECS_CLUSTER={name} >>/etc/ecs/ecs.config\n"
    data = {
        "ImageId": aws("ssm").get_parameter(Name=_IMAGE)["Parameter"]["Value"],
        "InstanceType": "t4g.medium",
        "IamInstanceProfile": {"Name": name},
        "UserData": base64.b64encode(user_data.encode()).decode(),
    }
    aws("ec2").create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)
    ecs.put_account_setting_default(name="awsvpcTrunking", value="enabled")
    aws("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=name,
        LaunchTemplate={"LaunchTemplateName": name, "Version": "$Latest"},
        MinSize=1,
        MaxSize=2,
        DesiredCapacity=1,
        VPCZoneIdentifier=",".join(subnets),
    )
    named = aws("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])
    (group,) = named["AutoScalingGroups"]
    provider = {
        "autoScalingGroupArn": group["AutoScalingGroupARN"],
        "managedScaling": {"status": "ENABLED"},
        "managedTerminationProtection": "DISABLED",
    }
    ecs.create_capacity_provider(name=capacity_provider, autoScalingGroupProvider=provider)
    ecs.put_cluster_capacity_providers(
        cluster=name, capacityProviders=[capacity_provider], defaultCapacityProviderStrategy=[]
    )
