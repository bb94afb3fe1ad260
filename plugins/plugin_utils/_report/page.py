# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The report of a stack: one page of HTML that needs nothing else."""

from __future__ import annotations

import datetime
import pathlib
import typing as t
from collections.abc import Mapping

import jinja2

from . import balancing, costs, network, outside
from .chart import traffic_chart
from .found import Facts, Found, Resource, name_of, revision_number
from .timeline import moment, timeline

_FOLDER = pathlib.Path(__file__).parent
_SHOWN = 6


def page(read: Mapping[str, t.Any], now: datetime.datetime | None = None) -> str:
    """What was read of the stack, by the names of Found."""
    found = Found(**{field: read[field] for field in Found.__dataclass_fields__})
    # Ansible's own templates do not escape, and reasons of failures say anything.
    environment = jinja2.Environment(
        autoescape=True, loader=jinja2.FileSystemLoader(_FOLDER), trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(when=_when, revision=revision_number)
    style = (_FOLDER / "page.css").read_text(encoding="utf-8")
    return environment.get_template("page.html.j2").render(style=style, **model(found, now or _now()))


def model(found: Found, now: datetime.datetime) -> Facts:
    """What the template lays out."""
    vpc = found.vpcs[0] if found.vpcs else None
    return {
        "stack": found.stack,
        "made_at": now.isoformat(),
        "problems": [f"{one['name']}: {text}" for one in found.services for text in one["problems"]],
        "vpc": {"id": vpc["vpc_id"], "name": name_of(vpc, vpc["vpc_id"]), "cidr": vpc["cidr_block"]} if vpc else None,
        "zones": network.zones(found),
        "load_balancers": balancing.load_balancers(found),
        "outside": outside.outside(found),
        "services": found.services,
        "deployments": [one for service in found.services for one in _deployments(service, now)],
        "costs": costs.costs(found),
    }


def _deployments(service: Resource, now: datetime.datetime) -> list[Facts]:
    return [
        _deployment(service, one, f"{service['name']}-{number}", now)
        for number, one in enumerate(service["deployments"][:_SHOWN])
    ]


def _deployment(service: Resource, deployment: Resource, identity: str, now: datetime.datetime) -> Facts:
    told = timeline(deployment, now)
    title = f"Production traffic of the new revision of {service['name']} in percent, over {_minutes(told.minutes)}"
    chart = traffic_chart(told, title, identity) if told.points else ""
    return {**deployment, "service": service["name"], "chart": chart, "note": told.note, "took": _minutes(told.minutes)}


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _when(text: str | None) -> str:
    then = moment(text)
    return then.astimezone(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC") if then else "–"


def _minutes(minutes: float) -> str:
    hours, rest = divmod(round(minutes), 60)
    if hours:
        return f"{hours} h {rest} min"
    return f"{rest} min" if minutes >= 1 else f"{round(minutes * 60)} s"
