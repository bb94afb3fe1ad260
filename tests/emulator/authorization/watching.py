"""SNS and EventBridge."""

from __future__ import annotations

from .need import Found, Need, Request, of_service

_NO_RESOURCE = ("ListTopics", "Unsubscribe")


@of_service("sns")
def _sns(request: Request) -> Found:
    params = request.params
    if request.operation in _NO_RESOURCE:
        return
    arn = params.get("TopicArn") or params.get("ResourceArn") or request.arn("sns", params["Name"])
    yield Need(request.action, arn)
    if request.operation == "CreateTopic" and params.get("Tags"):
        yield Need("sns:TagResource", arn)
    if request.operation == "CreateTopic" and params.get("Attributes"):
        yield Need("sns:SetTopicAttributes", arn)


@of_service("events")
def _events(request: Request) -> Found:
    params = request.params
    arn = params.get("ResourceARN") or request.arn("events", f"rule/{params.get('Rule') or params['Name']}")
    yield Need(request.action, arn)
    if request.operation == "PutRule" and params.get("Tags"):
        yield Need("events:TagResource", arn)
