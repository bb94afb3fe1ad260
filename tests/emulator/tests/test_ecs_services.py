"""Services: created, refused, changed, scaled, deleted."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from .ecs_stack import NAME, PORT, Stack, discovery_client


@pytest.fixture
def stack(emulator):
    return Stack(emulator)


def _refused(code: str, message: str):
    return pytest.raises(ClientError, match=rf"\({code}\).*{message}")


def _bad(message: str):
    return _refused("InvalidParameterException", message)


def test_a_service_gets_steady(stack):
    made = stack.create_service()
    assert (made["status"], made["runningCount"], made["pendingCount"]) == ("ACTIVE", 0, 0)
    assert made["capacityProviderStrategy"] == [{"capacityProvider": "capacity", "weight": 100, "base": 0}]
    assert "launchType" not in made
    service = stack.service()
    assert service["runningCount"] == 1, stack.events()
    (deployment,) = service["deployments"]
    assert (deployment["status"], deployment["rolloutState"]) == ("PRIMARY", "COMPLETED")
    events = stack.events()
    assert events[0].startswith("(service gateway) has started 1 tasks: (task ")
    assert events[-1] == "(service gateway) has reached a steady state."
    cluster = stack.ecs.describe_clusters(clusters=[NAME])["clusters"][0]
    assert (cluster["runningTasksCount"], cluster["activeServicesCount"]) == (1, 1)
    assert stack.deployment()["status"] == "SUCCESSFUL"
    stack.ecs.get_waiter("services_stable").wait(cluster=NAME, services=["gateway"])


def test_tasks_go_through_their_states(slow):
    stack = Stack(slow)
    stack.pass_time(300)
    check = {"command": ["CMD", "true"], "interval": 30}
    stack.create_service(taskDefinition=stack.task_definition(stack.container(healthCheck=check)))
    seen = []
    for _unused in range(30):
        stack.pass_time(2, 2)
        for task in stack.tasks():
            state = (task["lastStatus"], task["healthStatus"])
            if not seen or seen[-1] != state:
                seen.append(state)
    assert seen == [
        ("PENDING", "UNKNOWN"),
        ("ACTIVATING", "UNKNOWN"),
        ("RUNNING", "UNKNOWN"),
        ("RUNNING", "HEALTHY"),
    ]


def test_without_health_checks_steady_takes_a_while(slow):
    stack = Stack(slow)
    stack.pass_time(300)
    stack.create_service()
    stack.pass_time(30)
    assert stack.service()["runningCount"] == 1
    assert stack.service()["deployments"][0]["rolloutState"] == "IN_PROGRESS"
    stack.pass_time(40)
    assert stack.service()["deployments"][0]["rolloutState"] == "COMPLETED"


REFUSALS = [
    ({"serviceName": "no spaces"}, "InvalidParameterException", "Invalid service name"),
    ({"cluster": "none"}, "ClusterNotFoundException", "Cluster not found."),
    ({"taskDefinition": "none"}, "ClientException", "TaskDefinition not found."),
    ({"desiredCount": -1}, "InvalidParameterException", "0 or greater"),
    ({"desiredCount": None}, "InvalidParameterException", "must be specified"),
    (
        {"launchType": "EC2", "capacityProviderStrategy": [{"capacityProvider": "capacity", "weight": 1}]},
        "InvalidParameterException",
        "Specifying both a launch type and capacity provider strategy is not supported.",
    ),
    (
        {"capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1}]},
        "InvalidParameterException",
        "cannot contain a capacity provider that is not associated",
    ),
    (
        {"networkConfiguration": None},
        "InvalidParameterException",
        "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    ),
    (
        {"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-00000000"]}}},
        "InvalidParameterException",
        "does not exist",
    ),
    (
        {"healthCheckGracePeriodSeconds": 10},
        "InvalidParameterException",
        "Health check grace period is only valid for services configured to use load balancers",
    ),
    (
        {"deploymentConfiguration": {"maximumPercent": 100, "minimumHealthyPercent": 100}},
        "InvalidParameterException",
        "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.",
    ),
    (
        {"serviceConnectConfiguration": {"enabled": True}},
        "InvalidParameterException",
        "A namespace must be specified",
    ),
    (
        {"serviceConnectConfiguration": {"enabled": True, "namespace": "none"}},
        "NamespaceNotFoundException",
        "",
    ),
    (
        {
            "deploymentController": {"type": "CODE_DEPLOY"},
            "deploymentConfiguration": {"deploymentCircuitBreaker": {"enable": True, "rollback": True}},
        },
        "InvalidParameterException",
        "Deployment circuit breaker feature is only supported with ECS deployment controller.",
    ),
    (
        {"deploymentConfiguration": {"strategy": "PURPLE"}},
        "InvalidParameterException",
        "Invalid deployment strategy",
    ),
    (
        {"deploymentConfiguration": {"strategy": "CANARY"}},
        "InvalidParameterException",
        "requires a load balancer or Service Connect",
    ),
]


def test_what_is_refused(stack):
    definition = stack.task_definition()
    for changes, code, message in REFUSALS:
        request = {
            "cluster": NAME,
            "serviceName": "gateway",
            "taskDefinition": definition,
            "desiredCount": 1,
            "networkConfiguration": {"awsvpcConfiguration": {"subnets": stack.subnets}},
            **changes,
        }
        with _refused(code, message):
            stack.ecs.create_service(**{key: value for key, value in request.items() if value is not None})


def test_exec_needs_a_task_role(stack):
    definition = stack.task_definition(taskRoleArn="")
    with _bad("a valid taskRoleArn is not being used"):
        stack.create_service(taskDefinition=definition, enableExecuteCommand=True)


def test_a_load_balancer_is_refused(stack):
    group = stack.balance()["group"]
    for changes, message in (
        ({"containerName": "other"}, "The container other does not exist in the task definition."),
        ({"containerPort": 1}, "The container gateway did not have a container port 1 defined."),
        ({"targetGroupArn": "arn:aws:elasticloadbalancing:none"}, "does not exist"),
    ):
        balancer = {"targetGroupArn": group, "containerName": "gateway", "containerPort": PORT, **changes}
        with _bad(message):
            stack.create_service(loadBalancers=[balancer])


def test_a_target_group_needs_a_load_balancer(stack):
    group = stack.target_group("alone")
    balancer = {"targetGroupArn": group, "containerName": "gateway", "containerPort": PORT}
    with _bad(f"The target group with targetGroupArn {group} does not have an associated load balancer."):
        stack.create_service(loadBalancers=[balancer])


def test_creating_again(stack):
    definition = stack.task_definition()
    made = stack.create_service(taskDefinition=definition)
    again = stack.create_service(taskDefinition=definition)
    assert again["serviceArn"] == made["serviceArn"]
    with _bad("Creation of service was not idempotent."):
        stack.create_service(taskDefinition=definition, desiredCount=2)


def test_scaling_starts_no_deployment(stack):
    stack.create_service()
    (before,) = stack.service()["deployments"]
    updated = stack.ecs.update_service(cluster=NAME, service="gateway", desiredCount=2)["service"]
    assert updated["desiredCount"] == 2
    service = stack.service()
    assert service["runningCount"] == 2
    assert [one["id"] for one in service["deployments"]] == [before["id"]]
    stack.ecs.update_service(cluster=NAME, service="gateway", desiredCount=0)
    assert stack.service()["runningCount"] == 0
    assert len(stack.ecs.list_service_deployments(cluster=NAME, service="gateway")["serviceDeployments"]) == 1


@pytest.mark.parametrize(
    "changes, deploys",
    [
        ({"forceNewDeployment": True}, True),
        ({"taskDefinition": "gateway:2"}, True),
        ({"taskDefinition": "gateway:1"}, False),
        ({"enableExecuteCommand": True}, False),
        ({"propagateTags": "SERVICE"}, False),
        ({"enableECSManagedTags": True}, False),
        ({"availabilityZoneRebalancing": "DISABLED"}, False),
        ({"deploymentConfiguration": {"maximumPercent": 150}}, False),
    ],
)
def test_which_updates_deploy(stack, changes, deploys):
    stack.create_service()
    stack.service()
    stack.task_definition()
    updated = stack.ecs.update_service(cluster=NAME, service="gateway", **changes)["service"]
    assert (len(updated["deployments"]) == 2) is deploys
    stack.service()
    listed = stack.ecs.list_service_deployments(cluster=NAME, service="gateway")["serviceDeployments"]
    assert len(listed) == (2 if deploys else 1)


def test_what_an_update_does_not_name_stays(stack):
    breaker = {"enable": True, "rollback": True}
    stack.create_service(deploymentConfiguration={"deploymentCircuitBreaker": breaker, "maximumPercent": 180})
    stack.ecs.update_service(cluster=NAME, service="gateway", deploymentConfiguration={"minimumHealthyPercent": 50})
    configuration = stack.service()["deploymentConfiguration"]
    assert configuration["deploymentCircuitBreaker"] == breaker
    assert (configuration["maximumPercent"], configuration["minimumHealthyPercent"]) == (180, 50)


def test_a_changed_strategy_needs_force(stack):
    stack.create_service()
    strategy = [{"capacityProvider": "capacity", "weight": 1}]
    with _bad("you must force a new deployment"):
        stack.ecs.update_service(cluster=NAME, service="gateway", capacityProviderStrategy=strategy)
    stack.ecs.update_service(
        cluster=NAME, service="gateway", capacityProviderStrategy=strategy, forceNewDeployment=True
    )


def test_deleting(stack):
    stack.create_service()
    stack.service()
    with _bad("The service cannot be stopped while it is scaled above 0."):
        stack.ecs.delete_service(cluster=NAME, service="gateway")
    stack.ecs.update_service(cluster=NAME, service="gateway", desiredCount=0)
    deleted = stack.ecs.delete_service(cluster=NAME, service="gateway")["service"]
    assert deleted["status"] == "DRAINING"
    assert stack.ecs.list_services(cluster=NAME)["serviceArns"] == []
    assert stack.service()["status"] == "INACTIVE"
    with _refused("ServiceNotActiveException", "Service was not ACTIVE."):
        stack.ecs.update_service(cluster=NAME, service="gateway", desiredCount=1)
    stack.create_service()
    assert stack.service()["runningCount"] == 1


def test_a_draining_name_is_taken(slow):
    stack = Stack(slow)
    stack.pass_time(300)
    stack.create_service()
    stack.pass_time(100)
    deleted = stack.ecs.delete_service(cluster=NAME, service="gateway", force=True)["service"]
    assert deleted["status"] == "DRAINING"
    with _bad("Unable to Start a service that is still Draining."):
        stack.create_service()
    stack.pass_time(30)
    assert stack.service()["status"] == "DRAINING"
    stack.pass_time(60)
    assert stack.service()["status"] == "INACTIVE"


def test_a_deployment_in_progress_cannot_be_deleted_without_force(slow):
    stack = Stack(slow)
    stack.pass_time(300)
    stack.create_service()
    stack.pass_time(60)
    stack.ecs.update_service(cluster=NAME, service="gateway", desiredCount=0, forceNewDeployment=True)
    with _bad("The service cannot be stopped while deployments are active."):
        stack.ecs.delete_service(cluster=NAME, service="gateway")


def test_missing_services(stack):
    found = stack.ecs.describe_services(cluster=NAME, services=["none"])
    assert found["services"] == []
    assert found["failures"] == [
        {"arn": f"arn:aws:ecs:us-east-1:123456789012:service/{NAME}/none", "reason": "MISSING"}
    ]
    for operation in (stack.ecs.update_service, stack.ecs.delete_service):
        with _refused("ServiceNotFoundException", "Service not found."):
            operation(cluster=NAME, service="none")
    with _bad("Services cannot have more than 10 elements."):
        stack.ecs.describe_services(cluster=NAME, services=[str(number) for number in range(11)])


def test_lists_page(stack):
    definition = stack.task_definition()
    for number in range(12):
        stack.create_service(f"s{number}", taskDefinition=definition, desiredCount=0)
    first = stack.ecs.list_services(cluster=NAME)
    assert len(first["serviceArns"]) == 10
    assert len(stack.ecs.list_services(cluster=NAME, nextToken=first["nextToken"])["serviceArns"]) == 2


def test_over_tcp_service_connect_ends_no_request(stack):
    discovery_client(stack.emulator).create_http_namespace(Name="inside")
    definition = stack.task_definition(stack.container(portMappings=[{"containerPort": PORT, "name": "gateway"}]))

    def create(**timeout: int) -> dict[str, Any]:
        connect = {"enabled": True, "namespace": "inside", "services": [{"portName": "gateway", "timeout": timeout}]}
        return stack.create_service(taskDefinition=definition, serviceConnectConfiguration=connect)

    with _bad("can only be set for an appProtocol other than TCP"):
        create(perRequestTimeoutSeconds=60)
    assert create(idleTimeoutSeconds=60)["status"] == "ACTIVE"


def test_service_connect_registers_in_cloud_map(stack):
    discovery = discovery_client(stack.emulator)
    discovery.create_http_namespace(Name="inside")
    connect = {
        "enabled": True,
        "namespace": "inside",
        "services": [
            {"portName": "gateway", "discoveryName": "gate", "clientAliases": [{"port": PORT, "dnsName": "gate"}]}
        ],
    }
    bad = {**connect, "services": [{"portName": "other"}]}
    with _bad("is not the name of a port mapping"):
        stack.create_service("bad", serviceConnectConfiguration=bad)
    one = connect["services"][0]
    within = {"idleTimeoutSeconds": 300, "perRequestTimeoutSeconds": 60}
    stack.create_service(serviceConnectConfiguration={**connect, "services": [{**one, "timeout": within}]})
    (namespace,) = discovery.list_namespaces()["Namespaces"]
    (deployment,) = stack.service()["deployments"]
    assert deployment["serviceConnectConfiguration"]["namespace"] == namespace["Arn"]
    (resource,) = deployment["serviceConnectResources"]
    assert resource["discoveryName"] == "gate"
    (service,) = discovery.list_services()["Services"]
    assert service["Arn"] == resource["discoveryArn"]
    instances = discovery.discover_instances(NamespaceName="inside", ServiceName="gate")["Instances"]
    assert [one["Attributes"]["AWS_INSTANCE_PORT"] for one in instances] == [str(PORT)]
    found = stack.ecs.list_services_by_namespace(namespace=namespace["Arn"])["serviceArns"]
    assert len(found) == 1
    with pytest.raises(ClientError, match="ResourceInUse"):
        discovery.delete_namespace(Id=namespace["Id"])


CODE_DEPLOY = "on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment."


def test_code_deploy_services_have_task_sets(stack):
    group = stack.balance()["group"]
    balancers = [{"targetGroupArn": group, "containerName": "gateway", "containerPort": PORT}]
    stack.create_service(deploymentController={"type": "CODE_DEPLOY"}, loadBalancers=balancers)
    service = stack.service()
    assert service["deployments"] == []
    (task_set,) = service["taskSets"]
    assert (task_set["status"], task_set["runningCount"]) == ("PRIMARY", 1)
    assert task_set["stabilityStatus"] == "STEADY_STATE"
    changes = {
        "taskDefinition": ("gateway:1", "Unable to update task definition"),
        "networkConfiguration": (service["networkConfiguration"], "Unable to update network parameters"),
        "loadBalancers": (balancers, "Unable to update load balancers"),
    }
    for key, (value, message) in changes.items():
        with _bad(f"{message} {CODE_DEPLOY}"):
            stack.ecs.update_service(cluster=NAME, service="gateway", **{key: value})
    with _bad("Cannot force a new deployment on services with"):
        stack.ecs.update_service(cluster=NAME, service="gateway", forceNewDeployment=True)
    stack.ecs.update_service(cluster=NAME, service="gateway", desiredCount=2)
    assert stack.service()["taskSets"][0]["runningCount"] == 2


def test_external_services_are_built_of_task_sets(stack):
    stack.ecs.create_service(
        cluster=NAME, serviceName="gateway", desiredCount=2, deploymentController={"type": "EXTERNAL"}
    )
    network = {"awsvpcConfiguration": {"subnets": stack.subnets, "securityGroups": [stack.task_group]}}
    made = stack.ecs.create_task_set(
        cluster=NAME,
        service="gateway",
        taskDefinition=stack.task_definition(),
        networkConfiguration=network,
        scale={"value": 50, "unit": "PERCENT"},
    )["taskSet"]
    arguments = {"cluster": NAME, "service": "gateway"}
    (found,) = stack.ecs.describe_task_sets(**arguments)["taskSets"]
    assert (found["runningCount"], found["computedDesiredCount"]) == (1, 1)
    stack.ecs.update_task_set(**arguments, taskSet=made["id"], scale={"value": 100, "unit": "PERCENT"})
    stack.ecs.update_service_primary_task_set(**arguments, primaryTaskSet=made["id"])
    (found,) = stack.ecs.describe_task_sets(**arguments)["taskSets"]
    assert (found["runningCount"], found["status"]) == (2, "PRIMARY")
    with _bad("scaled above 0"):
        stack.ecs.delete_task_set(**arguments, taskSet=made["id"])
    stack.ecs.delete_task_set(**arguments, taskSet=made["id"], force=True)
    assert stack.ecs.describe_task_sets(**arguments)["taskSets"] == []


def test_daemons_run_once_per_instance(emulator):
    stack = Stack(emulator, desired=2)
    request = {
        "cluster": NAME,
        "serviceName": "daemon",
        "taskDefinition": stack.task_definition(),
        "launchType": "EC2",
        "schedulingStrategy": "DAEMON",
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": stack.subnets}},
    }
    with _bad("desired count cannot be specified"):
        stack.ecs.create_service(**request, desiredCount=1)
    stack.ecs.create_service(**request)
    assert stack.service("daemon")["runningCount"] == 2
    assert len({task["containerInstanceArn"] for task in stack.tasks("daemon")}) == 2


def test_fargate_needs_no_instances(emulator):
    stack = Stack(emulator, desired=0, most=0)
    stack.create_service(launchType="FARGATE")
    service = stack.service()
    assert (service["runningCount"], service["launchType"], service["platformFamily"]) == (1, "FARGATE", "Linux")


def test_a_code_deploy_service_comes_to_ecs(stack):
    group = stack.balance()["group"]
    balancers = [{"targetGroupArn": group, "containerName": "gateway", "containerPort": PORT}]
    stack.create_service(deploymentController={"type": "CODE_DEPLOY"}, loadBalancers=balancers)
    stack.service()
    (old,) = stack.tasks()
    update = {"cluster": NAME, "service": "gateway"}
    stack.ecs.update_service(**update, deploymentController={"type": "ECS"}, taskDefinition=stack.task_definition())
    service = stack.service()
    assert service["deploymentController"] == {"type": "ECS"}
    assert [one["rolloutState"] for one in service["deployments"]] == ["COMPLETED"]
    assert "taskSets" not in service
    (new,) = stack.tasks()
    assert new["taskArn"] != old["taskArn"]
    with _bad("from ECS to CODE_DEPLOY is not supported"):
        stack.ecs.update_service(**update, deploymentController={"type": "CODE_DEPLOY"})
    stack.ecs.update_service(**update, deploymentController={"type": "EXTERNAL"})
    assert [one["status"] for one in stack.service()["taskSets"]] == ["PRIMARY"]


def test_new_services_balance_their_zones(stack):
    assert stack.create_service()["availabilityZoneRebalancing"] == "ENABLED"


def test_an_empty_strategy_leads_back_to_the_launch_type(stack):
    stack.create_service()
    stack.service()
    stack.ecs.update_service(cluster=NAME, service="gateway", capacityProviderStrategy=[], forceNewDeployment=True)
    service = stack.service()
    assert service["launchType"] == "EC2"
    assert "capacityProviderStrategy" not in service
    assert service["runningCount"] == 1


def test_scaling_works_when_all_else_is_gone(stack):
    balanced = stack.balance()
    balancers = [{"targetGroupArn": balanced["group"], "containerName": "gateway", "containerPort": PORT}]
    stack.create_service(loadBalancers=balancers)
    stack.service()
    stack.elbv2.delete_load_balancer(LoadBalancerArn=balanced["balancer"])
    stack.ecs.deregister_task_definition(taskDefinition="gateway:1")
    update = {"cluster": NAME, "service": "gateway"}
    with _refused("ClientException", "TaskDefinition is inactive"):
        stack.ecs.update_service(**update, forceNewDeployment=True)
    stack.ecs.update_service(**update, desiredCount=0)
    assert stack.service()["runningCount"] == 0
    stack.ecs.delete_service(**update)
    assert stack.service()["status"] == "INACTIVE"
