"""CloudWatch."""

from __future__ import annotations

from .need import Found, Need, Request, of_service


@of_service("cloudwatch")
def _cloudwatch(request: Request) -> Found:
    params = request.params
    if params.get("ResourceARN"):
        yield Need(request.action, params["ResourceARN"])
        return
    for name in params.get("AlarmNames") or [f"{params.get('AlarmNamePrefix', '')}*"]:
        yield Need(request.action, request.arn("cloudwatch", f"alarm:{name}"))
