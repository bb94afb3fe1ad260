"""Lambda."""

from __future__ import annotations

from .need import Found, Need, Request, of_service, passes


@of_service("lambda")
def _lambda(request: Request) -> Found:
    operation, params = request.operation, request.params
    if operation.startswith("ListFunctions"):
        return
    name = params.get("FunctionName") or params.get("Resource") or ""
    function = name if name.startswith("arn:") else request.arn("lambda", f"function:{name}")
    yield Need(request.action, function)
    if operation == "CreateFunction" and params.get("Tags"):
        yield Need("lambda:TagResource", function)
    yield from passes(params.get("Role"), "lambda")
    if (params.get("VpcConfig") or {}).get("SubnetIds"):
        for what in ("SecurityGroups", "Subnets", "Vpcs"):
            yield Need(f"ec2:Describe{what}")
