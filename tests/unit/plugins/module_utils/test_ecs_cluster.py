from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils import wait
from ansible_collections.portkey.gateway.plugins.module_utils._ecs import (
    account_setting,
    cluster,
    cluster_capacity_providers,
)
from ansible_collections.portkey.gateway.plugins.module_utils.module import KNOWN_AFTER_APPLY, GatewayError
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    FakeClient,
    FakeModule,
    FakeTime,
    argument_spec,
    client_error,
)

ARN = "arn:aws:ecs:us-east-1:123456789012:cluster/dev"
NAMESPACE = "arn:aws:servicediscovery:us-east-1:123456789012:namespace/ns-1"
LIVE = {
    "clusterName": "dev",
    "clusterArn": ARN,
    "status": "ACTIVE",
    "settings": [{"name": "containerInsights", "value": "disabled"}],
    "configuration": {
        "managedStorageConfiguration": {"kmsKeyId": "key"},
        "executeCommandConfiguration": {
            "logging": "OVERRIDE",
            "logConfiguration": {"cloudWatchLogGroupName": "/aws/ecs/portkey", "cloudWatchEncryptionEnabled": False},
        },
    },
    "serviceConnectDefaults": {"namespace": NAMESPACE},
    "capacityProviders": ["b", "a"],
    "defaultCapacityProviderStrategy": [{"capacityProvider": "a", "weight": 100}],
    "attachmentsStatus": "UPDATE_COMPLETE",
    "tags": [{"key": "Project", "value": "portkey"}],
}
SAME = {
    "settings": {"container_insights": "disabled"},
    "execute_command_configuration": {
        "logging": "OVERRIDE",
        "log_configuration": {"cloud_watch_log_group_name": "/aws/ecs/portkey"},
    },
    "service_connect_namespace": NAMESPACE,
    "tags": {"Project": "portkey"},
}


def found(*clusters):
    return {"clusters": list(clusters)}


@pytest.fixture
def ensure(monkeypatch):
    spec = argument_spec("ecs_cluster", monkeypatch)

    def ensure_(client, check_mode=False, discovery=None, **options):
        clients = {"ecs": client, "servicediscovery": discovery}
        return cluster.ensure(FakeModule(spec, clients, check_mode, name="dev", **options), FakeTime().clock)

    return ensure_


@pytest.mark.parametrize("before", [found(), found({**LIVE, "status": "INACTIVE"})])
def test_a_new_cluster(ensure, before):
    client = FakeClient("ecs", describe_clusters=before, create_cluster={"cluster": LIVE})
    outcome = ensure(client, **SAME)
    assert outcome.before is None
    assert client.sent("create_cluster") == [
        {
            "clusterName": "dev",
            "settings": [{"name": "containerInsights", "value": "disabled"}],
            "configuration": {
                "executeCommandConfiguration": {
                    "logging": "OVERRIDE",
                    "logConfiguration": {"cloudWatchLogGroupName": "/aws/ecs/portkey"},
                }
            },
            "serviceConnectDefaults": {"namespace": NAMESPACE},
            "tags": [{"key": "Project", "value": "portkey"}],
        }
    ]
    assert outcome.result["cluster"]["cluster_arn"] == ARN
    assert outcome.result["cluster"]["tags"] == {"Project": "portkey"}


def test_nothing_to_change(ensure):
    client = FakeClient("ecs", describe_clusters=found(LIVE))
    assert not ensure(client, **SAME).is_changed
    assert not ensure(client).is_changed
    assert client.writes == []


def test_only_what_differs_is_sent_and_the_rest_of_it_stays(ensure):
    client = FakeClient("ecs", describe_clusters=found(LIVE), update_cluster={"cluster": LIVE})
    group = {"log_configuration": {"cloud_watch_log_group_name": "/other"}}
    outcome = ensure(client, execute_command_configuration=group)
    assert client.sent("update_cluster") == [
        {
            "cluster": "dev",
            "configuration": {
                "managedStorageConfiguration": {"kmsKeyId": "key"},
                "executeCommandConfiguration": {
                    "logging": "OVERRIDE",
                    "logConfiguration": {"cloudWatchLogGroupName": "/other", "cloudWatchEncryptionEnabled": False},
                },
            },
        }
    ]
    assert outcome.before["execute_command_configuration"] != outcome.after["execute_command_configuration"]


def test_tags_alone_are_no_update(ensure):
    client = FakeClient("ecs", describe_clusters=found(LIVE), tag_resource={}, untag_resource={})
    outcome = ensure(client, tags={"Environment": "dev"})
    assert client.writes == ["untag_resource", "tag_resource"]
    assert outcome.result["cluster"]["tags"] == {"Environment": "dev"}


@pytest.mark.parametrize("live", [found(), found(LIVE)])
def test_check_mode_writes_nothing(ensure, live):
    client = FakeClient("ecs", describe_clusters=live)
    settings = {"container_insights": "enabled"}
    outcome = ensure(client, check_mode=True, settings=settings, service_connect_namespace=KNOWN_AFTER_APPLY, tags={})
    assert outcome.is_changed
    assert client.writes == []
    assert outcome.result["cluster"]["cluster_name"] == "dev"


def test_a_namespace_by_name_is_compared_by_its_arn(ensure):
    client = FakeClient("ecs", describe_clusters=found(LIVE))
    discovery = FakeClient("servicediscovery", list_namespaces={"Namespaces": [{"Name": "portkey", "Arn": NAMESPACE}]})
    assert not ensure(client, discovery=discovery, service_connect_namespace="portkey").is_changed


def test_absent_waits_until_the_cluster_is_empty(ensure):
    errors = [
        client_error("ClusterContainsContainerInstancesException"),
        client_error("ClusterContainsTasksException"),
        client_error("UpdateInProgressException"),
    ]
    client = FakeClient("ecs", describe_clusters=found(LIVE), delete_cluster=[*errors, {"cluster": LIVE}])
    assert ensure(client, state="absent").is_changed
    assert len(client.sent("delete_cluster")) == 4


def test_absent_does_not_wait_for_services_that_nobody_removes(ensure):
    client = FakeClient(
        "ecs", describe_clusters=found(LIVE), delete_cluster=client_error("ClusterContainsServicesException")
    )
    with pytest.raises(Exception, match="Failed to delete cluster dev"):
        ensure(client, state="absent")
    assert len(client.sent("delete_cluster")) == 1


def test_absent_without_waiting_says_what_is_in_the_way(ensure):
    client = FakeClient(
        "ecs", describe_clusters=found(LIVE), delete_cluster=client_error("ClusterContainsTasksException")
    )
    with pytest.raises(wait.WaitTimedOut):
        ensure(client, state="absent", wait=False)


def test_absent_already(ensure):
    assert not ensure(FakeClient("ecs", describe_clusters=found()), state="absent").is_changed


# ---- capacity providers of a cluster


@pytest.fixture
def attach(monkeypatch):
    spec = argument_spec("ecs_cluster_capacity_providers", monkeypatch)

    def attach_(client, check_mode=False, **options):
        return cluster_capacity_providers.ensure(
            FakeModule(spec, {"ecs": client}, check_mode, cluster="dev", **options), FakeTime().clock
        )

    return attach_


STRATEGY = [{"capacity_provider": "a", "weight": 100, "base": 0}]


@pytest.mark.parametrize(
    "options",
    [
        {"capacity_providers": ["a", "b"]},
        {"capacity_providers": ["b", "a"], "default_capacity_provider_strategy": STRATEGY},
        {"capacity_providers": ["a"], "purge": False},
    ],
)
def test_providers_attached_already(attach, options):
    client = FakeClient("ecs", describe_clusters=found(LIVE))
    assert not attach(client, **options).is_changed
    assert client.writes == []


@pytest.mark.parametrize(
    "options, providers, strategy",
    [
        ({"capacity_providers": ["a"]}, ["a"], [("a", 100, 0)]),
        ({"capacity_providers": ["b"]}, ["b"], []),
        ({"capacity_providers": ["c"], "purge": False}, ["a", "b", "c"], [("a", 100, 0)]),
        (
            {"capacity_providers": ["a", "b"], "default_capacity_provider_strategy": [{"capacity_provider": "b"}]},
            ["a", "b"],
            [("b", 0, 0)],
        ),
        ({"capacity_providers": [], "default_capacity_provider_strategy": []}, [], []),
    ],
)
def test_providers_are_put(attach, options, providers, strategy):
    client = FakeClient("ecs", describe_clusters=found(LIVE), put_cluster_capacity_providers={"cluster": LIVE})
    assert attach(client, **options).is_changed
    sent = client.sent("put_cluster_capacity_providers")[0]
    assert sent["capacityProviders"] == providers
    items = sent["defaultCapacityProviderStrategy"]
    assert [(item["capacityProvider"], item["weight"], item["base"]) for item in items] == strategy


def test_a_busy_cluster_is_tried_again_and_its_attachments_are_waited_for(attach):
    busy = client_error("UpdateInProgressException", "The specified cluster is in a busy state.")
    client = FakeClient(
        "ecs",
        describe_clusters=[found(LIVE), found({**LIVE, "attachmentsStatus": "UPDATE_IN_PROGRESS"}), found(LIVE)],
        put_cluster_capacity_providers=[busy, busy, {"cluster": LIVE}],
    )
    outcome = attach(client, capacity_providers=["a"])
    assert len(client.sent("put_cluster_capacity_providers")) == 3
    assert outcome.result["cluster"]["attachments_status"] == "UPDATE_COMPLETE"


def test_failed_attachments_fail_the_task(attach):
    failed = {**LIVE, "attachmentsStatus": "UPDATE_FAILED", "attachments": [{"status": "FAILED"}]}
    client = FakeClient(
        "ecs", describe_clusters=[found(LIVE), found(failed)], put_cluster_capacity_providers={"cluster": LIVE}
    )
    with pytest.raises(wait.WaitFailed, match="could not attach"):
        attach(client, capacity_providers=["a"])


def test_providers_in_use_fail_at_once(attach):
    error = client_error("ResourceInUseException", "The specified capacity provider is in use and cannot be removed.")
    client = FakeClient("ecs", describe_clusters=found(LIVE), put_cluster_capacity_providers=error)
    with pytest.raises(Exception, match="Failed to set the capacity providers of cluster dev"):
        attach(client, capacity_providers=["a"])
    assert len(client.sent("put_cluster_capacity_providers")) == 1


IN_USE = client_error("ResourceInUseException", "The specified capacity provider is in use and cannot be removed.")


def test_providers_in_use_may_be_waited_for(attach):
    client = FakeClient(
        "ecs", describe_clusters=found(LIVE), put_cluster_capacity_providers=[IN_USE, IN_USE, {"cluster": LIVE}]
    )
    outcome = attach(client, capacity_providers=["a"], keep_in_use=True)
    assert (outcome.is_changed, outcome.result["in_use"]) == (True, False)


def test_providers_in_use_stay_when_the_time_is_over(attach):
    client = FakeClient("ecs", describe_clusters=found(LIVE), put_cluster_capacity_providers=IN_USE)
    outcome = attach(client, capacity_providers=["a"], keep_in_use=True, wait_timeout=5)
    assert (outcome.is_changed, outcome.result["in_use"]) == (False, True)
    assert outcome.result["cluster"]["capacity_providers"] == LIVE["capacityProviders"]


def test_a_cluster_that_is_busy_to_the_end_is_a_failure_even_so(attach):
    busy = client_error("UpdateInProgressException", "The specified cluster is in a busy state.")
    client = FakeClient("ecs", describe_clusters=found(LIVE), put_cluster_capacity_providers=busy)
    with pytest.raises(wait.WaitTimedOut):
        attach(client, capacity_providers=["a"], keep_in_use=True, wait_timeout=5)


def test_providers_of_no_cluster(attach):
    client = FakeClient("ecs", describe_clusters=found())
    with pytest.raises(GatewayError, match="Cluster dev does not exist"):
        attach(client, capacity_providers=["a"])
    assert attach(client, check_mode=True, capacity_providers=["a"]).is_changed
    assert client.writes == []


# ---- account settings

ROOT = "arn:aws:iam::123456789012:root"


@pytest.mark.parametrize(
    "settings, writes",
    [
        ([[{"name": "awsvpcTrunking", "value": "enabled", "principalArn": ROOT}]], 0),
        ([[{"name": "awsvpcTrunking", "value": "disabled", "principalArn": ROOT}]], 1),
        ([[]], 1),
        # The caller's own setting says nothing of the account's.
        (
            [
                [{"name": "awsvpcTrunking", "value": "enabled", "principalArn": "arn:aws:iam::123456789012:role/me"}],
                [{"name": "awsvpcTrunking", "value": "disabled", "principalArn": ROOT}],
            ],
            1,
        ),
        (
            [
                [{"name": "awsvpcTrunking", "value": "disabled", "principalArn": "arn:aws:iam::123456789012:user/me"}],
                [{"name": "awsvpcTrunking", "value": "enabled", "principalArn": ROOT}],
            ],
            0,
        ),
    ],
)
@pytest.mark.parametrize("check_mode", [False, True])
def test_account_setting(monkeypatch, settings, writes, check_mode):
    setting = {"name": "awsvpcTrunking", "value": "enabled", "principalArn": ROOT}
    client = FakeClient(
        "ecs",
        list_account_settings=[{"settings": items} for items in settings],
        put_account_setting_default={"setting": setting},
    )
    spec = argument_spec("ecs_account_setting", monkeypatch)
    outcome = account_setting.ensure(
        FakeModule(spec, {"ecs": client}, check_mode, name="awsvpcTrunking", value="enabled")
    )
    assert outcome.is_changed is bool(writes)
    assert len(client.writes) == (0 if check_mode else writes)
    assert outcome.result["setting"]["value"] == "enabled"
    if len(settings) == 2:
        assert client.sent("list_account_settings")[1]["principalArn"] == ROOT
