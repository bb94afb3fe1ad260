"""Bad settings of buckets that the stack makes."""

from __future__ import annotations

STORAGE = {"log_store_bucket": "portkey-logs", "bucket_region": "us-west-2"}


def with_access_logs(bucket):
    return {"create_lb": True, "enable_lb_access_logs": True, "lb_access_logs_bucket": bucket}


# A name for the case, what the user wrote, and the variables at fault, without their prefix.
BAD = [
    # Buckets
    ("text for making buckets", {"object_storage": {**STORAGE, "create": "always"}}, {"object_storage.create"}),
    ("no day to expire", {"object_storage": {**STORAGE, "expire_after_days": 0}}, {"object_storage.expire_after_days"}),
    (
        "earlier versions for no time",
        {"object_storage": {**STORAGE, "expire_noncurrent_after_days": 0}},
        {"object_storage.expire_noncurrent_after_days"},
    ),
    (
        "a bucket made in another partition",
        {"object_storage": {**STORAGE, "create": True, "bucket_region": "cn-north-1"}},
        {"object_storage.bucket_region"},
    ),
    (
        "a bucket made without a name",
        {"create_lb": True, "enable_lb_access_logs": True, "create_lb_access_logs_bucket": True},
        {"lb_access_logs_bucket"},
    ),
    (
        "access logs in the bucket that is made for the gateway",
        {**with_access_logs("portkey-logs"), "object_storage": {**STORAGE, "create": True}},
        {"lb_access_logs_bucket"},
    ),
    (
        "access logs made in the gateway's bucket",
        {**with_access_logs("portkey-logs"), "create_lb_access_logs_bucket": True},
        {"lb_access_logs_bucket"},
    ),
    (
        "a lock in a bucket that is made",
        {"object_storage": {**STORAGE, "create": True}, "lock_bucket": "portkey-logs"},
        {"lock_bucket"},
    ),
    ("access logs for no time", {"lb_access_logs_expire_after_days": 0}, {"lb_access_logs_expire_after_days"}),
]


def test_bad_input_is_refused_by_its_name(refused, bad_input):
    refused(*bad_input)
