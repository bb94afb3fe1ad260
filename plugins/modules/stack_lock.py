#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stack_lock
version_added: "1.0.0"
short_description: Lets one run at a time change a stack
description:
  - Takes a lock, waits for it or tells who holds it, and gives it back. It is kept in an SSM parameter (PutParameter),
    or in an S3 object that is only written on conditions (PutObject with If-None-Match or If-Match).
  - As long as the run lives, a process of its own gives signs of life, so that a wait of hours does not lose the lock.
    When the run dies, that process gives the lock back.
  - A lock without a sign of life for its lifetime has expired, by AWS's clock, and may be taken over, as may that of a
    process of the same machine that is known to be dead. Of several that try at once one gets it.
  - In check mode it takes no lock and only tells who holds it.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  state:
    description:
      - V(held) takes the lock, V(free) gives it back, V(absent) removes all of it, once nothing is left to be locked.
    type: str
    choices: [held, free, absent]
    default: held
  name:
    description: The name of the SSM parameter, or the key of the S3 object.
    type: str
    required: true
  bucket:
    description: The S3 bucket. Without it, the lock is an SSM parameter.
    type: str
  claim:
    description: What taking the lock has returned as C(claim), to give it back.
    type: str
  force:
    description: Whether to give back a lock that somebody else holds.
    type: bool
    default: false
  wait_timeout:
    description: Seconds to wait for another run. V(0) refuses at once.
    type: int
    default: 0
  lifetime:
    description: Seconds after which a lock without a sign of life has expired. There are five signs in that time.
    type: int
    default: 300
  job:
    description: A name of the run by which a person finds it, such as the URL of a CI job.
    type: str
  pid:
    description: The process whose life is the lock's. An action of the same name sets it to the run's.
    type: int
  advice:
    description: A last sentence for the message that somebody else holds the lock.
    type: str
    default: ""
  tags:
    description: The tags with which an SSM parameter is made.
    type: dict
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Change the stack alone
  block:
    - name: Take the lock
      portkey.gateway.stack_lock:
        name: /portkey-gateway/portkey/dev/lock
        wait_timeout: 600
      register: taken

    - name: Change something
      ansible.builtin.debug:
        msg: Nobody else does
  always:
    - name: Give the lock back
      portkey.gateway.stack_lock:
        name: /portkey-gateway/portkey/dev/lock
        state: free
        claim: "{{ taken.claim }}"
      when: taken.claim is defined
"""

RETURN = r"""
claim:
  description: What gives the lock back. Null unless it was taken.
  returned: success
  type: str
holder:
  description: Who holds the lock now. Null when nobody does.
  returned: success, and when somebody else holds it
  type: dict
  contains: &holder
    who:
      description: The user.
      type: str
      returned: always
    host:
      description: The machine.
      type: str
      returned: always
    pid:
      description: The process.
      type: int
      returned: always
    job:
      description: The name of the run.
      type: str
      returned: always
    since:
      description: When it took the lock.
      type: str
      returned: always
    seconds_since_sign_of_life:
      description: The age of its last sign of life.
      type: int
      returned: always
    expires_in:
      description: Seconds until it expires without another sign of life.
      type: int
      returned: always
previous:
  description: Who held the lock before. Null when nobody did.
  returned: success
  type: dict
  contains: *holder
waited:
  description: Whether somebody else has held the lock meanwhile, so that what was read before may be outdated.
  returned: when O(state=held)
  type: bool
lost:
  description: Whether the lock that was to be given back had become somebody else's.
  returned: when O(state) is V(free) or V(absent)
  type: bool
"""

from ansible_collections.portkey.gateway.plugins.module_utils._lock import ensure
from ansible_collections.portkey.gateway.plugins.module_utils.module import run

ARGUMENTS = dict(
    state=dict(type="str", choices=["held", "free", "absent"], default="held"),
    name=dict(type="str", required=True),
    bucket=dict(type="str"),
    claim=dict(type="str"),
    force=dict(type="bool", default=False),
    wait_timeout=dict(type="int", default=0),
    lifetime=dict(type="int", default=300),
    job=dict(type="str"),
    pid=dict(type="int"),
    advice=dict(type="str", default=""),
    tags=dict(type="dict"),
)


def main() -> None:
    run(ensure.ensure, argument_spec=ARGUMENTS)


if __name__ == "__main__":
    main()
