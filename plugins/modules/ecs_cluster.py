#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: ecs_cluster
version_added: "1.0.0"
short_description: Manage an Amazon ECS cluster
description:
  - Creates, changes and deletes an ECS cluster with its settings, the way it logs exec sessions, its default Service
    Connect namespace and its tags (CreateCluster, UpdateCluster, DeleteCluster).
  - Capacity providers are attached by M(portkey.gateway.ecs_cluster_capacity_providers).
  - An option that is not set leaves what the cluster has.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  state:
    description: Whether the cluster exists.
    type: str
    choices: [present, absent]
    default: present
  name:
    description: The cluster's name, up to 255 letters, digits, hyphens and underscores.
    type: str
    required: true
  settings:
    description: The cluster's settings.
    type: dict
    suboptions:
      container_insights:
        description:
          - How much CloudWatch Container Insights collects. A new cluster follows the account's setting unless this
            is set.
        type: str
        choices: [enabled, disabled, enhanced]
  execute_command_configuration:
    description: How sessions of ECS Exec are encrypted and logged.
    type: dict
    suboptions:
      kms_key_id:
        description: The KMS key that encrypts the data between the client and the container.
        type: str
      logging:
        description:
          - V(DEFAULT) logs by the C(awslogs) configuration of the task definition, V(OVERRIDE) by
            O(execute_command_configuration.log_configuration),
            V(NONE) does not log.
        type: str
        choices: [NONE, DEFAULT, OVERRIDE]
      log_configuration:
        description: Where sessions are logged to, for O(execute_command_configuration.logging=OVERRIDE).
        type: dict
        suboptions:
          cloud_watch_log_group_name:
            description: A log group, which must exist.
            type: str
          cloud_watch_encryption_enabled:
            description: >-
              Whether the logs are encrypted on their way to CloudWatch. The log group must be encrypted then.
            type: bool
          s3_bucket_name:
            description: A bucket, which must exist.
            type: str
          s3_encryption_enabled:
            description: Whether the logs are encrypted on their way to S3.
            type: bool
          s3_key_prefix:
            description: A prefix for the objects.
            type: str
  service_connect_namespace:
    description:
      - The Cloud Map namespace that services of this cluster use for Service Connect unless they name another.
      - An ARN, or the name of a namespace of this account. AWS creates an HTTP namespace for a name that does not
        exist.
    type: str
  wait:
    description: For O(state=absent), whether to wait for tasks and instances that are on their way out.
    type: bool
    default: true
  wait_timeout:
    description: How long to wait, in seconds.
    type: int
    default: 600
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: A cluster that logs exec sessions
  portkey.gateway.ecs_cluster:
    name: portkey-dev-cluster
    execute_command_configuration:
      logging: OVERRIDE
      log_configuration:
        cloud_watch_log_group_name: /aws/ecs/portkey
    service_connect_namespace: arn:aws:servicediscovery:us-east-1:123456789012:namespace/ns-abc
    tags:
      Project: portkey

- name: No cluster
  portkey.gateway.ecs_cluster:
    name: portkey-dev-cluster
    state: absent
"""

RETURN = r"""
cluster:
  description: The cluster as DescribeClusters gives it, in snake case. Null when it is absent.
  returned: success
  type: dict
  contains:
    cluster_arn:
      description: The cluster's ARN.
      type: str
      returned: always
      sample: arn:aws:ecs:us-east-1:123456789012:cluster/portkey-dev-cluster
    cluster_name:
      description: The cluster's name.
      type: str
      returned: always
      sample: portkey-dev-cluster
    status:
      description: ACTIVE, or what the cluster is going through.
      type: str
      returned: always
      sample: ACTIVE
    capacity_providers:
      description: The names of the capacity providers attached.
      type: list
      elements: str
      returned: always
      sample: [portkey-dev]
    tags:
      description: The cluster's tags.
      type: dict
      returned: always
      sample: {Project: portkey}
"""

from ansible_collections.portkey.gateway.plugins.module_utils._ecs import cluster
from ansible_collections.portkey.gateway.plugins.module_utils.module import run

LOG_CONFIGURATION = dict(
    cloud_watch_log_group_name=dict(type="str"),
    cloud_watch_encryption_enabled=dict(type="bool"),
    s3_bucket_name=dict(type="str"),
    s3_encryption_enabled=dict(type="bool"),
    s3_key_prefix=dict(type="str", no_log=False),
)
EXECUTE_COMMAND = dict(
    kms_key_id=dict(type="str", no_log=False),
    logging=dict(type="str", choices=["NONE", "DEFAULT", "OVERRIDE"]),
    log_configuration=dict(type="dict", options=LOG_CONFIGURATION),
)
INSIGHTS = dict(container_insights=dict(type="str", choices=["enabled", "disabled", "enhanced"]))


def main() -> None:
    run(
        cluster.ensure,
        argument_spec=dict(
            state=dict(type="str", choices=["present", "absent"], default="present"),
            name=dict(type="str", required=True),
            settings=dict(type="dict", options=INSIGHTS),
            execute_command_configuration=dict(type="dict", options=EXECUTE_COMMAND),
            service_connect_namespace=dict(type="str"),
            tags=dict(type="dict", aliases=["resource_tags"]),
            purge_tags=dict(type="bool", default=True),
            wait=dict(type="bool", default=True),
            wait_timeout=dict(type="int", default=600),
        ),
    )


if __name__ == "__main__":
    main()
