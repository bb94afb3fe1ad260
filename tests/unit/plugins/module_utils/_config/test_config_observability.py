"""What watches a stack: which alarms there are, what they look at, and a dashboard that can be read."""

from __future__ import annotations

import itertools
import json

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._config import alarms, dashboard, observability

APPLICATION = {"create_lb": True, "lb_type": "application"}
BLUE_GREEN = {"gateway_deployment_configuration": {"enable_blue_green": True}}
ON = {"alarms": {"enable": True}}
NOTHING = {"alarms": [], "topic": False, "rule": False, "dashboard": False}


def by_key(plan):
    return {one["name"].removeprefix("portkey-dev-"): one for one in plan["observability"]["alarms"]}


def test_without_a_word_nothing_watches(built):
    plan = built(**APPLICATION)["observability"]
    assert plan == {
        "is_on": False,
        "alarms": [],
        "topic": None,
        "rule": None,
        "dashboard": None,
        "surplus": None,
        "container_insights": {"setting": None, "tags": {}},
    }


@pytest.mark.parametrize(
    "variables, expected",
    [
        ({}, set()),
        (APPLICATION, {"target-errors", "balancer-errors", "latency", "unhealthy-targets"}),
        ({"create_lb": True}, {"target-resets", "unhealthy-targets"}),
    ],
)
def test_the_load_balancers_alarms_are_those_that_its_type_measures(built, variables, expected):
    of_stack = {f"{service}-{kind}" for service in ("redis", "gateway") for kind in ("cpu", "memory")} | {"capacity"}
    assert set(by_key(built(**ON, **variables))) == expected | of_stack


@pytest.mark.parametrize(
    "key, gone",
    [
        ("target_error_percent", {"target-errors"}),
        ("balancer_errors", {"balancer-errors"}),
        ("latency_p99_seconds", {"latency"}),
        ("unhealthy_targets", {"unhealthy-targets"}),
        ("cpu_percent", {"redis-cpu", "gateway-cpu"}),
        ("memory_percent", {"redis-memory", "gateway-memory"}),
        ("capacity_reservation_percent", {"capacity"}),
    ],
)
def test_a_threshold_of_nothing_switches_an_alarm_off(built, key, gone):
    off = built(**APPLICATION, alarms={"enable": True, key: 0})
    assert set(by_key(built(**APPLICATION, **ON))) - set(by_key(off)) == gone


def test_instances_of_others_are_not_the_stacks_to_watch(built):
    shared = {"create_cluster": False, "cluster_name": "shared", "capacity_provider_name": "theirs"}
    assert "capacity" not in by_key(built(**ON, **shared))


@pytest.mark.parametrize("longest, given, expected", [(None, None, 48.0), (900, None, 720.0), (900, 20, 20.0)])
def test_slow_is_what_is_slow_for_the_longest_request(built, longest, given, expected):
    wanted = {"enable": True, "latency_p99_seconds": given}
    plan = built(**APPLICATION, alarms=wanted, max_request_seconds=longest)
    assert by_key(plan)["latency"]["threshold"] == expected
    assert by_key(plan)["latency"]["statistic"] == "p99"


def test_errors_count_by_their_share_of_enough_requests(built):
    alarm = by_key(built(**APPLICATION, alarms={"enable": True, "target_error_minimum_requests": 50}))["target-errors"]
    expression, errors, requests = alarm["metrics"]
    assert expression["expression"] == "IF(requests >= 50, 100 * FILL(errors, 0) / requests, 0)"
    assert [errors["metric_name"], requests["metric_name"]] == ["HTTPCode_Target_5XX_Count", "RequestCount"]


@pytest.mark.parametrize(
    "variables, groups",
    [
        ({}, ["gateway blue"]),
        (BLUE_GREEN, ["gateway blue", "gateway green"]),
        (
            {
                **BLUE_GREEN,
                "server_mode": "all",
                "mcp_gateway_base_url": "https://m",
                "alb_routing_configuration": {
                    "enable_host_based_routing": True,
                    "gateway_host": "g.example.com",
                    "mcp_host": "m.example.com",
                },
            },
            ["gateway blue", "gateway green", "mcp blue", "mcp green"],
        ),
    ],
)
def test_targets_are_counted_over_all_groups_that_may_serve(built, variables, groups):
    alarm = by_key(built(**APPLICATION, **ON, **variables))["unhealthy-targets"]
    total, *metrics = alarm["metrics"]
    assert [one["dimensions"]["TargetGroup"] for one in metrics] == [f"<target_group {one}>" for one in groups]
    assert total["expression"] == " + ".join(f"FILL({one['id']}, 0)" for one in metrics)


def test_no_data_is_no_bad_news(built):
    plan = built(**APPLICATION, **BLUE_GREEN, alarms={"enable": True, "missing_tasks_minutes": 5}, **INSIGHTS)
    assert {one["treat_missing_data"] for one in plan["observability"]["alarms"]} == {"notBreaching"}
    assert by_key(plan)["redis-missing-tasks"]["evaluation_periods"] == 5


INSIGHTS = {"container_insights": "enabled"}


def test_every_alarm_tells_the_topic(built):
    own = "arn:aws:sns:us-west-2:123456789012:portkey-dev-alarms"
    theirs = "arn:aws:sns:us-west-2:111122223333:theirs"
    for given, expected in (("", own), (theirs, theirs)):
        plan = built(alarms={"enable": True, "sns_topic_arn": given})["observability"]
        assert {arn for one in plan["alarms"] for arn in one["alarm_actions"] + one["ok_actions"]} == {expected}
        assert (plan["topic"] is None) is bool(given)
        assert plan["rule"]["targets"] == {"topic": expected}


def test_only_alarms_and_the_rule_may_publish(built):
    policy = built(**ON)["observability"]["topic"]["policy"]
    of_alarms, of_rule = policy["Statement"]
    assert of_alarms["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert of_alarms["Condition"]["StringEquals"] == {"aws:SourceAccount": "123456789012"}
    assert of_rule["Condition"] == {
        "ArnEquals": {"aws:SourceArn": "arn:aws:events:us-west-2:123456789012:rule/portkey-dev-deployment-failed"}
    }
    without = built(alarms={"enable": True, "deployment_failed": False})["observability"]
    assert without["rule"] is None and len(without["topic"]["policy"]["Statement"]) == 1


def test_failed_deployments_are_those_of_the_stacks_own_services(built):
    pattern = built(**ON)["observability"]["rule"]["event_pattern"]
    assert pattern["resources"] == [
        f"arn:aws:ecs:us-west-2:123456789012:service/portkey-dev-cluster/{one}" for one in ("redis", "gateway")
    ]
    by_codedeploy = {"gateway_deployment_configuration": {"enable_blue_green": True, "controller": "codedeploy"}}
    either = built(**APPLICATION, **ON, **by_codedeploy)["observability"]["rule"]["event_pattern"]["$or"]
    assert either[0] == pattern
    assert either[1]["detail"]["application"] == ["portkey-dev"]


ROLLBACK = {"alarms": {"enable": True, "rollback": True}}
OFFERED = [f"portkey-dev-{key}" for key in ("target-errors", "balancer-errors", "latency", "unhealthy-targets")]


def gateway_alarms(plan):
    (gateway,) = [one for one in plan["services"] if one["name"] == "gateway"]
    return gateway["deployment_configuration"]["alarms"]


def test_the_alarms_are_offered_to_the_gateways_deployments(built):
    assert gateway_alarms(built(**APPLICATION, **ON)) == {"alarm_names": [], "enable": False, "rollback": False}
    watched = {"alarm_names": OFFERED, "enable": True, "rollback": True}
    assert gateway_alarms(built(**APPLICATION, **ROLLBACK)) == watched
    redis = built(**APPLICATION, **ROLLBACK)["services"][0]
    assert redis["deployment_configuration"]["alarms"]["enable"] is False


def test_they_come_beside_those_that_the_user_names(built):
    named = {"gateway_deployment_configuration": {"alarms": {"alarm_names": ["mine", OFFERED[0]], "rollback": True}}}
    assert gateway_alarms(built(**APPLICATION, **ROLLBACK, **named))["alarm_names"] == ["mine", *OFFERED]


def test_codedeploy_watches_them_as_well(built):
    by_codedeploy = {"gateway_deployment_configuration": {"enable_blue_green": True, "controller": "codedeploy"}}
    plan = built(**APPLICATION, **ROLLBACK, **by_codedeploy)["codedeploy"]
    assert plan["alarms"] == OFFERED and "stop_on_alarm" in plan["auto_rollback_events"]


def test_what_a_configuration_no_longer_has_is_surplus(built):
    live = {"alarms": ["portkey-dev-latency", "portkey-dev-capacity"], "topic": True, "rule": True, "dashboard": True}
    topic = "arn:aws:sns:us-west-2:123456789012:portkey-dev-alarms"

    def surplus(**variables):
        return built({"live_observability": live}, **variables)["observability"]["surplus"]

    assert surplus() == {
        "alarms": live["alarms"],
        "topic": topic,
        "rule": "portkey-dev-deployment-failed",
        "dashboard": "portkey-dev",
    }
    # Without a load balancer there is none of its latency.
    assert surplus(**ON, dashboard=True) == {
        "alarms": ["portkey-dev-latency"],
        "topic": "",
        "rule": "",
        "dashboard": "",
    }
    assert surplus(**ON, **APPLICATION, dashboard=True) is None


def test_insights_that_are_taken_back_become_what_the_account_has(built):
    def told(seen=None, **variables):
        return built(seen, **variables)["observability"]["container_insights"]

    assert told(**INSIGHTS) == {"setting": "enabled", "tags": {"portkey:container-insights": "enabled"}}
    assert told() == {"setting": None, "tags": {}}
    assert told({"live_insights_default": "enhanced"}) == {"setting": "enhanced", "tags": {}}


def test_tokens_become_what_cloudwatch_calls_them():
    value = {"a": ["<load_balancer>", "<target_group gateway green>"], "b": "x <load_balancer>"}
    balancer = "arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer/app/gw/50dc"
    group = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/gw-green/73e2"
    groups = {"gateway": {"green": group}}
    known = {"a": ["app/gw/50dc", "targetgroup/gw-green/73e2"], "b": "x <load_balancer>"}
    assert observability.resolved(value, balancer, groups) == known
    unknown = "(known after apply)"
    assert observability.resolved(value, "", {"gateway": {"green": None}})["a"] == [unknown, unknown]


LAYOUTS = {
    "least": {},
    "network": {"create_lb": True},
    "application": APPLICATION,
    "two colours": {**APPLICATION, **BLUE_GREEN, **ON},
    "all services": {**APPLICATION, **ON, **INSIGHTS, "dataservice_config": {"enable_dataservice": True}},
    "shared cluster": {"create_cluster": False, "cluster_name": "shared", "capacity_provider_name": "theirs"},
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_dashboard_is_a_page_without_holes_or_overlaps(built, name):
    """Every cell of the grid is of one widget; nothing sticks out; each has a title and something in it."""
    widgets = built(dashboard=True, **LAYOUTS[name])["observability"]["dashboard"]["body"]["widgets"]
    cells = [
        (x, y)
        for one in widgets
        for x in range(one["x"], one["x"] + one["width"])
        for y in range(one["y"], one["y"] + one["height"])
    ]
    bottom = max(one["y"] + one["height"] for one in widgets)
    assert len(cells) == len(set(cells))
    assert set(cells) == set(itertools.product(range(dashboard.COLUMNS), range(bottom)))
    assert widgets[0]["type"] == "text"
    for one in widgets[1:]:
        assert one["properties"]["title"]
        assert one["properties"].get("metrics") or one["properties"].get("alarms")
    titles = [one["properties"]["title"] for one in widgets[1:]]
    assert len(titles) == len(set(titles))


def test_a_dashboard_says_whose_it_is(built):
    plan = built(dashboard=True)["observability"]["dashboard"]
    assert plan["name"] == "portkey-dev"
    own = {"Project": "portkey", "Environment": "dev", "ManagedBy": "Ansible"}
    assert dashboard.tags_in(json.loads(json.dumps(plan["body"]))) == own
    assert dashboard.tags_in({"widgets": [{"type": "metric", "properties": {"title": "x"}}]}) == {}


def test_a_dashboard_shows_the_state_of_each_alarm(built):
    body = built(dashboard=True, **APPLICATION, **ON)["observability"]["dashboard"]["body"]
    (shown,) = [one["properties"]["alarms"] for one in body["widgets"] if one["type"] == "alarm"]
    assert len(shown) == 9 and all(one.startswith("arn:aws:cloudwatch:us-west-2:123456789012:alarm:") for one in shown)


def test_every_alarm_has_a_name_of_its_own(built):
    names = built()["names"]["alarms"]
    assert len(set(names.values())) == len(names)
    assert set(alarms.ROLLBACK) < set(names)
