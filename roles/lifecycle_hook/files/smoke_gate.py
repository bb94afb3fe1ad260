# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The AI smoke gate: a new version of the gateway answers well on the test listener, or gets no production traffic.

Called by ECS as a lifecycle hook, or by CodeDeploy. What it asks and what contents it stands in SMOKE_GATE_SETTINGS.
"""

from __future__ import annotations

import dataclasses
import json
import os
import time
from collections.abc import Callable, Mapping
from typing import Any

from gate_checks import Check, Result, Settings, checks
from gate_client import Client
from hook_answers import FAILED, IN_PROGRESS, SUCCEEDED, Event, Verdict, answer, is_code_deploy

# What is left of the function's time when no further attempt is begun, beside one request.
SPARE_MILLISECONDS = 3_000
PAUSE_SECONDS = 2.0


@dataclasses.dataclass(frozen=True)
class Course:
    """What came of a check: how many attempts were good, and the last that was not, else the last."""

    check: str
    good: int
    made: int
    slowest_ms: int
    found: str
    ok: bool

    def __str__(self) -> str:
        if self.ok:
            return f"{self.check}: {self.good} of {self.made} attempts good, the slowest in {self.slowest_ms} ms"
        return f"{self.check}: {self.made - self.good} of {self.made} attempts failed, the last with {self.found}"


def handler(event: Event, context: Any) -> dict[str, Any]:
    settings = json.loads(os.environ["SMOKE_GATE_SETTINGS"])
    client = Client(settings["url"], settings["verify_tls"], settings["request_timeout_seconds"])
    try:
        made = checks(settings, client, _credentials(settings["credentials_secret_arn"]))
        verdict = judge(made, settings, context.get_remaining_time_in_millis, waits=is_code_deploy(event))
    except Exception as error:  # Whatever it is, the caller must be answered.
        verdict = Verdict(FAILED, f"The smoke gate itself failed: {type(error).__name__}: {error}")
    return answer(event, verdict)


def _credentials(secret_arn: str) -> Mapping[str, str]:
    """The request headers that the user's secret holds."""
    if not secret_arn:
        return {}
    import boto3  # Lambda's runtime has it.

    secret = boto3.client("secretsmanager").get_secret_value(SecretId=secret_arn)["SecretString"]
    return {str(name): str(value) for name, value in json.loads(secret).items()}


def judge(
    made: list[Check],
    settings: Settings,
    remaining: Callable[[], float],
    waits: bool = False,
    sleep: Callable[[float], None] = time.sleep,
) -> Verdict:
    """The verdict on all checks. Who ``waits`` cannot be called again, so a version that is not ready is waited for."""
    needed = settings["request_timeout_seconds"] * 1000 + SPARE_MILLISECONDS
    first = made[0].attempt()
    while waits and not first.is_ready and remaining() > needed:
        sleep(PAUSE_SECONDS)
        first = made[0].attempt()
    if not first.is_ready:
        return Verdict(IN_PROGRESS, f"The test listener has no version to try yet: {first.found}")
    courses = [_course(check, settings, remaining, needed, first if check is made[0] else None) for check in made]
    evidence = [dataclasses.asdict(course) for course in courses]
    bad = [course for course in courses if not course.ok]
    reason = "; ".join(str(course) for course in bad or courses)
    return Verdict(FAILED if bad else SUCCEEDED, reason, evidence=evidence)


def _course(
    check: Check, settings: Settings, remaining: Callable[[], float], needed: float, first: Result | None
) -> Course:
    """The attempts of a check, which end as soon as too many have failed. ``first`` was made already."""
    results: list[Result] = [first] if first else []
    while len(results) < settings["attempts"] and _failures(results) <= settings["allowed_failures"]:
        if results and remaining() < needed:
            lack = Result(
                False, 0, "the function's time is up, so fewer attempts or a shorter request timeout are needed"
            )
            results.append(lack)
            break
        results.append(check.attempt())
    ok = _failures(results) <= settings["allowed_failures"] and len(results) == settings["attempts"]
    shown = results[-1] if ok else [result for result in results if not result.ok][-1]
    good = len(results) - _failures(results)
    return Course(check.name, good, len(results), max(one.milliseconds for one in results), shown.found, ok)


def _failures(results: list[Result]) -> int:
    return sum(not result.ok for result in results)
