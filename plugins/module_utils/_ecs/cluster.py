# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""An ECS cluster: its settings, the way exec sessions are logged, its default namespace, its tags."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import tags, wait
from .._servicediscovery.resolve import namespace_arn
from ..aws import error_code
from ..module import KNOWN_AFTER_APPLY, Outcome, is_known
from ..shape import camel, changed_keys, overlay, prune, snake
from . import api_cluster as api
from .errors import is_busy

# Deleting a cluster comes just after deleting what was in it, and that takes its time to disappear.
EMPTYING_CODES = ("ClusterContainsContainerInstancesException", "ClusterContainsTasksException")
DEFAULTS = {"capacity_providers": [], "status": KNOWN_AFTER_APPLY, "cluster_arn": KNOWN_AFTER_APPLY}

View = dict[str, t.Any]


def ensure(module: AnsibleAWSModule, clock: wait.Clock = wait.SYSTEM_CLOCK) -> Outcome:
    client = module.client("ecs")
    current = find(client, module.params["name"])
    if module.params["state"] == "absent":
        return _ensure_absent(module, client, current, clock)
    if current is None:
        return _create(module, client)
    return _update(module, client, current)


def find(client: t.Any, name: str) -> dict[str, t.Any] | None:
    """The cluster, unless it is gone: AWS goes on describing deleted clusters as INACTIVE for a while."""
    if not is_known(name):
        return None
    cluster = api.describe_cluster(client, name)
    return cluster if cluster and cluster["status"] != "INACTIVE" else None


def view(cluster: dict[str, t.Any]) -> View:
    """The cluster as the module's options describe it."""
    configuration = cluster.get("configuration", {}).get("executeCommandConfiguration")
    return prune(
        {
            "name": cluster["clusterName"],
            "settings": _settings(cluster.get("settings", [])),
            "execute_command_configuration": snake(configuration) if configuration else None,
            "service_connect_namespace": cluster.get("serviceConnectDefaults", {}).get("namespace"),
            "tags": tags.from_list(cluster.get("tags")),
        }
    )


def _settings(settings: list[dict[str, str]]) -> dict[str, str]:
    values = {setting["name"]: setting["value"] for setting in settings}
    return {"container_insights": values["containerInsights"]} if "containerInsights" in values else {}


def _desired(module: AnsibleAWSModule) -> View:
    options = ("name", "settings", "execute_command_configuration")
    desired = {option: module.params[option] for option in options}
    return prune({**desired, "service_connect_namespace": _namespace(module)})


def _namespace(module: AnsibleAWSModule) -> str | None:
    """AWS answers with the namespace's ARN, so a name is compared by the ARN that it has."""
    return namespace_arn(module, module.params["service_connect_namespace"])


def _parameters(wanted: View, current: dict[str, t.Any]) -> dict[str, t.Any]:
    """What CreateCluster and UpdateCluster take, for the fields that are in ``wanted``."""
    parameters: dict[str, t.Any] = {}
    if "settings" in wanted:
        insights = wanted["settings"].get("container_insights")
        parameters["settings"] = [{"name": "containerInsights", "value": insights}] if insights else []
    if "execute_command_configuration" in wanted:
        execute = camel(wanted["execute_command_configuration"])
        parameters["configuration"] = {**current.get("configuration", {}), "executeCommandConfiguration": execute}
    if "service_connect_namespace" in wanted:
        parameters["serviceConnectDefaults"] = {"namespace": wanted["service_connect_namespace"]}
    return parameters


def _create(module: AnsibleAWSModule, client: t.Any) -> Outcome:
    wanted = _desired(module)
    new_tags = tags.change({}, module.params["tags"], False).final
    after = {**wanted, "tags": new_tags}
    if module.check_mode:
        return Outcome({"cluster": {**DEFAULTS, "cluster_name": module.params["name"], "tags": new_tags}}, None, after)
    parameters = _parameters(wanted, {})
    if new_tags:
        parameters["tags"] = tags.to_lower_list(new_tags)
    cluster = api.create_cluster(client, module.params["name"], parameters)
    return Outcome({"cluster": result(cluster)}, None, after)


def _update(module: AnsibleAWSModule, client: t.Any, current: dict[str, t.Any]) -> Outcome:
    before = view(current)
    retagging = tags.change(before["tags"], module.params["tags"], module.params["purge_tags"])
    after = {**overlay(before, _desired(module)), "tags": retagging.final}
    changed = [key for key in changed_keys(before, after) if key != "tags"]
    if changed and not module.check_mode:
        parameters = _parameters({key: after[key] for key in changed}, current)
        current = {**current, **api.update_cluster(client, before["name"], parameters)}
    if not module.check_mode:
        arn = current["clusterArn"]
        tags.apply(
            retagging,
            lambda added: api.tag_resource(client, arn, added),
            lambda keys: api.untag_resource(client, arn, keys),
        )
    return Outcome({"cluster": {**result(current), "tags": retagging.final}}, before, after)


def _ensure_absent(
    module: AnsibleAWSModule, client: t.Any, current: dict[str, t.Any] | None, clock: wait.Clock
) -> Outcome:
    if current is None:
        return Outcome({"cluster": None})
    if not module.check_mode:
        wait.keep_trying(
            lambda: api.delete_cluster(client, module.params["name"]),
            lambda error: is_busy(error) or error_code(error) in EMPTYING_CODES,
            what=f"cluster {module.params['name']} to become empty",
            timeout=module.params["wait_timeout"] if module.params["wait"] else 0,
            clock=clock,
        )
    return Outcome({"cluster": None}, view(current), None)


def result(cluster: dict[str, t.Any]) -> dict[str, t.Any]:
    return {**snake(cluster), "tags": tags.from_list(cluster.get("tags"))}
