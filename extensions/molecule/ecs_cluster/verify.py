"""The cluster, its instances and its namespace as ECS, Auto Scaling, IAM and Cloud Map describe them."""

STEM = "portkey-gateway-dev"
PROVIDER = f"{STEM}-capacity-provider"


def test_the_cluster_runs_its_tasks_on_its_own_capacity(aws, tagged):
    (cluster,) = aws("ecs").describe_clusters(clusters=[f"{STEM}-cluster"], include=["TAGS"])["clusters"]
    assert cluster["status"] == "ACTIVE"
    assert cluster["capacityProviders"] == [PROVIDER]
    assert cluster["defaultCapacityProviderStrategy"] == [{"capacityProvider": PROVIDER, "weight": 100, "base": 0}]
    assert tagged(cluster["tags"], "key", "value")


def test_instances_are_protected_scaled_by_ecs_and_registered(aws):
    (group,) = aws("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    assert (group["MinSize"], group["DesiredCapacity"], group["MaxSize"]) == (1, 2, 3)
    assert group["NewInstancesProtectedFromScaleIn"] is True
    (provider,) = aws("ecs").describe_capacity_providers(capacityProviders=[PROVIDER])["capacityProviders"]
    managed = provider["autoScalingGroupProvider"]
    assert managed["autoScalingGroupArn"] == group["AutoScalingGroupARN"]
    assert (managed["managedScaling"]["status"], managed["managedTerminationProtection"]) == ("ENABLED", "ENABLED")
    registered = aws("ecs").list_container_instances(cluster=f"{STEM}-cluster")["containerInstanceArns"]
    assert len(registered) == 2


def test_instances_need_a_token_for_their_metadata_and_may_register(aws):
    (template,) = aws("ec2").describe_launch_templates()["LaunchTemplates"]
    (version,) = aws("ec2").describe_launch_template_versions(
        LaunchTemplateId=template["LaunchTemplateId"], Versions=["$Latest"]
    )["LaunchTemplateVersions"]
    assert version["LaunchTemplateData"]["MetadataOptions"]["HttpTokens"] == "required"
    role = f"{STEM}-us-east-1-instance"
    attached = aws("iam").list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    assert [policy["PolicyName"] for policy in attached] == ["AmazonEC2ContainerServiceforEC2Role"]
    profile = aws("iam").get_instance_profile(InstanceProfileName=role)["InstanceProfile"]
    assert [held["RoleName"] for held in profile["Roles"]] == [role]


def test_the_namespace_is_there(aws):
    (namespace,) = aws("servicediscovery").list_namespaces()["Namespaces"]
    assert (namespace["Name"], namespace["Type"]) == (STEM, "HTTP")
