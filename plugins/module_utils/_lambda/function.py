# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A Lambda function from sources on this machine: its code, its configuration, its tags."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import tags
from ..api import call, call_unless
from ..aws import error_code, error_message
from ..module import KNOWN_AFTER_APPLY, GatewayError, Outcome
from ..shape import snake
from ..wait import WaitFailed, keep_trying, poll
from .archive import archive, digest

# Options that are fields of the function, and what the API calls them.
FIELDS = {
    "role": "Role",
    "runtime": "Runtime",
    "handler": "Handler",
    "timeout": "Timeout",
    "memory_size": "MemorySize",
    "description": "Description",
}
# What a function has of which nothing is said.
DEFAULTS = {"timeout": 3, "memory_size": 128, "description": ""}
RAW = ("Variables", "Tags")
# A role, and what it may do, take a moment until Lambda sees them.
NOT_YET = ("cannot be assumed by Lambda", "does not have permissions to call")

View = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Code:
    """None where the code is left alone."""

    content: bytes | None

    @property
    def sha256(self) -> str | None:
        return None if self.content is None else digest(self.content)


def ensure(module: AnsibleAWSModule) -> Outcome:
    client = module.client("lambda")
    current = _find(client, module.params["name"])
    if module.params["state"] == "absent":
        return _ensure_absent(module, client, current)
    sources = module.params["sources"]
    code = Code(archive(sources) if sources is not None else None)
    return _create(module, client, code) if current is None else _update(module, client, current, code)


def _find(client: t.Any, name: str) -> dict[str, t.Any] | None:
    return call_unless(
        ("ResourceNotFoundException",), client, "get_function", f"find the function {name}", FunctionName=name
    )


def _view(found: dict[str, t.Any]) -> View:
    configuration = found["Configuration"]
    vpc = configuration.get("VpcConfig") or {}
    return {
        "name": configuration["FunctionName"],
        **{option: configuration.get(api, DEFAULTS.get(option)) for option, api in FIELDS.items()},
        "environment": (configuration.get("Environment") or {}).get("Variables", {}),
        "vpc_subnet_ids": sorted(vpc.get("SubnetIds", [])),
        "vpc_security_group_ids": sorted(vpc.get("SecurityGroupIds", [])),
        "code_sha256": configuration.get("CodeSha256"),
        "tags": found.get("Tags", {}),
    }


def _wanted(module: AnsibleAWSModule, code: Code) -> View:
    """What the user set. Subnets and groups are sets."""
    params = module.params
    wanted = {name: params[name] for name in (*FIELDS, "environment") if params[name] is not None}
    for name in ("vpc_subnet_ids", "vpc_security_group_ids"):
        if params[name] is not None:
            wanted[name] = sorted(params[name])
    if "environment" in wanted:
        wanted["environment"] = {str(key): str(value) for key, value in wanted["environment"].items()}
    return wanted if code.sha256 is None else {**wanted, "code_sha256": code.sha256}


def _configuration(view: View) -> dict[str, t.Any]:
    """The parameters of CreateFunction and UpdateFunctionConfiguration."""
    parameters: dict[str, t.Any] = {api: view[option] for option, api in FIELDS.items() if option in view}
    if "environment" in view:
        parameters["Environment"] = {"Variables": view["environment"]}
    if "vpc_subnet_ids" in view or "vpc_security_group_ids" in view:
        parameters["VpcConfig"] = {
            "SubnetIds": view.get("vpc_subnet_ids", []),
            "SecurityGroupIds": view.get("vpc_security_group_ids", []),
        }
    return parameters


def _create(module: AnsibleAWSModule, client: t.Any, code: Code) -> Outcome:
    name, wanted = module.params["name"], _wanted(module, code)
    new_tags = tags.change({}, module.params["tags"], False).final
    unset: View = {"environment": {}, "vpc_subnet_ids": [], "vpc_security_group_ids": []}
    after = {"name": name, **DEFAULTS, **unset, **wanted, "tags": new_tags}
    missing = [option for option in ("role", "runtime", "handler", "sources") if module.params[option] is None]
    if missing:
        raise GatewayError(f"The function {name} does not exist. To create it, set {', '.join(missing)}")
    if module.check_mode:
        return Outcome({"function": {"function_name": name, "function_arn": KNOWN_AFTER_APPLY, **after}}, None, after)
    parameters = {**_configuration(wanted), "Code": {"ZipFile": code.content}, "Tags": new_tags or None}
    _patiently(module, client, "create_function", f"create the function {name}", FunctionName=name, **parameters)
    return Outcome({"function": _result(_settled(module, client, name))}, None, after)


def _update(module: AnsibleAWSModule, client: t.Any, current: dict[str, t.Any], code: Code) -> Outcome:
    name, arn = module.params["name"], current["Configuration"]["FunctionArn"]
    before = _view(current)
    retagging = tags.change(before["tags"], module.params["tags"], module.params["purge_tags"])
    wanted = _wanted(module, code)
    after = {**before, **wanted, "tags": retagging.final}
    if module.check_mode:
        return Outcome({"function": _result(current)}, before, after)
    changed = {key: after[key] for key in after if after[key] != before[key] and key not in ("tags", "code_sha256")}
    if changed:
        if changed.keys() & {"vpc_subnet_ids", "vpc_security_group_ids"}:
            changed |= {key: after[key] for key in ("vpc_subnet_ids", "vpc_security_group_ids")}
        doing = f"change the function {name}"
        _patiently(module, client, "update_function_configuration", doing, FunctionName=name, **_configuration(changed))
    if after["code_sha256"] != before["code_sha256"]:
        doing = f"change the code of the function {name}"
        _patiently(module, client, "update_function_code", doing, FunctionName=name, ZipFile=code.content)
    doing = f"tag the function {name}"
    tags.apply(
        retagging,
        lambda added: call(client, "tag_resource", doing, Resource=arn, Tags=added),
        lambda keys: call(client, "untag_resource", doing, Resource=arn, TagKeys=keys),
    )
    return Outcome({"function": _result(_settled(module, client, name))}, before, after)


def _ensure_absent(module: AnsibleAWSModule, client: t.Any, current: dict[str, t.Any] | None) -> Outcome:
    if current is None:
        return Outcome({"function": None})
    name = module.params["name"]
    if not module.check_mode:
        _patiently(module, client, "delete_function", f"delete the function {name}", FunctionName=name)
    return Outcome({"function": None}, _view(current), None)


def _patiently(module: AnsibleAWSModule, client: t.Any, operation: str, doing: str, **parameters: t.Any) -> None:
    """A call that Lambda refuses while the function changes, or while a new role is not seen everywhere."""
    keep_trying(
        lambda: call(client, operation, doing, **parameters),
        _may_pass,
        what=f"Lambda to {doing}",
        timeout=module.params["wait_timeout"],
    )


def _may_pass(error: Exception) -> bool:
    code, message = error_code(error), error_message(error)
    if code == "ResourceConflictException":
        return "exist" not in message
    return code == "InvalidParameterValueException" and any(text in message for text in NOT_YET)


def _settled(module: AnsibleAWSModule, client: t.Any, name: str) -> dict[str, t.Any]:
    """The function as it is, once it can be called if that is to be waited for."""
    if not module.params["wait"]:
        return _find(client, name) or {}
    return poll(
        lambda: _find(client, name) or {},
        _is_ready,
        what=f"the function {name} to become active",
        timeout=module.params["wait_timeout"],
        show=_result,
        remark=lambda found: f"; its state is {_state(found)}",
    )


def _is_ready(found: dict[str, t.Any]) -> bool:
    configuration = found.get("Configuration", {})
    for key, why in (("State", "StateReason"), ("LastUpdateStatus", "LastUpdateStatusReason")):
        if configuration.get(key) == "Failed":
            raise WaitFailed(f"The function failed: {configuration.get(why, 'Lambda gives no reason')}")
    return configuration.get("State") == "Active" and configuration.get("LastUpdateStatus") != "InProgress"


def _state(found: dict[str, t.Any]) -> str:
    configuration = found.get("Configuration", {})
    return f"{configuration.get('State')}, its last update {configuration.get('LastUpdateStatus')}"


def _result(found: dict[str, t.Any]) -> dict[str, t.Any]:
    if not found:
        return {}
    return {**snake(found["Configuration"], raw=RAW), "tags": found.get("Tags", {})}
