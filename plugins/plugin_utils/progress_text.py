# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""How far a deployment is, in a line that a terminal and a job's log can show."""

from __future__ import annotations

import typing as t

Facts = t.Mapping[str, t.Any]

UNDER_WAY = ("PENDING", "IN_PROGRESS")


def line(facts: Facts) -> str:
    """``gateway: PRODUCTION_TRAFFIC_SHIFT | production 10 % new, 90 % old | new tasks 1 of 1 running, 0 pending``"""
    parts = [_where(facts), *_traffic(facts), *_tasks(facts)]
    left = facts.get("bake_minutes_left")
    if left:
        parts.append(f"bakes {left} min more")
    return f"{facts['service']}: {' | '.join(parts)}"


def _where(facts: Facts) -> str:
    status = facts.get("status", "UNKNOWN")
    if status in UNDER_WAY:
        return str(facts.get("stage", status))
    return f"{status}: {facts['reason']}" if facts.get("reason") else str(status)


def _traffic(facts: Facts) -> list[str]:
    shares = [(kind, facts[kind]) for kind in ("production", "test") if kind in facts]
    return [f"{kind} {share['new']:g} % new, {share['old']:g} % old" for kind, share in shares]


def _tasks(facts: Facts) -> list[str]:
    new, old = facts.get("new") or {}, facts.get("old") or {}
    parts = []
    if "running" in new:
        healthy = f", {new['healthy']} healthy" if "healthy" in new else ""
        of = f" of {new['desired']}" if "desired" in new else ""
        parts.append(f"new tasks {new['running']}{of} running{healthy}, {new.get('pending', 0)} pending")
    if "running" in old:
        parts.append(f"old tasks {old['running']} running")
    return parts


def hook_line(facts: Facts, hook: Facts, playbook: str) -> str:
    until = f" until {hook['expires_at']}, then {hook.get('then', 'ROLLBACK')}" if "expires_at" in hook else ""
    arn = facts.get("deployment", "")
    command = f"aws ecs continue-service-deployment --service-deployment-arn {arn} --hook-id {hook.get('id')}"
    where = facts.get("stage", "its stage")
    return f"{facts['service']}: {hook.get('id')} waits at {where}{until}. To go on: {playbook}, or {command}"
