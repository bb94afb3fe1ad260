#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: servicediscovery_service
version_added: "1.0.0"
short_description: Manage an AWS Cloud Map service with A records
description:
  - Creates and deletes a Cloud Map service in a private DNS namespace, and keeps its tags (CreateService,
    DeleteService, TagResource, UntagResource).
  - ECS registers tasks there, so that they are found by the name C(<name>.<namespace>).
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  state:
    description: Whether it exists.
    type: str
    choices: [present, absent]
    default: present

  name:
    description: The service's name, the first part of the DNS name.
    type: str
    required: true
  namespace_id:
    description: The id of the namespace, which must be of the type V(private_dns).
    type: str
    required: true
  ttl:
    description: How many seconds resolvers keep an address. It cannot be changed later.
    type: int
    default: 10
  wait_timeout:
    description: How long to wait for the last registered task to leave before it is deleted, in seconds.
    type: int
    default: 300
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Let redis be found by its name
  portkey.gateway.servicediscovery_service:
    name: redis
    namespace_id: ns-abcdefghijklmnop
"""

RETURN = r"""
service:
  description: The service. Null when it is absent.
  returned: success
  type: dict
  contains:
    id:
      description: The service's id.
      type: str
      returned: always
      sample: srv-abcdefghijklmnop
    arn:
      description: The service's ARN.
      type: str
      returned: always
      sample: arn:aws:servicediscovery:us-east-1:123456789012:service/srv-abcdefghijklmnop
    name:
      description: The service's name.
      type: str
      returned: always
      sample: redis
    tags:
      description: The service's tags.
      type: dict
      returned: always
      sample: {Project: portkey}
"""

from ansible_collections.portkey.gateway.plugins.module_utils._servicediscovery import service
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        service.ensure,
        argument_spec=dict(
            state=dict(type="str", choices=["present", "absent"], default="present"),
            name=dict(type="str", required=True),
            namespace_id=dict(type="str", required=True),
            ttl=dict(type="int", default=10),
            tags=dict(type="dict", aliases=["resource_tags"]),
            purge_tags=dict(type="bool", default=True),
            wait_timeout=dict(type="int", default=300),
        ),
    )


if __name__ == "__main__":
    main()
