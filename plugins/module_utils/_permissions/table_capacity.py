# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What it takes to run on instances of the stack's own. Fargate takes nothing, but a look whether any are left."""

from __future__ import annotations

from .grant import (
    CREATE,
    LOOK_AT_ROLE,
    MAKE_POLICY,
    MAKE_ROLE,
    READ,
    grant,
    linked,
    no_instances,
    own_instances,
    passes,
)

_PREFLIGHT = (
    grant("ec2", READ, "DescribeInstanceTypes DescribeInstanceTypeOfferings", when=own_instances),
    grant("ssm", READ, "GetParameter", "image-parameter", when=own_instances),
    grant("iam", READ, "GetRole", "instance-role", when=no_instances),
)

_PROVIDER = (
    grant("ecs", READ, "ListAccountSettings", when=own_instances),
    grant("ecs", CREATE, "PutAccountSettingDefault CreateCapacityProvider", when=own_instances),
    grant("ecs", READ, "DescribeCapacityProviders", "capacity-provider", when=own_instances),
    grant("ecs", CREATE, "UpdateCapacityProvider TagResource UntagResource", "capacity-provider", when=own_instances),
)

_ROLE = (
    grant("iam", READ, LOOK_AT_ROLE, "instance-role", when=own_instances),
    grant("iam", CREATE, f"{MAKE_ROLE} {MAKE_POLICY}", "instance-role", when=own_instances),
    grant("iam", READ, "GetInstanceProfile", "instance-profile", when=own_instances),
    grant(
        "iam",
        CREATE,
        "CreateInstanceProfile AddRoleToInstanceProfile TagInstanceProfile",
        "instance-profile",
        when=own_instances,
    ),
    grant("iam", CREATE, "PassRole", "instance-role", when=own_instances, condition=passes("ec2")),
    grant("iam", CREATE, "CreateServiceLinkedRole", "linked-role", when=own_instances, condition=linked("autoscaling")),
)

_INSTANCES = (
    grant("ec2", READ, "DescribeLaunchTemplates DescribeLaunchTemplateVersions", when=own_instances),
    grant(
        "ec2",
        CREATE,
        "CreateLaunchTemplate CreateLaunchTemplateVersion ModifyLaunchTemplate CreateTags DeleteTags",
        "launch-template",
        when=own_instances,
    ),
    # Auto Scaling tries the launch template with the permissions of its caller.
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
        when=own_instances,
    ),
    grant("ec2", CREATE, "CreateTags", "instance", "volume", when=own_instances),
    grant("ssm", CREATE, "GetParameters", "image-parameter", when=own_instances),
    grant(
        "autoscaling",
        READ,
        "DescribeAutoScalingGroups DescribeScalingActivities DescribeInstanceRefreshes",
        when=own_instances,
    ),
    grant(
        "autoscaling",
        CREATE,
        "CreateAutoScalingGroup UpdateAutoScalingGroup CreateOrUpdateTags DeleteTags StartInstanceRefresh",
        "group",
        when=own_instances,
    ),
)

GRANTS = (*_PREFLIGHT, *_PROVIDER, *_ROLE, *_INSTANCES)
