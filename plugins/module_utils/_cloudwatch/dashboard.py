# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A dashboard: its name and its body, which is compared as what the text says."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..api import call, call_unless
from ..module import GatewayError, Outcome

_GONE = ("DashboardNotFoundError", "ResourceNotFound")


def ensure(module: AnsibleAWSModule) -> Outcome:
    client, name = module.client("cloudwatch"), module.params["name"]
    body = read_body(client, name)
    before = None if body is None else {"body": body}
    if module.params["state"] == "absent":
        if before is not None and not module.check_mode:
            delete(client, name)
        return Outcome({"dashboard": None}, None if before is None else {"name": name, **before}, None)
    after = {"body": json.loads(module.params["body"])}
    if before != after and not module.check_mode:
        _put(client, name, after["body"])
    shown = {"name": name}
    return Outcome(
        {"dashboard": {**shown, **after}}, None if before is None else {**shown, **before}, {**shown, **after}
    )


def read_body(client: t.Any, name: str) -> dict[str, t.Any] | None:
    answer = call_unless(_GONE, client, "get_dashboard", f"look for the dashboard {name}", DashboardName=name)
    return None if answer is None else json.loads(answer["DashboardBody"])


def _put(client: t.Any, name: str, body: t.Any) -> None:
    """What CloudWatch only warns of is drawn wrong, or not at all."""
    answer = call(
        client, "put_dashboard", f"set the dashboard {name}", DashboardName=name, DashboardBody=json.dumps(body)
    )
    said = [
        f"{one.get('DataPath', '')}: {one.get('Message', '')}" for one in answer.get("DashboardValidationMessages", [])
    ]
    if said:
        raise GatewayError(f"CloudWatch took the dashboard {name}, but not all of it: {'; '.join(said)}", messages=said)


def delete(client: t.Any, name: str) -> None:
    call_unless(_GONE, client, "delete_dashboards", f"delete the dashboard {name}", DashboardNames=[name])
