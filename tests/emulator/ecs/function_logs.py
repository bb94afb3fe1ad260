"""What a hook's function prints, where Lambda writes it: a log group that exists, if its role may."""

from __future__ import annotations

import datetime
from typing import Any

from moto.awslambda.models import LambdaFunction
from moto.logs.models import logs_backends

from . import permissions
from .state import Ecs


def write(ecs: Ecs, function: LambdaFunction, request: str, lines: list[str]) -> None:
    groups: dict[str, Any] = logs_backends[ecs.account][ecs.region].groups
    name = f"/aws/lambda/{function.function_name}"
    arn = f"arn:{ecs.partition}:logs:{ecs.region}:{ecs.account}:log-group:{name}:log-stream:x"
    may = all(
        permissions.allows(ecs, function.role, f"logs:{action}", arn) for action in ("CreateLogStream", "PutLogEvents")
    )
    if name not in groups or not may:
        return
    day = datetime.datetime.fromtimestamp(ecs.now, datetime.UTC)
    stream = f"{day:%Y/%m/%d}/[$LATEST]{ecs.hex_id()}"
    groups[name].create_log_stream(stream)
    around = [f"START RequestId: {request} Version: $LATEST", *lines, f"END RequestId: {request}"]
    groups[name].put_log_events(stream, [{"timestamp": int(ecs.now * 1000), "message": line} for line in around])
