"""Route 53."""

from __future__ import annotations

from .need import Found, Need, Request, of_service

_ON_NO_ZONE = ("ListHostedZones", "ListHostedZonesByName", "CreateHostedZone")


@of_service("route53")
def _route53(request: Request) -> Found:
    params = request.params
    if request.operation in _ON_NO_ZONE:
        return
    if request.operation == "GetChange":
        yield Need(request.action, request.arn("route53", f"change/{params['Id']}", region="", account=""))
        return
    batch = params.get("ChangeBatch", {}).get("Changes", [])
    zone = (params.get("HostedZoneId") or params["Id"]).rpartition("/")[2]
    resource = request.arn("route53", f"hostedzone/{zone}", region="", account="")
    for action in sorted({one["Action"] for one in batch}):
        # A key of many values; what is allowed for each of them is allowed for all.
        yield Need(request.action, resource, {"route53:changeresourcerecordsetsactions": action})
    if not batch:
        yield Need(request.action, resource)
