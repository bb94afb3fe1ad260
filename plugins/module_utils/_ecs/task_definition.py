# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A task definition: a new revision when its content means something else than the latest one's, and none otherwise."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import tags
from ..module import KNOWN_AFTER_APPLY, GatewayError, Outcome
from ..shape import camel, prune, snake
from . import api_cluster
from . import api_task_definition as api
from .coerce import coerced
from .task_definition_compare import CONTENT, Definition, meaning

# The options in Ansible's names; container definitions and volumes are in the API's already.
OPTIONS = ("cpu", "memory", "network_mode", "requires_compatibilities", "runtime_platform")
ROLES = ("execution_role_arn", "task_role_arn")
VERBATIM = ("containerDefinitions", "volumes", "placementConstraints", "proxyConfiguration", "inferenceAccelerators")


def ensure(module: AnsibleAWSModule) -> Outcome:
    client = module.client("ecs")
    family = module.params["family"]
    if module.params["state"] == "absent":
        return _ensure_absent(module, client, family)
    latest = api.describe_task_definition(client, family)
    if module.params["copy_of"]:
        return _ensure_copy(module, client, latest)
    definition = coerced(client, "RegisterTaskDefinition", _definition(module))
    if latest is not None and meaning(latest) == meaning({"family": family, **definition}):
        return _retag(module, client, latest)
    return _register(module, client, latest, definition, latest)


def _definition(module: AnsibleAWSModule) -> Definition:
    params = module.params
    definition = camel(prune({option: params[option] for option in OPTIONS + ROLES}))
    definition["containerDefinitions"] = prune(params["container_definitions"] or [])
    if params["volumes"]:
        definition["volumes"] = prune(params["volumes"])
    return definition


def _ensure_copy(module: AnsibleAWSModule, client: t.Any, latest: Definition | None) -> Outcome:
    """The revision itself if nothing is to differ, the latest one if that is what is wanted already, or a new one."""
    name = module.params["copy_of"]
    original = api.describe_task_definition(client, name)
    if original is None:
        raise GatewayError(f"There is no task definition {name} to copy")
    content = {field: original[field] for field in CONTENT if field in original and field != "family"}
    definition = {**content, "containerDefinitions": _with_images(original, module.params["images"] or {})}
    wanted = meaning({"family": module.params["family"], **definition})
    for found in (original, latest):
        if found is not None and meaning(found) == wanted:
            shown_tags = tags.from_list(found["tags"])
            view = _view(found, shown_tags)
            return Outcome({"task_definition": _result(found, shown_tags)}, view, view)
    return _register(module, client, original, definition, latest)


def _with_images(original: Definition, images: dict[str, str]) -> list[dict[str, t.Any]]:
    containers = original["containerDefinitions"]
    unknown = sorted(set(images) - {container["name"] for container in containers})
    if unknown:
        raise GatewayError(f"{original['taskDefinitionArn']} has no container {', '.join(unknown)}")
    return [{**container, "image": images.get(container["name"], container["image"])} for container in containers]


def _view(definition: Definition, definition_tags: tags.Tags) -> dict[str, t.Any]:
    return {**snake(meaning(definition), raw=VERBATIM), "tags": definition_tags}


def _retag(module: AnsibleAWSModule, client: t.Any, latest: Definition) -> Outcome:
    current_tags = tags.from_list(latest["tags"])
    retagging = tags.change(current_tags, module.params["tags"], module.params["purge_tags"])
    if not module.check_mode:
        arn = latest["taskDefinitionArn"]
        tags.apply(
            retagging,
            lambda added: api_cluster.tag_resource(client, arn, added),
            lambda keys: api_cluster.untag_resource(client, arn, keys),
        )
    shown = {"task_definition": _result(latest, retagging.final)}
    return Outcome(shown, _view(latest, current_tags), _view(latest, retagging.final))


def _register(
    module: AnsibleAWSModule,
    client: t.Any,
    model: Definition | None,
    definition: Definition,
    latest: Definition | None,
) -> Outcome:
    """A new revision. ``model`` is the one that it is compared with, ``latest`` the one before it."""
    family = module.params["family"]
    if not definition["containerDefinitions"]:
        raise GatewayError(f"Task definition {family} needs container_definitions")
    current_tags = tags.from_list((model or {}).get("tags"))
    # Tags that nobody asked to change stay with the family, though AWS stores them per revision.
    new_tags = tags.change(current_tags, module.params["tags"], module.params["purge_tags"]).final
    before = None if model is None else _view(model, current_tags)
    after = _view({"family": family, **definition}, new_tags)
    if module.check_mode:
        shown = {"family": family, **definition, "revision": KNOWN_AFTER_APPLY, "taskDefinitionArn": KNOWN_AFTER_APPLY}
    else:
        own_tags = {"tags": tags.to_lower_list(new_tags)} if new_tags else {}
        shown = api.register_task_definition(client, family, {**definition, **own_tags})
        _end_twin(client, latest, shown)
    return Outcome({"task_definition": _result(shown, new_tags)}, before, after, changed=True)


def _end_twin(client: t.Any, latest: Definition | None, registered: Definition) -> None:
    """When an answer of ECS was lost, boto3 has asked again: then another revision like this one came in between."""
    before = registered["revision"] - 1
    if before < 1 or before == (latest or {}).get("revision"):
        return
    twin = api.describe_task_definition(client, f"{registered['family']}:{before}")
    if twin is not None and twin["status"] == "ACTIVE" and meaning(twin) == meaning(registered):
        api.deregister_task_definition(client, twin["taskDefinitionArn"])


def _ensure_absent(module: AnsibleAWSModule, client: t.Any, family: str) -> Outcome:
    active = api.list_task_definitions(client, family, "ACTIVE")
    inactive = api.list_task_definitions(client, family, "INACTIVE")
    if not active and not inactive:
        return Outcome({"task_definition": None})
    if not module.check_mode:
        _end(client, active, inactive)
    return Outcome({"task_definition": None}, {"revisions": active + inactive}, None)


def delete_family(client: t.Any, family: str) -> None:
    """All revisions. What a task still uses stays DELETE_IN_PROGRESS until it ends, which nobody needs to wait for."""
    active, inactive = (api.list_task_definitions(client, family, status) for status in ("ACTIVE", "INACTIVE"))
    _end(client, active, inactive)


def _end(client: t.Any, active: list[str], inactive: list[str]) -> None:
    for arn in active:
        api.deregister_task_definition(client, arn)
    _delete(client, active + inactive)


def _delete(client: t.Any, arns: list[str]) -> None:
    failures: list[dict[str, t.Any]] = []
    for start in range(0, len(arns), api.DELETE_AT_ONCE):
        failures += api.delete_task_definitions(client, arns[start : start + api.DELETE_AT_ONCE])
    # One that is gone, as after a try whose answer was lost, is a failure to ECS alone.
    failures = [failure for failure in failures if "does not exist" not in failure.get("reason", "")]
    if failures:
        reasons = "; ".join(f"{failure.get('arn')}: {failure.get('reason')}" for failure in failures)
        raise GatewayError(f"ECS did not delete every revision: {reasons}", failures=snake(failures))


def _result(definition: Definition, definition_tags: tags.Tags) -> dict[str, t.Any]:
    return {**snake(definition, raw=VERBATIM), "tags": definition_tags}
