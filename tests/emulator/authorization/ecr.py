"""ECR."""

from __future__ import annotations

from .need import Found, Need, Request, links, of_service

# Rules are of the registry, which has no ARN of its own.
_OF_THE_REGISTRY = "PullThroughCacheRule"


@of_service("ecr")
def _ecr(request: Request) -> Found:
    operation, params = request.operation, request.params
    if _OF_THE_REGISTRY in operation:
        yield Need(request.action)
        if operation.startswith(("Create", "Update")) and params.get("credentialArn"):
            # ECR reads the secret once for its caller.
            yield Need("secretsmanager:GetSecretValue", params["credentialArn"])
        if operation.startswith("Create"):
            yield from links(request, "pullthroughcache.ecr")
        return
    if params.get("resourceArn"):
        yield Need(request.action, params["resourceArn"])
        return
    names = params.get("repositoryNames") or [params.get("repositoryName") or "*"]
    for name in names:
        repository = request.arn("ecr", f"repository/{name}")
        yield Need(request.action, repository)
        if operation == "CreateRepository" and params.get("tags"):
            yield Need("ecr:TagResource", repository)
