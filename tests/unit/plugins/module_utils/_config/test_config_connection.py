from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._config.connection import arguments

KEYS = {"access_key": "AKIA", "secret_key": "secret"}
NO_KEYS = {"access_key": "", "secret_key": "", "session_token": ""}


@pytest.mark.parametrize(
    "given, told",
    [
        (None, {}),
        ({}, {}),
        ({"profile": "", "access_key": None, "endpoint_url": ""}, {}),
        ({"endpoint_url": "http://127.0.0.1:4599"}, {"endpoint_url": "http://127.0.0.1:4599"}),
        ({"profile": "prod"}, {"profile": "prod", **NO_KEYS}),
        (KEYS, {**KEYS, "profile": "", "session_token": ""}),
        ({**KEYS, "session_token": "token"}, {**KEYS, "profile": "", "session_token": "token"}),
    ],
)
def test_who_is_named_is_named_completely(given, told):
    assert arguments(given) == told
