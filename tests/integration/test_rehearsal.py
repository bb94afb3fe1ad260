"""make rehearse: what stands in for the user's account, the acts' verdicts, and the traffic's timeline."""

from __future__ import annotations

import json
import pathlib
import sys
from typing import Any

import pytest
import yaml
from ansible_run import ROOT, Ansible

from emulator.testing import Running

sys.path.append(str(ROOT / "tests/rehearsal"))

import acts
import standins
import timeline

FOREIGN = "111122223333"
CONFIGURATION: dict[str, Any] = {
    "portkey_project_name": "acme",
    "portkey_environment": "prod",
    "portkey_aws_region": "eu-central-1",
    "portkey_client_auth": "{{ lookup('ansible.builtin.file', '/nowhere') }}",
    "portkey_organisations": "real",
    "portkey_docker_cred_secret_arn": f"arn:aws:secretsmanager:eu-central-1:{FOREIGN}:secret:docker/hub-AbCdEf",
    "portkey_create_new_vpc": False,
    "portkey_vpc_id": "vpc-0123456789abcdef0",
    "portkey_public_subnet_ids": ["subnet-1", "subnet-2"],
    "portkey_private_subnet_ids": ["subnet-3", "subnet-4"],
    "portkey_create_cluster": False,
    "portkey_cluster_name": "shared",
    "portkey_capacity_provider_name": "shared-instances",
    "portkey_object_storage": {"create": True, "log_store_bucket": "<BUCKET_NAME>", "bucket_region": "<AWS_REGION>"},
    "portkey_create_lb": True,
    "portkey_lb_type": "application",
    "portkey_tls_certificate_arn": f"arn:aws:acm:eu-central-1:{FOREIGN}:certificate/11111111-2222-3333",
    "portkey_enable_lb_access_logs": True,
    "portkey_lb_access_logs_bucket": "acme-lb-logs",
    "portkey_lock_bucket": "acme-locks",
    "portkey_gateway_task_role_policy_arns": {"bedrock": f"arn:aws:iam::{FOREIGN}:policy/acme-bedrock"},
    "portkey_gateway_deployment_configuration": {
        "canary_configuration": {"canary_percent": 10, "canary_bake_time_in_minutes": 10},
        "alarms": {"alarm_names": ["acme-5xx"], "rollback": True},
    },
    "portkey_bedrock": {
        "provisioned_models": [f"arn:aws:bedrock:eu-central-1:{FOREIGN}:provisioned-model/a1b2c3d4e5f6"],
        "role_arns": ["arn:aws:iam::444455556666:role/models"],
    },
    "portkey_gateway_smoke_gate": {"enable_smoke_gate": True},
    "portkey_secrets": {
        "gateway": {"OPENAI_API_KEY": f"arn:aws:secretsmanager:eu-central-1:{FOREIGN}:secret:keys-AbCdEf"},
    },
}


def inventory(folder: pathlib.Path, **variables: Any) -> str:
    path = folder / "hosts.yml"
    local = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    hosts = {"acme-prod": {}}
    path.write_text(yaml.safe_dump({"all": {"hosts": hosts, "vars": {**local, **CONFIGURATION, **variables}}}))
    return str(path)


@pytest.fixture
def given() -> dict[str, Any]:
    """As read from the inventory: of a secret only that it is given."""
    return {**CONFIGURATION, **{name: name for name in standins.SECRETS if name in CONFIGURATION}}


def test_all_that_the_configuration_takes_for_granted_is_there(
    ansible: Ansible, emulator: Running, given: dict[str, Any], tmp_path: pathlib.Path
):
    emulator.post("reset")
    path = inventory(tmp_path)
    made = standins.StandIns(emulator, given, tmp_path)
    stack = acts.Stack(path, "acme-prod", "acme-prod", "eu-central-1", "shared", False)
    plan = acts.Rehearsal(emulator, ansible, stack, made.variables).play("plan")
    assert plan.ok, plan.output
    assert plan.told.startswith("Plan: ")
    assert plan.writes == 0 and plan.calls > 20
    # Nothing of the real account, and no real secret, is left in what the runs are told.
    assert FOREIGN not in json.dumps(made.variables)
    assert made.variables["portkey_organisations"] == standins.SECRETS["portkey_organisations"]
    assert made.variables["portkey_aws_connection"]["endpoint_url"] == emulator.url
    assert "no smoke gate" in " ".join(made.told)
    # What the stack makes itself is not there before it.
    assert {one["Name"] for one in emulator.client("s3").list_buckets()["Buckets"]} == {"acme-lb-logs", "acme-locks"}
    assert "+ s3_bucket rehearsal-logs" in plan.output


def test_a_configuration_that_is_refused_ends_it(ansible: Ansible, emulator: Running, tmp_path: pathlib.Path):
    emulator.post("reset")
    path = inventory(tmp_path, portkey_num_az=9)
    stack = acts.Stack(path, "acme-prod", "acme-prod", "eu-central-1", "shared", False)
    plan = acts.Rehearsal(emulator, ansible, stack, {}).play("plan")
    assert not plan.ok
    assert "fault" in plan.told
    assert "portkey_num_az" in plan.output


class Weighed:
    """An emulator in which the load balancer's weights change; ``rule`` has them from the start."""

    def __init__(self, *steps: tuple[float, int]) -> None:
        self._steps = steps
        self._begun = False

    def client(self, service: str, region: str) -> Any:
        return self

    def describe_load_balancers(self) -> dict[str, Any]:
        return {"LoadBalancers": [{"LoadBalancerArn": "lb", "Type": "network"}]}

    def describe_listeners(self, LoadBalancerArn: str) -> dict[str, Any]:
        groups = [{"TargetGroupArn": "blue", "Weight": 100}, {"TargetGroupArn": "green", "Weight": 0}]
        action = {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}
        return {"Listeners": [{"ListenerArn": "rule", "DefaultActions": [action]}]}

    def get(self, name: str) -> Any:
        assert name == "weights"
        begun, self._begun = self._begun, True
        shown = [
            {"kind": "production", "rule": "rule", "time": time, "weights": {"green": green, "blue": 100 - green}}
            for time, green in self._steps
        ]
        return {"weights": shown if begun else []}


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([(60, 10), (660, 100)], "10 %, 10m later 100 %"),
        ([(60, 10), (75, 0)], "10 %, 15s later 0 %"),
        ([(60, 50), (120, 50), (180, 100)], "50 %, 2m later 100 %"),
        ([], ""),
    ],
)
def test_the_traffic_of_the_new_version(steps: list[tuple[float, int]], told: str):
    emulator: Any = Weighed(*steps)
    assert timeline.Timeline(emulator, "us-east-1").text() == told
