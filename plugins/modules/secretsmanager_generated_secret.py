#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: secretsmanager_generated_secret
version_added: "1.0.0"
short_description: Have a random secret in Secrets Manager that nobody sees
description:
  - Creates a secret with a random value (CreateSecret), once. The value is made in the module and sent to Secrets
    Manager; it appears in no option, result, diff or log.
  - A secret that exists keeps its value, whatever that is. One that is scheduled for deletion is restored with it.
  - M(community.aws.secretsmanager_secret) has to be given the value, which then is in a task.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  name:
    description: The name of the secret.
    type: str
    required: true
  description:
    description: What it is for; written when the secret is made.
    type: str
    required: true
  key:
    description: The key of the value in the secret, which is a JSON object.
    type: str
    required: true
  length:
    description: How many letters and digits the value has, 16 to 128.
    type: int
    default: 64
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Have a token for the cache
  portkey.gateway.secretsmanager_generated_secret:
    name: portkey/dev/redis-auth
    description: The token of the Portkey gateway's cache
    key: REDIS_PASSWORD
    tags:
      Project: portkey
"""

RETURN = r"""
secret:
  description: The secret, without its value.
  returned: success
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      returned: always
      sample: portkey/dev/redis-auth
    arn:
      description: Its ARN. V((known after apply)) when check mode foresees a new secret.
      type: str
      returned: always
    version_id:
      description: The id of its current version. V((known after apply)) when check mode foresees a new secret.
      type: str
      returned: always
    description:
      description: What it is for.
      type: str
      returned: always
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {Project: portkey}
"""

from ansible_collections.portkey.gateway.plugins.module_utils._secretsmanager import generated
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        generated.ensure,
        argument_spec=dict(
            name=dict(type="str", required=True),
            description=dict(type="str", required=True),
            key=dict(type="str", required=True, no_log=False),
            length=dict(type="int", default=64),
            tags=dict(type="dict", aliases=["resource_tags"]),
            purge_tags=dict(type="bool", default=True),
        ),
    )


if __name__ == "__main__":
    main()
