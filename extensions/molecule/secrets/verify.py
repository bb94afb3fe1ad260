"""The secrets as Secrets Manager keeps them."""

import json

import pytest

STORED = {
    "portkey-gateway/dev/docker-credentials": {"username": "molecule-user", "password": "molecule-password"},
    "ecr-pullthroughcache/portkey-gateway/dev/docker-hub": {
        "username": "molecule-user",
        "accessToken": "molecule-password",
    },
    "portkey-gateway/dev/clientauth-organizations": {
        "PORTKEY_CLIENT_AUTH": "molecule-client-auth-key",
        "ORGANISATIONS_TO_SYNC": "11111111-2222-3333-4444-555555555555",
    },
}


@pytest.mark.parametrize("name", STORED)
def test_a_secret_holds_what_was_given_and_was_written_once(aws, tagged, name):
    client = aws("secretsmanager")
    described = client.describe_secret(SecretId=name)
    assert tagged(described["Tags"])
    assert json.loads(client.get_secret_value(SecretId=name)["SecretString"]) == STORED[name]
    assert len(client.list_secret_version_ids(SecretId=name, IncludeDeprecated=True)["Versions"]) == 1


def test_there_is_no_other_secret(aws):
    assert {secret["Name"] for secret in aws("secretsmanager").list_secrets()["SecretList"]} == set(STORED)
