"""One number, and what waits for a request."""

from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._config import services, stack
from ansible_collections.portkey.gateway.plugins.module_utils._config.place import Place
from ansible_collections.portkey.gateway.plugins.module_utils._load_balancer import plan


@pytest.fixture
def waits(configured):
    """Seconds: of the load balancer, its targets, Service Connect by service, and containers by service."""

    def run(longest):
        config = configured(
            create_lb=True,
            lb_type="application",
            dataservice_config={"enable_dataservice": True},
            **({} if longest is None else {"max_request_seconds": longest}),
        )
        names = stack.stack_names(config)
        balancer = plan.plan(config, names)
        defined = services.service_definitions(config, names, Place("aws", config["aws_region"], "123456789012"), [])
        return (
            balancer["idle_timeout_seconds"],
            {group["attributes"]["deregistration_delay.timeout_seconds"] for group in balancer["target_groups"]},
            {one["name"]: one["service_connect"][0]["timeout"] for one in defined},
            {one["name"]: one["stop_timeout"] for one in defined},
        )

    return run


def test_without_it_they_are_what_aws_and_the_seed_have(waits):
    tcp, http = {"idle_timeout_seconds": 3600}, {"idle_timeout_seconds": 300, "per_request_timeout_seconds": 15}
    connect = {"redis": tcp, "data-service": tcp, "gateway": http}
    assert waits(None) == (60, {"60"}, connect, {"redis": None, "data-service": None, "gateway": None})


@pytest.mark.parametrize(
    "longest, idle, tcp_idle, http, stop",
    [
        # Nothing gets less than without it.
        (10, 60, 3600, (300, 15), 30),
        (100, 100, 3600, (300, 100), 100),
        (3600, 3600, 3600, (3600, 3600), 120),
    ],
)
def test_nothing_ends_a_request_before(waits, longest, idle, tcp_idle, http, stop):
    tcp = {"idle_timeout_seconds": tcp_idle}
    to_gateway = {"idle_timeout_seconds": http[0], "per_request_timeout_seconds": http[1]}
    assert waits(longest) == (
        idle,
        {str(idle)},
        {"redis": tcp, "data-service": tcp, "gateway": to_gateway},
        {"redis": None, "data-service": stop, "gateway": stop},
    )
