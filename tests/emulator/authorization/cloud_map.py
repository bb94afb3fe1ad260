"""Cloud Map."""

from __future__ import annotations

import functools

from .need import EVERYTHING, NEW, Found, Need, Request, of_service

_CLOUD_MAP_LIMITED = {
    "DeleteNamespace": "namespace",
    "DeleteService": "service",
    "GetNamespace": "namespace",
    "GetService": "service",
    "UpdateHttpNamespace": "namespace",
    "UpdatePrivateDnsNamespace": "namespace",
    "UpdateService": "service",
}
# Cloud Map keeps a private DNS namespace in a hosted zone, which it handles with the caller's permissions: action, and
# whether on one zone.
_CLOUD_MAP_ZONES = {
    "CreatePrivateDnsNamespace": (
        ("CreateHostedZone", False),
        ("ListHostedZonesByName", False),
        ("GetHostedZone", True),
    ),
    "DeleteNamespace": (("GetHostedZone", True), ("DeleteHostedZone", True)),
}


@of_service("servicediscovery")
def _servicediscovery(request: Request) -> Found:
    operation, params = request.operation, request.params
    of = functools.partial(request.arn, "servicediscovery")
    if operation in _CLOUD_MAP_LIMITED:
        yield Need(request.action, of(f"{_CLOUD_MAP_LIMITED[operation]}/{params['Id']}"))
    elif operation == "CreateService":
        namespace = params.get("NamespaceId") or (params.get("DnsConfig") or {}).get("NamespaceId")
        yield Need(request.action, of(f"namespace/{namespace}"))
        yield Need(request.action, of(f"service/{NEW}"))
    else:
        yield Need(request.action)
    if operation.startswith("Create") and params.get("Tags"):
        yield Need("servicediscovery:TagResource")
    for action, on_zone in _CLOUD_MAP_ZONES.get(operation, ()):
        zone = request.arn("route53", f"hostedzone/{NEW}", region="", account="") if on_zone else EVERYTHING
        yield Need(f"route53:{action}", zone)
    if operation == "CreatePrivateDnsNamespace":
        for what in ("Regions", "Vpcs"):
            yield Need(f"ec2:Describe{what}")
