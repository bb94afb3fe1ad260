"""Everything that an ECS service needs, made with raw boto3: what a test starts from."""

from __future__ import annotations

import base64
import json
from typing import Any

import boto3
from botocore.config import Config

from emulator.testing import CREDENTIALS, Running

REGION = "us-east-1"
ACCOUNT = "123456789012"
NAME = "demo"
PORT = 8787
IMAGE = "portkeyai/gateway_enterprise:2.16.0"
HEALTH_CHECK = {"command": ["CMD-SHELL", "wget -qO- localhost"], "interval": 30, "timeout": 5, "retries": 3}


class Stack:
    """A network, a cluster with a capacity provider on an Auto Scaling group, roles, a load balancer."""

    def __init__(self, emulator: Running, instance_type: str = "t4g.medium", desired: int = 1, most: int = 3) -> None:
        self.emulator = emulator
        self.ecs = emulator.client("ecs")
        self.ec2 = emulator.client("ec2")
        self.iam = emulator.client("iam")
        self.elbv2 = emulator.client("elbv2")
        self.autoscaling = emulator.client("autoscaling")
        self.secrets = emulator.client("secretsmanager")
        self.logs = emulator.client("logs")
        self._network()
        self._roles()
        self.ecs.create_cluster(clusterName=NAME)
        self._instances(instance_type, desired, most)
        self._capacity()
        self.logs.create_log_group(logGroupName=f"/ecs/{NAME}")

    def _network(self) -> None:
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        zones = ["us-east-1a", "us-east-1b"]
        self.subnets = [self._subnet(f"10.0.{number}.0/24", zone) for number, zone in enumerate(zones)]
        self.public = [self._subnet(f"10.0.{number + 10}.0/24", zone) for number, zone in enumerate(zones)]
        gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=self.vpc)
        address = self.ec2.allocate_address(Domain="vpc")["AllocationId"]
        self.nat = self.ec2.create_nat_gateway(SubnetId=self.public[0], AllocationId=address)["NatGateway"][
            "NatGatewayId"
        ]
        self._let("nat_gateway_visible")
        self._route(self.public, GatewayId=gateway)
        self._route(self.subnets, NatGatewayId=self.nat)
        self.balancer_group = self._group("balancer")
        self.task_group = self._group("tasks")
        self.ec2.authorize_security_group_ingress(
            GroupId=self.task_group,
            IpPermissions=[
                {
                    "IpProtocol": "tcp",
                    "FromPort": PORT,
                    "ToPort": PORT,
                    "UserIdGroupPairs": [{"GroupId": self.balancer_group}],
                }
            ],
        )

    def _let(self, step: str) -> None:
        """Let a step of the profile take its time."""
        self.emulator.post("clock", advance=self.emulator.app.profile.seconds(step))

    def _subnet(self, cidr: str, zone: str) -> str:
        return str(self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=cidr, AvailabilityZone=zone)["Subnet"]["SubnetId"])

    def _route(self, subnets: list[str], **target: str) -> None:
        table = self.ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]
        self.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **target)
        for subnet in subnets:
            self.ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)

    def _group(self, name: str) -> str:
        return str(self.ec2.create_security_group(GroupName=name, Description=name, VpcId=self.vpc)["GroupId"])

    def role(self, name: str, service: str, *statements: dict[str, Any]) -> str:
        trust = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}],
        }
        arn = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        if statements:
            self.iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy(*statements))
        return str(arn)

    def _roles(self) -> None:
        self.role("instance", "ec2.amazonaws.com", allow("ecs:*"))
        self.iam.create_instance_profile(InstanceProfileName="instance")
        self.iam.add_role_to_instance_profile(InstanceProfileName="instance", RoleName="instance")
        self.secret = self.secrets.create_secret(Name="keys", SecretString=json.dumps({"KEY": "value"}))["ARN"]
        reads = allow("secretsmanager:GetSecretValue", self.secret)
        self.execution_role = self.role("execution", "ecs-tasks.amazonaws.com", allow("logs:*"), reads)
        self.task_role = self.role("task", "ecs-tasks.amazonaws.com")
        self._let("iam_propagation")

    def _instances(self, instance_type: str, desired: int, most: int) -> None:
        data = base64.b64encode(f"#!/bin/bash\necho ECS_CLUSTER={NAME} >> /etc/ecs/ecs.config\n".encode()).decode()
        architecture = "arm64/" if instance_type.split(".")[0].endswith("g") else ""
        parameter = f"/aws/service/ecs/optimized-ami/amazon-linux-2023/{architecture}recommended/image_id"
        image = self.emulator.client("ssm").get_parameter(Name=parameter)["Parameter"]["Value"]
        self.ec2.create_launch_template(
            LaunchTemplateName=NAME,
            LaunchTemplateData={
                "ImageId": image,
                "InstanceType": instance_type,
                "UserData": data,
                "IamInstanceProfile": {"Name": "instance"},
            },
        )
        self.autoscaling.create_auto_scaling_group(
            AutoScalingGroupName=NAME,
            LaunchTemplate={"LaunchTemplateName": NAME, "Version": "$Latest"},
            MinSize=0,
            MaxSize=most,
            DesiredCapacity=desired,
            VPCZoneIdentifier=",".join(self.subnets),
            NewInstancesProtectedFromScaleIn=True,
        )
        group = self.autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[NAME])["AutoScalingGroups"][0]
        self.group_arn = group["AutoScalingGroupARN"]

    def _capacity(self) -> None:
        self.ecs.create_capacity_provider(
            name="capacity",
            autoScalingGroupProvider={
                "autoScalingGroupArn": self.group_arn,
                "managedScaling": {"status": "ENABLED", "minimumScalingStepSize": 1, "maximumScalingStepSize": 2},
                "managedTerminationProtection": "ENABLED",
                "managedDraining": "ENABLED",
            },
        )
        self.ecs.put_cluster_capacity_providers(
            cluster=NAME,
            capacityProviders=["capacity"],
            defaultCapacityProviderStrategy=[{"capacityProvider": "capacity", "weight": 100}],
        )

    def balance(self, kind: str = "application", health: dict[str, Any] | None = None) -> dict[str, str]:
        """A load balancer with a listener on a target group."""
        protocol = "HTTP" if kind == "application" else "TCP"
        balancer = self.elbv2.create_load_balancer(
            Name="balancer",
            Type=kind,
            Subnets=self.public,
            SecurityGroups=[self.balancer_group],
            Scheme="internet-facing",
        )["LoadBalancers"][0]["LoadBalancerArn"]
        group = self.target_group("blue", protocol, **(health or {}))
        listener = self.elbv2.create_listener(
            LoadBalancerArn=balancer,
            Port=80,
            Protocol=protocol,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
        )["Listeners"][0]["ListenerArn"]
        return {"balancer": balancer, "group": group, "listener": listener}

    def target_group(self, name: str, protocol: str = "HTTP", **health: Any) -> str:
        made = self.elbv2.create_target_group(
            Name=name, Protocol=protocol, Port=PORT, VpcId=self.vpc, TargetType="ip", **health
        )
        return str(made["TargetGroups"][0]["TargetGroupArn"])

    def container(self, **changes: Any) -> dict[str, Any]:
        return {
            "name": "gateway",
            "image": IMAGE,
            "portMappings": [{"containerPort": PORT, "name": "gateway", "appProtocol": "http"}],
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": f"/ecs/{NAME}",
                    "awslogs-region": REGION,
                    "awslogs-stream-prefix": "gateway-service",
                },
            },
            **changes,
        }

    def task_definition(self, *containers: dict[str, Any], **changes: Any) -> str:
        definition = {
            "family": "gateway",
            "cpu": "256",
            "memory": "512",
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["EC2", "FARGATE"],
            "executionRoleArn": self.execution_role,
            "taskRoleArn": self.task_role,
            "runtimePlatform": {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
            "containerDefinitions": list(containers) or [self.container()],
            **changes,
        }
        return str(self.ecs.register_task_definition(**definition)["taskDefinition"]["taskDefinitionArn"])

    def create_service(self, name: str = "gateway", **changes: Any) -> dict[str, Any]:
        request = {
            "cluster": NAME,
            "serviceName": name,
            "desiredCount": 1,
            "networkConfiguration": {
                "awsvpcConfiguration": {"subnets": self.subnets, "securityGroups": [self.task_group]}
            },
            **changes,
        }
        if "taskDefinition" not in request:
            request["taskDefinition"] = self.task_definition()
        made: dict[str, Any] = self.ecs.create_service(**request)["service"]
        return made

    def service(self, name: str = "gateway") -> dict[str, Any]:
        found: dict[str, Any] = self.ecs.describe_services(cluster=NAME, services=[name])["services"][0]
        return found

    def events(self, name: str = "gateway") -> list[str]:
        """Oldest first."""
        return [event["message"] for event in reversed(self.service(name)["events"])]

    def deployment(self, name: str = "gateway") -> dict[str, Any]:
        """The latest service deployment, in full."""
        listed = self.ecs.list_service_deployments(cluster=NAME, service=name)["serviceDeployments"]
        arns = [listed[0]["serviceDeploymentArn"]]
        found: dict[str, Any] = self.ecs.describe_service_deployments(serviceDeploymentArns=arns)["serviceDeployments"][
            0
        ]
        return found

    def tasks(self, name: str = "gateway", status: str = "RUNNING") -> list[dict[str, Any]]:
        arns = self.ecs.list_tasks(cluster=NAME, serviceName=name, desiredStatus=status)["taskArns"]
        found: list[dict[str, Any]] = self.ecs.describe_tasks(cluster=NAME, tasks=arns)["tasks"] if arns else []
        return found

    def pass_time(self, seconds: float, step: float = 5.0) -> None:
        """Advance the clock in steps, so that what depends on each other happens in its order."""
        for _unused in range(int(seconds / step)):
            self.emulator.post("clock", advance=step)


def discovery_client(emulator: Running) -> Any:
    """DiscoverInstances has a host name of its own, which a loopback address cannot have."""
    config = Config(inject_host_prefix=False)
    return boto3.client("servicediscovery", region_name=REGION, endpoint_url=emulator.url, config=config, **CREDENTIALS)


def allow(action: str | list[str], resource: str = "*") -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
