"""Hooks: Lambda functions that judge a deployment and tell CodeDeploy by PutLifecycleEventHookExecutionStatus."""

from __future__ import annotations

import base64
import json
from typing import Any

from ..ecs import function_logs, hook_functions, permissions
from ..ecs.state import Ecs
from ..registry import AwsError, Call, handles
from ..world import World
from . import lifecycle
from .group_rules import group_arn
from .state import Deployment, ecs_for_call, store_for, store_of

ANSWERS = ("Succeeded", "Failed")
ACTION = "codedeploy:PutLifecycleEventHookExecutionStatus"


def begin(ecs: Ecs, deployment: Deployment, function_name: str) -> None:
    """Ask the function, with the credentials of its role."""
    deployment.answered = None
    deployment.hook_id = _execution_id(ecs, deployment)
    function = hook_functions.find_function(ecs, _arn(ecs, function_name))
    if function is None or not permissions.allows(
        ecs, deployment.role, "lambda:InvokeFunction", _arn(ecs, function_name)
    ):
        deployment.answered = "Failed"
        return
    key = "ASIA" + ecs.hex_id(16).upper()
    store_of(ecs).function_roles[key] = str(function.role)
    event = {"DeploymentId": deployment.id, "LifecycleEventHookExecutionId": deployment.hook_id}
    run = hook_functions.start(
        ecs,
        function,
        event,
        AWS_ENDPOINT_URL=ecs.world.endpoint,
        AWS_ACCESS_KEY_ID=key,
        AWS_SECRET_ACCESS_KEY=ecs.hex_id(40),
    )
    _look(ecs, deployment, deployment.hook_id, run, function)


def _arn(ecs: Ecs, name: str) -> str:
    if name.startswith("arn:"):
        return name
    return f"arn:{ecs.partition}:lambda:{ecs.region}:{ecs.account}:function:{name}"


def _execution_id(ecs: Ecs, deployment: Deployment) -> str:
    content = {"deployment": deployment.id, "event": deployment.step, "id": ecs.uuid()}
    return base64.b64encode(json.dumps(content).encode()).decode()


def _look(
    ecs: Ecs, deployment: Deployment, hook_id: str, run: hook_functions.Run, function: hook_functions.LambdaFunction
) -> None:
    """A function that ends with an exception has failed; one that ends without a word may still have said it.

    Its log is written when it ends, which may be after its answer has ended the deployment.
    """
    if run.answer is None:
        ecs.world.after("task_restart_backoff", lambda: _look(ecs, deployment, hook_id, run, function))
        return
    function_logs.write(ecs, function, ecs.uuid(), run.lines)
    if run.failed and deployment.hook_id == hook_id and deployment.answered is None:
        deployment.answered = "Failed"
        deployment.wake()


@handles("codedeploy", "PutLifecycleEventHookExecutionStatus")
def put_status(world: World, call: Call) -> Any:
    ecs, store = ecs_for_call(world, call), store_for(world, call)
    deployment = store.deployment(call.params.get("deploymentId"))
    role = store.function_roles.get(call.access_key)
    resource = group_arn(ecs, deployment.application, deployment.group.name)
    if role is not None and not permissions.allows(ecs, role, ACTION, resource):
        raise AwsError(
            "AccessDeniedException",
            f"User: {role} is not authorized to perform: {ACTION} because no identity-based policy allows the action",
        )
    status, hook_id = call.params.get("status"), call.params.get("lifecycleEventHookExecutionId")
    if status not in ANSWERS:
        raise AwsError("InvalidLifecycleEventHookExecutionStatusException", f"The status {status} is not valid")
    if not hook_id or hook_id != deployment.hook_id:
        raise AwsError(
            "InvalidLifecycleEventHookExecutionIdException", "The lifecycle event hook execution id is not valid"
        )
    if deployment.answered is not None or not deployment.is_running:
        raise AwsError("LifecycleEventAlreadyCompletedException", "The lifecycle event has already completed")
    deployment.answered = status
    lifecycle.wake(ecs, deployment)
    return {"lifecycleEventHookExecutionId": hook_id}
