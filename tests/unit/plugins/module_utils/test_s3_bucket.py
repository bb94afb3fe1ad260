"""The module s3_bucket, against moto's S3."""

from __future__ import annotations

import json

import boto3
import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._s3 import bucket, contents, lifecycle
from ansible_collections.portkey.gateway.plugins.module_utils.module import GatewayError
from ansible_collections.portkey.gateway.plugins.module_utils.wait import WaitTimedOut
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    FakeClient,
    FakeModule,
    FakeTime,
    argument_spec,
    client_error,
)
from moto import mock_aws

NAME, REGION = "portkey-logs", "eu-west-1"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [f"arn:aws:s3:::{NAME}", f"arn:aws:s3:::{NAME}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ],
}
RULE = {"id": "keep", "expiration_days": 365, "noncurrent_version_expiration_days": 30}
WANTED = {
    "versioning": True,
    "encryption": "AES256",
    "public_access_blocked": True,
    "object_ownership": "BucketOwnerEnforced",
    "policy": json.dumps(POLICY),
    "lifecycle_rules": [RULE],
    "tags": {"Project": "portkey"},
}


class Writes:
    """The names of the calls that write, as boto3 sends them."""

    def __init__(self, client):
        self.names = []
        client.meta.events.register("before-call.s3", self._seen)

    def _seen(self, model, **_more):
        if not model.name.startswith(("Get", "List", "Head")):
            self.names.append(model.name)


@pytest.fixture
def s3(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "unlikely-word")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        yield boto3.client("s3", region_name=REGION)


@pytest.fixture
def ensure(s3, monkeypatch):
    spec = argument_spec("s3_bucket", monkeypatch)

    def ensure_(check_mode=False, region=REGION, client=s3, **options):
        module = FakeModule(spec, {"s3": client}, check_mode, name=NAME, **options)
        module.region = region
        return bucket.ensure(module)

    return ensure_


def test_a_new_bucket_is_all_that_was_wanted(ensure, s3):
    outcome = ensure(**WANTED)
    assert outcome.is_changed and outcome.before is None
    assert outcome.result["bucket"] == {
        **WANTED,
        "name": NAME,
        "region": REGION,
        "policy": POLICY,
        "encryption_key_id": "",
    }
    assert s3.get_bucket_location(Bucket=NAME)["LocationConstraint"] == REGION
    assert s3.get_bucket_versioning(Bucket=NAME)["Status"] == "Enabled"
    assert all(s3.get_public_access_block(Bucket=NAME)["PublicAccessBlockConfiguration"].values())
    assert json.loads(s3.get_bucket_policy(Bucket=NAME)["Policy"]) == POLICY
    (rule,) = s3.get_bucket_lifecycle_configuration(Bucket=NAME)["Rules"]
    assert (rule["ID"], rule["Expiration"]["Days"]) == ("keep", 365)


def test_it_is_marked_as_ours_before_anything_else(ensure, s3):
    writes = Writes(s3)
    ensure(**WANTED)
    assert writes.names[:2] == ["CreateBucket", "PutBucketTagging"]


def test_a_second_time_there_is_nothing_to_write(ensure, s3):
    ensure(**WANTED)
    writes = Writes(s3)
    assert not ensure(**WANTED).is_changed
    assert not ensure().is_changed
    assert writes.names == []


@pytest.mark.parametrize("exists", [False, True])
def test_check_mode_foresees_it_and_writes_nothing(ensure, s3, exists):
    if exists:
        ensure(versioning=False)
    writes = Writes(s3)
    foreseen = ensure(check_mode=True, **WANTED)
    assert writes.names == [] and foreseen.is_changed
    done = ensure(**WANTED)
    assert foreseen.after == done.after and (foreseen.before is None) == (done.before is None)


@pytest.mark.parametrize(
    "change, operation",
    [
        ({"versioning": False}, "PutBucketVersioning"),
        ({"encryption": "aws:kms"}, "PutBucketEncryption"),
        ({"public_access_blocked": False}, "PutPublicAccessBlock"),
        ({"object_ownership": "ObjectWriter"}, "PutBucketOwnershipControls"),
        ({"policy": ""}, "DeleteBucketPolicy"),
        ({"lifecycle_rules": [{**RULE, "expiration_days": 30}]}, "PutBucketLifecycleConfiguration"),
        ({"lifecycle_rules": []}, "DeleteBucketLifecycle"),
        ({"tags": {"Project": "other"}}, "PutBucketTagging"),
        ({"tags": {}}, "DeleteBucketTagging"),
    ],
)
def test_only_what_differs_is_written(ensure, s3, change, operation):
    ensure(**WANTED)
    writes = Writes(s3)
    outcome = ensure(**{**WANTED, **change})
    assert outcome.is_changed and writes.names == [operation]
    assert not ensure(**{**WANTED, **change}).is_changed


def test_tags_that_are_not_purged_stay(ensure, s3):
    ensure(tags={"a": "1"})
    assert ensure(tags={"b": "2"}, purge_tags=False).result["bucket"]["tags"] == {"a": "1", "b": "2"}
    assert len(s3.get_bucket_tagging(Bucket=NAME)["TagSet"]) == 2


def test_a_policy_in_other_words_is_the_same(ensure, s3):
    ensure(**WANTED)
    (statement,) = POLICY["Statement"]
    other = {**POLICY, "Statement": {**statement, "Action": ["s3:*"], "Resource": statement["Resource"][::-1]}}
    assert not ensure(policy=json.dumps(other)).is_changed


def test_a_bucket_elsewhere_is_refused(ensure):
    ensure()
    with pytest.raises(GatewayError, match="is in eu-west-1, and was to be in eu-central-1"):
        ensure(region="eu-central-1")


def test_a_name_that_another_account_has(ensure):
    client = FakeClient("s3", head_bucket=client_error("403"))
    with pytest.raises(GatewayError, match="another account's"):
        ensure(client=client)


def test_a_bucket_with_something_in_it_goes_only_by_force(ensure, s3):
    ensure(versioning=True)
    s3.put_object(Bucket=NAME, Key="a", Body=b"1")
    s3.put_object(Bucket=NAME, Key="a", Body=b"2")
    s3.delete_object(Bucket=NAME, Key="a")
    s3.create_multipart_upload(Bucket=NAME, Key="b")
    with pytest.raises(Exception, match="BucketNotEmpty"):
        ensure(state="absent")
    assert ensure(check_mode=True, state="absent", force=True).is_changed
    gone = ensure(state="absent", force=True)
    assert gone.is_changed and gone.after is None
    assert s3.list_buckets()["Buckets"] == []
    assert not ensure(state="absent").is_changed


def test_an_object_that_may_not_go_is_named(s3):
    listed = {"Versions": [{"Key": "kept", "VersionId": "1"}]}
    refused = {"Errors": [{"Key": "kept", "Code": "AccessDenied", "Message": "Object Lock"}]}
    client = FakeClient("s3", list_object_versions=listed, delete_objects=refused, list_multipart_uploads={})
    with pytest.raises(GatewayError, match="kept: AccessDenied Object Lock"):
        contents.remove_contents(client, NAME, 60)


def test_a_bucket_that_fills_as_fast_as_it_is_emptied():
    time = FakeTime()
    listed = {"Versions": [{"Key": "more", "VersionId": "1"}]}

    def deleted(**_parameters):
        time.seconds += 20
        return {}

    client = FakeClient("s3", list_object_versions=listed, delete_objects=deleted, list_multipart_uploads={})
    with pytest.raises(WaitTimedOut, match="emptying the bucket"):
        contents.remove_contents(client, NAME, 60, time.clock)
    assert len(client.sent("delete_objects")) == 4


FOREIGN = {"ID": "keep", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 365}}


@pytest.mark.parametrize(
    "change",
    [
        {"Status": "Disabled"},
        {"Filter": {"Tag": {"Key": "a", "Value": "b"}}},
        {"Transitions": [{"Days": 30, "StorageClass": "GLACIER"}]},
        {"NoncurrentVersionExpiration": {"NoncurrentDays": 30, "NewerNoncurrentVersions": 2}},
    ],
)
def test_a_rule_with_what_we_have_no_word_for_is_none_of_ours(change):
    ours = lifecycle.normal([{"id": "keep", "expiration_days": 365}])
    assert lifecycle.from_api([FOREIGN]) == ours
    assert lifecycle.from_api([{**FOREIGN, **change}]) != ours


def test_rules_come_back_as_they_were_written():
    rules = lifecycle.normal(
        [
            {"id": "b", "prefix": "logs/", "abort_incomplete_multipart_upload_days": 7},
            {"id": "a", "prefix": "", "expired_object_delete_marker": True, "noncurrent_version_expiration_days": 30},
        ]
    )
    assert [one["id"] for one in rules] == ["a", "b"]
    assert lifecycle.from_api(lifecycle.to_api(rules)) == rules
