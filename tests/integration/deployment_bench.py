"""The modules at work on a service whose traffic shifts, with AWS's durations: what they sleep, the clock is pushed."""

from __future__ import annotations

import dataclasses
import io
import pathlib
import zipfile
from typing import Any

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._ecs import service as ecs_service
from ansible_collections.portkey.gateway.plugins.module_utils._ecs import service_deployment
from ansible_collections.portkey.gateway.plugins.module_utils.wait import Clock
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import FakeModule, argument_spec

from emulator.testing import Running
from emulator.tests.ecs_stack import HEALTH_CHECK, NAME, PORT, Stack, allow

SERVICE = "gateway"
MCP_PORT = 8788
# AWS's seconds for one that a module sleeps.
PACE = 10
STRATEGIES: dict[str, dict[str, Any]] = {
    "BLUE_GREEN": {"strategy": "BLUE_GREEN", "bake_time_in_minutes": 5},
    "CANARY": {
        "strategy": "CANARY",
        "bake_time_in_minutes": 5,
        "canary_configuration": {"canary_percent": 10.0, "canary_bake_time_in_minutes": 10},
    },
    "LINEAR": {
        "strategy": "LINEAR",
        "bake_time_in_minutes": 5,
        "linear_configuration": {"step_percent": 50.0, "step_bake_time_in_minutes": 5},
    },
}
# The most production traffic that a revision may have had before the strategy shows that it is broken.
FIRST_SHARE = {"BLUE_GREEN": 100, "CANARY": 10, "LINEAR": 50}
BREAKER = {"enable": True, "rollback": True}


class Clients:
    def __init__(self, emulator: Running) -> None:
        self._emulator = emulator

    def __getitem__(self, service: str) -> Any:
        return self._emulator.client(service)


@dataclasses.dataclass
class Pair:
    """Two target groups, and the rules or listeners between which ECS shifts their traffic."""

    port: int
    blue: str
    green: str
    production: str
    test: str


class ShiftingStack(Stack):
    """A service's surroundings in mode gateway (one pair) or all (a second one for MCP), behind an ALB or an NLB."""

    def __init__(self, emulator: Running, kind: str, mode: str) -> None:
        super().__init__(emulator)
        self.kind = kind
        self.balanced = self.balance(kind)
        self.infrastructure = self.role("infrastructure", "ecs.amazonaws.com", allow("elasticloadbalancing:*"))
        ports = [PORT, MCP_PORT] if mode == "all" else [PORT]
        self.pairs = [self._pair(index, port) for index, port in enumerate(ports)]
        self.pass_time(300, 60)

    def _pair(self, index: int, port: int) -> Pair:
        protocol = "HTTP" if self.kind == "application" else "TCP"
        blue = self.balanced["group"] if index == 0 else self._group_on(f"blue-{index}", protocol, port)
        green = self._group_on(f"green-{index}", protocol, port)
        production = self.balanced["listener"] if index == 0 else self._listener(80 + index, protocol, blue)
        test = self._listener(8080 + index, protocol, green)
        if self.kind == "application":
            production, test = self._rule(production, blue), self._rule(test, green)
        self.ec2.authorize_security_group_ingress(
            GroupId=self.task_group,
            IpPermissions=[
                {
                    "IpProtocol": "tcp",
                    "FromPort": port,
                    "ToPort": port,
                    "IpRanges": [{"CidrIp": "10.0.0.0/8"}],
                }
            ],
        )
        return Pair(port, blue, green, production, test)

    def _group_on(self, name: str, protocol: str, port: int) -> str:
        made = self.elbv2.create_target_group(
            Name=name, Protocol=protocol, Port=port, VpcId=self.vpc, TargetType="ip", HealthCheckIntervalSeconds=10
        )
        return str(made["TargetGroups"][0]["TargetGroupArn"])

    def _listener(self, port: int, protocol: str, group: str) -> str:
        made = self.elbv2.create_listener(
            LoadBalancerArn=self.balanced["balancer"],
            Port=port,
            Protocol=protocol,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
        )
        return str(made["Listeners"][0]["ListenerArn"])

    def _rule(self, listener: str, group: str) -> str:
        made = self.elbv2.create_rule(
            ListenerArn=listener,
            Priority=10,
            Conditions=[{"Field": "path-pattern", "Values": ["/*"]}],
            Actions=[{"Type": "forward", "TargetGroupArn": group}],
        )
        return str(made["Rules"][0]["RuleArn"])

    def load_balancers(self) -> list[dict[str, Any]]:
        return [
            {
                "target_group_arn": pair.blue,
                "container_name": SERVICE,
                "container_port": pair.port,
                "advanced_configuration": {
                    "alternate_target_group_arn": pair.green,
                    "production_listener_rule": pair.production,
                    "test_listener_rule": pair.test,
                    "role_arn": self.infrastructure,
                },
            }
            for pair in self.pairs
        ]


class DeploymentBench:
    """The modules, and what ECS did at their word."""

    def __init__(self, emulator: Running, stack: ShiftingStack, monkeypatch: pytest.MonkeyPatch) -> None:
        self.emulator = emulator
        self.stack = stack
        self._specs = {name: argument_spec(name, monkeypatch) for name in ("ecs_service", "ecs_service_deployment")}
        self._offset = 0.0
        self.strategy = "BLUE_GREEN"
        self.first = ""

    # What the modules sleep, AWS's clock goes on by.
    def _sleep(self, seconds: float) -> None:
        self._offset += seconds
        self.emulator.advance(seconds * PACE)

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self._offset, sleep=self._sleep, spread=lambda: 0.0)

    def revision(self, tag: str) -> str:
        ports = [
            {"containerPort": pair.port, "name": f"{SERVICE}-{pair.port}", "appProtocol": "http"}
            for pair in self.stack.pairs
        ]
        container = self.stack.container(
            image=f"portkeyai/gateway_enterprise:{tag}", healthCheck=HEALTH_CHECK, portMappings=ports
        )
        return self.stack.task_definition(container)

    def deploy(self, definition: str, check_mode: bool = False, **options: Any) -> Any:
        """ecs_service; ``configuration`` is laid over that of the strategy."""
        configuration = {
            **STRATEGIES[self.strategy],
            "deployment_circuit_breaker": BREAKER,
            **options.pop("configuration", {}),
        }
        wanted = {
            "cluster": NAME,
            "name": SERVICE,
            "task_definition": definition,
            "desired_count": 1,
            "capacity_provider_strategy": [{"capacity_provider": "capacity", "weight": 1}],
            "network_configuration": {"subnets": self.stack.subnets, "security_groups": [self.stack.task_group]},
            "load_balancers": self.stack.load_balancers(),
            "deployment_configuration": configuration,
            "wait_timeout": 3600,
            **options,
        }
        module = FakeModule(self._specs["ecs_service"], Clients(self.emulator), check_mode, **wanted)
        return ecs_service.ensure(module, self.clock)

    def steer(self, action: str = "wait", check_mode: bool = False, **options: Any) -> Any:
        """ecs_service_deployment."""
        wanted = {"cluster": NAME, "services": [SERVICE], "action": action, "wait_timeout": 3600, **options}
        module = FakeModule(self._specs["ecs_service_deployment"], Clients(self.emulator), check_mode, **wanted)
        return service_deployment.ensure(module, self.clock)

    def fail(self, kind: str, **fields: Any) -> None:
        self.emulator.post("tasks", service=SERVICE, fail=kind, **fields)

    def until(self, **facts: Any) -> dict[str, Any]:
        """Push the clock until the latest deployment shows these facts."""
        for _unused in range(2000):
            deployment = self.stack.deployment()
            if all(deployment.get(name) == value for name, value in facts.items()):
                return deployment
            self.emulator.advance(15)
        raise AssertionError(f"no {facts} in {deployment}")

    def until_production_share(self, percent: float) -> None:
        for _unused in range(2000):
            target = self.stack.deployment()["targetServiceRevision"]
            if target.get("requestedProductionTrafficWeight") == percent:
                return
            self.emulator.advance(15)
        raise AssertionError(f"production never had {percent} %")

    def weights(self) -> list[dict[str, int]]:
        """Of each pair's production rule or listener, now: by blue and green."""
        found = []
        for pair in self.stack.pairs:
            if self.stack.kind == "application":
                actions = self.stack.elbv2.describe_rules(RuleArns=[pair.production])["Rules"][0]["Actions"]
            else:
                listeners = self.stack.elbv2.describe_listeners(ListenerArns=[pair.production])["Listeners"]
                actions = listeners[0]["DefaultActions"]
            names = {pair.blue: "blue", pair.green: "green"}
            groups = actions[0]["ForwardConfig"]["TargetGroups"]
            found.append({names[group["TargetGroupArn"]]: group["Weight"] for group in groups})
        return found

    def hook(self, verdict: str, stage: str) -> dict[str, Any]:
        """A lifecycle hook with a function that answers so."""
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as opened:
            opened.writestr("index.py", f"def handler(event, context):\n    return {{'hookStatus': {verdict!r}}}")
        runs_as = self.stack.role("hook-function", "lambda.amazonaws.com")
        self.emulator.advance(60)
        function = self.emulator.client("lambda").create_function(
            FunctionName="hook",
            Runtime="python3.13",
            Role=runs_as,
            Handler="index.handler",
            Code={"ZipFile": archive.getvalue()},
            Timeout=30,
        )["FunctionArn"]
        role = self.stack.role("hook-invoker", "ecs.amazonaws.com", allow("lambda:InvokeFunction", function))
        self.emulator.advance(60)
        return {"hook_target_arn": function, "role_arn": role, "lifecycle_stages": [stage]}

    def alarm(self) -> dict[str, Any]:
        """An alarm that the deployments listen to; ``ring`` sets it off."""
        self.emulator.client("cloudwatch").put_metric_alarm(
            AlarmName="errors",
            ComparisonOperator="GreaterThanThreshold",
            Statistic="Sum",
            MetricName="Errors",
            Namespace="x",
            Period=60,
            Threshold=1.0,
            EvaluationPeriods=1,
        )
        return {"alarm_names": ["errors"], "enable": True, "rollback": True}

    def ring(self) -> None:
        cloudwatch = self.emulator.client("cloudwatch")
        cloudwatch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="test")

    @property
    def writes(self) -> list[str]:
        return [call["operation"] for call in self.emulator.calls(mutating=True)]

    def forget(self) -> None:
        self.emulator.post("reset", only="calls")

    def shares(self, deployment: dict[str, Any], kind: str = "production") -> dict[str, list[int]]:
        """Per rule, the share of the target revision's group over the time of a deployment, as ECS wrote it."""
        arn = deployment["targetServiceRevision"]["arn"]
        (revision,) = self.stack.ecs.describe_service_revisions(serviceRevisionArns=[arn])["serviceRevisions"]
        mine = self._groups_of(revision)
        found: dict[str, list[int]] = {}
        for shift in self.emulator.get("weights")["weights"]:
            if shift["deployment"] == deployment["serviceDeploymentArn"] and shift["kind"] == kind:
                (share,) = [weight for group, weight in shift["weights"].items() if group in mine]
                found.setdefault(shift["rule"], []).append(share)
        return found

    def _groups_of(self, revision: dict[str, Any]) -> set[str]:
        resolved = (revision.get("resolvedConfiguration") or {}).get("loadBalancers", [])
        return {balancer["targetGroupArn"] for balancer in resolved}


class Benches:
    """Benches on one emulator. What a test begins with is made once, and then taken from a file."""

    def __init__(self, emulator: Running, folder: pathlib.Path) -> None:
        self._emulator = emulator
        self._folder = folder
        self._stacks: dict[tuple[str, str], ShiftingStack] = {}
        self._definitions: dict[tuple[str, str, str], str] = {}

    def empty(self, monkeypatch: pytest.MonkeyPatch, kind: str, mode: str, strategy: str) -> DeploymentBench:
        """Everything but the service."""
        path = self._folder / f"{kind}-{mode}"
        if (kind, mode) not in self._stacks:
            self._emulator.post("reset")
            self._stacks[kind, mode] = ShiftingStack(self._emulator, kind, mode)
            self._emulator.post("state", save=str(path))
        self._emulator.post("state", load=str(path))
        bench = DeploymentBench(self._emulator, self._stacks[kind, mode], monkeypatch)
        bench.strategy = strategy
        return bench

    def deployed(self, monkeypatch: pytest.MonkeyPatch, kind: str, mode: str, strategy: str) -> DeploymentBench:
        """The service runs its first revision, ``bench.first``."""
        key, path = (kind, mode, strategy), self._folder / f"{kind}-{mode}-{strategy}"
        if key not in self._definitions:
            bench = self.empty(monkeypatch, kind, mode, strategy)
            self._definitions[key] = bench.revision("1")
            bench.deploy(self._definitions[key])
            self._emulator.post("state", save=str(path))
        self._emulator.post("state", load=str(path))
        bench = DeploymentBench(self._emulator, self._stacks[kind, mode], monkeypatch)
        bench.strategy, bench.first = strategy, self._definitions[key]
        bench.forget()
        return bench
