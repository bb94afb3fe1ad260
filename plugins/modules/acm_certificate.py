#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: acm_certificate
version_added: "1.0.0"
short_description: Request a public certificate of ACM, wait until it is issued, delete it
description:
  - Requests a public certificate that is proven by records in DNS (RequestCertificate), and tells these records. Waits
    until it is issued. Deletes certificates (DeleteCertificate) as soon as nothing uses them any more.
  - M(community.aws.acm_certificate) imports certificates, and requests none.
  - A certificate with exactly the names and O(owner_tags) that is issued, or may still be, is the one. The names of a
    certificate cannot change, so other names make another one; O(state=absent) with O(keep) deletes the old one once
    its listeners have the new one.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  state:
    description: V(absent) deletes all certificates that have the O(owner_tags), but for those of O(keep).
    type: str
    choices: [present, absent]
    default: present
  domain_name:
    description: Its first name.
    type: str
  certificate_arn:
    description: Instead of O(domain_name), a certificate that is there, to wait until it is issued.
    type: str
  subject_alternative_names:
    description: Its other names.
    type: list
    elements: str
    default: []
  owner_tags:
    description: The tags that make a certificate the owner's. A new one gets them, beside O(tags).
    type: dict
    default: {}
  keep:
    description: With O(state=absent), the ARNs of certificates that stay.
    type: list
    elements: str
    default: []
  wait:
    description: Whether to wait until it is issued, for which its records must be in DNS.
    type: bool
    default: false
  wait_timeout:
    description: Seconds for which to wait until it is issued, or until nothing uses it that is to be deleted.
    type: int
    default: 1800
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Request a certificate
  portkey.gateway.acm_certificate:
    domain_name: gateway.example.com
    owner_tags:
      Project: portkey
      Environment: prod
  register: requested

- name: Prove that the name is ours
  portkey.gateway.route53_records:
    hosted_zone_id: Z1D633PJN98FT9
    owner: _portkey-gateway.portkey-prod.us-east-1
    purpose: validation
    records: "{{ requested.certificate.validation_records }}"

- name: Wait until it is issued
  portkey.gateway.acm_certificate:
    certificate_arn: arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012
    wait: true
"""

RETURN = r"""
certificate:
  description: The certificate.
  returned: when O(state=present)
  type: dict
  contains:
    certificate_arn:
      description: Its ARN. In check mode, V((known after apply)) for a new one.
      type: str
      returned: always
    status:
      description: Its status.
      type: str
      returned: always
      sample: ISSUED
    domain_name:
      description: Its first name.
      type: str
      returned: always
    subject_alternative_names:
      description: All its names.
      type: list
      elements: str
      returned: always
    validation_records:
      description: The records that prove it, each with C(name), C(type) and C(value).
      type: list
      elements: dict
      returned: always
    tags:
      description: Its tags.
      type: dict
      returned: always
deleted:
  description: The ARNs of those that were deleted.
  returned: when O(state=absent)
  type: list
  elements: str
"""

from ansible_collections.portkey.gateway.plugins.module_utils._acm import certificate
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        certificate.ensure,
        argument_spec=dict(
            state=dict(type="str", choices=["present", "absent"], default="present"),
            domain_name=dict(type="str"),
            certificate_arn=dict(type="str"),
            subject_alternative_names=dict(type="list", elements="str", default=[]),
            owner_tags=dict(type="dict", default={}),
            keep=dict(type="list", elements="str", default=[]),
            tags=dict(type="dict", aliases=["resource_tags"]),
            purge_tags=dict(type="bool", default=True),
            wait=dict(type="bool", default=False),
            wait_timeout=dict(type="int", default=1800),
        ),
        required_if=[("state", "present", ["domain_name", "certificate_arn"], True)],
        mutually_exclusive=[("domain_name", "certificate_arn")],
    )


if __name__ == "__main__":
    main()
