from __future__ import annotations

import datetime

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils.shape import camel, changed_keys, overlay, prune, snake

IDENTITIES = {"services": "port_name", "aliases": "port"}


def test_prune_goes_to_any_depth_and_keeps_what_is_set():
    options = {"a": None, "b": {"c": None, "d": 0}, "e": [{"f": None, "g": False}, None], "h": [], "i": ""}
    assert prune(options) == {"b": {"d": 0}, "e": [{"g": False}], "h": [], "i": ""}


@pytest.mark.parametrize(
    "snaked, cameled",
    [
        ({"kms_key_id": 1}, {"kmsKeyId": 1}),
        ({"s3_bucket_name": 1}, {"s3BucketName": 1}),
        ({"a_b": [{"c_d": {"e_f": 1}}]}, {"aB": [{"cD": {"eF": 1}}]}),
        ({"hooks": [{"options": {"my_Key": 1}}]}, {"hooks": [{"options": {"my_Key": 1}}]}),
        ({"options": {"awslogs-group": 1, "my_key": 2}}, {"options": {"awslogs-group": 1, "my_key": 2}}),
    ],
)
def test_names_go_both_ways(snaked, cameled):
    assert camel(snaked, raw=["options"]) == cameled
    assert snake(cameled, raw=["options"]) == snaked


def test_times_are_text():
    when = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
    assert snake({"createdAt": when, "items": [when]}) == {
        "created_at": "2026-01-02T03:04:05+00:00",
        "items": ["2026-01-02T03:04:05+00:00"],
    }


@pytest.mark.parametrize(
    "current, desired, after",
    [
        ({"a": 1, "b": 2}, {"b": 3}, {"a": 1, "b": 3}),
        ({"a": {"x": 1, "y": 2}}, {"a": {"y": 3}}, {"a": {"x": 1, "y": 3}}),
        ({"a": [1, 2]}, {"a": [2]}, {"a": [2]}),
        ({"a": [1, 2]}, {"a": []}, {"a": []}),
        ({}, {"a": {"x": 1}}, {"a": {"x": 1}}),
        (
            {"services": [{"port_name": "p", "dns": "d"}, {"port_name": "gone"}]},
            {"services": [{"port_name": "p", "timeout": 1}, {"port_name": "new"}]},
            {"services": [{"port_name": "p", "dns": "d", "timeout": 1}, {"port_name": "new"}]},
        ),
        (
            {"services": [{"port_name": "p", "aliases": [{"port": 1, "dns": "d"}]}]},
            {"services": [{"port_name": "p", "aliases": [{"port": 1}]}]},
            {"services": [{"port_name": "p", "aliases": [{"port": 1, "dns": "d"}]}]},
        ),
    ],
)
def test_what_is_not_set_stays(current, desired, after):
    assert overlay(current, desired, IDENTITIES) == after


def test_changed_keys():
    assert changed_keys({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 3, "d": 4}) == ["b", "d"]
