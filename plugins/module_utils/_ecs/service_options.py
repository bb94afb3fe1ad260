# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What the user wants of a service, in the form in which it is compared."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .._servicediscovery.resolve import namespace_arn
from ..module import GatewayError, is_known
from ..shape import prune
from .api_task_definition import describe_task_definition
from .service_fields import FIELDS, Fields
from .stages import PAUSE_STAGES

GRADUAL_STRATEGIES = ("LINEAR", "CANARY")
GRADUAL_SINCE = "1.40.61"


def wanted_fields(module: AnsibleAWSModule, client: t.Any, creating: bool) -> Fields:
    """The fields that the user set, less what is set on creation only."""
    _require(module)
    fields = prune({field.name: module.params.get(field.name) for field in FIELDS})
    if not creating and module.params["desired_count_policy"] == "create":
        fields.pop("desired_count", None)
    if creating and fields.get("scheduling_strategy") != "DAEMON":
        fields.setdefault("desired_count", 1)
    if "task_definition" in fields:
        fields["task_definition"] = _task_definition_arn(module, client, fields["task_definition"])
    connect = fields.get("service_connect_configuration", {})
    if "namespace" in connect:
        connect["namespace"] = namespace_arn(module, connect["namespace"])
    return fields


def _require(module: AnsibleAWSModule) -> None:
    configuration = module.params["deployment_configuration"] or {}
    strategy = configuration.get("strategy")
    if strategy in GRADUAL_STRATEGIES:
        module.require_botocore_at_least(GRADUAL_SINCE, reason=f"for the deployment strategy {strategy}")
    for hook in configuration.get("lifecycle_hooks") or []:
        _check_hook(hook)


def _check_hook(hook: dict[str, t.Any]) -> None:
    stages = hook.get("lifecycle_stages") or []
    if hook.get("target_type") == "PAUSE":
        refused = [stage for stage in stages if stage not in PAUSE_STAGES]
        if refused:
            raise GatewayError(
                f"A PAUSE hook cannot be at {', '.join(refused)}: ECS runs this stage during a rollback too. "
                f"It can be at {', '.join(PAUSE_STAGES)}."
            )
    elif not hook.get("hook_target_arn") or not hook.get("role_arn"):
        raise GatewayError("A lifecycle hook that is no PAUSE needs hook_target_arn and role_arn")


def _task_definition_arn(module: AnsibleAWSModule, client: t.Any, name: str) -> str:
    """A family means its latest active revision."""
    if name.startswith("arn:") or not is_known(name):
        return name
    definition = describe_task_definition(client, name)
    if definition is not None:
        return definition["taskDefinitionArn"]
    if module.check_mode:
        return name
    raise GatewayError(f"Task definition {name} does not exist, or has no active revision")
