"""What keeps values: Secrets Manager, SSM parameters, CloudWatch Logs, S3."""

from __future__ import annotations

import pytest

from emulator.testing import refused

SCHEDULED = "You can't create this secret because a secret with this name is already scheduled for deletion."
MARKED = "You can't perform this operation on the secret because it was marked for deletion."


@pytest.fixture
def secrets(emulator):
    client = emulator.client("secretsmanager")
    client.create_secret(Name="portkey/dev/one", SecretString='{"username": "me"}')
    return client


NAMED = {"SecretId": "portkey/dev/one"}


def test_a_secret_scheduled_for_deletion_blocks_its_name_until_it_is_restored(secrets):
    secrets.delete_secret(**NAMED, RecoveryWindowInDays=7)
    with refused("InvalidRequestException", SCHEDULED):
        secrets.create_secret(Name="portkey/dev/one", SecretString="x")
    for operation in (
        lambda: secrets.get_secret_value(**NAMED),
        lambda: secrets.put_secret_value(**NAMED, SecretString="x"),
        lambda: secrets.update_secret(**NAMED, SecretString="x"),
        lambda: secrets.tag_resource(**NAMED, Tags=[{"Key": "a", "Value": "b"}]),
    ):
        with refused("InvalidRequestException", MARKED):
            operation()
    with refused("InvalidRequestException", "was already scheduled for deletion"):
        secrets.delete_secret(**NAMED)
    assert "DeletedDate" in secrets.describe_secret(**NAMED)
    secrets.restore_secret(**NAMED)
    assert secrets.get_secret_value(**NAMED)["SecretString"] == '{"username": "me"}'


def test_the_recovery_window_ends(emulator, secrets):
    secrets.delete_secret(**NAMED, RecoveryWindowInDays=7)
    emulator.advance(6 * 86400)
    assert "DeletedDate" in secrets.describe_secret(**NAMED)
    emulator.advance(86401)
    with refused("ResourceNotFoundException"):
        secrets.describe_secret(**NAMED)
    secrets.create_secret(Name="portkey/dev/one", SecretString="x")


def test_a_restored_secret_does_not_go_when_its_old_window_ends(emulator, secrets):
    secrets.delete_secret(**NAMED, RecoveryWindowInDays=7)
    secrets.restore_secret(**NAMED)
    emulator.advance(8 * 86400)
    assert "DeletedDate" not in secrets.describe_secret(**NAMED)


def test_deletion_by_force_takes_a_moment(slow):
    secrets = slow.client("secretsmanager")
    secrets.create_secret(Name="one", SecretString="x")
    secrets.delete_secret(SecretId="one", ForceDeleteWithoutRecovery=True)
    with refused("InvalidRequestException", SCHEDULED):
        secrets.create_secret(Name="one", SecretString="x")
    slow.advance(6)
    secrets.create_secret(Name="one", SecretString="x")


@pytest.mark.parametrize(
    "options, message",
    [
        ({"RecoveryWindowInDays": 6}, "must be between 7 and 30 days (inclusive)."),
        ({"RecoveryWindowInDays": 31}, "must be between 7 and 30 days (inclusive)."),
        ({"RecoveryWindowInDays": 7, "ForceDeleteWithoutRecovery": True}, "in conjunction with RecoveryWindowInDays"),
    ],
)
def test_deletions_that_are_refused(secrets, options, message):
    with refused("InvalidParameterException", message):
        secrets.delete_secret(**NAMED, **options)


def test_secrets_that_are_refused(secrets):
    with refused("ResourceExistsException", "already exists"):
        secrets.create_secret(Name="portkey/dev/one", SecretString="y")
    with refused("ValidationException", "Invalid name."):
        secrets.create_secret(Name="a b", SecretString="y")
    with refused("ResourceNotFoundException", "Secrets Manager can't find the specified secret."):
        secrets.describe_secret(SecretId="none")


def test_log_groups(emulator):
    logs = emulator.client("logs")
    logs.create_log_group(logGroupName="/ecs/portkey/dev/redis", tags={"Project": "portkey"})
    with refused("ResourceAlreadyExistsException", "The specified log group already exists"):
        logs.create_log_group(logGroupName="/ecs/portkey/dev/redis")
    with refused("InvalidParameterException", "at 'logGroupName' failed to satisfy constraint"):
        logs.create_log_group(logGroupName="/ecs portkey")
    with refused("InvalidParameterException", "Value '10' at 'retentionInDays' failed to satisfy constraint"):
        logs.put_retention_policy(logGroupName="/ecs/portkey/dev/redis", retentionInDays=10)
    logs.put_retention_policy(logGroupName="/ecs/portkey/dev/redis", retentionInDays=7)
    (group,) = logs.describe_log_groups(logGroupNamePrefix="/ecs/portkey")["logGroups"]
    assert group["retentionInDays"] == 7
    assert logs.list_tags_for_resource(resourceArn=group["logGroupArn"])["tags"] == {"Project": "portkey"}
    for operation in (logs.delete_log_group, lambda **name: logs.put_retention_policy(**name, retentionInDays=7)):
        with refused("ResourceNotFoundException", "The specified log group does not exist."):
            operation(logGroupName="/none")


def test_parameters_are_not_overwritten_unasked(emulator):
    ssm = emulator.client("ssm")
    ssm.put_parameter(Name="/lock", Value="me", Type="SecureString")
    with refused("ParameterAlreadyExists"):
        ssm.put_parameter(Name="/lock", Value="you", Type="SecureString")
    with refused("ParameterNotFound"):
        ssm.get_parameter(Name="/none")
    assert [call["parameters"]["Value"] for call in emulator.calls(operation="PutParameter")] == ["********"] * 2


def test_an_object_can_be_written_once(emulator):
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket="locks")
    s3.put_object(Bucket="locks", Key="dev/lock", Body=b"me", IfNoneMatch="*")
    with refused("PreconditionFailed"):
        s3.put_object(Bucket="locks", Key="dev/lock", Body=b"you", IfNoneMatch="*")
    (first, _unused) = emulator.calls(operation="PutObject")
    assert (first["parameters"]["Bucket"], first["parameters"]["Key"]) == ("locks", "dev/lock")
    with refused("NoSuchBucketPolicy"):
        s3.get_bucket_policy(Bucket="locks")


def test_an_object_is_replaced_only_as_it_was_seen(emulator):
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket="locks")
    with refused("NoSuchKey"):
        s3.put_object(Bucket="locks", Key="lock", Body=b"me", IfMatch='"none"')
    seen = s3.put_object(Bucket="locks", Key="lock", Body=b"me", IfNoneMatch="*")["ETag"]
    now = s3.put_object(Bucket="locks", Key="lock", Body=b"you", IfMatch=seen)["ETag"]
    for operation in (lambda **given: s3.put_object(**given, Body=b"them"), s3.delete_object):
        with refused("PreconditionFailed"):
            operation(Bucket="locks", Key="lock", IfMatch=seen)
    assert s3.get_object(Bucket="locks", Key="lock")["Body"].read() == b"you"
    s3.delete_object(Bucket="locks", Key="lock", IfMatch=now)
    with refused("NoSuchKey"):
        s3.get_object(Bucket="locks", Key="lock")


def test_parameters_have_versions_in_order_and_keep_the_last_hundred(emulator):
    ssm = emulator.client("ssm")
    ssm.put_parameter(Name="/lock", Value="1", Type="String", Tags=[{"Key": "a", "Value": "b"}])
    written = [ssm.put_parameter(Name="/lock", Value=str(n), Overwrite=True)["Version"] for n in range(2, 111)]
    assert written == list(range(2, 111))
    pages = ssm.get_paginator("get_parameter_history").paginate(Name="/lock")
    history = [one for page in pages for one in page["Parameters"]]
    assert [(one["Version"], one["Value"]) for one in history] == [(n, str(n)) for n in range(11, 111)]
    assert all(one["LastModifiedDate"] for one in history)
    with refused("ValidationException", "tags and overwrite can't be used together"):
        ssm.put_parameter(Name="/lock", Value="x", Overwrite=True, Tags=[{"Key": "a", "Value": "b"}])
    with refused("ParameterNotFound"):
        ssm.get_parameter_history(Name="/none")
