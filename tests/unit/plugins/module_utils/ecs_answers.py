"""What ECS answers, as the tests need it."""

from __future__ import annotations

import datetime

ACCOUNT = "us-east-1:123456789012"
CLUSTER = "portkey-dev-cluster"
DEFINITION = f"arn:aws:ecs:{ACCOUNT}:task-definition/gateway"
DEPLOYMENT = f"arn:aws:ecs:{ACCOUNT}:service-deployment/{CLUSTER}/gateway"
TARGET_GROUP = f"arn:aws:elasticloadbalancing:{ACCOUNT}:targetgroup/gateway/0123"
NAMESPACE = f"arn:aws:servicediscovery:{ACCOUNT}:namespace/ns-1"
START = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def at(minutes):
    return START + datetime.timedelta(minutes=minutes)


def rollout(state="COMPLETED", running=1, desired=1, status="PRIMARY", created=0, **fields):
    """An entry of a service's deployments."""
    return {
        "id": "ecs-svc/1",
        "status": status,
        "taskDefinition": f"{DEFINITION}:1",
        "desiredCount": desired,
        "runningCount": running,
        "pendingCount": 0,
        "failedTasks": 0,
        "rolloutState": state,
        "rolloutStateReason": f"ECS deployment ecs-svc/1 {state}.",
        "createdAt": at(created),
        "updatedAt": at(created),
        **fields,
    }


def service(name="gateway", deployments=None, **fields):
    return {
        "serviceName": name,
        "serviceArn": f"arn:aws:ecs:{ACCOUNT}:service/{CLUSTER}/{name}",
        "clusterArn": f"arn:aws:ecs:{ACCOUNT}:cluster/{CLUSTER}",
        "status": "ACTIVE",
        "taskDefinition": f"{DEFINITION}:1",
        "desiredCount": 1,
        "runningCount": 1,
        "pendingCount": 0,
        "schedulingStrategy": "REPLICA",
        "deploymentController": {"type": "ECS"},
        "deploymentConfiguration": {
            "deploymentCircuitBreaker": {"enable": False, "rollback": False},
            "maximumPercent": 200,
            "minimumHealthyPercent": 100,
            "strategy": "ROLLING",
            "bakeTimeInMinutes": 0,
        },
        "deployments": [rollout()] if deployments is None else deployments,
        "currentServiceDeployment": f"{DEPLOYMENT}/1",
        "events": [],
        "tags": [],
        "enableECSManagedTags": False,
        "enableExecuteCommand": False,
        "propagateTags": "NONE",
        **fields,
    }


def deployment(status="SUCCESSFUL", number=1, created=0, **fields):
    """A service deployment."""
    return {
        "serviceDeploymentArn": f"{DEPLOYMENT}/{number}",
        "status": status,
        "createdAt": at(created),
        "targetServiceRevision": {"arn": "revision", "requestedTaskCount": 1, "runningTaskCount": 1},
        "deploymentConfiguration": {"strategy": "ROLLING"},
        **fields,
    }


def task(number=1, created=1, reason="Essential container in task exited", **fields):
    return {
        "taskArn": f"arn:aws:ecs:{ACCOUNT}:task/{CLUSTER}/{number}",
        "taskDefinitionArn": f"{DEFINITION}:1",
        "lastStatus": "STOPPED",
        "createdAt": at(created),
        "stoppedReason": reason,
        "containers": [],
        **fields,
    }
