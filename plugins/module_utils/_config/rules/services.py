# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Rules about the services: images, sizes, ports and autoscaling."""

from __future__ import annotations

from collections.abc import Iterator

from .. import images, services
from ..faults import Fault, either, fault
from ..rulebook import Config, RuleBook
from .common import at_least, bounded, within

book = RuleBook()

_GIB = 1024
# The amounts of memory (MiB) that ECS accepts for each number of CPU units, as task definitions are for Fargate too.
MEMORY_FOR_CPU = {
    256: (512, 1 * _GIB, 2 * _GIB),
    512: tuple(range(1 * _GIB, 4 * _GIB + 1, _GIB)),
    1024: tuple(range(2 * _GIB, 8 * _GIB + 1, _GIB)),
    2048: tuple(range(4 * _GIB, 16 * _GIB + 1, _GIB)),
    4096: tuple(range(8 * _GIB, 30 * _GIB + 1, _GIB)),
    8192: tuple(range(16 * _GIB, 60 * _GIB + 1, 4 * _GIB)),
    16384: tuple(range(32 * _GIB, 120 * _GIB + 1, 8 * _GIB)),
}
_SHORT_LIST = 4


def _image(config: Config, variable: str) -> Iterator[Fault]:
    image, tag = config[variable]["image"], config[variable]["tag"]
    if not images.REPOSITORY.fullmatch(image):
        yield fault(
            f"{variable}.image",
            image,
            "It must be an image's repository in small letters, without tag or digest.",
            "Write it like registry.example.com/team/image, and the tag under tag.",
        )
    if not images.VERSION.fullmatch(tag):
        yield fault(f"{variable}.tag", tag, images.VERSION_RULE, "Write the tag or digest alone.")


@book.needs("gateway_image")
def gateway_image(config: Config) -> Iterator[Fault]:
    yield from _image(config, "gateway_image")


@book.needs("data_service_image")
def data_service_image(config: Config) -> Iterator[Fault]:
    yield from _image(config, "data_service_image")


@book.needs("redis_image")
def redis_image(config: Config) -> Iterator[Fault]:
    yield from _image(config, "redis_image")


def _memory_words(cpu: int) -> str:
    amounts = MEMORY_FOR_CPU[cpu]
    if len(amounts) <= _SHORT_LIST:
        return either(amounts)
    return f"{amounts[0]} to {amounts[-1]} in steps of {amounts[1] - amounts[0]}"


def _size(config: Config, variable: str) -> Iterator[Fault]:
    cpu, memory = config[variable]["cpu"], config[variable]["memory"]
    if memory not in MEMORY_FOR_CPU[cpu]:
        yield fault(
            f"{variable}.memory",
            memory,
            f"With {cpu} CPU units it must be {_memory_words(cpu)} MiB.",
            "Choose one of these amounts, or other CPU units.",
        )


@book.needs("gateway_config.cpu", "gateway_config.memory")
def gateway_size(config: Config) -> Iterator[Fault]:
    yield from _size(config, "gateway_config")


@book.needs("dataservice_config.cpu", "dataservice_config.memory")
def data_service_size(config: Config) -> Iterator[Fault]:
    yield from _size(config, "dataservice_config")


@book.needs("redis_configuration.cpu", "redis_configuration.memory", "redis_configuration.redis_type")
def redis_size(config: Config) -> Iterator[Fault]:
    if services.has_redis(config):
        yield from _size(config, "redis_configuration")


@book.needs("gateway_config.desired_task_count")
def gateway_count(config: Config) -> Iterator[Fault]:
    yield from at_least(config, "gateway_config.desired_task_count", 0)


@book.needs("dataservice_config.desired_task_count")
def data_service_count(config: Config) -> Iterator[Fault]:
    yield from at_least(config, "dataservice_config.desired_task_count", 0)


@book.needs("gateway_config.gateway_port", "gateway_config.mcp_port")
def gateway_ports(config: Config) -> Iterator[Fault]:
    ranges = [
        *within(config, "gateway_config.gateway_port", 1, 65535),
        *within(config, "gateway_config.mcp_port", 1, 65535),
    ]
    yield from ranges
    ports = config["gateway_config"]
    if not ranges and ports["gateway_port"] == ports["mcp_port"]:
        yield fault(
            "gateway_config.mcp_port",
            ports["mcp_port"],
            "The gateway and the MCP server need different ports.",
            "Change mcp_port or gateway_port.",
        )


@book.needs("dataservice_config.port")
def data_service_port(config: Config) -> Iterator[Fault]:
    yield from within(config, "dataservice_config.port", 1, 65535)


def _autoscaling(config: Config, variable: str) -> Iterator[Fault]:
    settings = config[variable]
    least, greatest = settings["autoscaling_min_capacity"], settings["autoscaling_max_capacity"]
    yield from at_least(config, f"{variable}.autoscaling_min_capacity", 1)
    if least > greatest:
        yield fault(
            f"{variable}.autoscaling_max_capacity",
            greatest,
            f"It must not be below autoscaling_min_capacity, which is {least}.",
            "Raise the one or lower the other.",
        )
    yield from within(config, f"{variable}.target_cpu_utilization", 1, 100, " percent")
    yield from within(config, f"{variable}.target_memory_utilization", 1, 100, " percent")
    yield from at_least(config, f"{variable}.scale_in_cooldown", 0)
    yield from at_least(config, f"{variable}.scale_out_cooldown", 0)


@book.needs("gateway_autoscaling")
def gateway_autoscaling(config: Config) -> Iterator[Fault]:
    yield from _autoscaling(config, "gateway_autoscaling")


@book.needs("dataservice_autoscaling")
def data_service_autoscaling(config: Config) -> Iterator[Fault]:
    yield from _autoscaling(config, "dataservice_autoscaling")


@book.needs("max_request_seconds")
def max_request_seconds(config: Config) -> Iterator[Fault]:
    if config["max_request_seconds"] is not None:
        yield from bounded(config, "max_request_seconds", " seconds")
