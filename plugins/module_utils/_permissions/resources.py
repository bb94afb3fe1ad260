# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The ARNs of what a stack has, as far as they are known before it is made: by its names, else by their kind."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping

from .._config import edge
from .._config.buckets import STORAGE_KEYS, made_names

Stack = Mapping[str, t.Any]

EVERYTHING = "*"

_EC2_KINDS = (
    "elastic-ip",
    "instance",
    "internet-gateway",
    "launch-template",
    "natgateway",
    "network-interface",
    "route-table",
    "security-group",
    "security-group-rule",
    "subnet",
    "volume",
    "vpc",
    "vpc-endpoint",
    "vpc-endpoint-service",
)


def arns(stack: Stack) -> dict[str, list[str]]:
    """By the names that the table uses."""
    names, services = stack["names"], list(stack["names"]["services"].values())
    here = f"{stack['region']}:{stack['account_id']}"
    partition = stack["partition"]

    def of(service: str, *resources: str, place: str = here) -> list[str]:
        return [f"arn:{partition}:{service}:{place}:{one}" for one in resources]

    def each(service: str, kind: str) -> list[str]:
        return of(service, *(f"{kind}/{names['cluster']}/{one['service']}" for one in services))

    account = f":{stack['account_id']}"
    balancers = [f"{kind}/{names['load_balancer']}/*" for kind in ("app", "net")]
    groups = [group for colours in names["services"]["gateway"]["target_groups"].values() for group in colours.values()]
    insights = [names["insights_log_group"]] if "insights_log_group" in names else []
    logs, functions = [one["log_group"] for one in services], list(names["functions"].values())
    return {
        **{kind: of("ec2", f"{kind}/*") for kind in _EC2_KINDS},
        "image": of("ec2", "image/*", place=f"{stack['region']}:"),
        "cluster": of("ecs", f"cluster/{names['cluster']}"),
        "service": each("ecs", "service"),
        "service-deployment": [f"{one}/*" for one in each("ecs", "service-deployment")],
        "service-revision": [f"{one}/*" for one in each("ecs", "service-revision")],
        "task-definition": of("ecs", *(f"task-definition/{one['family']}:*" for one in services)),
        "task": of("ecs", f"task/{names['cluster']}/*"),
        "container-instance": of("ecs", f"container-instance/{names['cluster']}/*"),
        "capacity-provider": of("ecs", f"capacity-provider/{names['capacity_provider']}"),
        "any-capacity-provider": of("ecs", "capacity-provider/*"),
        "namespace": of("servicediscovery", "namespace/*"),
        "discovery-service": of("servicediscovery", "service/*"),
        "hosted-zone": of("route53", "hostedzone/*", place=":"),
        "edge-zone": of("route53", *(f"hostedzone/{one}" for one in _zones(stack["config"])), place=":"),
        "own-certificate": of("acm", "certificate/*"),
        "web-acl": of("wafv2", f"regional/webacl/{names['web_acl']}/*"),
        "managed-rules": of("wafv2", "regional/managedruleset/*/*"),
        "application-balancer": of("elasticloadbalancing", f"loadbalancer/app/{names['load_balancer']}/*"),
        "scalable-target": of("application-autoscaling", "scalable-target/*"),
        "group": of("autoscaling", f"autoScalingGroup:*:autoScalingGroupName/{names['auto_scaling_group']}"),
        "balancer": of("elasticloadbalancing", *(f"loadbalancer/{one}" for one in balancers)),
        "listener": of("elasticloadbalancing", *(f"listener/{one}/*" for one in balancers)),
        "rule": of("elasticloadbalancing", *(f"listener-rule/{one}/*/*" for one in balancers)),
        "target-group": of("elasticloadbalancing", *(f"targetgroup/{one}/*" for one in groups)),
        **_inbound(names["control_plane"], of),
        **{kind: of("iam", *(f"role/{one}" for one in found), place=account) for kind, found in _roles(names).items()},
        "linked-role": of("iam", "role/aws-service-role/*", place=account),
        "instance-profile": of("iam", f"instance-profile/{names['instance_role']}", place=account),
        "alarm": of("cloudwatch", "alarm:*"),
        "stack-alarm": of("cloudwatch", *(f"alarm:{one}" for one in names["alarms"].values())),
        "dashboard": of("cloudwatch", f"dashboard/{names['dashboard']}", place=account),
        "topic": of("sns", names["alarm_topic"]),
        "given-topic": [one for one in [stack["config"]["alarms"]["sns_topic_arn"]] if one],
        "event-rule": of("events", f"rule/{names['deployment_rule']}"),
        "insights-log-group": of("logs", *(f"log-group:{one}" for one in insights)),
        "insights-log-group-streams": of("logs", *(f"log-group:{one}:*" for one in insights)),
        "scaling-alarm": of("cloudwatch", f"alarm:TargetTracking-service/{names['cluster']}/*"),
        "log-group": of("logs", *(f"log-group:{one}" for one in logs)),
        "log-group-streams": of("logs", *(f"log-group:{one}:*" for one in logs)),
        "log-stream": of("logs", *(f"log-group:{one}:log-stream:*" for one in logs)),
        "function-log-group": of("logs", *(f"log-group:{one['log_group']}" for one in functions)),
        "function-log-group-streams": of("logs", *(f"log-group:{one['log_group']}:*" for one in functions)),
        "function": of("lambda", *(f"function:{one['function']}" for one in functions)),
        **_codedeploy(names["codedeploy"], of),
        "exec-log-group": of("logs", f"log-group:{names['exec_log_group']}"),
        "exec-log-group-streams": of("logs", f"log-group:{names['exec_log_group']}:*"),
        "secret": of("secretsmanager", *(f"secret:{one}-??????" for one in _secrets(names))),
        "cache-secret": of("secretsmanager", f"secret:{names['cache_auth_secret']}-??????"),
        "image-cache-secret": of("secretsmanager", f"secret:{names['image_cache']['secret']}-??????"),
        **_elasticache(names["elasticache"], of),
        "image-repository": of("ecr", f"repository/{names['image_cache']['prefix']}/*"),
        "any-repository": of("ecr", "repository/*"),
        "given-secret": _given_secrets(stack),
        "certificate": [one for one in [stack["config"]["tls_certificate_arn"]] if one],
        "image-parameter": of("ssm", "parameter/aws/service/ecs/optimized-ami/*", place=f"{stack['region']}:*"),
        "lock-parameter": of("ssm", f"parameter{names['lock']}"),
        "lock-bucket": of("s3", stack["lock"]["bucket"] or "", place=":"),
        "lock-object": of("s3", f"{stack['lock']['bucket']}/{stack['lock']['name'].lstrip('/')}", place=":"),
        "bucket": of("s3", *sorted(_buckets(stack["config"])), place=":"),
        "own-bucket": of("s3", *sorted(made_names(stack["config"])), place=":"),
        "any-bucket": of("s3", "*", place=":"),
        "any-object": of("s3", "*/*", place=":"),
        "logs-bucket": of("s3", stack["config"]["lb_access_logs_bucket"], place=":"),
        EVERYTHING: [EVERYTHING],
    }


def _inbound(names: Mapping[str, t.Any], of: Callable[..., list[str]]) -> dict[str, list[str]]:
    """The load balancer in front of an application load balancer, for the control plane."""
    name, groups = f"{names['load_balancer']}/*", names["target_groups"].values()
    return {
        "inbound-balancer": of("elasticloadbalancing", f"loadbalancer/net/{name}"),
        # Judges of policies want both kinds named.
        "inbound-listener": of("elasticloadbalancing", *(f"listener/{kind}/{name}/*" for kind in ("app", "net"))),
        "inbound-target-group": of("elasticloadbalancing", *(f"targetgroup/{one}/*" for one in groups)),
    }


def _roles(names: Mapping[str, t.Any]) -> dict[str, list[str]]:
    """The names of the stack's roles, by kind."""
    services = names["services"].values()
    return {
        "service-role": [one[kind] for one in services for kind in ("execution_role", "task_role")],
        "instance-role": [names["instance_role"]],
        "balancer-role": [names["load_balancer_role"]],
        "function-role": [one["role"] for one in names["functions"].values()],
        "invoke-role": [names["lifecycle_hook_invoke_role"]],
        "codedeploy-role": [names["codedeploy"]["service_role"]],
    }


def _elasticache(names: Mapping[str, t.Any], of: Callable[..., list[str]]) -> dict[str, list[str]]:
    return {
        "replication-group": of("elasticache", f"replicationgroup:{names['replication_group']}"),
        "any-replication-group": of("elasticache", "replicationgroup:*"),
        "cache-node": of("elasticache", f"cluster:{names['replication_group']}-*"),
        "cache-subnet-group": of("elasticache", f"subnetgroup:{names['subnet_group']}"),
        "any-cache-subnet-group": of("elasticache", "subnetgroup:*"),
        "cache-parameter-group": of("elasticache", "parametergroup:default.*"),
    }


def _codedeploy(names: Mapping[str, t.Any], of: Callable[..., list[str]]) -> dict[str, list[str]]:
    return {
        "application": of("codedeploy", f"application:{names['application']}"),
        "deployment-group": of("codedeploy", f"deploymentgroup:{names['application']}/{names['group']}"),
        # Their names say what they are, and so differ from one configuration of the stack to the next.
        "deployment-config": of("codedeploy", f"deploymentconfig:{names['application'][:_KEPT_OF_STEM]}*"),
        "aws-deployment-config": of("codedeploy", "deploymentconfig:CodeDeployDefault.ECS*"),
    }


# Of a stem that is too long, a name keeps at least so much.
_KEPT_OF_STEM = 40


def _secrets(names: Mapping[str, t.Any]) -> list[str]:
    return [names["docker_secret"], names["client_auth_secret"], names["image_cache"]["secret"]]


def _zones(config: Mapping[str, t.Any]) -> list[str]:
    """By their ids; what is given by name could be any."""
    given = {config["dns"]["hosted_zone"], edge.certificate_zone(config)} - {""}
    return sorted(given) if given and all(edge.ZONE_ID.fullmatch(one) for one in given) else ["*"]


def _buckets(config: Mapping[str, t.Any]) -> set[str]:
    return {config["object_storage"][key] for key in STORAGE_KEYS if config["object_storage"].get(key)}


def _given_secrets(stack: Stack) -> list[str]:
    """Secrets that the user names by their ARN."""
    given = {stack["config"]["docker_cred_secret_arn"]}
    for entries in (stack["config"]["secrets"] or {}).values():
        given.update(entries.values())
    return sorted(one for one in given if one and one.startswith("arn:"))
