"""Launch templates: versions built on versions, deleted versions, pages; and no tag that nobody put there."""

from __future__ import annotations

import copy
from typing import Any

from moto.ec2.exceptions import InvalidLaunchTemplateVersionNotFound
from moto.ec2.models.launch_templates import LaunchTemplate
from moto.ec2.utils import parse_user_data

from ...registry import AwsError, Call
from ..pages import page
from .common import backend, ec2, forget_tags, matches, tags_of


def _version(template: Any, number: Any) -> Any:
    """A version that has not been deleted, by number, $Latest or $Default."""
    wanted = str(number).lower()
    alive = [one for one in template.versions if not getattr(one, "deleted", False)]
    if wanted == "$latest":
        return alive[-1]
    if wanted == "$default":
        wanted = str(template.default_version_number)
    for version in alive:
        if str(version.number) == wanted:
            return version
    raise InvalidLaunchTemplateVersionNotFound(template_id=template.id, version=number)


LaunchTemplate.get_version = _version  # type: ignore[method-assign,assignment]
LaunchTemplate.latest_version = lambda self: _version(self, "$Latest")  # type: ignore[method-assign]


def find(call: Call) -> Any:
    """The template that a request names, by id or by name."""
    ec2_backend = backend(call)
    template_id, name = call.params.get("LaunchTemplateId"), call.params.get("LaunchTemplateName")
    if template_id and name:
        raise AwsError("InvalidParameterCombination", "Specify either a launch template ID or a launch template name.")
    if template_id:
        return ec2_backend.get_launch_template(template_id)
    if name:
        return ec2_backend.get_launch_template_by_name(name)
    raise AwsError("MissingParameter", "Specify either a launch template ID or a launch template name.")


def _data(call: Call) -> dict[str, Any]:
    data = copy.deepcopy(call.params.get("LaunchTemplateData", {}))
    if "UserData" in data:
        data["UserData"] = parse_user_data(data["UserData"])
    return dict(data)


@ec2("CreateLaunchTemplate")
def create_launch_template(world: Any, call: Call) -> Any:
    for specification in call.params.get("TagSpecifications", []):
        kind = specification.get("ResourceType")
        if kind != "launch-template":
            message = f"'{kind}' is not a valid taggable resource type for this operation."
            raise AwsError("InvalidParameterValue", message)
    template = backend(call).create_launch_template(
        call.params["LaunchTemplateName"], call.params.get("VersionDescription"), _data(call), _tags(call)
    )
    return {"LaunchTemplate": _template(call, template)}


def _tags(call: Call) -> dict[str, dict[str, str]]:
    return {
        specification["ResourceType"]: {tag["Key"]: tag["Value"] for tag in specification.get("Tags", [])}
        for specification in call.params.get("TagSpecifications", [])
    }


@ec2("CreateLaunchTemplateVersion")
def create_launch_template_version(world: Any, call: Call) -> Any:
    template = find(call)
    source = call.params.get("SourceVersion")
    data = dict(_version(template, source).data) if source else {}
    version = template.create_version(data | _data(call), call.params.get("VersionDescription"))
    return {"LaunchTemplateVersion": _described(call, template, version)}


@ec2("DeleteLaunchTemplateVersions")
def delete_launch_template_versions(world: Any, call: Call) -> Any:
    template = find(call)
    done, failed = [], []
    for number in call.params["Versions"]:
        entry = {"LaunchTemplateId": template.id, "LaunchTemplateName": template.name, "VersionNumber": int(number)}
        error = _delete_version(template, number)
        if error is None:
            done.append(entry)
        else:
            failed.append(entry | {"ResponseError": error})
    return {"SuccessfullyDeletedLaunchTemplateVersions": done, "UnsuccessfullyDeletedLaunchTemplateVersions": failed}


def _delete_version(template: Any, number: str) -> dict[str, str] | None:
    if int(number) == template.default_version_number:
        message = f"Cannot delete the default version {number} of launch template {template.id}."
        return {"Code": "unexpectedError", "Message": message}
    try:
        _version(template, number).deleted = True
    except InvalidLaunchTemplateVersionNotFound as error:
        return {"Code": "launchTemplateVersionDoesNotExist", "Message": error.message}
    return None


@ec2("DeleteLaunchTemplate")
def delete_launch_template(world: Any, call: Call) -> Any:
    template = find(call)
    described = _template(call, template)
    backend(call).delete_launch_template(template.name, None)
    forget_tags(call.account, call.region, template.id)
    return {"LaunchTemplate": described}


@ec2("DescribeLaunchTemplateVersions")
def describe_launch_template_versions(world: Any, call: Call) -> Any:
    params = call.params
    if params.get("LaunchTemplateId") or params.get("LaunchTemplateName"):
        template = find(call)
        found = [(template, version) for version in _wanted(template, params)]
    else:
        wanted = params.get("Versions", [])
        if not wanted or set(wanted) - {"$Latest", "$Default"}:
            message = "A launch template ID or name is required unless Versions is $Latest, $Default or both."
            raise AwsError("MissingParameter", message)
        found = [(one, _version(one, number)) for one in backend(call).launch_templates.values() for number in wanted]
    items, token = page(found, params.get("NextToken"), params.get("MaxResults"), 200)
    return {"LaunchTemplateVersions": [_described(call, *pair) for pair in items], "NextToken": token}


def _wanted(template: Any, params: dict[str, Any]) -> list[Any]:
    if params.get("Versions"):
        return [_version(template, number) for number in params["Versions"]]
    lowest, highest = int(params.get("MinVersion", 1)), int(params.get("MaxVersion", len(template.versions)))
    alive = [one for one in template.versions if not getattr(one, "deleted", False)]
    # AWS answers the newest first.
    return [one for one in reversed(alive) if lowest <= one.number <= highest]


@ec2("DescribeLaunchTemplates")
def describe_launch_templates(world: Any, call: Call) -> Any:
    ec2_backend, params = backend(call), call.params
    if params.get("LaunchTemplateIds"):
        templates = [ec2_backend.get_launch_template(one) for one in params["LaunchTemplateIds"]]
    elif params.get("LaunchTemplateNames"):
        templates = [ec2_backend.get_launch_template_by_name(one) for one in params["LaunchTemplateNames"]]
    else:
        templates = list(ec2_backend.launch_templates.values())
    described = [_template(call, one) for one in templates]
    found = [
        one
        for one in described
        if matches(params.get("Filters"), {"launch-template-name": one["LaunchTemplateName"]}, one["Tags"])
    ]
    items, token = page(found, params.get("NextToken"), params.get("MaxResults"), 200)
    return {"LaunchTemplates": items, "NextToken": token}


def _creator(call: Call) -> str:
    return f"arn:{call.partition}:iam::{call.account}:root"


def _template(call: Call, template: Any) -> dict[str, Any]:
    return {
        "LaunchTemplateId": template.id,
        "LaunchTemplateName": template.name,
        "CreateTime": template.create_time,
        "CreatedBy": _creator(call),
        "DefaultVersionNumber": template.default_version_number,
        "LatestVersionNumber": template.latest_version_number,
        "Tags": tags_of(call.account, call.region, template.id),
    }


def _described(call: Call, template: Any, version: Any) -> dict[str, Any]:
    return {
        "LaunchTemplateId": template.id,
        "LaunchTemplateName": template.name,
        "VersionNumber": version.number,
        "VersionDescription": version.description,
        "CreateTime": version.create_time,
        "CreatedBy": _creator(call),
        "DefaultVersion": template.is_default(version),
        "LaunchTemplateData": version.data,
    }
