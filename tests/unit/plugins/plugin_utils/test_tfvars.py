from __future__ import annotations

import json
import pathlib

import pytest
from ansible_collections.portkey.gateway.plugins.plugin_utils import tfvars
from ansible_collections.portkey.gateway.plugins.plugin_utils.tfvars import TfvarsError, read_tfvars, unknown_variables

pytest.importorskip("hcl2")

# Written as a user of the Terraform system would, with all that a variable file may hold.
FILE = """\
# The project
project_name = "portkey-gateway" // its name
environment  = "prod"
num_az       = 2
create_lb    = true
vpc_id       = null

gateway_image = {
  image = "portkeyai/gateway_enterprise"
  "tag" = "2.16.0"
}
gateway_deployment_configuration = {
  enable_blue_green = false
  canary_configuration = { canary_percent = 12.5, canary_bake_time_in_minutes : 10 }
  /* linear_configuration = {
    step_percent = 10
  } */
}
allowed_lb_cidrs = ["10.0.0.0/8", "192.168.0.0/16",]
gateway_task_role_policy_arns = {}
lb_access_logs_prefix = "a\\"b\\\\c\\u00e9"
mcp_gateway_base_url = "$${not} %%{this}"
target_capacity = -1
"""


def test_a_file_becomes_variables():
    assert read_tfvars("prod.tfvars", FILE) == {
        "portkey_project_name": "portkey-gateway",
        "portkey_environment": "prod",
        "portkey_num_az": 2,
        "portkey_create_lb": True,
        "portkey_vpc_id": None,
        "portkey_gateway_image": {"image": "portkeyai/gateway_enterprise", "tag": "2.16.0"},
        "portkey_gateway_deployment_configuration": {
            "enable_blue_green": False,
            "canary_configuration": {"canary_percent": 12.5, "canary_bake_time_in_minutes": 10},
        },
        "portkey_allowed_lb_cidrs": ["10.0.0.0/8", "192.168.0.0/16"],
        "portkey_gateway_task_role_policy_arns": {},
        "portkey_lb_access_logs_prefix": 'a"b\\cé',
        "portkey_mcp_gateway_base_url": "${not} %{this}",
        "portkey_target_capacity": -1,
    }


def test_json_becomes_the_same():
    content = {"project_name": "portkey-gateway", "gateway_image": {"tag": "1"}, "more": [1, None, True]}
    assert read_tfvars("prod.tfvars.json", json.dumps(content)) == {f"portkey_{k}": v for k, v in content.items()}


@pytest.mark.parametrize(
    "text, said",
    [
        ("vpc_cidr = var.cidr\n", ["vpc_cidr (line 1)", "var.cidr"]),
        ('\nvpc_cidr = "${var.cidr}"\n', ["vpc_cidr (line 2)", "is a template"]),
        ('vpc_cidr = "a$$${b}"\n', ["is a template"]),
        ('vpc_cidr = "%{ if true }x%{ endif }"\n', ["is a template"]),
        ("num_az = 1 + 1\n", ["num_az (line 1)", "is an expression"]),
        ('vpc_id = upper("x")\n', ["vpc_id (line 1)", "is an expression"]),
        ("gateway_config = {\n  cpu = local.cpu\n}\n", ["gateway_config (line 1)", "local.cpu"]),
        ('tags = { (var.key) = "x" }\n', ["tags (line 1)", "the key (var.key) is an expression"]),
        ("a = var.b\nc = 1\nd = [var.e]\n", ["a (line 1)", "d (line 3)"]),
        ("num_az = 1\nvpc_id = null\nnum_az = 2\n", ["sets more than once: num_az (lines 1, 3)"]),
        ('resource "x" "y" {\n  a = 1\n}\n', ["line 1: resource is a block"]),
        ("num_az = \n\ncreate_lb = true\n", ["line 1, column"]),
        ('vpc_cidr = "10.0.0.0/16\n', [", line 1, column"]),
        ("gateway_config = {\n", ["this is not the syntax of a variable file"]),
    ],
)
def test_what_cannot_be_translated_is_named(text, said):
    with pytest.raises(TfvarsError) as error:
        read_tfvars("prod.tfvars", text)
    assert str(error.value).startswith("prod.tfvars")
    assert all(one in str(error.value) for one in said), str(error.value)


@pytest.mark.parametrize("text, said", [("[]", "must hold one JSON object"), ('{"a": }', "line 1, column 7")])
def test_json_that_cannot_be_read(text, said):
    with pytest.raises(TfvarsError, match=said):
        read_tfvars("prod.tfvars.json", text)


def test_what_is_unknown_is_kept_and_named():
    variables = read_tfvars("prod.tfvars", 'enable_bedrock_access = true\nredis_type = "redis"\nnum_az = 2\n')
    assert variables["portkey_enable_bedrock_access"] is True
    assert unknown_variables(variables) == ["enable_bedrock_access", "redis_type"]


def test_without_python_hcl2_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(tfvars, "HAS_HCL2", False)
    with pytest.raises(TfvarsError, match="pip install 'python-hcl2>=8'"):
        read_tfvars("prod.tfvars", FILE)


def test_a_path_beside_terraform_is_found_from_the_file(tmp_path):
    place = tmp_path / "terraform/ecs/environments/prod"
    place.mkdir(parents=True)
    (place / "secrets.json").write_text("{}")
    file = str(place / "prod.tfvars")
    text = (
        'secrets_file_path = "environments/prod/secrets.json"\n'
        'environment_variables_file_path = "environments/prod/env.json"\n'
    )
    assert read_tfvars(file, text) == {
        "portkey_secrets_file_path": str(place / "secrets.json"),
        "portkey_environment_variables_file_path": "environments/prod/env.json",
    }


def test_a_path_is_found_from_the_file_to_which_a_link_leads(tmp_path):
    (tmp_path / "environments/prod").mkdir(parents=True)
    (tmp_path / "environments/prod/secrets.json").write_text("{}")
    file = tmp_path / "environments/prod/prod.tfvars"
    file.write_text("")
    (tmp_path / "inventory").mkdir()
    link = tmp_path / "inventory/prod.tfvars"
    link.symlink_to(file)
    text = 'secrets_file_path = "environments/prod/secrets.json"\n'
    assert read_tfvars(str(link), text) == {
        "portkey_secrets_file_path": str(tmp_path / "environments/prod/secrets.json")
    }


SEED = pathlib.Path(__file__).resolve().parents[3] / "seed/environments"


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_the_seeds_own_files(environment):
    file = SEED / environment / f"{environment}.tfvars"
    variables = read_tfvars(str(file), file.read_text(encoding="utf-8"))
    assert unknown_variables(variables) == []
    assert len(variables) == 29
    assert variables["portkey_environment"] == environment
    assert variables["portkey_gateway_deployment_configuration"] == {"enable_blue_green": True}
    assert variables["portkey_object_storage"] == {"log_store_bucket": "<BUCKET_NAME>", "bucket_region": "<AWS_REGION>"}
    assert variables["portkey_docker_cred_secret_arn"] == "<DockerCredentialsSecretArn>"
    for variable, name in (("secrets", "secrets"), ("environment_variables", "environment-variables")):
        assert variables[f"portkey_{variable}_file_path"] == str(SEED / environment / f"{name}.json")
