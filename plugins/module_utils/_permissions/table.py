# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Every permission that an operator needs, in one table.

From it come the policy that the playbook permissions prints, and what is said to be missing when AWS denies a call.
"""

from __future__ import annotations

from .grant import (
    CREATE,
    DEPLOY,
    READ,
    UNINSTALL,
    Grant,
    access_logs,
    balancer,
    config,
    grant,
    linked,
    lock_object,
    lock_parameter,
    makes_secrets,
    own_cluster,
    own_vpc,
    passes,
    scaling,
    shifting,
)

_LOOKING = (
    grant("sts", READ, "GetCallerIdentity", "*"),
    grant("ec2", READ, "DescribeRegions DescribeVpcs DescribeSubnets", "*"),
    grant("ec2", READ, "DescribeAvailabilityZones", "*", when=own_vpc),
    grant("ec2", READ, "DescribeInstanceTypes DescribeInstanceTypeOfferings", "*", when=own_cluster),
    grant("ssm", READ, "GetParameter", "image-parameter", when=own_cluster),
    grant("acm", READ, "DescribeCertificate", "certificate", when=config("tls_certificate_arn")),
    grant("s3", READ, "ListBucket", "bucket"),
    grant("s3", READ, "ListBucket GetBucketPolicy", "logs-bucket", when=access_logs),
    grant("secretsmanager", READ, "DescribeSecret", "secret", "given-secret"),
    grant("ecs", READ, "DescribeClusters", "cluster"),
    grant("ecs", READ, "DescribeServices", "service"),
    grant("ecs", READ, "DescribeTaskDefinition", "*"),
    grant("ecs", READ, "ListServiceDeployments", "service"),
    grant("ecs", READ, "DescribeServiceDeployments", "service", "service-deployment"),
    grant("ecs", READ, "DescribeServiceRevisions", "service", "service-revision"),
    grant("ecs", READ, "ListTasks", "container-instance"),
    grant("ecs", READ, "DescribeTasks", "task"),
    grant("logs", READ, "GetLogEvents", "log-stream"),
    grant("elasticloadbalancing", READ, "DescribeLoadBalancers DescribeTags", "*"),
    grant("elasticloadbalancing", READ, "DescribeTargetHealth", "*", when=balancer),
    grant("application-autoscaling", READ, "DescribeScalableTargets", "*"),
)

_LOCK = (
    grant("ssm", DEPLOY, "GetParameter GetParameterHistory PutParameter", "lock-parameter", when=lock_parameter),
    grant("ssm", CREATE, "AddTagsToResource", "lock-parameter", when=lock_parameter),
    grant("s3", DEPLOY, "GetObject PutObject", "lock-object", when=lock_object),
    grant("ssm", UNINSTALL, "GetParameter GetParameterHistory PutParameter", "lock-parameter", when=lock_parameter),
    grant("ssm", UNINSTALL, "DeleteParameter", "lock-parameter", when=lock_parameter),
    grant("s3", UNINSTALL, "GetObject PutObject DeleteObject", "lock-object", when=lock_object),
)

_DEPLOYING = (
    grant("ecs", DEPLOY, "RegisterTaskDefinition TagResource", "task-definition"),
    grant("ecs", DEPLOY, "ListTaskDefinitions DeregisterTaskDefinition", "*"),
    grant("ecs", DEPLOY, "UpdateService TagResource", "service"),
    grant("ecs", DEPLOY, "StopServiceDeployment ContinueServiceDeployment", "service-deployment"),
    grant("iam", DEPLOY, "PassRole", "service-role", condition=passes("ecs-tasks")),
    grant("iam", DEPLOY, "PassRole", "balancer-role", when=shifting, condition=passes("ecs")),
)

_NETWORK = (
    grant(
        "ec2",
        CREATE,
        "DescribeInternetGateways DescribeNatGateways DescribeAddresses DescribeRouteTables DescribeTags",
        "*",
        when=own_vpc,
    ),
    grant("ec2", CREATE, "DescribeSecurityGroups", "*"),
    grant("ec2", CREATE, "CreateVpc DescribeVpcAttribute ModifyVpcAttribute", "vpc", when=own_vpc),
    grant("ec2", CREATE, "CreateSubnet", "vpc", "subnet", when=own_vpc),
    grant("ec2", CREATE, "ModifySubnetAttribute", "subnet", when=own_vpc),
    grant("ec2", CREATE, "CreateInternetGateway", "internet-gateway", when=own_vpc),
    grant("ec2", CREATE, "AttachInternetGateway", "internet-gateway", "vpc", when=own_vpc),
    grant("ec2", CREATE, "AllocateAddress", "elastic-ip", when=own_vpc),
    grant("ec2", CREATE, "CreateNatGateway", "natgateway", "subnet", "elastic-ip", when=own_vpc),
    grant("ec2", CREATE, "CreateRouteTable", "route-table", "vpc", when=own_vpc),
    grant("ec2", CREATE, "CreateRoute", "route-table", when=own_vpc),
    grant("ec2", CREATE, "AssociateRouteTable", "route-table", "subnet", when=own_vpc),
    grant(
        "ec2",
        CREATE,
        "CreateTags",
        "vpc",
        "subnet",
        "internet-gateway",
        "elastic-ip",
        "natgateway",
        "route-table",
        when=own_vpc,
    ),
    grant("ec2", CREATE, "CreateTags", "security-group", "security-group-rule"),
    grant("ec2", CREATE, "CreateSecurityGroup", "security-group", "vpc"),
    grant(
        "ec2",
        CREATE,
        "AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress "
        "RevokeSecurityGroupEgress",
        "security-group",
    ),
)

_BALANCER = (
    grant(
        "elasticloadbalancing",
        CREATE,
        "DescribeLoadBalancerAttributes DescribeListeners DescribeRules DescribeTargetGroups "
        "DescribeTargetGroupAttributes",
        "*",
        when=balancer,
    ),
    grant(
        "elasticloadbalancing",
        CREATE,
        "CreateLoadBalancer ModifyLoadBalancerAttributes SetSecurityGroups AddTags CreateListener",
        "balancer",
        when=balancer,
    ),
    grant(
        "elasticloadbalancing",
        CREATE,
        "CreateTargetGroup ModifyTargetGroup ModifyTargetGroupAttributes AddTags",
        "target-group",
        when=balancer,
    ),
    grant(
        "elasticloadbalancing", CREATE, "ModifyListener CreateRule AddTags DeleteListener", "listener", when=balancer
    ),
    grant("elasticloadbalancing", CREATE, "ModifyRule AddTags DeleteRule", "rule", when=balancer),
    grant("elasticloadbalancing", CREATE, "DeleteTargetGroup", "target-group", when=balancer),
    grant("s3", CREATE, "GetEncryptionConfiguration", "logs-bucket", when=access_logs),
    grant(
        "iam", CREATE, "CreateServiceLinkedRole", "linked-role", when=balancer, condition=linked("elasticloadbalancing")
    ),
    grant(
        "iam",
        CREATE,
        "GetRole CreateRole UpdateAssumeRolePolicy AttachRolePolicy ListAttachedRolePolicies TagRole ListRoleTags",
        "balancer-role",
        when=shifting,
    ),
)

_SECRETS = (
    grant(
        "secretsmanager",
        CREATE,
        "CreateSecret UpdateSecret GetSecretValue PutSecretValue RestoreSecret TagResource UntagResource",
        "secret",
        when=makes_secrets,
    ),
)

_CLUSTER = (
    grant("logs", CREATE, "DescribeLogGroups", "*"),
    grant(
        "logs",
        CREATE,
        "CreateLogGroup TagResource UntagResource ListTagsForResource PutRetentionPolicy",
        "exec-log-group",
        "exec-log-group-streams",
        when=own_cluster,
    ),
    grant("ecs", CREATE, "ListAccountSettings PutAccountSettingDefault", "*", when=own_cluster),
    grant(
        "ecs",
        CREATE,
        "CreateCluster UpdateCluster PutClusterCapacityProviders TagResource",
        "cluster",
        when=own_cluster,
    ),
    grant(
        "ecs",
        CREATE,
        "UpdateCapacityProvider DescribeCapacityProviders TagResource",
        "capacity-provider",
        when=own_cluster,
    ),
    grant("ecs", CREATE, "CreateCapacityProvider", "*", when=own_cluster),
    grant(
        "servicediscovery",
        CREATE,
        "ListNamespaces CreateHttpNamespace GetOperation ListTagsForResource TagResource",
        "*",
    ),
    grant("servicediscovery", CREATE, "GetNamespace", "namespace"),
    grant(
        "iam",
        CREATE,
        "GetRole CreateRole UpdateAssumeRolePolicy AttachRolePolicy ListAttachedRolePolicies TagRole ListRoleTags "
        "GetRolePolicy PutRolePolicy ListRolePolicies ListInstanceProfilesForRole",
        "instance-role",
        when=own_cluster,
    ),
    grant(
        "iam",
        CREATE,
        "GetInstanceProfile CreateInstanceProfile AddRoleToInstanceProfile TagInstanceProfile",
        "instance-profile",
        when=own_cluster,
    ),
    grant("iam", CREATE, "PassRole", "instance-role", when=own_cluster, condition=passes("ec2")),
    grant(
        "iam",
        CREATE,
        "CreateServiceLinkedRole",
        "linked-role",
        when=own_cluster,
        condition=linked("ecs", "autoscaling"),
    ),
    grant("ec2", CREATE, "DescribeLaunchTemplates DescribeLaunchTemplateVersions", "*", when=own_cluster),
    grant(
        "ec2",
        CREATE,
        "CreateLaunchTemplate CreateLaunchTemplateVersion ModifyLaunchTemplate CreateTags",
        "launch-template",
        when=own_cluster,
    ),
    grant(
        "ec2",
        CREATE,
        "RunInstances",
        "image",
        "instance",
        "launch-template",
        "network-interface",
        "security-group",
        "subnet",
        "volume",
        when=own_cluster,
    ),
    grant("ec2", CREATE, "CreateTags", "instance", "volume", when=own_cluster),
    grant(
        "autoscaling",
        CREATE,
        "DescribeAutoScalingGroups DescribeScalingActivities DescribeInstanceRefreshes",
        "*",
        when=own_cluster,
    ),
    grant(
        "autoscaling",
        CREATE,
        "CreateAutoScalingGroup UpdateAutoScalingGroup CreateOrUpdateTags StartInstanceRefresh",
        "group",
        when=own_cluster,
    ),
)

_SERVICES = (
    grant(
        "iam",
        CREATE,
        "GetRole CreateRole UpdateAssumeRolePolicy AttachRolePolicy DetachRolePolicy ListAttachedRolePolicies TagRole "
        "ListRoleTags GetRolePolicy PutRolePolicy DeleteRolePolicy ListRolePolicies "
        "ListInstanceProfilesForRole DeleteRole",
        "service-role",
    ),
    grant(
        "logs",
        CREATE,
        "CreateLogGroup TagResource UntagResource ListTagsForResource PutRetentionPolicy",
        "log-group",
        "log-group-streams",
    ),
    grant("ecs", CREATE, "CreateService DeleteService", "service"),
    grant(
        "application-autoscaling",
        CREATE,
        "RegisterScalableTarget DeregisterScalableTarget PutScalingPolicy DeleteScalingPolicy ListTagsForResource "
        "TagResource",
        "scalable-target",
        when=scaling,
    ),
    grant("application-autoscaling", CREATE, "DescribeScalingPolicies", "*", when=scaling),
    grant(
        "iam",
        CREATE,
        "CreateServiceLinkedRole",
        "linked-role",
        when=scaling,
        condition=linked("ecs.application-autoscaling"),
    ),
)

# Uninstall asks everywhere, whatever the configuration says now: it removes what an earlier one has made as well.
_AUDIT = (
    grant(
        "ec2",
        UNINSTALL,
        "DescribeAddresses DescribeInstances DescribeInternetGateways DescribeLaunchTemplates DescribeNatGateways "
        "DescribeNetworkInterfaces DescribeRouteTables DescribeSecurityGroupRules DescribeSecurityGroups "
        "DescribeVolumes DescribeVpcEndpointConnections DescribeVpcEndpointServiceConfigurations DescribeVpcEndpoints",
        "*",
    ),
    grant("autoscaling", UNINSTALL, "DescribeAutoScalingGroups", "*"),
    grant("application-autoscaling", UNINSTALL, "DescribeScalingPolicies", "*"),
    grant("application-autoscaling", UNINSTALL, "ListTagsForResource", "scalable-target"),
    grant("ecs", UNINSTALL, "ListServices ListTaskDefinitions", "*"),
    grant("ecs", UNINSTALL, "DescribeCapacityProviders", "capacity-provider"),
    grant("elasticloadbalancing", UNINSTALL, "DescribeLoadBalancerAttributes DescribeTargetGroups", "*"),
    grant("codedeploy", UNINSTALL, "ListApplications ListDeploymentConfigs", "*"),
    grant("lambda", UNINSTALL, "ListFunctions", "*"),
    grant("cloudwatch", UNINSTALL, "DescribeAlarms", "alarm"),
    grant("logs", UNINSTALL, "DescribeLogGroups", "*"),
    grant("secretsmanager", UNINSTALL, "ListSecrets", "*"),
    grant("servicediscovery", UNINSTALL, "ListNamespaces ListTagsForResource GetOperation", "*"),
    grant("iam", UNINSTALL, "ListRoles", "*"),
    grant("iam", UNINSTALL, "ListInstanceProfiles", "*", why="it lists all of the account"),
    grant("iam", UNINSTALL, "ListRoleTags", "service-role", "balancer-role", "instance-role"),
)

_REMOVAL = (
    grant("application-autoscaling", UNINSTALL, "DeregisterScalableTarget", "scalable-target"),
    grant("ecs", UNINSTALL, "UpdateService DeleteService", "service"),
    grant("ecs", UNINSTALL, "StopServiceDeployment", "service-deployment"),
    grant("ecs", UNINSTALL, "DeregisterTaskDefinition", "*"),
    grant("ecs", UNINSTALL, "PutClusterCapacityProviders DeleteCluster", "cluster"),
    grant("ecs", UNINSTALL, "DeleteCapacityProvider", "capacity-provider"),
    grant("autoscaling", UNINSTALL, "SetInstanceProtection UpdateAutoScalingGroup DeleteAutoScalingGroup", "group"),
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
    grant("elasticloadbalancing", UNINSTALL, "ModifyLoadBalancerAttributes DeleteLoadBalancer", "balancer"),
    grant("elasticloadbalancing", UNINSTALL, "DeleteTargetGroup", "target-group"),
    grant("logs", UNINSTALL, "DeleteLogGroup", "log-group", "exec-log-group", when=config("uninstall_delete_logs")),
    grant("secretsmanager", UNINSTALL, "DeleteSecret", "secret", when=config("uninstall_delete_secrets")),
    grant("servicediscovery", UNINSTALL, "DeleteNamespace", "namespace"),
    grant(
        "iam",
        UNINSTALL,
        "ListRolePolicies DeleteRolePolicy ListAttachedRolePolicies DetachRolePolicy ListInstanceProfilesForRole "
        "DeleteRole",
        "service-role",
        "balancer-role",
        "instance-role",
    ),
    grant(
        "iam", UNINSTALL, "GetInstanceProfile RemoveRoleFromInstanceProfile DeleteInstanceProfile", "instance-profile"
    ),
)

TABLE: tuple[Grant, ...] = (
    *_LOOKING,
    *_LOCK,
    *_DEPLOYING,
    *_NETWORK,
    *_BALANCER,
    *_SECRETS,
    *_CLUSTER,
    *_SERVICES,
    *_AUDIT,
    *_REMOVAL,
)
