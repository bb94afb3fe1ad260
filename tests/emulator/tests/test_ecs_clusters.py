"""Clusters, account settings, capacity providers, tags."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from .ecs_stack import ACCOUNT, NAME, REGION, Stack


@pytest.fixture
def ecs(emulator):
    return emulator.client("ecs")


def _refused(code: str, message: str):
    return pytest.raises(ClientError, match=rf"\({code}\).*{message}")


def _arn(kind: str, name: str) -> str:
    return f"arn:aws:ecs:{REGION}:{ACCOUNT}:{kind}/{name}"


def test_a_cluster_has_what_it_was_given(ecs):
    configuration = {
        "executeCommandConfiguration": {
            "logging": "OVERRIDE",
            "logConfiguration": {"cloudWatchLogGroupName": "/aws/ecs/x", "cloudWatchEncryptionEnabled": True},
        }
    }
    made = ecs.create_cluster(
        clusterName="one",
        configuration=configuration,
        settings=[{"name": "containerInsights", "value": "enhanced"}],
        tags=[{"key": "a", "value": "b"}],
    )["cluster"]
    assert (made["clusterArn"], made["status"]) == (_arn("cluster", "one"), "ACTIVE")
    found = ecs.describe_clusters(clusters=["one"], include=["CONFIGURATIONS", "SETTINGS", "TAGS", "STATISTICS"])
    (cluster,) = found["clusters"]
    assert cluster["configuration"] == configuration
    assert cluster["settings"] == [{"name": "containerInsights", "value": "enhanced"}]
    assert cluster["tags"] == [{"key": "a", "value": "b"}]
    assert {"name": "runningEC2TasksCount", "value": "0"} in cluster["statistics"]
    (bare,) = ecs.describe_clusters(clusters=[_arn("cluster", "one")])["clusters"]
    assert (bare["settings"], bare["tags"], bare["statistics"]) == ([], [], [])
    assert "configuration" not in bare


def test_creating_the_same_cluster_again(ecs):
    settings = [{"name": "containerInsights", "value": "enabled"}]
    ecs.create_cluster(clusterName="one", settings=settings)
    ecs.create_cluster(clusterName="one")
    ecs.create_cluster(clusterName="one", settings=settings)
    with _refused("InvalidParameterException", "Arguments on this idempotent request are inconsistent"):
        ecs.create_cluster(clusterName="one", settings=[{"name": "containerInsights", "value": "disabled"}])


def test_a_cluster_changes(ecs):
    ecs.create_cluster(clusterName="one")
    changed = ecs.update_cluster(
        cluster="one",
        settings=[{"name": "containerInsights", "value": "enabled"}],
        configuration={"executeCommandConfiguration": {"logging": "DEFAULT"}},
        serviceConnectDefaults={"namespace": "name-of-nothing"},
    )["cluster"]
    assert changed["settings"] == [{"name": "containerInsights", "value": "enabled"}]
    assert changed["configuration"] == {"executeCommandConfiguration": {"logging": "DEFAULT"}}
    assert changed["serviceConnectDefaults"]["namespace"].startswith("arn:aws:servicediscovery:")
    changed = ecs.update_cluster_settings(cluster="one", settings=[{"name": "containerInsights", "value": "disabled"}])[
        "cluster"
    ]
    assert changed["settings"] == [{"name": "containerInsights", "value": "disabled"}]


@pytest.mark.parametrize(
    "change, message",
    [
        ({"configuration": {"executeCommandConfiguration": {"logging": "OVERRIDE"}}}, "logConfiguration must be"),
        ({"settings": [{"name": "containerInsights", "value": "maybe"}]}, "Invalid setting value"),
        ({"capacityProviders": ["nothing"]}, "The specified capacity provider was not found."),
        (
            {"defaultCapacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1}]},
            "cannot contain a capacity provider that is not associated",
        ),
        ({"clusterName": "no spaces"}, "Identifier was not valid"),
    ],
)
def test_a_cluster_is_refused(ecs, change, message):
    with _refused("InvalidParameterException", message):
        ecs.create_cluster(**{"clusterName": "one", **change})


def test_missing_and_deleted_clusters(ecs):
    with _refused("ClusterNotFoundException", "Cluster not found."):
        ecs.list_services(cluster="none")
    found = ecs.describe_clusters(clusters=["none"])
    assert found["failures"] == [{"arn": _arn("cluster", "none"), "reason": "MISSING"}]
    ecs.create_cluster(clusterName="one")
    assert ecs.delete_cluster(cluster="one")["cluster"]["status"] == "INACTIVE"
    assert ecs.describe_clusters(clusters=["one"])["clusters"][0]["status"] == "INACTIVE"
    assert ecs.list_clusters()["clusterArns"] == []
    with _refused("ClusterNotFoundException", "The referenced cluster was inactive."):
        ecs.list_tasks(cluster="one")
    assert ecs.create_cluster(clusterName="one")["cluster"]["status"] == "ACTIVE"


def test_a_cluster_in_use_stays(emulator):
    stack = Stack(emulator)
    stack.create_service()
    stack.service()
    with _refused("ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active."):
        stack.ecs.delete_cluster(cluster=NAME)
    stack.ecs.delete_service(cluster=NAME, service="gateway", force=True)
    stack.service()
    assert stack.service()["status"] == "INACTIVE"
    with _refused(
        "ClusterContainsContainerInstancesException",
        "The Cluster cannot be deleted while Container Instances are active or draining.",
    ):
        stack.ecs.delete_cluster(cluster=NAME)
    stack.autoscaling.delete_auto_scaling_group(AutoScalingGroupName=NAME, ForceDelete=True)
    stack.ecs.list_clusters()
    deleted = stack.ecs.delete_cluster(cluster=NAME)["cluster"]
    assert deleted["status"] == "DEPROVISIONING"
    assert stack.ecs.describe_clusters(clusters=[NAME])["clusters"][0]["status"] == "INACTIVE"
    # Deleting the cluster takes the provider out of it.
    stack.ecs.delete_capacity_provider(capacityProvider="capacity")


def test_account_settings(ecs):
    root, user = (f"arn:aws:iam::{ACCOUNT}:{one}" for one in ("root", "user/emulator"))
    effective = ecs.list_account_settings(effectiveSettings=True, name="awsvpcTrunking")["settings"]
    assert effective == [{"name": "awsvpcTrunking", "value": "disabled", "principalArn": user, "type": "user"}]
    assert ecs.list_account_settings(name="awsvpcTrunking")["settings"] == []
    put = ecs.put_account_setting_default(name="awsvpcTrunking", value="enabled")["setting"]
    assert (put["value"], put["principalArn"]) == ("enabled", root)
    (effective,) = ecs.list_account_settings(effectiveSettings=True, name="awsvpcTrunking")["settings"]
    assert effective["value"] == "enabled"
    ecs.put_account_setting(name="awsvpcTrunking", value="disabled")
    (effective,) = ecs.list_account_settings(effectiveSettings=True, name="awsvpcTrunking")["settings"]
    assert effective["value"] == "disabled"
    ecs.delete_account_setting(name="awsvpcTrunking")
    assert len(ecs.list_account_settings(effectiveSettings=True, maxResults=5)["settings"]) == 5
    for name, value in (("awsvpcTrunking", "maybe"), ("guardDutyActivate", "on")):
        with _refused("InvalidParameterException", ""):
            ecs.put_account_setting_default(name=name, value=value)


def test_container_insights_follow_the_account_setting(ecs):
    ecs.put_account_setting_default(name="containerInsights", value="enhanced")
    made = ecs.create_cluster(clusterName="one")["cluster"]
    assert made["settings"] == [{"name": "containerInsights", "value": "enhanced"}]


# Capacity providers.


def test_a_capacity_provider_has_defaults(emulator):
    stack = Stack(emulator)
    (provider,) = stack.ecs.describe_capacity_providers(capacityProviders=["capacity"])["capacityProviders"]
    assert (provider["status"], provider["type"]) == ("ACTIVE", "EC2_AUTOSCALING")
    assert provider["autoScalingGroupProvider"] == {
        "autoScalingGroupArn": stack.group_arn,
        "managedScaling": {
            "status": "ENABLED",
            "targetCapacity": 100,
            "minimumScalingStepSize": 1,
            "maximumScalingStepSize": 2,
            "instanceWarmupPeriod": 300,
        },
        "managedTerminationProtection": "ENABLED",
        "managedDraining": "ENABLED",
    }
    groups = stack.autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"]
    assert [tag["Key"] for tag in groups[0]["Tags"]] == ["AmazonECSManaged"]
    names = [one["name"] for one in stack.ecs.describe_capacity_providers()["capacityProviders"]]
    assert names == ["FARGATE", "FARGATE_SPOT", "capacity"]
    failures = stack.ecs.describe_capacity_providers(capacityProviders=["none"])["failures"]
    assert failures == [{"arn": _arn("capacity-provider", "none"), "reason": "MISSING"}]


def test_a_capacity_provider_changes(emulator):
    stack = Stack(emulator)
    updated = stack.ecs.update_capacity_provider(
        name="capacity", autoScalingGroupProvider={"managedScaling": {"status": "ENABLED", "targetCapacity": 90}}
    )["capacityProvider"]
    assert updated["updateStatus"] == "UPDATE_IN_PROGRESS"
    (provider,) = stack.ecs.describe_capacity_providers(capacityProviders=["capacity"])["capacityProviders"]
    assert provider["updateStatus"] == "UPDATE_COMPLETE"
    scaling = provider["autoScalingGroupProvider"]["managedScaling"]
    assert (scaling["targetCapacity"], scaling["maximumScalingStepSize"]) == (90, 2)


def test_a_capacity_provider_is_refused(emulator):
    stack = Stack(emulator)

    def create(name: str = "other", **settings):
        group = {"autoScalingGroupArn": stack.group_arn, **settings}
        return stack.ecs.create_capacity_provider(name=name, autoScalingGroupProvider=group)

    with _refused("ClientException", "The specified capacity provider name is invalid."):
        create("aws-mine")
    with _refused("ClientException", "The specified capacity provider already exists."):
        create("capacity")
    with _refused("ClientException", "already being used by another capacity provider"):
        create()
    with _refused("ClientException", "The specified Auto Scaling group ARN is invalid."):
        create(autoScalingGroupArn="arn:aws:autoscaling:nothing")
    with _refused("ClientException", "targetCapacity must be between 1 and 100"):
        stack.ecs.update_capacity_provider(
            name="capacity", autoScalingGroupProvider={"managedScaling": {"targetCapacity": 101}}
        )


def test_termination_protection_needs_the_groups_protection(emulator):
    stack = Stack(emulator)
    stack.autoscaling.update_auto_scaling_group(AutoScalingGroupName=NAME, NewInstancesProtectedFromScaleIn=False)
    message = "the Auto Scaling group must have instance protection from scale in enabled."
    with _refused("ClientException", message):
        stack.ecs.update_capacity_provider(
            name="capacity", autoScalingGroupProvider={"managedTerminationProtection": "ENABLED"}
        )


def test_attaching_takes_a_moment(slow):
    stack = Stack(slow)
    arguments = {"cluster": NAME, "capacityProviders": ["capacity"], "defaultCapacityProviderStrategy": []}
    with _refused(
        "UpdateInProgressException",
        "The specified cluster is in a busy state. Cluster attachments must be in UPDATE_COMPLETE or UPDATE_FAILED "
        "state before they can be updated.",
    ):
        stack.ecs.put_cluster_capacity_providers(**arguments)
    stack.pass_time(10)
    stack.ecs.put_cluster_capacity_providers(**arguments)


def test_a_used_capacity_provider_stays(emulator):
    stack = Stack(emulator)
    stack.create_service()
    message = "The capacity provider cannot be deleted because it is associated with cluster: demo. Remove the capacity"
    with _refused("ClientException", message):
        stack.ecs.delete_capacity_provider(capacityProvider="capacity")
    empty = {"cluster": NAME, "capacityProviders": [], "defaultCapacityProviderStrategy": []}
    with _refused("ResourceInUseException", "The specified capacity provider is in use and cannot be removed."):
        stack.ecs.put_cluster_capacity_providers(**empty)
    stack.ecs.delete_service(cluster=NAME, service="gateway", force=True)
    stack.service()
    stack.ecs.put_cluster_capacity_providers(**empty)
    stack.ecs.list_clusters()
    deleted = stack.ecs.delete_capacity_provider(capacityProvider="capacity")["capacityProvider"]
    assert (deleted["status"], deleted["updateStatus"]) == ("ACTIVE", "DELETE_IN_PROGRESS")
    (gone,) = stack.ecs.describe_capacity_providers(capacityProviders=["capacity"])["capacityProviders"]
    assert (gone["status"], gone["updateStatus"]) == ("INACTIVE", "DELETE_COMPLETE")


def test_a_strategy_is_refused(emulator):
    stack = Stack(emulator)
    mixed = [{"capacityProvider": "capacity", "weight": 1}, {"capacityProvider": "FARGATE", "weight": 1}]
    for strategy, message in (
        ([{"capacityProvider": "capacity", "weight": 0}], "At least one capacity provider must have a weight"),
        ([{"capacityProvider": "capacity", "weight": 1001}], "between 0 and 1000"),
        (mixed, "cannot contain a mix of capacity providers"),
    ):
        with _refused("InvalidParameterException", message):
            stack.ecs.put_cluster_capacity_providers(
                cluster=NAME, capacityProviders=["capacity", "FARGATE"], defaultCapacityProviderStrategy=strategy
            )


def test_tags_of_everything(emulator):
    stack = Stack(emulator)
    made = stack.create_service(
        tags=[{"key": "made", "value": "here"}], propagateTags="SERVICE", enableECSManagedTags=True
    )
    stack.service()
    (task,) = stack.tasks()
    (instance,) = stack.ecs.list_container_instances(cluster=NAME)["containerInstanceArns"]
    arns = [
        made["serviceArn"],
        made["clusterArn"],
        made["taskDefinition"],
        _arn("capacity-provider", "capacity"),
        task["taskArn"],
        instance,
    ]
    for arn in arns:
        stack.ecs.tag_resource(resourceArn=arn, tags=[{"key": "a", "value": "1"}, {"key": "b", "value": "2"}])
        stack.ecs.untag_resource(resourceArn=arn, tagKeys=["b"])
        listed = {one["key"]: one["value"] for one in stack.ecs.list_tags_for_resource(resourceArn=arn)["tags"]}
        assert (listed["a"], listed.get("b")) == ("1", None)
        if arn == task["taskArn"]:
            assert listed["made"] == "here"
            assert listed["aws:ecs:serviceName"] == "gateway"
    with _refused("InvalidParameterException", ""):
        stack.ecs.tag_resource(resourceArn=arns[0], tags=[{"key": "aws:x", "value": "1"}])
    with _refused("ResourceNotFoundException", ""):
        stack.ecs.list_tags_for_resource(resourceArn=arns[0] + "x")


def test_the_tagging_api_finds_them(emulator):
    stack = Stack(emulator)
    stack.create_service(tags=[{"key": "Project", "value": "demo"}])
    stack.ecs.tag_resource(resourceArn=_arn("cluster", NAME), tags=[{"key": "Project", "value": "demo"}])
    emulator.client("servicediscovery").create_http_namespace(Name="x", Tags=[{"Key": "Project", "Value": "demo"}])
    tagging = emulator.client("resourcegroupstaggingapi")
    wanted = [{"Key": "Project", "Values": ["demo"]}]
    found = [one["ResourceARN"] for one in tagging.get_resources(TagFilters=wanted)["ResourceTagMappingList"]]
    kinds = sorted(arn.split(":")[2] + ":" + arn.split(":")[5].split("/")[0] for arn in found)
    assert kinds == ["ecs:cluster", "ecs:service", "servicediscovery:namespace"]
