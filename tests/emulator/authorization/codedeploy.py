"""CodeDeploy."""

from __future__ import annotations

import functools

from .need import Found, Need, Params, Request, of_service, passes

_CODEDEPLOY_UNLIMITED = (
    "BatchGetDeploymentTargets",
    "ContinueDeployment",
    "GetDeploymentTarget",
    "ListApplications",
    "ListDeploymentConfigs",
    "ListDeploymentTargets",
    "PutLifecycleEventHookExecutionStatus",
    "StopDeployment",
)


@of_service("codedeploy")
def _codedeploy(request: Request) -> Found:
    operation, params = request.operation, request.params
    if operation in _CODEDEPLOY_UNLIMITED:
        return
    of = functools.partial(request.arn, "codedeploy")
    application = params.get("applicationName")
    group = params.get("deploymentGroupName") or params.get("currentDeploymentGroupName")
    if params.get("ResourceArn"):
        resource = params["ResourceArn"]
    elif operation.endswith("DeploymentConfig"):
        resource = of(f"deploymentconfig:{params['deploymentConfigName']}")
    elif group:
        resource = of(f"deploymentgroup:{application}/{group}")
    elif application:
        resource = of(f"application:{application}")
    else:
        resource = of(f"deploymentgroup:{request.deployment_group}")
    yield Need(request.action, resource)
    if params.get("tags") and operation.startswith("Create"):
        yield Need("codedeploy:TagResource", resource)
    yield from passes(params.get("serviceRoleArn"), "codedeploy")
    if operation == "CreateDeployment":
        yield Need("codedeploy:GetDeploymentConfig", of(f"deploymentconfig:{_config(params)}"))
        for action in ("GetApplicationRevision", "RegisterApplicationRevision"):
            yield Need(f"codedeploy:{action}", of(f"application:{application}"))


def _config(params: Params) -> str:
    return params.get("deploymentConfigName") or "CodeDeployDefault.ECSAllAtOnce"
