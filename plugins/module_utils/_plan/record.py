# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What a run does to the resources of one host, task after task."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Collection, Mapping

from ..module import is_known
from .change import CHANGE, Change, merged, settled
from .kind import Kind, Seen, at, by_diff
from .known import Known
from .own import BY_NAME, parts
from .reading import OWN, kind_of, read

ASYNC_STATUS = "ansible.builtin.async_status"
PREFLIGHT = f"{OWN}preflight"

# Looked up before the run makes anything that these could tell of, so all that they answer was there before.
_ASKED_FIRST = (
    "amazon.aws.ec2_eip_info",
    "amazon.aws.ec2_vpc_route_table_info",
    "portkey.gateway.elbv2_load_balancer_info",
)


@dataclasses.dataclass
class HostRecord:
    """``touched``: a task has looked after a resource at all. ``is_plan``: in check mode."""

    touched: bool = False
    is_plan: bool = False
    known: Known = dataclasses.field(default_factory=Known)
    # Only at the end is everything known that tells what a result means.
    _changed: list[tuple[Seen, Kind]] = dataclasses.field(default_factory=list)
    # Tasks in the background, by the number of their job.
    _jobs: dict[str, Seen] = dataclasses.field(default_factory=dict)

    def add(self, seen: Seen) -> None:
        """Take in the result of a task, or of one item of its loop."""
        task = self._foreground(seen)
        if task is None:
            return
        self.known.learn(task.result)
        kind = kind_of(task.module)
        if kind is None:
            self._look_up(task)
            return
        self.touched = True
        self.is_plan = self.is_plan or task.check_mode
        several = parts(task, kind) if task.changed else None
        if several is not None:
            self._changed += [(one, BY_NAME) for one in several]
        elif task.changed:
            states = by_diff(task)
            self.known.was_there(states[0] if states else None)
            self._changed.append((task, kind))
        elif not self._is_of_this_run(task, kind):
            self.known.was_there(_own_answer(task.result))

    def _is_of_this_run(self, task: Seen, kind: Kind) -> bool:
        """A resource that this run made refers to what else it made, also where a later task finds it in order."""
        name = kind.name(task, self.known)
        return bool(name) and any(
            changed.module == task.module and kind.name(changed, self.known) == name for changed, kind in self._changed
        )

    def _foreground(self, seen: Seen) -> Seen | None:
        """A task that was started in the background counts when it has ended, by what is answered then."""
        job = str(seen.result.get("ansible_job_id", ""))
        if seen.module == ASYNC_STATUS:
            started = self._jobs.get(job)
            if started is None or not seen.result.get("finished"):
                return None
            return dataclasses.replace(started, result=seen.result, changed=seen.changed, failed=seen.failed)
        if job:
            self._jobs[job] = seen
            return None
        return seen

    def _look_up(self, seen: Seen) -> None:
        if seen.module in _ASKED_FIRST:
            # What stands in a VPC does not tell that the VPC was there: every VPC comes with a route table.
            self.known.was_there(_own_answer(seen.result), without="vpc_id")
        if seen.module == PREFLIGHT:
            secrets = at(seen.result, "stack.secrets") or {}
            found = [secret for secret in secrets.values() if isinstance(secret, Mapping) and secret.get("arn")]
            self.known.before.update(str(secret.get("name")) for secret in found if is_known(secret["arn"]))

    def changes(self) -> list[Change]:
        """One for each resource, in the order of the run. What nothing from before the run refers to is new."""
        found: dict[tuple[str, str], Change] = {}
        for seen, kind in self._changed:
            change = read(seen, kind, self.known)
            found[change.key] = merged(found[change.key], change) if change.key in found else change
        before = _with_parents(found.values(), self.known.before)
        return [settled(change, change.identity in before) for change in found.values()]


def _with_parents(changes: Collection[Change], before: Collection[str]) -> set[str]:
    """What was there stands in something that was there, too, and so on."""
    there = set(before)
    size = -1
    while len(there) != size:
        size = len(there)
        for change in changes:
            if change.action == CHANGE or (change.action is None and change.identity in there):
                there.update(change.parents)
    return there


def _own_answer(result: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The module's answer, without what it was asked: that may speak of things that are new."""
    asked = ("invocation", result.get("ansible_loop_var"))
    return {key: value for key, value in result.items() if key not in asked}


class Record:
    """All hosts of a run. Every host is a stack."""

    def __init__(self) -> None:
        self.hosts: dict[str, HostRecord] = {}

    def add(self, host: str, seen: Seen) -> None:
        self.hosts.setdefault(host, HostRecord()).add(seen)

    def touched(self) -> dict[str, HostRecord]:
        """The hosts with which a task on AWS has dealt."""
        return {name: host for name, host in self.hosts.items() if host.touched}


# The record of this process's run: the callback writes it, the lookup reads it, in the worker that is forked from here.
CURRENT = Record()
