"""The buckets as S3 has them."""

import json

import pytest

REGIONS = {"molecule-logs": "eu-west-1", "molecule-kept": "us-east-1"}


@pytest.fixture(params=REGIONS)
def name(request):
    return request.param


def test_a_bucket_is_where_it_was_wanted_and_marked(aws, tagged, name):
    assert aws("s3").head_bucket(Bucket=name)["BucketRegion"] == REGIONS[name]
    assert tagged(aws("s3").get_bucket_tagging(Bucket=name)["TagSet"])


def test_nobody_outside_reaches_it(aws, name):
    client = aws("s3")
    assert all(client.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"].values())
    (rule,) = client.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"]
    assert rule["ObjectOwnership"] == "BucketOwnerEnforced"
    assert client.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"


def test_the_policy_has_tls_and_what_was_given(aws, name):
    policy = json.loads(aws("s3").get_bucket_policy(Bucket=name)["Policy"])
    sids = [one["Sid"] for one in policy["Statement"]]
    assert sids == ["OnlyOverTls", *(["Reader"] if name == "molecule-kept" else [])]


def test_only_one_of_them_expires(aws, name):
    (rule,) = aws("s3").get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    expected = {"Days": 365} if name == "molecule-logs" else {"ExpiredObjectDeleteMarker": True}
    assert rule["Expiration"] == expected
    assert rule["NoncurrentVersionExpiration"]["NoncurrentDays"] == 30
