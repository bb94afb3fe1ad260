"""The examples of the documentation: those of the roles make a stack and remove it, those of the modules plan one."""

from __future__ import annotations

import ast
import pathlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from ansible_run import ROOT, Ansible, Run
from removal import inventory, without_kept
from stacks import begin_with
from test_uninstall import FULL

from emulator.testing import Running

# As site.yml calls them, but for what comes after the services.
ROLES = (
    "preflight",
    "vpc",
    "edge",
    "control_plane",
    "elasticache",
    "load_balancer",
    "lifecycle_hook",
    "secrets",
    "object_storage",
    "image_cache",
    "ecs_cluster",
    "codedeploy",
    "observability",
    "services",
    "autoscaling",
    "verify",
    "uninstall",
)
YAML = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
MINE = {
    "portkey_project_name": "my-project",
    "portkey_environment": "dev",
    "portkey_aws_region": "us-east-1",
    "portkey_vpc_cidr": "10.40.0.0/16",
    "portkey_object_storage": {"log_store_bucket": "my-logs", "bucket_region": "us-east-1"},
    "portkey_docker_username": "somebody-of-ours",
    "portkey_docker_password": "a-password-of-ours",
    "vault_docker_username": "somebody-of-ours",
    "vault_docker_password": "a-password-of-ours",
    "portkey_environment_variables": {"gateway": {}},
    "portkey_secrets": {"gateway": {}},
    "portkey_image_cache": {"enable": True},
}


def example(role: str) -> list[dict[str, Any]]:
    (text,) = YAML.findall((ROOT / "roles" / role / "README.md").read_text())
    (play,) = yaml.safe_load(text)
    assert play["hosts"] == "my-stack"
    return list(play["tasks"])


@pytest.fixture(scope="module")
def play(ansible: Ansible, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("examples")
    host = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    (folder / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": {"my-stack": {**host, **MINE}}}}))
    account = {
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "an-access-key-of-the-tests",
        "AWS_SECRET_ACCESS_KEY": "a-secret-key-of-the-tests",
    }
    mine = Ansible(ansible.endpoint, environment=account, quick=True)

    def run(tasks: list[dict[str, Any]], *arguments: str, **variables: Any) -> Run:
        playbook = folder / "play.yml"
        play = {"hosts": "my-stack", "gather_facts": False, "tasks": tasks}
        playbook.write_text(yaml.safe_dump([play], sort_keys=False))
        return mine.play(str(playbook), *arguments, inventory=str(folder / "hosts.yml"), **variables)

    return run


def test_each_role_has_an_example():
    assert {path.name for path in (ROOT / "roles").iterdir() if path.is_dir()} == set(ROLES)


def test_the_roles_make_a_stack_and_remove_it(play, emulator: Running):
    emulator.post("reset")
    zone = emulator.client("route53").create_hosted_zone(Name="example.com", CallerReference="1")["HostedZone"]["Id"]
    before = inventory(emulator)
    play([task for role in ROLES[:-1] for task in example(role)], my_zone_id=zone.rpartition("/")[2]).ok()
    ecs = emulator.client("ecs")
    running = ecs.describe_services(cluster="my-project-dev-cluster", services=["gateway", "redis"])["services"]
    assert [one["runningCount"] for one in running] == [1, 1]
    play(example("uninstall")).ok()
    # The bucket is kept, as what is in it cannot be made again.
    assert without_kept(inventory(emulator)) == {**without_kept(before), "list_buckets": before["list_buckets"] + 1}


# Whom the examples of the modules are about.
STACK = {**FULL, "portkey_project_name": "portkey"}
# What a user has and the tests do not, and what only follows from a real run before it.
NEEDED = {
    "acm_certificate": ("There is no certificate arn:aws:acm:us-east-1:123456789012:certificate/",),
    "ec2_vpc_endpoint_connection": ("There is no endpoint service portkey-dev-inbound",),
    "ecs_service_deployment": ("has no earlier revision to go back to",),
    "ecs_task_definition": ("There is no task definition portkey-dev-gateway:7 to copy",),
    "elbv2_access_log_bucket_info": ("There is no bucket my-logs",),
    "elbv2_load_balancer": ("type is application and network is wanted",),
    "lambda_function": (
        "The function's source files/lifecycle_hook.py does not exist",
        "The function portkey-dev-lifecycle-hook does not exist",
    ),
    "route53_records": ("There is no hosted zone Z1D633PJN98FT9",),
    "stack_lock": ("Only who holds the lock gives it back",),
}


def examples(module: pathlib.Path) -> Iterator[dict[str, Any]]:
    """The tasks with this module, out of blocks too."""
    texts = {
        node.targets[0].id: node.value.value
        for node in ast.parse(module.read_text()).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    waiting = yaml.safe_load(texts["EXAMPLES"])
    while waiting:
        task = waiting.pop(0)
        waiting = [*task.get("block", []), *task.get("always", []), *waiting]
        if f"portkey.gateway.{module.stem}" in task:
            yield {**task, "name": f"{module.stem}: {task['name']}", "ignore_errors": True}


def found(emulator: Running) -> dict[str, Any]:
    """What earlier tasks would have registered."""
    elb, scaling = emulator.client("elbv2"), emulator.client("autoscaling")
    (balancer,) = elb.describe_load_balancers()["LoadBalancers"]
    group = elb.describe_target_groups()["TargetGroups"][0]["TargetGroupArn"]
    listeners = elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    listener = listeners[0]["ListenerArn"]
    (instances,) = scaling.describe_auto_scaling_groups()["AutoScalingGroups"]
    definitions = emulator.client("ecs").list_task_definitions(familyPrefix="portkey-dev-gateway")
    return {
        "load_balancer": {"load_balancer_arn": balancer["LoadBalancerArn"]},
        "blue": {"target_group_arn": group},
        "listener": {"listener_arn": listener},
        "production_listener_arn": listener,
        "test_listener_arn": listeners[1]["ListenerArn"],
        "group": {"auto_scaling_group": {"auto_scaling_group_arn": instances["AutoScalingGroupARN"]}},
        "definition": {"task_definition": {"task_definition_arn": definitions["taskDefinitionArns"][0]}},
        "preflight_stack": {"names": "{{ 'portkey' | portkey.gateway.resource_names('dev', 'us-east-1') }}"},
    }


def test_the_modules_examples_plan_what_they_say(play, ansible: Ansible, emulator: Running):
    begin_with(ansible, emulator, **STACK)
    modules = sorted((ROOT / "plugins" / "modules").glob("*.py"))
    tasks = {module.stem: list(examples(module)) for module in modules}
    assert [name for name, shown in tasks.items() if not shown] == []
    named = found(emulator)
    emulator.post("reset", only="calls")
    run = play([task for shown in tasks.values() for task in shown], "--check", **named).ok()
    assert emulator.calls(mutating=True) == []
    failed = []
    for told in re.split(r"^TASK \[", run.output, flags=re.MULTILINE)[1:]:
        needed = NEEDED.get(told.split(":")[0], ())
        if "\nfatal:" in told and not any(one in told for one in needed):
            failed.append(told)
    assert not failed, "".join(failed)
