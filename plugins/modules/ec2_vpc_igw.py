#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: ec2_vpc_igw
version_added: "1.0.0"
short_description: Make the internet gateway of a VPC, once
description:
  - Creates the internet gateway of a VPC with its tags, and attaches it (CreateInternetGateway, AttachInternetGateway,
    CreateTags, DeleteTags, DeleteInternetGateway).
  - Unlike M(amazon.aws.ec2_vpc_igw), which looks for what is attached only, it also finds a gateway that an interrupted
    run has made and not attached, by its name and tags, and attaches that one. If there are several, the others are
    deleted.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  name:
    description: The gateway's name, which becomes its tag C(Name).
    type: str
    required: true
  vpc_id:
    description: The VPC. One that has an internet gateway already keeps it, whatever its name was.
    type: str
    required: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Open the VPC to the internet
  portkey.gateway.ec2_vpc_igw:
    name: portkey-dev-igw
    vpc_id: vpc-0123456789abcdef0
    tags:
      Project: portkey
      Environment: dev
"""

RETURN = r"""
gateway_id:
  description: The gateway's id. V((known after apply)) when check mode foresees a new one.
  returned: success
  type: str
  sample: igw-0123456789abcdef0
"""

from ansible_collections.portkey.gateway.plugins.module_utils._ec2 import internet_gateway
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        internet_gateway.ensure,
        argument_spec=dict(
            name=dict(type="str", required=True),
            vpc_id=dict(type="str", required=True),
            tags=dict(type="dict", aliases=["resource_tags"]),
            purge_tags=dict(type="bool", default=True),
        ),
    )


if __name__ == "__main__":
    main()
