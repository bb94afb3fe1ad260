# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A Cloud Map service: a name in a private DNS namespace, behind which ECS registers the addresses of tasks."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import tags, wait
from ..aws import error_code
from ..module import KNOWN_AFTER_APPLY, GatewayError, Outcome, is_known
from ..shape import snake
from . import api

IN_USE = "ResourceInUse"

Service = dict[str, t.Any]


def ensure(module: AnsibleAWSModule, clock: wait.Clock = wait.SYSTEM_CLOCK) -> Outcome:
    client = module.client("servicediscovery")
    current = _find(client, module.params["namespace_id"], module.params["name"])
    if module.params["state"] == "absent":
        return _ensure_absent(module, client, current, clock)
    return _create(module, client) if current is None else _update(module, client, current)


def _find(client: t.Any, namespace_id: str, name: str) -> Service | None:
    found = api.list_services(client, namespace_id) if is_known(namespace_id) else []
    return next((service for service in found if service["Name"] == name), None)


def _create(module: AnsibleAWSModule, client: t.Any) -> Outcome:
    name, ttl = module.params["name"], module.params["ttl"]
    new_tags = tags.change({}, module.params["tags"], False).final
    after = {"name": name, "ttl": ttl, "tags": new_tags}
    if module.check_mode:
        return Outcome({"service": {**after, "id": KNOWN_AFTER_APPLY, "arn": KNOWN_AFTER_APPLY}}, None, after)
    parameters: dict[str, t.Any] = {
        "Name": name,
        "NamespaceId": module.params["namespace_id"],
        # Every address is an answer, and ECS takes out those of tasks that are not healthy.
        "DnsConfig": {"RoutingPolicy": "MULTIVALUE", "DnsRecords": [{"Type": "A", "TTL": ttl}]},
        "HealthCheckCustomConfig": {"FailureThreshold": 1},
    }
    if new_tags:
        parameters["Tags"] = tags.to_list(new_tags)
    made = api.create_service(client, parameters)
    return Outcome({"service": {**snake(made), "tags": new_tags}}, None, after)


def _update(module: AnsibleAWSModule, client: t.Any, current: Service) -> Outcome:
    """Its tags. What else it has is decided when it is made."""
    name, records = current["Name"], (current.get("DnsConfig") or {}).get("DnsRecords") or []
    ttl = next((record["TTL"] for record in records if record["Type"] == "A"), None)
    if ttl != module.params["ttl"]:
        raise GatewayError(
            f"Cloud Map service {name} has {f'A records with a TTL of {ttl} s' if ttl else 'no A records'}, not ones "
            f"with {module.params['ttl']} s. Remove it (state: absent) and make it anew."
        )
    current_tags = api.list_tags(client, current["Arn"])
    retagging = tags.change(current_tags, module.params["tags"], module.params["purge_tags"])
    if not module.check_mode:
        tags.apply(
            retagging,
            lambda added: api.tag_resource(client, current["Arn"], added),
            lambda keys: api.untag_resource(client, current["Arn"], keys),
        )
    before = {"name": name, "ttl": ttl, "tags": current_tags}
    shown = {**snake(current), "tags": retagging.final}
    return Outcome({"service": shown}, before, {**before, "tags": retagging.final})


def _ensure_absent(module: AnsibleAWSModule, client: t.Any, current: Service | None, clock: wait.Clock) -> Outcome:
    if current is None:
        return Outcome({"service": None})
    if not module.check_mode:
        wait.keep_trying(
            lambda: api.delete_service(client, current["Id"]),
            lambda error: error_code(error) == IN_USE,
            what=f"the last tasks to leave Cloud Map service {current['Name']}",
            timeout=module.params["wait_timeout"],
            clock=clock,
        )
    return Outcome({"service": None}, {"name": current["Name"]}, None)
