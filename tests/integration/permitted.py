"""Runs replayed against the policies of an operator: every call that was recorded must be allowed by them."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable
from typing import Any

import yaml
from ansible_collections.portkey.gateway.plugins.module_utils._config import check, scope
from ansible_collections.portkey.gateway.plugins.module_utils._permissions import policy
from ansible_run import ROOT
from stacks import is_of_the_lock

from emulator.authorization import Need, Request, needs
from emulator.services.policies import decision

SPECIFICATION = ROOT / "roles/preflight/meta/argument_specs.yml"
ACCOUNT = {"account_id": "123456789012", "partition": "aws", "dns_suffix": "amazonaws.com"}
# Of a stack of inventories/local.
DEPLOYMENT_GROUP = "portkey-gateway-dev/portkey-gateway-dev-gateway"
# What no run needs, but makes use of where it may.
OPTIONAL = ("SimulatePrincipalPolicy",)
# The playbooks that only look.
READING = ("status", "report", "logs", "verify")

Calls = Iterable[dict[str, Any]]


def policies(*purposes: str, **variables: Any) -> list[dict[str, Any]]:
    """Those of inventories/local with further extra vars, without Ansible."""
    return policy.documents(_stack(json.dumps(variables, sort_keys=True)), list(purposes))


def refused(calls: Calls, documents: list[dict[str, Any]]) -> list[str]:
    """What the calls ask of IAM that the policies do not allow."""
    return sorted(
        {
            f"{call['service']} {call['operation']}: {need.action} on {need.resource}"
            for call in calls
            if call["operation"] not in OPTIONAL
            for need in asked(call)
            if decision(documents, need.action, need.resource, dict(need.context)) != "allowed"
        }
    )


def assert_permitted(calls: Calls, *purposes: str, **variables: Any) -> None:
    recorded = list(calls)
    assert recorded
    missing = refused(recorded, policies(*purposes, **variables))
    assert not missing, missing


def assert_verb_permitted(verb: str, calls: Calls, **variables: Any) -> None:
    """With the smallest policy for what the playbook does."""
    if verb in READING:
        # It takes no lock, but the keeper of an earlier run's may look at it once more before it ends.
        calls = [call for call in calls if not is_of_the_lock(call)]
    assert_permitted(calls, "read" if verb in READING else "deploy", **variables)


def asked(call: dict[str, Any]) -> list[Need]:
    return needs(
        Request(
            call["service"],
            call["operation"],
            call["parameters"],
            call["region"],
            deployment_group=DEPLOYMENT_GROUP,
        )
    )


@functools.cache
def _stack(variables: str) -> dict[str, Any]:
    options = yaml.safe_load(SPECIFICATION.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]
    result = check.check(options, {**_inventory(), **json.loads(variables)}, [], lambda path: "{}")
    assert result.faults == []
    return scope.build(scope.PERMISSIONS, result.public, ACCOUNT, check.made_secrets(result.config))


def _inventory() -> dict[str, Any]:
    """The variables without those whose files and templates a run of Ansible would look up."""
    found: dict[str, Any] = {}
    for path in sorted((ROOT / "inventories/local/group_vars/all").glob("*.yml")):
        found |= yaml.safe_load(path.read_text(encoding="utf-8"))
    return {name: value for name, value in found.items() if "{{" not in str(value) and "_file_path" not in name}
