#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: codedeploy_deployment_group_info
version_added: "1.0.0"
short_description: Read the deployment groups of a CodeDeploy application
description:
  - Reads one deployment group of an application, or all of them (GetDeploymentGroup, ListDeploymentGroups).
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  application:
    description: The application's name.
    type: str
    required: true
  name:
    description: Only the deployment group of this name.
    type: str
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: The gateway's deployment group
  portkey.gateway.codedeploy_deployment_group_info:
    application: portkey-dev
    name: gateway
"""

RETURN = r"""
deployment_groups:
  description: >-
    The deployment groups in the words of M(portkey.gateway.codedeploy_deployment_group). One that does not exist is
    left out.
  returned: success
  type: list
  elements: dict
"""

from ansible_collections.portkey.gateway.plugins.module_utils._codedeploy import group
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        group.info,
        argument_spec=dict(
            application=dict(type="str", required=True),
            name=dict(type="str"),
        ),
    )


if __name__ == "__main__":
    main()
