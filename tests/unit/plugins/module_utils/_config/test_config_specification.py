from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._config.faults import HIDDEN
from ansible_collections.portkey.gateway.plugins.module_utils._config.specification import Reader

OPTIONS = {
    "portkey_size": {
        "type": "dict",
        "default": {},
        "options": {
            "count": {"type": "int", "default": 1},
            "inner": {"type": "dict", "options": {"percent": {"type": "float", "default": 5.0}}},
        },
    },
    "portkey_names": {"type": "list", "elements": "str", "default": []},
    "portkey_labels": {"type": "dict", "default": {}},
    "portkey_on": {"type": "bool", "default": False},
    "portkey_kind": {"type": "str", "default": "small", "choices": ["small", "large"]},
    "portkey_note": {"type": "str"},
    "portkey_word": {"type": "str", "no_log": True},
}


def read(**given):
    reader = Reader(OPTIONS)
    config = reader.read({f"portkey_{name}": value for name, value in given.items()})
    return config, reader.faults


def test_without_variables_there_are_the_defaults():
    config, faults = read()
    assert faults == []
    assert config == {
        "size": {"count": 1, "inner": None},
        "names": [],
        "labels": {},
        "on": False,
        "kind": "small",
        "note": None,
        "word": None,
    }


@pytest.mark.parametrize(
    "given, expected",
    [
        ({"size": {"count": 2}}, {"size": {"count": 2, "inner": None}}),
        ({"size": {"inner": {}}}, {"size": {"count": 1, "inner": {"percent": 5.0}}}),
        ({"size": {"inner": {"percent": "7"}}}, {"size": {"count": 1, "inner": {"percent": 7.0}}}),
        ({"size": {"count": 3.0}}, {"size": {"count": 3, "inner": None}}),
        ({"names": ["a", 2]}, {"names": ["a", "2"]}),
        ({"names": ("a",)}, {"names": ["a"]}),
        ({"labels": {1: "x", "_comment": "said"}}, {"labels": {"1": "x"}}),
        ({"on": "Yes"}, {"on": True}),
        ({"on": "off"}, {"on": False}),
        ({"note": ""}, {"note": None}),
        ({"note": 12}, {"note": "12"}),
        ({"size": None, "kind": None}, {"size": {"count": 1, "inner": None}, "kind": "small"}),
    ],
)
def test_what_is_given_goes_over_the_defaults(given, expected):
    config, faults = read(**given)
    assert faults == []
    assert {name: config[name] for name in expected} == expected


@pytest.mark.parametrize(
    "given, variable, value, fix",
    [
        ({"size": {"conut": 2}}, "portkey_size.conut", 2, "Did you mean count?"),
        ({"size": {"inner": {"x": 2}}}, "portkey_size.inner.x", 2, "Remove it. The keys are percent."),
        ({"kind": "larg"}, "portkey_kind", "larg", "Did you mean large?"),
        ({"kind": "other"}, "portkey_kind", "other", "Use one of these."),
        ({"word": 1.5}, "portkey_word", HIDDEN, "Put it in quotes."),
        ({"wrod": "x"}, "portkey_wrod", HIDDEN, "Did you mean portkey_word?"),
        ({"count": 2}, "portkey_count", HIDDEN, "Did you mean portkey_size.count?"),
        ({"nothing_like_it": 1}, "portkey_nothing_like_it", HIDDEN, "Remove it, or see docs/variables.md."),
        ({"size": {"count": "1x"}}, "portkey_size.count", "1x", "Write a whole number, without a unit."),
        (
            {"size": {"inner": {"percent": "nan"}}},
            "portkey_size.inner.percent",
            "nan",
            "Write a number, without a unit.",
        ),
        ({"names": [["a"]]}, "portkey_names", ["a"], "Put it in quotes."),
    ],
)
def test_faults_say_what_to_do(given, variable, value, fix):
    faults = read(**given)[1]
    assert [(one.variable, one.value, one.fix) for one in faults] == [(variable, value, fix)]


def test_the_default_stands_in_for_what_is_at_fault():
    config, faults = read(size={"count": "x"}, names=["a", ["b"]], kind=7)
    assert len(faults) == 3
    assert (config["size"]["count"], config["names"], config["kind"]) == (1, ["a"], "small")


def test_the_defaults_are_not_shared_between_readings():
    read()[0]["labels"]["x"] = "y"
    assert read()[0]["labels"] == {}


def options_of(options, path=""):
    for name, option in options.items():
        yield f"{path}{name}", option
        yield from options_of(option.get("options") or {}, f"{path}{name}.")


def test_the_specification_itself_is_in_order(options):
    secret = {path.removeprefix("portkey_") for path, option in options_of(options) if option.get("no_log")}
    assert secret == {"docker_username", "docker_password", "client_auth", "organisations", "aws_connection"}
    reader = Reader(options)
    for path, option in options_of(options):
        assert option["description"], path
        default = option.get("default")
        if default is not None and option["type"] != "dict":
            assert reader._read_option(option, path, default) == default, path
    assert reader.faults == []


# seed_reference.md A, with the variables that the seed has as they are named there.
SEED_DEFAULTS = {
    "project_name": "portkey",
    "environment": "dev",
    "aws_region": "us-west-2",
    "environment_variables_file_path": None,
    "environment_variables": None,
    "secrets_file_path": None,
    "secrets": None,
    "docker_cred_secret_arn": None,
    "create_new_vpc": True,
    "vpc_cidr": None,
    "num_az": 2,
    "single_nat_gateway": True,
    "vpc_id": None,
    "public_subnet_ids": [],
    "private_subnet_ids": [],
    "create_cluster": True,
    "cluster_name": None,
    "capacity_provider_name": None,
    "instance_type": "t4g.medium",
    "min_asg_size": 1,
    "desired_asg_size": 2,
    "max_asg_size": 3,
    "target_capacity": 100,
    "instance_refresh": {
        "enabled": False,
        "min_healthy_percentage": 50,
        "max_healthy_percentage": 100,
        "instance_warmup": 300,
    },
    "gateway_image": {"image": "portkeyai/gateway_enterprise", "tag": "2.16.0"},
    "data_service_image": {"image": "portkeyai/data-service", "tag": "1.9.0"},
    "redis_image": {"image": "redis", "tag": "7.2-alpine"},
    "gateway_config": {
        "desired_task_count": 1,
        "cpu": 256,
        "memory": 1024,
        "gateway_port": 8787,
        "mcp_port": 8788,
        "enable_execute_command": False,
    },
    "gateway_autoscaling": {
        "enable_autoscaling": False,
        "autoscaling_min_capacity": 1,
        "autoscaling_max_capacity": 3,
        "target_cpu_utilization": 70,
        "target_memory_utilization": 70,
        "scale_in_cooldown": 120,
        "scale_out_cooldown": 60,
    },
    "gateway_deployment_configuration": {
        "enable_blue_green": False,
        "canary_configuration": None,
        "linear_configuration": None,
        "bake_time_in_minutes": 1,
        "controller": "ecs",
        "ready_wait_in_minutes": 0,
    },
    "gateway_deployment_circuit_breaker": {"enable": True, "rollback": True},
    "gateway_lifecycle_hook": {"enable_lifecycle_hook": False, "lifecycle_hook_stages": []},
    "dataservice_config": {
        "enable_dataservice": False,
        "desired_task_count": 1,
        "cpu": 256,
        "memory": 1024,
        "port": 8081,
        "enable_execute_command": False,
    },
    "redis_configuration": {
        "redis_type": "redis",
        "cpu": 256,
        "memory": 512,
        "endpoint": "",
        "tls": False,
        "mode": "standalone",
        "enable_execute_command": False,
    },
    "object_storage": {
        "log_store_bucket": "portkey-logs",
        "bucket_region": "us-west-2",
        "log_exports_bucket": None,
        "finetune_bucket": None,
    },
    "gateway_task_role_policy_arns": {},
    "data_service_task_role_policy_arns": {},
    "create_lb": False,
    "internal_lb": True,
    "lb_type": "network",
    "allowed_lb_cidrs": [],
    "tls_certificate_arn": "",
    "enable_lb_access_logs": False,
    "lb_access_logs_bucket": "",
    "lb_access_logs_prefix": "",
    "server_mode": "gateway",
    "mcp_gateway_base_url": "",
    "alb_routing_configuration": {
        "enable_path_based_routing": False,
        "enable_host_based_routing": False,
        "mcp_path": "/mcp",
        "gateway_path": "/gateway",
        "mcp_host": "",
        "gateway_host": "",
    },
}
SEED_DEFAULTS["dataservice_autoscaling"] = SEED_DEFAULTS["gateway_autoscaling"]
SEED_DEFAULTS["dataservice_deployment_circuit_breaker"] = SEED_DEFAULTS["gateway_deployment_circuit_breaker"]
NEW = {
    "tags",
    "aws_connection",
    "docker_username",
    "docker_password",
    "client_auth",
    "organisations",
    "gateway_pause_hooks",
    "gateway_smoke_gate",
    "max_request_seconds",
    "bedrock",
    "capacity",
    "control_plane",
    "image_cache",
    "create_lb_access_logs_bucket",
    "lb_access_logs_expire_after_days",
    "alarms",
    "dashboard",
    "container_insights",
    "certificate",
    "dns",
    "http_redirect",
    "waf",
}
# What the playbooks that operate a stack are asked.
OPERATION = {
    "rollback_on_interrupt",
    "service",
    "wait_timeout",
    "deploy_image",
    "deploy_tag",
    "deploy_wait_until",
    "hook_id",
    "accept_endpoint",
    "rollback_to",
    "scale_count",
    "scale_min",
    "scale_max",
    "report_file",
    "status_file",
    "logs_lines",
    "logs_since",
    "exec_command",
    "exec_run",
    "exec_task",
    "run_command",
    "verify_url",
    "verify_test_url",
    "verify_validate_certs",
    "verify_timeout",
    "permissions_for",
    "check_permissions",
    "lock",
    "lock_bucket",
    "lock_wait",
    "lock_lifetime",
}
# What those that pause and remove a stack are asked.
REMOVAL = {
    "scale_services",
    "scale_force",
    "scale_wait_timeout",
    "uninstall_confirm",
    "uninstall_delete_secrets",
    "uninstall_secret_recovery_days",
    "uninstall_delete_logs",
    "uninstall_delete_buckets",
    "uninstall_wait_timeout",
}
# The seed's variables that have more keys here.
EXTENDED = {
    "gateway_deployment_configuration",
    "gateway_deployment_circuit_breaker",
    "dataservice_deployment_circuit_breaker",
    "gateway_lifecycle_hook",
    "object_storage",
    "redis_configuration",
}


@pytest.mark.parametrize("name", sorted(SEED_DEFAULTS))
def test_defaults_are_the_seeds(configured, name):
    config = configured(vpc_cidr="10.0.0.0/16")
    if name in EXTENDED:
        config[name] = {key: config[name][key] for key in SEED_DEFAULTS[name]}
    assert config[name] == ("10.0.0.0/16" if name == "vpc_cidr" else SEED_DEFAULTS[name])


def test_there_is_no_other_variable(options):
    assert {name.removeprefix("portkey_") for name in options} == set(SEED_DEFAULTS) | NEW | OPERATION | REMOVAL
