"""Bad configurations, each with exactly the variables that preflight must name."""

from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._config.faults import HIDDEN, report

ACM = "arn:aws:acm:us-west-2:123456789012:certificate/0b1c"
SECRET = "arn:aws:secretsmanager:us-west-2:123456789012:secret:mine-AbCdEf"
HOSTS = {"enable_host_based_routing": True, "gateway_host": "gw.example.com", "mcp_host": "mcp.example.com"}
ALL = {
    "server_mode": "all",
    "create_lb": True,
    "lb_type": "application",
    "mcp_gateway_base_url": "https://mcp.example.com",
    "alb_routing_configuration": HOSTS,
}
SHIFTING = {"create_lb": True, "gateway_deployment_configuration": {"enable_blue_green": True}}
EXISTING_VPC = {
    "create_new_vpc": False,
    "vpc_id": "vpc-0123456789abcdef0",
    "public_subnet_ids": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    "private_subnet_ids": ["subnet-0123456789abcdef2", "subnet-0123456789abcdef3"],
}
DEPLOYMENT = "gateway_deployment_configuration"
CANARY, LINEAR = f"{DEPLOYMENT}.canary_configuration", f"{DEPLOYMENT}.linear_configuration"
ROUTING = "alb_routing_configuration"
GATE = "gateway_smoke_gate"
FUNCTION = "arn:aws:lambda:us-west-2:123456789012:function:check"
STORAGE = {"log_store_bucket": "portkey-logs", "bucket_region": "us-west-2"}
NOVA = "amazon.nova-pro-v1:0"
BEDROCK_ROLE = "arn:aws:iam::210987654321:role/models"
PROFILES = "bedrock.inference_profiles"
ELASTICACHE = {"redis_type": "aws-elastic-cache", "endpoint": "redis://cache.example.com:6379"}


def with_deployment(**settings):
    return {"create_lb": True, "gateway_deployment_configuration": settings}


def with_pause(**settings):
    return {**SHIFTING, "gateway_pause_hooks": [settings]}


def with_hook(**settings):
    on = {"enable_lifecycle_hook": True, "lifecycle_hook_stages": ["POST_SCALE_UP"]}
    return {**SHIFTING, "gateway_lifecycle_hook": {**on, **settings}}


def with_gate(**settings):
    return {**SHIFTING, GATE: {"enable_smoke_gate": True, **settings}}


def with_profile(**settings):
    return {"bedrock": {"inference_profiles": [{"profile": f"us.{NOVA}", "regions": ["us-west-2"], **settings}]}}


def with_access_logs(bucket):
    return {"create_lb": True, "enable_lb_access_logs": True, "lb_access_logs_bucket": bucket}


def with_codedeploy(**settings):
    return {**with_deployment(controller="codedeploy", **settings), "lb_type": "application"}


def with_routing(**settings):
    return {**ALL, "alb_routing_configuration": {**HOSTS, **settings}}


# A name for the case, what the user wrote, and the variables at fault, without their prefix.
BAD = [
    # Pausing and uninstalling
    ("an unknown service to scale", {"scale_services": ["gateway", "redis-cache"]}, {"scale_services"}),
    ("no time to come to rest", {"scale_wait_timeout": 0}, {"scale_wait_timeout"}),
    ("no time to go", {"uninstall_wait_timeout": -1}, {"uninstall_wait_timeout"}),
    ("too short a recovery", {"uninstall_secret_recovery_days": 3}, {"uninstall_secret_recovery_days"}),
    ("too long a recovery", {"uninstall_secret_recovery_days": 31}, {"uninstall_secret_recovery_days"}),
    # Types
    ("text for a number", {"num_az": "two"}, {"num_az"}),
    ("a fraction for a whole number", {"max_asg_size": 2.5}, {"max_asg_size"}),
    ("a boolean for a number", {"target_capacity": True}, {"target_capacity"}),
    ("text for a boolean", {"create_lb": "maybe"}, {"create_lb"}),
    ("text for the interrupt switch", {"rollback_on_interrupt": "ask"}, {"rollback_on_interrupt"}),
    ("a number for a boolean", {"internal_lb": 2}, {"internal_lb"}),
    ("text for a dict", {"gateway_config": "cpu=256"}, {"gateway_config"}),
    ("a list for a dict", {"redis_configuration": ["redis"]}, {"redis_configuration"}),
    ("text for the storage", {"object_storage": "portkey-logs"}, {"object_storage"}),
    ("text for a nested dict", with_deployment(canary_configuration="10%"), {CANARY}),
    ("text for a list", {"allowed_lb_cidrs": "10.0.0.0/8"}, {"allowed_lb_cidrs"}),
    ("a dict for a list", {"private_subnet_ids": {"a": 1}}, {"private_subnet_ids"}),
    ("a list for text", {"vpc_cidr": ["10.0.0.0/16"]}, {"vpc_cidr"}),
    ("a fraction for text", {"gateway_image": {"tag": 2.16}}, {"gateway_image.tag"}),
    ("a boolean for text", {"environment": True}, {"environment"}),
    ("text for a nested number", {"gateway_config": {"memory": "1 GB"}}, {"gateway_config.memory"}),
    (
        "text for a percentage",
        with_deployment(canary_configuration={"canary_percent": "ten"}),
        {f"{CANARY}.canary_percent"},
    ),
    ("an empty item", {"create_lb": True, "allowed_lb_cidrs": [None]}, {"allowed_lb_cidrs"}),
    ("a dict for a secret", {"docker_password": {"a": "b"}}, {"docker_password"}),
    # Names
    ("an unknown variable", {"gateway_imgae": {}}, {"gateway_imgae"}),
    ("a variable of another place", {"gateway_port": 8787}, {"gateway_port"}),
    ("an unknown key", {"gateway_config": {"cpus": 256}}, {"gateway_config.cpus"}),
    ("an unknown nested key", with_deployment(linear_configuration={"percent": 5}), {f"{LINEAR}.percent"}),
    ("an unknown service", {"secrets": {"data_service": {}}}, {"secrets.data_service"}),
    # Required
    ("no storage", {"object_storage": None}, {"object_storage"}),
    ("no bucket", {"object_storage": {"bucket_region": "us-west-2"}}, {"object_storage.log_store_bucket"}),
    ("no bucket region", {"object_storage": {"log_store_bucket": "logs"}}, {"object_storage.bucket_region"}),
    ("no CIDR for a new VPC", {"vpc_cidr": None}, {"vpc_cidr"}),
    ("an empty CIDR", {"vpc_cidr": ""}, {"vpc_cidr"}),
    ("an existing VPC without ids", {"create_new_vpc": False}, {"vpc_id", "public_subnet_ids", "private_subnet_ids"}),
    ("an existing cluster without names", {"create_cluster": False}, {"cluster_name", "capacity_provider_name"}),
    # Project
    ("a project with an underscore", {"project_name": "port_key"}, {"project_name"}),
    ("a project that ends with a hyphen", {"project_name": "portkey-"}, {"project_name"}),
    ("a project that is too long", {"project_name": "p" * 65}, {"project_name"}),
    ("an environment with a slash", {"environment": "dev/eu"}, {"environment"}),
    ("an environment that is too long", {"environment": "e" * 33}, {"environment"}),
    ("no region", {"aws_region": "virginia"}, {"aws_region"}),
    ("an availability zone for a region", {"aws_region": "us-west-2a"}, {"aws_region"}),
    (
        "a profile and a key",
        {"aws_connection": {"profile": "p", "access_key": "a", "secret_key": "s"}},
        {"aws_connection.profile"},
    ),
    ("a key without its secret", {"aws_connection": {"access_key": "a"}}, {"aws_connection.secret_key"}),
    ("a secret without its key", {"aws_connection": {"secret_key": "s"}}, {"aws_connection.access_key"}),
    (
        "an endpoint without a scheme",
        {"aws_connection": {"endpoint_url": "127.0.0.1:4599"}},
        {"aws_connection.endpoint_url"},
    ),
    ("a tag of ours", {"tags": {"Project": "x"}}, {"tags.Project"}),
    ("a reserved tag", {"tags": {"aws:owner": "x"}}, {"tags.aws:owner"}),
    ("a tag that is a number", {"tags": {"cost": 7}}, {"tags.cost"}),
    ("a tag that is too long", {"tags": {"team": "x" * 257}}, {"tags.team"}),
    ("too many tags", {"tags": {f"t{n}": "x" for n in range(41)}}, {"tags"}),
    # Network
    ("no CIDR at all", {"vpc_cidr": "X.X.X.X/Y"}, {"vpc_cidr"}),
    ("a CIDR without its prefix", {"vpc_cidr": "10.0.0.0"}, {"vpc_cidr"}),
    ("a CIDR with host bits", {"vpc_cidr": "10.0.0.1/16"}, {"vpc_cidr"}),
    ("an IPv6 CIDR", {"vpc_cidr": "fd00::/56"}, {"vpc_cidr"}),
    ("a CIDR larger than a VPC", {"vpc_cidr": "10.0.0.0/8"}, {"vpc_cidr"}),
    ("a CIDR too small for its subnets", {"vpc_cidr": "10.0.0.0/25"}, {"vpc_cidr"}),
    ("a CIDR on Docker's bridge", {"vpc_cidr": "172.17.0.0/16"}, {"vpc_cidr"}),
    ("a CIDR of links", {"vpc_cidr": "169.254.0.0/20"}, {"vpc_cidr"}),
    ("no zone", {"num_az": 0}, {"num_az"}),
    ("seven zones", {"num_az": 7}, {"num_az"}),
    ("an ALB in one zone", {"create_lb": True, "lb_type": "application", "num_az": 1}, {"num_az"}),
    ("a VPC by its name", {**EXISTING_VPC, "vpc_id": "my-vpc"}, {"vpc_id"}),
    ("a subnet that is none", {**EXISTING_VPC, "public_subnet_ids": ["subnet-1x2y3z"]}, {"public_subnet_ids"}),
    (
        "a subnet twice",
        {**EXISTING_VPC, "private_subnet_ids": ["subnet-0123456789abcdef2"] * 2},
        {"private_subnet_ids"},
    ),
    (
        "a subnet public and private",
        {**EXISTING_VPC, "private_subnet_ids": EXISTING_VPC["public_subnet_ids"]},
        {"private_subnet_ids"},
    ),
    (
        "an internal ALB in one subnet",
        {
            **EXISTING_VPC,
            "create_lb": True,
            "lb_type": "application",
            "private_subnet_ids": ["subnet-0123456789abcdef2"],
        },
        {"private_subnet_ids"},
    ),
    (
        "a public ALB in one subnet",
        {
            **EXISTING_VPC,
            "create_lb": True,
            "internal_lb": False,
            "lb_type": "application",
            "public_subnet_ids": ["subnet-0123456789abcdef0"],
        },
        {"public_subnet_ids"},
    ),
    # Cluster
    (
        "a cluster by its ARN",
        {"create_cluster": False, "cluster_name": "arn:aws:ecs:x", "capacity_provider_name": "cp"},
        {"cluster_name"},
    ),
    (
        "a cluster's name that is too long",
        {"create_cluster": False, "cluster_name": "c" * 256, "capacity_provider_name": "cp"},
        {"cluster_name"},
    ),
    ("an instance family", {"instance_type": "t4g"}, {"instance_type"}),
    ("a negative size", {"min_asg_size": -1}, {"min_asg_size"}),
    ("no instance at all", {"min_asg_size": 0, "desired_asg_size": 0, "max_asg_size": 0}, {"max_asg_size"}),
    ("minimum above maximum", {"min_asg_size": 4}, {"min_asg_size"}),
    ("desired above maximum", {"desired_asg_size": 4}, {"desired_asg_size"}),
    ("desired below minimum", {"min_asg_size": 3, "desired_asg_size": 2}, {"desired_asg_size"}),
    ("no target capacity", {"target_capacity": 0}, {"target_capacity"}),
    ("too much target capacity", {"target_capacity": 101}, {"target_capacity"}),
    (
        "a refresh below all",
        {"instance_refresh": {"min_healthy_percentage": -1}},
        {"instance_refresh.min_healthy_percentage"},
    ),
    (
        "a refresh above double",
        {"instance_refresh": {"max_healthy_percentage": 201}},
        {"instance_refresh.max_healthy_percentage"},
    ),
    (
        "a refresh too wide",
        {"instance_refresh": {"max_healthy_percentage": 160}},
        {"instance_refresh.max_healthy_percentage"},
    ),
    ("a negative warm-up", {"instance_refresh": {"instance_warmup": -1}}, {"instance_refresh.instance_warmup"}),
    # Services
    ("an image with its tag", {"gateway_image": {"image": "portkeyai/gateway:2"}}, {"gateway_image.image"}),
    ("an image in capitals", {"redis_image": {"image": "Redis"}}, {"redis_image.image"}),
    ("a tag with a colon", {"data_service_image": {"tag": "1:9"}}, {"data_service_image.tag"}),
    ("CPU units that ECS has not", {"gateway_config": {"cpu": 300}}, {"gateway_config.cpu"}),
    ("memory too small for the CPU", {"gateway_config": {"cpu": 1024}}, {"gateway_config.memory"}),
    ("memory between the steps", {"gateway_config": {"cpu": 512, "memory": 1500}}, {"gateway_config.memory"}),
    ("memory too large for the CPU", {"dataservice_config": {"memory": 4096}}, {"dataservice_config.memory"}),
    (
        "memory of a large task off its steps",
        {"gateway_config": {"cpu": 8192, "memory": 17408}},
        {"gateway_config.memory"},
    ),
    ("memory of the cache", {"redis_configuration": {"memory": 256}}, {"redis_configuration.memory"}),
    ("a negative count", {"gateway_config": {"desired_task_count": -1}}, {"gateway_config.desired_task_count"}),
    ("requests without time", {"max_request_seconds": 0}, {"max_request_seconds"}),
    ("requests for longer than targets drain", {"max_request_seconds": 3601}, {"max_request_seconds"}),
    ("port 0", {"gateway_config": {"gateway_port": 0}}, {"gateway_config.gateway_port"}),
    ("a port too high", {"dataservice_config": {"port": 65536}}, {"dataservice_config.port"}),
    ("one port for two", {"gateway_config": {"gateway_port": 8788}}, {"gateway_config.mcp_port"}),
    (
        "scaling to none",
        {"gateway_autoscaling": {"autoscaling_min_capacity": 0}},
        {"gateway_autoscaling.autoscaling_min_capacity"},
    ),
    (
        "scaling with minimum above maximum",
        {"dataservice_autoscaling": {"autoscaling_min_capacity": 5}},
        {"dataservice_autoscaling.autoscaling_max_capacity"},
    ),
    (
        "a CPU target above all",
        {"gateway_autoscaling": {"target_cpu_utilization": 101}},
        {"gateway_autoscaling.target_cpu_utilization"},
    ),
    (
        "a memory target of none",
        {"gateway_autoscaling": {"target_memory_utilization": 0}},
        {"gateway_autoscaling.target_memory_utilization"},
    ),
    (
        "a negative cooldown",
        {"gateway_autoscaling": {"scale_in_cooldown": -1}},
        {"gateway_autoscaling.scale_in_cooldown"},
    ),
    # Buckets
    ("text for making buckets", {"object_storage": {**STORAGE, "create": "always"}}, {"object_storage.create"}),
    ("no day to expire", {"object_storage": {**STORAGE, "expire_after_days": 0}}, {"object_storage.expire_after_days"}),
    (
        "earlier versions for no time",
        {"object_storage": {**STORAGE, "expire_noncurrent_after_days": 0}},
        {"object_storage.expire_noncurrent_after_days"},
    ),
    (
        "a bucket made in another partition",
        {"object_storage": {**STORAGE, "create": True, "bucket_region": "cn-north-1"}},
        {"object_storage.bucket_region"},
    ),
    (
        "a bucket made without a name",
        {"create_lb": True, "enable_lb_access_logs": True, "create_lb_access_logs_bucket": True},
        {"lb_access_logs_bucket"},
    ),
    (
        "access logs in the bucket that is made for the gateway",
        {**with_access_logs("portkey-logs"), "object_storage": {**STORAGE, "create": True}},
        {"lb_access_logs_bucket"},
    ),
    (
        "access logs made in the gateway's bucket",
        {**with_access_logs("portkey-logs"), "create_lb_access_logs_bucket": True},
        {"lb_access_logs_bucket"},
    ),
    (
        "a lock in a bucket that is made",
        {"object_storage": {**STORAGE, "create": True}, "lock_bucket": "portkey-logs"},
        {"lock_bucket"},
    ),
    ("access logs for no time", {"lb_access_logs_expire_after_days": 0}, {"lb_access_logs_expire_after_days"}),
    # Bedrock
    ("text for Bedrock", {"bedrock": NOVA}, {"bedrock"}),
    ("an unknown key of Bedrock", {"bedrock": {"model": [NOVA]}}, {"bedrock.model"}),
    ("one model for a list", {"bedrock": {"models": NOVA}}, {"bedrock.models"}),
    ("all models", {"bedrock": {"models": ["*"]}}, {"bedrock.models"}),
    ("all models of a vendor", {"bedrock": {"models": ["anthropic.*"]}}, {"bedrock.models"}),
    (
        "all models by their ARN",
        {"bedrock": {"models": ["arn:aws:bedrock:us-west-2::foundation-model/*"]}},
        {"bedrock.models"},
    ),
    ("a model twice", {"bedrock": {"models": [NOVA, NOVA]}}, {"bedrock.models"}),
    (
        "a model of nowhere",
        {"bedrock": {"models": [f"arn:aws:bedrock:::foundation-model/{NOVA}"]}},
        {"bedrock.models"},
    ),
    (
        "a model of another partition",
        {"bedrock": {"models": [f"arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/{NOVA}"]}},
        {"bedrock.models"},
    ),
    ("a model that is a profile", {"bedrock": {"models": ["portkey"]}}, {"bedrock.models"}),
    ("no region of Bedrock", {"bedrock": {"region": "oregon"}}, {"bedrock.region"}),
    ("a region of another partition", {"bedrock": {"region": "cn-north-1"}}, {"bedrock.region"}),
    (
        "a foundation model that is not provisioned",
        {"bedrock": {"provisioned_models": [f"arn:aws:bedrock:us-west-2::foundation-model/{NOVA}"]}},
        {"bedrock.provisioned_models"},
    ),
    (
        "a provisioned model by its name",
        {"bedrock": {"provisioned_models": ["my-model"]}},
        {"bedrock.provisioned_models"},
    ),
    ("a profile as text", {"bedrock": {"inference_profiles": [f"us.{NOVA}"]}}, {f"{PROFILES}.1"}),
    ("a profile without its id", {"bedrock": {"inference_profiles": [{}]}}, {f"{PROFILES}.1.profile"}),
    ("a profile that is a model", with_profile(profile=NOVA), {f"{PROFILES}.1.profile"}),
    ("all profiles", with_profile(profile="us.*"), {f"{PROFILES}.1.profile"}),
    ("a profile without its regions", with_profile(regions=[]), {f"{PROFILES}.1.regions"}),
    ("a profile with a geography for a region", with_profile(regions=["us"]), {f"{PROFILES}.1.regions"}),
    ("a profile with a region twice", with_profile(regions=["us-west-2"] * 2), {f"{PROFILES}.1.regions"}),
    ("a profile with a region of China", with_profile(regions=["cn-north-1"]), {f"{PROFILES}.1.regions"}),
    ("a profile with all models", with_profile(model="*"), {f"{PROFILES}.1.model"}),
    ("an application's profile without its model", with_profile(profile="x1y2z3x1y2z3"), {f"{PROFILES}.1.model"}),
    (
        "a profile twice",
        {"bedrock": {"inference_profiles": with_profile()["bedrock"]["inference_profiles"] * 2}},
        {PROFILES},
    ),
    ("a role by its name", {"bedrock": {"role_arns": ["models"]}}, {"bedrock.role_arns"}),
    ("all roles", {"bedrock": {"role_arns": ["arn:aws:iam::210987654321:role/*"]}}, {"bedrock.role_arns"}),
    ("a user for a role", {"bedrock": {"role_arns": ["arn:aws:iam::210987654321:user/me"]}}, {"bedrock.role_arns"}),
    ("a role twice", {"bedrock": {"role_arns": [BEDROCK_ROLE] * 2}}, {"bedrock.role_arns"}),
    (
        "a role of another partition",
        {"bedrock": {"role_arns": ["arn:aws-cn:iam::210987654321:role/models"]}},
        {"bedrock.role_arns"},
    ),
    ("an external id without a role", {"bedrock": {"external_id": "portkey"}}, {"bedrock.external_id"}),
    (
        "an external id with a space",
        {"bedrock": {"role_arns": [BEDROCK_ROLE], "external_id": "port key"}},
        {"bedrock.external_id"},
    ),
    (
        "more models than a policy has room for",
        {"bedrock": {"models": [f"amazon.nova-{number}-v1:0" for number in range(200)]}},
        {"bedrock"},
    ),
    # Deployment
    # CodeDeploy
    ("an unknown controller", with_deployment(controller="external"), {f"{DEPLOYMENT}.controller"}),
    ("CodeDeploy and no strategy", with_codedeploy(), {f"{DEPLOYMENT}.controller"}),
    (
        "CodeDeploy and no load balancer",
        {**with_codedeploy(enable_blue_green=True), "create_lb": False},
        {f"{DEPLOYMENT}.enable_blue_green"},
    ),
    (
        "a canary by CodeDeploy behind an NLB",
        {**with_codedeploy(canary_configuration={}), "lb_type": "network"},
        {CANARY},
    ),
    (
        "linear by CodeDeploy behind an NLB",
        {**with_codedeploy(linear_configuration={}), "lb_type": "network"},
        {LINEAR},
    ),
    (
        "a canary of tenths by CodeDeploy",
        with_codedeploy(canary_configuration={"canary_percent": 12.5}),
        {f"{CANARY}.canary_percent"},
    ),
    (
        "a canary of less than a percent by CodeDeploy",
        with_codedeploy(canary_configuration={"canary_percent": 0.5}),
        {f"{CANARY}.canary_percent"},
    ),
    (
        "a canary without a pause by CodeDeploy",
        with_codedeploy(canary_configuration={"canary_bake_time_in_minutes": 0}),
        {f"{CANARY}.canary_bake_time_in_minutes"},
    ),
    (
        "steps of tenths by CodeDeploy",
        with_codedeploy(linear_configuration={"step_percent": 3.5}),
        {f"{LINEAR}.step_percent"},
    ),
    (
        "steps that take days by CodeDeploy",
        with_codedeploy(linear_configuration={"step_percent": 3, "step_bake_time_in_minutes": 120}),
        {f"{LINEAR}.step_bake_time_in_minutes"},
    ),
    (
        "both servers by CodeDeploy",
        {**ALL, **with_codedeploy(enable_blue_green=True)},
        {f"{DEPLOYMENT}.controller"},
    ),
    (
        "a wait of a week by CodeDeploy",
        with_codedeploy(enable_blue_green=True, ready_wait_in_minutes=10080),
        {f"{DEPLOYMENT}.ready_wait_in_minutes"},
    ),
    (
        "CodeDeploy's wait with ECS",
        with_deployment(enable_blue_green=True, ready_wait_in_minutes=10),
        {f"{DEPLOYMENT}.ready_wait_in_minutes"},
    ),
    (
        "a hook where CodeDeploy calls none",
        {
            **with_codedeploy(enable_blue_green=True),
            "gateway_lifecycle_hook": {
                "enable_lifecycle_hook": True,
                "lifecycle_hook_stages": ["RECONCILE_SERVICE", "POST_SCALE_UP"],
            },
        },
        {"gateway_lifecycle_hook.lifecycle_hook_stages"},
    ),
    (
        "two functions at one stage by CodeDeploy",
        {
            **with_codedeploy(enable_blue_green=True),
            "gateway_lifecycle_hook": {
                "enable_lifecycle_hook": True,
                "lifecycle_hook_stages": ["POST_TEST_TRAFFIC_SHIFT"],
            },
            "gateway_smoke_gate": {"enable_smoke_gate": True},
        },
        {"gateway_smoke_gate.smoke_gate_stages"},
    ),
    (
        "a pause by CodeDeploy",
        {
            **with_codedeploy(enable_blue_green=True),
            "gateway_pause_hooks": [{"pause_stages": ["POST_TEST_TRAFFIC_SHIFT"]}],
        },
        {"gateway_pause_hooks"},
    ),
    ("two strategies", with_deployment(enable_blue_green=True, canary_configuration={}), {DEPLOYMENT}),
    (
        "three strategies",
        with_deployment(enable_blue_green=True, canary_configuration={}, linear_configuration={}),
        {DEPLOYMENT},
    ),
    (
        "blue/green without a load balancer",
        {DEPLOYMENT: {"enable_blue_green": True}},
        {f"{DEPLOYMENT}.enable_blue_green"},
    ),
    ("canary without a load balancer", {DEPLOYMENT: {"canary_configuration": {}}}, {CANARY}),
    ("linear without a load balancer", {DEPLOYMENT: {"linear_configuration": {}}}, {LINEAR}),
    ("canary 0", with_deployment(canary_configuration={"canary_percent": 0}), {f"{CANARY}.canary_percent"}),
    ("canary 200", with_deployment(canary_configuration={"canary_percent": 200}), {f"{CANARY}.canary_percent"}),
    (
        "canary in hundredths",
        with_deployment(canary_configuration={"canary_percent": 0.15}),
        {f"{CANARY}.canary_percent"},
    ),
    (
        "canary that bakes too long",
        with_deployment(canary_configuration={"canary_bake_time_in_minutes": 1441}),
        {f"{CANARY}.canary_bake_time_in_minutes"},
    ),
    ("linear 2", with_deployment(linear_configuration={"step_percent": 2}), {f"{LINEAR}.step_percent"}),
    ("linear 2.9", with_deployment(linear_configuration={"step_percent": 2.9}), {f"{LINEAR}.step_percent"}),
    ("linear 101", with_deployment(linear_configuration={"step_percent": 101}), {f"{LINEAR}.step_percent"}),
    (
        "linear that bakes negatively",
        with_deployment(linear_configuration={"step_bake_time_in_minutes": -1}),
        {f"{LINEAR}.step_bake_time_in_minutes"},
    ),
    (
        "a bake time of two days",
        with_deployment(enable_blue_green=True, bake_time_in_minutes=2880),
        {f"{DEPLOYMENT}.bake_time_in_minutes"},
    ),
    (
        "a hook stage that ECS has not",
        {
            **SHIFTING,
            "gateway_lifecycle_hook": {
                "enable_lifecycle_hook": True,
                "lifecycle_hook_stages": ["PRE_SCALE_UP", "PRE_SCALE_DOWN"],
            },
        },
        {"gateway_lifecycle_hook.lifecycle_hook_stages"},
    ),
    (
        "a hook without stages",
        {**SHIFTING, "gateway_lifecycle_hook": {"enable_lifecycle_hook": True}},
        {"gateway_lifecycle_hook.lifecycle_hook_stages"},
    ),
    (
        "a hook in a rolling update",
        {"gateway_lifecycle_hook": {"enable_lifecycle_hook": True, "lifecycle_hook_stages": ["PRE_SCALE_UP"]}},
        {"gateway_lifecycle_hook.enable_lifecycle_hook"},
    ),
    (
        "a hook stage twice",
        {**SHIFTING, "gateway_lifecycle_hook": {"lifecycle_hook_stages": ["PRE_SCALE_UP", "PRE_SCALE_UP"]}},
        {"gateway_lifecycle_hook.lifecycle_hook_stages"},
    ),
    (
        "more pauses than ECS takes",
        {**SHIFTING, "gateway_pause_hooks": [{"pause_stages": ["POST_SCALE_UP"]}] * 11},
        {"gateway_pause_hooks"},
    ),
    ("a pause without stages", {**SHIFTING, "gateway_pause_hooks": [{}]}, {"gateway_pause_hooks.1.pause_stages"}),
    (
        "a pause while the test traffic moves",
        with_pause(pause_stages=["TEST_TRAFFIC_SHIFT"]),
        {"gateway_pause_hooks.1.pause_stages"},
    ),
    (
        "a pause while the production traffic moves",
        with_pause(pause_stages=["POST_SCALE_UP", "PRODUCTION_TRAFFIC_SHIFT"]),
        {"gateway_pause_hooks.1.pause_stages"},
    ),
    (
        "a pause at a stage that ECS has not",
        with_pause(pause_stages=["BAKE_TIME"]),
        {"gateway_pause_hooks.1.pause_stages"},
    ),
    (
        "a pause of no time",
        with_pause(pause_stages=["POST_SCALE_UP"], timeout_in_minutes=0),
        {"gateway_pause_hooks.1.timeout_in_minutes"},
    ),
    (
        "a pause of three weeks",
        with_pause(pause_stages=["POST_SCALE_UP"], timeout_in_minutes=30240),
        {"gateway_pause_hooks.1.timeout_in_minutes"},
    ),
    (
        "a pause that ends in nothing",
        with_pause(pause_stages=["POST_SCALE_UP"], timeout_action="STOP"),
        {"gateway_pause_hooks.1.timeout_action"},
    ),
    ("an unknown key of a pause", with_pause(stages=["POST_SCALE_UP"]), {"gateway_pause_hooks.1.stages"}),
    (
        "a pause in a rolling update",
        {"gateway_pause_hooks": [{"pause_stages": ["X"]}]},
        {"gateway_pause_hooks.1.pause_stages"},
    ),
    (
        "pauses in rolling updates",
        {"gateway_pause_hooks": [{"pause_stages": ["POST_SCALE_UP"]}]},
        {"gateway_pause_hooks"},
    ),
    (
        "code and a function that exists",
        with_hook(code_path=__file__, function_arn=FUNCTION),
        {"gateway_lifecycle_hook.code_path"},
    ),
    ("code that is not there", with_hook(code_path="none.py"), {"gateway_lifecycle_hook.code_path"}),
    ("a function by its name", with_hook(function_arn="check"), {"gateway_lifecycle_hook.function_arn"}),
    (
        "a function of another region",
        with_hook(function_arn=FUNCTION.replace("us-west-2", "eu-west-1")),
        {"gateway_lifecycle_hook.function_arn"},
    ),
    (
        "a handler without its code",
        with_hook(handler="checks.handler"),
        {"gateway_lifecycle_hook.handler"},
    ),
    (
        "a handler without a function",
        with_hook(code_path=__file__, handler="checks"),
        {"gateway_lifecycle_hook.handler"},
    ),
    ("a runtime with a space", with_hook(runtime="python 3"), {"gateway_lifecycle_hook.runtime"}),
    (
        "a function that takes an hour",
        with_hook(function_timeout_seconds=3600),
        {"gateway_lifecycle_hook.function_timeout_seconds"},
    ),
    ("a hook that never times out", with_hook(timeout_in_minutes=0), {"gateway_lifecycle_hook.timeout_in_minutes"}),
    ("details that are text", with_hook(hook_details="x"), {"gateway_lifecycle_hook.hook_details"}),
    ("a smoke gate in a rolling update", {GATE: {"enable_smoke_gate": True}}, {f"{GATE}.enable_smoke_gate"}),
    ("a smoke gate without stages", with_gate(smoke_gate_stages=[]), {f"{GATE}.smoke_gate_stages"}),
    (
        "a smoke gate before there is test traffic",
        with_gate(smoke_gate_stages=["POST_SCALE_UP"]),
        {f"{GATE}.smoke_gate_stages"},
    ),
    ("a smoke gate without attempts", with_gate(attempts=0), {f"{GATE}.attempts"}),
    ("a smoke gate that lets all fail", with_gate(attempts=3, allowed_failures=3), {f"{GATE}.allowed_failures"}),
    ("a latency of none", with_gate(max_latency_ms=0), {f"{GATE}.max_latency_ms"}),
    ("a request that never ends", with_gate(request_timeout_seconds=600), {f"{GATE}.request_timeout_seconds"}),
    ("a path of the gate without a slash", with_gate(health_path="v1/health"), {f"{GATE}.health_path"}),
    ("a provider that is none", with_gate(provider=" "), {f"{GATE}.provider"}),
    (
        "a secret for all to read",
        with_gate(headers={"Authorization": "Bearer x"}),
        {f"{GATE}.headers.Authorization"},
    ),
    ("a header that is none", with_gate(headers={"x y": "1"}), {f"{GATE}.headers.x y"}),
    ("credentials that are none", with_gate(credentials_secret_arn="hunter2"), {f"{GATE}.credentials_secret_arn"}),
    ("a gate that times out at once", with_gate(timeout_in_minutes=0), {f"{GATE}.timeout_in_minutes"}),
    ("alarms without a name", {DEPLOYMENT: {"alarms": {}}}, {f"{DEPLOYMENT}.alarms.alarm_names"}),
    ("an alarm twice", {DEPLOYMENT: {"alarms": {"alarm_names": ["a", "a"]}}}, {f"{DEPLOYMENT}.alarms.alarm_names"}),
    (
        "an alarm with too long a name",
        {DEPLOYMENT: {"alarms": {"alarm_names": ["a" * 256]}}},
        {f"{DEPLOYMENT}.alarms.alarm_names"},
    ),
    (
        "early success with blue/green",
        with_deployment(enable_blue_green=True, early_success_criteria={}),
        {f"{DEPLOYMENT}.early_success_criteria"},
    ),
    (
        "early success above all",
        {DEPLOYMENT: {"early_success_criteria": {"healthy_percent": 101}}},
        {f"{DEPLOYMENT}.early_success_criteria.healthy_percent"},
    ),
    (
        "early success below the healthy minimum",
        {DEPLOYMENT: {"early_success_criteria": {"healthy_percent": 50}}},
        {f"{DEPLOYMENT}.early_success_criteria.healthy_percent"},
    ),
    (
        "no room for a deployment",
        {DEPLOYMENT: {"minimum_healthy_percent": 100, "maximum_percent": 100}},
        {f"{DEPLOYMENT}.maximum_percent"},
    ),
    (
        "a circuit breaker at no failure",
        {"gateway_deployment_circuit_breaker": {"threshold_configuration": {"type": "COUNT", "value": 0}}},
        {"gateway_deployment_circuit_breaker.threshold_configuration.value"},
    ),
    (
        "a circuit breaker at more than all",
        {"dataservice_deployment_circuit_breaker": {"threshold_configuration": {"value": 101}}},
        {"dataservice_deployment_circuit_breaker.threshold_configuration.value"},
    ),
    (
        "a threshold that ECS has not",
        {"gateway_deployment_circuit_breaker": {"threshold_configuration": {"type": "PERCENT"}}},
        {"gateway_deployment_circuit_breaker.threshold_configuration.type"},
    ),
    # Cache, storage, policies
    ("a cache that is none", {"redis_configuration": {"redis_type": "memcached"}}, {"redis_configuration.redis_type"}),
    (
        "ElastiCache without an endpoint",
        {"redis_configuration": {"redis_type": "aws-elastic-cache"}},
        {"redis_configuration.endpoint"},
    ),
    (
        "ElastiCache with a password in its endpoint",
        {"redis_configuration": {**ELASTICACHE, "endpoint": "redis://:word@cache.example.com:6379"}},
        {"redis_configuration.endpoint"},
    ),
    (
        "a cache mode that is none",
        {"redis_configuration": {**ELASTICACHE, "mode": "sentinel"}},
        {"redis_configuration.mode"},
    ),
    ("a container as a cluster", {"redis_configuration": {"mode": "cluster"}}, {"redis_configuration.mode"}),
    ("a container with TLS", {"redis_configuration": {"tls": True}}, {"redis_configuration.tls"}),
    (
        "placeholders for bucket and region",
        {"object_storage": {"log_store_bucket": "<BUCKET_NAME>", "bucket_region": "<AWS_REGION>"}},
        {"object_storage.log_store_bucket", "object_storage.bucket_region"},
    ),
    (
        "a bucket by its URL",
        {"object_storage": {"log_store_bucket": "s3://logs", "bucket_region": "us-west-2"}},
        {"object_storage.log_store_bucket"},
    ),
    (
        "a bucket that is an address",
        {"object_storage": {"log_store_bucket": "logs", "bucket_region": "us-west-2", "finetune_bucket": "10.0.0.1"}},
        {"object_storage.finetune_bucket"},
    ),
    (
        "a policy by its name",
        {"gateway_task_role_policy_arns": {"bedrock": "bedrock"}},
        {"gateway_task_role_policy_arns.bedrock"},
    ),
    (
        "a role for a policy",
        {"data_service_task_role_policy_arns": {"x": "arn:aws:iam::123456789012:role/x"}},
        {"data_service_task_role_policy_arns.x"},
    ),
    (
        "a policy of another partition",
        {"gateway_task_role_policy_arns": {"x": "arn:aws-cn:iam::123456789012:policy/x"}},
        {"gateway_task_role_policy_arns.x"},
    ),
    # Load balancer
    ("a load balancer type that is none", {"lb_type": "classic"}, {"lb_type"}),
    ("a CIDR that is none", {"create_lb": True, "allowed_lb_cidrs": ["10.0.0.0/8", "X.X.X.X/Y"]}, {"allowed_lb_cidrs"}),
    ("an address for a CIDR", {"create_lb": True, "allowed_lb_cidrs": ["192.0.2.7"]}, {"allowed_lb_cidrs"}),
    ("a CIDR twice", {"create_lb": True, "allowed_lb_cidrs": ["10.0.0.0/8"] * 2}, {"allowed_lb_cidrs"}),
    ("a certificate's id", {"tls_certificate_arn": "0b1c"}, {"tls_certificate_arn"}),
    (
        "a certificate in another region",
        {"tls_certificate_arn": ACM.replace("us-west-2", "us-east-1")},
        {"tls_certificate_arn"},
    ),
    ("access logs without a bucket", {"create_lb": True, "enable_lb_access_logs": True}, {"lb_access_logs_bucket"}),
    (
        "access logs to a bad bucket",
        {"create_lb": True, "enable_lb_access_logs": True, "lb_access_logs_bucket": "Logs"},
        {"lb_access_logs_bucket"},
    ),
    ("a prefix with AWSLogs", {"lb_access_logs_prefix": "lb/AWSLogs"}, {"lb_access_logs_prefix"}),
    # Server mode and routing
    ("a server mode that is none", {"server_mode": "both"}, {"server_mode"}),
    ("all on a network load balancer", {**ALL, "lb_type": "network"}, {"lb_type"}),
    ("all without routing", {**ALL, ROUTING: {}}, {ROUTING}),
    ("all without anything", {"server_mode": "all"}, {"lb_type", ROUTING, "mcp_gateway_base_url"}),
    ("mcp without a base URL", {"server_mode": "mcp"}, {"mcp_gateway_base_url"}),
    (
        "a base URL without a scheme",
        {"server_mode": "mcp", "mcp_gateway_base_url": "mcp.example.com"},
        {"mcp_gateway_base_url"},
    ),
    (
        "a base URL with a wrong scheme",
        {"server_mode": "mcp", "mcp_gateway_base_url": "ftp://mcp.example.com"},
        {"mcp_gateway_base_url"},
    ),
    ("host routing without a gateway host", with_routing(gateway_host=""), {f"{ROUTING}.gateway_host"}),
    (
        "host routing without hosts",
        with_routing(gateway_host="", mcp_host=""),
        {f"{ROUTING}.gateway_host", f"{ROUTING}.mcp_host"},
    ),
    ("a host with a scheme", with_routing(mcp_host="https://mcp.example.com"), {f"{ROUTING}.mcp_host"}),
    ("one host for two", with_routing(mcp_host="GW.example.com"), {f"{ROUTING}.mcp_host"}),
    ("a path without a slash", with_routing(enable_path_based_routing=True, mcp_path="mcp"), {f"{ROUTING}.mcp_path"}),
    (
        "a path that ends with a slash",
        with_routing(enable_path_based_routing=True, gateway_path="/gw/"),
        {f"{ROUTING}.gateway_path"},
    ),
    ("one path for two", with_routing(enable_path_based_routing=True, mcp_path="/gateway"), {f"{ROUTING}.mcp_path"}),
    # Secrets and environment
    ("a user without a password", {"docker_password": None}, {"docker_password"}),
    ("a password without a user", {"docker_username": ""}, {"docker_username"}),
    ("client auth without organisations", {"client_auth": "key"}, {"organisations"}),
    ("organisations without client auth", {"organisations": "one,two"}, {"client_auth"}),
    ("two image secrets", {"docker_cred_secret_arn": SECRET}, {"docker_cred_secret_arn"}),
    (
        "an image secret of another region",
        {
            "docker_username": None,
            "docker_password": None,
            "docker_cred_secret_arn": SECRET.replace("us-west-2", "eu-west-1"),
        },
        {"docker_cred_secret_arn"},
    ),
    ("a secret that is no ARN", {"secrets": {"gateway": {"KEY": "hunter2"}}}, {"secrets.gateway.KEY"}),
    ("a secret that is no text", {"secrets": {"gateway": {"KEY": 7}}}, {"secrets.gateway.KEY"}),
    (
        "a secret of another region",
        {"secrets": {"gateway": {"KEY": SECRET.replace("us-west-2", "eu-west-1")}}},
        {"secrets.gateway.KEY"},
    ),
    (
        "a secret with its JSON key",
        {"secrets": {"data-service": {"KEY": f"{SECRET}:KEY::"}}},
        {"secrets.data-service.KEY"},
    ),
    ("an unknown placeholder", {"secrets": {"gateway": {"KEY": "<SomeSecretArn>"}}}, {"secrets.gateway.KEY"}),
    ("a secret under a bad name", {"secrets": {"gateway": {"MY-KEY": SECRET}}}, {"secrets.gateway.MY-KEY"}),
    ("a secret that the stack sets", {"secrets": {"gateway": {"REDIS_URL": SECRET}}}, {"secrets.gateway.REDIS_URL"}),
    (
        "a secret that is plain too",
        {"secrets": {"gateway": {"KEY": SECRET}}, "environment_variables": {"gateway": {"KEY": "x"}}},
        {"secrets.gateway.KEY"},
    ),
    (
        "a variable under a bad name",
        {"environment_variables": {"gateway": {"A=B": "x"}}},
        {"environment_variables.gateway.A=B"},
    ),
    (
        "a variable that is a dict",
        {"environment_variables": {"gateway": {"A": {"b": 1}}}},
        {"environment_variables.gateway.A"},
    ),
    (
        "a variable that is a fraction",
        {"environment_variables": {"gateway": {"A": 1.10}}},
        {"environment_variables.gateway.A"},
    ),
    ("a file that is not there", {"secrets_file_path": "none.json"}, {"secrets_file_path"}),
    # Several at once
    (
        "faults of all kinds together",
        {
            "num_az": "x",
            "vpc_cidr": "10.0.0.1/16",
            "gateway_config": {"cpu": 1, "gateway_port": 0},
            "lb_typ": "network",
        },
        {"num_az", "vpc_cidr", "gateway_config.cpu", "gateway_config.gateway_port", "lb_typ"},
    ),
    # Operation
    ("an image without a version", {"deploy_image": "portkeyai/gateway_enterprise"}, {"deploy_image"}),
    ("a tag with the repository", {"deploy_tag": "portkeyai/gateway_enterprise:2.17.0"}, {"deploy_tag"}),
    ("a digest that is too short", {"deploy_tag": "sha256:0123"}, {"deploy_tag"}),
    ("an image and a tag", {"deploy_image": "a/b:1", "deploy_tag": "2"}, {"deploy_tag"}),
    ("a rollback to nowhere", {"rollback_to": "yesterday"}, {"rollback_to"}),
    ("less than no tasks", {"scale_count": -1}, {"scale_count"}),
    ("limits the wrong way round", {"scale_min": 3, "scale_max": 2}, {"scale_max"}),
    ("no lines of log", {"logs_lines": 0}, {"logs_lines"}),
    ("a span in words", {"logs_since": "an hour ago"}, {"logs_since"}),
    ("no time to wait", {"wait_timeout": 0}, {"wait_timeout"}),
    ("no time to wait for the lock", {"lock_wait": -1}, {"lock_wait"}),
    ("a lock too short to renew", {"lock_lifetime": 29}, {"lock_lifetime"}),
    ("a lock for ever", {"lock_lifetime": 86401}, {"lock_lifetime"}),
    ("a bucket with its scheme", {"lock_bucket": "s3://locks"}, {"lock_bucket"}),
    ("no time to verify", {"verify_timeout": 0}, {"verify_timeout"}),
    ("a URL without a scheme", {"verify_url": "gateway.example.com"}, {"verify_url"}),
    ("a test URL without a scheme", {"verify_test_url": "gateway.example.com:8080"}, {"verify_test_url"}),
    ("a service that nobody knows", {"service": "database"}, {"service"}),
    ("a service that is switched off", {"service": "data-service"}, {"service"}),
    ("a Redis that is elsewhere", {"service": "redis", "redis_configuration": ELASTICACHE}, {"service"}),
    ("waiting for something else", {"deploy_wait_until": "tomorrow"}, {"deploy_wait_until"}),
]


@pytest.mark.parametrize("variables, expected", [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_bad_input_is_refused_by_its_name(checked, variables, expected):
    faults = checked(**variables).faults
    assert {one.variable for one in faults} == {f"portkey_{path}" for path in expected}
    assert all(one.rule.endswith((".", "?")) and one.fix for one in faults)


def test_there_are_enough_bad_inputs():
    assert len(BAD) >= 60
    assert len({case[0] for case in BAD}) == len(BAD)


def test_the_report_has_a_numbered_paragraph_for_each_fault(checked):
    faults = checked(num_az=9, gateway_config={"memory": 1}).faults
    text = report(faults)
    assert text.startswith("The configuration has 2 faults. Nothing was changed.\n\n1. portkey_num_az = 9\n")
    assert (
        "2. portkey_gateway_config.memory = 1\n   Rule: With 256 CPU units it must be 512, 1024 or 2048 MiB.\n   Fix:"
        in text
    )


@pytest.mark.parametrize(
    "variables",
    [
        {"docker_password": {"really": "hunter2"}},
        {"docker_passwrod": "hunter2"},
        {"secrets": {"gateway": {"KEY": "hunter2"}}},
        {"secrets": "hunter2"},
        {"secrets": {"gatewy": "hunter2"}},
        {"docker_cred_secret_arn": "hunter2"},
        {"environment_variables": {"gateway": {"A": ["hunter2"]}}},
        {"organisations": ["hunter2"]},
        {"aws_connection": {"secret_key": ["hunter2"]}},
        {"aws_connection": {"secret": "hunter2"}},
    ],
)
def test_what_may_be_a_secret_is_not_shown(checked, variables):
    faults = checked(**variables).faults
    assert faults
    assert "hunter2" not in report(faults)
    assert any(one.value == HIDDEN for one in faults)


GOOD = [
    ("the least", {}),
    ("numbers as text, as -e gives them", {"num_az": "3", "create_lb": "true", "target_capacity": "80"}),
    ("all by host", ALL),
    ("all by path", with_routing(enable_host_based_routing=False, enable_path_based_routing=True)),
    ("one host, two paths", with_routing(enable_path_based_routing=True, mcp_host="gw.example.com")),
    ("mcp on a network load balancer", {"server_mode": "mcp", "create_lb": True, "mcp_gateway_base_url": "http://m"}),
    ("canary at its least", with_deployment(canary_configuration={"canary_percent": 0.1})),
    ("canary in tenths", with_deployment(canary_configuration={"canary_percent": 12.3})),
    ("a canary by CodeDeploy", with_codedeploy(canary_configuration={"canary_percent": 10})),
    ("all at once by CodeDeploy behind an NLB", {**with_codedeploy(enable_blue_green=True), "lb_type": "network"}),
    ("canary by defaults", with_deployment(canary_configuration={})),
    ("linear at its least", with_deployment(linear_configuration={"step_percent": 3})),
    ("linear at once", with_deployment(linear_configuration={"step_percent": "100"})),
    ("a rolling update with the circuit breaker off", {"gateway_deployment_circuit_breaker": {"enable": False}}),
    ("an existing VPC", EXISTING_VPC),
    ("access logs in the gateway's own bucket", with_access_logs("portkey-logs")),
    (
        "buckets that are made",
        {
            **with_access_logs("access-logs"),
            "create_lb_access_logs_bucket": True,
            "lb_access_logs_expire_after_days": 90,
            "object_storage": {**STORAGE, "create": True, "bucket_region": "eu-west-1", "expire_after_days": 365},
        },
    ),
    ("a model and a role", {"bedrock": {"models": [NOVA], "role_arns": [BEDROCK_ROLE], "external_id": "portkey:1"}}),
    (
        "a profile by its ARN",
        with_profile(profile=f"arn:aws:bedrock:us-west-2:123456789012:inference-profile/us.{NOVA}"),
    ),
    (
        "a profile of GovCloud",
        {"aws_region": "us-gov-west-1", **with_profile(profile=f"us-gov.{NOVA}", regions=["us-gov-east-1"])},
    ),
    ("a global profile", with_profile(profile=f"global.{NOVA}", regions=[])),
    ("an application's profile", with_profile(profile="x1y2z3x1y2z3", model=NOVA, regions=["global"])),
    ("an existing cluster", {"create_cluster": False, "cluster_name": "mine", "capacity_provider_name": "FARGATE"}),
    ("ElastiCache", {"redis_configuration": {**ELASTICACHE, "tls": True, "mode": "cluster"}}),
    ("ElastiCache without a scheme", {"redis_configuration": {**ELASTICACHE, "endpoint": "cache.example.com:6379"}}),
    ("a placeholder CIDR without a load balancer", {"allowed_lb_cidrs": ["X.X.X.X/Y"]}),
    ("a certificate", {"create_lb": True, "tls_certificate_arn": ACM}),
    ("a policy of AWS", {"gateway_task_role_policy_arns": {"b": "arn:aws:iam::aws:policy/AmazonBedrockReadOnly"}}),
    (
        "GovCloud",
        {
            "aws_region": "us-gov-west-1",
            "gateway_task_role_policy_arns": {"b": "arn:aws-us-gov:iam::123456789012:policy/x"},
        },
    ),
    ("the placeholder of the seed", {"docker_cred_secret_arn": "<DockerCredentialsSecretArn>"}),
    (
        "an image of another registry",
        {"gateway_image": {"image": "123456789012.dkr.ecr.us-west-2.amazonaws.com/portkey/gateway_enterprise"}},
    ),
    ("an image by its digest", {"gateway_image": {"tag": f"sha256:{'0' * 64}"}}),
    ("a deployed image by tag and digest", {"deploy_image": f"localhost:5000/gateway:1@sha256:{'a' * 64}"}),
    ("a deployed tag", {"deploy_tag": "2.17.0"}),
    ("a rollback to a revision", {"rollback_to": "arn:aws:ecs:us-west-2:123456789012:service-revision/c/gateway/1"}),
    ("logs of the last minutes", {"logs_since": "15m"}),
    ("logs since a moment", {"logs_since": "2026-01-31T12:00:00+01:00"}),
    ("logs since a day", {"logs_since": "2026-01-31"}),
    ("an image of a local registry", {"gateway_image": {"image": "localhost:5000/gateway"}}),
    ("the largest task", {"gateway_config": {"cpu": 16384, "memory": 122880}}),
    (
        "a hook",
        {
            **SHIFTING,
            "gateway_lifecycle_hook": {"enable_lifecycle_hook": True, "lifecycle_hook_stages": ["POST_SCALE_UP"]},
        },
    ),
    ("a hook with code of one's own", with_hook(code_path=__file__, handler="checks.handler")),
    ("a hook that exists", with_hook(function_arn=f"{FUNCTION}:live", hook_details={"team": "gateway"})),
    ("ten pauses", {**SHIFTING, "gateway_pause_hooks": [{"pause_stages": ["POST_SCALE_UP"]}] * 10}),
    ("a smoke gate", with_gate(allowed_failures=4, headers={"x-portkey-config": "pc-1"})),
    ("alarms", {DEPLOYMENT: {"alarms": {"alarm_names": ["slow", "wrong"], "rollback": False}}}),
    ("early success", {DEPLOYMENT: {"minimum_healthy_percent": 50, "early_success_criteria": {"healthy_percent": 60}}}),
    ("tags", {"tags": {"team": "gateway", "cost-center": "42"}}),
    ("six zones in the smallest VPC", {"num_az": 6, "vpc_cidr": "10.0.0.0/24"}),
    ("no instances at first", {"min_asg_size": 0, "desired_asg_size": 0, "max_asg_size": 1}),
    ("null for a default", {"num_az": None, "gateway_config": None}),
]


@pytest.mark.parametrize("variables", [case[1] for case in GOOD], ids=[case[0] for case in GOOD])
def test_good_input_is_accepted(checked, variables):
    assert checked(**variables).faults == []
