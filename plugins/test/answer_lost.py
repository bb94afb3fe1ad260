# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The test portkey.gateway.answer_lost."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Mapping

from ansible.errors import AnsibleFilterError

DOCUMENTATION = r"""
name: answer_lost
short_description: Whether a task failed because an answer of AWS was lost
version_added: 1.0.0
author:
  - The portkey.gateway authors (@portkey-gateway)
description:
  - Tells of a failed AWS module whether the call that failed may have taken effect - the connection broke, or AWS says
    that what was to be made is there already. Then doing the task again finds it.
  - boto3 sends a call again by itself when its answer was lost. What AWS knows by a name or a place is refused the
    second time. What it knows by an id only would be made twice, so such tasks let boto3 try only once.
options:
  _input:
    description: The registered result of the task.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Make the subnet
  amazon.aws.ec2_vpc_subnet:
    vpc_id: vpc-0123456789abcdef0
    cidr: 10.0.0.0/20
  register: subnet
  until: subnet is not portkey.gateway.answer_lost
  retries: 5
  delay: 1
"""

RETURN = r"""
_value:
  description: Whether it is worth doing again.
  type: bool
"""

# What AWS says of a thing that is there, or is done, already.
_DONE_ALREADY = frozenset(
    {
        "EntityAlreadyExists",
        "InvalidGroup.Duplicate",
        "InvalidPermission.Duplicate",
        "InvalidSubnet.Conflict",
        # A second role for an instance profile.
        "LimitExceeded",
        "Resource.AlreadyAssociated",
        "RouteAlreadyExists",
    }
)
# botocore's words for the ways in which a connection ends, also while one of its waiters looks; and all that
# ec2_security_group says, whatever AWS says.
_BROKEN = re.compile(
    r"Connection was closed before we received|(Read|Connect) timeout on endpoint|Could not connect to the endpoint"
    r"|Waiter \w+ failed: An error occurred \((RequestLimitExceeded|InternalFailure)\)"
    r"|Failed to (create security group|(authorize|revoke) security group (in|e)gress)$"
)


def answer_lost(result: t.Any) -> bool:
    if not isinstance(result, Mapping):
        raise AnsibleFilterError("answer_lost needs the registered result of a task")
    if not result.get("failed"):
        return False
    code = (result.get("error") or {}).get("code")
    return code in _DONE_ALREADY if code else _BROKEN.search(str(result.get("msg"))) is not None


class TestModule:
    def tests(self) -> dict[str, t.Any]:
        return {"answer_lost": answer_lost}
