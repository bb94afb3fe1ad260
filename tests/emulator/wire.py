"""Between HTTP and AWS operations: which call a request is, and what an answer looks like on the wire.

The protocols come from botocore's models, through moto's own parsers and serializers.
"""

from __future__ import annotations

import dataclasses
import io
import re
import warnings
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.serialize import XFormedAttributePicker, get_serializer_class
from moto.core.utils import get_service_model
from moto.iam.models import get_account_id_from
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

CREDENTIAL = re.compile(r"Credential=(?P<key>[^/]+)/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")
# Where the name in the signature is not boto3's name of the service.
BOTO3_NAMES = {
    "elasticloadbalancing": "elbv2",
    "monitoring": "cloudwatch",
    "tagging": "resourcegroupstaggingapi",
    "email": "ses",
}


@dataclasses.dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclasses.dataclass(frozen=True)
class Identity:
    """Whose and which request: what the signature and the protocol tell."""

    service: str
    operation: str
    region: str
    account: str
    access_key: str
    params: dict[str, Any]
    protocol: str


def identify(environ: dict[str, Any]) -> Identity | None:
    """Tell which AWS call this is; None when it is none (an unsigned or unknown request)."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    signature = CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    if signature is None:
        return None
    service = BOTO3_NAMES.get(signature["service"], signature["service"])
    request = Request(dict(environ, **{"wsgi.input": io.BytesIO(body)}))
    request.get_data(cache=True, parse_form_data=False)
    try:
        operation, uri_params = _operation(service, request)
        protocol, params = _parameters(service, operation, request, uri_params)
    except (HTTPException, NotImplementedError, LookupError, ValueError):
        return None
    return Identity(
        service=service,
        operation=operation,
        region=signature["region"],
        account=get_account_id_from(signature["key"]),
        access_key=signature["key"],
        params=params,
        protocol=protocol,
    )


def serialize(identity: Identity, result: Any) -> Answer:
    """A result (a mapping as the model has it) or an exception, as the service's protocol writes it."""
    model = get_service_model(identity.service)
    serializer = get_serializer_class(model.service_name, identity.protocol)(
        operation_model=model.operation_model(identity.operation), value_picker=XFormedAttributePicker()
    )
    done = serializer.serialize(result)
    body = done["body"]
    return Answer(
        int(done["status_code"]),
        {key: str(value) for key, value in done["headers"].items()},
        body.encode() if isinstance(body, str) else bytes(body),
    )


def error_answer(identity: Identity, error: Exception) -> Answer:
    """The answer to a refused call; moto's older backends raise complete HTTP answers."""
    if isinstance(error, ServiceException):
        with warnings.catch_warnings():
            # moto warns of each code that a service's model does not list: many of AWS's common ones.
            warnings.simplefilter("ignore")
            answer = serialize(identity, error)
        status = getattr(error, "status", None)
        return dataclasses.replace(answer, status=status) if status else answer
    if isinstance(error, HTTPException):
        response = error.get_response()
        return Answer(response.status_code, dict(response.headers), response.get_data())
    raise error


def forward(application: Any, environ: dict[str, Any]) -> Answer:
    """Let another WSGI application answer the request, and keep the request readable."""
    body = environ["wsgi.input"].read()
    environ["wsgi.input"] = io.BytesIO(body)
    response = Response.from_app(application, dict(environ, **{"wsgi.input": io.BytesIO(body)}), buffered=True)
    return Answer(response.status_code, dict(response.headers), response.get_data())


def error_code(answer: Answer) -> str | None:
    """The AWS error code in an answer, for the record."""
    if answer.status < 400:
        return None
    text = answer.body.decode("utf-8", "replace")
    found = re.search(r"<Code>([^<]+)</Code>", text) or re.search(r'"(?:__type|Code|code)"\s*:\s*"([^"]+)"', text)
    return found[1].split("#")[-1] if found else str(answer.status)


def _operation(service: str, request: Request) -> tuple[str, dict[str, Any]]:
    target = request.headers.get("X-Amz-Target")
    if target:
        return target.split(".")[-1], {}
    action = request.values.get("Action")
    if action:
        return str(action), {}
    operation, uri_params = get_service_router(service).match(request)
    return str(operation.name), dict(uri_params)


def _parameters(
    service: str, operation: str, request: Request, uri_params: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    model = get_service_model(service)
    protocol = determine_request_protocol(model, request.content_type)
    parser = PROTOCOL_PARSERS[protocol](model.operation_model(operation))
    parsed = parser.parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.data,
            "url_path": request.path,
            "url_params": uri_params,
        }
    )
    return protocol, dict(parsed or {})
