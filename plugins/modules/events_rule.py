#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: events_rule
version_added: "1.0.0"
short_description: Manage a rule of EventBridge that waits for events
description:
  - Creates, changes and deletes a rule of the default event bus with its pattern, targets and tags (PutRule,
    PutTargets, RemoveTargets, TagResource, UntagResource, DeleteRule).
  - Unlike M(amazon.aws.cloudwatchevent_rule), which writes to AWS in check mode and has no tags, it plans, tags and
    shows a diff.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  state:
    description: Whether the rule exists. V(absent) takes its targets away first.
    type: str
    choices: [present, absent]
    default: present
  name:
    description: What it is called.
    type: str
    required: true
  description:
    description: What it is for.
    type: str
    default: ""
  event_pattern:
    description: Which events it is about. Required unless it is absent.
    type: json
  enabled:
    description: Whether it does anything.
    type: bool
    default: true
  targets:
    description: What hears of the events, all of it; ARNs by names of your own.
    type: dict
    default: {}
  tags:
    description: The rule's tags.
    type: dict
    aliases: [resource_tags]
  purge_tags:
    description: Whether other tags are removed.
    type: bool
    default: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Tell when a deployment fails
  portkey.gateway.events_rule:
    name: my-gateway-deployment-failed
    event_pattern:
      source: [aws.ecs]
      detail-type: [ECS Deployment State Change]
      detail:
        eventName: [SERVICE_DEPLOYMENT_FAILED]
    targets:
      alarms: arn:aws:sns:us-east-1:123456789012:my-gateway-alarms
"""

RETURN = r"""
rule:
  description: The rule. Null when it is absent.
  returned: success
  type: dict
  contains:
    name:
      description: What it is called.
      type: str
      returned: always
      sample: my-gateway-deployment-failed
    description:
      description: What it is for.
      type: str
      returned: always
    event_pattern:
      description: Which events it is about.
      type: dict
      returned: always
    state:
      description: V(enabled) or V(disabled).
      type: str
      returned: always
      sample: enabled
    targets:
      description: What hears of the events.
      type: dict
      returned: always
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {Project: portkey}
"""

from ansible_collections.portkey.gateway.plugins.module_utils._events import rule
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        rule.ensure,
        argument_spec=dict(
            state=dict(type="str", choices=["present", "absent"], default="present"),
            name=dict(type="str", required=True),
            description=dict(type="str", default=""),
            event_pattern=dict(type="json"),
            enabled=dict(type="bool", default=True),
            targets=dict(type="dict", default={}),
            tags=dict(type="dict", aliases=["resource_tags"]),
            purge_tags=dict(type="bool", default=True),
        ),
        required_if=[("state", "present", ("event_pattern",))],
    )


if __name__ == "__main__":
    main()
