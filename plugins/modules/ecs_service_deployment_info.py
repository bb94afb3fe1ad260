#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: ecs_service_deployment_info
version_added: "1.0.0"
short_description: Read the deployments of an ECS service
description:
  - Reads the most recent deployments of a service (ListServiceDeployments, DescribeServiceDeployments,
    DescribeServiceRevisions).
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  cluster:
    description: The cluster's name or ARN.
    type: str
    required: true
  service:
    description: The service's name.
    type: str
    required: true
  status:
    description: Only deployments with one of these statuses.
    type: list
    elements: str
    choices:
      - PENDING
      - IN_PROGRESS
      - SUCCESSFUL
      - STOP_REQUESTED
      - STOPPED
      - ROLLBACK_REQUESTED
      - ROLLBACK_IN_PROGRESS
      - ROLLBACK_SUCCESSFUL
      - ROLLBACK_FAILED
  limit:
    description: How many deployments at most, up to 20.
    type: int
    default: 10
  include_revisions:
    description: Whether to read the revisions that the deployments were to bring about.
    type: bool
    default: false
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: The last deployment
  portkey.gateway.ecs_service_deployment_info:
    cluster: portkey-dev-cluster
    service: gateway
    limit: 1
"""

RETURN = r"""
service_deployments:
  description: The deployments as DescribeServiceDeployments gives them, in snake case, the newest first.
  returned: success
  type: list
  elements: dict
  contains:
    service_deployment_arn:
      description: The deployment's ARN.
      type: str
      returned: always
      sample: arn:aws:ecs:us-east-1:123456789012:service-deployment/portkey-dev-cluster/gateway/abc
    status:
      description: The deployment's status.
      type: str
      returned: always
      sample: SUCCESSFUL
    status_reason:
      description: Why it has that status.
      type: str
      returned: when AWS says it
    target_service_revision:
      description: The revision to bring about, with its tasks and traffic.
      type: dict
      returned: always
service_revisions:
  description: The revisions as DescribeServiceRevisions gives them, in snake case.
  returned: when O(include_revisions=true)
  type: list
  elements: dict
"""

from ansible_collections.portkey.gateway.plugins.module_utils._ecs import service_deployment
from ansible_collections.portkey.gateway.plugins.module_utils._ecs.deployment import STATUSES
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        service_deployment.info,
        argument_spec=dict(
            cluster=dict(type="str", required=True),
            service=dict(type="str", required=True),
            status=dict(type="list", elements="str", choices=list(STATUSES)),
            limit=dict(type="int", default=10),
            include_revisions=dict(type="bool", default=False),
        ),
    )


if __name__ == "__main__":
    main()
