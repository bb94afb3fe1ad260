"""A CODE_DEPLOY service behind a load balancer, and a deployment group for it, made with raw boto3."""

from __future__ import annotations

import json
import time
from typing import Any

from .ecs_stack import NAME, PORT, Stack

APPLICATION, GROUP = "gateway", "gateway"
POLICY = "arn:aws:iam::aws:policy/AWSCodeDeployRoleForECS"
ENDED = ("Succeeded", "Failed", "Stopped")


class Delivery:
    def __init__(self, stack: Stack, kind: str = "application") -> None:
        self.stack = stack
        self.api = stack.emulator.client("codedeploy")
        self.balanced = stack.balance(kind)
        self.blue = self.balanced["group"]
        protocol = "HTTP" if kind == "application" else "TCP"
        self.green = stack.target_group("green", protocol)
        self.test_listener = stack.elbv2.create_listener(
            LoadBalancerArn=self.balanced["balancer"],
            Port=8080,
            Protocol=protocol,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": self.green}],
        )["Listeners"][0]["ListenerArn"]
        self.role = stack.role("codedeploy", "codedeploy.amazonaws.com")
        stack.iam.attach_role_policy(RoleName="codedeploy", PolicyArn=POLICY)
        stack._let("iam_propagation")

    def create_service(self, **changes: Any) -> None:
        balancers = [{"targetGroupArn": self.blue, "containerName": "gateway", "containerPort": PORT}]
        self.stack.create_service(deploymentController={"type": "CODE_DEPLOY"}, loadBalancers=balancers, **changes)

    def group_settings(self, **changes: Any) -> dict[str, Any]:
        pair = {
            "targetGroups": [{"name": "blue"}, {"name": "green"}],
            "prodTrafficRoute": {"listenerArns": [self.balanced["listener"]]},
            "testTrafficRoute": {"listenerArns": [self.test_listener]},
        }
        settings = {
            "applicationName": APPLICATION,
            "deploymentGroupName": GROUP,
            "serviceRoleArn": self.role,
            "deploymentStyle": {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
            "ecsServices": [{"clusterName": NAME, "serviceName": "gateway"}],
            "loadBalancerInfo": {"targetGroupPairInfoList": [pair]},
            "blueGreenDeploymentConfiguration": blue_green(),
            "autoRollbackConfiguration": {
                "enabled": True,
                "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"],
            },
            **changes,
        }
        return {key: value for key, value in settings.items() if value is not None}

    def create(self, config: str = "CodeDeployDefault.ECSAllAtOnce", **changes: Any) -> None:
        self.create_service()
        self.api.create_application(applicationName=APPLICATION, computePlatform="ECS")
        self.api.create_deployment_group(**self.group_settings(deploymentConfigName=config, **changes))

    def spec(self, hooks: dict[str, str] | None = None, **properties: Any) -> dict[str, Any]:
        target = {
            "Type": "AWS::ECS::Service",
            "Properties": {
                "TaskDefinition": self.stack.task_definition(),
                "LoadBalancerInfo": {"ContainerName": "gateway", "ContainerPort": PORT},
                **properties,
            },
        }
        document: dict[str, Any] = {"version": 0.0, "Resources": [{"TargetService": target}]}
        if hooks:
            document["Hooks"] = [{name: function} for name, function in hooks.items()]
        return document

    def deploy(self, document: dict[str, Any] | None = None, **options: Any) -> str:
        content = json.dumps(document or self.spec())
        made = self.api.create_deployment(
            applicationName=APPLICATION,
            deploymentGroupName=GROUP,
            revision={"revisionType": "AppSpecContent", "appSpecContent": {"content": content}},
            **options,
        )
        return str(made["deploymentId"])

    def deployment(self, deployment_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.api.get_deployment(deploymentId=deployment_id)["deploymentInfo"]
        return found

    def target(self, deployment_id: str) -> dict[str, Any]:
        (target_id,) = self.api.list_deployment_targets(deploymentId=deployment_id)["targetIds"]
        assert target_id == f"{NAME}:gateway"
        found = self.api.get_deployment_target(deploymentId=deployment_id, targetId=target_id)["deploymentTarget"]
        target: dict[str, Any] = found["ecsTarget"]
        return target

    def events(self, deployment_id: str) -> dict[str, str]:
        return {one["lifecycleEventName"]: one["status"] for one in self.target(deployment_id)["lifecycleEvents"]}

    def until(self, deployment_id: str, *states: str) -> dict[str, Any]:
        """A function runs in real time, so this waits for it as well."""
        for _unused in range(300):
            found = self.deployment(deployment_id)
            if found["status"] in (states or ENDED):
                return found
            self.stack.emulator.post("clock", advance=1)
            time.sleep(0.02)
        raise AssertionError(found)

    def rolled_back(self, deployment_id: str) -> dict[str, Any]:
        """The rollback of a deployment, once it is over."""
        return self.until(self.deployment(deployment_id)["rollbackInfo"]["rollbackDeploymentId"])

    def weights(self) -> dict[str, int]:
        """Of the production listener."""
        found = self.stack.elbv2.describe_listeners(ListenerArns=[self.balanced["listener"]])["Listeners"][0]
        groups = found["DefaultActions"][0]["ForwardConfig"]["TargetGroups"]
        names = {self.blue: "blue", self.green: "green"}
        return {names[one["TargetGroupArn"]]: one.get("Weight", 1) for one in groups}

    def history(self, kind: str = "production") -> list[int]:
        """The green group's share, as it was set over time."""
        shifts = self.stack.emulator.get("weights")["weights"]
        return [one["weights"][self.green] for one in shifts if one["kind"] == kind]

    def task_sets(self) -> dict[str, str]:
        """Each task set's status, by the family and revision it runs."""
        sets = self.stack.service()["taskSets"]
        return {one["taskDefinition"].rsplit("/", 1)[-1]: one["status"] for one in sets}


def blue_green(termination: int = 0, ready: int = 0) -> dict[str, Any]:
    option = {"actionOnTimeout": "CONTINUE_DEPLOYMENT"}
    if ready:
        option = {"actionOnTimeout": "STOP_DEPLOYMENT", "waitTimeInMinutes": ready}
    return {
        "terminateBlueInstancesOnDeploymentSuccess": {
            "action": "TERMINATE",
            "terminationWaitTimeInMinutes": termination,
        },
        "deploymentReadyOption": option,
    }
