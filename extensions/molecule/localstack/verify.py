"""What LocalStack has of the cluster."""

STEM = "portkey-gateway-dev"


def test_the_instances_role_is_in_its_profile_with_both_policies(aws):
    iam, role = aws("iam"), f"{STEM}-us-east-1-instance"
    profile = iam.get_instance_profile(InstanceProfileName=role)["InstanceProfile"]
    assert [held["RoleName"] for held in profile["Roles"]] == [role]
    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    assert [policy["PolicyName"] for policy in attached] == ["AmazonEC2ContainerServiceforEC2Role"]
    assert iam.list_role_policies(RoleName=role)["PolicyNames"] == ["container-instance"]


def test_the_log_group_forgets_after_a_month(aws):
    (group,) = aws("logs").describe_log_groups(logGroupNamePrefix="/aws/ecs/portkey-gateway/dev")["logGroups"]
    assert group["retentionInDays"] == 30
