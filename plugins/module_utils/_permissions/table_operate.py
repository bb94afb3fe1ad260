# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What it takes to look at a stack that runs, and to deploy to it."""

from __future__ import annotations

from .grant import (
    DEPLOY,
    READ,
    UNINSTALL,
    balancer,
    calls_functions,
    codedeploy,
    config,
    given_access_logs,
    given_storage,
    grant,
    linked,
    lock_object,
    lock_parameter,
    own_vpc,
    passes,
    scaling,
    shifting,
)

_PREFLIGHT = (
    grant("sts", (READ, UNINSTALL), "GetCallerIdentity"),
    grant("ec2", (READ, UNINSTALL), "DescribeRegions"),
    grant("ec2", READ, "DescribeVpcs DescribeSubnets"),
    grant("ec2", READ, "DescribeAvailabilityZones", when=own_vpc),
    grant("acm", READ, "DescribeCertificate", "certificate", when=config("tls_certificate_arn")),
    grant("s3", READ, "ListBucket", "bucket", when=given_storage),
    grant("s3", READ, "ListBucket GetBucketPolicy GetEncryptionConfiguration", "logs-bucket", when=given_access_logs),
    grant("secretsmanager", READ, "DescribeSecret", "secret", "given-secret"),
    grant("iam", READ, "GetRole", "codedeploy-role"),
)

# For the verbs status, logs, verify and what the others ask before they act.
_LOOKING = (
    grant("ecs", READ, "DescribeClusters", "cluster"),
    grant("ecs", READ, "DescribeServices ListServiceDeployments", "service"),
    grant("ecs", READ, "DescribeTaskDefinition"),
    grant("ecs", READ, "DescribeServiceDeployments", "service", "service-deployment"),
    grant("ecs", READ, "DescribeServiceRevisions", "service", "service-revision"),
    grant("ecs", READ, "ListTasks", "container-instance"),
    grant("ecs", READ, "DescribeTasks", "task"),
    grant("logs", READ, "GetLogEvents", "log-stream"),
    grant("logs", READ, "DescribeLogStreams", "log-group", "log-group-streams"),
    grant("elasticloadbalancing", READ, "DescribeLoadBalancers DescribeTags"),
    grant("elasticloadbalancing", READ, "DescribeTargetHealth", when=balancer),
    grant("application-autoscaling", READ, "DescribeScalableTargets DescribeScalingPolicies"),
    grant(
        "codedeploy",
        READ,
        "ListDeployments BatchGetDeployments GetDeploymentGroup",
        "deployment-group",
        when=codedeploy,
    ),
    grant("codedeploy", READ, "ListDeploymentTargets GetDeploymentTarget", when=codedeploy),
)

_LOCK = (
    grant(
        "ssm",
        (DEPLOY, UNINSTALL),
        "GetParameter GetParameterHistory PutParameter",
        "lock-parameter",
        when=lock_parameter,
    ),
    grant("ssm", (DEPLOY, UNINSTALL), "AddTagsToResource", "lock-parameter", when=lock_parameter),
    grant("ssm", UNINSTALL, "DeleteParameter", "lock-parameter", when=lock_parameter),
    grant("s3", (DEPLOY, UNINSTALL), "GetObject PutObject", "lock-object", when=lock_object),
    # Without it, a lock that is not there is one that may not be read.
    grant("s3", (DEPLOY, UNINSTALL), "ListBucket", "lock-bucket", when=lock_object),
    grant("s3", UNINSTALL, "DeleteObject", "lock-object", when=lock_object),
)

_DEPLOYING = (
    grant("ecs", DEPLOY, "RegisterTaskDefinition TagResource RunTask", "task-definition"),
    grant("ecs", DEPLOY, "ListTaskDefinitions DeregisterTaskDefinition"),
    grant("ecs", DEPLOY, "UpdateService TagResource UntagResource", "service"),
    grant("ecs", DEPLOY, "StopServiceDeployment ContinueServiceDeployment", "service-deployment"),
    # For run, exec, and a scale_down with force.
    grant("ecs", DEPLOY, "TagResource StopTask", "task"),
    grant("ecs", DEPLOY, "ExecuteCommand", "cluster", "task"),
    grant("iam", DEPLOY, "PassRole", "service-role", condition=passes("ecs-tasks")),
    grant("iam", DEPLOY, "PassRole", "balancer-role", when=shifting, condition=passes("ecs")),
    grant("iam", DEPLOY, "PassRole", "invoke-role", when=calls_functions, condition=passes("ecs")),
)

# scale, scale_down and scale_up take services out of what scales them, and put them back.
_SCALING = (
    grant("application-autoscaling", DEPLOY, "DescribeScheduledActions"),
    grant("application-autoscaling", READ, "ListTagsForResource", "scalable-target", when=scaling),
    grant(
        "application-autoscaling",
        DEPLOY,
        "RegisterScalableTarget DeregisterScalableTarget PutScalingPolicy PutScheduledAction DeleteScalingPolicy "
        "TagResource UntagResource",
        "scalable-target",
        when=scaling,
    ),
    grant(
        "iam",
        DEPLOY,
        "CreateServiceLinkedRole",
        "linked-role",
        when=scaling,
        condition=linked("ecs.application-autoscaling"),
    ),
    # Application Auto Scaling makes the alarms of its policies for the caller.
    grant("cloudwatch", DEPLOY, "DescribeAlarms PutMetricAlarm DeleteAlarms", "scaling-alarm", when=scaling),
)

_BY_CODEDEPLOY = (
    grant("codedeploy", DEPLOY, "CreateDeployment GetDeployment", "deployment-group", when=codedeploy),
    grant("codedeploy", DEPLOY, "StopDeployment ContinueDeployment", when=codedeploy),
    grant(
        "codedeploy",
        READ,
        "GetDeploymentConfig",
        "deployment-config",
        "aws-deployment-config",
        when=codedeploy,
    ),
    grant(
        "codedeploy",
        DEPLOY,
        "GetApplication GetApplicationRevision RegisterApplicationRevision",
        "application",
        when=codedeploy,
    ),
)

GRANTS = (*_PREFLIGHT, *_LOOKING, *_LOCK, *_DEPLOYING, *_SCALING, *_BY_CODEDEPLOY)
