"""S3: what a new bucket has, what a closed one refuses, when a bucket can go."""

from __future__ import annotations

import json

import pytest

from emulator.testing import refused

PUBLIC = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::logs/*"}


@pytest.fixture
def s3(emulator):
    client = emulator.client("s3")
    client.create_bucket(Bucket="logs")
    return client


def _policy(**changes) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{**PUBLIC, **changes}]})


def test_a_new_bucket_is_closed_and_encrypted(s3):
    block = s3.get_public_access_block(Bucket="logs")["PublicAccessBlockConfiguration"]
    assert len(block) == 4 and all(block.values())
    (ownership,) = s3.get_bucket_ownership_controls(Bucket="logs")["OwnershipControls"]["Rules"]
    assert ownership == {"ObjectOwnership": "BucketOwnerEnforced"}
    (rule,) = s3.get_bucket_encryption(Bucket="logs")["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert "Status" not in s3.get_bucket_versioning(Bucket="logs")


def test_creating_it_again_changes_nothing_of_it(s3):
    s3.delete_public_access_block(Bucket="logs")
    s3.create_bucket(Bucket="logs")
    with refused("NoSuchPublicAccessBlockConfiguration"):
        s3.get_public_access_block(Bucket="logs")


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": ["*"]}])
def test_a_public_policy_is_refused_while_it_is_closed(s3, principal):
    with refused("AccessDenied", "BlockPublicPolicy"):
        s3.put_bucket_policy(Bucket="logs", Policy=_policy(Principal=principal))
    s3.delete_public_access_block(Bucket="logs")
    s3.put_bucket_policy(Bucket="logs", Policy=_policy(Principal=principal))


@pytest.mark.parametrize(
    "changes",
    [
        {"Effect": "Deny"},
        {"Principal": {"Service": "delivery.logs.amazonaws.com"}},
        {"Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}},
    ],
)
def test_a_policy_that_is_not_public_is_taken(s3, changes):
    s3.put_bucket_policy(Bucket="logs", Policy=_policy(**changes))


@pytest.mark.parametrize("secure, is_denied", [("false", False), ("true", True)])
def test_a_policy_denies_where_its_condition_holds(s3, secure, is_denied):
    """A client that reaches S3 as it should comes over TLS."""
    condition = {"Bool": {"aws:SecureTransport": secure}}
    s3.put_bucket_policy(Bucket="logs", Policy=_policy(Effect="Deny", Action="s3:*", Condition=condition))
    if is_denied:
        with refused("403"):
            s3.put_object(Bucket="logs", Key="a", Body=b"1")
    else:
        s3.put_object(Bucket="logs", Key="a", Body=b"1")
        assert s3.get_object(Bucket="logs", Key="a")["Body"].read() == b"1"


@pytest.mark.parametrize(
    "rule, code",
    [
        ({"Expiration": {"Days": 1, "ExpiredObjectDeleteMarker": True}}, "MalformedXML"),
        ({}, "InvalidRequest"),
    ],
)
def test_lifecycle_rules_that_s3_refuses(s3, rule, code):
    configuration = {"Rules": [{"ID": "keep", "Status": "Enabled", "Filter": {"Prefix": ""}, **rule}]}
    with refused(code):
        s3.put_bucket_lifecycle_configuration(Bucket="logs", LifecycleConfiguration=configuration)


def test_a_bucket_goes_when_its_last_version_has(s3):
    s3.put_bucket_versioning(Bucket="logs", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="logs", Key="a", Body=b"1")
    s3.delete_object(Bucket="logs", Key="a")
    with refused("BucketNotEmpty"):
        s3.delete_bucket(Bucket="logs")
    listed = s3.list_object_versions(Bucket="logs")
    objects = [{"Key": "a", "VersionId": one["VersionId"]} for one in (*listed["Versions"], *listed["DeleteMarkers"])]
    s3.delete_objects(Bucket="logs", Delete={"Objects": objects})
    s3.delete_bucket(Bucket="logs")
    with refused("NoSuchBucket"):
        s3.get_bucket_tagging(Bucket="logs")
