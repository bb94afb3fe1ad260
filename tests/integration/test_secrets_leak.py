"""Secrets never leak: values that occur nowhere else are planted in every secret input, and looked for everywhere."""

from __future__ import annotations

import dataclasses
import json
import pathlib
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from ansible_run import ROOT, Ansible, Run
from stacks import begin_with

from emulator.testing import Running

SPECIFICATION = yaml.safe_load((ROOT / "roles" / "preflight" / "meta" / "argument_specs.yml").read_text())
OPTIONS = SPECIFICATION["argument_specs"]["main"]["options"]
# The only calls that may carry a value: they put it where it belongs.
STORING = {("secretsmanager", "CreateSecret"), ("secretsmanager", "PutSecretValue"), ("secretsmanager", "UpdateSecret")}
# The token of a cache that the stack makes, which no input has.
STORING |= {("elasticache", "CreateReplicationGroup")}
CACHE = {"portkey_redis_configuration": {"redis_type": "aws-elastic-cache", "create": True}}
MARK = "Zq7x"
# What quoting and escaping might let through, where one of the ways out masks by the letter.
AWKWARD = "\"'\\ $`é"


def canary(name: str, generation: int) -> str:
    return f"canary{generation}{name.replace('_', '')}{MARK}"


def planted(endpoint: str, generation: int) -> dict[str, Any]:
    """A value for every secret input of the specification."""
    values: dict[str, Any] = {}
    for name, option in OPTIONS.items():
        if option.get("no_log") and name != "portkey_aws_connection":
            values[name] = canary(name, generation) + AWKWARD
    assert len(values) == 4, "a new secret input has to be planted here"
    connection = {name: canary(name, generation) for name in ("secret_key", "session_token")}
    values["portkey_aws_connection"] = {"endpoint_url": endpoint, "access_key": "AKIAEMULATEDACCOUNT0", **connection}
    return values


@dataclasses.dataclass
class Watched:
    """Runs of which all that they print and leave behind is kept, and all that they say to AWS."""

    ansible: Ansible
    folder: pathlib.Path
    calls: list[tuple[str, str, str]]

    def play(self, playbook: str, *arguments: str, generation: int, **variables: Any) -> Run:
        given = self.folder / "given.json"
        given.write_text(json.dumps({**planted(self.ansible.endpoint, generation), **variables}))
        run = self.ansible.play(playbook, *arguments, "-e", f"@{given}").ok()
        given.unlink()
        plan = self.folder / "plan.json"
        if plan.exists():
            plan.rename(self.folder / f"plan-{generation}-{pathlib.Path(playbook).stem}.json")
        (self.folder / f"output-{generation}-{pathlib.Path(playbook).stem}").write_text(run.output)
        return run

    def leaks(self, *more: str) -> list[str]:
        """Where a canary was seen, or one of the words that were made only in AWS."""
        words = [
            canary(name, generation) for name in (*OPTIONS, "secret_key", "session_token") for generation in (1, 2)
        ]
        words += more
        texts = {str(path.relative_to(self.folder)): _text(path) for path in self.folder.rglob("*") if path.is_file()}
        assert {"log", "plan-1-site.json", "plan-2-plan.json"} <= texts.keys()
        assert any(name.startswith("junit/") for name in texts)
        texts |= {
            f"call {number}, {service}:{operation}": parameters
            for number, (service, operation, parameters) in enumerate(self.calls)
            if (service, operation) not in STORING
        }
        return [f"{word} in {name}" for name, text in texts.items() for word in words if word in text]


def _text(path: pathlib.Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


@pytest.fixture
def folder() -> Iterator[pathlib.Path]:
    """Not pytest's, whose path is too long for the sockets that Ansible makes below its home."""
    with tempfile.TemporaryDirectory(prefix="leak") as made:
        yield pathlib.Path(made)


@pytest.fixture
def watched(emulator: Running, folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Watched:
    """Everything that Ansible keeps is kept below one folder. The calls are taken before the emulator masks them."""
    calls: list[tuple[str, str, str]] = []
    remember = emulator.app._remember

    def overhear(call, status, error) -> None:
        calls.append((call.service, call.operation, json.dumps(call.params, default=repr, ensure_ascii=False)))
        remember(call, status, error)

    monkeypatch.setattr(emulator.app, "_remember", overhear)
    for name in ("home", "facts", "junit", "tmp"):
        (folder / name).mkdir()
    environment = {
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "ANSIBLE_LOG_PATH": str(folder / "log"),
        "ANSIBLE_CACHE_PLUGIN": "jsonfile",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(folder / "facts"),
        "ANSIBLE_CALLBACKS_ENABLED": "portkey.gateway.plan,ansible.builtin.junit",
        "JUNIT_OUTPUT_DIR": str(folder / "junit"),
        "PORTKEY_PLAN_JSON": str(folder / "plan.json"),
    }
    return Watched(Ansible(emulator.url, environment=environment), folder, calls)


def test_no_value_of_a_secret_gets_anywhere_else(watched: Watched, ansible: Ansible, emulator: Running):
    begin_with(ansible, emulator)
    secrets = emulator.client("secretsmanager")
    for one in secrets.list_secrets()["SecretList"]:
        secrets.delete_secret(SecretId=one["ARN"], ForceDeleteWithoutRecovery=True)
    # The secrets are new, and with their ARNs the task definitions and the policies.
    watched.play("site.yml", "-vvvv", "--diff", generation=1, **CACHE)
    token = json.loads(secrets.get_secret_value(SecretId="portkey-gateway/dev/redis-auth")["SecretString"])
    watched.play("playbooks/plan.yml", "-vvvv", "--diff", generation=2, **CACHE)
    watched.play("site.yml", "-vvvv", "--diff", generation=2, **CACHE)
    watched.play("playbooks/status.yml", "-vvvv", generation=2)
    confirmed = {"portkey_uninstall_confirm": "portkey-gateway-dev", "portkey_uninstall_delete_secrets": True}
    watched.play("playbooks/uninstall.yml", "-vvvv", "--diff", generation=2, **confirmed)
    stored = [parameters for service, operation, parameters in watched.calls if (service, operation) in STORING]
    for generation in (1, 2):
        for name in ("docker_username", "docker_password", "client_auth", "organisations"):
            assert any(canary(f"portkey_{name}", generation) in parameters for parameters in stored)
    assert watched.leaks(token["REDIS_PASSWORD"]) == []
    assert token["REDIS_PASSWORD"] not in json.dumps(emulator.calls())
    assert MARK not in json.dumps(emulator.calls())
