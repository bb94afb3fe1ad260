# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""One call each: task definitions."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ..api import call
from ..aws import error_code, error_message

DELETE_AT_ONCE = 10  # DeleteTaskDefinitions takes no more in one call

Resource = dict[str, t.Any]


def describe_task_definition(client: t.Any, name: str) -> Resource | None:
    """The revision, or the latest active one of a family, with its tags under ``tags``. None if there is none."""
    doing = f"describe task definition {name}"
    try:
        answer = call(client, "describe_task_definition", doing, taskDefinition=name, include=["TAGS"])
    except AnsibleAWSError as error:
        # ECS has no code of its own for this.
        if error_code(error) == "ClientException" and "Unable to describe task definition" in error_message(error):
            return None
        raise
    return {**answer["taskDefinition"], "tags": answer.get("tags", [])}


def register_task_definition(client: t.Any, family: str, parameters: Resource) -> Resource:
    doing = f"register a revision of task definition {family}"
    return call(client, "register_task_definition", doing, family=family, **parameters)["taskDefinition"]


def list_task_definitions(client: t.Any, family: str, status: str) -> list[str]:
    doing = f"list the revisions of task definition {family}"
    arns = call(client, "list_task_definitions", doing, familyPrefix=family, status=status)["taskDefinitionArns"]
    return [arn for arn in arns if arn.rpartition("/")[2].rpartition(":")[0] == family]


def deregister_task_definition(client: t.Any, arn: str) -> None:
    call(client, "deregister_task_definition", f"deregister {arn}", taskDefinition=arn)


def delete_task_definitions(client: t.Any, arns: list[str]) -> list[Resource]:
    """What could not be deleted."""
    doing = f"delete {', '.join(arns)}"
    return call(client, "delete_task_definitions", doing, taskDefinitions=arns).get("failures", [])
