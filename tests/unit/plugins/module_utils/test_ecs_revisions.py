from __future__ import annotations

import types

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._ecs import known_parameters, revisions
from ansible_collections.portkey.gateway.plugins.module_utils.module import GatewayError
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import FakeClient
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.ecs_answers import (
    TARGET_GROUP,
    rollout,
    service,
)


def deployed(*definitions):
    return [
        {"serviceRevisionArn": f"r{number}", "taskDefinition": definition}
        for number, definition in enumerate(definitions, 1)
    ]


@pytest.mark.parametrize(
    "definitions, way, went_back",
    [
        ([], [], False),
        (["a"], ["r1"], False),
        (["a", "b"], ["r1", "r2"], False),
        # The same again is no step.
        (["a", "b", "b"], ["r1", "r3"], False),
        (["a", "b", "a"], ["r3"], True),
        (["a", "b", "a", "a"], ["r4"], True),
        (["a", "b", "a", "c"], ["r3", "r4"], False),
        (["a", "b", "c", "b"], ["r1", "r4"], True),
    ],
)
def test_the_way_to_the_present_revision(definitions, way, went_back):
    history = revisions.history(deployed(*definitions))
    assert [revision["serviceRevisionArn"] for revision in history.revisions] == way
    assert history.went_back is went_back


CONNECT = {"enabled": True, "services": [{"portName": "gateway"}]}


@pytest.mark.parametrize(
    "present, revision, expected",
    [
        ({"taskDefinition": "t:1"}, {"taskDefinition": "t:1"}, {}),
        ({"taskDefinition": "t:2"}, {"taskDefinition": "t:1"}, {"taskDefinition": "t:1"}),
        # The network of then may be gone.
        (
            {"taskDefinition": "t:2"},
            {"taskDefinition": "t:1", "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["gone"]}}},
            {"taskDefinition": "t:1"},
        ),
        (
            {"taskDefinition": "t:2"},
            {"taskDefinition": "t:1", "serviceConnectConfiguration": CONNECT},
            {"taskDefinition": "t:1", "serviceConnectConfiguration": CONNECT},
        ),
        (
            {"taskDefinition": "t:2", "deployments": [rollout(serviceConnectConfiguration=CONNECT)]},
            {"taskDefinition": "t:1", "serviceConnectConfiguration": CONNECT},
            {"taskDefinition": "t:1"},
        ),
        # The load balancer of now, the port of then.
        (
            {
                "taskDefinition": "t:2",
                "loadBalancers": [
                    {
                        "targetGroupArn": TARGET_GROUP,
                        "containerName": "new",
                        "containerPort": 2,
                        "advancedConfiguration": {"roleArn": "now"},
                    }
                ],
            },
            {
                "taskDefinition": "t:1",
                "loadBalancers": [{"targetGroupArn": TARGET_GROUP, "containerName": "old", "containerPort": 1}],
            },
            {
                "taskDefinition": "t:1",
                "loadBalancers": [
                    {
                        "targetGroupArn": TARGET_GROUP,
                        "containerName": "old",
                        "containerPort": 1,
                        "advancedConfiguration": {"roleArn": "now"},
                    }
                ],
            },
        ),
    ],
)
def test_only_what_is_needed_changes(present, revision, expected):
    assert revisions.request_for(service(**present), revision) == expected


def test_an_old_botocore_is_told_so():
    known_parameters.require_operation(FakeClient("ecs"), "ContinueServiceDeployment")
    old = types.SimpleNamespace(meta=types.SimpleNamespace(service_model=types.SimpleNamespace(operation_names=["X"])))
    with pytest.raises(GatewayError, match="does not know the operation ContinueServiceDeployment. Install a newer"):
        known_parameters.require_operation(old, "ContinueServiceDeployment")
