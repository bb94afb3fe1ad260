# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of Ansible that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
name: denial
type: aggregate
version_added: "1.0.0"
short_description: Says which permission a denied call to AWS lacks
description:
  - Below a task that failed because AWS denied a call, prints the action, the resource, and the statement of an IAM
    policy that would allow it.
  - The modules of this collection say so in their own messages. This callback does it for those of amazon.aws and
    community.aws, which only repeat what AWS says.
author:
  - The portkey.gateway authors (@portkey-ai)
requirements:
  - enabled in configuration, as C(callbacks_enabled = portkey.gateway.denial)
"""

EXAMPLES = r"""
ansible.cfg: >
  [defaults]
  callbacks_enabled = portkey.gateway.plan, portkey.gateway.denial
"""

import typing as t

from ansible import constants
from ansible.plugins.callback import CallbackBase
from ansible_collections.portkey.gateway.plugins.module_utils._permissions import denial


class CallbackModule(CallbackBase):
    """Reads what failed tasks say."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "portkey.gateway.denial"
    CALLBACK_NEEDS_ENABLED = True

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        if not ignore_errors:
            self._explain(str(result._result.get("msg", "")))

    def v2_runner_item_on_failed(self, result: t.Any) -> None:
        self._explain(str(result._result.get("msg", "")))

    def _explain(self, message: str) -> None:
        if denial.is_denial(message) and not denial.is_explained(message):
            self._display.display(denial.explain(message), color=constants.COLOR_ERROR)
