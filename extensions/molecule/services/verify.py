"""The services as ECS runs them, and what they may."""

import json

import pytest

CLUSTER = "portkey-gateway-dev-cluster"
ROLES = "portkey-gateway-dev-us-east-1"


@pytest.mark.parametrize("name", ["gateway", "redis"])
def test_a_service_runs_what_it_should_and_its_deployment_is_over(aws, tagged, name):
    (service,) = aws("ecs").describe_services(cluster=CLUSTER, services=[name], include=["TAGS"])["services"]
    assert service["status"] == "ACTIVE"
    assert service["runningCount"] == service["desiredCount"] > 0
    assert [deployment["rolloutState"] for deployment in service["deployments"]] == ["COMPLETED"]
    assert tagged(service["tags"], "key", "value")


def test_only_the_gateway_is_behind_the_load_balancer_and_its_task_is_a_target(aws):
    described = aws("ecs").describe_services(cluster=CLUSTER, services=["gateway", "redis"])["services"]
    balanced = {service["serviceName"]: service["loadBalancers"] for service in described}
    assert balanced["redis"] == []
    (target,) = balanced["gateway"]
    assert (target["containerName"], target["containerPort"]) == ("gateway", 8787)
    health = aws("elbv2").describe_target_health(TargetGroupArn=target["targetGroupArn"])["TargetHealthDescriptions"]
    assert [described["TargetHealth"]["State"] for described in health] == ["healthy"]


def test_the_gateway_takes_its_secrets_from_secrets_manager_and_may_read_no_other(aws):
    (service,) = aws("ecs").describe_services(cluster=CLUSTER, services=["gateway"])["services"]
    definition = aws("ecs").describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    (container,) = [one for one in definition["containerDefinitions"] if one["name"] == "gateway"]
    stored = {secret["ARN"] for secret in aws("secretsmanager").list_secrets()["SecretList"]}
    taken = {secret["valueFrom"].split(":PORTKEY")[0].split(":ORGANISATIONS")[0] for secret in container["secrets"]}
    assert taken | {container["repositoryCredentials"]["credentialsParameter"]} == stored
    policy = aws("iam").get_role_policy(RoleName=f"{ROLES}-gateway-execution", PolicyName="secrets")["PolicyDocument"]
    policy = json.loads(policy) if isinstance(policy, str) else policy
    assert {resource for statement in policy["Statement"] for resource in statement["Resource"]} == stored


def test_the_tasks_of_redis_are_reached_from_the_gateway_only(aws):
    groups = {group["GroupName"]: group for group in aws("ec2").describe_security_groups()["SecurityGroups"]}
    (rule,) = groups["portkey-gateway-dev-redis"]["IpPermissions"]
    assert rule["FromPort"] == 6379
    assert rule["IpRanges"] == []
    gateway = groups["portkey-gateway-dev-gateway"]["GroupId"]
    assert [pair["GroupId"] for pair in rule["UserIdGroupPairs"]] == [gateway]
