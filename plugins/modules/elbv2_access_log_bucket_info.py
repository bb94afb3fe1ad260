#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
module: elbv2_access_log_bucket_info
version_added: "1.0.0"
short_description: Tell whether a bucket takes the access logs of a load balancer
description:
  - Reads region, default encryption and policy of a bucket and compares them with what AWS demands for the access
    logs of an Application or Network Load Balancer, so that a wrong bucket is found before anything is made.
  - A bucket that hides its policy from the caller, as one of another account, is taken to be right. Conditions in the
    policy are not judged.
author:
  - The portkey.gateway authors (@portkey-ai)
options:
  bucket:
    description:
      - The name of the bucket.
    type: str
    required: true
  prefix:
    description:
      - The prefix of the logs in it.
    type: str
    default: ""
  load_balancer_type:
    description:
      - The kind of load balancer that writes.
    type: str
    required: true
    choices: [application, network]
  account_id:
    description:
      - The account of the load balancer.
    type: str
    required: true
  partition:
    description:
      - The partition of the account.
    type: str
    default: aws
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Check the bucket of the access logs
  portkey.gateway.elbv2_access_log_bucket_info:
    bucket: my-logs
    load_balancer_type: network
    account_id: "123456789012"
  register: bucket
  failed_when: bucket.faults | length > 0
"""

RETURN = r"""
faults:
  description: What keeps the logs from being written, each with its remedy. Empty when the bucket takes them.
  returned: always
  type: list
  elements: str
msg:
  description: The faults in one text.
  returned: always
  type: str
"""

from ansible_collections.portkey.gateway.plugins.module_utils._load_balancer.bucket import OPTIONS, ensure
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(ensure, argument_spec=OPTIONS)


if __name__ == "__main__":
    main()
