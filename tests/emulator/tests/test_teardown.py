"""What AWS refuses on the way out, beside what the tests of each service show."""

from __future__ import annotations

import pytest

from emulator.testing import refused

from .ecs_stack import NAME, Stack, discovery_client


@pytest.fixture
def stack(emulator) -> Stack:
    return Stack(emulator)


def test_a_cluster_with_a_task_stays(stack):
    stack.ecs.create_cluster(clusterName="other")
    network = {"subnets": stack.public, "securityGroups": [stack.task_group], "assignPublicIp": "ENABLED"}
    task = stack.ecs.run_task(
        cluster="other",
        taskDefinition=stack.task_definition(),
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": network},
    )["tasks"][0]["taskArn"]
    with refused("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active."):
        stack.ecs.delete_cluster(cluster="other")
    stack.ecs.stop_task(cluster="other", task=task)
    stack.ecs.delete_cluster(cluster="other")


def test_a_group_whose_instances_are_leaving_is_busy(slow):
    stack = Stack(slow)
    stack.pass_time(120)
    name = stack.autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"][0]["AutoScalingGroupName"]
    with refused("ResourceInUse", "still in the group"):
        stack.autoscaling.delete_auto_scaling_group(AutoScalingGroupName=name)
    members = stack.autoscaling.describe_auto_scaling_instances()["AutoScalingInstances"]
    stack.autoscaling.set_instance_protection(
        AutoScalingGroupName=name, InstanceIds=[one["InstanceId"] for one in members], ProtectedFromScaleIn=False
    )
    stack.autoscaling.update_auto_scaling_group(AutoScalingGroupName=name, MinSize=0, MaxSize=0, DesiredCapacity=0)
    stack.pass_time(5)
    with refused("ScalingActivityInProgress"):
        stack.autoscaling.delete_auto_scaling_group(AutoScalingGroupName=name)
    stack.pass_time(120)
    stack.autoscaling.delete_auto_scaling_group(AutoScalingGroupName=name)
    assert stack.autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"] == []


def test_a_load_balancer_behind_an_endpoint_service_stays(stack):
    balancer = stack.balance("network")["balancer"]
    service = stack.ec2.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[balancer])
    with refused("ResourceInUse", "currently associated with another service"):
        stack.elbv2.delete_load_balancer(LoadBalancerArn=balancer)
    stack.ec2.delete_vpc_endpoint_service_configurations(
        ServiceIds=[service["ServiceConfiguration"]["ServiceId"]],
    )
    stack.elbv2.delete_load_balancer(LoadBalancerArn=balancer)


def test_a_namespace_outlives_its_services_and_they_the_tasks(stack):
    """What ECS registers for Service Connect stays when the ECS service goes, and holds the namespace."""
    discovery = discovery_client(stack.emulator)
    discovery.create_http_namespace(Name="inside")
    (namespace,) = discovery.list_namespaces()["Namespaces"]
    stack.create_service(
        serviceConnectConfiguration={
            "enabled": True,
            "namespace": namespace["Arn"],
            "services": [{"portName": "gateway", "clientAliases": [{"port": 80}]}],
        }
    )
    stack.service()
    (service,) = discovery.list_services()["Services"]
    with refused("ResourceInUse"):
        discovery.delete_service(Id=service["Id"])
    stack.ecs.delete_service(cluster=NAME, service="gateway", force=True)
    stack.service()
    assert {"Key": "AmazonECSManaged", "Value": "true"} in discovery.list_tags_for_resource(ResourceARN=service["Arn"])[
        "Tags"
    ]
    with refused("ResourceInUse", "still contains services"):
        discovery.delete_namespace(Id=namespace["Id"])
    discovery.delete_service(Id=service["Id"])
    discovery.delete_namespace(Id=namespace["Id"])
    assert discovery.list_namespaces()["Namespaces"] == []


def test_a_used_capacity_provider_and_its_cluster_hold_each_other_until_the_service_has_drained(slow):
    stack = Stack(slow)
    stack.create_service(capacityProviderStrategy=[{"capacityProvider": "capacity", "weight": 1}])
    stack.pass_time(240)
    stack.ecs.delete_service(cluster=NAME, service="gateway", force=True)
    assert stack.service()["status"] == "DRAINING"
    with refused("ResourceInUseException", "in use and cannot be removed"):
        stack.ecs.put_cluster_capacity_providers(cluster=NAME, capacityProviders=[], defaultCapacityProviderStrategy=[])
    with refused("ClusterContainsServicesException"):
        stack.ecs.delete_cluster(cluster=NAME)
    stack.pass_time(240)
    assert stack.service()["status"] == "INACTIVE"
    stack.ecs.put_cluster_capacity_providers(cluster=NAME, capacityProviders=[], defaultCapacityProviderStrategy=[])
