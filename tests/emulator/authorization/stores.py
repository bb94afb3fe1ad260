"""CloudWatch Logs, Secrets Manager and Systems Manager."""

from __future__ import annotations

from .need import Found, Need, Request, of_service


@of_service("logs")
def _logs(request: Request) -> Found:
    operation, params = request.operation, request.params
    if operation == "DescribeLogGroups":
        return
    if params.get("resourceArn"):
        yield Need(request.action, params["resourceArn"].removesuffix(":*"))
        return
    group = request.arn("logs", f"log-group:{params['logGroupName']}")
    if params.get("logStreamName"):
        yield Need(request.action, f"{group}:log-stream:{params['logStreamName']}")
        return
    # AWS's own documents have it both ways.
    for resource in (group, f"{group}:log-stream:"):
        yield Need(request.action, resource)
    if operation == "CreateLogGroup" and params.get("tags"):
        yield Need("logs:TagResource", group)


@of_service("secretsmanager")
def _secretsmanager(request: Request) -> Found:
    params = request.params
    if request.operation == "ListSecrets":
        return
    named = params.get("SecretId") or params["Name"]
    # AWS adds six characters to the name.
    secret = named if named.startswith("arn:") else request.arn("secretsmanager", f"secret:{named}-AbCdEf")
    yield Need(request.action, secret)
    if request.operation == "CreateSecret" and params.get("Tags"):
        yield Need("secretsmanager:TagResource", secret)


@of_service("ssm")
def _ssm(request: Request) -> Found:
    params = request.params
    name = params.get("Name") or params.get("ResourceId") or ""
    public = name.startswith("/aws/service/")
    parameter = request.arn("ssm", f"parameter/{name.lstrip('/')}", account="" if public else None)
    yield Need(request.action, parameter)
    if params.get("Tags") and request.operation == "PutParameter":
        yield Need("ssm:AddTagsToResource", parameter)
