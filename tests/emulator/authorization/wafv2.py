"""AWS WAF, which asks Elastic Load Balancing about load balancers with the permissions of its caller."""

from __future__ import annotations

from .need import NEW, Found, Need, Request, of_service


@of_service("wafv2")
def _wafv2(request: Request) -> Found:
    operation, params = request.operation, request.params
    if operation == "ListWebACLs":
        return
    balancer = params.get("ResourceArn")
    acl = params.get("WebACLArn") or params.get("ResourceARN")
    if not acl and params.get("Name"):
        acl = request.arn("wafv2", f"regional/webacl/{params['Name']}/{params.get('Id', NEW)}")
    for resource in (acl, balancer):
        if resource:
            yield Need(request.action, resource)
    if operation in ("CreateWebACL", "UpdateWebACL"):
        for rule in params.get("Rules", []):
            group = rule["Statement"].get("ManagedRuleGroupStatement")
            if group:
                name = f"regional/managedruleset/{group['VendorName']}/{group['Name']}"
                yield Need(request.action, request.arn("wafv2", name))
    if operation == "CreateWebACL" and params.get("Tags"):
        yield Need("wafv2:TagResource", acl or "*")
    if operation in ("AssociateWebACL", "DisassociateWebACL"):
        yield Need("elasticloadbalancing:SetWebAcl")
