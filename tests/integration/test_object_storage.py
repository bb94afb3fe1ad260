"""Buckets that the stack makes: planned, closed, put right, kept by uninstall, and gone when that is asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_run import Ansible
from permitted import assert_permitted
from readback import mutations, tags
from removal import audit, uninstall
from stacks import begin_with, calls_of_creation

from emulator.testing import Running

STORE, EXPORTS, LOGS = "my-portkey-logs", "my-portkey-exports", "my-portkey-access-logs"
REGIONS = {STORE: "eu-west-1", EXPORTS: "eu-west-1", LOGS: "us-east-1"}
STORAGE = {
    "create": True,
    "log_store_bucket": STORE,
    "log_exports_bucket": EXPORTS,
    "bucket_region": "eu-west-1",
    "expire_after_days": 365,
}
BUCKETS: dict[str, Any] = {
    "portkey_object_storage": STORAGE,
    "portkey_create_lb": True,
    "portkey_lb_type": "application",
    "portkey_internal_lb": False,
    "portkey_enable_lb_access_logs": True,
    "portkey_lb_access_logs_bucket": LOGS,
    "portkey_create_lb_access_logs_bucket": True,
    "portkey_lb_access_logs_expire_after_days": 90,
}
EMPTYING = {"portkey_uninstall_delete_buckets": True}


def writes_to_s3(emulator: Running) -> list[str]:
    return [one for one in mutations(emulator) if one.startswith("s3:")]


def names(emulator: Running) -> set[str]:
    return {one["Name"] for one in emulator.client("s3").list_buckets()["Buckets"]}


@pytest.mark.long
def test_a_plan_of_nothing_yet_has_the_buckets(ansible: Ansible, emulator: Running):
    emulator.post("reset")
    planned = ansible.play("site.yml", "--check", "--diff", **BUCKETS).ok()
    for name in REGIONS:
        assert f"+ s3_bucket {name}" in planned.output
    assert mutations(emulator) == []
    assert_permitted(emulator.calls(), "read", **BUCKETS)


@pytest.fixture(scope="module")
def made(ansible: Ansible, emulator: Running) -> list[dict[str, Any]]:
    return calls_of_creation(ansible, emulator, **BUCKETS)


def test_whoever_may_create_may_do_that(made):
    assert_permitted(made, "create", **BUCKETS)


@pytest.mark.parametrize("name", REGIONS)
def test_each_is_closed_encrypted_versioned_and_for_tls_only(made, emulator: Running, name: str):
    s3 = emulator.client("s3")
    assert s3.head_bucket(Bucket=name)["BucketRegion"] == REGIONS[name]
    assert all(s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"].values())
    (ownership,) = s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"]
    assert ownership["ObjectOwnership"] == "BucketOwnerEnforced"
    (encryption,) = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    assert encryption["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    first = json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])["Statement"][0]
    assert (first["Effect"], first["Principal"], first["Action"]) == ("Deny", "*", "s3:*")
    assert first["Resource"] == [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
    assert first["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    (rule,) = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    assert rule["Expiration"]["Days"] == (90 if name == LOGS else 365)
    assert rule["NoncurrentVersionExpiration"]["NoncurrentDays"] == 30
    assert rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"] == 7
    own = tags(s3.get_bucket_tagging(Bucket=name)["TagSet"])
    assert (own["Project"], own["Environment"], own["portkey:stack-region"]) == ("portkey-gateway", "dev", "us-east-1")


def test_the_load_balancer_writes_its_logs(made, emulator: Running):
    elbv2 = emulator.client("elbv2")
    (balancer,) = elbv2.describe_load_balancers()["LoadBalancers"]
    listed = elbv2.describe_load_balancer_attributes(LoadBalancerArn=balancer["LoadBalancerArn"])["Attributes"]
    attributes = {one["Key"]: one["Value"] for one in listed}
    assert (attributes["access_logs.s3.enabled"], attributes["access_logs.s3.bucket"]) == ("true", LOGS)


@pytest.fixture(scope="module")
def changed(made, ansible: Ansible, emulator: Running) -> dict[str, Any]:
    """Another lifecycle, and what somebody has opened by hand."""
    emulator.client("s3").delete_public_access_block(Bucket=EXPORTS)
    variables = {**BUCKETS, "portkey_object_storage": {**STORAGE, "expire_after_days": 30}}
    emulator.post("reset", only="calls")
    ansible.play(**variables).ok()
    return variables


def test_only_what_differs_is_written(changed, emulator: Running):
    assert sorted(mutations(emulator)) == [
        "s3:PutBucketLifecycleConfiguration",
        "s3:PutBucketLifecycleConfiguration",
        "s3:PutPublicAccessBlock",
    ]


@pytest.mark.long
def test_then_there_is_nothing_to_change(changed, ansible: Ansible, emulator: Running):
    emulator.post("reset", only="calls")
    ansible.play(**changed).unchanged()
    assert mutations(emulator) == []


def test_uninstall_keeps_them_unless_asked_and_knows_them_again(ansible: Ansible, emulator: Running):
    begin_with(ansible, emulator, **BUCKETS)
    s3 = emulator.client("s3")
    s3.put_object(Bucket=STORE, Key="a", Body=b"1")
    s3.put_object(Bucket=STORE, Key="a", Body=b"2")
    s3.delete_object(Bucket=STORE, Key="a")
    # The same stack in another region, and one of nobody.
    s3.create_bucket(Bucket="their-logs")
    theirs = {**tags(s3.get_bucket_tagging(Bucket=STORE)["TagSet"]), "portkey:stack-region": "eu-west-1"}
    tag_set = [{"Key": key, "Value": value} for key, value in theirs.items()]
    s3.put_bucket_tagging(Bucket="their-logs", Tagging={"TagSet": tag_set})
    s3.create_bucket(Bucket="portkey-gateway-dev-mine")

    uninstall(emulator)
    assert names(emulator) == {*REGIONS, "their-logs", "portkey-gateway-dev-mine"}
    assert audit(emulator) == []
    left = [one for one in audit(emulator, keep=()) if one.startswith("s3_bucket")]
    assert sorted(left) == sorted(f"s3_bucket {name}" for name in REGIONS)

    emulator.post("reset", only="calls")
    confirmed = {"portkey_uninstall_confirm": "portkey-gateway-dev", **EMPTYING}
    # The inventory need not name them any more.
    ansible.play("playbooks/uninstall.yml", **confirmed).ok()
    assert_permitted(emulator.calls(), "uninstall", **EMPTYING)
    assert names(emulator) == {"their-logs", "portkey-gateway-dev-mine"}
    assert audit(emulator) == []


def test_a_bucket_of_somebody_is_not_taken_over(ansible: Ansible, emulator: Running):
    emulator.post("reset")
    s3 = emulator.client("s3", "eu-west-1")
    s3.create_bucket(Bucket=STORE, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket=STORE, Key="precious", Body=b"1")
    emulator.post("reset", only="calls")
    refused = ansible.play(**BUCKETS)
    assert refused.returncode == 2
    said = " ".join(refused.output.split())
    assert f'portkey_object_storage.log_store_bucket = "{STORE}"' in said
    assert "does not have the stack's tags" in said
    assert mutations(emulator) == []
