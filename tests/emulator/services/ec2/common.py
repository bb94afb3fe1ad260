"""What the EC2 handlers share: moto's backend, filters, dry runs."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Mapping
from typing import Any

from moto.ec2.models import ec2_backends

from ...registry import AwsError, Call, Handler, handles
from ...wire import Answer

Value = str | list[str] | None
# Tags go with what they are on.
DELETES = {
    "DeleteVpc": "VpcId",
    "DeleteSubnet": "SubnetId",
    "DeleteRouteTable": "RouteTableId",
    "DeleteInternetGateway": "InternetGatewayId",
    "DeleteSecurityGroup": "GroupId",
    "DeleteNetworkInterface": "NetworkInterfaceId",
    "ReleaseAddress": "AllocationId",
}


def backend_of(account: str, region: str) -> Any:
    return ec2_backends[account][region]


def backend(call: Call) -> Any:
    return backend_of(call.account, call.region)


def ec2(operation: str) -> Callable[[Handler], Handler]:
    """Marks the handler of an EC2 operation; a dry run ends before it, tags end after it."""

    def register(handler: Handler) -> Handler:
        def guarded(world: Any, call: Call) -> Any:
            if call.params.get("DryRun"):
                raise AwsError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412)
            result = handler(world, call)
            deleted = not isinstance(result, Answer) or result.status == 200
            if deleted and call.operation in DELETES:
                forget_tags(call.account, call.region, call.params.get(DELETES[call.operation]))
            return result

        handles("ec2", operation)(guarded)
        return handler

    return register


def tags_of(account: str, region: str, resource_id: str) -> list[dict[str, str]]:
    found = backend_of(account, region).describe_tags(filters={"resource-id": [resource_id]})
    return [{"Key": tag["key"], "Value": tag["value"]} for tag in found]


def forget_tags(account: str, region: str, resource_id: str | None) -> None:
    backend_of(account, region).tags.pop(resource_id, None)


def matches(filters: list[dict[str, Any]] | None, values: Mapping[str, Value], tags: list[dict[str, str]]) -> bool:
    """Whether a resource passes a request's filters; values are the resource's, by the filter's name."""
    named = {tag["Key"]: tag["Value"] for tag in tags}
    return all(_passes(one["Name"], one.get("Values", []), values, named) for one in filters or [])


def _passes(name: str, wanted: list[str], values: Mapping[str, Value], tags: Mapping[str, str]) -> bool:
    if name.startswith("tag:"):
        actual: Value = tags.get(name.removeprefix("tag:"))
    elif name == "tag-key":
        actual = list(tags)
    elif name in values:
        actual = values[name]
    else:
        raise AwsError("InvalidParameterValue", f"The filter '{name}' is invalid")
    candidates = actual if isinstance(actual, list) else [] if actual is None else [actual]
    return any(fnmatch.fnmatchcase(str(candidate), pattern) for candidate in candidates for pattern in wanted)
