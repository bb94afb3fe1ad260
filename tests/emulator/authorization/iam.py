"""IAM."""

from __future__ import annotations

from .need import Found, Need, Request, of_service, passes

_IAM_UNLIMITED = ("ListRoles",)


@of_service("iam")
def _iam(request: Request) -> Found:
    operation, params = request.operation, request.params
    if operation in _IAM_UNLIMITED:
        return
    if operation == "SimulatePrincipalPolicy":
        yield Need(request.action, params["PolicySourceArn"])
    elif operation == "ListInstanceProfiles":
        yield Need(request.action, request.arn("iam", "instance-profile/", region=""))
    elif "InstanceProfileName" in params:
        profile = request.arn("iam", f"instance-profile/{params['InstanceProfileName']}", region="")
        yield Need(request.action, profile)
        if params.get("Tags") and operation.startswith("Create"):
            yield Need("iam:TagInstanceProfile", profile)
    else:
        yield Need(request.action, request.role(params["RoleName"]))
        if params.get("Tags") and operation == "CreateRole":
            yield Need("iam:TagRole", request.role(params["RoleName"]))
    if operation == "AddRoleToInstanceProfile":
        yield from passes(request.role(params["RoleName"]), "ec2")
