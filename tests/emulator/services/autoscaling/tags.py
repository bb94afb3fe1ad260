"""Tags of Auto Scaling groups, which new instances may inherit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...registry import AwsError, Call, handles
from ..pages import page
from .state import Group, group_of, groups

if TYPE_CHECKING:
    from ...world import World

RESOURCE_TYPE = "auto-scaling-group"
PAGE = 50
Tags = dict[str, tuple[str, bool]]


def parsed(tags: list[dict[str, Any]], name: str) -> Tags:
    """Tags of a request, by key: the value, and whether instances get it at their launch."""
    result: Tags = {}
    for tag in tags:
        if tag["Key"].lower().startswith("aws:"):
            message = f"Tag key '{tag['Key']}' is invalid. Tag keys cannot start with reserved words: aws:"
            raise AwsError("ValidationError", message)
        if tag.get("ResourceId", name) != name:
            raise AwsError("ValidationError", f"The resource ID '{tag['ResourceId']}' is not the group '{name}'")
        result[tag["Key"]] = (tag.get("Value", ""), bool(tag.get("PropagateAtLaunch")))
    return result


def described_tags(group: Group) -> list[dict[str, Any]]:
    return [
        {
            "ResourceId": group.name,
            "ResourceType": RESOURCE_TYPE,
            "Key": key,
            "Value": value,
            "PropagateAtLaunch": at_launch,
        }
        for key, (value, at_launch) in sorted(group.tags.items())
    ]


@handles("autoscaling", "CreateOrUpdateTags")
def create_or_update_tags(world: World, call: Call) -> Any:
    wanted = [(group_of(world, call, tag["ResourceId"]), tag) for tag in call.params["Tags"]]
    for group, tag in wanted:
        group.tags |= parsed([tag], group.name)
    return {}


@handles("autoscaling", "DeleteTags")
def delete_tags(world: World, call: Call) -> Any:
    for tag in call.params["Tags"]:
        group_of(world, call, tag["ResourceId"]).tags.pop(tag["Key"], None)
    return {}


@handles("autoscaling", "DescribeTags")
def describe_tags(world: World, call: Call) -> Any:
    every = [tag for group in groups(world, call.account, call.region).values() for tag in described_tags(group)]
    found = [tag for tag in every if all(_passes(tag, one) for one in call.params.get("Filters", []))]
    items, token = page(found, call.params.get("NextToken"), call.params.get("MaxRecords"), PAGE)
    return {"Tags": items, "NextToken": token}


def _passes(tag: dict[str, Any], one: dict[str, Any]) -> bool:
    actual = {
        "auto-scaling-group": tag["ResourceId"],
        "key": tag["Key"],
        "value": tag["Value"],
        "propagate-at-launch": str(tag["PropagateAtLaunch"]).lower(),
    }
    name, values = one["Name"], one["Values"]
    if name not in actual:
        message = f"Filter type {name} is not correct. Allowed Filter types are: {[*actual]}"
        raise AwsError("ValidationError", message)
    if name == "propagate-at-launch":
        values = [value.lower() for value in values]
    return actual[name] in values
