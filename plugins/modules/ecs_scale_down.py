#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: ecs_scale_down
version_added: "1.0.0"
short_description: Scale ECS services down to nothing, and put them back as they were
description:
  - Takes the named services of a cluster, or all of them, side by side. Each leaves Application Auto Scaling first, or
    that would scale it up again; a running deployment is stopped, and the desired count, which task sets follow,
    becomes 0. Then nothing of it runs, is pending or drains.
  - What was before is returned, and kept in tags of the service itself, C(portkey:scaled-down) and numbered ones after
    it. So O(state=restored) works after a run that was killed, and on another day from another machine.
  - Other modules of this collection do not purge these tags.
  - A service that somebody has started again meanwhile stays as it is when the others are restored.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  cluster:
    description: The cluster's name or ARN.
    type: str
    required: true
  services:
    description: The names of the services. Unset, all of the cluster. Those that do not exist are passed over.
    type: list
    elements: str
    aliases: [service]
  state:
    description:
      - V(scaled_down) scales to nothing.
      - V(restored) puts the desired count and the autoscaling back, and takes the tags away.
    type: str
    choices: [scaled_down, restored]
    default: scaled_down
  previous:
    description:
      - What RV(previous) of an earlier run was. It goes before what the tags say.
      - Unset, the tags alone are asked.
    type: list
    elements: dict
  force:
    description:
      - Stop the tasks rather than wait for them to be scaled in. That ends tasks under scale-in protection, too, and
        requests that are being answered.
    type: bool
    default: false
  wait:
    description: Whether to wait until everything has come to rest, or with O(state=restored) runs again.
    type: bool
    default: true
  wait_timeout:
    description:
      - How long to wait, in seconds. It should be more than the deregistration delay of the target groups.
    type: int
    default: 900
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Pause the environment over night
  portkey.gateway.ecs_scale_down:
    cluster: portkey-dev-cluster

- name: Go on in the morning
  portkey.gateway.ecs_scale_down:
    cluster: portkey-dev-cluster
    state: restored

- name: Stop one service at once, whatever it is doing
  portkey.gateway.ecs_scale_down:
    cluster: portkey-dev-cluster
    services: [gateway]
    force: true
"""

RETURN = r"""
services:
  description: The services that were looked after.
  returned: success
  type: list
  elements: str
  sample: [gateway, redis]
previous:
  description:
    - What each service was before, to be given as O(previous).
    - What belongs to the autoscaler is in its API's own names, because it is put back literally.
  returned: success
  type: list
  elements: dict
  contains:
    service:
      description: The service's name.
      type: str
      returned: always
      sample: gateway
    desired_count:
      description: How many tasks it was to have.
      type: int
      returned: always
      sample: 2
    autoscaling:
      description: The scalable target with its tags, policies and scheduled actions. Null where nothing scaled it.
      type: dict
      returned: always
last_state:
  description: What was not at rest, tasks with their status and targets that drain.
  returned: when the time was over
  type: dict
failures:
  description: By service, the details of each failure.
  returned: when more than one service failed
  type: dict
timed_out:
  description: That the time was over.
  returned: when the time was over
  type: bool
"""

from ansible_collections.portkey.gateway.plugins.module_utils._ecs import scale_down
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        scale_down.ensure,
        argument_spec=dict(
            cluster=dict(type="str", required=True),
            services=dict(type="list", elements="str", aliases=["service"]),
            state=dict(type="str", choices=["scaled_down", "restored"], default="scaled_down"),
            previous=dict(type="list", elements="dict"),
            force=dict(type="bool", default=False),
            wait=dict(type="bool", default=True),
            wait_timeout=dict(type="int", default=900),
        ),
    )


if __name__ == "__main__":
    main()
