"""EventBridge: a rule that is there keeps its tags; what happens is told to the targets that may be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.events.models import events_backends

from ..registry import Call, handles
from . import sns

if TYPE_CHECKING:
    from ..world import World


def _bus(account: str, region: str) -> Any:
    return events_backends[account][region].event_buses["default"]


@handles("events", "PutRule")
def put_rule(world: World, call: Call) -> Any:
    """Tags are for a new rule only."""
    backend = events_backends[call.account][call.region]
    old = _bus(call.account, call.region).rules.get(call.params["Name"])
    tags = dict(backend.tagger.get_tag_dict_for_resource(old.arn)) if old else None
    answer = call.forward()
    if old is not None and answer.status == 200:
        backend.tagger.delete_all_tags_for_resource(old.arn)
        backend.tagger.tag_resource(old.arn, backend.tagger.convert_dict_to_tags_input(tags))
    return answer


def happened(account: str, region: str, source: str, kind: str, resources: list[str], detail: dict[str, Any]) -> None:
    """An event of an AWS service."""
    event: Any = {
        "version": "0",
        "detail-type": kind,
        "source": source,
        "account": account,
        "region": region,
        "resources": resources,
        "detail": detail,
    }
    for rule in list(_bus(account, region).rules.values()):
        if rule.state == "ENABLED" and rule.event_pattern.matches_event(event):
            for target in rule.targets:
                sns.publish(account, target["Arn"], "events.amazonaws.com", rule.arn, event)
