from __future__ import annotations

from ansible_collections.portkey.gateway.plugins.module_utils._elbv2.info import gather
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import FakeClient
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.elbv2_fakes import (
    BLUE,
    GREEN,
    OWN_TAGS,
    balancer,
    forward,
    group,
    listener,
    not_found,
    rule,
    tags_answer,
)


def client(**script):
    return FakeClient(
        "elbv2",
        **{
            "describe_load_balancers": {"LoadBalancers": [balancer(Type="application")]},
            "describe_listeners": {"Listeners": [listener(Protocol="HTTP")]},
            "describe_rules": {"Rules": [rule(Actions=[forward(blue=0, green=100)]), rule(IsDefault=True)]},
            "describe_target_groups": {"TargetGroups": [group(), group(TargetGroupName="another")]},
            "describe_tags": tags_answer(),
            **script,
        },
    )


def test_a_load_balancer_with_all_that_it_has():
    found = gather(client(), ["portkey-dev-lb"], ["portkey-dev-default-blue", "not-there"])
    seen = found["load_balancers"][0]["listeners"][0]
    assert seen["target_group_weights"] == {BLUE: 1}
    assert seen["serving_target_group"] == BLUE
    assert [item["priority"] for item in seen["rules"]] == [100]
    assert seen["rules"][0]["target_group_weights"] == {BLUE: 0, GREEN: 100}
    assert seen["rules"][0]["serving_target_group"] == GREEN
    assert [item["target_group_name"] for item in found["target_groups"]] == ["portkey-dev-default-blue"]
    assert seen["tags"] == seen["rules"][0]["tags"] == found["target_groups"][0]["tags"] == OWN_TAGS


def test_network_load_balancers_have_no_rules():
    aws = client(describe_load_balancers={"LoadBalancers": [balancer()]})
    assert gather(aws, ["portkey-dev-lb"], [])["load_balancers"][0]["listeners"][0]["rules"] == []
    assert aws.sent("describe_rules") == aws.sent("describe_target_groups") == []


def test_nothing_there():
    aws = client(describe_load_balancers=not_found("LoadBalancer"), describe_target_groups={"TargetGroups": []})
    assert gather(aws, ["portkey-dev-lb"], ["a"]) == {"load_balancers": [], "target_groups": []}
    assert aws.sent("describe_tags") == []


def test_tags_of_many_are_read_in_pages():
    groups = [group(TargetGroupName=str(number), TargetGroupArn=f"arn:{number}") for number in range(45)]
    aws = client(describe_target_groups={"TargetGroups": groups})
    assert len(gather(aws, [], [item["TargetGroupName"] for item in groups])["target_groups"]) == 45
    assert [len(sent["ResourceArns"]) for sent in aws.sent("describe_tags")] == [20, 20, 5]
