"""IAM policies: what the roles of a stack may, and what an operator must; AWS's own list of actions is the judge."""

from __future__ import annotations

import fnmatch
import functools
import json
import pathlib
import re
import warnings
from typing import Any

import botocore.session
import jinja2
import pytest
import yaml
from ansible_collections.portkey.gateway.plugins.module_utils._config import check, stack
from ansible_collections.portkey.gateway.plugins.module_utils._permissions import grant, policy, resources
from ansible_collections.portkey.gateway.plugins.module_utils._permissions.table import TABLE
from ansible_collections.portkey.gateway.plugins.module_utils._preflight import examine

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # It imports pkg_resources.
    import parliament

ROOT = pathlib.Path(__file__).resolve().parents[2]
SPECIFICATION = ROOT / "roles/preflight/meta/argument_specs.yml"
# In ECS since ContinueServiceDeployment and StopServiceDeployment, which parliament's list does not have yet.
NEWER_THAN_PARLIAMENT = {"ecs:StopServiceDeployment", "ecs:ContinueServiceDeployment"}
ACCOUNT = {
    **examine.NOTHING,
    "account_id": "123456789012",
    "partition": "aws",
    "dns_suffix": "amazonaws.com",
    "availability_zones": ["us-east-1a", "us-east-1b"],
    "architecture": "arm64",
    "ami_parameter": "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id",
    "ami_id": "ami-0123456789abcdef0",
    "instance": {"cpu": 4096, "memory": 16384},
    "secrets": {},
}
LEAST: dict[str, Any] = {
    "portkey_vpc_cidr": "10.0.0.0/16",
    "portkey_docker_username": "user",
    "portkey_docker_password": "word",
    "portkey_client_auth": "auth",
    "portkey_organisations": "org",
    "portkey_object_storage": {"log_store_bucket": "portkey-logs", "bucket_region": "us-west-2"},
}
EVERYTHING: dict[str, Any] = {
    **LEAST,
    "portkey_create_lb": True,
    "portkey_lb_type": "application",
    "portkey_tls_certificate_arn": "arn:aws:acm:us-west-2:123456789012:certificate/1",
    "portkey_enable_lb_access_logs": True,
    "portkey_lb_access_logs_bucket": "access-logs",
    "portkey_gateway_autoscaling": {"enable_autoscaling": True},
    "portkey_gateway_deployment_configuration": {"enable_blue_green": True},
    "portkey_dataservice_config": {"enable_dataservice": True},
    "portkey_secrets": {"gateway": {"KEY": "arn:aws:secretsmanager:us-west-2:123456789012:secret:own-AbCdEf"}},
}
BEDROCK = {
    "models": ["amazon.nova-pro-v1:0"],
    "provisioned_models": ["a1b2c3d4e5f6"],
    "inference_profiles": [
        {"profile": "us.amazon.nova-pro-v1:0", "regions": ["us-east-1", "us-west-2"]},
        {"profile": "global.anthropic.claude-sonnet-4-20250514-v1:0"},
        {"profile": "x1y2z3x1y2z3", "model": "amazon.nova-lite-v1:0"},
    ],
    "role_arns": ["arn:aws:iam::210987654321:role/models"],
}
STACKS: dict[str, dict[str, Any]] = {
    "least": LEAST,
    "bedrock": {**LEAST, "portkey_bedrock": BEDROCK},
    "everything": EVERYTHING,
    "buckets": {
        **EVERYTHING,
        "portkey_create_lb_access_logs_bucket": True,
        "portkey_object_storage": {**LEAST["portkey_object_storage"], "create": True},
        "portkey_uninstall_delete_buckets": True,
    },
    "watched": {
        **EVERYTHING,
        "portkey_alarms": {"enable": True, "rollback": True},
        "portkey_dashboard": True,
        "portkey_container_insights": "enabled",
        "portkey_uninstall_delete_logs": True,
    },
    "watched by others": {
        **EVERYTHING,
        "portkey_alarms": {"enable": True, "sns_topic_arn": "arn:aws:sns:us-west-2:123456789012:theirs"},
    },
    "names and firewall": {
        **{key: value for key, value in EVERYTHING.items() if key != "portkey_tls_certificate_arn"},
        "portkey_dns": {"create_records": True, "hosted_zone": "Z1D633PJN98FT9", "gateway_host": "gw.example.com"},
        "portkey_certificate": {"create": True},
        "portkey_http_redirect": True,
        "portkey_waf": {"enable": True},
    },
    "cache": {
        **LEAST,
        "portkey_redis_configuration": {"redis_type": "aws-elastic-cache", "create": True},
        "portkey_uninstall_delete_secrets": True,
    },
    "lock in a bucket": {**EVERYTHING, "portkey_lock_bucket": "locks"},
    "hooks": {
        **LEAST,
        "portkey_create_lb": True,
        "portkey_lb_type": "application",
        "portkey_gateway_deployment_configuration": {"enable_blue_green": True},
        "portkey_gateway_lifecycle_hook": {"enable_lifecycle_hook": True, "lifecycle_hook_stages": ["POST_SCALE_UP"]},
        "portkey_gateway_smoke_gate": {"enable_smoke_gate": True},
    },
    "codedeploy": {
        **LEAST,
        "portkey_create_lb": True,
        "portkey_lb_type": "application",
        "portkey_gateway_deployment_configuration": {"controller": "codedeploy", "canary_configuration": {}},
    },
    "image cache": {**EVERYTHING, "portkey_image_cache": {"enable": True}},
    "fargate": {**EVERYTHING, "portkey_capacity": {"type": "fargate", "fargate_spot_weight": 1}},
    "control plane": {
        **LEAST,
        "portkey_create_lb": True,
        "portkey_lb_type": "application",
        "portkey_control_plane": {"outbound": "privatelink", "inbound": "privatelink"},
    },
    "existing cluster": {
        **LEAST,
        "portkey_create_cluster": False,
        "portkey_cluster_name": "shared",
        "portkey_capacity_provider_name": "shared-instances",
    },
}


@functools.cache
def built(name: str) -> dict[str, Any]:
    options = yaml.safe_load(SPECIFICATION.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]
    result = check.check(options, STACKS[name], [], lambda path: "")
    assert result.faults == []
    return stack.build(result.public, ACCOUNT, check.made_secrets(result.config))


def findings(document: dict[str, Any]) -> list[str]:
    analyzed = parliament.analyze_policy_string(json.dumps(document))
    found = [parliament.enhance_finding(one) for one in analyzed.findings if not _is_meant(one)]
    return [
        f"{one.issue}: {one.detail} {one.location}"
        for one in found
        if not (
            one.issue == "UNKNOWN_ACTION" and any(new.split(":")[1] in str(one.detail) for new in NEWER_THAN_PARLIAMENT)
        )
    ]


def _is_meant(finding: Any) -> bool:
    """Of the kinds of models one is enough, but the list marks each as required. And who makes a bucket sets its
    policy and lifecycle, by which he could let himself in; docs/permissions.md says so."""
    if finding.issue == "RESOURCE_POLICY_PRIVILEGE_ESCALATION":
        return any(action in str(finding.detail) for action in ("s3:PutBucketPolicy", "s3:PutLifecycleConfiguration"))
    wanted = [one["action"] for one in finding.detail] if finding.issue == "RESOURCE_MISMATCH" else []
    return bool(wanted) and all(action.startswith("bedrock:") for action in wanted)


@pytest.mark.parametrize("name", STACKS)
@pytest.mark.parametrize("purpose", grant.PURPOSES)
def test_parliament_finds_nothing_in_an_operators_policy(name: str, purpose: str):
    for document in policy.documents(built(name), [purpose]):
        assert findings(document) == []
        assert len(json.dumps(document, separators=(",", ":"))) <= policy.MOST_CHARACTERS


@functools.cache
def definitions() -> dict[str, dict[str, Any]]:
    """What AWS says of its actions, as parliament has it: by action, the kinds of resources."""
    listed: dict[str, dict[str, Any]] = {}
    for service in parliament.iam_definition:
        arns = {one["resource"]: one["arn"] for one in service["resources"]}
        for privilege in service["privileges"]:
            kinds = {one["resource_type"].rstrip("*") for one in privilege["resource_types"]} - {""}
            known = listed.setdefault(f"{service['prefix']}:{privilege['privilege']}", {})
            known.update({kind: arns[kind] for kind in kinds if kind in arns})
    return listed


def _fits(arn: str, pattern: str) -> bool:
    """Whether an ARN of ours may be one of a kind, whose ARN has ${Variables}."""
    wild = re.sub(r"\$\{[^}]*\}", "*", pattern)
    return fnmatch.fnmatchcase(arn, wild) or fnmatch.fnmatchcase(wild, arn)


@pytest.mark.parametrize("one", TABLE, ids=lambda one: f"{one.service}-{one.actions[0]}-{one.on[0]}")
def test_everything_is_forbidden_where_a_resource_can_be_named(one: grant.Grant):
    """A star stands only where AWS knows no resource, and says so; each named resource is of a kind that AWS knows."""
    known = {**resources.arns(built("lock in a bucket")), **_of_buckets()}
    known["given-topic"] = resources.arns(built("watched by others"))["given-topic"]
    for action in (f"{one.service}:{action}" for action in one.actions):
        if action in NEWER_THAN_PARLIAMENT:
            operation = action.split(":")[1]
            assert operation in botocore.session.get_session().get_service_model("ecs").operation_names
            continue
        kinds = definitions()[action]
        if one.on == ("*",):
            assert one.why
            assert not kinds or one.why != grant.NO_RESOURCE, f"{action} can be limited to {sorted(kinds)}"
            continue
        for arn in (arn for kind in one.on for arn in known[kind]):
            assert any(_fits(arn, pattern) for pattern in kinds.values()), (
                f"{action} has no resource like {arn}: {kinds}"
            )


def _of_buckets() -> dict[str, list[str]]:
    return {kind: arns for kind, arns in resources.arns(built("buckets")).items() if kind == "own-bucket"}


def test_the_purposes_build_on_each_other():
    actions = {
        purpose: {action for one in policy.statements(built("everything"), [purpose]) for action in one["Action"]}
        for purpose in grant.PURPOSES
    }
    assert actions["read"] < actions["deploy"] < actions["create"]
    assert not any(action.split(":")[1].startswith(("Create", "Update", "Put")) for action in actions["read"])
    assert "ecs:UpdateService" in actions["deploy"] and "ec2:CreateVpc" not in actions["deploy"]


def test_only_what_the_features_ask_for():
    def actions(name: str) -> set[str]:
        return {action for one in policy.statements(built(name), ["create"]) for action in one["Action"]}

    assert not any(one.startswith("application-autoscaling:Register") for one in actions("least"))
    assert "elasticloadbalancing:CreateLoadBalancer" not in actions("least")
    assert "autoscaling:CreateAutoScalingGroup" not in actions("existing cluster")
    assert "ssm:PutParameter" in actions("everything") and "ssm:PutParameter" not in actions("lock in a bucket")


# The roles of a stack.

VARIABLES = {
    "services_secret_arns": [
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:portkey/dev/docker-credentials-AbCdEf"
    ],
    "services_partition": "aws",
    "services_region": "us-east-1",
    "services_account_id": "123456789012",
    "lifecycle_hook_partition": "aws",
    "lifecycle_hook_region": "us-east-1",
    "lifecycle_hook_account_id": "123456789012",
    "lifecycle_hook_function": {
        "names": {"log_group": "/aws/lambda/portkey-dev-smoke-gate"},
        "in_vpc": True,
        "secret_arns": ["arn:aws:secretsmanager:us-east-1:123456789012:secret:key-AbCdEf"],
    },
    "lifecycle_hook_deployment_group": "portkey-dev/portkey-dev-gateway",
    "lifecycle_hook_function_arns": {"gate": "arn:aws:lambda:us-east-1:123456789012:function:portkey-dev-smoke-gate"},
    "ecs_cluster_partition": "aws",
    "ecs_cluster_region": "us-east-1",
    "ecs_cluster_account_id": "123456789012",
    "ecs_cluster_names": {"cluster": "portkey-dev-cluster"},
    "ecs_cluster_dns_suffix": "amazonaws.com",
}
TEMPLATES = sorted((ROOT / "roles").glob("*/templates/*.json.j2"))


def _rendered(path: pathlib.Path) -> dict[str, Any]:
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    environment.filters["to_json"] = json.dumps
    document = json.loads(environment.from_string(path.read_text(encoding="utf-8")).render(VARIABLES))
    return document if "Statement" in document else {"Version": "2012-10-17", "Statement": [document]}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_the_policies_of_the_roles_are_as_tight(path: pathlib.Path):
    document = _rendered(path)
    if any("Principal" in statement for statement in document["Statement"]):
        for statement in document["Statement"]:
            assert statement["Action"] == "sts:AssumeRole"
            assert set(statement["Principal"]) == {"Service"}
        return
    assert findings(document) == []
    _assert_stars_are_needed(document)


@pytest.mark.parametrize("name", ["least", "everything", "bedrock"])
def test_so_are_the_statements_of_the_task_roles(name: str):
    statements = [statement for one in built(name)["services"] for statement in one["task_policy_statements"]]
    document = {"Version": "2012-10-17", "Statement": statements}
    assert statements
    assert findings(document) == []
    _assert_stars_are_needed(document)


def test_the_gateway_asks_bedrock_for_what_aws_knows():
    gateway = built("bedrock")["services"][-1]["task_policy_statements"]
    asked = [one for one in gateway if one["Action"][0].startswith("bedrock:")]
    assert asked
    for statement in asked:
        for action in statement["Action"]:
            for arn in statement["Resource"]:
                assert any(_fits(arn, pattern) for pattern in definitions()[action].values()), (action, arn)


def _assert_stars_are_needed(document: dict[str, Any]) -> None:
    for statement in document["Statement"]:
        if statement["Resource"] == "*":
            assert statement["Sid"].startswith("AwsHasNoResourceLevelPermission")
            for action in [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]:
                assert not definitions()[action], f"{action} can be limited to {sorted(definitions()[action])}"
