"""Surveys of AWX from the specification of the variables."""

from __future__ import annotations

import pathlib

import pytest
from ansible.errors import AnsibleFilterError
from ansible.parsing.dataloader import DataLoader
from ansible_collections.portkey.gateway.plugins.module_utils._config.bounds import BOUNDS, ELEMENTS
from ansible_collections.portkey.gateway.plugins.module_utils._config.check import check
from ansible_collections.portkey.gateway.plugins.plugin_utils.awx_survey import survey
from ansible_collections.portkey.gateway.plugins.plugin_utils.specification import SPECIFICATION, read_specification

PLAYBOOKS = pathlib.Path(SPECIFICATION).parents[3] / "playbooks"
TEMPLATES = DataLoader().load_from_file(str(PLAYBOOKS / "vars/awx.yml"))["awx_templates"]
ASKED = sorted({variable for template in TEMPLATES for variable in template["asks"]})


def question(variable: str, **more) -> dict:
    (found,) = survey([variable], **more)["spec"]
    return found


def test_a_question_tells_what_the_variable_is_without_markup():
    asked = question("portkey_rollback_to")
    assert asked["question_name"] == "Rollback to"
    assert asked["question_description"].startswith("Where the playbook rollback goes back to. active stops the")
    assert (asked["type"], asked["default"], asked["required"]) == ("text", "active", False)


@pytest.mark.parametrize(
    "variable, expected",
    [
        ("portkey_wait_timeout", {"type": "integer", "min": 1, "max": 86400, "default": 7200}),
        ("portkey_logs_lines", {"type": "integer", "min": 1, "max": 10000, "default": 100}),
        ("portkey_scale_count", {"type": "integer", "min": 0, "max": 86400, "default": ""}),
        ("portkey_scale_force", {"type": "multiplechoice", "choices": ["true", "false"], "default": "false"}),
        (
            "portkey_scale_services",
            {"type": "multiselect", "choices": ["redis", "data-service", "gateway"], "default": ""},
        ),
        ("portkey_deploy_tag", {"type": "text", "min": 0, "max": 1024, "default": ""}),
    ],
)
def test_the_type_decides_how_it_is_asked(variable, expected):
    asked = question(variable)
    assert {key: asked[key] for key in expected} == expected


def test_what_must_be_answered():
    assert question("portkey_uninstall_confirm", required=["portkey_uninstall_confirm"])["required"] is True


@pytest.mark.parametrize(
    "variable, why",
    [
        ("portkey_docker_password", "is a secret"),
        ("portkey_nothing", "no variable"),
        ("portkey_gateway_config", "no question for a dict"),
    ],
)
def test_what_no_survey_can_ask(variable, why):
    with pytest.raises(AnsibleFilterError, match=why):
        survey([variable])


@pytest.mark.parametrize("variable", ASKED)
def test_the_rules_take_the_default_and_the_bounds(variable):
    """Faults of other variables are none of its concern: nothing else is set here."""
    asked = question(variable)
    for answer in (
        {asked["default"], asked.get("min"), asked.get("max")} if asked["type"] == "integer" else {asked["default"]}
    ):
        checked = check(read_specification(), {variable: answer or None if answer == "" else answer}, [], open, [])
        assert [fault for fault in checked.faults if fault.variable == variable] == []


def test_bounds_are_those_of_variables_that_there_are():
    options = read_specification()
    assert {options[f"portkey_{name}"]["type"] for name in BOUNDS} == {"int"}
    assert {options[f"portkey_{name}"]["type"] for name in ELEMENTS} == {"list"}


def test_each_template_has_its_playbook():
    assert [template["name"] for template in TEMPLATES if not (PLAYBOOKS / f"{template['name']}.yml").exists()] == []
