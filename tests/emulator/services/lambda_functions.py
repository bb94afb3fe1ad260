"""Lambda: functions that take a while to be made and changed, whose roles Lambda must be able to assume, and which
leave network interfaces behind."""

from __future__ import annotations

import dataclasses
import functools
import json
from typing import TYPE_CHECKING, Any

from moto.awslambda.models import lambda_backends

from ..ecs import permissions
from ..ecs.state import ecs_for
from ..registry import AwsError, Call, handles
from ..wire import Answer
from .ec2 import interfaces
from .ec2.common import backend_of

if TYPE_CHECKING:
    from ..world import World

LAMBDA = "lambda.amazonaws.com"
# What Lambda does with the interfaces of a function in a VPC, and on what; EC2 only lets all of them be described.
INTERFACE_ACTIONS = {
    "CreateNetworkInterface": "network-interface/*",
    "DescribeNetworkInterfaces": None,
    "DeleteNetworkInterface": "network-interface/*",
}
MOST_ENVIRONMENT = 4096
RESERVED = ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


@dataclasses.dataclass
class Life:
    """What moto does not know of a function."""

    active: bool = False
    updating: bool = False
    vpc: dict[str, Any] = dataclasses.field(default_factory=dict)
    interfaces: list[str] = dataclasses.field(default_factory=list)


class Lives(dict[str, Life]):
    """By the function's name."""


def _lives(world: World, account: str, region: str) -> Lives:
    found: Lives = world.store(Lives, account, region)
    return found


def is_active(world: World, account: str, region: str, name: str) -> bool:
    """Whether the function can be called."""
    life = _lives(world, account, region).get(name)
    return life is None or life.active


def _name(call: Call) -> str:
    return str(call.params["FunctionName"]).rpartition(":function:")[2].partition(":")[0]


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterValueException", message, 400)


def _conflict(message: str) -> AwsError:
    return AwsError("ResourceConflictException", message, 409)


def _check_role(world: World, call: Call, role: str, has_vpc: bool) -> None:
    ecs = ecs_for(world, call)
    arn = f"arn:{call.partition}:lambda:{call.region}:{call.account}:function:{_name(call)}"
    if not permissions.can_be_assumed(ecs, role, LAMBDA, arn):
        raise _invalid("The role defined for the function cannot be assumed by Lambda.")
    for action, kind in INTERFACE_ACTIONS.items() if has_vpc else ():
        resource = f"arn:{call.partition}:ec2:{call.region}:{call.account}:{kind}" if kind else "*"
        if not permissions.allows(ecs, role, f"ec2:{action}", resource):
            raise _invalid(f"The provided execution role does not have permissions to call {action} on EC2")


def _check_environment(call: Call) -> None:
    variables = (call.params.get("Environment") or {}).get("Variables") or {}
    reserved = [name for name in variables if name in RESERVED]
    unable = (
        "Lambda was unable to configure your environment variables because the environment variables you have provided"
    )
    if reserved:
        raise _invalid(
            f"{unable} contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(reserved)}"
        )
    if len(json.dumps(variables, separators=(",", ":"))) > MOST_ENVIRONMENT:
        raise _invalid(f"{unable} exceeded the 4KB limit.")


def _check_vpc(call: Call, vpc: dict[str, Any]) -> str:
    """The VPC of the subnets."""
    backend = backend_of(call.account, call.region)
    known = {one.id: one for zone in backend.subnets.values() for one in zone.values()}
    for subnet in vpc.get("SubnetIds") or []:
        if subnet not in known:
            raise _invalid(
                "Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. "
                f"EC2 Error Message: The subnet ID '{subnet}' does not exist"
            )
    for group in vpc.get("SecurityGroupIds") or []:
        if backend.get_security_group_from_id(group) is None:
            raise _invalid(
                "Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. "
                f"EC2 Error Message: The security group '{group}' does not exist"
            )
    return str(next((known[subnet].vpc_id for subnet in vpc.get("SubnetIds") or []), ""))


def _attach(world: World, call: Call, life: Life, vpc: dict[str, Any]) -> None:
    """One interface in each subnet; those of an earlier configuration go later."""
    _release(world, call, life)
    life.vpc = {**vpc, "VpcId": _check_vpc(call, vpc)} if vpc.get("SubnetIds") else {}
    life.interfaces = [
        interfaces.attach(
            call.account,
            call.region,
            subnet,
            vpc["SecurityGroupIds"],
            f"AWS Lambda VPC ENI-{_name(call)}",
            kind="lambda",
            requester="amazon-lambda",
        ).id
        for subnet in vpc.get("SubnetIds") or []
    ]


def _release(world: World, call: Call, life: Life) -> None:
    for interface in life.interfaces:
        world.after(
            "lambda_interfaces_release", functools.partial(interfaces.detach, call.account, call.region, interface)
        )
    life.interfaces = []


def _shown(world: World, call: Call, answer: Answer) -> Answer:
    """moto's answer, with the function's state."""
    life = _lives(world, call.account, call.region).get(_name(call))
    if answer.status >= 300 or life is None:
        return answer
    body = json.loads(answer.body)
    configuration = body.get("Configuration", body)
    configuration["State"] = "Active" if life.active else "Pending"
    if not life.active:
        configuration |= {"StateReason": "The function is being created.", "StateReasonCode": "Creating"}
    configuration["LastUpdateStatus"] = "InProgress" if life.updating or not life.active else "Successful"
    if configuration.get("VpcConfig") or life.vpc:
        empty = {"SubnetIds": [], "SecurityGroupIds": [], "VpcId": ""}
        configuration["VpcConfig"] = {**empty, **life.vpc}
    headers = {key: value for key, value in answer.headers.items() if key.lower() != "content-length"}
    return Answer(answer.status, headers, json.dumps(body).encode())


def _set(life: Life, name: str, value: bool) -> None:
    setattr(life, name, value)


@handles("lambda", "CreateFunction")
def create_function(world: World, call: Call) -> Any:
    name, vpc = _name(call), call.params.get("VpcConfig") or {}
    if any(one.function_name == name for one in lambda_backends[call.account][call.region].list_functions()):
        raise _conflict(f"Function already exist: {name}")
    _check_environment(call)
    _check_vpc(call, vpc)
    _check_role(world, call, call.params["Role"], bool(vpc.get("SubnetIds")))
    answer = call.forward()
    if answer.status < 300:
        life = _lives(world, call.account, call.region)[name] = Life()
        _attach(world, call, life, vpc)
        step = "lambda_vpc_function_create" if life.vpc else "lambda_function_create"
        world.after(step, functools.partial(_set, life, "active", True))
    return _shown(world, call, answer)


def _update(world: World, call: Call) -> Any:
    life = _lives(world, call.account, call.region).get(_name(call))
    found = [
        one for one in lambda_backends[call.account][call.region].list_functions() if one.function_name == _name(call)
    ]
    if life is None or not found:
        return call.forward()
    refused = "The operation cannot be performed at this time."
    if not life.active:
        raise _conflict(f"{refused} The function is currently in the following state: Pending")
    if life.updating:
        raise _conflict(f"{refused} An update is in progress for resource: {found[0].function_arn}")
    vpc = call.params.get("VpcConfig")
    if call.operation == "UpdateFunctionConfiguration":
        _check_environment(call)
        _check_vpc(call, vpc or {})
        has_vpc = bool((vpc if vpc is not None else life.vpc).get("SubnetIds"))
        _check_role(world, call, call.params.get("Role") or found[0].role, has_vpc)
    answer = call.forward()
    if answer.status < 300:
        if vpc is not None:
            _attach(world, call, life, vpc)
        life.updating = True
        world.after("lambda_function_update", functools.partial(_set, life, "updating", False))
    return _shown(world, call, answer)


handles("lambda", "UpdateFunctionCode")(_update)
handles("lambda", "UpdateFunctionConfiguration")(_update)


@handles("lambda", "GetFunction")
def get_function(world: World, call: Call) -> Any:
    return _shown(world, call, call.forward())


@handles("lambda", "GetFunctionConfiguration")
def get_function_configuration(world: World, call: Call) -> Any:
    return _shown(world, call, call.forward())


@handles("lambda", "DeleteFunction")
def delete_function(world: World, call: Call) -> Any:
    answer = call.forward()
    if answer.status < 300 and not call.params.get("Qualifier"):
        life = _lives(world, call.account, call.region).pop(_name(call), None)
        if life is not None:
            _release(world, call, life)
    return answer
