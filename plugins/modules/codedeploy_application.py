#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: codedeploy_application
version_added: "1.0.0"
short_description: Manage a CodeDeploy application for ECS
description:
  - Creates and deletes an application of the compute platform ECS, and keeps its tags (CreateApplication,
    DeleteApplication, TagResource, UntagResource).
  - An application of another compute platform is refused, because CodeDeploy cannot change it.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  state:
    description: Whether it exists.
    type: str
    choices: [present, absent]
    default: present

  name:
    description: The application's name.
    type: str
    required: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: The application of the gateway
  portkey.gateway.codedeploy_application:
    name: portkey-dev
    tags:
      Project: portkey
"""

RETURN = r"""
application:
  description: The application as GetApplication gives it, in snake case. Null when it is absent.
  returned: success
  type: dict
  contains:
    application_id:
      description: The application's id.
      type: str
      returned: always
      sample: 45b2e8d9-0ad0-49d6-ba40-ea3673fb1acb
    application_name:
      description: The application's name.
      type: str
      returned: always
      sample: portkey-dev
    compute_platform:
      description: The compute platform, always V(ECS).
      type: str
      returned: always
      sample: ECS
    tags:
      description: The application's tags, when the task gave some.
      type: dict
      returned: always
      sample: {Project: portkey}
"""

from ansible_collections.portkey.gateway.plugins.module_utils._codedeploy import application
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        application.ensure,
        argument_spec=dict(
            state=dict(type="str", choices=["present", "absent"], default="present"),
            name=dict(type="str", required=True),
            tags=dict(type="dict", aliases=["resource_tags"]),
            purge_tags=dict(type="bool", default=True),
        ),
    )


if __name__ == "__main__":
    main()
