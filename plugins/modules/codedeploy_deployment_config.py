#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: codedeploy_deployment_config
version_added: "1.0.0"
short_description: Manage a CodeDeploy deployment configuration for ECS
description:
  - Creates and deletes a configuration that says how traffic is shifted (CreateDeploymentConfig,
    DeleteDeploymentConfig).
  - CodeDeploy cannot change a configuration. One that exists and differs is refused, so give the new one another
    name.
  - The configurations that AWS has (V(CodeDeployDefault.ECSAllAtOnce) and others) need not be made.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  state:
    description: Whether it exists.
    type: str
    choices: [present, absent]
    default: present

  name:
    description: The configuration's name, which must not begin with V(CodeDeployDefault.).
    type: str
    required: true
  type:
    description:
      - V(canary) shifts O(percentage) first, and all the rest after O(interval) minutes.
      - V(linear) shifts O(percentage) every O(interval) minutes.
      - V(all_at_once) shifts everything. It is the only way with a Network Load Balancer.
    type: str
    choices: [canary, linear, all_at_once]
  percentage:
    description: The percentage of the traffic, a whole number from 1 to 99.
    type: int
  interval:
    description: The minutes between two shifts.
    type: int
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: A tenth first, the rest after ten minutes
  portkey.gateway.codedeploy_deployment_config:
    name: portkey-dev-canary-10-percent-10-minutes
    type: canary
    percentage: 10
    interval: 10
"""

RETURN = r"""
deployment_config:
  description: The configuration as GetDeploymentConfig gives it, in snake case. Null when it is absent.
  returned: success
  type: dict
  contains:
    deployment_config_name:
      description: The configuration's name.
      type: str
      returned: always
      sample: portkey-dev-canary-10-percent-10-minutes
    routing:
      description: How traffic is shifted, in the words of the options.
      type: dict
      returned: always
      sample: {type: canary, percentage: 10, interval: 10}
"""

from ansible_collections.portkey.gateway.plugins.module_utils._codedeploy import config
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        config.ensure,
        argument_spec=dict(
            state=dict(type="str", choices=["present", "absent"], default="present"),
            name=dict(type="str", required=True),
            type=dict(type="str", choices=["canary", "linear", "all_at_once"]),
            percentage=dict(type="int"),
            interval=dict(type="int"),
        ),
        required_if=[
            ("state", "present", ["type"]),
            ("type", "canary", ["percentage", "interval"]),
            ("type", "linear", ["percentage", "interval"]),
        ],
    )


if __name__ == "__main__":
    main()
