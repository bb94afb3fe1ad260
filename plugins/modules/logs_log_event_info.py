#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: logs_log_event_info
version_added: "1.0.0"
short_description: Read the last lines of a CloudWatch log group
description:
  - Reads the last lines of the newest streams of a log group, in the order of their time (DescribeLogStreams,
    GetLogEvents). What looks like a secret in them is masked.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  log_group:
    description: The log group's name.
    type: str
    required: true
  log_streams:
    description:
      - Streams that are read in any case, such as those of the tasks that run. CloudWatch may be late with telling
        which streams are the newest.
    type: list
    elements: str
    default: []
  lines:
    description: How many lines at most.
    type: int
    default: 100
  since:
    description: >-
      Since when, as a span like V(90s), V(15m), V(2h) or V(1d), or as a time like V(2026-01-31T12:00:00Z). Unset, from
      the beginning.
    type: str
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: What the gateway wrote in the last quarter of an hour
  portkey.gateway.logs_log_event_info:
    log_group: /ecs/portkey/dev/gateway
    since: 15m
"""

RETURN = r"""
events:
  description: The events, the oldest first.
  returned: success
  type: list
  elements: dict
  contains:
    time:
      description: When, in UTC.
      type: str
      returned: always
      sample: "2026-01-31 12:00:00.000Z"
    stream:
      description: The stream's name.
      type: str
      returned: always
      sample: gateway-service/gateway/0123456789abcdef0123456789abcdef
    message:
      description: The line, with what looks like a secret masked.
      type: str
      returned: always
lines:
  description: The events as lines for a person, with the time and the beginning of the task's id.
  returned: success
  type: list
  elements: str
  sample: ["2026-01-31 12:00:00.000Z  01234567  gateway started"]
"""

from ansible_collections.portkey.gateway.plugins.module_utils._logs import events
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        events.info,
        argument_spec=dict(
            log_group=dict(type="str", required=True),
            log_streams=dict(type="list", elements="str", default=[]),
            lines=dict(type="int", default=100),
            since=dict(type="str"),
        ),
    )


if __name__ == "__main__":
    main()
