#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: sns_topic
version_added: "1.0.0"
short_description: Manage an SNS topic and who gets its messages by e-mail
description:
  - Creates, changes and deletes a standard topic with its policy, tags and e-mail addresses (CreateTopic,
    SetTopicAttributes, TagResource, UntagResource, Subscribe, Unsubscribe, DeleteTopic).
  - Unlike M(community.aws.sns_topic) it shows a diff and tells which addresses have not confirmed yet. It looks for the
    topic by its ARN, where that module lists all topics of the account.
  - Whoever gets e-mails must agree first, by the link in the message that AWS sends. Addresses that are not listed any
    more are taken away when they have agreed; AWS forgets the others by itself within days.
  - Subscriptions of other protocols are left alone.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  state:
    description: Whether the topic exists. V(absent) deletes it with all its subscriptions.
    type: str
    choices: [present, absent]
    default: present
  arn:
    description: The topic's ARN, which says what it is called and where it is.
    type: str
    required: true
  display_name:
    description: From whom the e-mails seem to be. Unset, it stays as it is.
    type: str
  policy:
    description: The topic's policy, which says who may publish. Unset, it stays as it is.
    type: json
  emails:
    description: All addresses that get the messages. Unset, they stay as they are.
    type: list
    elements: str
  tags:
    description: The topic's tags.
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
- name: Send alarms by e-mail
  portkey.gateway.sns_topic:
    arn: arn:aws:sns:us-east-1:123456789012:my-gateway-alarms
    emails: [on-call@example.com]
    tags:
      Project: portkey
"""

RETURN = r"""
topic:
  description: The topic. Null when it is absent.
  returned: success
  type: dict
  contains:
    arn:
      description: Its ARN.
      type: str
      returned: always
      sample: arn:aws:sns:us-east-1:123456789012:my-gateway-alarms
    display_name:
      description: From whom the e-mails seem to be.
      type: str
      returned: always
    policy:
      description: Its policy.
      type: dict
      returned: always
    emails:
      description: Who gets its messages, or will when he has agreed.
      type: list
      elements: str
      returned: always
      sample: [on-call@example.com]
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {Project: portkey}
pending:
  description: Which addresses have not agreed yet.
  returned: success
  type: list
  elements: str
  sample: [on-call@example.com]
"""

from ansible_collections.portkey.gateway.plugins.module_utils._sns import topic
from ansible_collections.portkey.gateway.plugins.module_utils.module import run


def main() -> None:
    run(
        topic.ensure,
        argument_spec=dict(
            state=dict(type="str", choices=["present", "absent"], default="present"),
            arn=dict(type="str", required=True),
            display_name=dict(type="str"),
            policy=dict(type="json"),
            emails=dict(type="list", elements="str"),
            tags=dict(type="dict", aliases=["resource_tags"]),
            purge_tags=dict(type="bool", default=True),
        ),
    )


if __name__ == "__main__":
    main()
