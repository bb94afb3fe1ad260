"""CloudWatch alarms that change their state are heard by scaling policies and by deployments."""

from __future__ import annotations

from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

from ..registry import Call, handles
from ..services import sns
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
    _tell(call, cloudwatch_backends[call.account][call.region].alarms[name])
    store = store_of(world, call.account, call.region)
    if call.params["StateValue"] == "ALARM":
        for policy in list(store.policies.values()):
            if any(alarm["AlarmName"] == name for alarm in policy.alarms):
                scale_by_alarm(ecs, store, policy, out="-AlarmHigh-" in name)
    for service in ecs.services.values():
        if service.status == "ACTIVE" and name in (service.configuration.get("alarms") or {}).get("alarmNames", []):
            service.wake()
    return answer


def _tell(call: Call, alarm: Any) -> None:
    """Those that hear of the state."""
    actions = {
        "ALARM": alarm.alarm_actions,
        "OK": alarm.ok_actions,
        "INSUFFICIENT_DATA": alarm.insufficient_data_actions,
    }
    for arn in actions[alarm.state_value] if alarm.actions_enabled else []:
        message = {"AlarmName": alarm.name, "NewStateValue": alarm.state_value, "AlarmArn": alarm.alarm_arn}
        sns.publish(call.account, arn, "cloudwatch.amazonaws.com", alarm.alarm_arn, message)
