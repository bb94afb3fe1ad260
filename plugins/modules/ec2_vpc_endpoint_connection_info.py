#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: ec2_vpc_endpoint_connection_info
version_added: "1.0.0"
short_description: Who is connected to an endpoint service, or waits to be
description:
  - Tells of the connections to an endpoint service of the account (DescribeVpcEndpointServiceConfigurations,
    DescribeVpcEndpointConnections).
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  service:
    description: The name of the endpoint service, its tag C(Name).
    type: str
    required: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: See who waits
  portkey.gateway.ec2_vpc_endpoint_connection_info:
    service: portkey-dev-inbound
  register: seen
"""

RETURN = r"""
service_id:
  description: The id of the endpoint service; null when there is none.
  returned: always
  type: str
  sample: vpce-svc-0123456789abcdef0
connections:
  description: The connections as C(DescribeVpcEndpointConnections) answers them.
  returned: always
  type: list
  elements: dict
  contains:
    vpc_endpoint_id:
      description: The endpoint.
      type: str
      returned: always
      sample: vpce-0123456789abcdef0
    vpc_endpoint_owner:
      description: The account that it belongs to.
      type: str
      returned: always
    vpc_endpoint_state:
      description: V(pendingAcceptance), V(pending), V(available), V(rejected) and so on.
      type: str
      returned: always
"""

from ansible_collections.portkey.gateway.plugins.module_utils._ec2 import connection
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(connection.info, argument_spec=dict(service=dict(type="str", required=True)))


if __name__ == "__main__":
    main()
