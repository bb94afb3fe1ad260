"""Tags, kept where moto's Resource Groups Tagging API finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.elbv2.models import elbv2_backends

from ...registry import Call, handles
from .state import Store, store_of
from .validation import check_tags, invalid

if TYPE_CHECKING:
    from ...world import World

MOST_RESOURCES = 20


def _service(call: Call) -> Any:
    return elbv2_backends[call.account][call.region].tagging_service


def _arns(world: World, call: Call) -> list[str]:
    """The resources that a request names; they must exist."""
    arns: list[str] = call.params["ResourceArns"]
    if len(arns) > MOST_RESOURCES:
        raise invalid(
            f"1 validation error detected: Value '[{', '.join(arns)}]' at 'resourceArns' failed to satisfy constraint: "
            f"Member must have length less than or equal to {MOST_RESOURCES}"
        )
    store = store_of(world, call)
    for arn in arns:
        _check_exists(store, arn)
    return arns


def _check_exists(store: Store, arn: str) -> None:
    for kind, find in (
        (":loadbalancer/", store.load_balancer),
        (":targetgroup/", store.target_group),
        (":listener-rule/", store.rule),
        (":listener/", store.listener),
    ):
        if kind in arn:
            find(arn)
            return
    raise invalid(f"'{arn}' is not a valid ARN")


@handles("elbv2", "AddTags")
def add_tags(world: World, call: Call) -> Any:
    service, arns = _service(call), _arns(world, call)
    for arn in arns:
        check_tags(call.params["Tags"], service.get_tag_dict_for_resource(arn))
    for arn in arns:
        service.tag_resource(arn, call.params["Tags"])
    return {}


@handles("elbv2", "RemoveTags")
def remove_tags(world: World, call: Call) -> Any:
    service = _service(call)
    for arn in _arns(world, call):
        service.untag_resource_using_names(arn, call.params["TagKeys"])
    return {}


@handles("elbv2", "DescribeTags")
def describe_tags(world: World, call: Call) -> Any:
    service = _service(call)
    return {
        "TagDescriptions": [
            {
                "ResourceArn": arn,
                "Tags": [{"Key": key, "Value": value} for key, value in service.get_tag_dict_for_resource(arn).items()],
            }
            for arn in _arns(world, call)
        ]
    }
