"""Which buckets a stack makes, and what they are like."""

from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._config import account as asking
from ansible_collections.portkey.gateway.plugins.module_utils._config import advice, buckets

STORAGE = {"log_store_bucket": "portkey-logs", "bucket_region": "eu-west-1"}
LOGS = {"create_lb": True, "enable_lb_access_logs": True, "lb_access_logs_bucket": "access-logs"}
OWN_TAGS = {
    "Project": "portkey",
    "Environment": "dev",
    "ManagedBy": "Ansible",
    "portkey:stack-region": "us-west-2",
}


def test_none_unless_it_is_asked_for(built):
    assert built(**LOGS)["object_storage"]["buckets"] == []


def test_each_bucket_of_the_gateway_once(built):
    storage = {**STORAGE, "create": True, "log_exports_bucket": "exports", "finetune_bucket": "portkey-logs"}
    made = built(object_storage={**storage, "expire_after_days": 365}, tags={"team": "x"})["object_storage"]
    kept = {"policy_statements": [], "expire_after_days": 365, "expire_noncurrent_after_days": 30}
    assert made["buckets"] == [
        {"name": "portkey-logs", "region": "eu-west-1", **kept},
        {"name": "exports", "region": "eu-west-1", **kept},
    ]
    assert made["tags"] == {**OWN_TAGS, "team": "x"}


@pytest.mark.parametrize("lb_type, sids", [("network", 2), ("application", 1)])
def test_the_bucket_of_the_access_logs_lets_their_writer_in(built, lb_type, sids):
    wanted = {"create_lb_access_logs_bucket": True, "lb_access_logs_expire_after_days": 90, "lb_type": lb_type}
    stack = built(**LOGS, **wanted)
    (bucket,) = stack["object_storage"]["buckets"]
    assert (bucket["name"], bucket["region"], bucket["expire_after_days"]) == ("access-logs", "us-west-2", 90)
    assert len(bucket["policy_statements"]) == sids
    assert stack["load_balancer"]["access_logs"]["is_made"] is True


@pytest.mark.parametrize("off", [{"create_lb": False}, {"enable_lb_access_logs": False}])
def test_no_bucket_for_logs_that_nobody_writes(built, off):
    assert built(**{**LOGS, "create_lb_access_logs_bucket": True, **off})["object_storage"]["buckets"] == []


def test_what_is_made_is_asked_about_in_another_way(checked):
    config = checked(
        **LOGS, create_lb_access_logs_bucket=True, object_storage={**STORAGE, "create": True}, tags={"team": "x"}
    ).config
    asked = asking.questions(config, [])
    assert "buckets" not in asked and "access_logs" not in asked
    assert asked["own_buckets"] == {
        "buckets": [
            {"name": "portkey-logs", "region": "eu-west-1", "variable": "portkey_object_storage.log_store_bucket"},
            {"name": "access-logs", "region": "us-west-2", "variable": "portkey_lb_access_logs_bucket"},
        ],
        "tags": OWN_TAGS,
    }
    plain = asking.questions(checked(**LOGS).config, [])
    assert "own_buckets" not in plain and "access_logs" in plain and "buckets" in plain


def test_advice_on_a_bucket_for_nothing(checked):
    said = advice.advice(checked(create_lb=True, create_lb_access_logs_bucket=True))
    assert any("portkey_create_lb_access_logs_bucket has no effect" in one for one in said)


def test_a_second_name_for_the_same_bucket_is_one_bucket(configured):
    config = configured(object_storage={**STORAGE, "create": True, "log_exports_bucket": "portkey-logs"})
    assert buckets.made_names(config) == ["portkey-logs"]
