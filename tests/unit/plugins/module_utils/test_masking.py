from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils.masking import MASK, masked


@pytest.mark.parametrize(
    "text, hidden",
    [
        ("REDIS_PASSWORD=hunter2 port=6379", "hunter2"),
        ('{"api_key": "abc def", "port": 1}', "abc def"),
        ("PORTKEY_CLIENT_AUTH: qwertz", "qwertz"),
        ("Authorization: Bearer abcdefghijkl", "abcdefghijkl"),
        ("sent bearer abcdefghijkl.mnop", "abcdefghijkl.mnop"),
        ("connecting to redis://:s3cret@redis:6379", "s3cret"),
        ("connecting to https://user:s3cret@host/x", "s3cret"),
        ("key AKIAIOSFODNN7EXAMPLE used", "AKIAIOSFODNN7EXAMPLE"),
        ("using sk-proj-0123456789", "sk-proj-0123456789"),
        ("jwt eyJhbGciOi.eyJzdWIiOi.c2ln end", "eyJhbGciOi"),
        ("x-portkey-api-key=abc,next=1", "abc"),
    ],
)
def test_a_secret_is_hidden(text, hidden):
    assert hidden not in masked(text)
    assert MASK in masked(text)


@pytest.mark.parametrize(
    "text",
    [
        "Error: connect ECONNREFUSED redis://redis:6379",
        "listening on http://0.0.0.0:8787",
        "GET /v1/health 200 in 3 ms",
        "Token bucket is empty",
    ],
)
def test_the_rest_stays(text):
    assert masked(text) == text
