from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.portkey.gateway.plugins.filter.container_definitions import container_definitions
from ansible_collections.portkey.gateway.plugins.filter.resource_names import resource_names
from ansible_collections.portkey.gateway.plugins.filter.secret_arns import secret_arns

ARN = "arn:aws:secretsmanager:us-west-2:123456789012:secret:"
SERVICE = {
    "name": "gateway",
    "names": {"container": "gateway"},
    "image": "portkeyai/gateway_enterprise:2.16.0",
    "ports": [{"name": "gateway", "container_port": 8787, "app_protocol": "http"}],
    "environment": {"B": "2", "A": "1"},
    "secrets": {"KEY": "<ClientOrgSecretNameArn>", "OTHER": f"{ARN}other-AbCdEf"},
    "pull_secret": "<DockerCredentialsSecretArn>",
    "health_check": {"command": ["CMD-SHELL", "true"], "interval": 30, "timeout": 5, "retries": 3, "start_period": 60},
    "log": {"group": "/ecs/x", "region": "us-west-2", "stream_prefix": "gateway-service", "retention_days": 14},
}
ARNS = {"docker_credentials_arn": f"{ARN}docker-AbCdEf", "client_auth_arn": f"{ARN}client-AbCdEf"}


def test_container_definitions():
    (container,) = container_definitions(SERVICE, **ARNS)
    assert container["environment"] == [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]
    assert container["secrets"] == [
        {"name": "KEY", "valueFrom": f"{ARN}client-AbCdEf:KEY::"},
        {"name": "OTHER", "valueFrom": f"{ARN}other-AbCdEf:OTHER::"},
    ]
    assert container["repositoryCredentials"] == {"credentialsParameter": f"{ARN}docker-AbCdEf"}


def test_secret_arns():
    assert secret_arns(SERVICE, **ARNS) == [f"{ARN}client-AbCdEf", f"{ARN}docker-AbCdEf", f"{ARN}other-AbCdEf"]


def test_resource_names():
    names = resource_names("portkey", "dev", "us-east-1", num_az=1)
    assert names["cluster"] == "portkey-dev-cluster"
    assert names["public_subnets"] == ["portkey-dev-public-1"]
    assert resource_names("portkey", "dev", "us-east-1", cluster_name="mine")["cluster"] == "mine"


@pytest.mark.parametrize(
    "use",
    [
        lambda: container_definitions({"name": "gateway"}),
        lambda: container_definitions("gateway"),
        lambda: secret_arns(["gateway"]),
        lambda: resource_names("portkey", "", "us-east-1"),
        lambda: resource_names(None, "dev", "us-east-1"),
    ],
)
def test_a_wrong_input_says_what_is_needed(use):
    with pytest.raises(AnsibleFilterError, match="needs"):
        use()
