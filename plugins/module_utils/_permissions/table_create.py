# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What it takes to make a stack. What is only looked at along the way, a plan asks for too."""

from __future__ import annotations

from .grant import (
    CREATE,
    LOOK_AT_ROLE,
    MAKE_POLICY,
    MAKE_ROLE,
    READ,
    balancer,
    calls_functions,
    codedeploy,
    functions_in_vpc,
    grant,
    linked,
    makes_buckets,
    makes_functions,
    makes_secrets,
    own_cluster,
    own_deployment_config,
    own_vpc,
    passes,
    private_names,
    routing,
    two_colours,
)

_MAKE_LOG_GROUP = "CreateLogGroup PutRetentionPolicy DeleteRetentionPolicy TagResource UntagResource"

_NETWORK = (
    grant("ec2", READ, "DescribeInternetGateways DescribeAddresses DescribeTags", when=own_vpc),
    # The report tells of a VPC that exists already, too.
    grant("ec2", READ, "DescribeVpcAttribute", "vpc"),
    grant("ec2", READ, "DescribeSecurityGroups DescribeRouteTables DescribeNatGateways DescribeInstances"),
    grant("ec2", CREATE, "CreateVpc ModifyVpcAttribute", "vpc", when=own_vpc),
    grant("ec2", CREATE, "CreateSubnet", "vpc", "subnet", when=own_vpc),
    grant("ec2", CREATE, "ModifySubnetAttribute", "subnet", when=own_vpc),
    grant("ec2", CREATE, "CreateInternetGateway DeleteInternetGateway", "internet-gateway", when=own_vpc),
    grant("ec2", CREATE, "AttachInternetGateway", "internet-gateway", "vpc", when=own_vpc),
    grant("ec2", CREATE, "AllocateAddress", "elastic-ip", when=own_vpc),
    grant("ec2", CREATE, "CreateNatGateway", "natgateway", "subnet", "elastic-ip", when=own_vpc),
    grant("ec2", CREATE, "CreateRouteTable", "route-table", "vpc", when=own_vpc),
    grant("ec2", CREATE, "CreateRoute ReplaceRoute DeleteRoute", "route-table", when=own_vpc),
    grant("ec2", CREATE, "AssociateRouteTable", "route-table", "subnet", when=own_vpc),
    grant(
        "ec2",
        CREATE,
        "CreateTags DeleteTags",
        "vpc",
        "subnet",
        "internet-gateway",
        "elastic-ip",
        "natgateway",
        "route-table",
        when=own_vpc,
    ),
    grant("ec2", CREATE, "CreateTags DeleteTags", "security-group", "security-group-rule"),
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
    grant("elasticloadbalancing", READ, "DescribeTargetGroups DescribeListeners DescribeRules"),
    grant(
        "elasticloadbalancing",
        READ,
        "DescribeLoadBalancerAttributes DescribeTargetGroupAttributes DescribeListenerCertificates",
        when=balancer,
    ),
    grant(
        "elasticloadbalancing",
        CREATE,
        "CreateLoadBalancer ModifyLoadBalancerAttributes SetSecurityGroups AddTags RemoveTags CreateListener",
        "balancer",
        when=balancer,
    ),
    # Elastic Load Balancing looks at what a load balancer is to stand in.
    grant(
        "ec2",
        CREATE,
        "DescribeAccountAttributes DescribeAddresses DescribeInternetGateways DescribeSecurityGroups DescribeSubnets "
        "DescribeVpcs",
        when=balancer,
    ),
    grant(
        "elasticloadbalancing",
        CREATE,
        "CreateTargetGroup ModifyTargetGroup ModifyTargetGroupAttributes DeleteTargetGroup AddTags RemoveTags",
        "target-group",
        when=balancer,
    ),
    grant(
        "elasticloadbalancing",
        CREATE,
        "ModifyListener CreateRule AddTags RemoveTags DeleteListener",
        "listener",
        when=balancer,
    ),
    grant("elasticloadbalancing", CREATE, "ModifyRule AddTags RemoveTags DeleteRule", "rule", when=routing),
    grant(
        "iam", CREATE, "CreateServiceLinkedRole", "linked-role", when=balancer, condition=linked("elasticloadbalancing")
    ),
    grant("iam", READ, "GetRole", "balancer-role", "invoke-role"),
    grant("iam", READ, LOOK_AT_ROLE, "balancer-role", when=two_colours),
    grant("iam", CREATE, MAKE_ROLE, "balancer-role", when=two_colours),
)

_FUNCTIONS = (
    grant("iam", READ, LOOK_AT_ROLE, "invoke-role", when=calls_functions),
    grant("iam", CREATE, f"{MAKE_ROLE} {MAKE_POLICY}", "invoke-role", when=calls_functions),
    grant("iam", READ, LOOK_AT_ROLE, "function-role", when=makes_functions),
    grant("iam", CREATE, f"{MAKE_ROLE} {MAKE_POLICY}", "function-role", when=makes_functions),
    grant("iam", CREATE, "PassRole", "function-role", when=makes_functions, condition=passes("lambda")),
    grant("lambda", READ, "GetFunction GetFunctionConfiguration ListTags", "function", when=makes_functions),
    grant(
        "lambda",
        CREATE,
        "CreateFunction UpdateFunctionCode UpdateFunctionConfiguration TagResource UntagResource",
        "function",
        when=makes_functions,
    ),
    # Lambda looks at what a function is to stand in.
    grant("ec2", CREATE, "DescribeSecurityGroups DescribeSubnets DescribeVpcs", when=functions_in_vpc),
    grant(
        "logs", READ, "ListTagsForResource", "function-log-group", "function-log-group-streams", when=makes_functions
    ),
    grant("logs", CREATE, _MAKE_LOG_GROUP, "function-log-group", "function-log-group-streams", when=makes_functions),
)

_BUCKETS = (
    grant(
        "s3",
        READ,
        "ListBucket ListBucketVersions GetBucketTagging GetBucketVersioning GetEncryptionConfiguration "
        "GetBucketPublicAccessBlock GetBucketOwnershipControls GetBucketPolicy GetLifecycleConfiguration",
        "own-bucket",
        when=makes_buckets,
    ),
    grant(
        "s3",
        CREATE,
        "CreateBucket PutBucketTagging PutBucketVersioning PutEncryptionConfiguration PutBucketPublicAccessBlock "
        "PutBucketOwnershipControls PutBucketPolicy PutLifecycleConfiguration",
        "own-bucket",
        when=makes_buckets,
    ),
)

_SECRETS = (
    grant("secretsmanager", READ, "GetSecretValue GetResourcePolicy", "secret", when=makes_secrets),
    grant(
        "secretsmanager",
        CREATE,
        "CreateSecret UpdateSecret PutSecretValue RestoreSecret TagResource UntagResource",
        "secret",
        when=makes_secrets,
    ),
)

_CLUSTER = (
    grant("logs", READ, "DescribeLogGroups"),
    grant("logs", READ, "ListTagsForResource", "exec-log-group", "exec-log-group-streams", when=own_cluster),
    grant("logs", CREATE, _MAKE_LOG_GROUP, "exec-log-group", "exec-log-group-streams", when=own_cluster),
    grant(
        "ecs",
        CREATE,
        "CreateCluster UpdateCluster PutClusterCapacityProviders TagResource UntagResource",
        "cluster",
        when=own_cluster,
    ),
    grant("servicediscovery", READ, "ListNamespaces ListTagsForResource"),
    grant("servicediscovery", READ, "GetNamespace", "namespace"),
    grant("servicediscovery", CREATE, "CreateHttpNamespace GetOperation TagResource UntagResource", when=own_cluster),
    grant("servicediscovery", CREATE, "UpdateHttpNamespace", "namespace", when=own_cluster),
    grant(
        "iam",
        CREATE,
        "CreateServiceLinkedRole",
        "linked-role",
        when=own_cluster,
        condition=linked("ecs"),
    ),
)

_SERVICES = (
    grant("iam", READ, LOOK_AT_ROLE, "service-role"),
    grant("iam", CREATE, f"{MAKE_ROLE} {MAKE_POLICY} DeleteRole", "service-role"),
    grant("logs", READ, "ListTagsForResource", "log-group", "log-group-streams"),
    grant("logs", CREATE, _MAKE_LOG_GROUP, "log-group", "log-group-streams"),
    grant("ecs", CREATE, "CreateService DeleteService", "service"),
)

_CODEDEPLOY = (
    grant(
        "codedeploy", READ, "GetApplication ListDeploymentGroups ListTagsForResource", "application", when=codedeploy
    ),
    grant("codedeploy", READ, "ListTagsForResource", "deployment-group", when=codedeploy),
    grant("codedeploy", READ, "ListDeploymentConfigs", when=codedeploy),
    grant("codedeploy", CREATE, "CreateApplication TagResource UntagResource", "application", when=codedeploy),
    grant(
        "codedeploy",
        CREATE,
        "CreateDeploymentGroup UpdateDeploymentGroup TagResource UntagResource",
        "deployment-group",
        when=codedeploy,
    ),
    grant(
        "codedeploy",
        CREATE,
        "CreateDeploymentConfig DeleteDeploymentConfig",
        "deployment-config",
        when=own_deployment_config,
    ),
    grant("iam", READ, LOOK_AT_ROLE, "codedeploy-role", when=codedeploy),
    grant("iam", CREATE, MAKE_ROLE, "codedeploy-role", when=codedeploy),
    grant("iam", CREATE, "PassRole", "codedeploy-role", when=codedeploy, condition=passes("codedeploy")),
    grant("servicediscovery", READ, "ListServices", when=private_names),
    grant("servicediscovery", CREATE, "CreatePrivateDnsNamespace", when=private_names),
    grant("servicediscovery", CREATE, "UpdatePrivateDnsNamespace", "namespace", when=private_names),
    grant("servicediscovery", CREATE, "CreateService", "namespace", "discovery-service", when=private_names),
    grant("servicediscovery", CREATE, "UpdateService", "discovery-service", when=private_names),
    # Cloud Map makes the hosted zone with the permissions of its caller.
    grant("route53", CREATE, "CreateHostedZone ListHostedZonesByName", when=private_names),
    grant("route53", CREATE, "GetHostedZone", "hosted-zone", when=private_names),
)

GRANTS = (
    *_NETWORK,
    *_BALANCER,
    *_FUNCTIONS,
    *_BUCKETS,
    *_SECRETS,
    *_CLUSTER,
    *_SERVICES,
    *_CODEDEPLOY,
)
