#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: ec2_vpc_endpoint
version_added: "1.0.0"
short_description: An interface endpoint to a service of PrivateLink, also one whose owner has to agree
description:
  - Creates, changes and deletes an interface endpoint (CreateVpcEndpoint, ModifyVpcEndpoint, DeleteVpcEndpoints,
    CreateTags, DeleteTags). It is found by its name, the tag C(Name), in its VPC.
  - M(amazon.aws.ec2_vpc_endpoint) takes no service of another region, does not change subnets, security groups and
    private DNS of an endpoint that exists (it sets its tags only), finds an interface endpoint by its service alone,
    says nothing of a new one in check mode, and waits until an endpoint exists, not until it is available.
  - The owner of a service may have to allow the account, and to accept the endpoint. Nobody is waited for here. What
    the endpoint still waits for RV(status) tells, and the next run goes on from there.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  name:
    description: The endpoint's name, which becomes its tag C(Name).
    type: str
    required: true
  state:
    description: V(absent) deletes it.
    type: str
    choices: [present, absent]
    default: present
  vpc_id:
    description: The VPC.
    type: str
    required: true
  service_name:
    description:
      - The service, as C(com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0). Required with O(state=present). An
        endpoint never leads to another one later; this is refused.
    type: str
  service_region:
    description:
      - The region of the service. In another region than the endpoint's it makes the endpoint a cross-region one, for
        which the caller needs C(vpce:AllowMultiRegion), and which the service must support.
    type: str
  hidden_service:
    description:
      - What to do when AWS says that there is no such service, as it also says to accounts that the service's owner
        has not allowed. V(fail) fails. V(skip) creates nothing, and says so by RV(status).
    type: str
    choices: [fail, skip]
    default: fail
  subnet_ids:
    description:
      - The subnets, of which those are used that are in the service's zones, one in each zone. Unset, the subnets of an
        endpoint that exists stay.
    type: list
    elements: str
  minimum_zones:
    description: In how many zones the endpoint must have a subnet; with fewer it is refused.
    type: int
    default: 1
  security_group_ids:
    description: The security groups of its network interfaces. Unset, a new one has the VPC's default group.
    type: list
    elements: str
  private_dns_enabled:
    description:
      - Whether the service's own name leads to the endpoint inside of the VPC. A new endpoint begins without. It is
        switched on once the endpoint is available and not before, as AWS refuses it until the owner has accepted, and
        the name would lead to nothing until then.
      - The VPC needs its attributes enableDnsSupport and enableDnsHostnames.
    type: bool
  wait:
    description:
      - With O(state=present), wait while AWS is making the endpoint, but never for its owner.
      - With O(state=absent), wait until it is gone, so that its security group can be deleted.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to wait.
    type: int
    default: 600
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Connect to a service of another region
  portkey.gateway.ec2_vpc_endpoint:
    name: portkey-dev-control-plane
    vpc_id: vpc-0123456789abcdef0
    service_name: com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0
    service_region: us-east-1
    subnet_ids: [subnet-0123456789abcdef0, subnet-0fedcba9876543210]
    minimum_zones: 2
    security_group_ids: [sg-0123456789abcdef0]
    private_dns_enabled: true
    hidden_service: skip
    tags:
      Project: portkey
  register: endpoint

- name: Tell whether it serves
  ansible.builtin.debug:
    msg: "{{ endpoint.serves | ternary('It serves', 'It is ' ~ endpoint.status) }}"
"""

RETURN = r"""
endpoint:
  description:
    - The endpoint as C(DescribeVpcEndpoints) answers it, with its tags; null when there is none. In check mode
      C(vpc_endpoint_id) is V((known after apply)) for a new one.
  returned: always
  type: dict
  contains:
    vpc_endpoint_id:
      description: Its id.
      type: str
      returned: always
      sample: vpce-0123456789abcdef0
    state:
      description: Its state in AWS's words.
      type: str
      returned: when it exists
    dns_entries:
      description: The names that lead to it.
      type: list
      elements: dict
      returned: when it exists
status:
  description:
    - V(available); V(pending) while AWS is making it; V(pending_acceptance) while its owner has to accept it;
      V(not_allowed) when AWS says that there is no such service; V(rejected), V(failed), V(expired) when it will not
      serve any more; V(absent). In check mode, what it would be after the run.
  returned: always
  type: str
serves:
  description: Whether it is available, and the service's own name leads to it. In check mode, whether it would.
  returned: always
  type: bool
"""

from ansible_collections.portkey.gateway.plugins.module_utils._ec2 import endpoint
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        endpoint.ensure,
        argument_spec=endpoint.OPTIONS,
        required_if=[("state", "present", ["service_name"])],
    )


if __name__ == "__main__":
    main()
