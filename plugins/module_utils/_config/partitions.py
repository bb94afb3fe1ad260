# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The partitions of AWS, which are separate worlds with ARNs and domains of their own."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Partition:
    """``first_region`` is enabled in every account."""

    name: str
    prefix: str
    dns_suffix: str
    first_region: str


COMMON = Partition("aws", "", "amazonaws.com", "us-east-1")
_OTHERS = (
    Partition("aws-cn", "cn-", "amazonaws.com.cn", "cn-north-1"),
    Partition("aws-us-gov", "us-gov-", "amazonaws.com", "us-gov-west-1"),
    Partition("aws-eusc", "eusc-", "amazonaws.eu", "eusc-de-east-1"),
    Partition("aws-iso", "us-iso-", "c2s.ic.gov", "us-iso-east-1"),
    Partition("aws-iso-b", "us-isob-", "sc2s.sgov.gov", "us-isob-east-1"),
    Partition("aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", "eu-isoe-west-1"),
    Partition("aws-iso-f", "us-isof-", "csp.hci.ic.gov", "us-isof-south-1"),
)


def partition_of(region: str) -> Partition:
    """The partition of a region, which its name tells."""
    return next((partition for partition in _OTHERS if region.startswith(partition.prefix)), COMMON)
