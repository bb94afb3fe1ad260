#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: codedeploy_application_info
version_added: "1.0.0"
short_description: Read CodeDeploy applications
description:
  - Reads one application or all of the region, with their deployment groups (GetApplication, ListApplications,
    ListDeploymentGroups).
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  name:
    description: Only the application of this name.
    type: str
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: All applications
  portkey.gateway.codedeploy_application_info:
"""

RETURN = r"""
applications:
  description: The applications as GetApplication gives them, in snake case. One that does not exist is left out.
  returned: success
  type: list
  elements: dict
  contains:
    application_name:
      description: The application's name.
      type: str
      returned: always
      sample: portkey-dev
    compute_platform:
      description: The compute platform.
      type: str
      returned: always
      sample: ECS
    deployment_groups:
      description: The names of its deployment groups.
      type: list
      elements: str
      returned: always
      sample: [gateway]
"""

from ansible_collections.portkey.gateway.plugins.module_utils._codedeploy import application
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        application.info,
        argument_spec=dict(
            name=dict(type="str"),
        ),
    )


if __name__ == "__main__":
    main()
