"""Tasks: what they need to start, how they end, tasks of one's own."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from .ecs_stack import ACCOUNT, NAME, REGION, Stack, allow, policy


@pytest.fixture
def stack(emulator):
    return Stack(emulator)


def _first_stopped(stack: Stack, **container):
    stack.create_service(taskDefinition=stack.task_definition(stack.container(**container)))
    stack.pass_time(1, 1)
    stopped = stack.tasks(status="STOPPED")
    assert stopped, stack.events()
    return stopped[0]


PULLING = "ResourceInitializationError: unable to pull secrets or registry auth: "


@pytest.mark.parametrize("missing", ["secret", "key", "permission", "json", "deleted"])
def test_secrets_are_looked_up(stack, missing):
    arn, key = stack.secret, "KEY"
    expected = {
        "secret": "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
        "key": "retrieved secret from Secrets Manager did not contain json key OTHER",
        "permission": f"AccessDeniedException: User: arn:aws:sts::{ACCOUNT}:assumed-role/execution/",
        "json": "invalid JSON",
        "deleted": "InvalidRequestException",
    }[missing]
    if missing == "secret":
        arn = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:none-abcdef"
        stack.iam.put_role_policy(
            RoleName="execution",
            PolicyName="own",
            PolicyDocument=policy(allow("logs:*"), allow("secretsmanager:GetSecretValue")),
        )
    if missing == "key":
        key = "OTHER"
    if missing == "permission":
        stack.iam.put_role_policy(RoleName="execution", PolicyName="own", PolicyDocument=policy(allow("logs:*")))
    if missing == "json":
        stack.secrets.put_secret_value(SecretId=arn, SecretString="plain")
    if missing == "deleted":
        stack.secrets.delete_secret(SecretId=arn)
    task = _first_stopped(stack, secrets=[{"name": "A", "valueFrom": f"{arn}:{key}::"}])
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"].startswith(PULLING)
    assert expected in task["stoppedReason"]


def test_secrets_that_exist_are_good(stack):
    credentials = stack.secrets.create_secret(
        Name="docker", SecretString=json.dumps({"username": "a", "password": "b"})
    )
    stack.iam.put_role_policy(
        RoleName="execution",
        PolicyName="own",
        PolicyDocument=policy(allow("logs:*"), allow("secretsmanager:GetSecretValue")),
    )
    container = stack.container(
        secrets=[{"name": "A", "valueFrom": f"{stack.secret}:KEY::"}, {"name": "B", "valueFrom": stack.secret}],
        repositoryCredentials={"credentialsParameter": credentials["ARN"]},
    )
    stack.create_service(taskDefinition=stack.task_definition(container))
    assert stack.service()["runningCount"] == 1


def test_registry_credentials_are_looked_up(stack):
    task = _first_stopped(stack, repositoryCredentials={"credentialsParameter": stack.secret})
    assert "did not contain json key username" in task["stoppedReason"]


def test_the_log_group_must_exist(stack):
    stack.logs.delete_log_group(logGroupName=f"/ecs/{NAME}")
    task = _first_stopped(stack)
    assert task["stoppedReason"] == "Task failed to start"
    assert task["containers"][0]["reason"].endswith(
        "ResourceNotFoundException: The specified log group does not exist."
    )


def test_images_of_ecr_must_exist(stack):
    ecr = stack.emulator.client("ecr")
    stack.iam.put_role_policy(RoleName="execution", PolicyName="pull", PolicyDocument=policy(allow("ecr:*")))
    uri = ecr.create_repository(repositoryName="gateway")["repository"]["repositoryUri"]
    task = _first_stopped(stack, image=f"{uri}:1.0")
    assert task["containers"][0]["reason"].startswith("CannotPullContainerError: ")
    manifest = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json"})
    ecr.put_image(repositoryName="gateway", imageManifest=manifest, imageTag="1.0")
    stack.pass_time(2, 1)
    assert stack.service()["runningCount"] == 1


def test_without_a_way_out_no_image_comes(stack):
    stack.ec2.delete_nat_gateway(NatGatewayId=stack.nat)
    task = _first_stopped(stack)
    assert "request canceled while waiting for connection" in task["containers"][0]["reason"]


def test_a_role_that_cannot_be_assumed(stack):
    wrong = stack.role("wrong", "ec2.amazonaws.com")
    definition = stack.task_definition(taskRoleArn=wrong)
    stack.create_service(taskDefinition=definition)
    stack.pass_time(1, 1)
    expected = f"failed to launch a task with (error ECS was unable to assume the role '{wrong}' that was provided"
    assert sum(expected in event for event in stack.events()) == 1
    with pytest.raises(ClientError, match="ECS was unable to assume the role"):
        _run(stack, taskDefinition=definition)
    trust = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
    stack.iam.update_assume_role_policy(RoleName="wrong", PolicyDocument=policy(trust))
    stack.pass_time(1, 1)
    assert stack.service()["runningCount"] == 1


@pytest.mark.parametrize("account, good", [(ACCOUNT, True), ("999999999999", False)])
def test_conditions_of_a_trust_policy_count(stack, account, good):
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": ["ecs-tasks.amazonaws.com"]},
        "Action": "sts:AssumeRole",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": account},
            "ArnLike": {"aws:SourceArn": f"arn:aws:ecs:{REGION}:{account}:*"},
        },
    }
    stack.iam.update_assume_role_policy(RoleName="task", PolicyDocument=policy(trust))
    stack.create_service()
    stack.pass_time(1, 1)
    assert bool(stack.service()["runningCount"]) is good


def test_a_new_role_is_unknown_for_a_moment(slow):
    stack = Stack(slow)
    stack.pass_time(300)
    new = stack.role("new", "ecs-tasks.amazonaws.com")
    stack.create_service(taskDefinition=stack.task_definition(taskRoleArn=new))
    stack.pass_time(5)
    assert any("ECS was unable to assume the role" in event for event in stack.events())
    stack.pass_time(60)
    assert stack.service()["runningCount"] == 1


def _run(stack: Stack, **changes):
    request = {
        "cluster": NAME,
        "taskDefinition": "gateway",
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": stack.subnets}},
        **changes,
    }
    return stack.ecs.run_task(**request)


def _task(stack: Stack, arn: str):
    return stack.ecs.describe_tasks(cluster=NAME, tasks=[arn], include=["TAGS"])["tasks"][0]


def test_a_command_of_ones_own_runs_and_ends(stack):
    stack.task_definition()
    overrides = {"containerOverrides": [{"name": "gateway", "command": ["node", "migrate.js"]}]}
    (task,) = _run(stack, overrides=overrides, startedBy="me", tags=[{"key": "a", "value": "b"}])["tasks"]
    assert (task["startedBy"], task["group"]) == ("me", "family:gateway")
    done = _task(stack, task["taskArn"])
    assert (done["lastStatus"], done["stopCode"]) == ("STOPPED", "EssentialContainerExited")
    assert done["containers"][0]["exitCode"] == 0
    assert done["tags"] == [{"key": "a", "value": "b"}]
    with pytest.raises(ClientError, match="is not a container in the TaskDefinition"):
        _run(stack, overrides={"containerOverrides": [{"name": "other"}]})


def test_a_command_of_ones_own_may_fail_with_any_exit_code(stack):
    stack.task_definition()
    stack.emulator.post("tasks", service="gateway", fail="exit", exit_code=3, times=1, log=["no table users"])
    overrides = {"containerOverrides": [{"name": "gateway", "command": ["node", "migrate.js"]}]}
    (task,) = _run(stack, overrides=overrides)["tasks"]
    assert _task(stack, task["taskArn"])["containers"][0]["exitCode"] == 3


def test_a_task_is_stopped(stack):
    stack.task_definition()
    (task,) = _run(stack)["tasks"]
    assert _task(stack, task["taskArn"])["lastStatus"] == "RUNNING"
    stack.ecs.stop_task(cluster=NAME, task=task["taskArn"], reason="enough")
    stopped = _task(stack, task["taskArn"])
    assert (stopped["stopCode"], stopped["stoppedReason"]) == ("UserInitiated", "enough")
    with pytest.raises(ClientError, match="The referenced task was not found."):
        stack.ecs.stop_task(cluster=NAME, task="none")
    failures = stack.ecs.describe_tasks(cluster=NAME, tasks=["none"])["failures"]
    assert failures == [{"arn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/{NAME}/none", "reason": "MISSING"}]


def test_run_task_says_what_is_missing(emulator):
    stack = Stack(emulator)
    stack.task_definition(requiresCompatibilities=["EC2"], cpu="4096", memory="1024")
    answer = _run(stack, launchType="EC2")
    assert answer["tasks"] == []
    assert answer["failures"][0]["reason"] == "RESOURCE:CPU"


def test_a_stopped_task_of_a_service_is_replaced(stack):
    stack.create_service()
    (task,) = stack.tasks()
    stack.ecs.stop_task(cluster=NAME, task=task["taskArn"])
    stack.pass_time(2, 1)
    (new,) = stack.tasks()
    assert new["taskArn"] != task["taskArn"]


def test_tasks_are_found_by_what_they_are(stack):
    stack.create_service()
    _run(stack)
    stack.service()
    find = stack.ecs.list_tasks
    assert len(find(cluster=NAME)["taskArns"]) == 2
    assert len(find(cluster=NAME, serviceName="gateway")["taskArns"]) == 1
    assert len(find(cluster=NAME, family="gateway")["taskArns"]) == 2
    assert len(find(cluster=NAME, desiredStatus="STOPPED")["taskArns"]) == 0
    assert len(find(cluster=NAME, launchType="FARGATE")["taskArns"]) == 0
    with pytest.raises(ClientError, match="ServiceNotFoundException"):
        find(cluster=NAME, serviceName="none")


def test_exec(stack):
    stack.create_service(enableExecuteCommand=True)
    (task,) = stack.tasks()
    assert task["containers"][0]["managedAgents"][0]["lastStatus"] == "RUNNING"
    arguments = {"cluster": NAME, "task": task["taskArn"], "command": "/bin/sh"}
    session = stack.ecs.execute_command(**arguments, interactive=True)["session"]
    assert session["streamUrl"].startswith("wss://ssmmessages.")
    with pytest.raises(ClientError, match="Interactive is the only mode"):
        stack.ecs.execute_command(**arguments, interactive=False)
    (other,) = _run(stack)["tasks"]
    stack.service()
    with pytest.raises(ClientError, match="execute command was not enabled when the task was run"):
        stack.ecs.execute_command(**{**arguments, "task": other["taskArn"]}, interactive=True)


@pytest.mark.parametrize(
    "body, message",
    [
        ({"service": "x", "fail": "fire"}, "fail is 'fire'"),
        ({"fail": "image"}, "service"),
        ({"service": "x", "fail": "image", "times": 0}, "times is 0"),
    ],
)
def test_the_admin_api_refuses_what_it_does_not_know(emulator, body, message):
    with pytest.raises(ValueError, match=message):
        emulator.post("tasks", **body)


def test_tasks_write_logs(stack):
    stack.emulator.post("tasks", service="gateway", fail="exit", times=1, log=["Error: no REDIS_URL"])
    stack.create_service()
    stack.service()
    (task,) = stack.tasks(status="STOPPED")
    stream = f"gateway-service/gateway/{task['taskArn'].split('/')[-1]}"
    events = stack.logs.get_log_events(logGroupName=f"/ecs/{NAME}", logStreamName=stream)["events"]
    assert [event["message"] for event in events] == ["gateway started", "Error: no REDIS_URL"]


def test_what_the_emulator_does_not_have_is_refused(stack):
    with pytest.raises(ClientError, match="UnsupportedFeatureException"):
        stack.ecs.start_task(cluster=NAME, taskDefinition="x", containerInstances=["y"])
