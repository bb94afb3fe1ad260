#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: ecs_cluster_capacity_providers
version_added: "1.0.0"
short_description: Attach capacity providers to an ECS cluster
description:
  - Sets which capacity providers a cluster may use and its default strategy over them (PutClusterCapacityProviders).
  - While ECS still works on an earlier change of the cluster, the call is repeated until O(wait_timeout).
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  cluster:
    description: The cluster's name.
    type: str
    required: true
  capacity_providers:
    description: The names of the capacity providers, C(FARGATE) and C(FARGATE_SPOT) among them.
    type: list
    elements: str
    required: true
  default_capacity_provider_strategy:
    description:
      - How tasks are spread over the providers unless a service or task says otherwise.
      - If it is not set, the strategy stays as it is, less the providers that are detached.
    type: list
    elements: dict
    suboptions:
      capacity_provider:
        description: The name of one of the providers.
        type: str
        required: true
      weight:
        description: The share of tasks that the provider gets, 0 to 1000. AWS's default is 0.
        type: int
      base:
        description: How many tasks at least the provider gets, 0 to 100000. AWS's default is 0.
        type: int
  purge:
    description: Whether providers of the cluster that are not listed are detached.
    type: bool
    default: true
  keep_in_use:
    description:
      - Whether a provider that services or tasks use may stay. Then their end is waited for until O(wait_timeout),
        after which nothing is changed and RV(in_use) says so. Otherwise ECS's refusal is a failure at once.
    type: bool
    default: false
  wait:
    description: Whether to wait until ECS has attached the providers.
    type: bool
    default: true
  wait_timeout:
    description: How long to wait, in seconds.
    type: int
    default: 600
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Everything runs on our own instances
  portkey.gateway.ecs_cluster_capacity_providers:
    cluster: portkey-dev-cluster
    capacity_providers: [portkey-dev]
    default_capacity_provider_strategy:
      - capacity_provider: portkey-dev
        weight: 100
        base: 0

- name: Detach them all
  portkey.gateway.ecs_cluster_capacity_providers:
    cluster: portkey-dev-cluster
    capacity_providers: []
    default_capacity_provider_strategy: []
"""

RETURN = r"""
in_use:
  description: Whether nothing was changed because services or tasks use a provider that was to go.
  returned: success
  type: bool
cluster:
  description: The cluster as DescribeClusters gives it, in snake case.
  returned: success
  type: dict
  contains:
    cluster_name:
      description: The cluster's name.
      type: str
      returned: always
      sample: portkey-dev-cluster
    capacity_providers:
      description: The names of the capacity providers attached.
      type: list
      elements: str
      returned: always
      sample: [portkey-dev]
    default_capacity_provider_strategy:
      description: How tasks are spread over them.
      type: list
      elements: dict
      returned: always
      sample: [{capacity_provider: portkey-dev, weight: 100, base: 0}]
    attachments_status:
      description: UPDATE_IN_PROGRESS while ECS still attaches or detaches, UPDATE_COMPLETE afterwards.
      type: str
      returned: when AWS says it
      sample: UPDATE_COMPLETE
"""

from ansible_collections.portkey.gateway.plugins.module_utils._ecs import cluster_capacity_providers
from ansible_collections.portkey.gateway.plugins.module_utils.module import run

STRATEGY = dict(
    capacity_provider=dict(type="str", required=True),
    weight=dict(type="int"),
    base=dict(type="int"),
)


def main() -> None:
    run(
        cluster_capacity_providers.ensure,
        argument_spec=dict(
            cluster=dict(type="str", required=True),
            capacity_providers=dict(type="list", elements="str", required=True),
            default_capacity_provider_strategy=dict(type="list", elements="dict", options=STRATEGY),
            purge=dict(type="bool", default=True),
            keep_in_use=dict(type="bool", default=False),
            wait=dict(type="bool", default=True),
            wait_timeout=dict(type="int", default=600),
        ),
    )


if __name__ == "__main__":
    main()
