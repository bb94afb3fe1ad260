#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: cloudwatch_dashboard
version_added: "1.0.0"
short_description: Manage a CloudWatch dashboard
description:
  - Creates, changes and deletes a dashboard (GetDashboard, PutDashboard, DeleteDashboards).
  - Bodies are compared as what their text says. What CloudWatch takes but warns of is a failure, with its messages.
  - No collection that this one stands on has a module for dashboards.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  state:
    description: Whether the dashboard exists.
    type: str
    choices: [present, absent]
    default: present
  name:
    description: What it is called, of letters, digits, V(-) and V(_).
    type: str
    required: true
  body:
    description: What is on it, as CloudWatch's dashboard body structure has it. Required unless it is absent.
    type: json
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Show how many requests there are
  portkey.gateway.cloudwatch_dashboard:
    name: my-gateway
    body:
      widgets:
        - type: metric
          x: 0
          y: 0
          width: 12
          height: 6
          properties:
            title: Requests
            region: us-east-1
            stat: Sum
            period: 60
            metrics:
              - [AWS/ApplicationELB, RequestCount, LoadBalancer, app/my-gateway/50dc6c495c0c9188]
"""

RETURN = r"""
dashboard:
  description: The dashboard. Null when it is absent.
  returned: success
  type: dict
  contains:
    name:
      description: What it is called.
      type: str
      returned: always
      sample: my-gateway
    body:
      description: What is on it.
      type: dict
      returned: always
      sample: {widgets: []}
"""

from ansible_collections.portkey.gateway.plugins.module_utils._cloudwatch import dashboard
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        dashboard.ensure,
        argument_spec=dict(
            state=dict(type="str", choices=["present", "absent"], default="present"),
            name=dict(type="str", required=True),
            body=dict(type="json"),
        ),
        required_if=[("state", "present", ("body",))],
    )


if __name__ == "__main__":
    main()
