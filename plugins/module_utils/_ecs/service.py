# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""An ECS service: made, changed and removed, and its deployment followed to its end."""

from __future__ import annotations

import typing as t
import uuid

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import tags, wait
from ..module import KNOWN_AFTER_APPLY, GatewayError, Outcome, is_known
from . import api_cluster, known_parameters
from . import api_service as api
from .deployment import STABLE, STEADY, Observation, is_under_way, summary
from .follow import BACKOFF, follow, shown_service, state_of
from .live import live
from .service_errors import DELETE_PASSING, Patience
from .service_fields import BY_NAME, Fields, meaning, to_api
from .service_options import wanted_fields
from .service_plan import Plan, must_settle_first, plan, steps
from .watch import Watched, observe

Service = dict[str, t.Any]


def ensure(module: AnsibleAWSModule, clock: wait.Clock = wait.SYSTEM_CLOCK) -> Outcome:
    client = module.client("ecs")
    found = _find(module, client)
    if module.params["state"] == "absent":
        return _ensure_absent(module, client, found, clock)
    if found is None or found["status"] != "ACTIVE":
        return _create(module, client, clock)
    return _update(module, client, found, clock)


def _find(module: AnsibleAWSModule, client: t.Any) -> Service | None:
    cluster, name = module.params["cluster"], module.params["name"]
    if not is_known(cluster):
        return None
    return api.describe_services(client, cluster, [name]).get(name)


def _create(module: AnsibleAWSModule, client: t.Any, clock: wait.Clock) -> Outcome:
    name = module.params["name"]
    wanted = wanted_fields(module, client, creating=True)
    new_tags = tags.change({}, module.params["tags"], False).final
    after = {"name": name, **meaning(wanted), "tags": new_tags}
    parameters = {**to_api(wanted), "cluster": module.params["cluster"]}
    known_parameters.require(client, "CreateService", parameters)
    if module.check_mode:
        shown = {"service_name": name, "service_arn": KNOWN_AFTER_APPLY, **wanted, "tags": new_tags}
        return Outcome(_result({"service": shown, "deployment": None}, new_deployment=True), None, after)
    if new_tags:
        parameters["tags"] = tags.to_lower_list(new_tags)
    # The same token in every try: an answer that got lost does not make a second service.
    parameters["clientToken"] = str(uuid.uuid4())
    service = _until_accepted(module, lambda: api.create_service(client, name, parameters), clock)
    state = state_of(Observation(service))
    if module.params["wait"]:
        state = _follow_own(module, client, Watched(name, expected=True), clock)
    return Outcome(_result(state, new_deployment=True), None, after)


def _update(module: AnsibleAWSModule, client: t.Any, service: Service, clock: wait.Clock) -> Outcome:
    wanted = wanted_fields(module, client, creating=False)
    seen = observe(client, module.params["cluster"], service)
    coming = plan(seen, wanted, module.params["force_new_deployment"])
    if must_settle_first(seen, coming) and not module.check_mode:
        seen = _settled(module, client, clock)
        coming = plan(seen, wanted, module.params["force_new_deployment"])
    current_tags = tags.from_list(service.get("tags"))
    retagging = tags.change(current_tags, module.params["tags"], module.params["purge_tags"])
    known_parameters.require(client, "UpdateService", to_api(coming.request))
    name = {"name": module.params["name"]}
    before = {**name, **coming.before, "tags": current_tags}
    after = {**name, **coming.shown_after, "tags": retagging.final}
    if module.check_mode:
        state = state_of(seen)
        state["service"] |= {**coming.request, "tags": retagging.final}
    else:
        arn = service["serviceArn"]
        tags.apply(
            retagging,
            lambda added: api_cluster.tag_resource(client, arn, added),
            lambda keys: api_cluster.untag_resource(client, arn, keys),
        )
        state = _apply(module, client, seen, coming, clock)
        state["service"]["tags"] = retagging.final
    result = _result(state, new_deployment=bool(coming.deploys_for), changes=coming.changes)
    return Outcome(result, before, after)


def _apply(
    module: AnsibleAWSModule, client: t.Any, seen: Observation, coming: Plan, clock: wait.Clock
) -> dict[str, t.Any]:
    """Make the changes, and follow the deployment that they start, or the one that is running anyway."""
    *earlier, last = steps(coming)
    for fields in earlier:
        seen = _send(module, client, seen, fields, False, clock)
        _follow_own(module, client, _own(module, seen, deploys=_deploys(fields)), clock)
        seen = observe(client, module.params["cluster"], t.cast(Service, _find(module, client)))
    before_last = seen
    if last or coming.force:
        seen = _send(module, client, seen, last, coming.force, clock)
    deploys = bool(coming.deploys_for)
    if not module.params["wait"]:
        return state_of(seen)
    if deploys or is_under_way(seen):
        own = _own(module, before_last, deploys)
        return _follow_own(module, client, own, clock, changed=bool(coming.request))
    if "desired_count" in last:
        return _follow_own(module, client, Watched(module.params["name"]), clock, STEADY)
    return state_of(seen)


def _deploys(fields: Fields) -> bool:
    return any(BY_NAME[name].deploys for name in fields)


def _send(
    module: AnsibleAWSModule, client: t.Any, seen: Observation, fields: Fields, force: bool, clock: wait.Clock
) -> Observation:
    cluster, name = module.params["cluster"], module.params["name"]
    parameters = {**to_api(fields), **({"forceNewDeployment": True} if force else {})}
    service = _until_accepted(module, lambda: api.update_service(client, cluster, name, parameters), clock)
    return Observation(service, seen.deployment)


def _own(module: AnsibleAWSModule, before: Observation, deploys: bool) -> Watched:
    """The deployment that this run started; else whichever the service has."""
    arn = (before.deployment or {}).get("serviceDeploymentArn")
    older = frozenset([arn]) if deploys and arn else frozenset()
    return Watched(module.params["name"], not_these=older, expected=deploys)


def _follow_own(
    module: AnsibleAWSModule,
    client: t.Any,
    watched: Watched,
    clock: wait.Clock,
    wait_until: str = STABLE,
    changed: bool = True,
) -> dict[str, t.Any]:
    try:
        return state_of(follow(module, client, [watched], wait_until, clock)[watched.name])
    except GatewayError as error:
        error.details.setdefault("changed", changed or watched.expected)
        raise


def _settled(module: AnsibleAWSModule, client: t.Any, clock: wait.Clock) -> Observation:
    """The service after the deployment that was running, however that ended: it is not this run's own."""

    name = module.params["name"]

    def look() -> Observation:
        seen = observe(client, module.params["cluster"], t.cast(Service, _find(module, client)))
        watching.show({name: seen})
        return seen

    with live(module, client, clock, own=False) as watching:
        return wait.poll(
            look,
            lambda seen: not is_under_way(seen),
            what=f"the running deployment of service {name} to end, before it can be changed",
            timeout=module.params["wait_timeout"],
            backoff=BACKOFF,
            clock=watching.clock,
            show=summary,
        )


def _until_accepted(module: AnsibleAWSModule, act: t.Callable[[], Service], clock: wait.Clock) -> Service:
    return wait.keep_trying(
        act,
        Patience(clock),
        what=f"ECS to accept service {module.params['name']}",
        timeout=module.params["wait_timeout"],
        clock=clock,
    )


def _ensure_absent(module: AnsibleAWSModule, client: t.Any, found: Service | None, clock: wait.Clock) -> Outcome:
    cluster, name = module.params["cluster"], module.params["name"]
    gone = {"service": None, "deployment": None}
    if found is None or found["status"] == "INACTIVE":
        return Outcome(_result(gone))
    active = found["status"] == "ACTIVE"
    if not module.check_mode:
        if active:
            wait.keep_trying(
                lambda: api.delete_service(client, cluster, name),
                Patience(clock, DELETE_PASSING),
                what=f"the running deployment of service {name} to end",
                timeout=module.params["wait_timeout"],
                clock=clock,
            )
        if module.params["wait"]:
            _wait_until_gone(module, client, clock)
    before = {"name": name, "status": found["status"]}
    return Outcome(_result(gone), before if active else None, None)


def _wait_until_gone(module: AnsibleAWSModule, client: t.Any, clock: wait.Clock) -> None:
    wait.poll(
        lambda: _find(module, client),
        lambda service: service is None or service["status"] == "INACTIVE",
        what=f"service {module.params['name']} to drain",
        timeout=module.params["wait_timeout"],
        clock=clock,
        show=lambda service: shown_service(service) if service else None,
    )


def _result(
    state: dict[str, t.Any], new_deployment: bool = False, changes: list[dict[str, t.Any]] | None = None
) -> dict[str, t.Any]:
    return {**state, "cause": None, "new_deployment": new_deployment, "changes": changes or []}
