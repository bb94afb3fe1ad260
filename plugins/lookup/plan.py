# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of Ansible that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
name: plan
version_added: "1.0.0"
short_description: What this run would change, or has changed so far
description:
  - The figures of P(portkey.gateway.plan#callback) for the current host, up to the task that asks. The callback has to
    be enabled.
  - AWX shows as artifacts of a job, and hands on to the next node of a workflow, what C(ansible.builtin.set_stats) has
    set before the end of the run; so that is how it gets them.
author:
  - The portkey.gateway authors (@portkey-ai)
options: {}
"""

EXAMPLES = r"""
- name: Refuse to go on when something would be destroyed
  ansible.builtin.assert:
    that: lookup('portkey.gateway.plan').destroy == 0
"""

RETURN = r"""
_raw:
  description: The figures; none of them is more than 0 when nothing was changed, or the callback is not enabled.
  type: list
  elements: dict
  contains:
    mode:
      description: V(plan) in check mode, else V(applied).
      type: str
    add:
      description: How many resources are new.
      type: int
    change:
      description: How many are changed.
      type: int
    destroy:
      description: How many are deleted.
      type: int
    restarts:
      description: Those whose tasks start anew, as C(type name).
      type: list
      elements: str
    replaces:
      description: Those that are replaced by something new, as C(type name).
      type: list
      elements: str
"""

import typing as t

from ansible.plugins.lookup import LookupBase
from ansible_collections.portkey.gateway.plugins.module_utils._plan import record
from ansible_collections.portkey.gateway.plugins.module_utils._plan.summary import summary


class LookupModule(LookupBase):
    def run(self, terms: t.Any, variables: t.Any = None, **kwargs: t.Any) -> list[dict[str, t.Any]]:
        host = (variables or {}).get("inventory_hostname", "")
        return [summary(record.CURRENT.hosts.get(host) or record.HostRecord())]
