"""The action: how it finds the variables, what it hands the module, and how both answers become one."""

from __future__ import annotations

import json
import types

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.portkey.gateway.plugins.action.preflight import ActionModule, read_specification
from ansible_collections.portkey.gateway.plugins.module_utils._preflight import examine

try:
    from ansible.template import trust_as_template
except ImportError:  # Before ansible-core 2.19 every text was a template.

    def trust_as_template(text):
        return text


ACCOUNT = {
    **examine.NOTHING,
    "account_id": "123456789012",
    "partition": "aws",
    "dns_suffix": "amazonaws.com",
    "availability_zones": ["us-west-2a", "us-west-2b"],
    "architecture": "arm64",
    "ami_parameter": "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id",
    "ami_id": "ami-0123456789abcdef0",
    "instance": {"cpu": 2048, "memory": 4096},
    "secrets": {},
}
FINE = {"account": ACCOUNT, "faults": [], "remarks": [], "changed": False}


class Preflight:
    """Runs the action with some variables, and plays the module."""

    def __init__(self, folder):
        self.folder = folder
        self.answer = FINE
        self.asked = None
        self.variables = {
            "inventory_dir": str(folder / "inventory"),
            "playbook_dir": str(folder / "playbooks"),
            "other_variable": "x",
            "portkey_vpc_cidr": "10.0.0.0/16",
            "portkey_docker_username": "user",
            "portkey_docker_password": "word",
            "portkey_object_storage": {"log_store_bucket": "portkey-logs", "bucket_region": "us-west-2"},
        }

    def run(self, scope=None, **variables):
        task_vars = {**self.variables, **{f"portkey_{name}": value for name, value in variables.items()}}
        task = types.SimpleNamespace(
            args={"profile": "mine", **({"scope": scope} if scope else {})},
            action="portkey.gateway.preflight",
            async_val=0,
            check_mode=True,
            diff=False,
        )
        loader = DataLoader()
        action = ActionModule(
            task=task,
            connection=types.SimpleNamespace(_shell=types.SimpleNamespace(tmpdir=None)),
            play_context=None,
            loader=loader,
            templar=Templar(loader=loader, variables=task_vars),
            shared_loader_obj=None,
        )
        action._execute_module = self._execute_module
        return action.run(task_vars=task_vars)

    def _execute_module(self, module_name, module_args, task_vars):
        self.asked = (module_name, module_args)
        return self.answer


@pytest.fixture
def preflight(tmp_path):
    for folder in ("inventory", "playbooks"):
        (tmp_path / folder).mkdir()
    return Preflight(tmp_path)


def variables_of(result):
    return [one["variable"] for one in result["faults"]]


def test_a_good_configuration_becomes_a_stack(preflight):
    result = preflight.run()
    assert not result.get("failed")
    assert result["changed"] is False
    assert result["stack"]["id"] == "portkey-dev"
    assert [service["name"] for service in result["stack"]["services"]] == ["redis", "gateway"]
    assert "word" not in json.dumps(result["stack"]["config"])


def test_the_module_is_asked_with_the_tasks_own_arguments(preflight):
    preflight.run()
    name, arguments = preflight.asked
    assert name == "portkey.gateway.preflight"
    assert (arguments["profile"], arguments["region"], arguments["zones"]) == ("mine", "us-west-2", 2)
    assert "word" not in json.dumps(arguments)


def test_the_account_is_reached_as_the_user_says(preflight):
    keys = {"access_key": "AKIAEXAMPLE", "secret_key": "hidden-word", "endpoint_url": "http://127.0.0.1:4599"}
    result = preflight.run(aws_connection=keys)
    assert {key: preflight.asked[1][key] for key in keys} == keys
    # What the environment has of another identity is kept out.
    assert preflight.asked[1]["session_token"] == preflight.asked[1]["profile"] == ""
    assert "hidden-word" not in json.dumps(result)
    preflight.run(aws_connection={**keys, "secret_key": None})
    assert "access_key" not in preflight.asked[1]


def test_only_names_need_no_deployable_configuration(preflight):
    """Also when much is wrong, whose stack it is and where is clear."""
    result = preflight.run(scope="names", num_az=9, create_lb=True, tls_certificate_arn="gone", tags={"team": "a"})
    assert not result.get("failed"), result
    assert preflight.asked[1]["region"] == "us-west-2"
    assert "zones" not in preflight.asked[1] and "certificate_arn" not in preflight.asked[1]
    stack = result["stack"]
    assert (stack["id"], stack["names"]["cluster"]) == ("portkey-dev", "portkey-dev-cluster")
    assert stack["tags"] == {"Project": "portkey", "Environment": "dev", "ManagedBy": "Ansible", "team": "a"}


def test_only_names_must_be_right_themselves(preflight):
    result = preflight.run(scope="names", project_name="-", num_az=9, uninstall_secret_recovery_days=3)
    assert variables_of(result) == ["portkey_project_name", "portkey_uninstall_secret_recovery_days"]


def test_templates_are_filled_in(preflight):
    template = trust_as_template("{{ portkey_project_name }}-{{ other_variable }}")
    result = preflight.run(project_name="mine", environment=template)
    assert result["stack"]["id"] == "mine-mine-x"


def test_a_template_that_does_not_work_is_a_fault_beside_others(preflight):
    result = preflight.run(environment=trust_as_template("{{ missing_one }}"), num_az=9)
    assert result["failed"]
    assert variables_of(result) == ["portkey_environment", "portkey_num_az"]
    assert "missing_one" in result["faults"][0]["rule"]


def test_a_required_variable_whose_template_does_not_work_is_one_fault(preflight):
    assert variables_of(preflight.run(object_storage=trust_as_template("{{ missing_one }}"))) == [
        "portkey_object_storage"
    ]


def test_a_template_of_a_secret_that_does_not_work_says_nothing_of_it(preflight):
    preflight.answer = {**FINE, "account": {**ACCOUNT, "secrets": None}}
    result = preflight.run(docker_password=trust_as_template("{{ 'hunter2' | no_such_filter }}"))
    assert variables_of(result) == ["portkey_docker_password"]
    assert "hunter2" not in json.dumps(result)


def test_faults_of_the_variables_and_of_the_account_come_together(preflight):
    fault = {"variable": "portkey_instance_type", "value": "t9z.huge", "rule": "It must be.", "fix": "Choose."}
    preflight.answer = {"failed": True, "msg": "x", "faults": [fault], "remarks": ["Beware."], "account": ACCOUNT}
    result = preflight.run(num_az=9, instance_type="t9z.huge", docker_username=None, docker_password=None)
    assert result["failed"]
    assert variables_of(result) == ["portkey_num_az", "portkey_instance_type", "portkey_docker_cred_secret_arn"]
    assert result["msg"].startswith("The configuration has 3 faults. Nothing was changed.\n\n1. portkey_num_az = 9\n")
    assert "3. portkey_docker_cred_secret_arn = null\n" in result["msg"]
    assert result["warnings"] == ["Beware."]
    assert "stack" not in result


def test_a_module_that_cannot_start_is_a_fault_of_the_account(preflight):
    preflight.answer = {"failed": True, "msg": "Failed to import the required Python library (botocore and boto3)"}
    result = preflight.run()
    assert variables_of(result) == ["AWS account"]
    assert "botocore" in result["msg"]


def test_without_an_answer_of_the_account_no_secret_is_missed(preflight):
    fault = {"variable": "AWS credentials", "value": "(not shown)", "rule": "Rule.", "fix": "Fix."}
    preflight.answer = {"failed": True, "msg": "x", "faults": [fault], "account": {**ACCOUNT, "secrets": None}}
    assert variables_of(preflight.run(docker_username=None, docker_password=None)) == ["AWS credentials"]


def test_advice_and_remarks_are_warnings(preflight):
    preflight.answer = {**FINE, "remarks": ["There is no bucket."]}
    assert preflight.run(num_az=1)["warnings"] == [
        "portkey_num_az: two or more availability zones are advised.",
        "There is no bucket.",
    ]


@pytest.mark.parametrize("folder", ["inventory", "playbooks", "."])
def test_files_are_looked_for_beside_inventory_and_playbook_and_here(preflight, monkeypatch, folder):
    monkeypatch.chdir(preflight.folder)
    place = preflight.folder / folder / "environments/dev"
    place.mkdir(parents=True)
    (place / "environment-variables.json").write_text('{"gateway": {"WHERE": "found"}}')
    result = preflight.run(environment_variables_file_path="environments/dev/environment-variables.json")
    assert result["stack"]["services"][-1]["environment"]["WHERE"] == "found"


def test_the_specification_is_the_roles(preflight):
    assert "portkey_gateway_config" in read_specification()
