#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: servicediscovery_namespace
version_added: "1.0.0"
short_description: Manage an AWS Cloud Map namespace
description:
  - Creates, changes and deletes a Cloud Map namespace (CreateHttpNamespace, CreatePrivateDnsNamespace,
    UpdateHttpNamespace, UpdatePrivateDnsNamespace, DeleteNamespace) and waits for Cloud Map's operation to end.
  - A namespace whose creation is already running is waited for instead of being created twice.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  state:
    description: Whether the namespace exists.
    type: str
    choices: [present, absent]
    default: present
  name:
    description: The namespace's name. Together with O(type) it says which namespace is meant.
    type: str
    required: true
  type:
    description:
      - V(http) is found by API calls only, which is all that ECS Service Connect needs. V(private_dns) makes a hosted
        zone as well.
    type: str
    choices: [http, private_dns]
    default: http
  vpc_id:
    description: The VPC in which names of a O(type=private_dns) namespace resolve. Used on creation only.
    type: str
  description:
    description: A description.
    type: str
  wait_timeout:
    description: How long to wait for Cloud Map, in seconds.
    type: int
    default: 300
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: A namespace for Service Connect
  portkey.gateway.servicediscovery_namespace:
    name: portkey-dev
    description: Services of portkey-dev
    tags:
      Project: portkey
"""

RETURN = r"""
namespace:
  description: The namespace. Null when it is absent.
  returned: success
  type: dict
  contains:
    id:
      description: The namespace's id.
      type: str
      returned: always
      sample: ns-abcdefghijklmnop
    arn:
      description: The namespace's ARN.
      type: str
      returned: always
      sample: arn:aws:servicediscovery:us-east-1:123456789012:namespace/ns-abcdefghijklmnop
    name:
      description: The namespace's name.
      type: str
      returned: always
      sample: portkey-dev
    type:
      description: The type as the option gives it.
      type: str
      returned: always
      sample: http
    tags:
      description: The namespace's tags.
      type: dict
      returned: always
      sample: {Project: portkey}
"""

from ansible_collections.portkey.gateway.plugins.module_utils._servicediscovery import namespace
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        namespace.ensure,
        argument_spec=dict(
            state=dict(type="str", choices=["present", "absent"], default="present"),
            name=dict(type="str", required=True),
            type=dict(type="str", choices=["http", "private_dns"], default="http"),
            vpc_id=dict(type="str"),
            description=dict(type="str"),
            tags=dict(type="dict", aliases=["resource_tags"]),
            purge_tags=dict(type="bool", default=True),
            wait_timeout=dict(type="int", default=300),
        ),
    )


if __name__ == "__main__":
    main()
