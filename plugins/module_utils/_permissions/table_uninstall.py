# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What it takes to remove a stack, and to see that nothing is left.

It asks everywhere, whatever the configuration says now: it removes what an earlier one has made as well.
"""

from __future__ import annotations

from .grant import UNINSTALL, config, deletes_buckets, grant

_ROLES = ("service-role", "balancer-role", "instance-role", "function-role", "invoke-role", "codedeploy-role")

_AUDIT = (
    grant(
        "ec2",
        UNINSTALL,
        "DescribeAddresses DescribeInstances DescribeInternetGateways DescribeLaunchTemplates DescribeNatGateways "
        "DescribeNetworkInterfaces DescribeRouteTables DescribeSecurityGroupRules DescribeSecurityGroups "
        "DescribeSubnets DescribeVolumes DescribeVpcEndpointConnections DescribeVpcEndpointServiceConfigurations "
        "DescribeVpcEndpoints DescribeVpcs",
    ),
    grant("autoscaling", UNINSTALL, "DescribeAutoScalingGroups DescribeInstanceRefreshes DescribeScalingActivities"),
    grant(
        "application-autoscaling", UNINSTALL, "DescribeScalableTargets DescribeScalingPolicies DescribeScheduledActions"
    ),
    grant("application-autoscaling", UNINSTALL, "ListTagsForResource", "scalable-target"),
    grant("ecs", UNINSTALL, "ListServices ListTaskDefinitions DescribeTaskDefinition"),
    grant("ecs", UNINSTALL, "DescribeClusters ListContainerInstances", "cluster"),
    grant("ecs", UNINSTALL, "DescribeServices ListServiceDeployments", "service"),
    grant("ecs", UNINSTALL, "DescribeServiceDeployments", "service", "service-deployment"),
    grant("ecs", UNINSTALL, "ListTasks", "container-instance"),
    grant("ecs", UNINSTALL, "DescribeTasks StopTask", "task"),
    # The audit asks about all that the account has, to find those with the stack's tags.
    grant("ecs", UNINSTALL, "DescribeCapacityProviders", "any-capacity-provider"),
    grant(
        "elasticloadbalancing",
        UNINSTALL,
        "DescribeLoadBalancers DescribeLoadBalancerAttributes DescribeTags DescribeTargetGroups DescribeTargetHealth",
    ),
    grant("codedeploy", UNINSTALL, "ListApplications ListDeploymentConfigs"),
    # Also what a gateway that ECS takes over from CodeDeploy leaves behind is looked at first.
    grant("codedeploy", UNINSTALL, "GetApplication ListDeploymentGroups ListTagsForResource", "application"),
    grant("codedeploy", UNINSTALL, "GetDeploymentConfig", "deployment-config"),
    grant("codedeploy", UNINSTALL, "ListDeployments BatchGetDeployments ListTagsForResource", "deployment-group"),
    grant("lambda", UNINSTALL, "ListFunctions"),
    grant("lambda", UNINSTALL, "ListTags", "function"),
    grant("cloudwatch", UNINSTALL, "DescribeAlarms ListTagsForResource", "alarm"),
    grant("logs", UNINSTALL, "DescribeLogGroups"),
    grant("logs", UNINSTALL, "ListTagsForResource", "log-group", "exec-log-group", "function-log-group"),
    grant("secretsmanager", UNINSTALL, "ListSecrets"),
    # Which of the account's buckets have the stack's tags, only their tags tell.
    grant("s3", UNINSTALL, "ListAllMyBuckets"),
    grant("s3", UNINSTALL, "GetBucketTagging", "any-bucket"),
    grant("servicediscovery", UNINSTALL, "ListNamespaces ListServices ListTagsForResource GetOperation"),
    grant("iam", UNINSTALL, "ListRoles"),
    # AWS's own lists are at odds about it; instance-profile/* would be all of the account as well.
    grant("iam", UNINSTALL, "ListInstanceProfiles", why="It lists all of the account"),
    grant("iam", UNINSTALL, "ListRoleTags", *_ROLES),
)

_REMOVAL = (
    grant("application-autoscaling", UNINSTALL, "DeregisterScalableTarget", "scalable-target"),
    grant("codedeploy", UNINSTALL, "StopDeployment"),
    grant("codedeploy", UNINSTALL, "DeleteDeploymentGroup", "deployment-group"),
    grant("codedeploy", UNINSTALL, "DeleteApplication", "application"),
    grant("codedeploy", UNINSTALL, "DeleteDeploymentConfig", "deployment-config"),
    grant("ecs", UNINSTALL, "UpdateService DeleteService TagResource", "service"),
    grant("ecs", UNINSTALL, "StopServiceDeployment", "service-deployment"),
    grant("ecs", UNINSTALL, "DeregisterTaskDefinition"),
    grant("ecs", UNINSTALL, "DeleteTaskDefinitions", "task-definition"),
    grant("ecs", UNINSTALL, "PutClusterCapacityProviders DeleteCluster", "cluster"),
    grant("ecs", UNINSTALL, "DeleteCapacityProvider", "capacity-provider"),
    grant("autoscaling", UNINSTALL, "SetInstanceProtection UpdateAutoScalingGroup DeleteAutoScalingGroup", "group"),
    grant("lambda", UNINSTALL, "DeleteFunction", "function"),
    grant("ec2", UNINSTALL, "TerminateInstances", "instance"),
    grant("ec2", UNINSTALL, "DeleteVolume", "volume"),
    grant("ec2", UNINSTALL, "DeleteLaunchTemplate", "launch-template"),
    grant("ec2", UNINSTALL, "DeleteNatGateway", "natgateway"),
    grant("ec2", UNINSTALL, "ReleaseAddress", "elastic-ip"),
    grant("ec2", UNINSTALL, "DisassociateRouteTable", "route-table", "subnet"),
    grant("ec2", UNINSTALL, "DeleteRouteTable", "route-table"),
    grant("ec2", UNINSTALL, "DeleteSubnet", "subnet"),
    grant("ec2", UNINSTALL, "DetachInternetGateway", "internet-gateway", "vpc"),
    grant("ec2", UNINSTALL, "DeleteInternetGateway", "internet-gateway"),
    grant(
        "ec2",
        UNINSTALL,
        "RevokeSecurityGroupIngress RevokeSecurityGroupEgress DeleteSecurityGroup",
        "security-group",
    ),
    grant("ec2", UNINSTALL, "DeleteVpc", "vpc"),
    # What a user may have put beside the stack's VPC with the stack's tags.
    grant("ec2", UNINSTALL, "DeleteVpcEndpoints", "vpc-endpoint"),
    grant(
        "ec2", UNINSTALL, "RejectVpcEndpointConnections DeleteVpcEndpointServiceConfigurations", "vpc-endpoint-service"
    ),
    grant("cloudwatch", UNINSTALL, "DeleteAlarms", "alarm"),
    grant("elasticloadbalancing", UNINSTALL, "ModifyLoadBalancerAttributes DeleteLoadBalancer", "balancer"),
    grant("elasticloadbalancing", UNINSTALL, "DeleteTargetGroup", "target-group"),
    grant(
        "logs",
        UNINSTALL,
        "DeleteLogGroup",
        "log-group",
        "log-group-streams",
        "exec-log-group",
        "exec-log-group-streams",
        "function-log-group",
        "function-log-group-streams",
        when=config("uninstall_delete_logs"),
    ),
    grant(
        "secretsmanager", UNINSTALL, "DeleteSecret", "secret", "cache-secret", when=config("uninstall_delete_secrets")
    ),
    grant(
        "s3",
        UNINSTALL,
        "ListBucketVersions ListBucketMultipartUploads DeleteBucket",
        "any-bucket",
        when=deletes_buckets,
    ),
    grant("s3", UNINSTALL, "DeleteObject DeleteObjectVersion AbortMultipartUpload", "any-object", when=deletes_buckets),
    grant("servicediscovery", UNINSTALL, "DeleteNamespace", "namespace"),
    grant("servicediscovery", UNINSTALL, "DeleteService", "discovery-service"),
    # Cloud Map removes the hosted zone of a private DNS namespace with the permissions of its caller.
    grant("route53", UNINSTALL, "GetHostedZone DeleteHostedZone", "hosted-zone"),
    grant(
        "iam",
        UNINSTALL,
        "ListRolePolicies DeleteRolePolicy ListAttachedRolePolicies DetachRolePolicy ListInstanceProfilesForRole "
        "DeleteRole",
        *_ROLES,
    ),
    grant(
        "iam", UNINSTALL, "GetInstanceProfile RemoveRoleFromInstanceProfile DeleteInstanceProfile", "instance-profile"
    ),
)

GRANTS = (*_AUDIT, *_REMOVAL)
