from __future__ import annotations

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.portkey.gateway.plugins.module_utils._elbv2.rule import ensure_absent, ensure_present
from ansible_collections.portkey.gateway.plugins.module_utils.module import KNOWN_AFTER_APPLY, GatewayError
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import FakeClient, client_error
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.elbv2_fakes import (
    BLUE,
    GREEN,
    LISTENER,
    OWN_TAGS,
    RULE,
    forward,
    not_found,
    params,
    rule,
    tags_answer,
)

CONDITIONS = [{"field": "path-pattern", "values": ["/gateway/*", "/gateway"]}]
REWRITE = {"type": "url-rewrite", "rewrites": [{"regex": "^/gateway/?(.*)$", "replace": "/$1"}]}
REWRITE_ANSWER = {
    "Type": "url-rewrite",
    "UrlRewriteConfig": {"Rewrites": [{"Regex": "^/gateway/?(.*)$", "Replace": "/$1"}]},
}
TO_BLUE = [{"type": "forward", "target_group_arn": BLUE}]
TO_GREEN = [{"type": "forward", "target_group_arn": GREEN}]
SAME = {"listener_arn": LISTENER, "priority": 100, "conditions": CONDITIONS, "actions": TO_BLUE, "tags": OWN_TAGS}
DEFAULT_RULE = rule(RuleArn=f"{RULE}-default", Priority="default", IsDefault=True, Conditions=[])


def client(*described, **script):
    answers = [{"Rules": [item, DEFAULT_RULE] if item else [DEFAULT_RULE]} for item in described]
    done = dict.fromkeys(["modify_rule", "delete_rule", "add_tags"], {})
    return FakeClient(
        "elbv2",
        **{
            "describe_rules": answers,
            "describe_tags": tags_answer(),
            "create_rule": {"Rules": [rule()]},
            **done,
            **script,
        },
    )


def present(monkeypatch, aws, check_mode=False, **options):
    return ensure_present(aws, params(monkeypatch, "elbv2_rule", **options), check_mode)


def host(*values):
    return {"Field": "host-header", "Values": list(values), "HostHeaderConfig": {"Values": list(values)}}


@pytest.mark.parametrize(
    "described, options",
    [
        (rule(), SAME),
        (rule(), {"listener_arn": LISTENER, "priority": 100}),
        (rule(), {**SAME, "transforms": []}),
        (rule(Transforms=[REWRITE_ANSWER]), {**SAME, "transforms": [REWRITE]}),
        # Not set, the transforms stay.
        (rule(Transforms=[REWRITE_ANSWER]), SAME),
        (
            rule(Conditions=[host("G.example.com"), *rule()["Conditions"]]),
            {**SAME, "conditions": [*CONDITIONS, {"field": "host-header", "values": ["g.Example.com"]}]},
        ),
        # Older answers hold the values in one place only.
        (rule(Conditions=[{"Field": "path-pattern", "Values": ["/gateway", "/gateway/*"]}]), SAME),
    ],
)
def test_what_is_right_is_left_alone(monkeypatch, described, options):
    aws = client(described)
    outcome = present(monkeypatch, aws, **options)
    assert (outcome.is_changed, aws.writes) == (False, [])
    assert outcome.result["rule"]["rule_arn"] == RULE


CHANGES = [
    (rule(), {"actions": TO_GREEN}, {"Actions": [{"Type": "forward", "TargetGroupArn": GREEN}]}),
    (
        rule(),
        {"conditions": [{"field": "host-header", "values": ["G.example.com"]}]},
        {"Conditions": [{"Field": "host-header", "HostHeaderConfig": {"Values": ["g.example.com"]}}]},
    ),
    (rule(), {"transforms": [REWRITE]}, {"Transforms": [REWRITE_ANSWER]}),
    (rule(Transforms=[REWRITE_ANSWER]), {"transforms": []}, {"ResetTransforms": True}),
]


@pytest.mark.parametrize("described, option, sent", CHANGES)
def test_only_what_differs_is_sent(monkeypatch, described, option, sent):
    aws = client(described)
    assert present(monkeypatch, aws, **{**SAME, **option}).is_changed
    assert aws.writes == ["modify_rule"]
    assert aws.sent("modify_rule") == [{"RuleArn": RULE, **sent}]


@pytest.mark.parametrize("described, option, _sent", CHANGES)
def test_check_mode_shows_the_same_change_and_writes_nothing(monkeypatch, described, option, _sent):
    planned = present(monkeypatch, aws := client(described), check_mode=True, **{**SAME, **option})
    done = present(monkeypatch, client(described), **{**SAME, **option})
    assert aws.writes == []
    assert (planned.before, planned.after) == (done.before, done.after)


@pytest.mark.parametrize("live", [forward(green=1), forward(blue=0, green=100), forward(blue=90, green=10)])
def test_the_actions_are_ecs_business_after_the_creation(monkeypatch, live):
    aws = client(rule(Actions=[live]))
    outcome = present(monkeypatch, aws, **SAME, actions_owner="ecs", transforms=[REWRITE])
    assert aws.sent("modify_rule") == [{"RuleArn": RULE, "Transforms": [REWRITE_ANSWER]}]
    assert outcome.before["actions"] == outcome.after["actions"]


def test_rules_of_other_priorities_are_other_rules(monkeypatch):
    aws = client(rule(Priority="200"), rule())
    outcome = present(monkeypatch, aws, **SAME, transforms=[REWRITE])
    assert aws.sent("create_rule")[0]["Priority"] == 100
    assert aws.sent("create_rule")[0]["Transforms"] == [REWRITE_ANSWER]
    assert aws.sent("create_rule")[0]["Conditions"] == [
        {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/gateway", "/gateway/*"]}}
    ]
    assert outcome.before is None


def test_a_retried_creation_meets_what_its_first_try_made(monkeypatch):
    taken = client_error("PriorityInUse", "Priority '100' is currently in use")
    assert present(monkeypatch, client(None, rule(), create_rule=taken), **SAME).is_changed


def test_a_priority_that_somebody_else_took_is_an_error(monkeypatch):
    taken = client_error("PriorityInUse", "Priority '100' is currently in use")
    other = rule(Conditions=[host("other.example.com")])
    with pytest.raises(AnsibleAWSError, match="currently in use"):
        present(monkeypatch, client(None, other, create_rule=taken), **SAME)


@pytest.mark.parametrize("arn", [KNOWN_AFTER_APPLY, LISTENER])
def test_creation_in_check_mode(monkeypatch, arn):
    aws = client(None)
    outcome = present(monkeypatch, aws, check_mode=True, **{**SAME, "listener_arn": arn})
    assert (outcome.is_changed, aws.writes) == (True, [])
    assert outcome.result["rule"]["rule_arn"] == KNOWN_AFTER_APPLY
    assert bool(aws.calls) == (arn == LISTENER)


def test_what_creation_needs(monkeypatch):
    with pytest.raises(GatewayError, match="set conditions and actions"):
        present(monkeypatch, client(None), listener_arn=LISTENER, priority=100)


@pytest.mark.parametrize(
    "described, check_mode, changed, writes",
    [(None, False, False, []), (rule(), True, True, []), (rule(), False, True, ["delete_rule"])],
)
def test_deletion(monkeypatch, described, check_mode, changed, writes):
    aws = client(described)
    options = params(monkeypatch, "elbv2_rule", listener_arn=LISTENER, priority=100, state="absent")
    assert (ensure_absent(aws, options, check_mode).is_changed, aws.writes) == (changed, writes)


def test_without_its_listener_it_is_absent(monkeypatch):
    aws = client(describe_rules=not_found("Listener"))
    options = params(monkeypatch, "elbv2_rule", listener_arn=LISTENER, priority=100, state="absent")
    assert not ensure_absent(aws, options, False).is_changed
