"""A stack whose gateway CodeDeploy deploys: application, group, custom config, and names in private DNS."""

STEM = "portkey-gateway-dev"
CLUSTER = f"{STEM}-cluster"
CONFIG = f"{STEM}-canary-20-percent-7-minutes"


def test_the_group_deploys_the_gateway_by_a_canary_of_its_own(aws):
    codedeploy = aws("codedeploy")
    (application,) = codedeploy.list_applications()["applications"]
    (name,) = codedeploy.list_deployment_groups(applicationName=application)["deploymentGroups"]
    group = codedeploy.get_deployment_group(applicationName=application, deploymentGroupName=name)
    found = group["deploymentGroupInfo"]
    assert found["ecsServices"] == [{"clusterName": CLUSTER, "serviceName": "gateway"}]
    assert found["deploymentConfigName"] == CONFIG
    routing = codedeploy.get_deployment_config(deploymentConfigName=CONFIG)["deploymentConfigInfo"]
    canary = routing["trafficRoutingConfig"]["timeBasedCanary"]
    assert (canary["canaryPercentage"], canary["canaryInterval"]) == (20, 7)


def test_the_gateway_runs_in_a_task_set_and_finds_redis_by_its_name(aws):
    (gateway,) = aws("ecs").describe_services(cluster=CLUSTER, services=["gateway"])["services"]
    assert gateway["deploymentController"] == {"type": "CODE_DEPLOY"}
    (serving,) = gateway["taskSets"]
    assert (serving["status"], serving["runningCount"]) == ("PRIMARY", 1)
    definition = aws("ecs").describe_task_definition(taskDefinition=serving["taskDefinition"])["taskDefinition"]
    environment = {one["name"]: one["value"] for one in definition["containerDefinitions"][0]["environment"]}
    assert environment["REDIS_URL"] == f"redis://redis.{STEM}.internal:6379"
    namespaces = {one["Name"] for one in aws("servicediscovery").list_namespaces()["Namespaces"]}
    assert f"{STEM}.internal" in namespaces
