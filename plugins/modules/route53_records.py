#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: route53_records
version_added: "1.0.0"
short_description: Manage the records of one owner in a Route 53 hosted zone
description:
  - Makes, changes and deletes records (ChangeResourceRecordSets) all at once, and only those that it has made itself.
  - Records have no tags. So a TXT record named O(owner) in the zone lists those that were made, each with its value. A
    record that is there already and says something else is never overwritten, but refused. One that says just what is
    wanted stays whose it is. One that was made here and says something else by now is somebody's, and is not deleted.
  - M(amazon.aws.route53) knows no owner, and with O(amazon.aws.route53#module:overwrite) takes whatever there is.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  hosted_zone_id:
    description: The zone.
    type: str
    required: true
  owner:
    description: The name of the TXT record, without the zone's name.
    type: str
    required: true
  purpose:
    description:
      - What the records are for, in a word. Records of another purpose are left alone.
      - With V(all) and no O(records), those of every purpose are deleted.
    type: str
    required: true
  records:
    description: The records, all of them. An empty list deletes those that there are.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The whole name.
        type: str
        required: true
      type:
        description: The type.
        type: str
        required: true
        choices: [A, AAAA, CNAME]
      value:
        description: Its value, unless it is an alias.
        type: str
      ttl:
        description: For how many seconds it may be kept. An alias has none of its own.
        type: int
        default: 300
      alias_dns_name:
        description: The name of the load balancer that an alias stands for.
        type: str
      alias_zone_id:
        description: The hosted zone of that load balancer.
        type: str
  wait:
    description: Whether to wait until all name servers know of it.
    type: bool
    default: false
  wait_timeout:
    description: Seconds for which to wait.
    type: int
    default: 300
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Name the load balancer
  portkey.gateway.route53_records:
    hosted_zone_id: Z1D633PJN98FT9
    owner: _portkey-gateway.portkey-prod.us-east-1
    purpose: hosts
    records:
      - name: gateway.example.com
        type: A
        alias_dns_name: portkey-prod-lb-1234567890.us-east-1.elb.amazonaws.com
        alias_zone_id: Z35SXDOTRQ7X7K
"""

RETURN = r"""
records:
  description: The records, each with C(name), C(type) and C(value).
  returned: success
  type: list
  elements: dict
"""

from ansible_collections.portkey.gateway.plugins.module_utils._route53 import records
from ansible_collections.portkey.gateway.plugins.module_utils.module import run

_RECORD = dict(
    name=dict(type="str", required=True),
    type=dict(type="str", required=True, choices=["A", "AAAA", "CNAME"]),
    value=dict(type="str"),
    ttl=dict(type="int", default=300),
    alias_dns_name=dict(type="str"),
    alias_zone_id=dict(type="str"),
)


def main() -> None:
    run(
        records.ensure,
        argument_spec=dict(
            hosted_zone_id=dict(type="str", required=True),
            owner=dict(type="str", required=True),
            purpose=dict(type="str", required=True),
            records=dict(
                type="list",
                elements="dict",
                required=True,
                options=_RECORD,
                required_one_of=[("value", "alias_dns_name")],
                mutually_exclusive=[("value", "alias_dns_name")],
                required_together=[("alias_dns_name", "alias_zone_id")],
            ),
            wait=dict(type="bool", default=False),
            wait_timeout=dict(type="int", default=300),
        ),
    )


if __name__ == "__main__":
    main()
