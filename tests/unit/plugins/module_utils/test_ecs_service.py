from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._ecs import known_parameters
from ansible_collections.portkey.gateway.plugins.module_utils._ecs import service as ecs_service
from ansible_collections.portkey.gateway.plugins.module_utils._ecs.service_errors import Patience
from ansible_collections.portkey.gateway.plugins.module_utils.module import KNOWN_AFTER_APPLY, GatewayError
from ansible_collections.portkey.gateway.plugins.module_utils.wait import WaitFailed, WaitTimedOut
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    FakeClient,
    FakeModule,
    FakeTime,
    argument_spec,
    client_error,
    wrapped_error,
)
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.ecs_answers import (
    CLUSTER,
    DEFINITION,
    DEPLOYMENT,
    NAMESPACE,
    TARGET_GROUP,
    deployment,
    rollout,
    service,
    task,
)

INVALID = "InvalidParameterException"
NO_SERVICE = {"services": [], "failures": [{"reason": "MISSING"}]}
FOUND = {"services": [service()]}
ENDED = {"serviceDeployments": [deployment()]}
NEW_ENDED = {"serviceDeployments": [deployment(number=2)]}
UPDATED = service(taskDefinition=f"{DEFINITION}:2", currentServiceDeployment=f"{DEPLOYMENT}/2")
BALANCERS = [{"target_group_arn": TARGET_GROUP, "container_name": "gateway", "container_port": 8787}]


@pytest.fixture
def ensure(monkeypatch):
    spec = argument_spec("ecs_service", monkeypatch)

    def ensure_(client, check_mode=False, clients=None, **options):
        module = FakeModule(
            spec, {"ecs": client, **(clients or {})}, check_mode, cluster=CLUSTER, name="gateway", **options
        )
        ensure_.module, ensure_.time = module, FakeTime()
        return ecs_service.ensure(module, ensure_.time.clock)

    return ensure_


def creating(**script):
    return FakeClient(
        "ecs",
        **{
            "describe_services": [NO_SERVICE, FOUND],
            "create_service": {"service": service()},
            "describe_service_deployments": ENDED,
            **script,
        },
    )


def test_a_new_service_is_made_and_followed_to_the_end(ensure):
    client = creating()
    outcome = ensure(client, task_definition=f"{DEFINITION}:1", load_balancers=BALANCERS, tags={"Project": "portkey"})
    sent = client.sent("create_service")[0]
    assert sent.pop("clientToken")
    assert sent == {
        "cluster": CLUSTER,
        "serviceName": "gateway",
        "taskDefinition": f"{DEFINITION}:1",
        "desiredCount": 1,
        "loadBalancers": [{"targetGroupArn": TARGET_GROUP, "containerName": "gateway", "containerPort": 8787}],
        "tags": [{"key": "Project", "value": "portkey"}],
    }
    assert outcome.before is None
    assert outcome.after["desired_count"] == 1
    assert outcome.result["new_deployment"] is True
    assert outcome.result["deployment"]["status"] == "SUCCESSFUL"
    assert outcome.result["service"]["service_name"] == "gateway"
    assert outcome.result["cause"] is None


def test_without_waiting_nothing_is_looked_at(ensure):
    client = creating()
    outcome = ensure(client, task_definition=f"{DEFINITION}:1", wait=False)
    assert [name for name, _sent in client.calls] == ["describe_services", "create_service"]
    assert outcome.result["deployment"] is None


def test_a_service_on_every_instance_has_no_count(ensure):
    client = creating()
    ensure(client, task_definition=f"{DEFINITION}:1", scheduling_strategy="DAEMON", wait=False)
    assert "desiredCount" not in client.sent("create_service")[0]


def test_a_family_means_its_latest_revision(ensure):
    client = creating(describe_task_definition={"taskDefinition": {"taskDefinitionArn": f"{DEFINITION}:7"}})
    ensure(client, task_definition="gateway", wait=False)
    assert client.sent("create_service")[0]["taskDefinition"] == f"{DEFINITION}:7"


def test_a_definition_that_does_not_exist_is_told(ensure):
    client = creating(describe_task_definition=client_error("ClientException", "Unable to describe task definition."))
    with pytest.raises(GatewayError, match="Task definition gateway does not exist"):
        ensure(client, task_definition="gateway")
    assert client.writes == []


def test_a_namespace_may_be_given_by_name(ensure):
    client = creating()
    discovery = FakeClient(
        "servicediscovery", list_namespaces={"Namespaces": [{"Name": "portkey-dev", "Arn": NAMESPACE}]}
    )
    connect = {"enabled": True, "namespace": "portkey-dev"}
    ensure(client, clients={"servicediscovery": discovery}, service_connect_configuration=connect, wait=False)
    assert client.sent("create_service")[0]["serviceConnectConfiguration"]["namespace"] == NAMESPACE


NO_LISTENER = f"The target group with targetGroupArn {TARGET_GROUP} does not have an associated load balancer."
NO_LINKED_ROLE = "Unable to assume the service linked role. Please verify that the ECS service linked role exists."
PASSING = [
    client_error(INVALID, NO_LISTENER),
    client_error(INVALID, "Unable to Start a service that is still Draining."),
    client_error(INVALID, NO_LINKED_ROLE),
    client_error(INVALID, "Please verify that the ECS service role being passed has the proper permissions."),
    client_error("ClusterNotFoundException", "Cluster not found."),
]


@pytest.mark.parametrize("error", PASSING, ids=lambda error: error.response["Error"]["Message"][:40])
def test_what_ecs_refuses_for_a_while_is_tried_again(ensure, error):
    client = creating(create_service=[error, error, {"service": service()}])
    ensure(client, task_definition=f"{DEFINITION}:1")
    tokens = {sent["clientToken"] for sent in client.sent("create_service")}
    assert len(client.sent("create_service")) == 3
    assert len(tokens) == 1


def test_a_mistake_fails_at_once(ensure):
    client = creating(
        create_service=client_error(INVALID, "The container gateway does not exist in the task definition.")
    )
    with pytest.raises(Exception, match="Failed to create service gateway"):
        ensure(client, task_definition=f"{DEFINITION}:1")
    assert len(client.sent("create_service")) == 1
    assert ensure.time.seconds == 0


def test_a_cluster_that_does_not_come_is_not_waited_for_all_the_time(ensure):
    client = creating(create_service=client_error("ClusterNotFoundException", "Cluster not found."))
    with pytest.raises(Exception, match="Failed to create service gateway"):
        ensure(client, task_definition=f"{DEFINITION}:1")
    assert 60 <= ensure.time.seconds < 70


def test_a_target_group_that_never_gets_a_listener_ends_with_the_timeout(ensure):
    client = creating(create_service=PASSING[0])
    with pytest.raises(WaitTimedOut, match="does not have an associated load balancer"):
        ensure(client, task_definition=f"{DEFINITION}:1", wait_timeout=100)
    assert ensure.time.seconds == 100


def test_patience_begins_with_the_first_time():
    time = FakeTime()
    patience = Patience(time.clock)
    error = wrapped_error("ClusterNotFoundException")
    time.seconds = 1000
    assert patience(error)
    time.seconds += 59
    assert patience(error)
    time.seconds += 2
    assert not patience(error)
    assert not patience(wrapped_error(INVALID, "something else"))


def test_check_mode_foresees_a_service_and_makes_none(ensure):
    client = FakeClient("ecs", describe_services=NO_SERVICE)
    balancer = [{**BALANCERS[0], "target_group_arn": KNOWN_AFTER_APPLY}]
    outcome = ensure(client, check_mode=True, task_definition=KNOWN_AFTER_APPLY, load_balancers=balancer)
    assert outcome.is_changed
    assert client.writes == []
    assert outcome.result["service"]["service_arn"] == KNOWN_AFTER_APPLY


def test_check_mode_does_not_ask_for_an_unknown_cluster(monkeypatch):
    spec, client = argument_spec("ecs_service", monkeypatch), FakeClient("ecs")
    module = FakeModule(spec, {"ecs": client}, check_mode=True, cluster=KNOWN_AFTER_APPLY, name="gateway")
    assert ecs_service.ensure(module).is_changed
    assert client.calls == []


def test_an_inactive_service_is_made_anew(ensure):
    client = creating(describe_services=[{"services": [service(status="INACTIVE")]}, FOUND])
    assert ensure(client, task_definition=f"{DEFINITION}:1").is_changed
    assert client.writes == ["create_service"]


def updating(live=None, **script):
    return FakeClient(
        "ecs",
        **{
            "describe_services": [{"services": [live or service()]}, {"services": [UPDATED]}],
            "update_service": {"service": UPDATED},
            "describe_service_deployments": [ENDED, NEW_ENDED],
            **script,
        },
    )


def test_nothing_to_change_writes_nothing(ensure):
    client = updating()
    outcome = ensure(client, task_definition=f"{DEFINITION}:1", desired_count=1, tags={})
    assert not outcome.is_changed
    assert client.writes == []
    assert outcome.result["new_deployment"] is False
    assert outcome.result["changes"] == []
    assert len(client.calls) == 2


def test_all_changes_are_one_update_and_its_deployment_is_followed(ensure):
    client = updating()
    outcome = ensure(client, task_definition=f"{DEFINITION}:2", enable_execute_command=True)
    assert client.sent("update_service") == [
        {
            "cluster": CLUSTER,
            "service": "gateway",
            "taskDefinition": f"{DEFINITION}:2",
            "enableExecuteCommand": True,
        }
    ]
    assert outcome.result["new_deployment"] is True
    assert outcome.result["deployment"]["service_deployment_arn"] == f"{DEPLOYMENT}/2"
    assert outcome.after["new_deployment_for"] == ["task_definition"]
    starts = {change["field"]: change["starts_deployment"] for change in outcome.result["changes"]}
    assert starts == {"task_definition": True, "enable_execute_command": False}


def test_the_count_of_another_owner_is_left_alone(ensure):
    client = updating(service(desiredCount=3, deployments=[rollout(desired=3, running=3)]))
    assert not ensure(client, desired_count=1, desired_count_policy="create").is_changed


def test_a_changed_count_waits_for_the_tasks_whatever_became_of_the_last_deployment(ensure):
    live = service()
    scaled = service(desiredCount=2, deployments=[rollout(desired=2, running=1)])
    there = service(desiredCount=2, deployments=[rollout(desired=2, running=2)])
    client = FakeClient(
        "ecs",
        describe_services=[{"services": [item]} for item in (live, scaled, there)],
        update_service={"service": scaled},
        describe_service_deployments={"serviceDeployments": [deployment("ROLLBACK_SUCCESSFUL")]},
    )
    outcome = ensure(client, desired_count=2)
    assert outcome.result["new_deployment"] is False
    assert len(client.sent("describe_services")) == 3


def test_tags_alone_are_no_update(ensure):
    tagged = service(tags=[{"key": "a", "value": "1"}])
    client = updating(tagged, tag_resource={}, untag_resource={})
    outcome = ensure(client, tags={"b": "2"})
    assert client.writes == ["untag_resource", "tag_resource"]
    assert outcome.before["tags"] == {"a": "1"}
    assert outcome.result["service"]["tags"] == {"b": "2"}


def test_check_mode_foresees_an_update_and_makes_none(ensure):
    client = updating()
    outcome = ensure(client, check_mode=True, task_definition=KNOWN_AFTER_APPLY, tags={"b": "2"})
    assert outcome.is_changed
    assert client.writes == []
    assert outcome.result["service"]["task_definition"] == KNOWN_AFTER_APPLY
    assert outcome.result["new_deployment"] is True


def test_a_deployment_of_somebody_else_is_joined(ensure):
    client = FakeClient(
        "ecs",
        describe_services=[{"services": [service(deployments=[rollout("IN_PROGRESS", running=0)])]}, FOUND],
        describe_service_deployments=[{"serviceDeployments": [deployment("IN_PROGRESS")]}] * 3 + [ENDED],
    )
    outcome = ensure(client, task_definition=f"{DEFINITION}:1")
    assert not outcome.is_changed
    assert client.writes == []
    assert outcome.result["deployment"]["status"] == "SUCCESSFUL"
    assert ensure.time.sleeps


def test_a_joined_deployment_that_is_rolled_back_fails_the_run(ensure):
    client = FakeClient(
        "ecs",
        describe_services={"services": [service()]},
        describe_service_deployments=[
            {"serviceDeployments": [deployment("IN_PROGRESS")]},
            {"serviceDeployments": [deployment("ROLLBACK_SUCCESSFUL", statusReason="threshold")]},
        ],
        list_tasks={"taskArns": []},
    )
    with pytest.raises(WaitFailed) as caught:
        ensure(client, task_definition=f"{DEFINITION}:1")
    assert caught.value.details["changed"] is False


def test_an_own_deployment_that_is_rolled_back_fails_the_run_and_says_that_it_changed_something(ensure):
    client = updating(
        describe_service_deployments=[
            ENDED,
            {"serviceDeployments": [deployment("ROLLBACK_SUCCESSFUL", number=2, statusReason="threshold")]},
        ],
        list_tasks={"taskArns": ["t"]},
        describe_tasks={"tasks": [task(reason="Task failed container health checks")]},
    )
    with pytest.raises(WaitFailed) as caught:
        ensure(client, task_definition=f"{DEFINITION}:2")
    assert caught.value.details["changed"] is True
    assert caught.value.details["cause"]["category"] == "health_check"


def test_the_same_wish_after_a_rollback_starts_again(ensure):
    client = updating(
        describe_service_deployments=[{"serviceDeployments": [deployment("ROLLBACK_SUCCESSFUL")]}, NEW_ENDED]
    )
    outcome = ensure(client, task_definition=f"{DEFINITION}:2")
    assert client.writes == ["update_service"]
    assert outcome.result["deployment"]["status"] == "SUCCESSFUL"


def test_a_deployment_that_failed_without_a_rollback_is_forced_again(ensure):
    client = updating(
        service(taskDefinition=f"{DEFINITION}:2", deployments=[rollout("FAILED", running=0)]),
        describe_service_deployments=[{"serviceDeployments": [deployment("STOPPED")]}, NEW_ENDED],
    )
    outcome = ensure(client, task_definition=f"{DEFINITION}:2")
    assert client.sent("update_service")[0]["forceNewDeployment"] is True
    assert outcome.is_changed


def test_a_rollback_under_way_is_waited_for_before_the_next_try(ensure):
    back = {"serviceDeployments": [deployment("ROLLBACK_IN_PROGRESS")]}
    client = FakeClient(
        "ecs",
        describe_services=[FOUND, FOUND, FOUND, {"services": [UPDATED]}],
        update_service={"service": UPDATED},
        describe_service_deployments=[
            back,
            back,
            {"serviceDeployments": [deployment("ROLLBACK_SUCCESSFUL")]},
            NEW_ENDED,
        ],
    )
    ensure(client, task_definition=f"{DEFINITION}:2")
    order = [name for name, _sent in client.calls]
    assert order.index("update_service") > 5
    assert client.writes == ["update_service"]


def test_a_strategy_that_shifts_traffic_comes_in_aws_order(ensure):
    """First the load balancers by a rolling deployment, and only when that has succeeded the strategy."""
    advanced = {
        "alternate_target_group_arn": f"{TARGET_GROUP}4",
        "production_listener_rule": "arn:rule",
        "role_arn": "arn:role",
    }
    live_balancer = {"targetGroupArn": TARGET_GROUP, "containerName": "gateway", "containerPort": 8787}
    live = service(loadBalancers=[live_balancer])
    steps = iter([1, 2, 2, 2, 3, 3])

    def describe(**_names):
        return {"services": [{**live, "currentServiceDeployment": f"{DEPLOYMENT}/{next(steps)}"}]}

    client = FakeClient(
        "ecs",
        describe_services=describe,
        update_service={"service": live},
        describe_service_deployments=lambda serviceDeploymentArns: {
            "serviceDeployments": [deployment(serviceDeploymentArn=arn) for arn in serviceDeploymentArns]
        },
    )
    ensure(
        client,
        task_definition=f"{DEFINITION}:2",
        load_balancers=[{**BALANCERS[0], "advanced_configuration": advanced}],
        deployment_configuration={"strategy": "CANARY", "bake_time_in_minutes": 1},
    )
    first, second = client.sent("update_service")
    assert set(first) == {"cluster", "service", "loadBalancers"}
    assert set(second) == {"cluster", "service", "taskDefinition", "deploymentConfiguration"}
    between = [name for name, _sent in client.calls]
    assert "describe_service_deployments" in between[between.index("update_service") + 1 :]
    assert ensure.module.required_botocore == ["1.40.61"]


@pytest.mark.parametrize(
    "hook, message",
    [
        ({"target_type": "PAUSE", "lifecycle_stages": ["TEST_TRAFFIC_SHIFT"]}, "cannot be at TEST_TRAFFIC_SHIFT"),
        ({"lifecycle_stages": ["PRE_SCALE_UP"], "hook_target_arn": "arn:f"}, "needs hook_target_arn and role_arn"),
    ],
)
def test_a_hook_that_ecs_would_refuse_is_refused_before(ensure, hook, message):
    client = updating()
    with pytest.raises(GatewayError, match=message):
        ensure(client, deployment_configuration={"lifecycle_hooks": [hook]})
    assert client.writes == []


def test_what_the_installed_botocore_does_not_know_is_told():
    parameters = {
        "service": "gateway",
        "deploymentConfiguration": {
            "strategy": "ROLLING",
            "ofTomorrow": 1,
            "lifecycleHooks": [{"hookDetails": {"anything": 1}, "mood": "good"}],
        },
    }
    with pytest.raises(GatewayError) as caught:
        known_parameters.require(FakeClient("ecs"), "UpdateService", parameters)
    assert caught.value.details["unknown_parameters"] == [
        "deploymentConfiguration.lifecycleHooks[].mood",
        "deploymentConfiguration.ofTomorrow",
    ]


def test_absent_removes_and_waits_for_the_tasks(ensure):
    client = FakeClient(
        "ecs",
        describe_services=[
            FOUND,
            {"services": [service(status="DRAINING")]},
            {"services": [service(status="INACTIVE")]},
        ],
        delete_service={"service": service(status="DRAINING")},
    )
    outcome = ensure(client, state="absent")
    assert outcome.is_changed
    assert client.sent("delete_service") == [{"cluster": CLUSTER, "service": "gateway", "force": True}]
    assert len(client.sent("describe_services")) == 3


@pytest.mark.parametrize("found", [NO_SERVICE, {"services": [service(status="INACTIVE")]}])
def test_absent_already(ensure, found):
    client = FakeClient("ecs", describe_services=found)
    assert not ensure(client, state="absent").is_changed
    assert client.writes == []


def test_absent_waits_for_a_service_that_is_draining_already(ensure):
    client = FakeClient("ecs", describe_services=[{"services": [service(status="DRAINING")]}, NO_SERVICE])
    assert not ensure(client, state="absent").is_changed
    assert client.writes == []


def test_absent_tries_again_while_a_deployment_is_active(ensure):
    busy = client_error(INVALID, "The service cannot be stopped while deployments are active.")
    client = FakeClient("ecs", describe_services=[FOUND, NO_SERVICE], delete_service=[busy, {"service": service()}])
    assert ensure(client, state="absent").is_changed
    assert len(client.sent("delete_service")) == 2


def test_absent_in_check_mode_removes_nothing(ensure):
    client = FakeClient("ecs", describe_services=FOUND)
    assert ensure(client, check_mode=True, state="absent").is_changed
    assert client.writes == []


def test_no_cluster_no_service(ensure):
    client = FakeClient("ecs", describe_services=client_error("ClusterNotFoundException"))
    assert not ensure(client, state="absent").is_changed
