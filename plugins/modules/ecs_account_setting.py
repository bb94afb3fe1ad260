#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: ecs_account_setting
version_added: "1.0.0"
short_description: Set the account's default for a setting of Amazon ECS
description:
  - Sets the default of an ECS account setting for every principal of the account in a region
    (PutAccountSettingDefault).
  - A principal with a setting of its own keeps it. What is compared is the account's default, not the caller's setting.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  name:
    description:
      - The setting, in the spelling of the API.
      - V(awsvpcTrunking) lets an instance run more tasks with a network interface of their own. It counts for
        container instances that register after it is enabled.
    type: str
    required: true
    choices:
      - awsvpcTrunking
      - containerInsights
      - containerInstanceLongArnFormat
      - defaultLogDriverMode
      - fargateEventWindows
      - fargateFIPSMode
      - fargateTaskRetirementWaitPeriod
      - guardDutyActivate
      - serviceLongArnFormat
      - tagResourceAuthorization
      - taskLongArnFormat
  value:
    description:
      - The value. Most settings take V(enabled) and V(disabled); O(name=containerInsights) also takes V(enhanced),
        O(name=tagResourceAuthorization) takes V(on) and V(off), O(name=defaultLogDriverMode) takes V(blocking) and
        V(non-blocking), and O(name=fargateTaskRetirementWaitPeriod) takes days.
    type: str
    required: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Allow more tasks per instance
  portkey.gateway.ecs_account_setting:
    name: awsvpcTrunking
    value: enabled
"""

RETURN = r"""
setting:
  description: The account's default for the setting.
  returned: success
  type: dict
  contains:
    name:
      description: The setting.
      type: str
      returned: always
      sample: awsvpcTrunking
    value:
      description: Its value.
      type: str
      returned: always
      sample: enabled
    principal_arn:
      description: Whom the setting is stored for. The root stands for the whole account.
      type: str
      returned: when AWS says it
      sample: arn:aws:iam::123456789012:root
"""

from ansible_collections.portkey.gateway.plugins.module_utils._ecs import account_setting
from ansible_collections.portkey.gateway.plugins.module_utils.module import run

SETTINGS = [
    "awsvpcTrunking",
    "containerInsights",
    "containerInstanceLongArnFormat",
    "defaultLogDriverMode",
    "fargateEventWindows",
    "fargateFIPSMode",
    "fargateTaskRetirementWaitPeriod",
    "guardDutyActivate",
    "serviceLongArnFormat",
    "tagResourceAuthorization",
    "taskLongArnFormat",
]


def main() -> None:
    run(
        account_setting.ensure,
        argument_spec=dict(
            name=dict(type="str", required=True, choices=SETTINGS),
            value=dict(type="str", required=True),
        ),
    )


if __name__ == "__main__":
    main()
