from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._ecs.causes import (
    ADVICE,
    RULES,
    UNKNOWN,
    Evidence,
    find,
    task_text,
)
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.ecs_answers import deployment, task

PULL = (
    "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref "
    "docker.io/portkeyai/gateway_enterprise:9.9.9: not found"
)
SECRET = (
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: "
    "unable to retrieve secret from asm: AccessDeniedException: User is not authorized to perform: "
    "secretsmanager:GetSecretValue"
)
NO_ROOM = (
    "(service gateway) was unable to place a task because no container instance met all of its requirements. "
    "The closest matching (container-instance abc) has insufficient memory available."
)
NO_INSTANCE = (
    "(service gateway) was unable to place a task because no container instance met all of its requirements. "
    "Reason: No Container Instances were found in your cluster."
)
UNHEALTHY = "(service gateway) (port 8787) is unhealthy in (target-group arn) due to (reason Health checks failed)"
NO_ROLE = "(service gateway) failed to launch a task with (error ECS was unable to assume the role 'arn')."
NO_ELB = "ECS was unable to manage the ELB resources due to missing permissions on ECS Infrastructure Role 'X'."
BREAKER = "Service deployment rolled back because the circuit breaker threshold was exceeded."
ALARMED = "Service deployment rolled back because one or more alarms were triggered: 5xx."
FAILED_PAUSE = {"hookId": "ecs-pause-1", "targetType": "PAUSE", "status": "FAILED"}
LATE = {"hookId": "ecs-pause-1", "targetType": "PAUSE", "status": "TIMED_OUT"}
FAILED_HOOK = {"hookId": "h", "targetArn": "f", "status": "FAILED"}
NO_ENI = (
    "(service gateway) was unable to place a task because no container instance met all of its requirements. "
    'The closest matching (container-instance abc) encountered error "RESOURCE:ENI".'
)


def container(code=None, reason=None, name="gateway"):
    return {"name": name, **({"exitCode": code} if code is not None else {}), **({"reason": reason} if reason else {})}


@pytest.mark.parametrize(
    "stopped, category",
    [
        (task(reason=PULL), "image_pull"),
        (task(containers=[container(reason=PULL)]), "image_pull"),
        (task(reason="CannotPullContainerError: toomanyrequests: You have reached your pull rate limit"), "image_pull"),
        (task(reason=SECRET), "secret_denied"),
        (task(reason="Fetching secret data from SSM Parameter Store: AccessDeniedException"), "secret_denied"),
        (
            task(
                reason="ResourceInitializationError: failed to validate logger args: create stream has been retried 1 "
                "times: ResourceNotFoundException: The specified log group does not exist."
            ),
            "log_group",
        ),
        (task(containers=[container(137, "OutOfMemoryError: Container killed due to memory usage")]), "out_of_memory"),
        (task(containers=[container(1)]), "container_exit"),
        (task(containers=[container(0)]), "container_exit"),
        (task(reason="Task failed container health checks", containers=[container(137)]), "health_check"),
        (task(reason="Task failed ELB health checks in (target-group arn:aws:x)"), "health_check"),
        (
            task(containers=[container(reason="CannotStartContainerError: exec /app: exec format error")]),
            "wrong_architecture",
        ),
        (
            task(
                reason="CannotPullContainerError: image Manifest does not contain descriptor matching platform "
                "'linux/arm64'"
            ),
            "wrong_architecture",
        ),
        (
            task(
                containers=[
                    container(
                        reason="CannotPullContainerError: Error response from daemon: no matching manifest for "
                        "linux/arm64/v8 in the manifest list entries"
                    )
                ]
            ),
            "wrong_architecture",
        ),
        (task(reason="CannotStartContainerError: no such file"), "container_start"),
        (task(reason="Host EC2 (instance i-1) terminated."), "instance_lost"),
        (task(reason="Your Spot Task was interrupted.", stopCode="SpotInterruption"), "instance_lost"),
        (task(reason="ECS was unable to assume the role 'arn:aws:iam::1:role/x'"), "role_not_assumable"),
    ],
)
def test_a_stopped_task_names_the_cause(stopped, category):
    cause = find(Evidence(stopped_tasks=[stopped]))
    assert cause.category == category
    assert cause.advice == ADVICE[category]
    assert category in cause.sentence


@pytest.mark.parametrize(
    "event, category",
    [
        (NO_ROOM, "no_capacity"),
        (NO_INSTANCE, "no_capacity"),
        (NO_ENI, "eni_limit"),
        (UNHEALTHY, "health_check"),
        ("(service gateway) (task abc) failed container health checks.", "health_check"),
        (NO_ROLE, "role_not_assumable"),
    ],
)
def test_an_event_names_the_cause(event, category):
    assert find(Evidence(events=["(service gateway) has started 1 tasks: (task abc).", event])).category == category


@pytest.mark.parametrize(
    "event",
    [
        "(service gateway) registered 1 targets in (target-group arn)",
        "(service gateway) has started 1 tasks: (task abc).",
        "(service gateway) has reached a steady state.",
    ],
)
def test_a_good_event_is_no_cause(event):
    assert find(Evidence(events=[event])).category == UNKNOWN


@pytest.mark.parametrize(
    "the_deployment, reason, category",
    [
        (deployment("ROLLBACK_SUCCESSFUL", lifecycleHookDetails=[FAILED_HOOK]), "", "hook_failed"),
        (
            deployment("ROLLBACK_SUCCESSFUL"),
            "Service deployment rolled back because POST_SCALE_UP pause hook timed out.",
            "pause_timeout",
        ),
        (
            deployment("ROLLBACK_SUCCESSFUL", alarms={"status": "TRIGGERED", "triggeredAlarmNames": ["5xx"]}),
            "",
            "alarm",
        ),
        (None, NO_ELB, "load_balancer"),
        (None, "Service deployment was stopped by StopServiceDeployment", "stopped_by_request"),
        (None, BREAKER, "circuit_breaker"),
        # ECS ends the pauses that still wait, whatever the reason of the rollback is.
        (deployment("ROLLBACK_SUCCESSFUL", lifecycleHookDetails=[FAILED_PAUSE]), BREAKER, "circuit_breaker"),
        (deployment("ROLLBACK_SUCCESSFUL", lifecycleHookDetails=[FAILED_PAUSE]), ALARMED, "alarm"),
        (deployment("ROLLBACK_SUCCESSFUL", lifecycleHookDetails=[FAILED_PAUSE]), "", "stopped_by_request"),
        (
            deployment("ROLLBACK_SUCCESSFUL", lifecycleHookDetails=[{**LATE, "timeoutAction": "ROLLBACK"}]),
            "",
            "pause_timeout",
        ),
        (deployment("ROLLBACK_SUCCESSFUL", lifecycleHookDetails=[{**LATE, "timeoutAction": "CONTINUE"}]), "", UNKNOWN),
        (deployment("IN_PROGRESS", lifecycleHookDetails=[{**LATE, "status": "AWAITING_ACTION"}]), "", "paused"),
        (None, "Service deployment rolled back because One or more rules not found.", "load_balancer"),
        (None, "", UNKNOWN),
    ],
)
def test_the_deployment_names_the_cause(the_deployment, reason, category):
    assert find(Evidence(deployment=the_deployment, reason=reason)).category == category


def test_an_unknown_cause_still_says_what_ecs_says():
    reason = "Service deployment rolled back because the circuit breaker threshold was exceeded."
    assert reason in find(Evidence(reason=reason)).sentence


def test_tasks_without_an_instance_are_a_lack_of_capacity():
    waiting = [task(lastStatus="PROVISIONING"), task(2, lastStatus="PROVISIONING")]
    cause = find(Evidence(waiting_tasks=waiting))
    assert cause.category == "no_capacity"
    assert cause.evidence == "2 tasks wait for an instance to run on"


def test_a_hook_counts_more_than_the_tasks_that_stop_because_of_it():
    evidence = Evidence(deployment("STOPPED", lifecycleHookDetails=[FAILED_HOOK]), [task(containers=[container(1)])])
    assert find(evidence).category == "hook_failed"


def test_most_tasks_decide():
    failed_health = task(reason="Task failed container health checks")
    exited = task(containers=[container(1)])
    assert find(Evidence(stopped_tasks=[exited, failed_health, failed_health])).category == "health_check"
    assert find(Evidence(stopped_tasks=[exited, exited, failed_health])).category == "container_exit"
    assert find(Evidence(stopped_tasks=[exited, failed_health])).category == "health_check"


def test_task_text_is_one_line_of_all_that_is_said():
    stopped = task(reason="Task failed", containers=[container(137, "OOM"), container(0, name="proxy")])
    assert task_text(stopped) == "Task failed; container gateway exited with code 137 (OOM)"


def test_every_category_has_advice():
    assert all(ADVICE[rule.category] for rule in RULES)
    assert len({rule.category for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("reason, category", [(ALARMED, "alarm"), (BREAKER, "image_pull")])
def test_what_the_deployment_says_of_itself_is_believed_before_its_tasks(reason, category):
    assert find(Evidence(reason=reason, stopped_tasks=[task(reason=PULL)])).category == category
