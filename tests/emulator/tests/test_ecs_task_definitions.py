"""Task definitions: completed, numbered, refused, taken away."""

from __future__ import annotations

import copy

import pytest
from botocore.exceptions import ClientError

from .ecs_stack import NAME, Stack

ROLE = "arn:aws:iam::123456789012:role/execution"
CONTAINER = {"name": "one", "image": "redis:7.2-alpine", "portMappings": [{"containerPort": 6379, "name": "redis"}]}
DEFINITION = {
    "family": "redis",
    "cpu": "256",
    "memory": "512",
    "networkMode": "awsvpc",
    "requiresCompatibilities": ["EC2", "FARGATE"],
    "executionRoleArn": ROLE,
    "containerDefinitions": [CONTAINER],
}


@pytest.fixture
def ecs(emulator):
    return emulator.client("ecs")


def _definition(container: dict | None = None, **changes):
    definition = copy.deepcopy(DEFINITION)
    definition["containerDefinitions"][0].update(container or {})
    definition.update(changes)
    return {key: value for key, value in definition.items() if value is not None}


def _refused(message: str):
    return pytest.raises(ClientError, match=rf"\(ClientException\).*{message}")


def test_aws_completes_what_it_is_given(ecs):
    made = ecs.register_task_definition(
        **_definition({"healthCheck": {"command": ["CMD", "true"]}}), tags=[{"key": "a", "value": "b"}]
    )
    assert made["tags"] == [{"key": "a", "value": "b"}]
    definition = made["taskDefinition"]
    assert definition["taskDefinitionArn"].endswith(":task-definition/redis:1")
    assert (definition["revision"], definition["status"]) == (1, "ACTIVE")
    assert definition["compatibilities"] == ["EC2", "FARGATE"]
    assert {"name": "ecs.capability.task-eni"} in definition["requiresAttributes"]
    (container,) = definition["containerDefinitions"]
    assert container["portMappings"] == [{"containerPort": 6379, "hostPort": 6379, "protocol": "tcp", "name": "redis"}]
    assert container["healthCheck"] == {"command": ["CMD", "true"], "interval": 30, "timeout": 5, "retries": 3}
    assert (container["essential"], container["cpu"], container["environment"]) == (True, 0, [])


def test_sizes_are_normalized(ecs):
    made = ecs.register_task_definition(**_definition(cpu=".25 vCPU", memory="1 GB"))["taskDefinition"]
    assert (made["cpu"], made["memory"]) == ("256", "1024")


def test_revisions_are_numbered_and_never_again(ecs):
    for number in (1, 2, 3):
        made = ecs.register_task_definition(**_definition())["taskDefinition"]
        assert made["revision"] == number
    assert ecs.describe_task_definition(taskDefinition="redis")["taskDefinition"]["revision"] == 3
    ecs.deregister_task_definition(taskDefinition="redis:3")
    assert ecs.describe_task_definition(taskDefinition="redis")["taskDefinition"]["revision"] == 2
    assert ecs.describe_task_definition(taskDefinition="redis:3")["taskDefinition"]["status"] == "INACTIVE"
    failures = ecs.delete_task_definitions(taskDefinitions=["redis:2"])["failures"]
    assert "is still in ACTIVE status" in failures[0]["reason"]
    (deleted,) = ecs.delete_task_definitions(taskDefinitions=["redis:3"])["taskDefinitions"]
    assert deleted["status"] == "DELETE_IN_PROGRESS"
    with _refused("Unable to describe task definition."):
        ecs.describe_task_definition(taskDefinition="redis:3")
    assert ecs.register_task_definition(**_definition())["taskDefinition"]["revision"] == 4


def test_lists(ecs):
    for family in ("redis", "other"):
        ecs.register_task_definition(**_definition(family=family))
        ecs.register_task_definition(**_definition(family=family))
    ecs.deregister_task_definition(taskDefinition="redis:1")
    listed = ecs.list_task_definitions(familyPrefix="redis")["taskDefinitionArns"]
    assert [arn.split("/")[-1] for arn in listed] == ["redis:2"]
    listed = ecs.list_task_definitions(status="INACTIVE")["taskDefinitionArns"]
    assert [arn.split("/")[-1] for arn in listed] == ["redis:1"]
    listed = ecs.list_task_definitions(sort="DESC", maxResults=1)
    assert [arn.split("/")[-1] for arn in listed["taskDefinitionArns"]] == ["redis:2"]
    assert ecs.list_task_definition_families(status="ACTIVE")["families"] == ["other", "redis"]
    assert ecs.list_task_definition_families(familyPrefix="r")["families"] == ["redis"]


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"family": "no spaces"}, "Family contains invalid characters."),
        ({"cpu": "300"}, "No Fargate configuration exists for given values"),
        ({"memory": "4096"}, "No Fargate configuration exists for given values"),
        ({"cpu": None}, "Fargate requires that 'cpu' be defined at the task level."),
        ({"networkMode": "bridge"}, "Fargate only supports network mode"),
        ({"cpu": "64", "requiresCompatibilities": ["EC2"]}, "Invalid 'cpu' setting for task."),
        ({"executionRoleArn": "arn:aws:iam::1:user/me"}, "Role is not valid"),
        ({"container": {"name": "no spaces"}}, "Container.name contains invalid characters."),
        ({"container": {"image": ""}}, "Container.image should not be null or empty."),
        ({"container": {"essential": False}}, "must be essential"),
        ({"container": {"portMappings": [{"containerPort": 80, "hostPort": 81}]}}, "host ports and container ports"),
        ({"container": {"portMappings": [{"containerPort": 70000}]}}, "between 0 and 65535"),
        ({"container": {"portMappings": [{"containerPort": 80, "appProtocol": "http"}]}}, "must have a name"),
        ({"container": {"logConfiguration": {"logDriver": "awslogs", "options": {}}}}, "awslogs-group"),
        ({"container": {"healthCheck": {"command": ["CMD"], "interval": 1}}}, "healthCheck.interval"),
        (
            {"container": {"secrets": [{"name": "A", "valueFrom": "x"}]}, "executionRoleArn": None},
            "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
        ),
        (
            {
                "container": {
                    "secrets": [{"name": "A", "valueFrom": "x"}],
                    "environment": [{"name": "A", "value": "1"}],
                }
            },
            "The secret name must be unique and not shared with any new or existing environment variables",
        ),
        ({"container": {"cpu": 512}}, "exceeds the 'cpu' of the task"),
        ({"container": {"dependsOn": [{"containerName": "two", "condition": "START"}]}}, "does not exist"),
        ({"container": {"mountPoints": [{"sourceVolume": "data", "containerPath": "/x"}]}}, "Unknown volume"),
        ({"containerDefinitions": []}, "Container list cannot be empty."),
        (
            {"memory": None, "cpu": None, "requiresCompatibilities": ["EC2"]},
            "At least one of 'memory' or 'memoryReservation' must be specified.",
        ),
    ],
)
def test_a_definition_is_refused(ecs, changes, message):
    with _refused(message):
        ecs.register_task_definition(**_definition(**changes))


def test_a_definition_in_use_is_deleted_later(emulator):
    stack = Stack(emulator)
    stack.create_service()
    stack.ecs.deregister_task_definition(taskDefinition="gateway:1")
    stack.ecs.delete_task_definitions(taskDefinitions=["gateway:1"])
    found = stack.ecs.describe_task_definition(taskDefinition="gateway:1")["taskDefinition"]
    assert found["status"] == "DELETE_IN_PROGRESS"
    stack.ecs.delete_service(cluster=NAME, service="gateway", force=True)
    stack.service()
    with _refused("Unable to describe task definition."):
        stack.ecs.describe_task_definition(taskDefinition="gateway:1")
    with _refused("TaskDefinition not found."):
        stack.create_service("other", taskDefinition="gateway:1")
