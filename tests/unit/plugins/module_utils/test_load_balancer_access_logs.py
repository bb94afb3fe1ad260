from __future__ import annotations

import json

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.portkey.gateway.plugins.module_utils._load_balancer.access_logs import (
    Bucket,
    Destination,
    faults,
    writer_statements,
)
from ansible_collections.portkey.gateway.plugins.module_utils._load_balancer.bucket import find_faults
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import FakeClient, client_error

ALB_SERVICE = {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
NLB_SERVICE = {"Service": "delivery.logs.amazonaws.com"}
OBJECTS = "arn:aws:s3:::logs/lb/AWSLogs/123456789012/*"
BUCKET = "arn:aws:s3:::logs"


def destination(kind, **fields):
    return Destination(
        **{
            "bucket": "logs",
            "prefix": "lb",
            "load_balancer_type": kind,
            "account_id": "123456789012",
            "region": "us-east-1",
            "partition": "aws",
            **fields,
        }
    )


def statement(principal, action="s3:PutObject", resource=OBJECTS, effect="Allow"):
    return {"Effect": effect, "Principal": principal, "Action": action, "Resource": resource}


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


NLB_STATEMENTS = [statement(NLB_SERVICE), statement(NLB_SERVICE, "s3:GetBucketAcl", BUCKET)]


@pytest.mark.parametrize("kind", ["application", "network"])
@pytest.mark.parametrize(
    "fields",
    [{}, {"prefix": ""}, {"partition": "aws-us-gov", "region": "us-gov-west-1"}],
    ids=["prefix", "none", "GovCloud"],
)
def test_the_policy_that_is_written_is_one_that_is_accepted(kind, fields):
    wanted = destination(kind, **fields)
    statements = writer_statements(wanted)
    assert list(faults(Bucket(wanted.region, policy(*statements), "AES256"), wanted)) == []
    assert len({one["Sid"] for one in statements}) == len(statements)
    other = destination(kind, **{**fields, "account_id": "210987654321"})
    assert list(faults(Bucket(wanted.region, policy(*statements), "AES256"), other))


def test_only_load_balancers_of_the_account_may_write():
    (alb,) = writer_statements(destination("application"))
    assert alb["Condition"] == {
        "ArnLike": {"aws:SourceArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/*"}
    }
    for nlb in writer_statements(destination("network")):
        assert nlb["Condition"]["StringEquals"]["aws:SourceAccount"] == "123456789012"
    (gov,) = writer_statements(destination("application", partition="aws-us-gov", region="us-gov-west-1"))
    assert gov["Principal"] == {"AWS": "arn:aws-us-gov:iam::048591011584:root"}


@pytest.mark.parametrize(
    "kind, statements",
    [
        ("application", [statement(ALB_SERVICE)]),
        ("application", [statement({"AWS": "arn:aws:iam::127311923021:root"})]),
        ("application", [statement({"AWS": ["127311923021"]})]),
        ("application", [statement("*")]),
        ("application", [statement({"AWS": "*"})]),
        ("application", [statement(ALB_SERVICE, action=["s3:GetObject", "s3:Put*"])]),
        ("application", [statement(ALB_SERVICE, action="S3:putobject")]),
        ("application", [statement(ALB_SERVICE, resource=[f"{BUCKET}/*"])]),
        ("network", NLB_STATEMENTS),
        ("network", [statement(NLB_SERVICE, action="s3:*", resource=[BUCKET, f"{BUCKET}/*"])]),
    ],
)
def test_a_policy_that_allows_it(kind, statements):
    assert list(faults(Bucket("us-east-1", policy(*statements), "AES256"), destination(kind))) == []


@pytest.mark.parametrize(
    "kind, statements, missing",
    [
        ("application", [], ["s3:PutObject"]),
        ("application", [statement(NLB_SERVICE)], ["s3:PutObject"]),
        ("application", [statement(ALB_SERVICE, effect="Deny")], ["s3:PutObject"]),
        ("application", [statement(ALB_SERVICE, action="s3:GetObject")], ["s3:PutObject"]),
        ("application", [statement(ALB_SERVICE, resource=f"{BUCKET}/AWSLogs/123456789012/*")], ["s3:PutObject"]),
        ("application", [statement({"AWS": "arn:aws:iam::999999999999:root"})], ["s3:PutObject"]),
        ("network", [statement({"AWS": "arn:aws:iam::127311923021:root"})], ["s3:GetBucketAcl", "s3:PutObject"]),
        ("network", NLB_STATEMENTS[:1], ["s3:GetBucketAcl"]),
        ("network", NLB_STATEMENTS[1:], ["s3:PutObject"]),
    ],
)
def test_a_policy_that_does_not(kind, statements, missing):
    found = list(faults(Bucket("us-east-1", policy(*statements), None), destination(kind)))
    assert len(found) == len(missing)
    for text, action in zip(found, missing, strict=True):
        assert f"does not allow {action}" in text
        assert "Add such a statement" in text


def test_the_place_of_the_logs():
    assert destination("application").object_arn == OBJECTS
    assert destination("application", prefix="").object_arn == "arn:aws:s3:::logs/AWSLogs/123456789012/*"
    assert destination("network", partition="aws-us-gov").bucket_arn == "arn:aws-us-gov:s3:::logs"


def test_region_and_encryption():
    allowed = policy(statement(ALB_SERVICE), *NLB_STATEMENTS)
    assert "in eu-west-1" in next(faults(Bucket("eu-west-1", allowed, None), destination("network")))
    assert "SSE-S3" in next(faults(Bucket("us-east-1", allowed, "aws:kms"), destination("application")))
    assert list(faults(Bucket("us-east-1", allowed, "aws:kms"), destination("network"))) == []


def client(**script):
    return FakeClient(
        "s3",
        **{
            "head_bucket": {"BucketRegion": "us-east-1"},
            "get_bucket_policy": {"Policy": json.dumps(policy(*NLB_STATEMENTS))},
            "get_bucket_encryption": {
                "ServerSideEncryptionConfiguration": {
                    "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
                }
            },
            **script,
        },
    )


def look(aws):
    params = {
        "bucket": "logs",
        "prefix": "lb",
        "load_balancer_type": "network",
        "account_id": "123456789012",
        "partition": "aws",
    }
    found = find_faults(aws, "us-east-1", params)
    assert aws.writes == [] or aws.writes == ["head_bucket"]
    return found


def test_a_bucket_is_read():
    assert look(client()) == []
    no_encryption = client_error("ServerSideEncryptionConfigurationNotFoundError")
    assert look(client(get_bucket_encryption=no_encryption)) == []
    assert len(look(client(get_bucket_policy=client_error("NoSuchBucketPolicy")))) == 2


def test_there_is_no_such_bucket():
    assert "There is no bucket logs" in look(client(head_bucket=client_error("404")))[0]


@pytest.mark.parametrize("call, code", [("head_bucket", "403"), ("get_bucket_policy", "AccessDenied")])
def test_a_bucket_that_hides_its_policy_is_taken_to_be_right(call, code):
    assert look(client(**{call: client_error(code)})) == []


def test_other_errors_are_errors():
    with pytest.raises(AnsibleAWSError):
        look(client(head_bucket=client_error("400")))
