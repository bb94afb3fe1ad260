#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: codedeploy_deployment_config_info
version_added: "1.0.0"
short_description: Read CodeDeploy deployment configurations for ECS
description:
  - Reads the deployment configurations of the compute platform ECS, AWS's own included (ListDeploymentConfigs,
    GetDeploymentConfig).
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  name:
    description: Only the configuration of this name.
    type: str
  prefix:
    description: Only configurations whose names begin so.
    type: str
    default: ""
  pattern:
    description: Only configurations whose whole names match this regular expression of Python.
    type: str
    default: ".*"
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Those that AWS has
  portkey.gateway.codedeploy_deployment_config_info:
    prefix: CodeDeployDefault.ECS
"""

RETURN = r"""
deployment_configs:
  description: The configurations as GetDeploymentConfig gives them, in snake case.
  returned: success
  type: list
  elements: dict
  contains:
    deployment_config_name:
      description: The configuration's name.
      type: str
      returned: always
      sample: CodeDeployDefault.ECSCanary10Percent5Minutes
    routing:
      description: How traffic is shifted, in the words of M(portkey.gateway.codedeploy_deployment_config).
      type: dict
      returned: always
      sample: {type: canary, percentage: 10, interval: 5}
"""

from ansible_collections.portkey.gateway.plugins.module_utils._codedeploy import config
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        config.info,
        argument_spec=dict(
            name=dict(type="str"),
            prefix=dict(type="str", default=""),
            pattern=dict(type="str", default=".*"),
        ),
    )


if __name__ == "__main__":
    main()
