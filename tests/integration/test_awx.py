"""playbooks/awx.yml with the real modules of awx.awx, on a double of AWX's API."""

from __future__ import annotations

import json
import subprocess

import awx_collection
import awx_double
import pytest
import yaml
from ansible_run import ROOT, Ansible, Run
from awx_double import Awx

NAME = "Portkey gateway"
SET = {"awx_project_url": "https://git.example.com/gateway.git", "awx_image": "registry.example.com/gateway-ee:1"}
VALUES = {
    "PORTKEY_DOCKER_USERNAME": "docker-user-value",
    "PORTKEY_DOCKER_PASSWORD": "docker-password-value",
    "PORTKEY_CLIENT_AUTH": "client-auth-value",
    "PORTKEY_ORGANISATIONS": "organisations-value",
}


@pytest.fixture(scope="module")
def awx():
    playbooks = {f"playbooks/{path.name}" for path in (ROOT / "playbooks").glob("*.yml")}
    with awx_double.running(playbooks) as started:
        yield started


@pytest.fixture(scope="module")
def play(awx: Awx):
    try:
        folder = awx_collection.folder()
    except (OSError, subprocess.SubprocessError) as error:
        pytest.skip(f"awx.awx cannot be had: {error}")
    environment = {
        "ANSIBLE_COLLECTIONS_PATH": f"{ROOT / 'collections'}:{folder}",
        "CONTROLLER_HOST": awx.url,
        "CONTROLLER_OAUTH_TOKEN": awx_double.TOKEN,
        **VALUES,
    }

    def run(*arguments: str, **variables) -> Run:
        awx.requests.clear()
        ansible = Ansible("http://127.0.0.1:9", environment=environment)
        return ansible.play("playbooks/awx.yml", *arguments, **{**SET, **variables})

    return run


@pytest.fixture(scope="module")
def made(play) -> Run:
    return play().ok()


def test_without_a_repository_nothing_is_asked(play, awx: Awx):
    run = play(awx_project_url="")
    assert run.returncode == 2
    assert "Name the repository and the image" in run.output
    assert awx.requests == []


def test_each_template_runs_its_playbook_in_the_image(made: Run, awx: Awx):
    assert "WARNING" not in made.output.replace("[WARNING]: No inventory", "")
    image = awx.one("execution_environments", name=NAME)
    assert image["image"] == SET["awx_image"]
    project = awx.one("projects", name=NAME)
    assert (project["scm_url"], project["scm_type"]) == (SET["awx_project_url"], "git")
    assert {item["playbook"].split("/")[1] for item in awx.items["job_templates"].values()} == {
        f"{name}.yml"
        for name in ("plan", "deploy", "site", "promote", "rollback", "verify", "accept", "scale_down", "uninstall")
    }
    for template in awx.items["job_templates"].values():
        assert (template["project"], template["execution_environment"]) == (project["id"], image["id"])
        assert template["inventory"] == awx.one("inventories", name=NAME)["id"]
        # Two jobs of one stack would only wait for each other's lock.
        assert template["allow_simultaneous"] is False
    source = awx.one("inventory_sources", inventory=awx.one("inventories", name=NAME)["id"])
    assert (source["source"], source["source_path"]) == ("scm", "inventories/prod")
    assert (ROOT / source["source_path"]).is_dir()


def test_secrets_are_in_the_credential_and_nowhere_else(made: Run, awx: Awx):
    kind = awx.one("credential_types", name=NAME)
    secret = {field["id"] for field in kind["inputs"]["fields"] if field.get("secret")}
    assert secret == {"docker_password", "client_auth"}
    assert kind["injectors"]["env"]["PORTKEY_CLIENT_AUTH"] == "{{ client_auth }}"
    asked = yaml.safe_load((ROOT / "inventories/prod/group_vars/all.yml").read_text())
    for variable in VALUES:
        assert variable in kind["injectors"]["env"]
        assert any(variable in str(value) for value in asked.values()), f"nothing reads {variable}"
    credential = awx.one("credentials", name=NAME)
    assert set(credential["inputs"].values()) == set(VALUES.values())
    for template in awx.items["job_templates"].values():
        assert awx.linked[template["id"], "credentials"] == [credential["id"]]
    elsewhere = json.dumps([{**awx.items, "credentials": None}, awx.surveys])
    for value in VALUES.values():
        assert value not in elsewhere and value not in made.output


def test_surveys_ask_with_types_bounds_and_defaults(made: Run, awx: Awx):
    asked = {
        template["name"].removeprefix(f"{NAME} "): {
            question["variable"]: question for question in awx.surveys.get(template["id"], {"spec": []})["spec"]
        }
        for template in awx.items["job_templates"].values()
    }
    assert asked["plan"] == {}
    assert [template["name"] for template in awx.items["job_templates"].values() if not template["survey_enabled"]] == [
        f"{NAME} plan"
    ]
    timeout = asked["verify"]["portkey_verify_timeout"]
    assert (timeout["type"], timeout["min"], timeout["max"], timeout["default"]) == ("integer", 1, 86400, 300)
    days = asked["uninstall"]["portkey_uninstall_secret_recovery_days"]
    assert (days["min"], days["max"], days["default"]) == (0, 30, 30)
    until = asked["deploy"]["portkey_deploy_wait_until"]
    assert (until["type"], until["choices"], until["default"]) == (
        "multiplechoice",
        ["paused", "deployed", "stable"],
        "paused",
    )
    services = asked["scale_down"]["portkey_scale_services"]
    assert (services["type"], services["choices"]) == ("multiselect", ["redis", "data-service", "gateway"])
    required = [name for questions in asked.values() for name, one in questions.items() if one["required"]]
    assert required == ["portkey_uninstall_confirm"]


def follows(awx: Awx, step: str, how: str) -> list[str]:
    node = awx.one("workflow_job_template_nodes", identifier=step)
    nodes = awx.items["workflow_job_template_nodes"]
    return [nodes[number]["identifier"] for number in awx.linked.get((node["id"], f"{how}_nodes"), [])]


def test_the_workflow_asks_before_it_changes_and_before_it_releases(made: Run, awx: Awx):
    way = ["plan"]
    while following := follows(awx, way[-1], "success"):
        way += following
    assert way == ["plan", "approve-plan", "site", "smoke", "approve-release", "promote"]
    assert follows(awx, "smoke", "failure") == follows(awx, "approve-release", "failure") == ["rollback"]
    # Nobody's yes is no reason to touch anything, and a failed plan neither.
    assert [follows(awx, step, "failure") for step in ("plan", "approve-plan", "site")] == [[], [], []]
    runs = {
        node["identifier"]: awx._find("unified_job_templates", node["unified_job_template"])
        for node in awx.items["workflow_job_template_nodes"].values()
    }
    assert runs["smoke"]["playbook"] == "playbooks/verify.yml"
    assert [step for step, one in runs.items() if one["type"] == "workflow_approval_template"] == [
        "approve-plan",
        "approve-release",
    ]
    assert runs["approve-release"]["timeout"] == 86400


def test_a_second_run_changes_nothing(made: Run, play, awx: Awx):
    play().unchanged()
    assert awx.requests
    assert awx.writes() == []


def test_check_tells_what_another_image_changes_and_writes_nothing(made: Run, play, awx: Awx):
    run = play("--check", awx_image="registry.example.com/gateway-ee:2").ok()
    assert run.changed_tasks() == ["Make the execution environment"]
    assert awx.writes() == []
