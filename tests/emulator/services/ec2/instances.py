"""Instances take time: they boot, they shut down. Those that Auto Scaling or a user starts are moto's objects."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from moto.ec2.models.instances import InstanceState
from moto.iam.models import iam_backends
from moto.utilities.utils import get_partition

from ...registry import AwsError, Call
from .. import iam_propagation, instance_events
from .common import backend_of, ec2, forget_tags

if TYPE_CHECKING:
    from ...world import World

STATE_CODES = {"pending": 0, "running": 16, "shutting-down": 32, "terminated": 48}
TERMINATED_VISIBLE_FOR = 3600
# Auto Scaling wants to know of the end of its instances, whoever ends them.
Listener = Callable[["World", str, str, str], None]
_ended: list[Listener] = []
_gone: list[Listener] = []


def on_ended(listener: Listener) -> Listener:
    """Marks a function that is told of each instance when it begins to shut down."""
    _ended.append(listener)
    return listener


def on_gone(listener: Listener) -> Listener:
    """Marks a function that is told of each instance when it is terminated."""
    _gone.append(listener)
    return listener


def set_state(instance: Any, name: str) -> None:
    instance._state = InstanceState(name, STATE_CODES[name])


def boot(world: World, account: str, region: str, instance_id: str, then: Callable[[], None] | None = None) -> None:
    """From pending to running, when the instance has booted."""
    instance = backend_of(account, region).get_instance(instance_id)
    set_state(instance, "pending")

    def booted() -> None:
        if instance.state != "pending":
            return
        set_state(instance, "running")
        if then is not None:
            then()
        instance_events.running(world, account, region, instance_id)

    world.after("instance_boot", booted)


def shut_down(world: World, account: str, region: str, instance_id: str) -> None:
    """From whatever it is to terminated, when the instance has shut down."""
    instance = backend_of(account, region).get_instance(instance_id)
    if instance.state in ("shutting-down", "terminated"):
        return
    set_state(instance, "shutting-down")
    for listener in _ended:
        listener(world, account, region, instance_id)
    world.after("instance_terminate", functools.partial(_terminated, world, account, region, instance_id))


def _terminated(world: World, account: str, region: str, instance_id: str) -> None:
    instance = backend_of(account, region).get_instance(instance_id)
    interfaces = list(instance.nics.values())
    for interface in interfaces:
        interface.delete_on_termination = True
    instance.terminate()
    for listener in _gone:
        listener(world, account, region, instance_id)
    world.at(world.now + TERMINATED_VISIBLE_FOR, functools.partial(_forget, account, region, instance_id))


def _forget(account: str, region: str, instance_id: str) -> None:
    forget_tags(account, region, instance_id)
    reservations = backend_of(account, region).reservations
    for reservation in list(reservations.values()):
        reservation.instances = [one for one in reservation.instances if one.id != instance_id]
        if not reservation.instances:
            del reservations[reservation.id]


@ec2("TerminateInstances")
def terminate_instances(world: World, call: Call) -> Any:
    ec2_backend = backend_of(call.account, call.region)
    instances = ec2_backend.get_multi_instances_by_id(call.params["InstanceIds"])
    for instance in instances:
        if instance.disable_api_termination is True:
            message = (
                f"The instance '{instance.id}' may not be terminated. "
                "Modify its 'disableApiTermination' instance attribute and try again."
            )
            raise AwsError("OperationNotPermitted", message)
    changes = []
    for instance in instances:
        before = {"Code": instance.state_code, "Name": instance.state}
        instance_events.terminating(world, call.account, call.region, instance.id)
        shut_down(world, call.account, call.region, instance.id)
        after = {"Code": instance.state_code, "Name": instance.state}
        changes.append({"InstanceId": instance.id, "PreviousState": before, "CurrentState": after})
    return {"TerminatingInstances": changes}


def check_profile(world: World, account: str, region: str, profile: dict[str, str]) -> None:
    """An instance profile counts when it has a role and has propagated."""
    if not profile:
        return
    partition = get_partition(region)
    name, arn = profile.get("Name"), profile.get("Arn")
    known = iam_backends[account][partition].instance_profiles.values()
    found = next((one for one in known if one.arn == arn or one.name == name), None)
    if found is None or not iam_propagation.is_visible(world, account, found.arn):
        key, value, word = ("name", name, "name") if name else ("arn", arn, "ARN")
        message = f"Value ({value}) for parameter iamInstanceProfile.{key} is invalid. "
        raise AwsError("InvalidParameterValue", f"{message}Invalid IAM Instance Profile {word}")
    if not found.roles:
        message = f'IAM Instance Profile "{found.arn}" has no associated IAM Roles'
        raise AwsError("InvalidParameterValue", message)


@ec2("RunInstances")
def run_instances(world: World, call: Call) -> Any:
    """moto's, which starts them at once."""
    check_profile(world, call.account, call.region, call.params.get("IamInstanceProfile") or {})
    return call.forward()
