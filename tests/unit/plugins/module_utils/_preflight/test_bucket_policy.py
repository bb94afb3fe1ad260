from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._preflight.bucket_policy import allows_logs


def policy(principal, action="s3:PutObject", resource="arn:aws:s3:::lb-logs/AWSLogs/123456789012/*", effect="Allow"):
    return {"Statement": [{"Effect": effect, "Principal": principal, "Action": action, "Resource": resource}]}


ALB_WRITER = {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
NLB_WRITER = {"Service": ["delivery.logs.amazonaws.com"]}


@pytest.mark.parametrize(
    "lb_type, prefix, document, is_fine",
    [
        ("application", "", policy(ALB_WRITER), True),
        ("application", "", policy(ALB_WRITER, action=["s3:*"]), True),
        ("application", "", policy(ALB_WRITER, resource="arn:aws:s3:::lb-logs/*"), True),
        ("application", "", policy({"AWS": "arn:aws:iam::797873946194:root"}), True),
        ("application", "", policy("*"), True),
        ("application", "", policy(NLB_WRITER), False),
        ("application", "", policy(ALB_WRITER, effect="Deny"), False),
        ("application", "", policy(ALB_WRITER, action="s3:GetObject"), False),
        ("application", "gw", policy(ALB_WRITER), False),
        ("application", "gw", policy(ALB_WRITER, resource="arn:aws:s3:::lb-logs/gw/AWSLogs/123456789012/*"), True),
        ("application", "", {}, False),
        ("network", "", policy(NLB_WRITER), True),
        ("network", "", policy({"AWS": "arn:aws:iam::797873946194:root"}), False),
    ],
)
def test_who_may_write(lb_type, prefix, document, is_fine):
    target = "arn:aws:s3:::lb-logs/" + (f"{prefix}/" if prefix else "") + "AWSLogs/any"
    assert allows_logs(document, lb_type, target) is is_fine
