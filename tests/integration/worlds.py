"""What the whole-run tests deploy: the variables, and what the user has in the account before."""

from __future__ import annotations

import base64
import json
from typing import Any

from readback import ACCOUNT

from emulator.testing import Running

REGION = "us-east-1"
TASK_POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}]}

LOGS = "portkey-access-logs"
LOGS_PREFIX = "gateway"
BUCKETS = {
    "log_store_bucket": "portkey-logs",
    "log_exports_bucket": "portkey-exports",
    "finetune_bucket": "portkey-tune",
}
ROUTING = {
    "enable_host_based_routing": True,
    "enable_path_based_routing": True,
    "gateway_host": "gateway.example.com",
    "mcp_host": "mcp.example.com",
}
SCALING = {
    "enable_autoscaling": True,
    "autoscaling_min_capacity": 1,
    "autoscaling_max_capacity": 4,
    "target_cpu_utilization": 60,
    "target_memory_utilization": 75,
    "scale_in_cooldown": 180,
    "scale_out_cooldown": 30,
}
CANARY = {"canary_configuration": {"canary_percent": 20, "canary_bake_time_in_minutes": 1}}

# A public application load balancer that serves both, and everything switched on that can be.
APPLICATION: dict[str, Any] = {
    "portkey_num_az": 3,
    "portkey_single_nat_gateway": False,
    "portkey_instance_type": "m5.large",
    "portkey_max_asg_size": 4,
    "portkey_instance_refresh": {"enabled": True, "min_healthy_percentage": 60, "instance_warmup": 30},
    "portkey_gateway_config": {"desired_task_count": 2, "cpu": 512, "memory": 1024, "enable_execute_command": True},
    "portkey_gateway_autoscaling": SCALING,
    "portkey_gateway_deployment_configuration": CANARY,
    "portkey_dataservice_config": {"enable_dataservice": True, "enable_execute_command": True},
    "portkey_dataservice_autoscaling": {"enable_autoscaling": True},
    "portkey_object_storage": {**BUCKETS, "bucket_region": REGION},
    "portkey_create_lb": True,
    "portkey_internal_lb": False,
    "portkey_lb_type": "application",
    "portkey_enable_lb_access_logs": True,
    "portkey_lb_access_logs_bucket": LOGS,
    "portkey_lb_access_logs_prefix": LOGS_PREFIX,
    "portkey_server_mode": "all",
    "portkey_mcp_gateway_base_url": "https://mcp.example.com",
    "portkey_alb_routing_configuration": ROUTING,
}


def own_application(emulator: Running) -> dict[str, Any]:
    """A certificate, policies for the tasks, and buckets, of which one takes access logs."""
    for bucket in [LOGS, *BUCKETS.values()]:
        emulator.client("s3").create_bucket(Bucket=bucket)
    allow_logs(emulator)
    iam = emulator.client("iam")
    arns = {
        name: iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(TASK_POLICY))["Policy"]["Arn"]
        for name in ("bedrock", "vectors", "exports")
    }
    # A private authority issues at once.
    authority = f"arn:aws:acm-pca:{REGION}:{ACCOUNT}:certificate-authority/11111111-2222-3333-4444-555555555555"
    certificate = emulator.client("acm").request_certificate(
        DomainName="*.example.com", CertificateAuthorityArn=authority
    )["CertificateArn"]
    return {
        "portkey_tls_certificate_arn": certificate,
        "portkey_gateway_task_role_policy_arns": {name: arns[name] for name in ("bedrock", "vectors")},
        "portkey_data_service_task_role_policy_arns": {"exports": arns["exports"]},
    }


def allow_logs(emulator: Running) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{LOGS}/{LOGS_PREFIX}/AWSLogs/{ACCOUNT}/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    emulator.client("s3").put_bucket_policy(Bucket=LOGS, Policy=policy)


GOV = "us-gov-west-1"
NODES = "shared"


def existing_in_gov(emulator: Running) -> dict[str, Any]:
    """A network, a cluster with instances, and secrets, as somebody else made them."""
    network = _network(emulator)
    _cluster(emulator, network["private"])
    secrets = emulator.client("secretsmanager", GOV)
    docker = secrets.create_secret(Name="docker-hub", SecretString='{"username": "u", "password": "p"}')["ARN"]
    redis = secrets.create_secret(Name="redis", SecretString='{"REDIS_PASSWORD": "p"}')["ARN"]
    return {"existing": {**network, "docker": docker, "redis": redis}}


def _network(emulator: Running) -> dict[str, Any]:
    ec2 = emulator.client("ec2", GOV)
    vpc = ec2.create_vpc(CidrBlock="10.50.0.0/16")["Vpc"]["VpcId"]
    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "Name", "Value": NODES}])

    def subnets(first: int) -> list[str]:
        made = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.50.{first + number}.0/24", AvailabilityZone=f"{GOV}{zone}")
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


def _cluster(emulator: Running, subnets: list[str]) -> None:
    def aws(service: str) -> Any:
        return emulator.client(service, GOV)

    iam, ecs = aws("iam"), aws("ecs")
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    iam.create_role(RoleName=NODES, AssumeRolePolicyDocument=document)
    policy = "arn:aws-us-gov:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"
    iam.attach_role_policy(RoleName=NODES, PolicyArn=policy)
    iam.create_instance_profile(InstanceProfileName=NODES)
    iam.add_role_to_instance_profile(InstanceProfileName=NODES, RoleName=NODES)
    ecs.create_cluster(clusterName=NODES)
    image = "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id"
    data = {
        "ImageId": aws("ssm").get_parameter(Name=image)["Parameter"]["Value"],
        "InstanceType": "t4g.medium",
        "IamInstanceProfile": {"Name": NODES},
        "UserData": base64.b64encode(
            f"#!/bin/bash\necho ECS_CLUSTER={NODES} >>/etc/ecs/ecs.config\n".encode()
        ).decode(),
    }
    aws("ec2").create_launch_template(LaunchTemplateName=NODES, LaunchTemplateData=data)
    ecs.put_account_setting_default(name="awsvpcTrunking", value="enabled")
    aws("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=NODES,
        LaunchTemplate={"LaunchTemplateName": NODES, "Version": "$Latest"},
        MinSize=1,
        MaxSize=2,
        DesiredCapacity=1,
        VPCZoneIdentifier=",".join(subnets),
    )
    (group,) = aws("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    provider = {
        "autoScalingGroupArn": group["AutoScalingGroupARN"],
        "managedScaling": {"status": "ENABLED"},
        "managedTerminationProtection": "DISABLED",
    }
    ecs.create_capacity_provider(name="shared-instances", autoScalingGroupProvider=provider)
    ecs.put_cluster_capacity_providers(
        cluster=NODES, capacityProviders=["shared-instances"], defaultCapacityProviderStrategy=[]
    )
