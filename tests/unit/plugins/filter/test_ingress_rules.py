# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.portkey.gateway.plugins.filter.ingress_rules import ingress_rules

GROUPS = {"gateway": "stack-gateway", "data-service": "stack-data-service", "load_balancer": "stack-lb"}


def _rule(port: str, group: str, source: str) -> dict[str, t.Any]:
    return {
        "proto": "tcp",
        "ports": [port],
        "group_name": [group],
        "group_desc": "Tasks",
        "rule_desc": f"From {source}",
    }


@pytest.mark.parametrize(
    ("ingress", "rules"),
    [
        ([], []),
        ([{"source": "gateway", "port": 6379}], [_rule("6379", "stack-gateway", "gateway")]),
        (
            [{"source": "load_balancer", "port": 8787}, {"source": "data-service", "port": 8787}],
            [_rule("8787", "stack-lb", "load balancer"), _rule("8787", "stack-data-service", "data-service")],
        ),
    ],
)
def test_every_source_becomes_a_rule(ingress: list[dict[str, t.Any]], rules: list[dict[str, t.Any]]) -> None:
    assert ingress_rules({"ingress": ingress}, GROUPS, "Tasks") == rules


@pytest.mark.parametrize("groups", [{}, {"load_balancer": None}])
def test_a_source_without_a_group_is_refused(groups: dict[str, t.Any]) -> None:
    with pytest.raises(AnsibleFilterError, match="load_balancer"):
        ingress_rules({"ingress": [{"source": "load_balancer", "port": 80}]}, groups, "Tasks")


@pytest.mark.parametrize("definition", [None, "gateway", {"name": "gateway"}])
def test_what_is_no_definition_is_refused(definition: t.Any) -> None:
    with pytest.raises(AnsibleFilterError, match="preflight_stack"):
        ingress_rules(definition, GROUPS, "Tasks")
