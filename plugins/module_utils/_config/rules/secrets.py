# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Rules about the secrets and the environment of the containers."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterator, Mapping

from .. import files, names, secrets, services
from ..faults import HIDDEN, Fault, either, fault
from ..rulebook import Config, RuleBook

book = RuleBook()

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _entry_fault(config: Config, variable: str, service: str, key: str, value: t.Any, rule: str, fix: str) -> Fault:
    """A fault of one entry, named by its variable, or by the file's variable and the place in the file."""
    where = files.source(config, variable)
    if where == variable:
        return fault(f"{variable}.{service}.{key}", value, rule, fix)
    return fault(where, config[where], f"{service}.{key} in it is {value}. {rule}", fix)


def _entries(config: Config, variable: str) -> Iterator[tuple[str, str, t.Any]]:
    for service, entries in (config[variable] or {}).items():
        for key, value in entries.items():
            yield service, key, value


@book.needs("environment_variables_file_path", "environment_variables")
def environment(config: Config) -> Iterator[Fault]:
    for service, key, value in _entries(config, "environment_variables"):
        if not _VARIABLE.fullmatch(key):
            rule = "A variable's name has letters, digits and underscores, and does not begin with a digit."
            yield _entry_fault(config, "environment_variables", service, key, HIDDEN, rule, "Rename it.")
        if isinstance(value, float) or not (value is None or isinstance(value, (str, int))):
            rule = "A variable's value is text, a whole number, true, false or null."
            yield _entry_fault(config, "environment_variables", service, key, HIDDEN, rule, "Put it in quotes.")


def _arn_fault(config: Config, arn: str) -> tuple[str, str] | None:
    """Rule and fix, if ``arn`` is not the ARN of a secret that this stack can read."""
    match = secrets.ARN.fullmatch(arn)
    if not match:
        return "It must be the ARN of a secret in Secrets Manager.", "Write the ARN alone; the JSON key is added."
    if match["region"] != config["aws_region"]:
        rule = f"The secret must be in the stack's region, {config['aws_region']}; this is in {match['region']}."
        return rule, "Replicate the secret to that region, and write the replica's ARN."
    return None


def _shown(value: t.Any) -> t.Any:
    """What of a wrong ARN may be shown: someone may have put the secret itself there."""
    return value if isinstance(value, str) and value.startswith(("arn:", "<")) else HIDDEN


@book.needs("secrets_file_path", "secrets", "aws_region")
def service_secrets(config: Config) -> Iterator[Fault]:
    for service, key, value in _entries(config, "secrets"):
        if not _VARIABLE.fullmatch(key):
            rule = "A variable's name has letters, digits and underscores, and does not begin with a digit."
            yield _entry_fault(config, "secrets", service, key, _shown(value), rule, "Rename it.")
        if value in secrets.PLACEHOLDERS:
            continue
        wrong = (
            _arn_fault(config, value)
            if isinstance(value, str)
            else ("It must be the ARN of a secret.", "Write the ARN.")
        )
        if wrong:
            yield _entry_fault(config, "secrets", service, key, _shown(value), *wrong)


@book.needs("docker_cred_secret_arn", "aws_region")
def docker_secret(config: Config) -> Iterator[Fault]:
    arn = config["docker_cred_secret_arn"]
    if arn is None or arn == secrets.DOCKER_PLACEHOLDER:
        return
    wrong = _arn_fault(config, arn)
    if wrong:
        yield fault("docker_cred_secret_arn", _shown(arn), *wrong)


@book.needs("docker_cred_secret_arn", "docker_username", "docker_password", "project_name", "environment")
def one_docker_secret(config: Config) -> Iterator[Fault]:
    arn = config["docker_cred_secret_arn"]
    made = names.secret_names(config["project_name"], config["environment"])["docker_secret"]
    is_foreign = arn and arn not in secrets.PLACEHOLDERS and secrets.name_in_arn(arn) != made
    if is_foreign and secrets.is_made(config, secrets.DOCKER_KEYS):
        yield fault(
            "docker_cred_secret_arn",
            _shown(arn),
            f"With portkey_docker_username and portkey_docker_password the secret {made} is made, and this one would "
            "not be used.",
            "Remove this variable, or those two.",
        )


def _together(config: Config, keys: Mapping[str, str]) -> Iterator[Fault]:
    given = [variable for variable in keys.values() if config[variable]]
    for variable in keys.values():
        if given and not config[variable]:
            yield fault(variable, None, f"It goes with portkey_{given[0]}.", f"Set portkey_{variable} too, or neither.")


@book.needs("docker_username", "docker_password")
def docker_values(config: Config) -> Iterator[Fault]:
    yield from _together(config, secrets.DOCKER_KEYS)


@book.needs("client_auth", "organisations")
def client_auth_values(config: Config) -> Iterator[Fault]:
    yield from _together(config, secrets.CLIENT_AUTH_KEYS)


@book.needs(
    "secrets",
    "secrets_file_path",
    "environment_variables",
    "environment_variables_file_path",
    "server_mode",
    "gateway_config",
    "dataservice_config",
    "redis_configuration",
    "object_storage",
    "mcp_gateway_base_url",
)
def secret_or_plain(config: Config) -> Iterator[Fault]:
    """ECS refuses a container of which a variable is both."""
    for service, key, value in _entries(config, "secrets"):
        plain = (config["environment_variables"] or {}).get(service) or {}
        if key in services.own_environment(config, service):
            rule = "The collection sets this variable itself, and ECS refuses one that is a secret too."
            yield _entry_fault(config, "secrets", service, key, _shown(value), rule, "Remove it from the secrets.")
        elif plain.get(key) is not None:
            rule = (
                f"The variable is in portkey_{files.source(config, 'environment_variables')} too, and ECS refuses that."
            )
            fix = f"Remove it from {either(['the secrets', 'the environment variables'])}."
            yield _entry_fault(config, "secrets", service, key, _shown(value), rule, fix)
