"""ECS."""

from __future__ import annotations

from collections.abc import Iterator

from .need import NEW, Found, Need, Params, Request, last, links, of_service, passes

_ECS_UNLIMITED = (
    "CreateCapacityProvider",
    "DeregisterTaskDefinition",
    "DescribeTaskDefinition",
    "ListAccountSettings",
    "ListClusters",
    "ListServices",
    "ListServicesByNamespace",
    "ListTaskDefinitionFamilies",
    "ListTaskDefinitions",
    "PutAccountSetting",
    "PutAccountSettingDefault",
)


@of_service("ecs")
def _ecs(request: Request) -> Found:
    if request.operation in _ECS_UNLIMITED:
        yield Need(request.action)
    for resource in dict.fromkeys(_ecs_things(request)):
        arn = resource if resource.startswith("arn:") else request.arn("ecs", resource)
        if request.operation not in _ECS_UNLIMITED:
            yield Need(request.action, arn)
        if request.params.get("tags") and request.operation != "TagResource":
            yield Need("ecs:TagResource", arn)
    yield from _ecs_implied(request)


def _ecs_things(request: Request) -> Iterator[str]:
    operation, params = request.operation, request.params
    cluster = last(params.get("cluster") or params.get("clusterName") or "default")
    for named in params.get("clusters") or []:
        yield f"cluster/{last(named)}"
    for key in ("service", "serviceName"):
        # Of tasks it is only a filter.
        if params.get(key) and operation != "ListTasks":
            yield f"service/{cluster}/{last(params[key])}"
    for service in params.get("services") or []:
        yield f"service/{cluster}/{last(service)}"
    for name in _capacity_providers(operation, params):
        yield f"capacity-provider/{name}"
    if operation == "ListTasks":
        yield f"container-instance/{cluster}/*"
    for task in [*(params.get("tasks") or []), *([params["task"]] if params.get("task") else [])]:
        yield f"task/{cluster}/{last(task)}"
    yield from _ecs_revisions(operation, params, cluster)
    if operation in _ECS_ON_CLUSTERS:
        yield f"cluster/{cluster}"
    if params.get("resourceArn"):
        yield params["resourceArn"]


_ECS_ON_CLUSTERS = (
    "CreateCluster",
    "DeleteCluster",
    "ExecuteCommand",
    "ListAttributes",
    "ListContainerInstances",
    "PutClusterCapacityProviders",
    "UpdateCluster",
    "UpdateClusterSettings",
)


def _capacity_providers(operation: str, params: Params) -> Iterator[str]:
    if operation == "DescribeCapacityProviders":
        yield from [last(one) for one in params.get("capacityProviders") or []] or ["*"]
    elif operation == "CreateCapacityProvider" and params.get("tags"):
        yield params["name"]
    elif operation in ("UpdateCapacityProvider", "DeleteCapacityProvider"):
        yield last(params.get("name") or params["capacityProvider"])


def _ecs_revisions(operation: str, params: Params, cluster: str) -> Iterator[str]:
    """Revisions of task definitions and of services, and what brings the latter about."""
    if operation == "RegisterTaskDefinition":
        yield f"task-definition/{params['family']}:1"
    if operation in ("RunTask", "StartTask"):
        yield f"task-definition/{last(params['taskDefinition'])}"
    yield from params.get("taskDefinitions") or []
    arns = [*(params.get("serviceDeploymentArns") or []), *(params.get("serviceRevisionArns") or [])]
    if params.get("serviceDeploymentArn"):
        arns.append(params["serviceDeploymentArn"])
    for arn in arns:
        yield arn
        if operation.startswith("Describe"):
            yield f"service/{'/'.join(arn.split('/')[1:3])}"


def _ecs_implied(request: Request) -> Found:
    operation, params = request.operation, request.params
    overrides = params.get("overrides") or {}
    if operation == "RegisterTaskDefinition" or overrides:
        for key in ("taskRoleArn", "executionRoleArn"):
            yield from passes(params.get(key) or overrides.get(key), "ecs-tasks")
    if operation in ("CreateService", "UpdateService"):
        for balancer in params.get("loadBalancers") or []:
            yield from passes((balancer.get("advancedConfiguration") or {}).get("roleArn"), "ecs")
        for hook in (params.get("deploymentConfiguration") or {}).get("lifecycleHooks") or []:
            yield from passes(hook.get("roleArn"), "ecs")
    if operation == "RunTask" and params.get("tags"):
        cluster = last(params.get("cluster") or "default")
        yield Need("ecs:TagResource", request.arn("ecs", f"task/{cluster}/{NEW}"))
    if operation == "CreateCluster":
        yield from links(request, "ecs")
    if operation == "CreateCapacityProvider":
        name = last(params["autoScalingGroupProvider"]["autoScalingGroupArn"])
        group = request.arn("autoscaling", f"autoScalingGroup:{NEW}:autoScalingGroupName/{name}")
        yield Need("autoscaling:CreateOrUpdateTags", group)
