from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._ecs import service_plan
from ansible_collections.portkey.gateway.plugins.module_utils._ecs.deployment import Observation
from ansible_collections.portkey.gateway.plugins.module_utils._ecs.service_fields import meaning, to_api, view
from ansible_collections.portkey.gateway.plugins.module_utils._ecs.service_spec import ARGUMENT_SPEC
from ansible_collections.portkey.gateway.plugins.module_utils.module import KNOWN_AFTER_APPLY, GatewayError
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import SESSION
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.ecs_answers import (
    DEFINITION,
    NAMESPACE,
    TARGET_GROUP,
    deployment,
    rollout,
    service,
)
from botocore.validate import validate_parameters

ROLE = "arn:aws:iam::123456789012:role/hook"
HOOK = {"hookTargetArn": "arn:f", "roleArn": ROLE, "lifecycleStages": ["PRE_SCALE_UP", "POST_SCALE_UP"]}
CONNECT = {
    "enabled": True,
    "namespace": NAMESPACE,
    "services": [
        {"portName": "gateway", "discoveryName": "gateway", "clientAliases": [{"port": 8787, "dnsName": "gateway"}]},
        {"portName": "mcp", "clientAliases": [{"port": 8788, "dnsName": "mcp"}]},
    ],
    "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/x"}, "secretOptions": []},
}
# Everything that the module can set, as DescribeServices shows it.
LIVE = service(
    deployments=[rollout(serviceConnectConfiguration=CONNECT)],
    capacityProviderStrategy=[
        {"capacityProvider": "b", "weight": 1, "base": 0},
        {"capacityProvider": "a", "weight": 2},
    ],
    networkConfiguration={
        "awsvpcConfiguration": {
            "subnets": ["subnet-2", "subnet-1"],
            "securityGroups": ["sg-1"],
            "assignPublicIp": "DISABLED",
        }
    },
    loadBalancers=[{"targetGroupArn": TARGET_GROUP, "containerName": "gateway", "containerPort": 8787}],
    healthCheckGracePeriodSeconds=150,
    placementConstraints=[{"type": "memberOf", "expression": "b"}, {"type": "distinctInstance"}],
    placementStrategy=[{"type": "spread", "field": "instanceId"}, {"type": "binpack", "field": "memory"}],
    availabilityZoneRebalancing="ENABLED",
    roleArn="arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
    serviceRegistries=[],
)
SAME = {
    "task_definition": f"{DEFINITION}:1",
    "desired_count": 1,
    "capacity_provider_strategy": [{"capacity_provider": "a", "weight": 2}, {"capacity_provider": "b", "weight": 1}],
    "scheduling_strategy": "REPLICA",
    "deployment_controller": "ECS",
    "deployment_configuration": {
        "strategy": "ROLLING",
        "maximum_percent": 200,
        "minimum_healthy_percent": 100,
        "deployment_circuit_breaker": {"enable": False, "rollback": False},
        "lifecycle_hooks": [],
        "alarms": {"alarm_names": [], "enable": False, "rollback": False},
    },
    "network_configuration": {
        "subnets": ["subnet-1", "subnet-2"],
        "security_groups": ["sg-1"],
        "assign_public_ip": False,
    },
    "load_balancers": [{"target_group_arn": TARGET_GROUP, "container_name": "gateway", "container_port": 8787}],
    "service_registries": [],
    "service_connect_configuration": {
        "enabled": True,
        "namespace": NAMESPACE,
        "services": [
            {"port_name": "mcp", "client_aliases": [{"port": 8788}]},
            {"port_name": "gateway", "client_aliases": [{"port": 8787, "dns_name": "gateway"}]},
        ],
        "log_configuration": {"log_driver": "awslogs", "options": {"awslogs-group": "/ecs/x"}},
    },
    "health_check_grace_period_seconds": 150,
    "placement_constraints": [{"type": "distinctInstance"}, {"type": "memberOf", "expression": "b"}],
    "placement_strategy": [{"type": "spread", "field": "host"}, {"type": "binpack", "field": "MEMORY"}],
    "availability_zone_rebalancing": "ENABLED",
    "enable_execute_command": False,
    "enable_ecs_managed_tags": False,
    "propagate_tags": "NONE",
}


def planned(wanted, the_service=LIVE, the_deployment=None, **options):
    return service_plan.plan(Observation(the_service, the_deployment or deployment()), wanted, **options)


def test_what_aws_adds_and_reorders_is_no_change():
    assert planned(SAME).request == {}
    assert planned(SAME).before == planned(SAME).after
    assert planned(SAME).deploys_for == []


@pytest.mark.parametrize("field", sorted(SAME))
def test_each_field_alone_is_no_change_either(field):
    assert planned({field: SAME[field]}).request == {}


# A field, another value of it, and whether that starts a deployment.
CHANGES = [
    ("task_definition", f"{DEFINITION}:2", True),
    ("task_definition", KNOWN_AFTER_APPLY, True),
    ("desired_count", 2, False),
    ("desired_count", 0, False),
    ("capacity_provider_strategy", [{"capacity_provider": "a", "weight": 2}], True),
    ("capacity_provider_strategy", [{"capacity_provider": "a", "weight": 3}, {"capacity_provider": "b"}], True),
    ("platform_version", "1.4.0", True),
    ("deployment_controller", "EXTERNAL", False),
    ("deployment_configuration", {"maximum_percent": 150}, False),
    ("deployment_configuration", {"minimum_healthy_percent": 50}, False),
    ("deployment_configuration", {"deployment_circuit_breaker": {"enable": True, "rollback": True}}, False),
    (
        "deployment_configuration",
        {
            "deployment_circuit_breaker": {
                "enable": False,
                "rollback": False,
                "threshold_configuration": {"type": "COUNT", "value": 5},
            }
        },
        False,
    ),
    ("deployment_configuration", {"alarms": {"alarm_names": ["5xx"], "enable": True, "rollback": True}}, False),
    ("deployment_configuration", {"strategy": "BLUE_GREEN", "bake_time_in_minutes": 1}, False),
    ("deployment_configuration", {"bake_time_in_minutes": 5}, False),
    ("deployment_configuration", {"canary_configuration": {"canary_percent": 10.5}}, False),
    ("deployment_configuration", {"linear_configuration": {"step_percent": 20.0}}, False),
    ("deployment_configuration", {"lifecycle_hooks": [{"target_type": "PAUSE", "lifecycle_stages": ["X"]}]}, False),
    ("deployment_configuration", {"early_success_criteria": {"enable": True, "healthy_percent": 50}}, False),
    ("network_configuration", {"subnets": ["subnet-1"]}, True),
    ("network_configuration", {"security_groups": ["sg-1", "sg-2"]}, True),
    ("network_configuration", {"assign_public_ip": True}, True),
    ("load_balancers", [], True),
    (
        "load_balancers",
        [{"target_group_arn": f"{TARGET_GROUP}4", "container_name": "gateway", "container_port": 8787}],
        True,
    ),
    (
        "load_balancers",
        [{"target_group_arn": TARGET_GROUP, "advanced_configuration": {"role_arn": ROLE}}],
        True,
    ),
    ("service_registries", [{"registry_arn": "arn:r"}], True),
    ("service_connect_configuration", {"enabled": False}, True),
    ("service_connect_configuration", {"enabled": True, "services": []}, True),
    (
        "service_connect_configuration",
        {"enabled": True, "access_log_configuration": {"format": "JSON"}},
        True,
    ),
    ("health_check_grace_period_seconds", 0, False),
    ("placement_constraints", [], False),
    ("placement_strategy", [{"type": "binpack", "field": "memory"}, {"type": "spread", "field": "host"}], False),
    ("availability_zone_rebalancing", "DISABLED", False),
    ("enable_execute_command", True, False),
    ("enable_ecs_managed_tags", True, False),
    ("propagate_tags", "SERVICE", False),
]


@pytest.mark.parametrize("field, value, deploys", CHANGES)
def test_what_differs_is_changed_and_nothing_else(field, value, deploys):
    coming = planned({**SAME, field: value})
    assert list(coming.request) == [field]
    assert coming.deploys_for == ([field] if deploys else [])
    assert coming.before.get(field) != coming.after.get(field)
    assert [(change["field"], change["starts_deployment"]) for change in coming.changes] == [(field, deploys)]
    assert ("new_deployment_for" in coming.shown_after) is deploys


@pytest.mark.parametrize("field, value, _deploys", CHANGES)
def test_what_is_sent_is_what_the_api_takes(field, value, _deploys):
    shape = SESSION.get_service_model("ecs").operation_model("UpdateService").input_shape
    validate_parameters({"service": "gateway", **to_api(planned({field: value}).request)}, shape)


def test_every_option_that_is_a_field_is_compared():
    about_the_run = {"state", "cluster", "name", "desired_count_policy", "force_new_deployment", "wait", "wait_timeout"}
    about_the_run |= {"rollback_on_interrupt", "progress_file"}
    fields = {field.name for field in service_plan.FIELDS}
    assert set(ARGUMENT_SPEC) - about_the_run - {"tags", "purge_tags"} == fields


def test_the_request_keeps_what_the_user_did_not_set():
    request = planned({"network_configuration": {"subnets": ["subnet-9"]}}).request
    assert to_api(request) == {
        "networkConfiguration": {
            "awsvpcConfiguration": {
                "subnets": ["subnet-9"],
                "securityGroups": ["sg-1"],
                "assignPublicIp": "DISABLED",
            }
        }
    }


def test_an_alias_keeps_its_name_and_a_service_that_is_not_named_goes():
    wanted = {"enabled": True, "services": [{"port_name": "mcp", "client_aliases": [{"port": 8788}]}]}
    request = planned({"service_connect_configuration": wanted}).request["service_connect_configuration"]
    assert request["services"] == [{"port_name": "mcp", "client_aliases": [{"port": 8788, "dns_name": "mcp"}]}]
    assert request["log_configuration"]["options"] == {"awslogs-group": "/ecs/x"}


@pytest.mark.parametrize(
    "live, wanted",
    [
        ({"lifecycleHooks": [HOOK]}, {"lifecycle_hooks": [
            {"target_type": "AWS_LAMBDA", "hook_target_arn": "arn:f", "role_arn": ROLE,
             "lifecycle_stages": ["POST_SCALE_UP", "PRE_SCALE_UP"]}]}),
        ({"lifecycleHooks": [{**HOOK, "hookDetails": {"aB": 1}}]}, {"lifecycle_hooks": [
            {"hook_target_arn": "arn:f", "role_arn": ROLE, "hook_details": {"aB": 1},
             "lifecycle_stages": ["POST_SCALE_UP", "PRE_SCALE_UP"]}]}),
        ({"lifecycleHooks": [{"targetType": "PAUSE", "lifecycleStages": ["PRE_SCALE_UP"],
                              "timeoutConfiguration": {"timeoutInMinutes": 1440, "action": "ROLLBACK"}}]},
         {"lifecycle_hooks": [{"target_type": "PAUSE", "lifecycle_stages": ["PRE_SCALE_UP"]}]}),
        ({"canaryConfiguration": {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 10}},
         {"canary_configuration": {"canary_percent": 10}}),
        ({"linearConfiguration": {"stepPercent": 10.0, "stepBakeTimeInMinutes": 6}},
         {"linear_configuration": {"step_percent": 10, "step_bake_time_in_minutes": 6}}),
        ({"deploymentCircuitBreaker": {"enable": True, "rollback": True, "resetOnHealthyTask": True,
                                       "thresholdConfiguration": {"type": "BOUNDED_PERCENT", "value": 50}}},
         {"deployment_circuit_breaker": {"enable": True, "rollback": True}}),
        ({"alarms": {"alarmNames": ["b", "a"], "enable": True, "rollback": True}},
         {"alarms": {"alarm_names": ["a", "b"], "enable": True, "rollback": True}}),
    ],
)  # fmt: skip
def test_a_deployment_configuration_that_means_the_same(live, wanted):
    the_service = service(deploymentConfiguration={**service()["deploymentConfiguration"], **live})
    assert planned({"deployment_configuration": wanted}, the_service).request == {}


def test_a_new_strategy_drops_what_belonged_to_the_old_one():
    live = {"strategy": "CANARY", "bakeTimeInMinutes": 5, "canaryConfiguration": {"canaryPercent": 10.0}}
    coming = planned(
        {"deployment_configuration": {"strategy": "LINEAR"}},
        service(deploymentConfiguration={**live, "maximumPercent": 200}),
    )
    assert coming.request["deployment_configuration"] == {
        "strategy": "LINEAR",
        "bake_time_in_minutes": 5,
        "maximum_percent": 200,
    }


@pytest.mark.parametrize(
    "field, live, wanted",
    [
        ("launch_type", {"launchType": "EC2"}, "FARGATE"),
        ("scheduling_strategy", {"schedulingStrategy": "REPLICA"}, "DAEMON"),
        ("role", {"roleArn": "arn:aws:iam::1:role/one"}, "two"),
        ("deployment_controller", {}, "CODE_DEPLOY"),
    ],
)
def test_what_cannot_be_changed_is_refused(field, live, wanted):
    with pytest.raises(GatewayError, match="cannot change"):
        planned({field: wanted}, service(**live))


@pytest.mark.parametrize(
    "field, live, wanted",
    [
        ("launch_type", {"launchType": "EC2"}, "EC2"),
        ("role", {"roleArn": "arn:aws:iam::1:role/path/one"}, "one"),
        ("scheduling_strategy", {"schedulingStrategy": "DAEMON"}, "DAEMON"),
        ("deployment_controller", {"deploymentController": {"type": "CODE_DEPLOY"}}, "CODE_DEPLOY"),
    ],
)
def test_what_cannot_be_changed_may_be_as_it_is(field, live, wanted):
    assert planned({field: wanted}, service(**live)).request == {}


def test_back_from_capacity_providers_to_the_launch_type():
    coming = planned({"launch_type": "EC2"})
    assert to_api(coming.request) == {"capacityProviderStrategy": []}
    assert coming.force


def test_from_the_launch_type_to_capacity_providers():
    wanted = {"capacity_provider_strategy": [{"capacity_provider": "a", "weight": 1}]}
    coming = planned(wanted, service(launchType="EC2"))
    assert list(coming.request) == ["capacity_provider_strategy"]
    assert coming.force


def test_another_image_moves_no_capacity_and_forces_nothing():
    assert not planned({**SAME, "task_definition": f"{DEFINITION}:9"}).force


def test_what_codedeploy_deploys_is_left_to_it():
    the_service = service(deploymentController={"type": "CODE_DEPLOY"}, deployments=[])
    wanted = {**SAME, "task_definition": f"{DEFINITION}:9", "desired_count": 4, "enable_execute_command": True}
    del wanted["deployment_controller"]
    request = planned(wanted, the_service).request
    assert "task_definition" not in request
    assert "load_balancers" not in request
    assert "enable_execute_command" not in request
    assert request["desired_count"] == 4


def test_a_service_can_leave_codedeploy():
    the_service = service(deploymentController={"type": "CODE_DEPLOY"}, deployments=[])
    wanted = {"deployment_controller": "ECS", "task_definition": f"{DEFINITION}:9"}
    assert set(planned(wanted, the_service).request) == set(wanted)


def test_a_forced_deployment():
    coming = planned(SAME, force_new_deployment=True)
    assert (coming.request, coming.force, coming.deploys_for) == ({}, True, ["force_new_deployment"])
    assert coming.shown_after != coming.before


@pytest.mark.parametrize(
    "the_deployment, restarts",
    [
        (deployment("STOPPED"), True),
        (deployment("ROLLBACK_FAILED"), True),
        (deployment("ROLLBACK_IN_PROGRESS"), False),
    ],
)
def test_a_deployment_that_failed_for_good_is_started_again(the_deployment, restarts):
    coming = planned({}, service(deployments=[rollout("FAILED", running=0)]), the_deployment)
    assert coming.force is restarts
    assert bool(coming.deploys_for) is restarts


def test_after_a_rollback_the_wanted_definition_differs_again():
    rolled_back = service(taskDefinition=f"{DEFINITION}:1")
    coming = planned({"task_definition": f"{DEFINITION}:2"}, rolled_back, deployment("ROLLBACK_SUCCESSFUL"))
    assert coming.deploys_for == ["task_definition"]


NEW_IMAGE = {"task_definition": f"{DEFINITION}:2"}
SHIFTING = {"deploymentConfiguration": {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 1}}


@pytest.mark.parametrize(
    "wanted, live, status, settles",
    [
        (NEW_IMAGE, {}, "SUCCESSFUL", False),
        (NEW_IMAGE, {}, "IN_PROGRESS", False),
        (NEW_IMAGE, {}, "ROLLBACK_IN_PROGRESS", True),
        (NEW_IMAGE, SHIFTING, "IN_PROGRESS", True),
        (NEW_IMAGE, SHIFTING, "SUCCESSFUL", False),
        ({"desired_count": 5}, SHIFTING, "IN_PROGRESS", False),
        ({"deployment_configuration": {"strategy": "CANARY"}}, {}, "IN_PROGRESS", True),
        ({"deployment_configuration": {"maximum_percent": 150}}, SHIFTING, "IN_PROGRESS", False),
        ({"deployment_controller": "EXTERNAL"}, {}, "PENDING", True),
    ],
)
def test_what_has_to_end_first(wanted, live, status, settles):
    seen = Observation(service(**live), deployment(status))
    assert service_plan.must_settle_first(seen, service_plan.plan(seen, wanted)) is settles


def test_the_second_target_group_comes_by_a_rolling_deployment_before_the_strategy():
    balancer = {"target_group_arn": TARGET_GROUP, "advanced_configuration": {"role_arn": ROLE}}
    shifting = {"strategy": "CANARY"}
    wanted = {**NEW_IMAGE, "load_balancers": [balancer], "deployment_configuration": shifting}
    first, second = service_plan.steps(planned(wanted))
    assert list(first) == ["load_balancers"]
    assert list(second) == ["task_definition", "deployment_configuration"]
    assert len(service_plan.steps(planned({**NEW_IMAGE, "deployment_configuration": shifting}))) == 1
    assert len(service_plan.steps(planned({**NEW_IMAGE, "load_balancers": [balancer]}))) == 1


def test_another_controller_comes_alone():
    """CODE_DEPLOY refuses what ECS takes, until the service is ECS's again."""
    live = service(deploymentController={"type": "CODE_DEPLOY"})
    balancer = {"target_group_arn": TARGET_GROUP, "advanced_configuration": {"role_arn": ROLE}}
    wanted = {
        **NEW_IMAGE,
        "deployment_controller": "ECS",
        "load_balancers": [balancer],
        "deployment_configuration": {"strategy": "CANARY"},
    }
    found = service_plan.steps(service_plan.plan(Observation(live), wanted))
    assert [list(step) for step in found] == [
        ["deployment_controller"],
        ["load_balancers"],
        ["task_definition", "deployment_configuration"],
    ]


SHIFTED = service(
    loadBalancers=[
        {
            "targetGroupArn": TARGET_GROUP,
            "containerName": "gateway",
            "containerPort": 8787,
            "advancedConfiguration": {"alternateTargetGroupArn": f"{TARGET_GROUP}4", "roleArn": ROLE},
        }
    ],
    deploymentConfiguration={"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 5, "lifecycleHooks": [HOOK]},
)


def test_back_to_rolling_nothing_stays_of_the_second_target_group_and_of_the_bake_time():
    rolling = {"load_balancers": SAME["load_balancers"], "deployment_configuration": {"strategy": "ROLLING"}}
    coming = planned(rolling, SHIFTED)
    assert coming.request["load_balancers"] == SAME["load_balancers"]
    configuration = coming.request["deployment_configuration"]
    assert configuration == {"strategy": "ROLLING", "bake_time_in_minutes": 0, "lifecycle_hooks": []}
    assert coming.deploys_for == ["load_balancers"]
    # Where the strategy stays, so does what the user does not name.
    assert planned({"load_balancers": SAME["load_balancers"]}, SHIFTED).request == {}
    # A run that ended between the two is made good.
    half = {**SHIFTED, "deploymentConfiguration": {"strategy": "ROLLING"}}
    assert list(planned(rolling, half).request) == ["load_balancers"]
    # On the way to a strategy that shifts traffic, the second target group comes first.
    advanced = [{**SAME["load_balancers"][0], "advanced_configuration": {"role_arn": ROLE}}]
    assert planned({"load_balancers": advanced}, half).request == {}


def test_view_of_a_bare_service():
    assert view({"serviceName": "x", "status": "ACTIVE"}) == {}


def test_a_count_of_nothing_is_a_count():
    assert meaning({"desired_count": 0}) == {"desired_count": 0}
