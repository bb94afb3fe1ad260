from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._elbv2.actions import (
    api_actions,
    observed_actions,
    serving,
    wanted_actions,
)
from ansible_collections.portkey.gateway.plugins.module_utils.module import GatewayError
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.elbv2_fakes import BLUE, GREEN, forward


def two(blue, green, **more):
    groups = [{"target_group_arn": BLUE, "weight": blue}, {"target_group_arn": GREEN, "weight": green}]
    return {"type": "forward", "forward": {"target_groups": groups, **more}}


REDIRECT = {
    "type": "redirect",
    "redirect": {"status_code": "HTTP_301", "protocol": "HTTPS", "port": "443", "host": None},
}
REDIRECT_ANSWER = {
    "Type": "redirect",
    "Order": 1,
    "RedirectConfig": {
        "Protocol": "HTTPS",
        "Port": "443",
        "Host": "#{host}",
        "Path": "/#{path}",
        "Query": "#{query}",
        "StatusCode": "HTTP_301",
    },
}
FIXED = {"type": "fixed-response", "fixed_response": {"status_code": "404", "content_type": "text/plain"}}
FIXED_ANSWER = {
    "Type": "fixed-response",
    "Order": 1,
    "FixedResponseConfig": {"StatusCode": "404", "ContentType": "text/plain"},
}
STICKY = {**forward(blue=1, green=3)}
STICKY["ForwardConfig"] = {
    **STICKY["ForwardConfig"],
    "TargetGroupStickinessConfig": {"Enabled": True, "DurationSeconds": 60},
}


@pytest.mark.parametrize(
    "option, answer",
    [
        ({"type": "forward", "target_group_arn": BLUE}, forward(blue=1)),
        # The weight of the only target group means nothing.
        ({"type": "forward", "target_group_arn": BLUE}, forward(blue=100)),
        ({"type": "forward", "forward": {"target_groups": [{"target_group_arn": BLUE}]}}, forward(blue=1)),
        ({"type": "forward", "target_group_arn": BLUE}, {"Type": "forward", "TargetGroupArn": BLUE}),
        (two(100, 0), forward(blue=100, green=0)),
        (two(100, 0), forward(green=0, blue=100)),
        (two(None, 1), forward(blue=1, green=1)),
        (two(1, 3, target_group_stickiness_config={"enabled": True, "duration_seconds": 60}), STICKY),
        (two(1, 3, target_group_stickiness_config={"enabled": False}), forward(blue=1, green=3)),
        (REDIRECT, REDIRECT_ANSWER),
        (FIXED, FIXED_ANSWER),
    ],
)
def test_what_means_the_same_compares_equal(option, answer):
    assert wanted_actions([option]) == observed_actions([answer])


@pytest.mark.parametrize(
    "option, answer",
    [
        (two(100, 0), forward(blue=0, green=100)),
        ({"type": "forward", "target_group_arn": BLUE}, forward(green=1)),
        ({"type": "forward", "target_group_arn": BLUE}, forward(blue=100, green=0)),
        (two(1, 3), STICKY),
        (FIXED, {**FIXED_ANSWER, "FixedResponseConfig": {"StatusCode": "503"}}),
        (FIXED, REDIRECT_ANSWER),
        (FIXED, {"Type": "authenticate-oidc", "Order": 1}),
    ],
)
def test_what_differs_compares_unequal(option, answer):
    assert wanted_actions([option]) != observed_actions([answer])


@pytest.mark.parametrize(
    "option, sent",
    [
        ({"type": "forward", "target_group_arn": BLUE}, {"Type": "forward", "TargetGroupArn": BLUE}),
        (
            two(90, 10),
            {
                "Type": "forward",
                "ForwardConfig": {
                    "TargetGroups": [
                        {"TargetGroupArn": BLUE, "Weight": 90},
                        {"TargetGroupArn": GREEN, "Weight": 10},
                    ]
                },
            },
        ),
        (FIXED, {key: value for key, value in FIXED_ANSWER.items() if key != "Order"}),
        (REDIRECT, {key: value for key, value in REDIRECT_ANSWER.items() if key != "Order"}),
    ],
)
def test_what_is_sent(option, sent):
    assert api_actions(wanted_actions([option])) == [sent]


def test_stickiness_is_sent():
    option = two(1, 3, target_group_stickiness_config={"enabled": True, "duration_seconds": 60})
    config = api_actions(wanted_actions([option]))[0]["ForwardConfig"]
    assert config["TargetGroupStickinessConfig"] == {"Enabled": True, "DurationSeconds": 60}


@pytest.mark.parametrize("option", [{"type": "forward"}, {"type": "redirect"}, {"type": "fixed-response"}])
def test_an_action_without_its_details_is_refused(option):
    with pytest.raises(GatewayError, match=f"type {option['type']} needs the option"):
        wanted_actions([option])


def test_unset_actions_stay_unset():
    assert wanted_actions(None) is None


@pytest.mark.parametrize(
    "answer, arn",
    [
        (forward(blue=1), BLUE),
        (forward(blue=0, green=100), GREEN),
        (forward(blue=90, green=10), BLUE),
        (FIXED_ANSWER, None),
    ],
)
def test_serving(answer, arn):
    assert serving(observed_actions([answer])) == arn
