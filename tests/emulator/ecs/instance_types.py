"""What an instance type gives to tasks: CPU, memory, network interfaces, architecture."""

from __future__ import annotations

import dataclasses
import re

from moto.ec2.models.instance_types import INSTANCE_TYPES

CPU_UNITS_PER_VCPU = 1024
# What the kernel and the agent keep of an instance's memory.
MEMORY_FOR_TASKS = 0.955
AGENT_MEMORY = 32
ARCHITECTURES = {"arm64": "ARM64", "x86_64": "X86_64"}
# Types that can have a trunk interface: no burstable ones, none before the fifth generation.
TRUNKING = re.compile(r"(a1|[cmr][5-9][a-z]*|[gpixz][3-9][a-z]*|inf\d|trn\d)\.(metal|\w+)")
TRUNKED_TASKS = {
    "medium": 4,
    "large": 10,
    "xlarge": 20,
    "2xlarge": 40,
    "4xlarge": 60,
    "8xlarge": 60,
    "9xlarge": 60,
}
TRUNKED_TASKS_OF_LARGER = 120


@dataclasses.dataclass(frozen=True)
class Capacity:
    cpu: int
    memory: int
    task_interfaces: int
    architecture: str


def capacity(instance_type: str, trunking: bool) -> Capacity:
    """What tasks can have on an instance of this type."""
    facts = INSTANCE_TYPES[instance_type]
    # The primary interface is the host's.
    interfaces = int(facts["NetworkInfo"]["MaximumNetworkInterfaces"]) - 1
    if trunking and supports_trunking(instance_type):
        interfaces = TRUNKED_TASKS.get(instance_type.split(".")[1], TRUNKED_TASKS_OF_LARGER)
    return Capacity(
        cpu=int(facts["VCpuInfo"]["DefaultVCpus"]) * CPU_UNITS_PER_VCPU,
        memory=int(int(facts["MemoryInfo"]["SizeInMiB"]) * MEMORY_FOR_TASKS) - AGENT_MEMORY,
        task_interfaces=interfaces,
        architecture=ARCHITECTURES[facts["ProcessorInfo"]["SupportedArchitectures"][-1]],
    )


def supports_trunking(instance_type: str) -> bool:
    return TRUNKING.fullmatch(instance_type) is not None
