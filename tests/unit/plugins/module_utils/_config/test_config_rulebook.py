from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._config.faults import Fault, closest, either, fault
from ansible_collections.portkey.gateway.plugins.module_utils._config.rulebook import RuleBook, is_faulted, run_rules
from ansible_collections.portkey.gateway.plugins.module_utils._config.rules.every import ALL_RULES


class Watched(dict):
    """A configuration that notes which of its variables are read, with the path inside dictionaries."""

    def __init__(self, values, seen, path=""):
        super().__init__(values)
        self.seen, self.path = seen, path

    def __getitem__(self, key):
        value = super().__getitem__(key)
        path = f"{self.path}.{key}" if self.path else key
        self.seen.add(path)
        return Watched(value, self.seen, path) if isinstance(value, dict) else value

    def get(self, key, default=None):
        try:
            return self[key]
        except KeyError:
            return default


# Enough to make every rule look at all that it looks at.
BUSY = {
    "create_lb": True,
    "lb_type": "application",
    "server_mode": "all",
    "mcp_gateway_base_url": "https://mcp.example.com",
    "alb_routing_configuration": {
        "enable_host_based_routing": True,
        "gateway_host": "gw.example.com",
        "mcp_host": "mcp.example.com",
    },
    "gateway_deployment_configuration": {"canary_configuration": {}},
    "dataservice_config": {"enable_dataservice": True},
    "secrets": {"gateway": {"KEY": "arn:aws:secretsmanager:us-west-2:123456789012:secret:mine-AbCdEf"}},
    "environment_variables": {"gateway": {"A": "b"}},
    "client_auth": "key",
    "organisations": "one",
    "enable_lb_access_logs": True,
    "lb_access_logs_bucket": "portkey-lb-logs",
}
VARIANTS = [
    {},
    BUSY,
    {"create_new_vpc": False, "vpc_id": "vpc-01234567", "public_subnet_ids": ["subnet-01234567"]}
    | {"private_subnet_ids": ["subnet-12345678"]},
    {"create_cluster": False, "cluster_name": "c", "capacity_provider_name": "p"},
    {"capacity": {"type": "fargate", "architecture": "arm64"}},
    {"image_cache": {"enable": True}, "deploy_image": "portkeyai/gateway_enterprise:2"},
    {"redis_configuration": {"redis_type": "aws-elastic-cache", "endpoint": "cache:6379"}},
]


def covers(need, path):
    return path == need or path.startswith(f"{need}.") or need.startswith(f"{path}.")


@pytest.mark.parametrize("variables", VARIANTS)
def test_a_rule_reads_only_what_it_says_it_needs(checked, variables):
    config = checked(**variables).config
    for rule in ALL_RULES:
        seen: set[str] = set()
        list(rule.check(Watched(config, seen)))
        unsaid = {path for path in seen if not any(covers(need, path) for need in rule.needs)}
        assert not unsaid, rule.check.__name__


def test_a_rule_does_not_run_when_what_it_needs_is_at_fault():
    book = RuleBook()

    @book.needs("one.inner", "two")
    def always(config):
        yield fault("two", None, "Rule.", "Fix.")

    found = run_rules(book.rules, {}, [])
    assert [one.variable for one in found] == ["portkey_two"]
    for known in ("portkey_one", "portkey_one.inner", "portkey_one.inner.most", "portkey_two.x"):
        assert run_rules(book.rules, {}, [Fault(known, None, "", "")]) == []
    assert run_rules(book.rules, {}, [Fault("portkey_one.other", None, "", "")]) == found
    assert run_rules(book.rules, {}, [Fault("portkey_twofold", None, "", "")]) == found


def test_every_rule_needs_variables_that_exist(options):
    for rule in ALL_RULES:
        for need in rule.needs:
            name, *keys = need.split(".")
            option = options[f"portkey_{name}"]
            for key in keys:
                option = option["options"][key]


def test_a_fault_of_a_part_is_a_fault_of_the_whole():
    assert is_faulted("gateway_config", [Fault("portkey_gateway_config.cpu", 1, "", "")])
    assert not is_faulted("gateway_config.memory", [Fault("portkey_gateway_config.cpu", 1, "", "")])


@pytest.mark.parametrize(
    "name, expected",
    [
        ("portkey_gateway_imgae", "portkey_gateway_image"),
        ("portkey_gateway-image", "portkey_gateway_image"),
        ("Portkey_Gateway_Image", "portkey_gateway_image"),
        ("something_else", None),
    ],
)
def test_closest(name, expected):
    assert closest(name, ["portkey_gateway_image", "portkey_redis_image"]) == expected


def test_either():
    assert [either(["a"]), either(["a", "b"]), either([1, 2, 3])] == ["a", "a or b", "1, 2 or 3"]
