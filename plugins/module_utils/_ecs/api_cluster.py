# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""One call each: clusters, capacity providers, account settings, and the tags of everything in ECS."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ..api import call, call_unless
from ..aws import error_message
from ..tags import Tags, to_lower_list

Resource = dict[str, t.Any]


def _first(items: list[Resource]) -> Resource | None:
    return items[0] if items else None


def describe_cluster(client: t.Any, name: str) -> Resource | None:
    include = ["ATTACHMENTS", "CONFIGURATIONS", "SETTINGS", "TAGS"]
    answer = call(client, "describe_clusters", f"describe cluster {name}", clusters=[name], include=include)
    return _first(answer["clusters"])


def create_cluster(client: t.Any, name: str, parameters: Resource) -> Resource:
    return call(client, "create_cluster", f"create cluster {name}", clusterName=name, **parameters)["cluster"]


def update_cluster(client: t.Any, name: str, parameters: Resource) -> Resource:
    return call(client, "update_cluster", f"update cluster {name}", cluster=name, **parameters)["cluster"]


def delete_cluster(client: t.Any, name: str) -> None:
    call_unless(("ClusterNotFoundException",), client, "delete_cluster", f"delete cluster {name}", cluster=name)


def put_cluster_capacity_providers(
    client: t.Any, name: str, providers: list[str], strategy: list[Resource]
) -> Resource:
    return call(
        client,
        "put_cluster_capacity_providers",
        f"set the capacity providers of cluster {name}",
        cluster=name,
        capacityProviders=providers,
        defaultCapacityProviderStrategy=strategy,
    )["cluster"]


def describe_capacity_provider(client: t.Any, name: str) -> Resource | None:
    doing = f"describe capacity provider {name}"
    answer = call(client, "describe_capacity_providers", doing, capacityProviders=[name], include=["TAGS"])
    return _first(answer["capacityProviders"])


def create_capacity_provider(client: t.Any, name: str, provider: Resource, tags: Tags) -> Resource:
    return call(
        client,
        "create_capacity_provider",
        f"create capacity provider {name}",
        name=name,
        autoScalingGroupProvider=provider,
        tags=to_lower_list(tags) or None,
    )["capacityProvider"]


def update_capacity_provider(client: t.Any, name: str, provider: Resource) -> Resource:
    doing = f"update capacity provider {name}"
    answer = call(client, "update_capacity_provider", doing, name=name, autoScalingGroupProvider=provider)
    return answer["capacityProvider"]


def delete_capacity_provider(client: t.Any, name: str) -> None:
    """ECS has no error code of its own for one that is gone, as after a try whose answer was lost."""
    try:
        call(client, "delete_capacity_provider", f"delete capacity provider {name}", capacityProvider=name)
    except AnsibleAWSError as error:
        if "does not exist" not in error_message(error):
            raise


def list_account_setting(client: t.Any, name: str, principal_arn: str | None = None) -> Resource | None:
    answer = call(
        client,
        "list_account_settings",
        f"read account setting {name}",
        name=name,
        effectiveSettings=True,
        principalArn=principal_arn,
    )
    return _first(answer["settings"])


def put_account_setting_default(client: t.Any, name: str, value: str) -> Resource:
    doing = f"set account setting {name} to {value}"
    return call(client, "put_account_setting_default", doing, name=name, value=value)["setting"]


def tag_resource(client: t.Any, arn: str, tags: Tags) -> None:
    call(client, "tag_resource", f"tag {arn}", resourceArn=arn, tags=to_lower_list(tags))


def untag_resource(client: t.Any, arn: str, keys: list[str]) -> None:
    call(client, "untag_resource", f"remove tags from {arn}", resourceArn=arn, tagKeys=keys)
