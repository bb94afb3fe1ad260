#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: ecr_pull_through_cache_rule
version_added: "1.0.0"
short_description: Manage a pull-through cache rule of Amazon ECR
description:
  - Creates, changes and deletes a rule (CreatePullThroughCacheRule, UpdatePullThroughCacheRule,
    DeletePullThroughCacheRule), by which the images of an upstream registry can be pulled through ECR, which keeps
    them.
  - The stock collections have no such module.
  - ECR cannot change the upstream registry of a rule; asked for that, the module fails and changes nothing.
  - A rule has no tags. Deleting it leaves the repositories that it has filled.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  state:
    description: Whether the rule exists.
    type: str
    choices: [present, absent]
    default: present
  ecr_repository_prefix:
    description: How the names of the repositories begin, 2 to 30 small letters, digits, and separators between them.
    type: str
    required: true
  upstream_registry_url:
    description: The upstream registry, such as V(registry-1.docker.io). Required with O(state=present).
    type: str
  credential_arn:
    description:
      - The secret with C(username) and C(accessToken) for the upstream registry. Its name must begin with
        C(ecr-pullthroughcache/).
      - A secret that ECR does not see yet is waited for, up to a minute.
    type: str
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Pull the images of Docker Hub through ECR
  portkey.gateway.ecr_pull_through_cache_rule:
    ecr_repository_prefix: portkey-dev
    upstream_registry_url: registry-1.docker.io
    credential_arn: arn:aws:secretsmanager:us-east-1:123456789012:secret:ecr-pullthroughcache/docker-hub-AbCdEf
"""

RETURN = r"""
rule:
  description: The rule. Null when it is absent.
  returned: success
  type: dict
  contains:
    ecr_repository_prefix:
      description: How the names of its repositories begin.
      type: str
      returned: always
      sample: portkey-dev
    upstream_registry_url:
      description: The upstream registry.
      type: str
      returned: always
      sample: registry-1.docker.io
    credential_arn:
      description: The secret for it, or null.
      type: str
      returned: always
      sample: arn:aws:secretsmanager:us-east-1:123456789012:secret:ecr-pullthroughcache/docker-hub-AbCdEf
"""

from ansible_collections.portkey.gateway.plugins.module_utils._ecr import pull_through_cache_rule
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        pull_through_cache_rule.ensure,
        argument_spec=dict(
            state=dict(type="str", choices=["present", "absent"], default="present"),
            ecr_repository_prefix=dict(type="str", required=True),
            upstream_registry_url=dict(type="str"),
            credential_arn=dict(type="str"),
        ),
        required_if=[("state", "present", ["upstream_registry_url"])],
    )


if __name__ == "__main__":
    main()
