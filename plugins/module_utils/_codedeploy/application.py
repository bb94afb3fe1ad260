# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A CodeDeploy application of the ECS platform."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import tags
from ..module import KNOWN_AFTER_APPLY, GatewayError, Outcome
from ..shape import snake
from . import api, tagging

PLATFORM = "ECS"


def ensure(module: AnsibleAWSModule) -> Outcome:
    client = module.client("codedeploy")
    name = module.params["name"]
    current = api.get_application(client, name)
    if module.params["state"] == "absent":
        if current is not None and not module.check_mode:
            api.delete_application(client, name)
        return Outcome({"application": None}, {"name": name} if current else None, None)
    if current is None:
        return _create(module, client)
    if current.get("computePlatform") != PLATFORM:
        raise GatewayError(
            f"Application {name} is for the compute platform {current.get('computePlatform')}, and CodeDeploy cannot "
            "change that. Give the ECS application another name."
        )
    before, retagging, arn = tagging.plan(module, client, api.APPLICATION, name)
    if not module.check_mode:
        tagging.apply(client, arn, retagging)
    shown = {**snake(current), "tags": retagging.final}
    return Outcome({"application": shown}, {"name": name, "tags": before}, {"name": name, "tags": retagging.final})


def _create(module: AnsibleAWSModule, client: t.Any) -> Outcome:
    name = module.params["name"]
    new_tags = tags.change({}, module.params["tags"], False).final
    made = {"application_name": name, "compute_platform": PLATFORM, "tags": new_tags}
    known = KNOWN_AFTER_APPLY if module.check_mode else api.create_application(client, name, new_tags)
    return Outcome({"application": {**made, "application_id": known}}, None, {"name": name, "tags": new_tags})


def info(module: AnsibleAWSModule) -> Outcome:
    client = module.client("codedeploy")
    name = module.params["name"]
    names = api.list_applications(client) if name is None else [name]
    found = [application for application in (api.get_application(client, one) for one in names) if application]
    shown = [{**snake(one), "deployment_groups": api.list_groups(client, one["applicationName"])} for one in found]
    return Outcome({"applications": shown}, changed=False)
