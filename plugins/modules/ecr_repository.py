#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: ecr_repository
version_added: "1.0.0"
short_description: Manage a repository of Amazon ECR
description:
  - Creates, changes and deletes a private repository (CreateRepository, PutLifecyclePolicy, DeleteLifecyclePolicy,
    DeleteRepository) with its tags.
  - Unlike M(community.aws.ecs_ecr) it has tags, and shows them and the lifecycle policy in its diff.
  - An option that is not set leaves that property of an existing repository alone.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  state:
    description: Whether the repository exists.
    type: str
    choices: [present, absent]
    default: present
  name:
    description: Its name, with its namespace.
    type: str
    required: true
  lifecycle_policy:
    description: Which images expire, as a JSON document. An empty string is none.
    type: json
  force:
    description: Whether O(state=absent) also deletes a repository with images.
    type: bool
    default: false
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Keep the last ten images of the gateway
  portkey.gateway.ecr_repository:
    name: portkey-dev/portkeyai/gateway_enterprise
    lifecycle_policy: >-
      {"rules": [{"rulePriority": 1,
                  "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 10},
                  "action": {"type": "expire"}}]}
    tags:
      Project: portkey
"""

RETURN = r"""
repository:
  description: The repository. Null when it is absent.
  returned: success
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      returned: always
      sample: portkey-dev/library/redis
    arn:
      description: Its ARN. V((known after apply)) when check mode foresees a new one.
      type: str
      returned: always
      sample: arn:aws:ecr:us-east-1:123456789012:repository/portkey-dev/library/redis
    uri:
      description: How images are pulled from it. V((known after apply)) when check mode foresees a new one.
      type: str
      returned: always
      sample: 123456789012.dkr.ecr.us-east-1.amazonaws.com/portkey-dev/library/redis
    lifecycle_policy:
      description: Which images expire. Null when none do.
      type: dict
      returned: always
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {Project: portkey}
"""

from ansible_collections.portkey.gateway.plugins.module_utils._ecr import repository
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        repository.ensure,
        argument_spec=dict(
            state=dict(type="str", choices=["present", "absent"], default="present"),
            name=dict(type="str", required=True),
            lifecycle_policy=dict(type="json"),
            force=dict(type="bool", default=False),
            tags=dict(type="dict", aliases=["resource_tags"]),
            purge_tags=dict(type="bool", default=True),
        ),
    )


if __name__ == "__main__":
    main()
