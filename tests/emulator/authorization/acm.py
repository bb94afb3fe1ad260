"""Certificate Manager."""

from __future__ import annotations

from .need import Found, Need, Request, of_service


@of_service("acm")
def _acm(request: Request) -> Found:
    yield Need(request.action, request.params["CertificateArn"])
