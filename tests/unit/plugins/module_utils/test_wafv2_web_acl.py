"""The module wafv2_web_acl: what differs is written, and whose load balancers are whose."""

from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._wafv2 import web_acl
from ansible_collections.portkey.gateway.plugins.module_utils.module import GatewayError
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    FakeClient,
    FakeModule,
    FakeTime,
    argument_spec,
    client_error,
)

NAME, ARN = "front", "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/front/1"
LB = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/lb/1"
GROUP = {"name": "AWSManagedRulesCommonRuleSet", "counted_rules": ["SizeRestrictions_BODY"]}
SUMMARY = {"Name": NAME, "Id": "1", "ARN": ARN, "LockToken": "t" * 36}
WANTED = {"name": NAME, "managed_rule_groups": [GROUP], "rate_limit": 2000, "load_balancers": [LB]}


@pytest.fixture
def run(monkeypatch):
    time = FakeTime()
    keep_trying = web_acl.wait.keep_trying
    monkeypatch.setattr(
        web_acl.wait, "keep_trying", lambda *args, **more: keep_trying(*args, **{**more, "clock": time.clock})
    )
    spec = argument_spec("wafv2_web_acl", monkeypatch)
    return lambda client, check_mode=False, **options: web_acl.ensure(
        FakeModule(spec, {"wafv2": client}, check_mode, **{**WANTED, **options})
    )


def rules(**changes):
    asked = {"managed_rule_groups": [{"count_only": False, **GROUP}], "rate_limit": 2000, "sampled_requests": False}
    return web_acl.api_rules({**asked, **changes})


def client(is_there=True, found=None, behind=(LB,), **script):
    acl = {
        "Name": NAME,
        "Id": "1",
        "ARN": ARN,
        "DefaultAction": {"Allow": {}},
        "Rules": found or rules(),
        "VisibilityConfig": {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": True, "MetricName": NAME},
    }
    script = {
        "list_web_acls": {"WebACLs": [SUMMARY] if is_there else []},
        "get_web_acl": {"WebACL": acl, "LockToken": "t" * 36},
        "list_tags_for_resource": {"TagInfoForResource": {"TagList": []}},
        "list_resources_for_web_acl": {"ResourceArns": list(behind)},
        "get_web_acl_for_resource": {},
        **script,
    }
    return FakeClient("wafv2", **script)


def test_as_it_is_wanted_it_is_left_alone(run):
    waf = client()
    assert not run(waf).is_changed and waf.writes == []


def test_a_new_one_takes_the_load_balancer_as_soon_as_waf_does(run):
    waf = client(
        is_there=False,
        create_web_acl={"Summary": SUMMARY},
        associate_web_acl=[client_error("WAFUnavailableEntityException"), {}],
    )
    outcome = run(waf)
    assert waf.writes == ["create_web_acl", "associate_web_acl", "associate_web_acl"]
    (sent,) = waf.sent("create_web_acl")
    assert [(one["Name"], one["Priority"]) for one in sent["Rules"]] == [("rate-limit", 0), (GROUP["name"], 1)]
    assert outcome.before is None and outcome.after["load_balancers"] == [LB]


def test_check_mode_only_tells(run):
    waf = client(is_there=False)
    outcome = run(waf, check_mode=True, load_balancers=["(known after apply)"])
    assert outcome.is_changed and waf.writes == []


@pytest.mark.parametrize(
    "found",
    [
        rules(rate_limit=100),
        rules(rate_limit=None),
        rules(sampled_requests=True),
        rules(managed_rule_groups=[{**GROUP, "count_only": True}]),
        rules(managed_rule_groups=[{**GROUP, "count_only": False, "counted_rules": []}]),
        [*rules(), {**rules()[0], "Name": "mine", "Priority": 9}],
        [{**rules()[0], "Statement": {"GeoMatchStatement": {"CountryCodes": ["AQ"]}}}, rules()[1]],
    ],
)
def test_what_differs_is_written_with_the_token_that_was_read(run, found):
    waf = client(found=found, update_web_acl={})
    assert run(waf).is_changed and waf.writes == ["update_web_acl"]
    assert waf.sent("update_web_acl")[0]["LockToken"] == "t" * 36
    assert waf.sent("update_web_acl")[0]["Rules"] == rules()


def test_a_load_balancer_of_another_web_acl_is_refused(run):
    other = {"WebACL": {"Name": "theirs", "Id": "2", "ARN": "arn:2", "DefaultAction": {}, "VisibilityConfig": {}}}
    waf = client(behind=(), get_web_acl_for_resource=other)
    with pytest.raises(GatewayError, match="behind the web ACL theirs"):
        run(waf)
    assert waf.writes == []


def test_one_that_is_no_longer_wanted_is_taken_from_behind_it(run):
    waf = client(disassociate_web_acl={})
    run(waf, load_balancers=[])
    assert waf.writes == ["disassociate_web_acl"]


def test_deleting_it_lets_load_balancers_go_first_and_does_not_give_up_at_once(run):
    waf = client(
        disassociate_web_acl={},
        delete_web_acl=[
            client_error("WAFAssociatedItemException"),
            client_error("WAFOptimisticLockException"),
            client_error("WAFNonexistentItemException"),
        ],
    )
    outcome = run(waf, state="absent")
    assert waf.writes == ["disassociate_web_acl", *["delete_web_acl"] * 3]
    assert outcome.is_changed and outcome.after is None


def test_all_pages_are_read():
    pages = [{"WebACLs": [{"Name": "a"}], "NextMarker": "a"}, {"WebACLs": [SUMMARY]}]
    waf = FakeClient("wafv2", list_web_acls=pages)
    assert web_acl.find(waf, NAME) == SUMMARY
    assert waf.sent("list_web_acls")[1]["NextMarker"] == "a"
