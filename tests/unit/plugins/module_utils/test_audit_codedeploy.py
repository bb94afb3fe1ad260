"""What CodeDeploy has of the stack: found by name, told by tags, and removed in AWS's order."""

from __future__ import annotations

import re

from ansible_collections.portkey.gateway.plugins.module_utils._audit import functions
from ansible_collections.portkey.gateway.plugins.module_utils._audit.resource import Resource, Stack
from ansible_collections.portkey.gateway.plugins.module_utils._config.names import (
    LIMIT_CODEDEPLOY,
    codedeploy_config,
    resource_names,
)
from ansible_collections.portkey.gateway.plugins.module_utils._removal import remove
from ansible_collections.portkey.gateway.plugins.module_utils._removal.work import Work
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    FakeClient,
    FakeTime,
    client_error,
)

NAMES = resource_names("portkey", "dev", "us-west-2")
STACK = Stack("portkey", "dev", "us-west-2", NAMES)
OWN = {"Project": "portkey", "Environment": "dev", "ManagedBy": "Ansible"}
AS_LIST = [{"Key": key, "Value": value} for key, value in OWN.items()]
ARN = "arn:aws:servicediscovery:us-west-2:123456789012"


def test_application_group_and_own_configurations():
    configs = [
        "CodeDeployDefault.ECSAllAtOnce",
        "portkey-dev-canary-20-percent-7-minutes",
        # Another environment's, though it begins as ours do.
        "portkey-dev-eu-canary-20-percent-7-minutes",
    ]
    client = FakeClient(
        "codedeploy",
        list_applications={"applications": ["portkey-dev", "other"]},
        list_deployment_groups={"deploymentGroups": [NAMES["codedeploy"]["group"]]},
        list_deployment_configs={"deploymentConfigsList": configs},
        list_tags_for_resource={"Tags": AS_LIST},
    )
    found = [STACK.judged(one) for one in functions.codedeploy(client, STACK, "arn:aws:codedeploy:us-west-2:1")]
    assert [(one.kind, one.name) for one in found if one and one.is_owned] == [
        ("codedeploy_application", "portkey-dev"),
        ("codedeploy_deployment_group", "portkey-dev/portkey-dev-gateway"),
        ("codedeploy_deployment_config", "portkey-dev-canary-20-percent-7-minutes"),
    ]


def test_the_configurations_of_a_stack_with_a_long_name_are_found_as_well():
    own, other = (
        resource_names("p" * 64, environment, "us-west-2")["codedeploy"]
        for environment in ("development", "development-eu")
    )
    name = codedeploy_config(own["deployment_config"], "linear", 99, 2880)
    assert len(name) == LIMIT_CODEDEPLOY
    assert re.fullmatch(own["deployment_config_pattern"], name)
    assert not re.fullmatch(other["deployment_config_pattern"], name)


def test_the_role_is_known_by_its_name():
    role = NAMES["codedeploy"]["service_role"]
    assert STACK.judged(Resource("iam_role", role, role, OWN)).is_owned
    assert not STACK.judged(Resource("iam_role", role, role)).is_owned


def test_the_private_namespace_and_the_services_in_it():
    def namespaces(Filters):
        (name,) = Filters[0]["Values"]
        return {"Namespaces": [{"Id": f"ns-{name}", "Name": name, "Arn": f"{ARN}:namespace/ns"}]}

    client = FakeClient(
        "servicediscovery",
        list_namespaces=namespaces,
        list_services={"Services": [{"Id": "srv-1", "Name": "redis", "Arn": f"{ARN}:service/srv-1"}]},
        list_tags_for_resource={"Tags": AS_LIST},
    )
    found = list(functions.namespaces(client, STACK))
    assert [(one.kind, one.name) for one in found] == [
        ("servicediscovery_namespace", NAMES["namespace"]),
        ("servicediscovery_namespace", "portkey-dev.internal"),
        ("servicediscovery_service", "redis.portkey-dev.internal"),
    ]
    # Those in the namespace of Service Connect are ECS's own, and not asked for.
    asked = [call["Filters"][0]["Values"] for call in client.sent("list_services")]
    assert asked == [["ns-portkey-dev.internal"]]
    assert all(STACK.judged(one).is_owned for one in found)


def test_services_go_before_their_namespace_and_wait_for_their_instances():
    busy = client_error("ResourceInUse", "Service contains registered instances", "DeleteService")
    client = FakeClient(
        "servicediscovery",
        delete_service=[busy, {}],
        list_services={"Services": []},
        delete_namespace={"OperationId": "op"},
        get_operation={"Operation": {"Status": "SUCCESS"}},
    )
    work = Work(client=lambda service: client, clock=FakeTime().clock, timeout=60)
    namespace = Resource("servicediscovery_namespace", "ns-1", "portkey-dev.internal", OWN)
    service = Resource("servicediscovery_service", "srv-1", "redis.portkey-dev.internal", OWN)
    remove.run(work, [namespace, service])
    assert client.writes == ["delete_service", "delete_service", "delete_namespace"]
