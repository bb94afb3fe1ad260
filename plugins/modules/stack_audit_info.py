#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stack_audit_info
version_added: "1.0.0"
short_description: List everything in the account that is of a stack
description:
  - Asks every service that a stack uses, side by side, for what has the stack's tags C(Project), C(Environment) and
    C(ManagedBy=Ansible), and for what has one of its names and none of these tags.
  - After an uninstall it proves that nothing is left; before, it lists what there is.
author:
  - The portkey.gateway authors (@portkey-gateway)
extends_documentation_fragment:
  - portkey.gateway.stack
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Prove that nothing is left
  portkey.gateway.stack_audit_info:
    project: portkey-gateway
    environment: dev
    names: "{{ preflight_stack.names }}"
  register: audit
  failed_when: (audit.orphans + audit.unclaimed) | length > 0
"""

RETURN = r"""
orphans:
  description: What is the stack's by its tags.
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
    tags:
      description: Its tags.
      type: dict
      returned: always
    owned:
      description: Whether it is the stack's by its tags.
      type: bool
      returned: always
    leaving:
      description: Whether AWS is deleting it already, or will on a day that is set.
      type: bool
      returned: always
unclaimed:
  description: What has a name of the stack's, and no tags that say whose it is.
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
    tags:
      description: Its tags.
      type: dict
      returned: always
    owned:
      description: Whether it is the stack's by its tags.
      type: bool
      returned: always
    leaving:
      description: Whether AWS is deleting it already, or will on a day that is set.
      type: bool
      returned: always
kept:
  description: What stays because it may.
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
    tags:
      description: Its tags.
      type: dict
      returned: always
    owned:
      description: Whether it is the stack's by its tags.
      type: bool
      returned: always
    leaving:
      description: Whether AWS is deleting it already, or will on a day that is set.
      type: bool
      returned: always
listing:
  description: RV(orphans) and RV(unclaimed) in words.
  returned: success
  type: list
  elements: str
  sample: ["ec2_vpc_nat_gateway portkey-gateway-dev-nat-1 (nat-0123456789abcdef0)"]
"""

from ansible_collections.portkey.gateway.plugins.module_utils._audit import audit
from ansible_collections.portkey.gateway.plugins.module_utils._audit.options import arguments
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(audit.info, argument_spec=arguments())


if __name__ == "__main__":
    main()
