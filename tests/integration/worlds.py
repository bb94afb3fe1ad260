"""What the whole-run tests deploy: the variables, and what the user has in the account before."""

from __future__ import annotations

import json
from typing import Any

import account
from hosted_zone import ZONE, with_zone
from readback import ACCOUNT

from emulator.testing import Running

REGION = "us-east-1"

LOGS = "portkey-access-logs"
LOGS_PREFIX = "gateway"
BUCKETS = {
    "log_store_bucket": "portkey-logs",
    "log_exports_bucket": "portkey-exports",
    "finetune_bucket": "portkey-tune",
}
ROUTING = {
    "enable_host_based_routing": True,
    "enable_path_based_routing": True,
    "gateway_host": "gateway.example.com",
    "mcp_host": "mcp.example.com",
}
SCALING = {
    "enable_autoscaling": True,
    "autoscaling_min_capacity": 1,
    "autoscaling_max_capacity": 4,
    "target_cpu_utilization": 60,
    "target_memory_utilization": 75,
    "scale_in_cooldown": 180,
    "scale_out_cooldown": 30,
}
CANARY = {"canary_configuration": {"canary_percent": 20, "canary_bake_time_in_minutes": 1}}

# A public application load balancer that serves both, and everything switched on that can be.
APPLICATION: dict[str, Any] = {
    "portkey_num_az": 3,
    "portkey_single_nat_gateway": False,
    "portkey_instance_type": "m5.large",
    "portkey_max_asg_size": 4,
    "portkey_instance_refresh": {"enabled": True, "min_healthy_percentage": 60, "instance_warmup": 30},
    "portkey_gateway_config": {"desired_task_count": 2, "cpu": 512, "memory": 1024, "enable_execute_command": True},
    "portkey_gateway_autoscaling": SCALING,
    "portkey_gateway_deployment_configuration": CANARY,
    "portkey_dataservice_config": {"enable_dataservice": True, "enable_execute_command": True},
    "portkey_dataservice_autoscaling": {"enable_autoscaling": True},
    "portkey_object_storage": {**BUCKETS, "bucket_region": REGION},
    "portkey_create_lb": True,
    "portkey_internal_lb": False,
    "portkey_lb_type": "application",
    "portkey_enable_lb_access_logs": True,
    "portkey_lb_access_logs_bucket": LOGS,
    "portkey_lb_access_logs_prefix": LOGS_PREFIX,
    "portkey_server_mode": "all",
    "portkey_mcp_gateway_base_url": "https://mcp.example.com",
    "portkey_alb_routing_configuration": ROUTING,
}


# An application load balancer, and on it what is off until somebody asks for it.
BALANCED: dict[str, Any] = {
    "portkey_create_lb": True,
    "portkey_internal_lb": False,
    "portkey_lb_type": "application",
    "portkey_server_mode": "all",
    "portkey_mcp_gateway_base_url": "https://mcp.example.com",
    "portkey_alb_routing_configuration": {key: ROUTING[key] for key in ROUTING if "path" not in key},
}
FEATURES: dict[str, Any] = {
    **BALANCED,
    "portkey_bedrock": {"models": ["amazon.nova-pro-v1:0"]},
    "portkey_object_storage": {"create": True, "log_store_bucket": "portkey-made-logs", "bucket_region": REGION},
    "portkey_redis_configuration": {"redis_type": "aws-elastic-cache", "create": True, "num_replicas": 1},
    "portkey_control_plane": {"outbound": "privatelink", "inbound": "privatelink"},
    "portkey_dns": {"create_records": True, "hosted_zone": ZONE},
    "portkey_certificate": {"create": True},
    "portkey_http_redirect": True,
    "portkey_waf": {"enable": True},
    "portkey_alarms": {
        "enable": True,
        "emails": ["on-call@example.com"],
        "rollback": True,
        "missing_tasks_minutes": 10,
    },
    "portkey_dashboard": True,
    "portkey_container_insights": "enabled",
    "portkey_image_cache": {"enable": True},
}
CONTROL_PLANE = "com.amazonaws.vpce.us-east-1.vpce-svc-0c2c1c323d9f56d95"


def counterparts(emulator: Running) -> dict[str, Any]:
    """Whom the features need: the user's hosted zone, and a vendor who has let the account in."""
    offered = {"name": CONTROL_PLANE, "private_dns_name": "aws-cp.portkey.ai", "allowed": [ACCOUNT]}
    emulator.post("privatelink", offer={**offered, "acceptance_required": False})
    return with_zone(emulator)


def own_application(emulator: Running) -> dict[str, Any]:
    """A certificate, policies for the tasks, and buckets, of which one takes access logs."""
    for bucket in [LOGS, *BUCKETS.values()]:
        emulator.client("s3").create_bucket(Bucket=bucket)
    allow_logs(emulator)
    arns = {name: account.task_policy(emulator, REGION, name) for name in ("bedrock", "vectors", "exports")}
    return {
        "portkey_tls_certificate_arn": account.certificate(emulator, REGION, "*.example.com"),
        "portkey_gateway_task_role_policy_arns": {name: arns[name] for name in ("bedrock", "vectors")},
        "portkey_data_service_task_role_policy_arns": {"exports": arns["exports"]},
    }


def allow_logs(emulator: Running) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{LOGS}/{LOGS_PREFIX}/AWSLogs/{ACCOUNT}/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    emulator.client("s3").put_bucket_policy(Bucket=LOGS, Policy=policy)


GOV = "us-gov-west-1"
NODES = "shared"


def existing_in_gov(emulator: Running) -> dict[str, Any]:
    """A network, a cluster with instances, and secrets, as somebody else made them."""
    network = account.network(emulator, GOV, NODES)
    account.cluster(emulator, GOV, NODES, "shared-instances", network["private"])
    secrets = emulator.client("secretsmanager", GOV)
    docker = secrets.create_secret(Name="docker-hub", SecretString='{"username": "u", "password": "p"}')["ARN"]
    redis = secrets.create_secret(Name="redis", SecretString='{"REDIS_PASSWORD": "p"}')["ARN"]
    return {"existing": {**network, "docker": docker, "redis": redis}}
