# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Deployments: started when something differs, followed, stopped, continued and taken back."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .. import wait
from .._ecs import api_service
from .._ecs.api_task_definition import describe_task_definition
from ..aws import error_code
from ..module import KNOWN_AFTER_APPLY, GatewayError, Outcome, is_known
from ..shape import snake
from . import api, appspec
from .follow import ENDED, failure, follow, look, shown, until
from .seen import ENDED_BADLY, READY, RUNNING, SUCCEEDED, TERMINATION, Seen

# What a rollback that we started ourselves is recognized by.
BACK = "Back to "
LIMIT = "DeploymentLimitExceededException"

Resource = dict[str, t.Any]

# Of the module's options, those that say what to deploy.
OPTIONS: Resource = dict(
    task_definition=dict(type="str"),
    container_name=dict(type="str"),
    container_port=dict(type="int"),
    platform_version=dict(type="str"),
    network_configuration=dict(
        type="dict",
        options=dict(
            subnets=dict(type="list", elements="str", required=True),
            security_groups=dict(type="list", elements="str"),
            assign_public_ip=dict(type="bool", default=False),
        ),
    ),
    capacity_provider_strategy=dict(
        type="list",
        elements="dict",
        options=dict(
            capacity_provider=dict(type="str", required=True),
            weight=dict(type="int"),
            base=dict(type="int"),
        ),
    ),
    hooks=dict(type="dict"),
    deployment_config=dict(type="str"),
    description=dict(type="str"),
)


class Place:
    """The deployment group, its service, and what is under way there."""

    def __init__(self, module: AnsibleAWSModule) -> None:
        self.client = module.client("codedeploy")
        self.application, self.group = module.params["application"], module.params["deployment_group"]
        self.settings = api.get_group(self.client, self.application, self.group)
        if self.settings is None and not module.check_mode:
            raise GatewayError(f"There is no deployment group {self.group} in the application {self.application}")

    @property
    def target(self) -> tuple[str, str]:
        (service,) = (self.settings or {})["ecsServices"]
        return service["clusterName"], service["serviceName"]

    def primary(self, ecs: t.Any) -> Resource | None:
        """The task set that serves. A service is not there yet in check mode only."""
        cluster, name = self.target
        service = api_service.describe_services(ecs, cluster, [name]).get(name) or {}
        return next((one for one in service.get("taskSets") or [] if one["status"] == "PRIMARY"), None)

    def running(self) -> Seen | None:
        ids = api.list_deployments(self.client, self.application, self.group, list(RUNNING))
        return look(self.client, ids[0]) if ids else None

    def history(self) -> list[Resource]:
        """All that have succeeded, the newest first."""
        ids = api.list_deployments(self.client, self.application, self.group, [SUCCEEDED])
        return api.get_deployments(self.client, ids) if ids else []


def ensure(module: AnsibleAWSModule, clock: wait.Clock = wait.SYSTEM_CLOCK) -> Outcome:
    place = Place(module)
    acts = {"deploy": _deploy, "wait": _wait, "stop": _stop, "continue": _continue, "rollback": _rollback}
    return acts[module.params["action"]](module, place, clock)


def _outcome(seen: Seen | None, before: t.Any = None, after: t.Any = None, changed: bool = False) -> Outcome:
    result = shown(seen) if seen else {"deployment": None, "target": None, "summary": None}
    return Outcome({**result, "cause": None}, before, after, changed=changed)


# Deploying.


def _deploy(module: AnsibleAWSModule, place: Place, clock: wait.Clock) -> Outcome:
    hooks = {event: function for event, function in (module.params["hooks"] or {}).items() if function}
    spec = appspec.wanted(module.params, _task_definition_arn(module))
    appspec.check(spec, hooks)
    if place.settings is None:
        # A service that is still to be made begins with what is wanted.
        return _outcome(None)
    if "container_name" not in spec:
        spec = {**_reached(place.primary(module.client("ecs")) or {}), **spec}
    text = appspec.content(spec, hooks)
    running = place.running()
    if running is not None and not module.check_mode:
        if _is_ours(running, spec):
            return _outcome(_followed(module, place, running, clock))
        until(module, place.client, running.id, ENDED, clock, module.params["wait_timeout"])
    return _deploy_now(module, place, spec, text, clock)


def _reached(primary: Resource) -> appspec.Spec:
    """The container that the load balancer reaches now."""
    present = appspec.of_task_set({"taskDefinition": "", **primary})
    if "container_port" not in present:
        raise GatewayError("No load balancer reaches the running tasks: say container_name and container_port")
    return {key: present[key] for key in ("container_name", "container_port")}


def _is_ours(seen: Seen, spec: appspec.Spec) -> bool:
    """Whether what runs brings what is wanted. A rollback brings what was before."""
    return not seen.is_rollback and appspec.task_definition_of(seen.deployment) == spec["task_definition"]


def _deploy_now(
    module: AnsibleAWSModule, place: Place, spec: appspec.Spec, text: str, clock: wait.Clock, description: str = ""
) -> Outcome:
    primary = place.primary(module.client("ecs"))
    present = appspec.of_task_set(primary) if primary else {}
    reasons = appspec.differs(present, spec)
    before = {key: present.get(key) for key in spec}
    if not reasons:
        return _outcome(None, before, before)
    after = {**spec, "new_deployment_for": reasons}
    if module.check_mode:
        return _outcome(None, before, after, changed=True)
    deployment_id = _start(module, place, text, clock, description or module.params["description"])
    seen = look(place.client, deployment_id)
    return _outcome(_followed(module, place, seen, clock), before, after, changed=True)


def _start(module: AnsibleAWSModule, place: Place, text: str, clock: wait.Clock, description: str | None) -> str:
    parameters: Resource = {
        "applicationName": place.application,
        "deploymentGroupName": place.group,
        "revision": appspec.revision(text),
    }
    if module.params["deployment_config"]:
        parameters["deploymentConfigName"] = module.params["deployment_config"]
    if description:
        parameters["description"] = description
    return wait.keep_trying(
        lambda: api.create_deployment(place.client, parameters),
        # Somebody else was faster: theirs has to end first.
        lambda error: error_code(error) == LIMIT,
        what=f"deployment group {place.group} to be free",
        timeout=module.params["wait_timeout"],
        clock=clock,
    )


def _followed(module: AnsibleAWSModule, place: Place, seen: Seen, clock: wait.Clock) -> Seen:
    return follow(module, place.client, seen.id, clock) if module.params["wait"] else seen


def _task_definition_arn(module: AnsibleAWSModule) -> str:
    """A family means its latest active revision."""
    name = module.params["task_definition"]
    if name.startswith("arn:") or not is_known(name):
        return name
    definition = describe_task_definition(module.client("ecs"), name)
    if definition is not None:
        return definition["taskDefinitionArn"]
    return KNOWN_AFTER_APPLY if module.check_mode else name


# Steering.


def _wait(module: AnsibleAWSModule, place: Place, clock: wait.Clock) -> Outcome:
    """For what runs, or for what has ended last, which fails when that had failed."""
    if place.settings is None:
        return _outcome(None)
    seen = place.running() or _last(place)
    if seen is None or module.check_mode:
        return _outcome(seen)
    return _outcome(_followed(module, place, seen, clock))


def _last(place: Place) -> Seen | None:
    ids = api.list_deployments(place.client, place.application, place.group)
    found = api.get_deployments(place.client, ids) if ids else []
    if not found:
        return None
    newest = Seen(found[0])
    # A rollback was made because of another, and that one tells why.
    origin = (newest.deployment.get("rollbackInfo") or {}).get("rollbackTriggeringDeploymentId")
    return look(place.client, (newest.is_rollback and origin) or newest.id)


def _stop(module: AnsibleAWSModule, place: Place, clock: wait.Clock) -> Outcome:
    running = place.running() if place.settings else None
    if running is None:
        return _outcome(None)
    if running.is_rollback:
        return _outcome(_back(module, place, running.id, clock))
    before = {"deployment_id": running.id, "status": running.status}
    after = {**before, "status": "rolled back" if module.params["rollback"] else "Stopped"}
    if module.check_mode:
        return _outcome(running, before, after, changed=True)
    api.stop_deployment(place.client, running.id, module.params["rollback"])
    seen = until(module, place.client, running.id, ENDED, clock, module.params["wait_timeout"])
    if seen.status == SUCCEEDED:
        raise wait.WaitFailed(f"Deployment {seen.id} had succeeded before it could be stopped", **shown(seen))
    if seen.rollback_id:
        _back(module, place, seen.rollback_id, clock)
    return _outcome(look(place.client, seen.id), before, after, changed=True)


def _back(module: AnsibleAWSModule, place: Place, deployment_id: str, clock: wait.Clock) -> Seen:
    if not module.params["wait"] or module.check_mode:
        return look(place.client, deployment_id)
    back = until(module, place.client, deployment_id, ENDED, clock, module.params["wait_timeout"])
    if back.status in ENDED_BADLY:
        raise failure(module, place.client, back, None)
    return back


def _continue(module: AnsibleAWSModule, place: Place, clock: wait.Clock) -> Outcome:
    running = place.running() if place.settings else None
    if running is None:
        return _outcome(None)
    waits = running.waits_for
    asked = {"ready": READY, "termination": TERMINATION}.get(module.params["wait_type"], waits)
    acts = waits is not None and waits == asked
    before = {"deployment_id": running.id, "waits_for": waits}
    after = {**before, "waits_for": None} if acts else before
    if acts and not module.check_mode:
        api.continue_deployment(place.client, running.id, str(waits))
        # CodeDeploy shows the wait for a moment longer.
        running = wait.poll(
            lambda: look(place.client, running.id),
            lambda seen: seen.waits_for != waits,
            what=f"deployment {running.id} to go on",
            timeout=module.params["wait_timeout"],
            clock=clock,
            show=lambda seen: seen.status,
        )
    seen = running if module.check_mode else _followed(module, place, running, clock)
    return _outcome(seen, before, after, changed=acts)


def _rollback(module: AnsibleAWSModule, place: Place, clock: wait.Clock) -> Outcome:
    """Of what is under way, its end; else a deployment of what was there before the present tasks."""
    running = place.running() if place.settings else None
    if place.settings is None or running is not None or module.params["to"] == "active":
        return _stop(module, place, clock)
    history = place.history()
    if history and (history[0].get("description") or "").startswith(BACK):
        return _outcome(look(place.client, history[0]["deploymentId"]))
    primary = place.primary(module.client("ecs")) or {}
    spec = {**appspec.of_task_set(primary), "task_definition": _previous(module, history, primary)}
    text = appspec.content(spec, {})
    return _deploy_now(module, place, spec, text, clock, f"{BACK}{spec['task_definition'].rsplit('/', 1)[-1]}")


def _previous(module: AnsibleAWSModule, history: list[Resource], primary: Resource) -> str:
    """The task definition that was deployed before the present one, or the revision before it."""
    present = primary.get("taskDefinition", "")
    for deployment in history:
        earlier = appspec.task_definition_of(deployment)
        if earlier and earlier != present:
            return earlier
    family, _unused, revision = present.rpartition(":")
    for number in range(int(revision or 0) - 1, 0, -1):
        found = describe_task_definition(module.client("ecs"), f"{family}:{number}")
        if found is not None and found.get("status", "ACTIVE") == "ACTIVE":
            return found["taskDefinitionArn"]
    raise GatewayError(f"There is nothing before {present.rsplit('/', 1)[-1]} to go back to")


def info(module: AnsibleAWSModule) -> Outcome:
    client = module.client("codedeploy")
    params = module.params
    if params["deployment_id"]:
        ids = [params["deployment_id"]]
    else:
        ids = api.list_deployments(client, params["application"], params["deployment_group"], params["status"])
    found = api.get_deployments(client, ids)[: params["limit"]] if ids else []
    shown_all = []
    for one in found:
        target = api.get_target(client, one["deploymentId"]) if params["include_targets"] else None
        shown_all.append({**snake(one), **({"target": snake(target)} if target else {})})
    return Outcome({"deployments": shown_all}, changed=False)
