"""What CodeDeploy refuses, and the resources around deployments."""

from __future__ import annotations

import pytest

from emulator.testing import refused

from .codedeploy_stack import Delivery, blue_green
from .ecs_stack import Stack

ROUTING = {"type": "TimeBasedCanary", "timeBasedCanary": {"canaryPercentage": 5, "canaryInterval": 5}}


@pytest.fixture
def delivery(emulator):
    found = Delivery(Stack(emulator))
    found.create_service()
    found.api.create_application(applicationName="gateway", computePlatform="ECS")
    return found


def test_applications(emulator):
    api = emulator.client("codedeploy")
    api.create_application(applicationName="a", computePlatform="ECS", tags=[{"Key": "k", "Value": "v"}])
    with refused("ApplicationAlreadyExistsException"):
        api.create_application(applicationName="a", computePlatform="ECS")
    with refused("InvalidApplicationNameException"):
        api.create_application(applicationName="a/b", computePlatform="ECS")
    assert api.get_application(applicationName="a")["application"]["computePlatform"] == "ECS"
    arn = "arn:aws:codedeploy:us-east-1:123456789012:application:a"
    assert api.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "k", "Value": "v"}]
    api.tag_resource(ResourceArn=arn, Tags=[{"Key": "x", "Value": "y"}])
    api.untag_resource(ResourceArn=arn, TagKeys=["k"])
    assert api.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "x", "Value": "y"}]
    assert api.list_applications()["applications"] == ["a"]
    api.delete_application(applicationName="a")
    with refused("ApplicationDoesNotExistException"):
        api.get_application(applicationName="a")


def test_predefined_configs(emulator):
    api = emulator.client("codedeploy")
    name = "CodeDeployDefault.ECSLinear10PercentEvery3Minutes"
    found = api.get_deployment_config(deploymentConfigName=name)["deploymentConfigInfo"]
    assert found["trafficRoutingConfig"] == {
        "type": "TimeBasedLinear",
        "timeBasedLinear": {"linearPercentage": 10, "linearInterval": 3},
    }
    assert name in api.list_deployment_configs()["deploymentConfigsList"]
    with refused("InvalidOperationException"):
        api.delete_deployment_config(deploymentConfigName=name)
    with refused("DeploymentConfigDoesNotExistException"):
        api.get_deployment_config(deploymentConfigName="nobody")


@pytest.mark.parametrize(
    "name, routing, code",
    [
        ("CodeDeployDefault.Mine", ROUTING, "InvalidDeploymentConfigNameException"),
        ("x" * 101, ROUTING, "InvalidDeploymentConfigNameException"),
        ("own", {"type": "AllAtOnce", "timeBasedCanary": {}}, None),
        ("own", {"type": "TimeBasedCanary"}, "InvalidTrafficRoutingConfigurationException"),
        (
            "own",
            {"type": "TimeBasedCanary", "timeBasedCanary": {"canaryPercentage": 100, "canaryInterval": 5}},
            "InvalidTrafficRoutingConfigurationException",
        ),
        (
            "own",
            {"type": "TimeBasedLinear", "timeBasedLinear": {"linearPercentage": 1, "linearInterval": 60}},
            "InvalidTrafficRoutingConfigurationException",
        ),
    ],
)
def test_custom_configs(emulator, name, routing, code):
    api = emulator.client("codedeploy")
    request = {"deploymentConfigName": name, "computePlatform": "ECS", "trafficRoutingConfig": routing}
    if code is None:
        api.create_deployment_config(**request)
        with refused("DeploymentConfigAlreadyExistsException"):
            api.create_deployment_config(**request)
        api.delete_deployment_config(deploymentConfigName=name)
        return
    with refused(code):
        api.create_deployment_config(**request)


NOT_CODE_DEPLOY = "Deployment group's ECS service must be configured for a CODE_DEPLOY deployment controller."
NO_ELBS = "For ECS deployment group, loadBalancerInfo must not contain elbInfo list"


@pytest.mark.parametrize(
    "changes, code, message",
    [
        ({"applicationName": "nobody"}, "ApplicationDoesNotExistException", ""),
        ({"deploymentConfigName": "nobody"}, "DeploymentConfigDoesNotExistException", ""),
        ({"serviceRoleArn": "arn:aws:iam::123456789012:role/nobody"}, "InvalidRoleException", "Cannot assume role"),
        ({"deploymentStyle": None}, "InvalidDeploymentStyleException", ""),
        ({"ecsServices": []}, "InvalidECSServiceException", ""),
        ({"loadBalancerInfo": {"elbInfoList": [{"name": "x"}]}}, "InvalidLoadBalancerInfoException", NO_ELBS),
        ({"loadBalancerInfo": {}}, "InvalidLoadBalancerInfoException", ""),
        ({"blueGreenDeploymentConfiguration": None}, "InvalidBlueGreenDeploymentConfigurationException", ""),
        (
            {"blueGreenDeploymentConfiguration": blue_green(termination=2881)},
            "InvalidBlueGreenDeploymentConfigurationException",
            "2880",
        ),
        (
            {"alarmConfiguration": {"enabled": True, "alarms": [{"name": str(n)} for n in range(11)]}},
            "AlarmsLimitExceededException",
            "",
        ),
        ({"autoRollbackConfiguration": {"enabled": True}}, "InvalidAutoRollbackConfigException", ""),
    ],
)
def test_groups_that_are_refused(delivery, changes, code, message):
    with refused(code, message):
        delivery.api.create_deployment_group(**delivery.group_settings(**changes))


def test_target_group_pairs(delivery):
    settings = delivery.group_settings()
    pair = settings["loadBalancerInfo"]["targetGroupPairInfoList"][0]
    for changes in (
        {"targetGroups": [{"name": "blue"}]},
        {"targetGroups": [{"name": "blue"}, {"name": "nobody"}]},
        {"testTrafficRoute": pair["prodTrafficRoute"]},
        {"prodTrafficRoute": {"listenerArns": []}},
    ):
        info = {"targetGroupPairInfoList": [{**pair, **changes}]}
        with refused("InvalidTargetGroupPairException"):
            delivery.api.create_deployment_group(**{**settings, "loadBalancerInfo": info})


def test_a_service_has_one_group_and_the_right_controller(delivery):
    delivery.api.create_deployment_group(**delivery.group_settings())
    with refused("DeploymentGroupAlreadyExistsException"):
        delivery.api.create_deployment_group(**delivery.group_settings())
    with refused("ECSServiceMappingLimitExceededException"):
        delivery.api.create_deployment_group(**delivery.group_settings(deploymentGroupName="other"))
    delivery.stack.create_service("plain")
    services = [{"clusterName": "demo", "serviceName": "plain"}]
    with refused("InvalidECSServiceException", NOT_CODE_DEPLOY):
        delivery.api.create_deployment_group(
            **delivery.group_settings(deploymentGroupName="other", ecsServices=services)
        )


def test_without_its_compute_platform_the_error_misleads(delivery):
    delivery.api.create_application(applicationName="plain")
    with refused("InvalidLoadBalancerInfoException"):
        delivery.api.create_deployment_group(**delivery.group_settings(applicationName="plain"))


def test_an_nlb_takes_all_at_once_only(emulator):
    delivery = Delivery(Stack(emulator), "network")
    delivery.create()
    canary = "CodeDeployDefault.ECSCanary10Percent5Minutes"
    with refused("InvalidTrafficRoutingConfigurationException", "Network Load Balancer"):
        delivery.deploy(deploymentConfigName=canary)
    with refused("InvalidTrafficRoutingConfigurationException", "Network Load Balancer"):
        delivery.api.update_deployment_group(
            applicationName="gateway", currentDeploymentGroupName="gateway", deploymentConfigName=canary
        )


def test_configs_in_use_stay(delivery):
    delivery.api.create_deployment_config(
        deploymentConfigName="own", computePlatform="ECS", trafficRoutingConfig=ROUTING
    )
    delivery.api.create_deployment_group(**delivery.group_settings(deploymentConfigName="own"))
    with refused("DeploymentConfigInUseException"):
        delivery.api.delete_deployment_config(deploymentConfigName="own")
    delivery.api.delete_deployment_group(applicationName="gateway", deploymentGroupName="gateway")
    delivery.api.delete_deployment_config(deploymentConfigName="own")


@pytest.mark.parametrize(
    "change",
    [
        {"version": 1.0},
        {"Resources": []},
        {"Resources": [{"TargetService": {"Type": "AWS::Lambda::Function"}}]},
        {"Hooks": [{"AllowTraffic": "function"}]},
        {"Hooks": [{"BeforeInstall": ""}, {"BeforeInstall": "x"}]},
    ],
)
def test_appspecs_that_are_refused(delivery, change):
    delivery.api.create_deployment_group(**delivery.group_settings())
    with refused("InvalidRevisionException"):
        delivery.deploy({**delivery.spec(), **change})


@pytest.mark.parametrize("properties", [{"TaskDefinition": "gateway:1"}, {"LoadBalancerInfo": {}}, {"DesiredCount": 3}])
def test_appspec_properties_that_are_refused(delivery, properties):
    delivery.api.create_deployment_group(**delivery.group_settings())
    with refused("InvalidRevisionException"):
        delivery.deploy(delivery.spec(**properties))


def test_the_digest_of_a_revision(delivery):
    delivery.api.create_deployment_group(**delivery.group_settings())
    revision = {"revisionType": "AppSpecContent", "appSpecContent": {"content": "{}", "sha256": "0" * 64}}
    with refused("InvalidRevisionException"):
        delivery.api.create_deployment(applicationName="gateway", deploymentGroupName="gateway", revision=revision)


def test_a_deleted_group_ends_its_deployment(delivery):
    settings = delivery.group_settings(blueGreenDeploymentConfiguration=blue_green(ready=10))
    delivery.api.create_deployment_group(**settings)
    started = delivery.deploy()
    delivery.until(started, "Ready")
    delivery.api.delete_deployment_group(applicationName="gateway", deploymentGroupName="gateway")
    assert delivery.deployment(started)["errorInformation"]["code"] == "DEPLOYMENT_GROUP_MISSING"
    with refused("DeploymentGroupDoesNotExistException"):
        delivery.deploy()
