from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.portkey.gateway.plugins.filter.load_balancer_converge import load_balancer_converge
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.test_load_balancer_plan import (
    ALL,
    BLUE_GREEN,
    NAMES,
    name,
    plan,
)

TAGS = {"Project": "portkey-gateway", "Environment": "dev", "ManagedBy": "Ansible"}
TLS = {"tls_certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/1"}
OFF = {"create_lb": False}
NOTHING = {"load_balancers": [], "target_groups": []}
NO_LEFTOVERS = {
    "load_balancer": False,
    "security_group": False,
    "role": False,
    "listeners": [],
    "rules": [],
    "target_groups": [],
}
BLUE, GREEN = name("default", "blue"), name("default", "green")


def group(group_name, **fields):
    return {"target_group_name": group_name, "target_group_arn": f"arn:{group_name}", "tags": TAGS, **fields}


def entry(weights, **fields):
    """A listener or rule that forwards to target groups by name."""
    arns = {f"arn:{key}": weight for key, weight in weights.items()}
    serving = max(arns, key=lambda arn: arns[arn]) if arns else None
    return {"tags": TAGS, "target_group_weights": arns, "serving_target_group": serving, **fields}


def listener(port, weights=None, rules=(), **fields):
    return entry(
        weights or {},
        port=port,
        load_balancer_arn="arn:lb",
        listener_arn=f"arn:listener:{port}",
        rules=list(rules),
        **fields,
    )


def found(*listeners, groups=(BLUE, GREEN), **fields):
    balancer = {"load_balancer_arn": "arn:lb", "tags": TAGS, "listeners": list(listeners), **fields}
    return {"load_balancers": [balancer], "target_groups": [group(item) for item in groups]}


def converge(live, *changes):
    return load_balancer_converge(live, plan(*changes), TAGS)


def aims(items):
    return [(item.get("listener", item.get("name")), item["target_group"], item["actions_owner"]) for item in items]


BOTH = [listener(80, {BLUE: 100, GREEN: 0}), listener(8080, {GREEN: 1})]
SWAPPED = [listener(80, {BLUE: 0, GREEN: 100}), listener(8080, {BLUE: 0, GREEN: 100})]
HALFWAY = [listener(80, {BLUE: 60, GREEN: 40}), listener(8080, {GREEN: 1})]


@pytest.mark.parametrize(
    "live, changes, expected",
    [
        # New: production to blue, test to green; the actions are ECS's when it shifts, else ours.
        (NOTHING, [], [("production", BLUE, "self")]),
        (NOTHING, [BLUE_GREEN], [("production", BLUE, "ecs"), ("test", GREEN, "ecs")]),
        # A second run leaves what ECS has done.
        (found(*BOTH), [BLUE_GREEN], [("production", BLUE, "ecs"), ("test", GREEN, "ecs")]),
        (found(*SWAPPED), [BLUE_GREEN], [("production", GREEN, "ecs"), ("test", BLUE, "ecs")]),
        (found(*HALFWAY), [BLUE_GREEN], [("production", BLUE, "ecs"), ("test", GREEN, "ecs")]),
        # Back to rolling: what serves goes on serving, alone.
        (found(*SWAPPED), [], [("production", GREEN, "self")]),
        (found(*BOTH), [], [("production", BLUE, "self")]),
        # From rolling to shifting: the test listener gets the other one.
        (found(listener(80, {GREEN: 1})), [BLUE_GREEN], [("production", GREEN, "ecs"), ("test", BLUE, "ecs")]),
        # New ports: traffic goes where it went on the old one.
        (found(*SWAPPED), [BLUE_GREEN, TLS], [("production", GREEN, "ecs"), ("test", BLUE, "ecs")]),
        # A forward to something foreign is not ECS's work.
        (
            found(listener(80, {"foreign": 1}), listener(8080, {GREEN: 1})),
            [BLUE_GREEN],
            [("production", BLUE, "self"), ("test", GREEN, "ecs")],
        ),
        (found(listener(80, {"foreign": 1})), [], [("production", BLUE, "self")]),
        (found(listener(80)), [], [("production", BLUE, "self")]),
    ],
)
def test_aim_of_network_listeners(live, changes, expected):
    assert aims(converge(live, *changes)["listeners"]) == expected


def test_application_listeners_are_ours_and_their_rules_are_ecs_business():
    gateway = {name("gateway", "blue"): 0, name("gateway", "green"): 100}
    mcp = {name("mcp", "blue"): 100, name("mcp", "green"): 0}
    production = listener(80, rules=[entry(gateway, priority=100), entry(mcp, priority=200)])
    groups = [name(rule, colour) for rule in ("gateway", "mcp") for colour in ("blue", "green")]
    result = converge(found(production, groups=groups), ALL, BLUE_GREEN)
    assert aims(result["listeners"]) == [("production", None, "self"), ("test", None, "self")]
    assert aims(result["rules"]) == [
        ("production", name("gateway", "green"), "ecs"),
        ("production", name("mcp", "blue"), "ecs"),
        ("test", name("gateway", "blue"), "ecs"),
        ("test", name("mcp", "green"), "ecs"),
    ]


@pytest.mark.parametrize(
    "live, changes, expected",
    [
        (NOTHING, [], [("default", 8787, BLUE, None)]),
        (NOTHING, [BLUE_GREEN], [("default", 8787, BLUE, GREEN)]),
        # The order of a pair stays as it is, or else ECS would deploy at every run.
        (found(*SWAPPED), [BLUE_GREEN], [("default", 8787, BLUE, GREEN)]),
        (found(*SWAPPED), [], [("default", 8787, GREEN, None)]),
        (
            NOTHING,
            [ALL],
            [("gateway", 8787, name("gateway", "blue"), None), ("mcp", 8788, name("mcp", "blue"), None)],
        ),
        (found(*BOTH), [OFF], []),
    ],
)
def test_routes(live, changes, expected):
    keys = ("rule", "container_port", "target_group", "alternate_target_group")
    assert [tuple(item[key] for key in keys) for item in converge(live, *changes)["routes"]] == expected


def closed(port):
    return {"load_balancer_arn": "arn:lb", "port": port}


@pytest.mark.parametrize(
    "live, changes, expected",
    [
        (NOTHING, [], {}),
        (NOTHING, [OFF], {}),
        (found(*BOTH), [BLUE_GREEN], {}),
        # Blue/green off: the test listener, the role, and the target group that does not serve.
        (found(*BOTH), [], {"role": True, "listeners": [closed(8080)], "target_groups": [GREEN]}),
        (found(*SWAPPED), [], {"role": True, "listeners": [closed(8080)]}),
        # Killed in between: the green one is still there to tell.
        (found(listener(80, {BLUE: 1})), [], {"role": True, "target_groups": [GREEN]}),
        # TLS on: the old ports.
        (found(*BOTH), [BLUE_GREEN, TLS], {"listeners": [closed(80), closed(8080)]}),
        # Off: everything, and again after a run that was killed when only target groups were left.
        (
            found(*BOTH),
            [OFF],
            {"load_balancer": True, "security_group": True, "role": True, "target_groups": [BLUE, GREEN]},
        ),
        (
            {"load_balancers": [], "target_groups": [group(BLUE)]},
            [OFF],
            {"security_group": True, "target_groups": [BLUE]},
        ),
        # What is not ours stays.
        (found(*BOTH, tags={}), [OFF], {"security_group": True, "role": True, "target_groups": [BLUE, GREEN]}),
        (found(listener(80, {BLUE: 1}), listener(9000, tags={}), groups=[BLUE]), [], {}),
        (found(listener(80, {BLUE: 1}), listener(9000), groups=[BLUE]), [], {"listeners": [closed(9000)]}),
        ({"load_balancers": [], "target_groups": [group(BLUE, tags={"ManagedBy": "Ansible"})]}, [OFF], {}),
    ],
)
def test_leftovers(live, changes, expected):
    assert converge(live, *changes)["leftovers"] == {**NO_LEFTOVERS, **expected}


def test_rules_that_route_nothing_any_more():
    to_gateway = {name("gateway", "blue"): 1}
    rules = [entry(to_gateway, priority=priority) for priority in (100, 200)]
    foreign = entry({}, priority=300, tags={})
    live = found(listener(80, rules=[*rules, foreign]), groups=[name("gateway", "blue"), name("mcp", "blue")])
    leftovers = converge(live, {"lb_type": "application"})["leftovers"]
    assert leftovers["rules"] == [{"listener_arn": "arn:listener:80", "priority": 200}]
    assert leftovers["target_groups"] == [name("mcp", "blue")]


def test_what_was_production_redirects_and_loses_its_rules():
    rules = [entry({name("gateway", "blue"): 1}, priority=100)]
    live = found(listener(80, rules=rules), groups=[name("gateway", "blue")])
    moved = converge(live, {"lb_type": "application"}, TLS, {"http_redirect": True})
    assert [(one["name"], one["port"], one["actions_owner"]) for one in moved["listeners"]] == [
        ("production", 443, "self"),
        ("redirect", 80, "self"),
    ]
    # Traffic goes on to where it went.
    assert aims(moved["rules"]) == [("production", name("gateway", "blue"), "self")]
    assert moved["leftovers"]["rules"] == [{"listener_arn": "arn:listener:80", "priority": 100}]
    assert moved["leftovers"]["listeners"] == []


def test_without_tags_nothing_counts_as_ours():
    result = load_balancer_converge(found(*BOTH), plan(OFF), {})
    assert result["leftovers"] == NO_LEFTOVERS


def test_bad_input():
    with pytest.raises(AnsibleFilterError, match="load_balancer_converge"):
        load_balancer_converge(None, plan(), NAMES)


def test_a_listener_may_leave_out_whatever_its_specification_lets_it():
    wanted = plan()
    (production,) = wanted["listeners"]
    bare = {key: production[key] for key in ("name", "port", "protocol", "certificates")}
    answering = {**bare, "name": "test", "port": 8080, "fixed_response": {"status_code": "404"}}
    aimed = load_balancer_converge(NOTHING, {**wanted, "listeners": [bare, answering]}, TAGS)["listeners"]
    assert aimed == [{**bare, "actions_owner": "self"}, {**answering, "actions_owner": "self"}]
