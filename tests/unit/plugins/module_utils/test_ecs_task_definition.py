from __future__ import annotations

import copy

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._ecs import task_definition
from ansible_collections.portkey.gateway.plugins.module_utils._ecs.coerce import coerced
from ansible_collections.portkey.gateway.plugins.module_utils._ecs.task_definition_compare import meaning
from ansible_collections.portkey.gateway.plugins.module_utils.module import KNOWN_AFTER_APPLY, GatewayError
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    FakeClient,
    FakeModule,
    argument_spec,
    client_error,
)

ARN = "arn:aws:ecs:us-east-1:123456789012:task-definition/gateway:3"
WRITTEN = {
    "family": "gateway",
    "networkMode": "awsvpc",
    "cpu": "256",
    "memory": "1024",
    "requiresCompatibilities": ["EC2", "FARGATE"],
    "containerDefinitions": [
        {
            "name": "gateway",
            "image": "portkeyai/gateway_enterprise:2.16.0",
            "portMappings": [
                {"containerPort": 8787, "name": "gateway", "appProtocol": "http"},
                {"containerPort": 8788, "name": "mcp", "appProtocol": "http"},
            ],
            "environment": [{"name": "PORT", "value": "8787"}, {"name": "SERVER_MODE", "value": ""}],
            "secrets": [{"name": "B", "valueFrom": "arn:b"}, {"name": "A", "valueFrom": "arn:a"}],
            "healthCheck": {"command": ["CMD-SHELL", "wget"], "startPeriod": 60},
            "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/g"}},
        }
    ],
}
# The same as DescribeTaskDefinition gives it back.
DESCRIBED = {
    **WRITTEN,
    "taskDefinitionArn": ARN,
    "revision": 3,
    "status": "ACTIVE",
    "compatibilities": ["EC2", "FARGATE"],
    "requiresAttributes": [{"name": "ecs.capability.task-eni"}],
    "requiresCompatibilities": ["FARGATE", "EC2"],
    "volumes": [],
    "placementConstraints": [],
    "containerDefinitions": [
        {
            "name": "gateway",
            "image": "portkeyai/gateway_enterprise:2.16.0",
            "cpu": 0,
            "essential": True,
            "mountPoints": [],
            "volumesFrom": [],
            "systemControls": [],
            "portMappings": [
                {"containerPort": 8788, "hostPort": 8788, "protocol": "tcp", "name": "mcp", "appProtocol": "http"},
                {"containerPort": 8787, "hostPort": 8787, "protocol": "tcp", "name": "gateway", "appProtocol": "http"},
            ],
            "environment": [{"name": "SERVER_MODE", "value": ""}, {"name": "PORT", "value": "8787"}],
            "secrets": [{"name": "A", "valueFrom": "arn:a"}, {"name": "B", "valueFrom": "arn:b"}],
            "healthCheck": {
                "command": ["CMD-SHELL", "wget"],
                "interval": 30,
                "timeout": 5,
                "retries": 3,
                "startPeriod": 60,
            },
            "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/g"}, "secretOptions": []},
        }
    ],
}


def with_container(**fields):
    changed = copy.deepcopy(WRITTEN)
    changed["containerDefinitions"][0].update(fields)
    return changed


def test_what_aws_adds_and_reorders_means_nothing():
    assert meaning(WRITTEN) == meaning(DESCRIBED)


@pytest.mark.parametrize(
    "other",
    [
        with_container(image="portkeyai/gateway_enterprise:2.17.0"),
        with_container(essential=False),
        with_container(command=["b", "a"]),
        with_container(healthCheck={"command": ["CMD-SHELL", "wget"], "startPeriod": 60, "interval": 10}),
        with_container(environment=[{"name": "PORT", "value": "8787"}]),
        with_container(environment=[{"name": "PORT", "value": "9"}, {"name": "SERVER_MODE", "value": ""}]),
        with_container(secrets=[{"name": "A", "valueFrom": "arn:b"}, {"name": "B", "valueFrom": "arn:a"}]),
        with_container(repositoryCredentials={"credentialsParameter": "arn:c"}),
        with_container(portMappings=[]),
        {**WRITTEN, "cpu": "512"},
        {**WRITTEN, "memory": "2048"},
        {**WRITTEN, "networkMode": "bridge"},
        {**WRITTEN, "requiresCompatibilities": ["EC2"]},
        {**WRITTEN, "taskRoleArn": "arn:role"},
        {**WRITTEN, "executionRoleArn": f"arn:{KNOWN_AFTER_APPLY}"},
        {**WRITTEN, "runtimePlatform": {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"}},
        {**WRITTEN, "volumes": [{"name": "data"}]},
    ],
)
def test_what_a_task_would_notice_differs(other):
    assert meaning(other) != meaning(DESCRIBED)


@pytest.mark.parametrize(
    "one, other",
    [
        ({"cpu": "1024"}, {"cpu": "1 vCPU"}),
        ({"cpu": "256"}, {"cpu": ".25 vcpu"}),
        ({"memory": "2048"}, {"memory": "2 GB"}),
        ({"memory": "512"}, {"memory": "0.5GB"}),
        ({}, {"networkMode": "bridge"}),
        ({}, {"runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"}}),
        ({"volumes": [{"name": "data"}]}, {"volumes": [{"name": "data", "host": {}}]}),
        (
            {"containerDefinitions": [{"name": "a"}, {"name": "b"}]},
            {"containerDefinitions": [{"name": "b"}, {"name": "a", "dockerLabels": {}}]},
        ),
        (
            {"containerDefinitions": [{"name": "a", "portMappings": [{"containerPort": 80}]}]},
            {"containerDefinitions": [{"name": "a", "portMappings": [{"containerPort": 80, "hostPort": 0}]}]},
        ),
    ],
)
def test_several_ways_to_say_the_same(one, other):
    assert meaning(one) == meaning(other)


def test_a_fixed_host_port_on_a_bridge_is_a_difference():
    ports = [{"containerPort": 80, "hostPort": 80}]
    container = {"name": "a", "portMappings": ports}
    assert meaning({"containerDefinitions": [container]})["containerDefinitions"][0]["portMappings"] == ports


def test_text_and_numbers_become_what_the_api_wants():
    container = {
        "name": "a",
        "memory": "512",
        "essential": "false",
        "portMappings": [{"containerPort": "80"}],
        "environment": [{"name": "A", "value": 1}, {"name": "B", "value": True}],
        "dockerLabels": {"x": 1},
        "nonsense": "stays for botocore to complain about",
    }
    assert coerced(FakeClient("ecs"), "RegisterTaskDefinition", {"containerDefinitions": [container]}) == {
        "containerDefinitions": [
            {
                "name": "a",
                "memory": 512,
                "essential": False,
                "portMappings": [{"containerPort": 80}],
                "environment": [{"name": "A", "value": "1"}, {"name": "B", "value": "true"}],
                "dockerLabels": {"x": "1"},
                "nonsense": "stays for botocore to complain about",
            }
        ]
    }


NO_SUCH = client_error("ClientException", "Unable to describe task definition.")


@pytest.fixture
def ensure(monkeypatch):
    spec = argument_spec("ecs_task_definition", monkeypatch)

    def ensure_(client, check_mode=False, **options):
        return task_definition.ensure(FakeModule(spec, {"ecs": client}, check_mode, family="gateway", **options))

    return ensure_


OPTIONS = {
    "container_definitions": WRITTEN["containerDefinitions"],
    "cpu": "256",
    "memory": "1024",
    "network_mode": "awsvpc",
    "requires_compatibilities": ["EC2", "FARGATE"],
}


def test_the_same_content_registers_nothing(ensure):
    client = FakeClient("ecs", describe_task_definition={"taskDefinition": DESCRIBED, "tags": []})
    outcome = ensure(client, **OPTIONS)
    assert not outcome.is_changed
    assert client.writes == []
    assert outcome.result["task_definition"]["task_definition_arn"] == ARN
    assert outcome.result["task_definition"]["container_definitions"][0]["portMappings"][0]["hostPort"] == 8788


def test_other_content_registers_a_revision_that_keeps_its_tags(ensure):
    described = {"taskDefinition": DESCRIBED, "tags": [{"key": "a", "value": "1"}]}
    registered = {"taskDefinition": {**DESCRIBED, "revision": 4}, "tags": []}
    client = FakeClient("ecs", describe_task_definition=described, register_task_definition=registered)
    outcome = ensure(client, **{**OPTIONS, "cpu": "512"})
    assert outcome.is_changed
    assert client.writes == ["register_task_definition"]
    sent = client.sent("register_task_definition")[0]
    assert sent["cpu"] == "512"
    assert sent["tags"] == [{"key": "a", "value": "1"}]
    assert outcome.before["cpu"] == "256"
    assert outcome.after["cpu"] == "512"
    assert outcome.result["task_definition"]["revision"] == 4


def test_a_new_family(ensure):
    client = FakeClient("ecs", describe_task_definition=NO_SUCH, register_task_definition={"taskDefinition": DESCRIBED})
    outcome = ensure(client, **OPTIONS, tags={"a": "1"})
    assert outcome.before is None
    assert client.sent("register_task_definition")[0]["tags"] == [{"key": "a", "value": "1"}]


@pytest.mark.parametrize(
    "between, ended",
    [
        ({}, True),
        ({"status": "INACTIVE"}, False),
        ({"cpu": "512"}, False),
    ],
)
def test_of_two_equal_revisions_after_a_lost_answer_the_first_is_ended(ensure, between, ended):
    twin = {**DESCRIBED, **between}
    described = [NO_SUCH, {"taskDefinition": twin, "tags": []}]
    client = FakeClient(
        "ecs",
        describe_task_definition=described,
        register_task_definition={"taskDefinition": {**DESCRIBED, "revision": 4}},
        deregister_task_definition={"taskDefinition": {}},
    )
    assert ensure(client, **OPTIONS).result["task_definition"]["revision"] == 4
    assert client.sent("describe_task_definition")[1]["taskDefinition"] == "gateway:3"
    assert client.sent("deregister_task_definition") == ([{"taskDefinition": ARN}] if ended else [])


def test_check_mode_foresees_a_revision_and_registers_none(ensure):
    client = FakeClient("ecs", describe_task_definition=NO_SUCH)
    outcome = ensure(client, check_mode=True, **OPTIONS, execution_role_arn=KNOWN_AFTER_APPLY)
    assert outcome.is_changed
    assert client.writes == []
    assert outcome.result["task_definition"]["task_definition_arn"] == KNOWN_AFTER_APPLY


def test_other_tags_alone_register_nothing(ensure):
    described = {"taskDefinition": DESCRIBED, "tags": [{"key": "a", "value": "1"}]}
    client = FakeClient("ecs", describe_task_definition=described, tag_resource={}, untag_resource={})
    outcome = ensure(client, **OPTIONS, tags={"b": "2"})
    assert outcome.is_changed
    assert client.writes == ["untag_resource", "tag_resource"]
    assert client.sent("tag_resource")[0]["resourceArn"] == ARN


def test_another_error_is_not_an_absent_family(ensure):
    client = FakeClient("ecs", describe_task_definition=client_error("AccessDeniedException", "no"))
    with pytest.raises(Exception, match="Failed to describe task definition gateway"):
        ensure(client, **OPTIONS)


def test_absent_deregisters_and_deletes_every_revision_of_exactly_this_family(ensure):
    lists = {
        "ACTIVE": [ARN, "arn:aws:ecs:us-east-1:123456789012:task-definition/gateway-other:1"],
        "INACTIVE": [f"arn:aws:ecs:us-east-1:123456789012:task-definition/gateway:{n}" for n in range(10, 21)],
    }
    client = FakeClient(
        "ecs",
        list_task_definitions=lambda status, **_rest: {"taskDefinitionArns": lists[status]},
        deregister_task_definition={"taskDefinition": {}},
        delete_task_definitions={"taskDefinitions": [], "failures": []},
    )
    assert ensure(client, state="absent").is_changed
    assert client.sent("deregister_task_definition") == [{"taskDefinition": ARN}]
    assert [len(call["taskDefinitions"]) for call in client.sent("delete_task_definitions")] == [10, 2]
    lists["ACTIVE"], lists["INACTIVE"] = [], []
    assert not ensure(client, state="absent").is_changed


def inactive_and_refused(reason):
    return FakeClient(
        "ecs",
        list_task_definitions=lambda status, **_rest: {"taskDefinitionArns": [ARN] if status == "INACTIVE" else []},
        delete_task_definitions={"failures": [{"arn": ARN, "reason": reason}]},
    )


def test_a_revision_that_ecs_does_not_delete_is_told(ensure):
    with pytest.raises(GatewayError, match="gateway:3: in use"):
        ensure(inactive_and_refused("in use"), state="absent")


def test_a_revision_whose_deletion_had_no_answer_is_gone(ensure):
    assert ensure(inactive_and_refused("The specified task definition does not exist."), state="absent").is_changed


RUNS = f"{ARN[:-1]}2"


@pytest.fixture
def copied(monkeypatch):
    """The outcome of a copy of a described revision, and what was registered for it."""
    spec = argument_spec("ecs_task_definition", monkeypatch)

    def copied_(original, latest, check_mode=False, **options):
        found = {RUNS: original, "gateway": latest}

        def describe(taskDefinition, include):
            if found[taskDefinition] is None:
                raise client_error("ClientException", "Unable to describe task definition.")
            return {"taskDefinition": found[taskDefinition], "tags": [{"key": "Project", "value": "portkey"}]}

        client = FakeClient(
            "ecs",
            describe_task_definition=describe,
            register_task_definition=lambda **sent: {
                "taskDefinition": {**sent, "taskDefinitionArn": ARN, "revision": 1, "tags": []}
            },
        )
        module = FakeModule(spec, {"ecs": client}, check_mode, family="gateway", copy_of=RUNS, **options)
        return task_definition.ensure(module), client

    return copied_


def described(image, **fields):
    found = copy.deepcopy({**DESCRIBED, **fields})
    found["containerDefinitions"][0]["image"] = image
    return found


def test_a_copy_differs_in_its_images_and_in_nothing_else(copied):
    original = described("gateway:1", taskDefinitionArn=RUNS, ephemeralStorage={"sizeInGiB": 30})
    outcome, client = copied(original, original, images={"gateway": "gateway:2"})
    (sent,) = client.sent("register_task_definition")
    assert sent.pop("tags") == [{"key": "Project", "value": "portkey"}]
    assert meaning(sent) == meaning(described("gateway:2", ephemeralStorage={"sizeInGiB": 30}))
    assert "revision" not in sent
    assert outcome.is_changed
    assert outcome.before["container_definitions"] != outcome.after["container_definitions"]


@pytest.mark.parametrize("images", [None, {}, {"gateway": "gateway:1"}])
def test_a_copy_without_a_difference_is_the_revision_itself(copied, images):
    original = described("gateway:1", taskDefinitionArn=RUNS)
    outcome, client = copied(original, described("gateway:2"), **({"images": images} if images is not None else {}))
    assert client.writes == []
    assert not outcome.is_changed
    assert outcome.result["task_definition"]["task_definition_arn"] == RUNS


def test_a_copy_that_is_the_latest_revision_already_is_not_made_again(copied):
    """After a deployment that was rolled back, the same image is tried again."""
    outcome, client = copied(described("gateway:1"), described("gateway:2"), images={"gateway": "gateway:2"})
    assert client.writes == []
    assert outcome.result["task_definition"]["task_definition_arn"] == ARN


def test_a_copy_in_check_mode(copied):
    outcome, client = copied(described("gateway:1"), described("gateway:1"), True, images={"gateway": "gateway:2"})
    assert client.writes == []
    assert outcome.is_changed
    assert outcome.result["task_definition"]["task_definition_arn"] == KNOWN_AFTER_APPLY


@pytest.mark.parametrize(
    "original, images, message",
    [
        (None, {}, "There is no task definition"),
        (DESCRIBED, {"sidecar": "x:1"}, "has no container sidecar"),
    ],
)
def test_a_copy_of_what_is_not_there(copied, original, images, message):
    with pytest.raises(GatewayError, match=message):
        copied(original, DESCRIBED, images=images)
