# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A template for a lifecycle hook: it writes down what it was called for, and lets the deployment pass.

A hook of your own answers the same way; with FAILED the deployment is rolled back.
"""

from __future__ import annotations

from typing import Any

from hook_answers import SUCCEEDED, Verdict, answer


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    stage = event.get("lifecycleStage", "a lifecycle event")
    subject = event.get("resourceArn") or event.get("DeploymentId", "a deployment")
    return answer(event, Verdict(SUCCEEDED, f"{stage} of {subject} may pass"))
