#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: logs_log_group
version_added: "1.0.0"
short_description: Manage a CloudWatch log group
description:
  - Creates, changes and deletes a CloudWatch log group (CreateLogGroup, PutRetentionPolicy, DeleteRetentionPolicy,
    AssociateKmsKey, DisassociateKmsKey, DeleteLogGroup) with its tags.
  - Unlike M(amazon.aws.cloudwatchlogs_log_group), which sets the retention in check mode as well, it only tells in
    check mode what it would do, with a diff.
  - An option that is not set leaves that property of an existing log group alone.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  state:
    description: Whether the log group exists. V(absent) deletes it with all that was written to it.
    type: str
    choices: [present, absent]
    default: present
  name:
    description: The log group's name.
    type: str
    required: true
  retention_in_days:
    description:
      - How many days its events are kept. V(0) keeps them for ever, as a new log group does unless told otherwise.
    type: int
    choices:
      [0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]
  kms_key_id:
    description: The ARN of the key that encrypts its events; an empty string stands for AWS's own.
    type: str
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Keep the logs of a service for two weeks
  portkey.gateway.logs_log_group:
    name: /ecs/portkey/dev/gateway
    retention_in_days: 14
    tags:
      Project: portkey
"""

RETURN = r"""
log_group:
  description: The log group. Null when it is absent.
  returned: success
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      returned: always
      sample: /ecs/portkey/dev/gateway
    arn:
      description:
        - Its ARN, without the star at the end. V((known after apply)) when check mode foresees a new log group.
      type: str
      returned: always
      sample: arn:aws:logs:us-east-1:123456789012:log-group:/ecs/portkey/dev/gateway
    retention_in_days:
      description: How many days its events are kept, V(0) when for ever.
      type: int
      returned: always
      sample: 14
    kms_key_id:
      description: The ARN of its key, empty for AWS's own.
      type: str
      returned: always
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {Project: portkey}
"""

from ansible_collections.portkey.gateway.plugins.module_utils._logs import log_group
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        log_group.ensure,
        argument_spec=dict(
            state=dict(type="str", choices=["present", "absent"], default="present"),
            name=dict(type="str", required=True),
            retention_in_days=dict(type="int", choices=log_group.RETENTION_DAYS),
            kms_key_id=dict(type="str"),
            tags=dict(type="dict", aliases=["resource_tags"]),
            purge_tags=dict(type="bool", default=True),
        ),
    )


if __name__ == "__main__":
    main()
