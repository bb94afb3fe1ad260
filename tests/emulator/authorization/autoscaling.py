"""Auto Scaling, and Application Auto Scaling."""

from __future__ import annotations

import functools

from .need import NEW, Found, Need, Request, links, of_service


def _launches(request: Request) -> Found:
    """Auto Scaling tries the launch template with the caller's own permissions."""
    of = functools.partial(request.arn, "ec2")
    for kind in ("instance", "launch-template", "network-interface", "security-group", "subnet", "volume"):
        yield Need("ec2:RunInstances", of(f"{kind}/{NEW}"))
    yield Need("ec2:RunInstances", of(f"image/{NEW}", account=""))
    for kind in ("instance", "volume"):
        yield Need("ec2:CreateTags", of(f"{kind}/{NEW}"))
    image = "parameter/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id"
    yield Need("ssm:GetParameters", request.arn("ssm", image, account=""))


@of_service("autoscaling")
def _autoscaling(request: Request) -> Found:
    if request.operation.startswith("Describe"):
        return
    params = request.params
    tags = params.get("Tags") or []
    names = (
        {params["AutoScalingGroupName"]} if "AutoScalingGroupName" in params else {one["ResourceId"] for one in tags}
    )
    for name in sorted(names):
        group = request.arn("autoscaling", f"autoScalingGroup:{NEW}:autoScalingGroupName/{name}")
        yield Need(request.action, group)
        if request.operation == "CreateAutoScalingGroup" and tags:
            yield Need("autoscaling:CreateOrUpdateTags", group)
    if params.get("LaunchTemplate"):
        yield from _launches(request)
    if request.operation == "CreateAutoScalingGroup":
        yield from links(request, "autoscaling")


@of_service("application-autoscaling")
def _application_autoscaling(request: Request) -> Found:
    operation, params = request.operation, request.params
    if operation.startswith("Describe"):
        return
    target = params.get("ResourceARN") or request.arn("application-autoscaling", f"scalable-target/{NEW}")
    yield Need(request.action, target)
    if operation == "RegisterScalableTarget":
        if params.get("Tags"):
            yield Need("application-autoscaling:TagResource", target)
        for action in ("DescribeServices", "UpdateService"):
            yield Need(f"ecs:{action}", request.arn("ecs", params["ResourceId"]))
        yield from links(request, "ecs.application-autoscaling")
    if operation == "PutScalingPolicy":
        for action in ("DescribeAlarms", "PutMetricAlarm"):
            name = f"alarm:TargetTracking-{params['ResourceId']}-AlarmHigh-{NEW}"
            yield Need(f"cloudwatch:{action}", request.arn("cloudwatch", name))
