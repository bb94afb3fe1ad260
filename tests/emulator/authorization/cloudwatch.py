"""CloudWatch."""

from __future__ import annotations

from .need import Found, Need, Request, of_service


@of_service("cloudwatch")
def _cloudwatch(request: Request) -> Found:
    params = request.params
    if params.get("ResourceARN"):
        yield Need(request.action, params["ResourceARN"])
        return
    dashboards = [*(params.get("DashboardNames") or []), *filter(None, [params.get("DashboardName")])]
    for name in dashboards:
        yield Need(request.action, request.arn("cloudwatch", f"dashboard/{name}", region=""))
    if dashboards or request.operation == "ListDashboards":
        return
    if request.operation == "PutMetricAlarm":
        alarm = request.arn("cloudwatch", f"alarm:{params['AlarmName']}")
        yield Need(request.action, alarm)
        if params.get("Tags"):
            yield Need("cloudwatch:TagResource", alarm)
        return
    for name in params.get("AlarmNames") or [f"{params.get('AlarmNamePrefix', '')}*"]:
        yield Need(request.action, request.arn("cloudwatch", f"alarm:{name}"))
