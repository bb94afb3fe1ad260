# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Rules about what happens at the stages of a deployment."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterator

from .. import hooks, strategy
from ..faults import HIDDEN, Fault, fault
from ..rulebook import Config, RuleBook
from .common import ARN_PLACE, within
from .deployment import STRATEGY_SWITCHES

book = RuleBook()

_HOOK, _PAUSES, _GATE = "gateway_lifecycle_hook", "gateway_pause_hooks", "gateway_smoke_gate"
_HANDLER = re.compile(r"[^\s.]+(\.[^\s.]+)+")
_RUNTIME = re.compile(r"[a-z][a-z0-9.-]*")
_FUNCTION_SECONDS = (1, 900)
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_SECRET_HEADERS = ("authorization", "x-portkey-api-key", "x-portkey-virtual-key")


def _stages(path: str, stages: list[str], is_on: bool) -> Iterator[Fault]:
    if is_on and not stages:
        yield fault(path, stages, "It needs at least one stage.", "Name a stage, such as POST_TEST_TRAFFIC_SHIFT.")
    if len(set(stages)) < len(stages):
        yield fault(path, stages, "Each stage is named once.", "Remove the repetition.")


@book.needs(_HOOK)
def hook_stages(config: Config) -> Iterator[Fault]:
    hook = config[_HOOK]
    yield from _stages(f"{_HOOK}.lifecycle_hook_stages", hook["lifecycle_hook_stages"], hook["enable_lifecycle_hook"])


@book.needs(_GATE)
def gate_stages(config: Config) -> Iterator[Fault]:
    gate = config[_GATE]
    yield from _stages(f"{_GATE}.smoke_gate_stages", gate["smoke_gate_stages"], gate["enable_smoke_gate"])


@book.needs(_PAUSES)
def pauses(config: Config) -> Iterator[Fault]:
    found = config[_PAUSES]
    if len(found) > hooks.MOST_HOOKS:
        rule = f"ECS takes at most {hooks.MOST_HOOKS} pauses for a service; these are {len(found)}."
        yield fault(_PAUSES, found, rule, "Name several stages in one of them.")
    for number, pause in enumerate(found, start=1):
        path = f"{_PAUSES}.{number}"
        yield from _stages(f"{path}.pause_stages", pause["pause_stages"], True)
        yield from _timeout(path, pause)


def _timeout(path: str, settings: dict[str, t.Any]) -> Iterator[Fault]:
    minutes, (least, most) = settings["timeout_in_minutes"], hooks.TIMEOUT_MINUTES
    if not least <= minutes <= most:
        rule = f"It must lie between {least} and {most} minutes."
        yield fault(f"{path}.timeout_in_minutes", minutes, rule, "Choose a value in that range.")


@book.needs(f"{_HOOK}.timeout_in_minutes")
def hook_timeout(config: Config) -> Iterator[Fault]:
    yield from _timeout(_HOOK, config[_HOOK])


@book.needs(f"{_GATE}.timeout_in_minutes")
def gate_timeout(config: Config) -> Iterator[Fault]:
    yield from _timeout(_GATE, config[_GATE])


def _without_shifting(path: str, value: t.Any, is_on: bool, config: Config) -> Iterator[Fault]:
    if is_on and not strategy.configured_strategies(config["gateway_deployment_configuration"]):
        yield fault(
            path,
            value,
            "Hooks run in traffic-shifting deployments only, and this is a rolling update.",
            "Switch on a strategy in portkey_gateway_deployment_configuration, or the hook off.",
        )


@book.needs(f"{_HOOK}.enable_lifecycle_hook", *STRATEGY_SWITCHES)
def hook_needs_shifting(config: Config) -> Iterator[Fault]:
    is_on = config[_HOOK]["enable_lifecycle_hook"]
    yield from _without_shifting(f"{_HOOK}.enable_lifecycle_hook", is_on, is_on, config)


@book.needs(f"{_GATE}.enable_smoke_gate", *STRATEGY_SWITCHES)
def gate_needs_shifting(config: Config) -> Iterator[Fault]:
    is_on = config[_GATE]["enable_smoke_gate"]
    yield from _without_shifting(f"{_GATE}.enable_smoke_gate", is_on, is_on, config)


@book.needs(_PAUSES, *STRATEGY_SWITCHES)
def pauses_need_shifting(config: Config) -> Iterator[Fault]:
    yield from _without_shifting(_PAUSES, config[_PAUSES], bool(config[_PAUSES]), config)


@book.needs(f"{_HOOK}.code_path", f"{_HOOK}.function_arn")
def one_origin(config: Config) -> Iterator[Fault]:
    hook = config[_HOOK]
    if hook["code_path"] and hook["function_arn"]:
        yield fault(
            f"{_HOOK}.code_path",
            hook["code_path"],
            "Give code for a function, or a function that exists, not both.",
            "Remove code_path or function_arn.",
        )


@book.needs(f"{_HOOK}.handler", f"{_HOOK}.code_path")
def handler(config: Config) -> Iterator[Fault]:
    hook, path = config[_HOOK], f"{_HOOK}.handler"
    if not _HANDLER.fullmatch(hook["handler"]):
        rule = "It names a module and, after a dot, its function."
        yield fault(path, hook["handler"], rule, f"Write it like {hooks.TEMPLATE_HANDLER}.")
    elif hook["handler"] != hooks.TEMPLATE_HANDLER and not hook["code_path"]:
        rule = f"Without code of your own the function is the template, with {hooks.TEMPLATE_HANDLER}."
        yield fault(path, hook["handler"], rule, "Set code_path, or remove the handler.")


@book.needs(f"{_HOOK}.runtime")
def runtime(config: Config) -> Iterator[Fault]:
    value = config[_HOOK]["runtime"]
    if not _RUNTIME.fullmatch(value):
        yield fault(f"{_HOOK}.runtime", value, "It must be the name of a Lambda runtime.", "Write it like python3.13.")


@book.needs(f"{_HOOK}.function_timeout_seconds")
def function_timeout(config: Config) -> Iterator[Fault]:
    yield from within(config, f"{_HOOK}.function_timeout_seconds", *_FUNCTION_SECONDS, " seconds")


def _arn(path: str, value: str, service: str, region: str) -> Iterator[Fault]:
    found = ARN_PLACE.fullmatch(value)
    if not found or found["service"] != service:
        yield fault(path, value, f"It must be an ARN of {service}.", f"Write arn:aws:{service}:{region}:...")
    elif found["region"] != region:
        rule = f"It must be in the stack's region, {region}."
        yield fault(path, value, rule, f"Use one of {region}.")


@book.needs(f"{_HOOK}.function_arn", "aws_region")
def function_arn(config: Config) -> Iterator[Fault]:
    if config[_HOOK]["function_arn"]:
        yield from _arn(f"{_HOOK}.function_arn", config[_HOOK]["function_arn"], "lambda", config["aws_region"])


@book.needs(f"{_GATE}.credentials_secret_arn", "aws_region")
def gate_credentials(config: Config) -> Iterator[Fault]:
    path, value = f"{_GATE}.credentials_secret_arn", config[_GATE]["credentials_secret_arn"]
    if value:
        yield from _arn(path, value, "secretsmanager", config["aws_region"])


_GATE_LIMITS = {
    "attempts": (1, 50, ""),
    "max_latency_ms": (1, 60_000, " milliseconds"),
    "request_timeout_seconds": (1, 60, " seconds"),
}


@book.needs(_GATE)
def gate_thresholds(config: Config) -> Iterator[Fault]:
    gate = config[_GATE]
    wrong = [one for key, limits in _GATE_LIMITS.items() for one in within(config, f"{_GATE}.{key}", *limits)]
    yield from wrong
    if not wrong and not 0 <= gate["allowed_failures"] < gate["attempts"]:
        rule = f"It must lie between 0 and {gate['attempts'] - 1}: with {gate['attempts']} attempts one must succeed."
        yield fault(f"{_GATE}.allowed_failures", gate["allowed_failures"], rule, "Lower it, or raise the attempts.")


@book.needs(f"{_GATE}.headers")
def gate_headers(config: Config) -> Iterator[Fault]:
    for name, value in config[_GATE]["headers"].items():
        path = f"{_GATE}.headers.{name}"
        if not _HEADER.fullmatch(name) or not isinstance(value, str) or re.search(r"[\r\n]", value):
            yield fault(
                path, value, "It must be the name of a header and its text.", "Write it like x-portkey-config: text."
            )
        elif name.lower() in _SECRET_HEADERS:
            rule = "This header holds a secret, which would be readable in the function's configuration."
            yield fault(path, HIDDEN, rule, "Put it into the secret of credentials_secret_arn.")


@book.needs(_GATE)
def gate_requests(config: Config) -> Iterator[Fault]:
    for key in ("health_path", "chat_path", "mcp_path"):
        value = config[_GATE][key]
        if not value.startswith("/") or re.search(r"\s", value):
            yield fault(f"{_GATE}.{key}", value, "It must be a path that begins with a slash.", f"Write /{value}.")
    for key in ("provider", "model"):
        if not config[_GATE][key].strip():
            yield fault(f"{_GATE}.{key}", config[_GATE][key], "It must name one.", "Remove it for the default.")
