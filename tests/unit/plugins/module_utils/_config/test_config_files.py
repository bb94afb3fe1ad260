from __future__ import annotations

import json
import os
import pathlib

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._config import check

# What the seed ships, but for the values.
SEED_ENVIRONMENT = {
    "data-service": {
        "SERVICE_NAME": "data-service",
        "GATEWAY_BASE_URL": "http://gateway:8787",
        "HYBRID_DEPLOYMENT": "ON",
    },
    "gateway": {
        "SERVICE_NAME": "gateway",
        "DATASERVICE_BASEPATH": "http://data-service:8081",
        "LOG_STORE": "s3_assume",
    },
}
PLACEHOLDER = "<ClientOrgSecretNameArn>"
SEED_SECRETS = {
    "_comment": "Replace <ClientOrgSecretNameArn> with the value of ClientOrgSecretNameArn.",
    "gateway": {"PORTKEY_CLIENT_AUTH": PLACEHOLDER, "ORGANISATIONS_TO_SYNC": PLACEHOLDER},
    "data-service": {"_comment": "and here", "PORTKEY_CLIENT_AUTH": PLACEHOLDER},
}


def read_text(path):
    return pathlib.Path(path).read_text(encoding="utf-8")


def test_the_files_of_the_seed_work_as_they_are(checked):
    files = {"environment-variables.json": SEED_ENVIRONMENT, "secrets.json": SEED_SECRETS}
    result = checked(
        files, environment_variables_file_path="environment-variables.json", secrets_file_path="secrets.json"
    )
    assert result.faults == []
    assert result.config["environment_variables"] == SEED_ENVIRONMENT
    assert result.config["secrets"]["gateway"] == SEED_SECRETS["gateway"]
    assert result.config["secrets"]["data-service"] == {"PORTKEY_CLIENT_AUTH": PLACEHOLDER}


@pytest.mark.parametrize(
    "text, rule, fix",
    [
        ('{"gateway": {"A": "b",}}', "at line 1, column 2", "Correct line 1, column "),
        ('{"gateway": {\n  "A" "b"\n}}', "Expecting ':' delimiter at line 2, column 7", "Correct line 2, column 7."),
        ("", "at line 1, column 1", "Correct line 1, column 1."),
        ("[]", "one JSON object", "Write it like"),
        ('{"gateway": {"A": "b", "A": "c"}}', "The key A is in one object twice.", "Remove one of them."),
        ('{"gatewy": {}}', "gatewy in it: There is no such key.", "Did you mean gateway?"),
        ('{"data_service": {}}', "data_service in it: There is no such key.", "Did you mean data-service?"),
        ('{"gateway": "A=b"}', "gateway in it: It must be a mapping of keys to values.", "Write a mapping"),
        ('{"gateway": {"A-B": "c"}}', "gateway.A-B in it is (not shown). A variable's name", "Rename it."),
        ('{"gateway": {"A": ["b"]}}', "gateway.A in it is (not shown). A variable's value", "Put it in quotes."),
    ],
)
def test_a_file_that_cannot_be_used_is_a_fault_of_its_variable(checked, text, rule, fix):
    faults = checked({"env.json": text}, environment_variables_file_path="env.json").faults
    assert [one.variable for one in faults] == ["portkey_environment_variables_file_path"]
    assert rule in faults[0].rule
    assert faults[0].fix.startswith(fix)
    assert "env.json" in faults[0].value


def test_a_secret_of_the_file_is_named_by_its_place(checked):
    files = {
        "secrets.json": {
            "gateway": {"KEY": "hunter2", "OTHER": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a"}
        }
    }
    faults = checked(files, secrets_file_path="secrets.json").faults
    assert {one.variable for one in faults} == {"portkey_secrets_file_path"}
    assert "gateway.KEY in it is (not shown)" in faults[0].rule
    assert "gateway.OTHER in it is arn:aws:secretsmanager:eu-west-1" in faults[1].rule


def test_a_file_beside_the_variable_is_a_fault(checked):
    faults = checked({"s.json": {}}, secrets_file_path="s.json", secrets={"gateway": {}}).faults
    assert [(one.variable, one.rule) for one in faults] == [
        ("portkey_secrets_file_path", "Give this or portkey_secrets, not both.")
    ]


def test_a_file_that_may_not_be_read(options, least, tmp_path):
    (tmp_path / "env.json").write_text("{}")

    def refuse(path):
        raise PermissionError(13, "Permission denied")

    given = {**least, "portkey_environment_variables_file_path": "env.json"}
    faults = check.check(options, given, [str(tmp_path)], refuse).faults
    assert [(one.variable, one.rule) for one in faults] == [
        ("portkey_environment_variables_file_path", "It must be readable: Permission denied.")
    ]


def test_a_file_that_is_no_text(options, least, tmp_path):
    (tmp_path / "env.json").write_bytes(b'{"gateway": {"A": "\xff"}}')
    given = {**least, "portkey_environment_variables_file_path": "env.json"}
    faults = check.check(options, given, [str(tmp_path)], read_text).faults
    assert [one.rule for one in faults] == ["It must be text in UTF-8; byte 19 is not."]


def test_relative_paths_begin_at_the_inventory_then_the_playbook_then_here(options, least, tmp_path):
    folders = [tmp_path / name for name in ("inventory", "playbook", "here")]
    given = {**least, "portkey_environment_variables_file_path": "environments/dev/env.json"}

    def found():
        return check.check(options, given, map(str, folders), read_text)

    for folder in folders:
        (folder / "environments/dev").mkdir(parents=True)
    missing = found().faults
    assert [one.variable for one in missing] == ["portkey_environment_variables_file_path"]
    assert all(str(folder) in missing[0].fix for folder in folders)
    for folder in reversed(folders):
        (folder / "environments/dev/env.json").write_text(json.dumps({"gateway": {"FROM": folder.name}}))
        result = found()
        assert result.faults == []
        assert result.config["environment_variables"]["gateway"] == {"FROM": folder.name}


def test_an_absolute_path_and_a_home(options, least, tmp_path, monkeypatch):
    (tmp_path / "env.json").write_text('{"gateway": {"VERSION": 1.10, "BIG": 1e3, "ON": true, "N": 7, "OUT": null}}')
    monkeypatch.setenv("HOME", str(tmp_path))
    for path in (str(tmp_path / "env.json"), "~/env.json"):
        given = {**least, "portkey_environment_variables_file_path": path}
        result = check.check(options, given, [os.sep], read_text)
        assert result.faults == []
        # A number stays as it is written.
        expected = {"VERSION": "1.10", "BIG": "1e3", "ON": True, "N": 7, "OUT": None}
        assert result.config["environment_variables"]["gateway"] == expected
