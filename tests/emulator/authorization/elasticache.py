"""ElastiCache, which looks after network interfaces with the permissions of its caller."""

from __future__ import annotations

from .need import NEW, Found, Need, Request, links, of_service

_KINDS = {
    "CacheClusterId": "cluster",
    "CacheParameterGroupName": "parametergroup",
    "CacheSubnetGroupName": "subnetgroup",
    "ReplicationGroupId": "replicationgroup",
}
_WITH_INTERFACES = (
    "CreateReplicationGroup",
    "DecreaseReplicaCount",
    "DeleteCacheSubnetGroup",
    "DeleteReplicationGroup",
    "IncreaseReplicaCount",
    "ModifyReplicationGroup",
    "ModifyReplicationGroupShardConfiguration",
)
# What of ModifyReplicationGroup AWS asks about.
_MODIFIED = ("CacheParameterGroupName", "ReplicationGroupId")


@of_service("elasticache")
def _elasticache(request: Request) -> Found:
    operation, params = request.operation, request.params
    if params.get("ResourceName"):
        yield Need(request.action, params["ResourceName"])
        return
    named = {
        key: kind
        for key, kind in _KINDS.items()
        if params.get(key) and (operation != "ModifyReplicationGroup" or key in _MODIFIED)
    }
    for key, kind in named.items():
        yield Need(request.action, request.arn("elasticache", f"{kind}:{params[key]}"))
    if not named:
        # Asked about all that the account has.
        listed = {"DescribeReplicationGroups": "replicationgroup", "DescribeCacheClusters": "cluster"}
        yield Need(request.action, request.arn("elasticache", f"{listed.get(operation, 'subnetgroup')}:*"))
    if params.get("Tags"):
        created = "ReplicationGroupId" if "ReplicationGroupId" in named else "CacheSubnetGroupName"
        yield Need("elasticache:AddTagsToResource", request.arn("elasticache", f"{_KINDS[created]}:{params[created]}"))
    if operation in _WITH_INTERFACES:
        for what in ("NetworkInterfaces", "Subnets", "Vpcs"):
            yield Need(f"ec2:Describe{what}")
        for kind in ("network-interface", "security-group", "subnet"):
            yield Need("ec2:CreateNetworkInterface", request.arn("ec2", f"{kind}/{NEW}"))
        yield Need("ec2:DeleteNetworkInterface", request.arn("ec2", f"network-interface/{NEW}"))
    if operation == "CreateReplicationGroup":
        yield from links(request, "elasticache")
