# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A replication group of ElastiCache: made, changed step by step, and removed. It speaks TLS and asks for a token."""

from __future__ import annotations

import dataclasses
import functools
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import tags, wait
from ..api import call, call_unless
from ..aws import error_code
from ..module import KNOWN_AFTER_APPLY, GatewayError, Outcome, is_known
from . import api, auth, view
from .steps import Target, next_step

# It takes AWS minutes.
BACKOFF = wait.Backoff(first=1.0, factor=1.5, most=15.0, jitter=0.2)
# More than the steps between any two groups.
_MOST_STEPS = 20

ARGUMENTS: dict[str, dict[str, t.Any]] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "name": {"type": "str", "required": True},
    "description": {"type": "str"},
    "engine": {"type": "str", "choices": ["valkey", "redis"]},
    "engine_version": {"type": "str"},
    "cache_node_type": {"type": "str"},
    "cluster_mode": {"type": "str", "choices": ["enabled", "disabled"]},
    "num_node_groups": {"type": "int"},
    "replicas_per_node_group": {"type": "int"},
    "multi_az": {"type": "bool"},
    "cache_subnet_group_name": {"type": "str"},
    "security_group_ids": {"type": "list", "elements": "str"},
    "snapshot_retention_limit": {"type": "int"},
    "preferred_maintenance_window": {"type": "str"},
    # The ARN, which is no secret.
    "auth_token_secret": {"type": "str", "no_log": False},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 3600},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
}
_NEEDED_TO_CREATE = (
    "description",
    "engine",
    "engine_version",
    "cache_node_type",
    "cache_subnet_group_name",
    "auth_token_secret",
)


def ensure(module: AnsibleAWSModule) -> Outcome:
    client, name = module.client("elasticache"), module.params["name"]
    group = api.find_group(client, name)
    if module.params["state"] == "absent":
        return _ensure_absent(module, client, group)
    if group is not None and group["Status"] == api.DELETING:
        if not module.check_mode:
            wait_until_gone(client, name, module.params["wait_timeout"])
        group = None
    return _create(module, client) if group is None else _update(module, client, group)


def _create(module: AnsibleAWSModule, client: t.Any) -> Outcome:
    params = module.params
    lacking = [option for option in _NEEDED_TO_CREATE if not params[option]]
    if lacking:
        raise GatewayError(f"A new replication group needs {', '.join(lacking)}.")
    coming = {**view.DEFAULTS, **view.wanted(params)}
    shown = {"name": params["name"], **coming, "tags": dict(params["tags"] or {})}
    if module.check_mode:
        return Outcome({"replication_group": _result(None, shown)}, None, shown)
    secrets, secret = module.client("secretsmanager"), params["auth_token_secret"]
    token = auth.read_token(secrets, secret, auth.current_version(secrets, secret))
    call(
        client,
        "create_replication_group",
        f"make the replication group {params['name']}",
        ReplicationGroupId=params["name"],
        ReplicationGroupDescription=coming["description"],
        Engine=coming["engine"],
        EngineVersion=coming["engine_version"],
        CacheNodeType=coming["cache_node_type"],
        CacheParameterGroupName=view.parameter_group(coming),
        ClusterMode=coming["cluster_mode"],
        NumNodeGroups=coming["num_node_groups"],
        ReplicasPerNodeGroup=coming["replicas_per_node_group"],
        AutomaticFailoverEnabled=view.is_failing_over(coming),
        MultiAZEnabled=coming["multi_az"],
        CacheSubnetGroupName=coming["cache_subnet_group_name"],
        SecurityGroupIds=coming.get("security_group_ids"),
        SnapshotRetentionLimit=coming["snapshot_retention_limit"],
        PreferredMaintenanceWindow=coming.get("preferred_maintenance_window"),
        TransitEncryptionEnabled=True,
        AtRestEncryptionEnabled=True,
        AuthToken=token,
        Tags=tags.to_list(shown["tags"]) or None,
    )
    group = _wait_until_available(module, client) if params["wait"] else api.find_group(client, params["name"])
    return Outcome({"replication_group": _result(group, shown)}, None, shown)


@dataclasses.dataclass(frozen=True)
class _Comparison:
    """What the group is and becomes, as a user thinks of it, and where the steps go."""

    before: view.View
    after: view.View
    target: Target


def _update(module: AnsibleAWSModule, client: t.Any, group: api.Group) -> Outcome:
    if group["Status"] != api.AVAILABLE and module.params["wait"] and not module.check_mode:
        group = _wait_until_available(module, client)
    compared = _compare(module, client, group)
    if not module.check_mode:
        group = _bring_about(module, client, group, compared)
    return Outcome({"replication_group": _result(group, compared.after)}, compared.before, compared.after)


def _compare(module: AnsibleAWSModule, client: t.Any, group: api.Group) -> _Comparison:
    """What AWS does not tell yet is taken to be right."""
    _refuse_open(group)
    asked, asked_tags = view.wanted(module.params), module.params["tags"]
    read, owned = view.read(client, group)
    known = {**view.DEFAULTS, **asked, **read}
    final = view.after(known, asked)
    tagged = owned if owned is not None else {key: str(value) for key, value in (asked_tags or {}).items()}
    retagging = tags.change(tagged, asked_tags, module.params["purge_tags"])
    token = _news(module, group)
    name = {"name": group["ReplicationGroupId"]}
    before = {**name, **known, "tags": tagged}
    after = {**name, **final, "tags": retagging.final}
    if token:
        before["auth_token"], after["auth_token"] = "as it was", "as the secret has it now"
    return _Comparison(before, after, Target(after, retagging, token))


def _refuse_open(group: api.Group) -> None:
    closed = ("TransitEncryptionEnabled", "AtRestEncryptionEnabled", "AuthTokenEnabled")
    lacking = [field for field in closed if group.get(field) is False]
    if lacking:
        raise GatewayError(
            f"The replication group {group['ReplicationGroupId']} is there without {' and '.join(lacking)}, which this "
            "module does not change. Remove it, or choose another name."
        )


def _news(module: AnsibleAWSModule, group: api.Group) -> t.Callable[[], str] | None:
    secret = module.params["auth_token_secret"]
    if not secret or not is_known(secret):
        return None
    secrets = module.client("secretsmanager")
    version = auth.current_version(secrets, secret)
    return functools.partial(auth.read_token, secrets, secret, version) if auth.is_news(version, group) else None


def _bring_about(module: AnsibleAWSModule, client: t.Any, group: api.Group, compared: _Comparison) -> api.Group:
    """All steps when it may wait, else the first, and the others when it is called again."""
    may_wait, name = module.params["wait"], module.params["name"]
    for _unused in range(_MOST_STEPS):
        step = next_step(group, compared.before, compared.target)
        if step is None or (group["Status"] != api.AVAILABLE and not may_wait):
            return group
        try:
            step(client)
        except AnsibleAWSError as error:
            # Something else has begun; or this has, or was done even, and its answer was lost.
            if error_code(error) not in (api.BUSY, api.DONE):
                raise
        if not may_wait:
            return api.find_group(client, name) or group
        group = _wait_until_available(module, client)
        compared = _compare(module, client, group)
    raise GatewayError(
        f"AWS takes the changes of the replication group {name}, and does not make them. It says: "
        f"{group.get('PendingModifiedValues') or 'nothing is pending'}"
    )


def _wait_until_available(module: AnsibleAWSModule, client: t.Any) -> api.Group:
    name = module.params["name"]

    def done(group: api.Group) -> bool:
        status = group.get("Status", "gone")
        if status in ("gone", api.DELETING, api.FAILED):
            raise wait.WaitFailed(f"The replication group {name} is {status}. Delete it, if need be, and run again.")
        return bool(status == api.AVAILABLE)

    return wait.poll(
        lambda: api.find_group(client, name) or {},
        done,
        what=f"the replication group {name} to be available",
        timeout=module.params["wait_timeout"],
        backoff=BACKOFF,
        show=lambda group: group.get("Status"),
        remark=lambda group: f"; it is {group.get('Status')}",
    )


def _result(group: api.Group | None, shown: view.View) -> dict[str, t.Any]:
    """``shown`` with what only AWS knows."""
    found = group or {}
    shards = found.get("NodeGroups") or [{}]
    endpoint = found.get("ConfigurationEndpoint") or shards[0].get("PrimaryEndpoint") or {}
    return {
        **shown,
        "arn": found.get("ARN", KNOWN_AFTER_APPLY),
        "status": found.get("Status"),
        "endpoint": endpoint.get("Address") or KNOWN_AFTER_APPLY,
        "port": endpoint.get("Port"),
    }


def _ensure_absent(module: AnsibleAWSModule, client: t.Any, group: api.Group | None) -> Outcome:
    if group is None:
        return Outcome({"replication_group": None})
    name, timeout = module.params["name"], module.params["wait_timeout"]
    before = {"name": name}
    if not module.check_mode:
        delete(client, name, timeout)
        if module.params["wait"]:
            wait_until_gone(client, name, timeout)
    return Outcome({"replication_group": None}, before, None, changed=group["Status"] != api.DELETING)


def delete(client: t.Any, name: str, timeout: float, clock: wait.Clock = wait.SYSTEM_CLOCK) -> None:
    """Begin to delete it, as soon as AWS lets. No last snapshot: what a cache holds can be had again."""

    def act() -> None:
        group = api.find_group(client, name)
        if group is not None and group["Status"] != api.DELETING:
            doing = f"delete the replication group {name}"
            call_unless(api.GROUP_GONE, client, "delete_replication_group", doing, ReplicationGroupId=name)

    wait.keep_trying(
        act,
        lambda error: error_code(error) == api.BUSY,
        what=f"the replication group {name} to be at rest",
        timeout=timeout,
        backoff=BACKOFF,
        clock=clock,
    )


def wait_until_gone(client: t.Any, name: str, timeout: float, clock: wait.Clock = wait.SYSTEM_CLOCK) -> None:
    wait.poll(
        lambda: api.find_group(client, name),
        lambda group: group is None,
        what=f"the replication group {name} to be gone",
        timeout=timeout,
        backoff=BACKOFF,
        clock=clock,
        show=lambda group: group and group["Status"],
    )
