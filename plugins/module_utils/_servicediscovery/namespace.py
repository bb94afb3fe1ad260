# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A Cloud Map namespace."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import tags, wait
from ..aws import error_code
from ..module import KNOWN_AFTER_APPLY, GatewayError, Outcome
from ..shape import changed_keys, overlay, prune, snake
from . import api, operation

API_TYPES = {"http": "HTTP", "private_dns": "DNS_PRIVATE"}

Namespace = dict[str, t.Any]


def ensure(module: AnsibleAWSModule, clock: wait.Clock = wait.SYSTEM_CLOCK) -> Outcome:
    client = module.client("servicediscovery")
    current = _find(client, module.params["name"], module.params["type"])
    if module.params["state"] == "absent":
        return _ensure_absent(module, client, current, clock)
    if current is None:
        return _create(module, client, clock)
    return _update(module, client, current, clock)


def _find(client: t.Any, name: str, type_: str) -> Namespace | None:
    found = api.list_namespaces(client, name)
    matching = [namespace for namespace in found if namespace["Type"] == API_TYPES[type_]]
    return matching[0] if matching else None


def _create(module: AnsibleAWSModule, client: t.Any, clock: wait.Clock) -> Outcome:
    name, type_ = module.params["name"], module.params["type"]
    new_tags = tags.change({}, module.params["tags"], False).final
    after = prune({"name": name, "type": type_, "description": module.params["description"], "tags": new_tags})
    if module.check_mode:
        unknown = {"id": KNOWN_AFTER_APPLY, "arn": KNOWN_AFTER_APPLY}
        return Outcome({"namespace": {**after, **unknown}}, None, after)
    if type_ == "private_dns" and not module.params["vpc_id"]:
        raise GatewayError(f"Namespace {name} does not exist: vpc_id is needed to create a private_dns namespace")
    parameters = prune({"Description": module.params["description"], "Tags": tags.to_list(new_tags) or None})
    if type_ == "http":
        made = _follow(module, client, clock, lambda: api.create_http_namespace(client, name, parameters))
    else:
        parameters["Vpc"] = module.params["vpc_id"]
        made = _follow(module, client, clock, lambda: api.create_private_dns_namespace(client, name, parameters))
    namespace = api.get_namespace(client, made["Targets"]["NAMESPACE"])
    return Outcome({"namespace": _result(namespace, type_, new_tags)}, None, after)


def _update(module: AnsibleAWSModule, client: t.Any, current: Namespace, clock: wait.Clock) -> Outcome:
    type_ = module.params["type"]
    before = {
        "name": current["Name"],
        "type": type_,
        "description": current.get("Description", ""),
        "tags": api.list_tags(client, current["Arn"]),
    }
    retagging = tags.change(before["tags"], module.params["tags"], module.params["purge_tags"])
    after = {**overlay(before, prune({"description": module.params["description"]})), "tags": retagging.final}
    if not module.check_mode:
        if "description" in changed_keys(before, after):
            update = api.update_http_namespace if type_ == "http" else api.update_private_dns_namespace
            _follow(module, client, clock, lambda: update(client, current["Id"], after["description"]))
        tags.apply(
            retagging,
            lambda added: api.tag_resource(client, current["Arn"], added),
            lambda keys: api.untag_resource(client, current["Arn"], keys),
        )
    shown = {**_result(current, type_, retagging.final), "description": after["description"]}
    return Outcome({"namespace": shown}, before, after)


def _ensure_absent(module: AnsibleAWSModule, client: t.Any, current: Namespace | None, clock: wait.Clock) -> Outcome:
    if current is None:
        return Outcome({"namespace": None})
    before = {"name": current["Name"], "type": module.params["type"]}
    if not module.check_mode:
        _follow(module, client, clock, lambda: api.delete_namespace(client, current["Id"]))
    return Outcome({"namespace": None}, before, None)


def _follow(
    module: AnsibleAWSModule, client: t.Any, clock: wait.Clock, start: t.Callable[[], str | None]
) -> dict[str, t.Any]:
    """Start an operation, or join the same one when it runs already, and wait for its end."""
    try:
        operation_id = start()
    except AnsibleAWSError as error:
        operation_id = _running_operation(error)
    if not operation_id:
        return {}
    return operation.follow(client, operation_id, module.params["name"], module.params["wait_timeout"], clock)


def _running_operation(error: AnsibleAWSError) -> str:
    if error_code(error) != "DuplicateRequest":
        raise error
    running = getattr(error.exception, "response", {}).get("DuplicateOperationId")
    if not running:
        raise error
    return running


def _result(namespace: Namespace, type_: str, final_tags: tags.Tags) -> dict[str, t.Any]:
    return {**snake(namespace), "type": type_, "tags": final_tags}
