#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: ec2_vpc_endpoint_service
version_added: "1.0.0"
short_description: A network load balancer that other accounts reach by PrivateLink
description:
  - Creates, changes and deletes an endpoint service (CreateVpcEndpointServiceConfiguration,
    ModifyVpcEndpointServiceConfiguration, ModifyVpcEndpointServicePermissions,
    StartVpcEndpointServicePrivateDnsVerification, DeleteVpcEndpointServiceConfigurations, CreateTags, DeleteTags).
    It is found by its name, the tag C(Name).
  - amazon.aws and community.aws have no module for it; M(amazon.aws.ec2_vpc_endpoint_service_info) tells of the
    services to which one may connect.
  - With O(state=absent) connections of others are rejected first, as AWS deletes no service to which somebody is
    connected. Their endpoints stay theirs.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  name:
    description: The service's name, which becomes its tag C(Name). AWS gives it another name, by which others know it.
    type: str
    required: true
  state:
    description: V(absent) deletes it.
    type: str
    choices: [present, absent]
    default: present
  load_balancer_arns:
    description:
      - The network load balancers behind it, exactly these. Required to create. AWS takes only active ones, so one that
        is still being made is waited for.
    type: list
    elements: str
  acceptance_required:
    description:
      - Whether each endpoint has to be accepted (M(portkey.gateway.ec2_vpc_endpoint_connection)). AWS creates V(true).
    type: bool
  allowed_principals:
    description:
      - The ARNs of accounts, users and roles that may connect, exactly these, as C(arn:aws:iam::123456789012:root).
        Others do not even see the service.
    type: list
    elements: str
  private_dns_name:
    description:
      - A name under which the service is known in the VPCs of those who connect; empty for none. It only works after a
        TXT record has proven that the name is yours, which RV(service.private_dns_name_configuration) says. The run
        after the one that made the record asks AWS to look for it.
    type: str
  supported_regions:
    description: The other regions from which endpoints may connect, for which one needs C(vpce:AllowMultiRegion).
    type: list
    elements: str
  wait:
    description: Whether to wait for load balancers that are still being made.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to wait for them, or until AWS lets go of rejected connections.
    type: int
    default: 600
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Let an account connect, endpoint by endpoint
  portkey.gateway.ec2_vpc_endpoint_service:
    name: portkey-dev-inbound
    load_balancer_arns:
      - arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/portkey-dev-lb/50dc6c495c0c9188
    acceptance_required: true
    allowed_principals:
      - arn:aws:iam::210987654321:root
    tags:
      Project: portkey

- name: Delete it, and reject whoever is connected
  portkey.gateway.ec2_vpc_endpoint_service:
    name: portkey-dev-inbound
    state: absent
"""

RETURN = r"""
service:
  description:
    - The service as C(DescribeVpcEndpointServiceConfigurations) answers it, with its tags; null when it is absent.
  returned: always
  type: dict
  contains:
    service_id:
      description: Its id. In check mode V((known after apply)) for a new one.
      type: str
      returned: always
      sample: vpce-svc-0123456789abcdef0
    service_name:
      description: The name that others need to connect.
      type: str
      returned: always
      sample: com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0
    allowed_principals:
      description: Who may connect.
      type: list
      elements: str
      returned: when it exists
    availability_zones:
      description: The zones that it is in.
      type: list
      elements: str
      returned: always
    private_dns_name_configuration:
      description:
        - The proof that the private name needs, C(type), C(name), C(value), and its C(state), V(pendingVerification),
          V(verified) or V(failed).
      type: dict
      returned: when it has a private name
"""

from ansible_collections.portkey.gateway.plugins.module_utils._ec2 import endpoint_service
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(endpoint_service.ensure, argument_spec=endpoint_service.OPTIONS)


if __name__ == "__main__":
    main()
