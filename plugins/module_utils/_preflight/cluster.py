# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A cluster that exists already, and what of the stack is live."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .._config.edge import NOTES
from .._config.observability import INSIGHTS, INSIGHTS_TAG
from .._config.ownership import ownership
from .._permissions import denial
from ..api import call, call_unless
from .connection import Connection, Findings, is_denied


def _describe_cluster(connection: Connection, name: str) -> dict[str, t.Any] | None:
    answer = call_unless(
        ("ClusterNotFoundException",),
        connection.client("ecs"),
        "describe_clusters",
        "look up the cluster",
        clusters=[name],
        include=["TAGS", "SETTINGS"],
    )
    active = [cluster for cluster in (answer or {}).get("clusters", []) if cluster["status"] == "ACTIVE"]
    return active[0] if active else None


def cluster(connection: Connection, question: dict[str, t.Any]) -> Findings:
    name = question["name"]
    found = _describe_cluster(connection, name)
    if found is None:
        return Findings.fault(
            "portkey_cluster_name",
            name,
            f"The cluster must exist in {connection.region}, and be active.",
            "Correct the name or the region, or set portkey_create_cluster to true.",
        )
    providers = found.get("capacityProviders") or []
    findings = Findings()
    for provider in question["capacity_providers"]:
        if provider not in providers:
            findings.add(
                Findings.fault(
                    question["variable"],
                    provider,
                    f"It must be one of the cluster's capacity providers: {', '.join(providers) or 'it has none'}.",
                    "Correct the name, or add the provider to the cluster.",
                )
            )
    if question.get("needs_insights") and insights(found) not in INSIGHTS:
        findings.add(
            Findings.fault(
                "portkey_alarms.missing_tasks_minutes",
                name,
                "It needs Container Insights, which this cluster has not.",
                "Switch that on for the cluster, or leave the alarm off.",
            )
        )
    return findings


def insights(cluster: dict[str, t.Any]) -> str:
    settings = {one["name"]: one["value"] for one in cluster.get("settings", [])}
    return settings.get("containerInsights", "disabled")


def live(connection: Connection, question: dict[str, t.Any]) -> Findings:
    """The stack as it stands: whether its names are another's, and whether what may not change would."""
    facts: dict[str, t.Any] = {"live_server_mode": None, "live_controller": None, "live_codedeploy": False}
    facts |= {"live_lb_type": None, "live_lb_scheme": None, "live_edge": {}}
    facts |= {"live_capacity_providers": [], "live_instances": False}
    findings = Findings(facts=facts)
    if question["own_cluster"]:
        found = _describe_cluster(connection, question["cluster"]) or {}
        findings.add(_owner(f"cluster {question['cluster']}", _ecs_tags(found), question))
        findings.facts["live_capacity_providers"] = found.get("capacityProviders") or []
        findings.facts["live_instances"] = _has_role(connection, question.get("instance_role"))
        if question.get("insights") is None and INSIGHTS_TAG in _ecs_tags(found):
            findings.facts["live_insights_default"] = _insights_default(connection)
    findings.add(_server_mode(connection, question))
    findings.add(_load_balancer(connection, question))
    findings.facts["live_codedeploy"] = _has_role(connection, question.get("codedeploy_role"))
    return findings


def _has_role(connection: Connection, name: str | None) -> bool:
    """Of CodeDeploy's things, and of instances', it goes last, so that it tells of any that a killed run has left."""
    if not name:
        return False
    passed = ("NoSuchEntity", *denial.CODES)
    return bool(call_unless(passed, connection.client("iam"), "get_role", f"look for role {name}", RoleName=name))


def _insights_default(connection: Connection) -> str:
    """What the account has for new clusters: for ours, which has what an earlier run has told it."""
    doing = "read what new clusters have"
    client = connection.client("ecs")
    answer = call(client, "list_account_settings", doing, name="containerInsights", effectiveSettings=True)
    return next((one["value"] for one in answer["settings"]), "disabled")


def _ecs_tags(resource: dict[str, t.Any]) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in resource.get("tags", [])}


def _owner(what: str, tags: dict[str, str], question: dict[str, t.Any]) -> Findings:
    own = ownership(question["project"], question["environment"])
    foreign = {key: tags[key] for key, value in own.items() if tags.get(key, value) != value}
    if not foreign:
        return Findings()
    words = ", ".join(f"{key}={value}" for key, value in foreign.items())
    return Findings.fault(
        "portkey_project_name",
        question["project"],
        f"The stack's names must be free, but there is a {what} with the tags {words}.",
        "Choose another project or environment, or remove what is there.",
    )


def _live_service(connection: Connection, question: dict[str, t.Any]) -> dict[str, t.Any] | None:
    answer = call_unless(
        ("ClusterNotFoundException", "ServiceNotFoundException"),
        connection.client("ecs"),
        "describe_services",
        "look up the gateway's service",
        cluster=question["cluster"],
        services=[question["service"]],
        include=["TAGS"],
    )
    active = [service for service in (answer or {}).get("services", []) if service["status"] == "ACTIVE"]
    return active[0] if active else None


def _server_mode(connection: Connection, question: dict[str, t.Any]) -> Findings:
    try:
        service = _live_service(connection, question)
        if not service or not service.get("taskDefinition"):
            return Findings()
        answer = call(
            connection.client("ecs"),
            "describe_task_definition",
            "read the gateway's task definition",
            taskDefinition=service["taskDefinition"],
        )
    except AnsibleAWSError as error:
        if not is_denied(error):
            raise
        return Findings.warning(
            "Not allowed to read the gateway's service: a forbidden change of the server mode is not noticed."
        )
    containers = answer["taskDefinition"]["containerDefinitions"]
    environment = {one["name"]: one["value"] for container in containers for one in container.get("environment", [])}
    findings = _owner(f"service {question['service']}", _ecs_tags(service), question)
    findings.facts["live_controller"] = (service.get("deploymentController") or {}).get("type", "ECS")
    findings.add(_compare_mode(environment.get("SERVER_MODE") or "gateway", question))
    return findings


def _compare_mode(mode: str, question: dict[str, t.Any]) -> Findings:
    findings = Findings(facts={"live_server_mode": mode})
    wanted = question["server_mode"]
    if wanted not in (mode, "all"):
        findings.add(
            Findings.fault(
                "portkey_server_mode",
                wanted,
                f"The stack runs as {mode}. Once it is deployed, the mode changes only from gateway or mcp to all.",
                f"Set it to {mode} or all, or uninstall the stack first."
                if mode != "all"
                else "Set it to all, or uninstall the stack first.",
            )
        )
    return findings


def _load_balancer(connection: Connection, question: dict[str, t.Any]) -> Findings:
    client = connection.client("elbv2")
    try:
        answer = call_unless(
            ("LoadBalancerNotFound",),
            client,
            "describe_load_balancers",
            "look up the load balancer",
            Names=[question["load_balancer"]],
        )
        if not answer or not answer["LoadBalancers"]:
            return Findings()
        balancer = answer["LoadBalancers"][0]
        described = call(
            client, "describe_tags", "read the tags of the load balancer", ResourceArns=[balancer["LoadBalancerArn"]]
        )
    except AnsibleAWSError as error:
        if not is_denied(error):
            raise
        return Findings.warning("Not allowed to read the load balancer: a forbidden change of its type is not noticed.")
    tags = {tag["Key"]: tag["Value"] for one in described["TagDescriptions"] for tag in one["Tags"]}
    findings = _owner(f"load balancer {question['load_balancer']}", tags, question)
    findings.facts |= {"live_lb_type": balancer["Type"], "live_lb_scheme": balancer["Scheme"]}
    findings.facts["live_edge"] = {key: tags[key] for key in NOTES if key in tags}
    if question["create_lb"] and question["lb_type"] != balancer["Type"]:
        findings.add(
            Findings.fault(
                "portkey_lb_type",
                question["lb_type"],
                f"The stack's load balancer is of the type {balancer['Type']}, and that cannot change any more.",
                f"Set it to {balancer['Type']}, or uninstall the stack first.",
            )
        )
    return findings
