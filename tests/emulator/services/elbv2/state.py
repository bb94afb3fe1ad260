"""What Elastic Load Balancing knows of an account and region."""

from __future__ import annotations

import dataclasses
import types
from typing import TYPE_CHECKING, Any

from moto.elbv2.models import elbv2_backends
from moto.moto_api._internal import mock_random

from ...registry import AwsError, Call

if TYPE_CHECKING:
    from ...world import World

Action = dict[str, Any]
KINDS = {"application": "app", "network": "net"}


@dataclasses.dataclass
class LoadBalancer:
    arn: str
    name: str
    type: str
    scheme: str
    vpc_id: str
    dns_name: str
    zone_id: str
    created: float
    ip_address_type: str
    # By availability zone, as they are described.
    subnets: dict[str, str]
    security_groups: list[str]
    attributes: dict[str, str]
    state: str = "provisioning"
    # Whether the inbound rules of a network load balancer's groups count for PrivateLink.
    private_link_rules: str = "on"
    interfaces: dict[str, str] = dataclasses.field(default_factory=dict)

    @property
    def path(self) -> str:
        """For example app/my-balancer/50dc6c495c0c9188: a part of many names."""
        return self.arn.split("loadbalancer/")[1]


@dataclasses.dataclass
class Listener:
    arn: str
    load_balancer_arn: str
    port: int
    protocol: str
    default_actions: list[Action]
    certificates: list[str]
    ssl_policy: str | None
    alpn_policy: list[str]
    attributes: dict[str, str]


@dataclasses.dataclass
class Rule:
    arn: str
    listener: Listener
    priority: str
    conditions: list[dict[str, Any]]
    own_actions: list[Action]
    transforms: list[dict[str, Any]]

    @property
    def listener_arn(self) -> str:
        return self.listener.arn

    @property
    def is_default(self) -> bool:
        return self.priority == "default"

    @property
    def actions(self) -> list[Action]:
        """A default rule's actions are its listener's."""
        return self.listener.default_actions if self.is_default else self.own_actions

    @actions.setter
    def actions(self, actions: list[Action]) -> None:
        if self.is_default:
            self.listener.default_actions = actions
        else:
            self.own_actions = actions


@dataclasses.dataclass
class TargetGroup:
    arn: str
    name: str
    # In the API's own shape, without the load balancers that use it.
    data: dict[str, Any]
    attributes: dict[str, str]
    # The application load balancer that it leads to, and on which port, where it is of that type.
    balancer_targets: dict[str, int] = dataclasses.field(default_factory=dict)


class Store:
    def __init__(self) -> None:
        self.load_balancers: dict[str, LoadBalancer] = {}
        self.listeners: dict[str, Listener] = {}
        self.rules: dict[str, Rule] = {}
        self.target_groups: dict[str, TargetGroup] = {}

    def load_balancer(self, arn: str) -> LoadBalancer:
        if arn not in self.load_balancers:
            raise AwsError("LoadBalancerNotFound", f"Load balancer '{arn}' not found")
        return self.load_balancers[arn]

    def listener(self, arn: str) -> Listener:
        if arn not in self.listeners:
            raise AwsError("ListenerNotFound", f"Listener '{arn}' not found")
        return self.listeners[arn]

    def rule(self, arn: str) -> Rule:
        if arn not in self.rules:
            raise AwsError("RuleNotFound", f"Rule '{arn}' not found")
        return self.rules[arn]

    def target_group(self, arn: str) -> TargetGroup:
        if arn not in self.target_groups:
            raise AwsError("TargetGroupNotFound", f"Target group '{arn}' not found")
        return self.target_groups[arn]

    def listeners_of(self, load_balancer_arn: str) -> list[Listener]:
        return [one for one in self.listeners.values() if one.load_balancer_arn == load_balancer_arn]

    def rules_of(self, listener_arn: str) -> list[Rule]:
        """In the order of evaluation: the default rule is the last."""
        rules = [one for one in self.rules.values() if one.listener_arn == listener_arn]
        return sorted(rules, key=lambda rule: (rule.is_default, 0 if rule.is_default else int(rule.priority)))

    def load_balancers_of(self, target_group_arn: str) -> list[str]:
        """The load balancers with a listener or rule that forwards to the target group."""
        used = {
            rule.listener.load_balancer_arn
            for rule in self.rules.values()
            if target_group_arn in targets_of(rule.actions)
        }
        return [arn for arn in self.load_balancers if arn in used]


def elbv2(world: World, account: str, region: str) -> Store:
    found: Store = world.store(Store, account, region)
    return found


def store_of(world: World, call: Call) -> Store:
    return elbv2(world, call.account, call.region)


def targets_of(actions: list[Action]) -> list[str]:
    """The target groups that actions forward to."""
    return [
        target["TargetGroupArn"]
        for action in actions
        for target in action.get("ForwardConfig", {}).get("TargetGroups", [])
    ]


def new_id() -> str:
    return str(mock_random.get_random_hex(16))


def arn_of(call: Call, resource: str) -> str:
    return f"arn:{call.partition}:elasticloadbalancing:{call.region}:{call.account}:{resource}"


class PublishedLoadBalancer:
    """What moto asks of a load balancer: for tags, and before it makes an endpoint service of it."""

    def __init__(self, arn: str) -> None:
        self.arn = arn
        self.type = "network" if ":loadbalancer/net/" in arn else "application"
        self.subnets: list[Any] = []

    def activate(self) -> None:
        """moto's own become active when they are looked at."""


def publish(account: str, region: str, arn: str, tags: list[dict[str, str]]) -> None:
    """Tag a new resource, and let moto's tagging API see it."""
    backend: Any = elbv2_backends[account][region]
    if tags:
        backend.tagging_service.tag_resource(arn, tags)
    if ":loadbalancer/" in arn:
        backend.load_balancers[arn] = PublishedLoadBalancer(arn)
    elif ":targetgroup/" in arn:
        backend.target_groups[arn] = types.SimpleNamespace(arn=arn)


def withdraw(account: str, region: str, arn: str) -> None:
    """A resource is gone, and its tags."""
    backend: Any = elbv2_backends[account][region]
    backend.tagging_service.delete_all_tags_for_resource(arn)
    backend.load_balancers.pop(arn, None)
    backend.target_groups.pop(arn, None)
