"""The repository as an AWX project: ansible-runner with the folders, environment and answers that AWX gives a job.

The tests follow each other on one stack, as the jobs of a release would.
"""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import stat
import subprocess
import sys
from typing import Any

import ansible_runner
import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible_collections.portkey.gateway.plugins.plugin_utils.awx_survey import survey
from ansible_run import FOREIGN, ROOT, Ansible
from stacks import begin_with
from test_verbs_canary import CLUSTER, PAUSE, STACK
from warm_python import warm_python

from emulator.testing import Running

BIN = pathlib.Path(sys.executable).parent
AWX_COLLECTIONS = ["~/.ansible/collections", "/usr/share/ansible/collections"]
AWX_ENVIRONMENT = {
    # AWX puts its own folder first, then what the project's ansible.cfg says.
    "ANSIBLE_COLLECTIONS_PATH": ":".join(["/runner/requirements_collections", "collections", *AWX_COLLECTIONS]),
    "ANSIBLE_FORCE_COLOR": "True",
    "ANSIBLE_HOST_KEY_CHECKING": "False",
    "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
    "ANSIBLE_PARAMIKO_RECORD_HOST_KEYS": "False",
    "AWX_PRIVATE_DATA_DIR": "/runner",
}
# Versions that do not look into the project's ansible.cfg for this. They find the collection from the root's site.yml.
OLD_AWX = {"ANSIBLE_COLLECTIONS_PATH": ":".join(["/runner/requirements_collections", *AWX_COLLECTIONS])}
# What the credential of playbooks/awx.yml puts into a job's environment.
CREDENTIAL = {
    "PORTKEY_DOCKER_USERNAME": "injected-docker-user",
    "PORTKEY_DOCKER_PASSWORD": "injected-docker-password",
    "PORTKEY_CLIENT_AUTH": "injected-client-auth-key",
    "PORTKEY_ORGANISATIONS": "11111111-2222-3333-4444-555555555555",
}
SECRET = ("PORTKEY_DOCKER_PASSWORD", "PORTKEY_CLIENT_AUTH")
# Paths beside the inventory mean nothing in AWX, where the inventory is no file; those in the project do.
PATHS = {
    "portkey_environment_variables_file_path": "inventories/dev/environment-variables.json",
    "portkey_secrets_file_path": "inventories/dev/secrets.json",
}
SETTINGS = DataLoader().load_from_file(str(ROOT / "playbooks/vars/awx.yml"))
TEMPLATES = {template["name"]: template for template in SETTINGS["awx_templates"]}


@pytest.fixture(scope="module")
def private_data(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The project as AWX checks it out, and the inventory as the script that AWX makes of what it imported."""
    folder = tmp_path_factory.mktemp("runner")
    ours = shutil.ignore_patterns(".*", "build", "__pycache__")
    shutil.copytree(ROOT, folder / "project", symlinks=True, ignore=ours)
    listed = json.loads(
        subprocess.run(
            [BIN / "ansible-inventory", "-i", "inventories/local", "--list", "--export"],
            cwd=folder / "project",
            env={name: value for name, value in os.environ.items() if not FOREIGN.match(name)},
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
    )
    # The stack on the emulator, with the secrets where an inventory for AWS has them.
    looked_up = yaml.safe_load((ROOT / "inventories/prod/group_vars/all.yml").read_text())
    secrets = {name: value for name, value in looked_up.items() if any(key in str(value) for key in CREDENTIAL)}
    assert len(secrets) == len(CREDENTIAL)
    listed["all"].setdefault("vars", {}).update(secrets)
    for host in listed["_meta"]["hostvars"].values():
        assert not secrets.keys() & host.keys()
    script = folder / "inventory" / "hosts"
    script.parent.mkdir()
    script.write_text(f"#!{sys.executable}\nprint({json.dumps(listed)!r})\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return folder


def answers(template: str, **given: Any) -> dict[str, Any]:
    """What AWX makes of a survey: what was answered, and the defaults of the rest."""
    asks = TEMPLATES[template]["asks"]
    questions = survey(asks)["spec"] if asks else []
    assert set(given) <= {question["variable"] for question in questions}
    defaults = {
        question["variable"]: question["default"] for question in questions if question["type"] != "multiselect"
    }
    return {**defaults, **given}


def forget(private_data: pathlib.Path) -> None:
    """What an earlier run left counts more than what ansible-runner is given. AWX has a new folder for each job."""
    shutil.rmtree(private_data / "env", ignore_errors=True)


class Job:
    """A job that has ended."""

    def __init__(self, run: Any) -> None:
        self.output = run.stdout.read()
        self.status = run.status
        self.events = list(run.events)

    @property
    def artifacts(self) -> dict[str, Any]:
        """What AWX hands on to the next job of a workflow, as extra vars."""
        (stats,) = [event for event in self.events if event["event"] == "playbook_on_stats"]
        return stats["event_data"].get("artifact_data", {})

    def tasks(self, event: str) -> list[str]:
        return [one["event_data"]["task"] for one in self.events if one["event"] == event]


@pytest.fixture(scope="module")
def launch(private_data: pathlib.Path, emulator: Running):
    def run(
        template: str, stack: dict[str, Any] | None = None, handed_on: dict[str, Any] | None = None, **given: Any
    ) -> Job:
        forget(private_data)
        job = Job(
            ansible_runner.run(
                private_data_dir=str(private_data),
                playbook=f"playbooks/{template}.yml",
                # In AWX's order: the template's, what earlier jobs of the workflow set, the answers of the survey.
                extravars={**PATHS, **(stack or {}), **(handed_on or {}), **answers(template, **given)},
                envvars={
                    **AWX_ENVIRONMENT,
                    **CREDENTIAL,
                    "AWS_ENDPOINT_URL": emulator.url,
                    "PATH": f"{BIN}:{os.environ['PATH']}",
                },
                quiet=True,
            )
        )
        assert job.status == "successful", job.output[-4000:]
        assert not job.tasks("runner_on_failed")
        shown = json.dumps([job.events, job.artifacts])
        assert [name for name in SECRET if CREDENTIAL[name] in shown or CREDENTIAL[name] in job.output] == []
        return job

    return run


def test_an_old_awx_finds_the_collection_from_the_root(private_data: pathlib.Path):
    forget(private_data)
    run = ansible_runner.run(
        private_data_dir=str(private_data),
        playbook="site.yml",
        cmdline="--syntax-check",
        envvars={**AWX_ENVIRONMENT, **OLD_AWX, "PATH": f"{BIN}:{os.environ['PATH']}"},
        quiet=True,
    )
    assert run.status == "successful", run.stdout.read()


@pytest.fixture(scope="module")
def planned(launch, emulator: Running) -> Job:
    emulator.post("reset")
    return launch("plan")


def test_plan_finds_the_collection_and_writes_nothing(planned: Job, emulator: Running):
    assert "Plan: " in planned.output
    assert any("vpc" in json.dumps(event["event_data"]) for event in planned.events if event["event"] == "runner_on_ok")
    assert emulator.calls(mutating=True) == []
    assert emulator.calls(operation="DescribeVpcs")
    summary = planned.artifacts["plan_summary"]["portkey-gateway-local"]
    assert summary["mode"] == "plan" and summary["add"] > 0


@pytest.fixture(scope="module")
def stack(planned: Job, ansible: Ansible, emulator: Running) -> dict[str, Any]:
    """The canary stack with a pause before production traffic moves."""
    begin_with(ansible, emulator, **STACK)
    ecs = emulator.client("ecs")
    (found,) = ecs.describe_services(cluster=CLUSTER, services=["gateway"])["services"]
    configuration = {**found["deploymentConfiguration"], "lifecycleHooks": [PAUSE]}
    ecs.update_service(cluster=CLUSTER, service="gateway", deploymentConfiguration=configuration)
    # Plan has shown that modules start as AWX starts them.
    return {**STACK, "ansible_python_interpreter": warm_python()}


def image(emulator: Running) -> str:
    ecs = emulator.client("ecs")
    (found,) = ecs.describe_services(cluster=CLUSTER, services=["gateway"])["services"]
    definition = ecs.describe_task_definition(taskDefinition=found["taskDefinition"])["taskDefinition"]
    return definition["containerDefinitions"][0]["image"].rpartition(":")[2]


def test_deploy_comes_to_the_pause(launch, stack: dict[str, Any], emulator: Running):
    job = launch("deploy", stack=stack, portkey_deploy_tag="2.17.0")
    assert "The deployment waits at POST_TEST_TRAFFIC_SHIFT" in job.output
    assert image(emulator) == "2.17.0"


def test_verify_is_content_and_changes_nothing(launch, stack: dict[str, Any]):
    job = launch("verify", stack=stack, portkey_verify_timeout=1)
    assert "The services are healthy." in job.output
    assert not [
        event for event in job.events if event["event"] == "runner_on_ok" and event["event_data"]["res"].get("changed")
    ]


def test_promote_ends_it(launch, stack: dict[str, Any]):
    assert "The deployment went on: SUCCESSFUL." in launch("promote", stack=stack).output


def test_rollback_goes_to_the_previous_one(launch, stack: dict[str, Any], emulator: Running):
    job = launch("rollback", stack=stack, portkey_rollback_to="previous")
    assert "goes back waits at POST_TEST_TRAFFIC_SHIFT" in " ".join(job.output.split())
    launch("promote", stack=stack)
    assert image(emulator) == "2.16.0"


def test_site_runs_with_what_plan_handed_on(launch, stack: dict[str, Any], planned: Job):
    job = launch("site", stack=stack, handed_on=planned.artifacts)
    before, after = (one.artifacts["plan_summary"] for one in (planned, job))
    assert before["portkey-gateway-local"]["add"] > 0
    assert after["portkey-gateway-local"] == {**after["portkey-gateway-local"], "mode": "applied", "add": 0}


def test_scale_down_leaves_the_other_services(launch, stack: dict[str, Any], emulator: Running):
    launch("scale_down", stack=stack, portkey_scale_services=["gateway"], portkey_scale_force="true")
    ecs = emulator.client("ecs")
    found = ecs.describe_services(cluster=CLUSTER, services=["gateway", "redis"])["services"]
    assert {one["serviceName"]: one["runningCount"] for one in found} == {"gateway": 0, "redis": 1}


def test_uninstall_removes_the_stack(launch, stack: dict[str, Any], emulator: Running):
    launch("uninstall", stack=stack, portkey_uninstall_confirm="portkey-gateway-dev")
    assert emulator.client("elbv2").describe_load_balancers()["LoadBalancers"] == []
    clusters = emulator.client("ecs").describe_clusters(clusters=[CLUSTER])["clusters"]
    assert [one["status"] for one in clusters if one["status"] == "ACTIVE"] == []
    # The survey's default keeps them.
    assert emulator.client("secretsmanager").list_secrets()["SecretList"]
