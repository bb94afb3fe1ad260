#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: application_autoscaling_suspension
version_added: "1.0.0"
short_description: Suspend autoscaling for a while, and resume it as it was
description:
  - Suspends all scaling of scalable targets before work that it would disturb, and afterwards puts back what was
    before (RegisterScalableTarget, TagResource, UntagResource). What had been suspended before stays so.
  - What was before is kept in the tag C(portkey.gateway:suspended-before) of the target. So a later run can resume
    what one that was killed has left suspended; also M(portkey.gateway.application_autoscaling_target) does, when it
    removes that tag.
  - A target that is not registered is passed over.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  state:
    description: Whether scaling is suspended, or as it was before that.
    type: str
    choices: [suspended, resumed]
    required: true
  service_namespace:
    description: The AWS service of the resources, in the spelling of the API.
    type: str
    default: ecs
  resource_ids:
    description: The resources, for ECS C(service/<cluster>/<service>).
    type: list
    elements: str
    required: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Work that the autoscaler leaves in peace
  block:
    - name: Suspend it
      portkey.gateway.application_autoscaling_suspension:
        state: suspended
        resource_ids: [service/portkey-dev-cluster/gateway]

    - name: Do the work
      ansible.builtin.include_tasks: work.yml
  always:
    - name: Resume it
      portkey.gateway.application_autoscaling_suspension:
        state: resumed
        resource_ids: [service/portkey-dev-cluster/gateway]
"""

RETURN = r"""
scalable_targets:
  description: For each resource that is a scalable target, its C(suspended_state).
  returned: success
  type: dict
  sample:
    service/portkey-dev-cluster/gateway:
      suspended_state:
        dynamic_scaling_in_suspended: true
        dynamic_scaling_out_suspended: true
        scheduled_scaling_suspended: true
"""

from ansible_collections.portkey.gateway.plugins.module_utils._applicationautoscaling import suspension
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        suspension.ensure,
        argument_spec=dict(
            state=dict(type="str", choices=["suspended", "resumed"], required=True),
            service_namespace=dict(type="str", default="ecs"),
            resource_ids=dict(type="list", elements="str", required=True),
        ),
    )


if __name__ == "__main__":
    main()
