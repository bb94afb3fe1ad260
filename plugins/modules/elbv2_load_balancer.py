#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
module: elbv2_load_balancer
version_added: "1.0.0"
short_description: Manage an Application or Network Load Balancer
description:
  - Creates, changes and deletes a load balancer, found by its name, and reports in check mode exactly what a run
    would change.
  - Listeners, rules and target groups are managed by their own modules.
  - An option that is not set leaves that property of an existing load balancer alone.
author:
  - The portkey.gateway authors (@portkey-ai)
options:
  name:
    description:
      - The name, at most 32 letters, digits and hyphens, with a hyphen neither at the beginning nor at the end.
    type: str
    required: true
  state:
    description:
      - V(absent) deletes the load balancer with its listeners and rules. Target groups stay.
    type: str
    choices: [present, absent]
    default: present
  type:
    description:
      - The kind of load balancer. AWS creates V(application) when it is not set.
      - It cannot be changed later; another value than the existing one is refused, unless O(replace=true).
    type: str
    choices: [application, network]
  scheme:
    description:
      - Whether clients come from the internet or only from inside the VPC. AWS creates V(internet-facing) when it is
        not set.
      - It cannot be changed later; another value than the existing one is refused, unless O(replace=true).
    type: str
    choices: [internet-facing, internal]
  subnets:
    description:
      - The IDs of the subnets, one per Availability Zone; an Application Load Balancer needs two.
      - Required to create. On an existing load balancer the subnets become exactly these (C(SetSubnets)).
    type: list
    elements: str
  security_groups:
    description:
      - The IDs of the security groups. On an existing load balancer they become exactly these (C(SetSecurityGroups)).
      - A Network Load Balancer that was created without security groups can never get one; this is refused.
    type: list
    elements: str
  ip_address_type:
    description:
      - Which IP versions clients can use.
    type: str
    choices: [ipv4, dualstack, dualstack-without-public-ipv4]
  attributes:
    description:
      - Attributes by the keys of C(ModifyLoadBalancerAttributes), for example V(deletion_protection.enabled).
      - Only the keys given here are compared and set.
    type: dict
  enforce_security_group_inbound_rules_on_private_link_traffic:
    description:
      - Whether the inbound rules of the security groups of a Network Load Balancer count for what comes by PrivateLink.
        AWS creates it with V(true). Clients of PrivateLink come with addresses of their own networks, so that rules for
        them can hardly be written; the endpoint service says who may connect.
      - Only for a Network Load Balancer with O(security_groups).
    type: bool
  replace:
    description:
      - Whether a load balancer of another O(type) or O(scheme) is deleted and created again under its name, with
        another ARN and another DNS name, and without its listeners and rules. Target groups stay.
    type: bool
    default: false
  wait:
    description:
      - With O(state=present), wait until the load balancer is active, and fail at once when AWS says that it failed.
      - With O(state=absent), wait until its network interfaces are gone, so that its subnets and security groups can
        be deleted.
    type: bool
    default: false
  wait_timeout:
    description:
      - How many seconds to wait.
    type: int
    default: 600
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Start an internal network load balancer without waiting for it
  portkey.gateway.elbv2_load_balancer:
    name: portkey-dev-lb
    type: network
    scheme: internal
    subnets: [subnet-0a1, subnet-0b2]
    security_groups: [sg-0c3]
    tags:
      Environment: dev

- name: Write access logs and wait until the load balancer serves
  portkey.gateway.elbv2_load_balancer:
    name: portkey-dev-lb
    attributes:
      access_logs.s3.enabled: true
      access_logs.s3.bucket: my-logs
    wait: true

- name: Delete it, and wait until its subnets and security groups are free
  portkey.gateway.elbv2_load_balancer:
    name: portkey-dev-lb
    state: absent
    wait: true
"""

RETURN = r"""
load_balancer:
  description: The load balancer as C(DescribeLoadBalancers) answers it, with its attributes and tags.
  returned: when O(state=present)
  type: dict
  contains:
    load_balancer_arn:
      description: Its ARN. In check mode, V((known after apply)) for a new one, as all values that AWS chooses.
      type: str
      returned: always
      sample: arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/portkey-dev-lb/50dc6c495c0c9188
    load_balancer_name:
      description: Its name.
      type: str
      returned: always
    dns_name:
      description: The name that clients use.
      type: str
      returned: always
    canonical_hosted_zone_id:
      description: The Route 53 hosted zone, for alias records.
      type: str
      returned: always
    state:
      description:
        - Its state, with a code (V(provisioning), V(active), V(active_impaired), V(failed)) and sometimes a reason.
      type: dict
      returned: always
    type:
      description: V(application) or V(network).
      type: str
      returned: always
    scheme:
      description: V(internal) or V(internet-facing).
      type: str
      returned: always
    vpc_id:
      description: Its VPC.
      type: str
      returned: always
    availability_zones:
      description: Its zones with their subnets.
      type: list
      elements: dict
      returned: when it exists
    security_groups:
      description: The IDs of its security groups.
      type: list
      elements: str
      returned: when it has any
    attributes:
      description: Its attributes, by key.
      type: dict
      returned: always
    tags:
      description: Its tags.
      type: dict
      returned: always
replaced:
  description: Whether it was deleted and created again, because of O(replace).
  returned: when O(state=present)
  type: bool
"""

from ansible_collections.portkey.gateway.plugins.module_utils._elbv2.load_balancer import ensure
from ansible_collections.portkey.gateway.plugins.module_utils._elbv2.options import LOAD_BALANCER
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(ensure, argument_spec=LOAD_BALANCER)


if __name__ == "__main__":
    main()
