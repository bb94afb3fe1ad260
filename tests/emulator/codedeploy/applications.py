"""Applications, and the tags of all that CodeDeploy has."""

from __future__ import annotations

import re
from typing import Any

from ..registry import AwsError, Call, handles
from ..world import World
from .state import Application, ecs_for_call, store_for

LONGEST_NAME = 100
NAME = re.compile(r"[A-Za-z0-9._+=,@ -]+")
PLATFORMS = ("Server", "Lambda", "ECS")
MOST_TAGS = 50


def checked_name(name: str | None, what: str) -> str:
    """An application's, group's or config's name."""
    kind = what.replace(" ", "")
    if not name:
        raise AwsError(f"{kind}NameRequiredException", f"{what} name is required")
    if len(name) > LONGEST_NAME or not NAME.fullmatch(name):
        raise AwsError(f"Invalid{kind}NameException", f"{what} name is invalid: {name}")
    return name


def checked_tags(given: list[dict[str, str]] | None) -> dict[str, str]:
    tags = {one.get("Key") or "": one.get("Value") or "" for one in given or []}
    if len(tags) > MOST_TAGS or any(not key or key.startswith("aws:") or len(key) > 128 for key in tags):
        raise AwsError("InvalidTagsToAddException", "The specified tags are not valid.")
    return tags


@handles("codedeploy", "CreateApplication")
def create(world: World, call: Call) -> Any:
    store = store_for(world, call)
    name = checked_name(call.params.get("applicationName"), "Application")
    platform = call.params.get("computePlatform") or "Server"
    if platform not in PLATFORMS:
        raise AwsError("InvalidComputePlatformException", f"The compute platform is invalid: {platform}")
    tags = checked_tags(call.params.get("tags"))
    if name in store.applications:
        raise AwsError("ApplicationAlreadyExistsException", f"Application name already exists: {name}")
    made = Application(name, ecs_for_call(world, call).uuid(), platform, world.now, tags)
    store.applications[name] = made
    return {"applicationId": made.id}


def _describe(application: Application) -> dict[str, Any]:
    return {
        "applicationId": application.id,
        "applicationName": application.name,
        "createTime": application.created_at,
        "linkedToGitHub": False,
        "computePlatform": application.platform,
    }


@handles("codedeploy", "GetApplication")
def get(world: World, call: Call) -> Any:
    name = checked_name(call.params.get("applicationName"), "Application")
    return {"application": _describe(store_for(world, call).application(name))}


@handles("codedeploy", "BatchGetApplications")
def batch_get(world: World, call: Call) -> Any:
    store = store_for(world, call)
    return {"applicationsInfo": [_describe(store.application(name)) for name in call.params["applicationNames"]]}


@handles("codedeploy", "ListApplications")
def list_all(world: World, call: Call) -> Any:
    return {"applications": sorted(store_for(world, call).applications)}


@handles("codedeploy", "UpdateApplication")
def update(world: World, call: Call) -> Any:
    store = store_for(world, call)
    application = store.application(call.params["applicationName"])
    name = checked_name(call.params.get("newApplicationName"), "Application")
    if name != application.name and name in store.applications:
        raise AwsError("ApplicationAlreadyExistsException", f"Application name already exists: {name}")
    del store.applications[application.name]
    application.name = name
    store.applications[name] = application
    return {}


@handles("codedeploy", "DeleteApplication")
def delete(world: World, call: Call) -> Any:
    from .groups import forget

    store = store_for(world, call)
    name = checked_name(call.params.get("applicationName"), "Application")
    application = store.applications.pop(name, None)
    for group in list(application.groups.values()) if application else []:
        forget(ecs_for_call(world, call), store, group)
    return {}


def _tags_of(world: World, call: Call) -> dict[str, str]:
    """The tags of an application or a deployment group, by its ARN."""
    arn = call.params.get("ResourceArn") or ""
    if not arn:
        raise AwsError("ResourceArnRequiredException", "The ARN of a resource is required, but was not found.")
    parts = arn.split(":", 6)
    if len(parts) != 7 or parts[2] != "codedeploy":
        raise AwsError("InvalidArnException", f"The specified ARN is not in a valid format: {arn}")
    store = store_for(world, call)
    if parts[5] == "application":
        return store.application(parts[6]).tags
    if parts[5] == "deploymentgroup":
        application, _unused, group = parts[6].partition("/")
        return store.group(application, group).tags
    raise AwsError("ArnNotSupportedException", f"The specified ARN is not supported: {arn}")


@handles("codedeploy", "ListTagsForResource")
def list_tags(world: World, call: Call) -> Any:
    return {"Tags": [{"Key": key, "Value": value} for key, value in _tags_of(world, call).items()]}


@handles("codedeploy", "TagResource")
def tag(world: World, call: Call) -> Any:
    _tags_of(world, call).update(checked_tags(call.params["Tags"]))
    return {}


@handles("codedeploy", "UntagResource")
def untag(world: World, call: Call) -> Any:
    tags = _tags_of(world, call)
    for key in call.params["TagKeys"]:
        tags.pop(key, None)
    return {}
