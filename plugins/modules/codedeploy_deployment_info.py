#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: codedeploy_deployment_info
version_added: "1.0.0"
short_description: Read CodeDeploy deployments of an ECS service
description:
  - Reads one deployment, or the most recent ones of a deployment group, with their lifecycle events and task sets
    (ListDeployments, BatchGetDeployments, GetDeploymentTarget).
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  deployment_id:
    description: Only this deployment.
    type: str
  application:
    description: The application's name.
    type: str
  deployment_group:
    description: The deployment group's name.
    type: str
  status:
    description: Only deployments with one of these statuses.
    type: list
    elements: str
    choices: [Created, Queued, InProgress, Baking, Succeeded, Failed, Stopped, Ready]
  limit:
    description: How many deployments at most.
    type: int
    default: 10
  include_targets:
    description: Whether to read the lifecycle events and task sets as well.
    type: bool
    default: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: The last deployment
  portkey.gateway.codedeploy_deployment_info:
    application: portkey-dev
    deployment_group: gateway
    limit: 1
"""

RETURN = r"""
deployments:
  description: The deployments as GetDeployment gives them, in snake case, the newest first.
  returned: success
  type: list
  elements: dict
  contains:
    deployment_id:
      description: The deployment's id.
      type: str
      returned: always
      sample: d-A1B2C3D4E
    status:
      description: The deployment's status.
      type: str
      returned: always
      sample: Succeeded
    target:
      description: The service as GetDeploymentTarget gives it, in snake case.
      type: dict
      returned: when O(include_targets=true) and the deployment has started
"""

from ansible_collections.portkey.gateway.plugins.module_utils._codedeploy import deployment
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        deployment.info,
        argument_spec=dict(
            deployment_id=dict(type="str"),
            application=dict(type="str"),
            deployment_group=dict(type="str"),
            status=dict(
                type="list",
                elements="str",
                choices=["Created", "Queued", "InProgress", "Baking", "Succeeded", "Failed", "Stopped", "Ready"],
            ),
            limit=dict(type="int", default=10),
            include_targets=dict(type="bool", default=True),
        ),
        required_one_of=[["deployment_id", "deployment_group"]],
        required_together=[["application", "deployment_group"]],
    )


if __name__ == "__main__":
    main()
