"""A service whose traffic can be shifted, for the tests of the emulator and of the modules."""

from __future__ import annotations

from .ecs_stack import NAME, PORT, Stack, allow

BREAKER = {"enable": True, "rollback": True}


class Shifting:
    """A service with a blue and a green target group, by rules of an ALB or listeners of an NLB."""

    def __init__(self, stack: Stack, kind: str = "application") -> None:
        self.stack = stack
        self.balanced = stack.balance(kind)
        self.blue = self.balanced["group"]
        protocol = "HTTP" if kind == "application" else "TCP"
        self.green = stack.target_group("green", protocol)
        test = stack.elbv2.create_listener(
            LoadBalancerArn=self.balanced["balancer"],
            Port=8080,
            Protocol=protocol,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": self.green}],
        )["Listeners"][0]["ListenerArn"]
        self.production_rule = (
            self._rule(self.balanced["listener"]) if kind == "application" else self.balanced["listener"]
        )
        self.test_rule = self._rule(test) if kind == "application" else test
        self.role = stack.role("infrastructure", "ecs.amazonaws.com", allow("elasticloadbalancing:*"))
        stack._let("iam_propagation")

    def _rule(self, listener: str) -> str:
        return str(self.stack.elbv2.describe_rules(ListenerArn=listener)["Rules"][0]["RuleArn"])

    def balancers(self, **changes) -> list[dict]:
        advanced = {
            "alternateTargetGroupArn": self.green,
            "productionListenerRule": self.production_rule,
            "testListenerRule": self.test_rule,
            "roleArn": self.role,
            **changes,
        }
        return [
            {
                "targetGroupArn": self.blue,
                "containerName": "gateway",
                "containerPort": PORT,
                "advancedConfiguration": {key: value for key, value in advanced.items() if value},
            }
        ]

    def create(self, strategy: str = "BLUE_GREEN", **configuration) -> None:
        self.stack.create_service(
            loadBalancers=self.balancers(),
            deploymentConfiguration={
                "strategy": strategy,
                "bakeTimeInMinutes": 0,
                "deploymentCircuitBreaker": BREAKER,
                **configuration,
            },
        )

    def deploy(self) -> None:
        self.stack.ecs.update_service(cluster=NAME, service="gateway", taskDefinition=self.stack.task_definition())

    def weights(self, rule: str) -> dict[str, int]:
        if ":listener-rule/" in rule:
            actions = self.stack.elbv2.describe_rules(RuleArns=[rule])["Rules"][0]["Actions"]
        else:
            actions = self.stack.elbv2.describe_listeners(ListenerArns=[rule])["Listeners"][0]["DefaultActions"]
        groups = actions[0]["ForwardConfig"]["TargetGroups"]
        names = {self.blue: "blue", self.green: "green"}
        return {names[one["TargetGroupArn"]]: one.get("Weight", 1) for one in groups}

    def history(self, kind: str = "production") -> list[int]:
        """The green group's share of production weights, as it was set over time."""
        shifts = self.stack.emulator.get("weights")["weights"]
        return [one["weights"][self.green] for one in shifts if one["kind"] == kind]

    def stages(self, seconds: float, step: float = 1.0) -> list[str]:
        seen: list[str] = []
        for _unused in range(int(seconds / step)):
            self.stack.emulator.post("clock", advance=step)
            deployment = self.stack.deployment()
            stage = deployment.get("lifecycleStage")
            if stage and (not seen or seen[-1] != stage):
                seen.append(stage)
            if deployment["status"] not in ("PENDING", "IN_PROGRESS", "ROLLBACK_IN_PROGRESS"):
                break
        return seen
