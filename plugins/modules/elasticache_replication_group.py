#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: elasticache_replication_group
version_added: "1.0.0"
short_description: Manage a replication group of ElastiCache
description:
  - Creates, changes and deletes a replication group of Valkey or Redis OSS (CreateReplicationGroup,
    ModifyReplicationGroup, IncreaseReplicaCount, DecreaseReplicaCount, ModifyReplicationGroupShardConfiguration,
    DeleteReplicationGroup) with its tags. The stock collections have no module for it.
  - It is encrypted in transit and at rest, and asks for a token. The token is read from Secrets Manager and sent to
    ElastiCache by the module; it appears in no option, result, diff or log.
  - AWS takes one change at a time, and none while the group is at work. With O(wait=true) the module makes one after
    the other; without, the first of them, and the next ones when it is called again.
  - Changes are made at once, not in the maintenance window. Deleting makes no last snapshot.
  - An option that is not set leaves that property of an existing group alone.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  state:
    description: Whether the group exists.
    type: str
    choices: [present, absent]
    default: present
  name:
    description: The id of the group.
    type: str
    required: true
  description:
    description: What it is for. Required for a new group.
    type: str
  engine:
    description: What it runs. From V(redis) to V(valkey) it can be changed, not back. Required for a new group.
    type: str
    choices: [valkey, redis]
  engine_version:
    description:
      - The version that it has at least. One that is later, of the same major version, is left alone; AWS cannot go
        back to an earlier one. Required for a new group.
    type: str
  cache_node_type:
    description: The type of its nodes. Required for a new group.
    type: str
  cluster_mode:
    description: Whether the data may lie in several shards. Cannot be changed. Unset, a new group has V(disabled).
    type: str
    choices: [enabled, disabled]
  num_node_groups:
    description: How many shards it has. Unset, a new group has 1.
    type: int
  replicas_per_node_group:
    description: How many replicas each shard has. Unset, a new group has none.
    type: int
  multi_az:
    description:
      - Whether the replicas are in other zones, and one takes over by itself. Without it that is so only with
        O(cluster_mode=enabled). Unset, a new group is not.
    type: bool
  cache_subnet_group_name:
    description: The subnet group. Cannot be changed. Required for a new group.
    type: str
  security_group_ids:
    description: The security groups of its nodes.
    type: list
    elements: str
  snapshot_retention_limit:
    description: How many days daily snapshots are kept. V(0) makes none, as a new group does unless told otherwise.
    type: int
  preferred_maintenance_window:
    description: When AWS may work on it, in UTC. Unset, AWS chooses.
    type: str
  auth_token_secret:
    description:
      - The ARN of the secret that has the token below the key C(REDIS_PASSWORD). Required for a new group.
      - Where the secret has been changed after the group was last told, it is told the new one (strategy ROTATE). The
        one from before stays good until the next.
    type: str
  wait:
    description: Whether to wait until the group is available, or gone.
    type: bool
    default: true
  wait_timeout:
    description: How long each wait may take, in seconds.
    type: int
    default: 3600
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Have a cache with a replica in another zone
  portkey.gateway.elasticache_replication_group:
    name: portkey-dev-cache
    description: Cache of the Portkey gateway
    engine: valkey
    engine_version: "8.0"
    cache_node_type: cache.t4g.small
    replicas_per_node_group: 1
    multi_az: true
    cache_subnet_group_name: portkey-dev-cache
    security_group_ids:
      - sg-0a1b2c3d4e5f67890
    auth_token_secret: arn:aws:secretsmanager:us-east-1:123456789012:secret:portkey/dev/redis-auth-AbCdEf
    tags:
      Project: portkey
"""

RETURN = r"""
replication_group:
  description: The group as it is, or as it is going to be. Null when it is absent.
  returned: success
  type: dict
  contains:
    name:
      description: Its id.
      type: str
      returned: always
      sample: portkey-dev-cache
    arn:
      description: Its ARN. V((known after apply)) when check mode foresees a new group.
      type: str
      returned: always
    status:
      description: What AWS says of it, such as V(available) or V(creating). Null in check mode for a new one.
      type: str
      returned: always
      sample: available
    endpoint:
      description:
        - The address that clients call, of the primary or with O(cluster_mode=enabled) of the cluster.
          V((known after apply)) while there is none yet.
      type: str
      returned: always
      sample: master.portkey-dev-cache.abcdef.use1.cache.amazonaws.com
    port:
      description: Its port, or null while there is none yet.
      type: int
      returned: always
      sample: 6379
    engine:
      description: What it runs.
      type: str
      returned: always
      sample: valkey
    engine_version:
      description: The version.
      type: str
      returned: always
      sample: 8.0.1
    cache_node_type:
      description: The type of its nodes.
      type: str
      returned: always
      sample: cache.t4g.small
    cluster_mode:
      description: Whether it is a cluster.
      type: str
      returned: always
      sample: disabled
    num_node_groups:
      description: How many shards it has.
      type: int
      returned: always
      sample: 1
    replicas_per_node_group:
      description: How many replicas each shard has.
      type: int
      returned: always
      sample: 1
    multi_az:
      description: Whether the replicas are in other zones.
      type: bool
      returned: always
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {Project: portkey}
"""

from ansible_collections.portkey.gateway.plugins.module_utils._elasticache import replication_group
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(replication_group.ensure, argument_spec=replication_group.ARGUMENTS)


if __name__ == "__main__":
    main()
