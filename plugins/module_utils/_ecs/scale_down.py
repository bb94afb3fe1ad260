# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The services of a cluster scaled down to nothing, and put back as they were.

The autoscaler goes first, or it would scale them up again; what it knew is kept before it is told to forget.
"""

from __future__ import annotations

import dataclasses
import typing as t
from concurrent.futures import ThreadPoolExecutor

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import tags as tagging
from .. import wait
from .._applicationautoscaling import api as scaling_api
from .._applicationautoscaling import remember
from .._codedeploy import stop as codedeploy_stop
from ..module import BOTO_ERRORS, GatewayError, Outcome, is_known
from . import api_cluster, api_service, api_tasks, scale_memory, scale_rest
from .deployment import IN_PROGRESS, STEADY, controller
from .follow import follow
from .watch import Watched, observe

Resource = dict[str, t.Any]
Memory = scale_memory.Memory

# Services at work at the same time.
_THREADS = 8


@dataclasses.dataclass(frozen=True)
class Aws:
    """The clients, made before the threads are: making one is not safe in several threads."""

    module: AnsibleAWSModule
    ecs: t.Any
    elb: t.Any
    scaling: t.Any
    clock: wait.Clock

    @property
    def cluster(self) -> str:
        return self.module.params["cluster"]

    @property
    def timeout(self) -> int:
        return self.module.params["wait_timeout"]


@dataclasses.dataclass(frozen=True)
class Seen:
    """One service as it is found. ``autoscaling`` is None where nothing scales it."""

    name: str
    service: Resource
    autoscaling: Memory | None

    @property
    def tags(self) -> tagging.Tags:
        return tagging.from_list(self.service.get("tags"))

    @property
    def desired_count(self) -> int:
        return self.service.get("desiredCount", 0)

    @property
    def phase(self) -> str:
        return scale_memory.phase(self.tags)

    @property
    def is_down(self) -> bool:
        return self.desired_count == 0 and self.autoscaling is None

    @property
    def remembered(self) -> Memory | None:
        return scale_memory.unpacked(self.tags)

    def memory(self) -> Memory:
        """What it is to be put back to. A run that was killed has left half of it in the tags, and only there."""
        if self.remembered and (self.is_down or self.phase == scale_memory.BEGUN):
            return self.remembered
        return {"service": self.name, "desired_count": self.desired_count, "autoscaling": self.autoscaling}


def ensure(module: AnsibleAWSModule, clock: wait.Clock = wait.SYSTEM_CLOCK) -> Outcome:
    aws = Aws(
        module,
        module.client("ecs"),
        module.client("elbv2"),
        module.client("application-autoscaling"),
        clock,
    )
    seen = _look(aws)
    restoring = module.params["state"] == "restored"
    memories = _memories(module, seen, restoring)
    before = {one.name: _view(one.desired_count, one.autoscaling, one.phase) for one in seen}
    coming = _coming_up if restoring else _coming_down
    after = {one.name: coming(one, memories.get(one.name)) for one in seen}
    if not module.check_mode:
        act = _restore if restoring else _scale_down
        _side_by_side(seen, lambda one: act(aws, one, memories.get(one.name)))
    previous = [memories[one.name] for one in seen if one.name in memories]
    return Outcome({"services": [one.name for one in seen], "previous": previous}, before, after)


def _look(aws: Aws) -> list[Seen]:
    if not is_known(aws.cluster):
        return []
    named = aws.module.params["services"]
    names = api_tasks.list_services(aws.ecs, aws.cluster) if named is None else list(dict.fromkeys(named))
    found = api_service.describe_services(aws.ecs, aws.cluster, names)
    return [_seen(aws, name, found[name]) for name in names if name in found and found[name]["status"] == "ACTIVE"]


def _seen(aws: Aws, name: str, service: Resource) -> Seen:
    return Seen(name, service, remember.read(aws.scaling, remember.target_of_service(aws.cluster, name)))


def _memories(module: AnsibleAWSModule, seen: list[Seen], restoring: bool) -> dict[str, Memory]:
    if not restoring:
        return {one.name: one.memory() for one in seen}
    given = {memory["service"]: memory for memory in module.params["previous"] or []}
    both = {one.name: given.get(one.name) or one.remembered for one in seen}
    damaged = [one.name for one in seen if one.phase and not both[one.name]]
    if damaged:
        raise GatewayError(
            f"The tags {scale_memory.KEY} of {', '.join(damaged)} do not tell any more what was before. Give it as "
            "previous, or deploy with site.yml."
        )
    return {name: memory for name, memory in both.items() if memory}


def _view(desired_count: int, autoscaling: Memory | None, phase: str) -> dict[str, t.Any]:
    return {"desired_count": desired_count, "autoscaling": remember.shown(autoscaling), "scaled_down": phase or None}


def _coming_down(one: Seen, memory: Memory | None) -> dict[str, t.Any]:
    """A service that was made without tasks stays as it is, without a note."""
    return _view(0, None, scale_memory.DONE if one.remembered or not one.is_down else one.phase)


def _coming_up(one: Seen, memory: Memory | None) -> dict[str, t.Any]:
    """What somebody has started again meanwhile stays as it is."""
    if memory is None:
        return _view(one.desired_count, one.autoscaling, one.phase)
    return _view(one.desired_count or memory["desired_count"], one.autoscaling or memory["autoscaling"], "")


def _side_by_side(seen: list[Seen], act: t.Callable[[Seen], None]) -> None:
    """All services at once. One that fails does not stop the others; the failures come together."""
    with ThreadPoolExecutor(max_workers=_THREADS) as pool:
        futures = {one.name: pool.submit(act, one) for one in seen}
    failures = {name: future.exception() for name, future in futures.items() if future.exception()}
    for error in failures.values():
        if not isinstance(error, (GatewayError, AnsibleAWSError, *BOTO_ERRORS)):
            raise t.cast(BaseException, error)
    if len(failures) == 1:
        raise t.cast(BaseException, next(iter(failures.values())))
    if failures:
        details = {name: getattr(error, "details", {}) for name, error in failures.items()}
        message = " ".join(f"{name}: {error}." for name, error in failures.items())
        raise GatewayError(f"{len(failures)} services: {message}", failures=details)


def _scale_down(aws: Aws, one: Seen, memory: Memory | None) -> None:
    module = aws.module
    if not one.is_down:
        _remember(aws, one, t.cast(Memory, memory))
        if one.autoscaling:
            scaling_api.deregister_scalable_target(aws.scaling, remember.target_of_service(aws.cluster, one.name))
        _stop_deployment(aws, one)
        if one.desired_count:
            api_service.update_service(aws.ecs, aws.cluster, one.name, {"desiredCount": 0})
    if one.remembered or not one.is_down:
        _mark(aws, one, t.cast(Memory, memory), scale_memory.DONE)
    if module.params["wait"]:
        force = module.params["force"]
        scale_rest.until_at_rest(
            aws.ecs, aws.elb, aws.cluster, one.name, timeout=aws.timeout, force=force, clock=aws.clock
        )


def _remember(aws: Aws, one: Seen, memory: Memory) -> None:
    wanted = scale_memory.packed(memory)
    _forget(aws, one, keep=wanted)
    new = {key: value for key, value in wanted.items() if one.tags.get(key) != value}
    if new:
        api_cluster.tag_resource(aws.ecs, one.service["serviceArn"], new)


def _mark(aws: Aws, one: Seen, memory: Memory, reached: str) -> None:
    """In the end, so that a run that was killed is known by its tags."""
    if one.phase != reached or not one.is_down:
        mark = {scale_memory.KEY: scale_memory.words(memory, reached)}
        api_cluster.tag_resource(aws.ecs, one.service["serviceArn"], mark)


def _forget(aws: Aws, one: Seen, keep: t.Collection[str] = ()) -> None:
    gone = sorted(key for key in one.tags if scale_memory.is_own(key) and key not in keep)
    if gone:
        api_cluster.untag_resource(aws.ecs, one.service["serviceArn"], gone)


def _stop_deployment(aws: Aws, one: Seen) -> None:
    if controller(one.service) == "CODE_DEPLOY":
        codedeploy_stop.stop(aws.module.client("codedeploy"), aws.cluster, one.name)
        return
    deployment = observe(aws.ecs, aws.cluster, one.service).deployment
    if deployment and deployment["status"] in IN_PROGRESS:
        api_service.stop_service_deployment(aws.ecs, deployment["serviceDeploymentArn"])


def _restore(aws: Aws, one: Seen, memory: Memory | None) -> None:
    if memory is None:
        return
    count = memory["desired_count"]
    if not one.desired_count and count:
        api_service.update_service(aws.ecs, aws.cluster, one.name, {"desiredCount": count})
    if memory["autoscaling"] and one.autoscaling is None:
        remember.put_back(aws.scaling, remember.target_of_service(aws.cluster, one.name), memory["autoscaling"])
    if aws.module.params["wait"] and (one.desired_count or count):
        follow(aws.module, aws.ecs, [Watched(one.name)], STEADY, aws.clock)
    # Last, so that a run that was killed can go on.
    _forget(aws, one)
