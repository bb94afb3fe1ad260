"""CloudWatch alarms that change their state are heard by scaling policies and by deployments."""

from __future__ import annotations

from typing import Any

from ..registry import Call, handles
from ..world import World
from .application_autoscaling.state import store_of
from .application_autoscaling.targets import scale_by_alarm
from .state import ecs_for


@handles("cloudwatch", "SetAlarmState")
def set_alarm_state(world: World, call: Call) -> Any:
    answer = call.forward()
    if answer.status != 200:
        return answer
    ecs = ecs_for(world, call)
    name = call.params["AlarmName"]
    store = store_of(world, call.account, call.region)
    if call.params["StateValue"] == "ALARM":
        for policy in list(store.policies.values()):
            if any(alarm["AlarmName"] == name for alarm in policy.alarms):
                scale_by_alarm(ecs, store, policy, out="-AlarmHigh-" in name)
    for service in ecs.services.values():
        if service.status == "ACTIVE" and name in (service.configuration.get("alarms") or {}).get("alarmNames", []):
            service.wake()
    return answer
