"""What a service's deployment configuration holds: set, compared, and taken away again, on AWS's durations."""

from __future__ import annotations

import pytest
from deployment_bench import NAME, PORT, SERVICE, Benches, DeploymentBench

PAUSE = {
    "target_type": "PAUSE",
    "lifecycle_stages": ["PRE_SCALE_UP"],
    "timeout_configuration": {"timeout_in_minutes": 1, "action": "CONTINUE"},
}


@pytest.fixture
def bench(benches: Benches, monkeypatch: pytest.MonkeyPatch) -> DeploymentBench:
    return benches.deployed(monkeypatch, "application", "gateway", "BLUE_GREEN")


def rolling(bench: DeploymentBench, **options):
    balancers = [
        {key: value for key, value in balancer.items() if key != "advanced_configuration"}
        for balancer in bench.stack.load_balancers()
    ]
    configuration = {"strategy": "ROLLING", "deployment_circuit_breaker": {"enable": True, "rollback": True}}
    return bench.deploy(bench.first, load_balancers=balancers, deployment_configuration=configuration, **options)


def test_from_a_shifting_strategy_back_to_rolling_and_there_again(bench: DeploymentBench):
    bench.deploy(bench.first, configuration={"lifecycle_hooks": [PAUSE]})
    foreseen = rolling(bench, check_mode=True)
    outcome = rolling(bench)
    assert (foreseen.before, foreseen.after) == (outcome.before, outcome.after)
    assert outcome.after["new_deployment_for"] == ["load_balancers"]
    service = bench.stack.service()
    (balancer,) = service["loadBalancers"]
    assert "advancedConfiguration" not in balancer
    configuration = service["deploymentConfiguration"]
    assert configuration["strategy"] == "ROLLING"
    assert not configuration.get("bakeTimeInMinutes")
    assert not configuration.get("lifecycleHooks")
    assert not rolling(bench).is_changed
    again = bench.deploy(bench.first)
    assert again.is_changed
    assert not bench.deploy(bench.first).is_changed
    assert bench.stack.service()["deploymentConfiguration"]["strategy"] == "BLUE_GREEN"


# The fields of a service beside its strategy, with another value of each, and whether that starts a deployment.
ALARMS = {"alarm_names": ["errors"], "enable": True, "rollback": True}
BREAKER = {"enable": True, "rollback": False, "reset_on_healthy_task": False}
EARLY = {"enable": True, "healthy_percent": 50, "source_service_revision_cleanup": "DEFERRED"}
CONNECT = {
    "enabled": True,
    "namespace": "demo",
    "services": [
        {
            "port_name": f"{SERVICE}-{PORT}",
            "client_aliases": [
                {
                    "port": PORT,
                    "dns_name": SERVICE,
                    "test_traffic_rules": {"header": {"name": "x-test", "value": {"exact": "1"}}},
                }
            ],
            "timeout": {"idle_timeout_seconds": 60, "per_request_timeout_seconds": 30},
        }
    ],
    "access_log_configuration": {"format": "JSON", "include_query_parameters": "ENABLED"},
    "log_configuration": {
        "log_driver": "awslogs",
        "options": {"awslogs-group": f"/ecs/{NAME}", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "proxy"},
    },
}
FIELDS = [
    ({"deployment_configuration": {"maximum_percent": 150, "minimum_healthy_percent": 50}}, False),
    ({"deployment_configuration": {"bake_time_in_minutes": 7}}, False),
    ({"deployment_configuration": {"alarms": ALARMS}}, False),
    ({"deployment_configuration": {"lifecycle_hooks": [PAUSE]}}, False),
    ({"deployment_configuration": {"deployment_circuit_breaker": BREAKER}}, False),
    (
        {
            "deployment_configuration": {
                "deployment_circuit_breaker": {
                    **BREAKER,
                    "threshold_configuration": {"type": "COUNT", "value": 4},
                }
            }
        },
        False,
    ),
    ({"availability_zone_rebalancing": "DISABLED"}, False),
    ({"placement_strategy": [{"type": "binpack", "field": "memory"}]}, False),
    ({"placement_constraints": [{"type": "distinctInstance"}]}, False),
    ({"enable_execute_command": True}, False),
    ({"health_check_grace_period_seconds": 90}, False),
    ({"enable_ecs_managed_tags": True, "propagate_tags": "SERVICE"}, False),
    ({"service_connect_configuration": CONNECT}, True),
]


@pytest.mark.parametrize("fields, deploys", FIELDS)
def test_a_field_is_set_once_and_says_whether_it_starts_a_deployment(bench: DeploymentBench, fields, deploys):
    bench.emulator.client("servicediscovery").create_http_namespace(Name="demo")
    bench.emulator.advance(60)
    configuration = fields.get("deployment_configuration", {})
    if "alarms" in configuration:
        bench.alarm()
    options = {name: value for name, value in fields.items() if name != "deployment_configuration"}
    before = len(deployments(bench))
    outcome = bench.deploy(bench.first, configuration=configuration, **options)
    assert sorted(change["field"] for change in outcome.result["changes"]) == sorted(fields)
    assert [change["starts_deployment"] for change in outcome.result["changes"]] == [deploys] * len(fields)
    assert ("new_deployment_for" in outcome.after) is deploys
    assert len(deployments(bench)) - before == deploys
    assert not bench.deploy(bench.first, configuration=configuration, **options).is_changed


def test_early_success_is_for_rolling_deployments(bench: DeploymentBench):
    rolling(bench)
    early = {"strategy": "ROLLING", "early_success_criteria": EARLY}
    assert bench.deploy(bench.first, load_balancers=None, deployment_configuration=early).is_changed
    assert bench.stack.service()["deploymentConfiguration"]["earlySuccessCriteria"]["healthyPercent"] == 50
    assert not bench.deploy(bench.first, load_balancers=None, deployment_configuration=early).is_changed


def deployments(bench: DeploymentBench) -> list[dict]:
    found = bench.stack.ecs.list_service_deployments(cluster=NAME, service=SERVICE)
    return found["serviceDeployments"]
