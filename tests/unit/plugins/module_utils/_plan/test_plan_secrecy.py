from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._plan.secrecy import is_secret, shown

MASK = "********"
ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:x"


@pytest.mark.parametrize(
    "path, secret",
    [
        ("password", True),
        ("SecretString", True),
        ("json_secret.username", True),
        ("rotation.secret", True),
        ("auth_token", True),
        ("apiKey", True),
        ("secretAccessKey", True),
        ("client_auth", True),
        ("containers.gateway.secrets.PORTKEY_CLIENT_AUTH", True),
        ("containers.gateway.environment.OPENAI_API_KEY", True),
        ("containers.gateway.environment.REDIS_PASS", True),
        ("containers.gateway.environment.MONKEYS", False),
        ("containers.gateway.environment.LOG_LEVEL", False),
        ("environment", False),
        ("tags.Environment", False),
        ("tags.key", False),
        ("secret_arn", False),
        ("http_tokens", False),
        ("token_ttl", False),
        ("name", False),
    ],
)
def test_which_paths_lead_to_secrets(path, secret):
    assert is_secret(path.split(".")) is secret


@pytest.mark.parametrize(
    "path, value, expected",
    [
        ("password", "hunter2", MASK),
        ("password", 1234, MASK),
        ("password", None, None),
        ("password_set.password", True, True),
        ("password", "(known after apply)", "(known after apply)"),
        ("secrets.KEY", f"{ARN}:KEY::", f"{ARN}:KEY::"),
        ("secrets.KEY", "plain", MASK),
        ("anything", "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER", MASK),
        ("command", ["run", "--token=abcdefgh"], ["run", f"--token={MASK}"]),
        ("url", "redis://user:pass@redis:6379", f"redis://user:{MASK}@redis:6379"),
        ("Action", ["secretsmanager:GetSecretValue", "s3:*"], ["secretsmanager:GetSecretValue", "s3:*"]),
        ("environment", [{"name": "API_KEY", "value": "x"}], [{"name": "API_KEY", "value": MASK}]),
        ("note", "password:hunter", f"password:{MASK}"),
        ("config", {"user": "a", "token": "b"}, {"user": "a", "token": MASK}),
    ],
)
def test_values(path, value, expected):
    assert shown(path.split("."), value) == expected
