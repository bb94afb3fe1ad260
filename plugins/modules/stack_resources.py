#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stack_resources
version_added: "1.0.0"
short_description: Remove what a stack consists of
description:
  - Finds what the stack owns as M(portkey.gateway.stack_audit_info) does, and removes it, side by side where AWS allows
    it, each thing after those that need it. It waits for what AWS takes its time to let go of, such as draining
    services, NAT gateways and the network interfaces of load balancers.
  - Nothing is removed that does not have the stack's tags, except, in the stack's own VPC, an internet gateway and
    route tables without any tag that no other subnet uses, which a run that was killed leaves there.
  - What holds a thing that is to go, and is somebody else's, is named in the failure and stays. The rest goes.
  - Run again, it goes on with what is left.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  state:
    description: That they go.
    type: str
    choices: [absent]
    default: absent
  kinds:
    description:
      - Only these kinds, by the module that manages such a thing, for example C(ecs_service). Unset, all.
      - They go in the right order, whatever the order here.
    type: list
    elements: str
  only:
    description: Of these kinds, only what is called so. Unset, all.
    type: list
    elements: str
  secret_recovery_days:
    description: For how many days a secret can be restored, 7 to 30. 0 deletes it at once.
    type: int
    default: 30
  wait_timeout:
    description: How long each thing may take to go, in seconds.
    type: int
    default: 1800
extends_documentation_fragment:
  - portkey.gateway.stack
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Remove everything but secrets and logs
  portkey.gateway.stack_resources:
    project: portkey-gateway
    environment: dev
    names: "{{ preflight_stack.names }}"
    state: absent
"""

RETURN = r"""
removed:
  description: What was removed, or in check mode would be.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: The module that manages such a thing.
      type: str
      returned: always
      sample: ec2_vpc_nat_gateway
    name:
      description: Its name.
      type: str
      returned: always
      sample: portkey-gateway-dev-nat-1
    id:
      description: What AWS calls it.
      type: str
      returned: always
      sample: nat-0123456789abcdef0
failures:
  description: What could not be removed.
  returned: failure
  type: list
  elements: dict
  contains:
    kind:
      description: The module that manages such a thing.
      type: str
      returned: always
      sample: ec2_vpc_nat_gateway
    name:
      description: Its name.
      type: str
      returned: always
      sample: portkey-gateway-dev-nat-1
    id:
      description: What AWS calls it.
      type: str
      returned: always
      sample: nat-0123456789abcdef0
    reason:
      description: Why not.
      type: str
      returned: always
left:
  description: What was not tried because of that.
  returned: failure
  type: list
  elements: dict
  contains:
    kind:
      description: The module that manages such a thing.
      type: str
      returned: always
      sample: ec2_vpc_nat_gateway
    name:
      description: Its name.
      type: str
      returned: always
      sample: portkey-gateway-dev-nat-1
    id:
      description: What AWS calls it.
      type: str
      returned: always
      sample: nat-0123456789abcdef0
last_states:
  description: What was seen last of each that failed.
  returned: failure
  type: dict
"""

from ansible_collections.portkey.gateway.plugins.module_utils._audit.options import arguments
from ansible_collections.portkey.gateway.plugins.module_utils._removal import remove
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        remove.ensure_absent,
        argument_spec=arguments(
            state=dict(type="str", choices=["absent"], default="absent"),
            kinds=dict(type="list", elements="str"),
            only=dict(type="list", elements="str"),
            secret_recovery_days=dict(type="int", default=30, no_log=False),
            wait_timeout=dict(type="int", default=1800),
        ),
    )


if __name__ == "__main__":
    main()
