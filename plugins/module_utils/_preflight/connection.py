# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The connection of the preflight module: one session for all clients, and one shape for what a check finds."""

from __future__ import annotations

import dataclasses
import threading
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.botocore import get_aws_connection_info
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .._config.faults import Fault
from .._config.partitions import Partition, partition_of
from .._permissions import denial
from ..aws import error_code

try:
    import boto3
    import botocore.config
except ImportError:
    pass  # Handled by AnsibleAWSModule

_ENOUGH_CONNECTIONS = 20


@dataclasses.dataclass
class Findings:
    """What a check found: facts for the stack, faults of the user's, and warnings about what could not be checked."""

    facts: dict[str, t.Any] = dataclasses.field(default_factory=dict)
    faults: list[Fault] = dataclasses.field(default_factory=list)
    warnings: list[str] = dataclasses.field(default_factory=list)

    def add(self, other: Findings) -> None:
        """Takes in what another check found. Two checks may trip over the same thing; it is said once."""
        for name, fact in other.facts.items():
            known = self.facts.get(name)
            self.facts[name] = {**known, **fact} if isinstance(known, dict) and isinstance(fact, dict) else fact
        self.faults.extend(one for one in other.faults if one not in self.faults)
        self.warnings.extend(other.warnings)

    @classmethod
    def fault(cls, variable: str, value: t.Any, rule: str, fix: str) -> Findings:
        return cls(faults=[Fault(variable, value, rule, fix)])

    @classmethod
    def warning(cls, text: str) -> Findings:
        return cls(warnings=[text])


def is_denied(error: AnsibleAWSError) -> bool:
    """Whether the caller may not ask. Most checks are courtesies, and are then left to AWS itself."""
    return error_code(error) in denial.CODES


class Connection:
    """Clients by service and region. Credentials are resolved once; one thread at a time makes a client."""

    def __init__(self, module: t.Any) -> None:
        region, endpoint, parameters = get_aws_connection_info(module)
        self.region: str = region or ""
        self.endpoint = endpoint
        profile = parameters.pop("profile_name", None)
        own = parameters.pop("aws_config", None)
        config = botocore.config.Config(max_pool_connections=_ENOUGH_CONNECTIONS)
        self.parameters = {**parameters, "config": config.merge(own) if own else config}
        self.session: t.Any = boto3.session.Session(profile_name=profile)
        self._clients: dict[tuple[str, str], t.Any] = {}
        self._lock = threading.Lock()

    def client(self, service: str, region: str | None = None) -> t.Any:
        key = (service, region or self.region)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = self.session.client(
                    service, region_name=key[1], endpoint_url=self.endpoint, **self.parameters
                )
            return self._clients[key]

    @property
    def partition(self) -> Partition:
        return partition_of(self.region)

    def known_regions(self) -> list[str]:
        """The regions of the partition that botocore knows; a new one may be missing."""
        return list(self.session.get_available_regions("ec2", partition_name=self.partition.name))
