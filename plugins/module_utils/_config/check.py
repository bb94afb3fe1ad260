# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""From what the user wrote to a checked configuration, without asking AWS."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Iterator, Mapping, Sequence

from . import bedrock, codedeploy, image_cache, network, secrets, services, stack
from .faults import PREFIX, Fault, fault
from .files import FileLoader, ReadText, locate_code, source
from .rulebook import run_rules
from .rules.every import ALL_RULES
from .specification import Options, Reader


@dataclasses.dataclass
class Checked:
    """``config`` has every variable without its prefix, the secret values too, which ``public`` leaves out."""

    options: Options
    config: dict[str, t.Any]
    faults: list[Fault]

    @property
    def public(self) -> dict[str, t.Any]:
        hidden = {name.removeprefix(PREFIX) for name, option in self.options.items() if option.get("no_log")}
        return {name: value for name, value in self.config.items() if name not in hidden}


def check(
    options: Options, given: Mapping[str, t.Any], folders: Sequence[str], read: ReadText, known: Sequence[Fault] = ()
) -> Checked:
    """Everything that can be said about the variables ``given``, beside the faults that are ``known`` of them."""
    reader = Reader(options)
    config = reader.read(given)
    # What could not even be read is not missed on top.
    unread = {one.variable for one in known}
    faults = [*known, *(one for one in reader.faults if one.variable not in unread)]
    faults += FileLoader(options, folders, read).load(config)
    faults += locate_code(config, folders)
    if (
        config["secrets"] is None
        and not config["secrets_file_path"]
        and secrets.is_made(config, secrets.CLIENT_AUTH_KEYS)
    ):
        config["secrets"] = secrets.default_service_secrets()
    faults += run_rules(ALL_RULES, config, faults)
    return Checked(options, config, faults)


def made_secrets(config: Mapping[str, t.Any]) -> dict[str, bool]:
    """Which of the stack's secrets the collection makes or updates in this run."""
    return {
        "docker_credentials": secrets.is_made(config, secrets.DOCKER_KEYS),
        "client_auth": secrets.is_made(config, secrets.CLIENT_AUTH_KEYS),
        "image_cache": image_cache.is_on(config) and secrets.is_made(config, image_cache.KEYS),
    }


def missing_secrets(config: Mapping[str, t.Any], found: Mapping[str, str]) -> list[Fault]:
    """The placeholders for which there is no secret: none is made, and none of the stack's name was ``found``."""
    own, made = stack.stack_names(config), made_secrets(config)
    used = secrets.used_placeholders(config["docker_cred_secret_arn"], (config["secrets"] or {}).values())
    faults = []
    if image_cache.is_on(config) and not made["image_cache"] and own["image_cache"]["secret"] not in found:
        faults.append(
            fault(
                "image_cache.enable",
                True,
                f"ECR needs credentials for Docker Hub, and there is no secret {own['image_cache']['secret']}.",
                "Set portkey_docker_username and portkey_docker_password, from Vault or the environment.",
            )
        )
    if secrets.DOCKER_PLACEHOLDER in used and not made["docker_credentials"] and own["docker_secret"] not in found:
        faults.append(
            fault(
                "docker_cred_secret_arn",
                config["docker_cred_secret_arn"],
                f"The credentials for the images are needed, and there is no secret {own['docker_secret']}.",
                "Set portkey_docker_username and portkey_docker_password, from Vault or the environment, "
                "or the secret's ARN here.",
            )
        )
    if secrets.CLIENT_AUTH_PLACEHOLDER in used and not made["client_auth"] and own["client_auth_secret"] not in found:
        faults.append(
            fault(
                source(config, "secrets"),
                secrets.CLIENT_AUTH_PLACEHOLDER,
                f"The placeholder is left, and there is no secret {own['client_auth_secret']}.",
                "Set portkey_client_auth and portkey_organisations, from Vault or the environment, "
                "or write the secret's ARN.",
            )
        )
    return faults


def unfit_for_account(config: Mapping[str, t.Any], account: Mapping[str, t.Any]) -> list[Fault]:
    """What the configuration and the account, each in order, cannot be together."""
    return [
        *_tasks_too_large(config, account),
        *_subnets_without_room(config, account),
        *_other_controller(config, account),
        *_nodes_in_a_zone_that_goes(config, account),
        *_scheme_of_a_connected_load_balancer(config, account),
        *_models_of_another_account(config, account),
    ]


def _tasks_too_large(config: Mapping[str, t.Any], account: Mapping[str, t.Any]) -> Iterator[Fault]:
    """A task larger than an instance would wait for a place for ever."""
    instance = account["instance"]
    if instance is None:
        return
    for variable in services.sized_variables(config):
        size = config[variable]
        # A part of the memory is the system's own, so that a task can never have all of it.
        for key, unit, fits in (
            ("cpu", "CPU units", size["cpu"] <= instance["cpu"]),
            ("memory", "MiB", size["memory"] < instance["memory"]),
        ):
            if not fits:
                rule = f"A task must fit on one instance, and {config['instance_type']} has {instance[key]} {unit}."
                yield fault(f"{variable}.{key}", size[key], rule, "Lower it, or choose a larger portkey_instance_type.")


def _subnets_without_room(config: Mapping[str, t.Any], account: Mapping[str, t.Any]) -> Iterator[Fault]:
    try:
        stack.network_plan(config, account)
    except network.NoRoom:
        rule = "The stack's VPC must have free ranges for the subnets of each zone, and it has not."
        yield fault("num_az", config["num_az"], rule, "Lower it, or remove subnets that are not the stack's.")


def _nodes_in_a_zone_that_goes(config: Mapping[str, t.Any], account: Mapping[str, t.Any]) -> Iterator[Fault]:
    """ElastiCache moves no node, and AWS deletes no subnet in which one is."""
    surplus = stack.surplus_zones(config, account) if config["create_new_vpc"] else []
    names = [subnet["name"] for zone in surplus for subnet in zone["subnets"]]
    going = {account["live_vpc"]["subnets"][name]["zone"] for name in names}
    for zone in sorted(going & set(account["live_elasticache_zones"])):
        rule = f"A node of the cache is in {zone}, which would go, and ElastiCache moves no node."
        fix = "Raise it again; or use the container for one run, and then the cache anew (docs/elasticache.md)."
        yield fault("num_az", config["num_az"], rule, fix)


def _scheme_of_a_connected_load_balancer(config: Mapping[str, t.Any], account: Mapping[str, t.Any]) -> Iterator[Fault]:
    """Another scheme takes another load balancer, and AWS deletes none behind which there is an endpoint service."""
    live, wanted = account["live_lb_scheme"], "internal" if config["internal_lb"] else "internet-facing"
    if config["create_lb"] and live not in (None, wanted) and (account["live_control_plane"] or {}).get("inbound"):
        yield fault(
            "internal_lb",
            config["internal_lb"],
            f"The control plane comes in by PrivateLink to the load balancer, which is {live} and so has to stay.",
            "Set portkey_control_plane.inbound to none and run site.yml; then change this.",
        )


def _other_controller(config: Mapping[str, t.Any], account: Mapping[str, t.Any]) -> Iterator[Fault]:
    if codedeploy.unfit_for_live(config, account["live_controller"]):
        yield fault(
            "gateway_deployment_configuration.controller",
            codedeploy.CODEDEPLOY,
            "The live gateway is deployed by ECS, and AWS lets no service change from ECS to CodeDeploy.",
            "Make a second stack beside it (another portkey_environment) with the controller codedeploy, move the "
            "clients to its load balancer, then uninstall this one. Or keep the controller ecs.",
        )


def _models_of_another_account(config: Mapping[str, t.Any], account: Mapping[str, t.Any]) -> Iterator[Fault]:
    """Another account's may only be called by one of its roles."""
    for path, arn in bedrock.own_arns(config):
        owner = arn.split(":")[4] if arn.startswith("arn:") else account["account_id"]
        if owner != account["account_id"]:
            rule = f"It must be of the account {account['account_id']}, in which the gateway runs; this is of {owner}."
            yield fault(path, arn, rule, "Name a role of that account in portkey_bedrock.role_arns instead.")
