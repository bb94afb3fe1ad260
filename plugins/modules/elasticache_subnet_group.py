#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: elasticache_subnet_group
version_added: "1.0.0"
short_description: Manage a subnet group of ElastiCache
description:
  - Creates, changes and deletes a subnet group of ElastiCache (CreateCacheSubnetGroup, ModifyCacheSubnetGroup,
    DeleteCacheSubnetGroup) with its tags.
  - Unlike M(community.aws.elasticache_subnet_group) it has tags, shows a diff, and waits for a cache that has just gone
    to let the group go.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  state:
    description: Whether the subnet group exists.
    type: str
    choices: [present, absent]
    default: present
  name:
    description: Its name, which AWS keeps in small letters.
    type: str
    required: true
  description:
    description: What it is for. Unset, a new one has its name there.
    type: str
  subnet_ids:
    description: The subnets. Required for a new group. One in which a node of a cache stands cannot be taken out.
    type: list
    elements: str
  wait_timeout:
    description: How long deleting it may be held up by a cache that is going, in seconds.
    type: int
    default: 600
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Name the subnets of the caches
  portkey.gateway.elasticache_subnet_group:
    name: portkey-dev-cache
    subnet_ids:
      - subnet-0a1b2c3d4e5f67890
      - subnet-0f9e8d7c6b5a43210
    tags:
      Project: portkey
"""

RETURN = r"""
subnet_group:
  description: The subnet group. Null when it is absent.
  returned: success
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      returned: always
      sample: portkey-dev-cache
    arn:
      description: Its ARN. V((known after apply)) when check mode foresees a new one.
      type: str
      returned: always
    description:
      description: What it is for.
      type: str
      returned: always
    subnet_ids:
      description: The subnets, sorted.
      type: list
      elements: str
      returned: always
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {Project: portkey}
"""

from ansible_collections.portkey.gateway.plugins.module_utils._elasticache import subnet_group
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        subnet_group.ensure,
        argument_spec=dict(
            state=dict(type="str", choices=["present", "absent"], default="present"),
            name=dict(type="str", required=True),
            description=dict(type="str"),
            subnet_ids=dict(type="list", elements="str"),
            wait_timeout=dict(type="int", default=600),
            tags=dict(type="dict", aliases=["resource_tags"]),
            purge_tags=dict(type="bool", default=True),
        ),
    )


if __name__ == "__main__":
    main()
