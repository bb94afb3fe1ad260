"""Certificate Manager."""

from __future__ import annotations

from .need import Found, Need, Request, of_service


@of_service("acm")
def _acm(request: Request) -> Found:
    params = request.params
    if request.operation == "ListCertificates":
        return
    if request.operation == "RequestCertificate":
        yield Need(request.action)
        if params.get("Tags"):
            yield Need(
                "acm:AddTagsToCertificate", request.arn("acm", "certificate/0a1b2c3d-0000-1111-2222-333344445555")
            )
        return
    yield Need(request.action, params["CertificateArn"])
