"""The functions of the hooks, called as ECS and CodeDeploy call them."""

from __future__ import annotations

import datetime
import json
import socket
import ssl
import time
import types

import pytest
from ansible_collections.portkey.gateway.tests.unit.roles.lifecycle_hook.hook_listener import REFUSAL
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

STREAM = 'data: {"choices": [{"delta": {"content": "ok"}}]}\n\ndata: [DONE]\n\n'
COMPLETION = (200, {}, {"choices": [{"message": {"content": "ok"}}]})
BY_CODE_DEPLOY = {"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "e-1"}


@pytest.fixture
def call(monkeypatch, settings):
    """Calls the gate's handler with the settings, some of them otherwise."""

    def run(event=None, milliseconds=300_000, **changes):
        import smoke_gate

        monkeypatch.setenv("SMOKE_GATE_SETTINGS", json.dumps({**settings, **changes}))
        context = types.SimpleNamespace(get_remaining_time_in_millis=lambda: milliseconds)
        return smoke_gate.handler(event or {"lifecycleStage": "POST_TEST_TRAFFIC_SHIFT"}, context)

    return run


class CodeDeploy:
    def __init__(self):
        self.told = []

    def put_lifecycle_event_hook_execution_status(self, **parameters):
        self.told.append(parameters)


@pytest.fixture
def code_deploy(monkeypatch):
    client = CodeDeploy()
    fake = types.SimpleNamespace(client={"codedeploy": client}.get)
    monkeypatch.setitem(__import__("sys").modules, "boto3", fake)
    return client


def test_the_template_lets_a_deployment_pass(capsys):
    import lifecycle_hook

    answer = lifecycle_hook.handler({"lifecycleStage": "POST_SCALE_UP", "resourceArn": "arn:x"}, None)
    assert answer == {"hookStatus": "SUCCEEDED", "reason": "POST_SCALE_UP of arn:x may pass"}
    assert capsys.readouterr().out == "SUCCEEDED: POST_SCALE_UP of arn:x may pass\n"


def test_a_good_version_passes_and_its_log_says_why(call, listener, capsys):
    answer = call()
    assert answer["hookStatus"] == "SUCCEEDED"
    for name in ("health of gateway", "chat completion", "streamed chat completion"):
        assert f"{name}: 3 of 3 attempts good" in answer["reason"]
    *evidence, verdict = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["check"] for line in evidence] == [
        "health of gateway",
        "chat completion",
        "streamed chat completion",
    ]
    assert verdict == f"SUCCEEDED: {answer['reason']}"
    assert len(listener.seen) == 9
    _path, headers, body = listener.seen[-1]
    assert headers["Authorization"] == "Bearer portkey-smoke-gate"
    assert headers["x-portkey-provider"] == "openai"
    assert (body["model"], body["stream"]) == ("gpt-4o-mini", True)


@pytest.mark.parametrize(
    "path, answer, reason",
    [
        (
            "/v1/health",
            (500, {}, "broken"),
            "health of gateway: 1 of 1 attempts failed, the last with HTTP 500: broken",
        ),
        ("/v1/health", (404, {}, ""), "the last with HTTP 404"),
        ("/v1/chat/completions", (200, {}, "<html>hello</html>"), "not in the gateway's own error shape: <html>hello"),
        (
            "/v1/chat/completions",
            (502, {}, "<html>Bad Gateway</html>"),
            "HTTP 502, not in the gateway's own error shape",
        ),
        ("/v1/chat/completions", (401, {}, {"message": "Unauthorized"}), "not in the gateway's own error shape"),
        (
            "/v1/chat/completions",
            (500, {}, {"status": "failure", "message": "Something went wrong"}),
            "an error of the gateway itself: Something went wrong",
        ),
    ],
)
def test_a_bad_version_fails_with_its_evidence(call, listener, path, answer, reason):
    listener.answers[path] = answer
    found = call()
    assert found["hookStatus"] == "FAILED"
    assert reason in found["reason"]


def test_what_a_provider_refuses_through_the_gateway_is_good(call, listener):
    error = {"error": {"message": "openai error: Incorrect API key provided"}, "provider": "openai"}
    listener.answers["/v1/chat/completions"] = (401, {}, error)
    assert call()["hookStatus"] == "SUCCEEDED"


@pytest.mark.parametrize("allowed, status", [(0, "FAILED"), (1, "SUCCEEDED")])
def test_so_many_attempts_may_fail(call, listener, allowed, status):
    def second_fails(body, number):
        return (500, {}, "") if number == 2 else REFUSAL

    listener.answers["/v1/chat/completions"] = second_fails
    answer = call(allowed_failures=allowed)
    assert answer["hookStatus"] == status
    if status == "SUCCEEDED":
        assert "chat completion: 2 of 3 attempts good" in answer["reason"]


def test_an_answer_that_is_good_but_slow_is_bad(call, listener):
    def slowly(body, number):
        time.sleep(0.2)
        return REFUSAL

    listener.answers["/v1/chat/completions"] = slowly
    answer = call(max_latency_ms=100, attempts=1)
    assert answer["hookStatus"] == "FAILED"
    assert "Invalid API Key, after 2" in answer["reason"]


@pytest.mark.parametrize("status", [502, 503, 504])
def test_while_there_is_no_target_the_gate_asks_to_be_called_again(call, listener, status):
    listener.answers["/v1/health"] = (status, {}, "")
    answer = call()
    assert (answer["hookStatus"], answer["callBackDelay"]) == ("IN_PROGRESS", 15)
    assert f"HTTP {status}" in answer["reason"]


def test_a_listener_that_nobody_answers_is_not_ready(call):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        answer = call(url=f"http://127.0.0.1:{unused.getsockname()[1]}")
    assert answer["hookStatus"] == "IN_PROGRESS"
    assert "ConnectionRefusedError" in answer["reason"]


def test_no_attempt_begins_without_time_for_it(call):
    answer = call(milliseconds=1000)
    assert answer["hookStatus"] == "FAILED"
    assert "the function's time is up" in answer["reason"]


def test_the_way_in_is_that_of_the_load_balancers_rules(call, listener):
    way = {"host": "gw.example.com", "path": "/gateway"}
    listener.answers = {f"/gateway{path}": answer for path, answer in listener.answers.items()}
    assert call(gateway=way)["hookStatus"] == "SUCCEEDED"
    assert {headers["Host"] for _path, headers, _body in listener.seen} == {"gw.example.com"}


def test_headers_of_ones_own(call, listener):
    call(headers={"x-portkey-config": "pc-1"})
    assert listener.seen[-1][1]["x-portkey-config"] == "pc-1"


# TLS.


@pytest.fixture
def tls(listener, tmp_path, monkeypatch):
    """The listener with a certificate for gw.example.com, from an authority of its own; gives that authority's file."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gw.example.com")])
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("gw.example.com")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    own = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file = tmp_path / "listener.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, *own) + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    listener.socket = context.wrap_socket(listener.socket, server_side=True)
    return file


def _by_tls(listener, host=""):
    return {"url": listener.url.replace("http:", "https:"), "gateway": {"host": host, "path": ""}, "attempts": 1}


@pytest.mark.parametrize(
    "trusted, host, verify, status",
    [
        (True, "gw.example.com", True, "SUCCEEDED"),
        # The chain alone, since only host routing tells the name.
        (True, "", True, "SUCCEEDED"),
        (True, "other.example.com", True, "FAILED"),
        (False, "gw.example.com", True, "FAILED"),
        (False, "gw.example.com", False, "SUCCEEDED"),
    ],
)
def test_the_certificate_is_checked(call, listener, tls, monkeypatch, trusted, host, verify, status):
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(tls))
    answer = call(**_by_tls(listener, host), verify_tls=verify)
    assert answer["hookStatus"] == status, answer
    if status == "FAILED":
        assert "SSLCertVerificationError" in answer["reason"]


# MCP.

MCP_ONLY = {"gateway": None, "mcp": {"host": "", "path": ""}}


@pytest.mark.parametrize(
    "answer, status",
    [
        ((200, {}, {"jsonrpc": "2.0", "id": 1, "result": {}}), "SUCCEEDED"),
        (
            (200, {"Content-Type": "text/event-stream"}, 'event: message\ndata: {"jsonrpc": "2.0", "result": {}}\n\n'),
            "SUCCEEDED",
        ),
        ((400, {}, {"jsonrpc": "2.0", "error": {"code": -32600}}), "SUCCEEDED"),
        ((401, {"WWW-Authenticate": "Bearer"}, ""), "SUCCEEDED"),
        (REFUSAL, "SUCCEEDED"),
        ((401, {}, ""), "FAILED"),
        ((404, {}, {"message": "Not Found", "ok": False}), "FAILED"),
        ((200, {}, "ok"), "FAILED"),
        ((200, {"Content-Type": "text/event-stream"}, ": nothing\n\n"), "FAILED"),
    ],
)
def test_an_mcp_server_must_answer_an_initialize(call, listener, answer, status):
    listener.answers["/mcp"] = answer
    found = call(**MCP_ONLY)
    assert found["hookStatus"] == status, found
    path, headers, body = listener.seen[-1]
    assert (path, body["method"]) == ("/mcp", "initialize")
    assert headers["Accept"] == "application/json, text/event-stream"
    assert not any(path == "/v1/chat/completions" for path, _headers, _body in listener.seen)


def test_in_mode_all_both_are_tried(call, listener):
    reason = call(mcp={"host": "", "path": ""})["reason"]
    assert all(name in reason for name in ("health of gateway", "health of mcp", "streamed chat", "MCP initialize"))


# Credentials of the user's own.


@pytest.fixture
def secret(monkeypatch):
    headers = {"x-portkey-api-key": "real", "Authorization": "Bearer real"}
    client = types.SimpleNamespace(get_secret_value=lambda SecretId: {"SecretString": json.dumps(headers)})
    fake = types.SimpleNamespace(client={"secretsmanager": client}.get)
    monkeypatch.setitem(__import__("sys").modules, "boto3", fake)
    return {"credentials_secret_arn": "arn:secret"}


def _completes(body, number):
    return (200, {"Content-Type": "text/event-stream"}, STREAM) if body["stream"] else COMPLETION


def test_with_credentials_the_gateway_must_complete_and_stream(call, listener, secret):
    listener.answers["/v1/chat/completions"] = _completes
    assert call(**secret)["hookStatus"] == "SUCCEEDED"
    assert listener.seen[-1][1]["x-portkey-api-key"] == "real"


@pytest.mark.parametrize(
    "answer, reason",
    [
        (lambda body, number: REFUSAL, "not a chat completion: Invalid API Key"),
        (lambda body, number: COMPLETION, "it is not streamed"),
        (
            lambda body, number: _completes(body, number)[:2] + (STREAM[:40],) if body["stream"] else COMPLETION,
            "the stream did not come to its end",
        ),
    ],
)
def test_with_credentials_a_refusal_is_bad(call, listener, secret, answer, reason):
    listener.answers["/v1/chat/completions"] = answer
    found = call(**secret)
    assert (found["hookStatus"], reason in found["reason"]) == ("FAILED", True), found


def test_a_gate_that_fails_itself_answers_nevertheless(call, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "boto3", None)
    answer = call(credentials_secret_arn="arn:secret")
    assert answer["hookStatus"] == "FAILED"
    assert answer["reason"].startswith("The smoke gate itself failed")


# CodeDeploy.


@pytest.mark.parametrize("health, status", [(200, "Succeeded"), (500, "Failed")])
def test_code_deploy_is_told_by_a_call(call, listener, code_deploy, health, status):
    listener.answers["/v1/health"] = (health, {}, "")
    call(event=BY_CODE_DEPLOY)
    assert code_deploy.told == [
        {"deploymentId": "d-1", "lifecycleEventHookExecutionId": "e-1", "status": status},
    ]


def test_code_deploy_does_not_ask_again_so_the_gate_waits_itself(call, listener, code_deploy, monkeypatch):
    import smoke_gate

    monkeypatch.setattr(smoke_gate, "PAUSE_SECONDS", 0.01)
    listener.answers["/v1/health"] = lambda body, number: (503 if number < 3 else 200, {}, "")
    call(event=BY_CODE_DEPLOY)
    assert [one["status"] for one in code_deploy.told] == ["Succeeded"]
    code_deploy.told.clear()
    listener.answers["/v1/health"] = (503, {}, "")
    call(event=BY_CODE_DEPLOY, milliseconds=1000)
    assert [one["status"] for one in code_deploy.told] == ["Failed"]
