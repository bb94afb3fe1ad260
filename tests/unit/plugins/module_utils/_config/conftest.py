from __future__ import annotations

import copy
import json
import pathlib

import pytest
import yaml
from ansible_collections.portkey.gateway.plugins.module_utils._config import check, stack
from ansible_collections.portkey.gateway.plugins.module_utils._preflight import examine

ROOT = pathlib.Path(__file__).resolve().parents[5]
SPECIFICATION = ROOT / "roles/preflight/meta/argument_specs.yml"

ACCOUNT = {
    **examine.NOTHING,
    "account_id": "123456789012",
    "partition": "aws",
    "dns_suffix": "amazonaws.com",
    "availability_zones": ["us-west-2a", "us-west-2b", "us-west-2c", "us-west-2d"],
    "architecture": "arm64",
    "ami_parameter": "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id",
    "ami_id": "ami-0123456789abcdef0",
    "instance": {"cpu": 2048, "memory": 4096},
    "secrets": {},
}

# The least that a user must write.
LEAST = {
    "portkey_vpc_cidr": "10.0.0.0/16",
    "portkey_docker_username": "user",
    "portkey_docker_password": "word",
    "portkey_object_storage": {"log_store_bucket": "portkey-logs", "bucket_region": "us-west-2"},
}


def pytest_generate_tests(metafunc):
    """Each row of a module's table BAD is a test of its own."""
    if "bad_input" in metafunc.fixturenames:
        names = [case[0] for case in metafunc.module.BAD]
        assert len(set(names)) == len(names)
        metafunc.parametrize("bad_input", [case[1:] for case in metafunc.module.BAD], ids=names)


@pytest.fixture(scope="session")
def options():
    return yaml.safe_load(SPECIFICATION.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]


@pytest.fixture
def least():
    return copy.deepcopy(LEAST)


@pytest.fixture
def account():
    return copy.deepcopy(ACCOUNT)


@pytest.fixture
def checked(options, least, tmp_path):
    """Checks the least configuration with some variables, named without the prefix, set otherwise."""

    def run(files=None, without=(), **variables):
        for name, content in (files or {}).items():
            text = content if isinstance(content, str) else json.dumps(content)
            (tmp_path / name).write_text(text, encoding="utf-8")
        given = {**least, **{f"portkey_{name}": value for name, value in variables.items()}}
        for name in without:
            del given[f"portkey_{name}"]
        return check.check(options, given, [str(tmp_path)], lambda path: pathlib.Path(path).read_text(encoding="utf-8"))

    return run


@pytest.fixture
def refused(checked):
    """Exactly these variables are named, each with a rule and a fix."""

    def run(variables, expected):
        faults = checked(**variables).faults
        assert {one.variable for one in faults} == {f"portkey_{path}" for path in expected}
        assert all(one.rule.endswith((".", "?")) and one.fix for one in faults)

    return run


@pytest.fixture
def configured(checked):
    """The configuration of a check that must find no fault."""

    def run(**variables):
        result = checked(**variables)
        assert result.faults == []
        return result.config

    return run


@pytest.fixture
def built(checked, account):
    def run(seen=None, **variables):
        result = checked(**variables)
        assert result.faults == []
        return stack.build(result.public, {**account, **(seen or {})}, check.made_secrets(result.config))

    return run
