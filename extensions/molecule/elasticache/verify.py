"""The cache as ElastiCache, EC2 and Secrets Manager have it."""

import json

NAME = "portkey-gateway-dev-cache"


def test_a_closed_cluster_in_two_zones(aws, tagged):
    (group,) = aws("elasticache").describe_replication_groups(ReplicationGroupId=NAME)["ReplicationGroups"]
    assert (group["Status"], group["ClusterMode"], group["MultiAZ"]) == ("available", "enabled", "enabled")
    assert (group["TransitEncryptionEnabled"], group["AtRestEncryptionEnabled"]) == (True, True)
    assert group["AuthTokenEnabled"] is True
    for shard in group["NodeGroups"]:
        assert len({node["PreferredAvailabilityZone"] for node in shard["NodeGroupMembers"]}) == 2
    assert tagged(aws("elasticache").list_tags_for_resource(ResourceName=group["ARN"])["TagList"])


def test_only_the_gateway_gets_in(aws):
    names = {"Name": "group-name", "Values": [NAME, "portkey-gateway-dev-gateway"]}
    found = {one["GroupName"]: one for one in aws("ec2").describe_security_groups(Filters=[names])["SecurityGroups"]}
    (rule,) = found[NAME]["IpPermissions"]
    assert (rule["FromPort"], rule["ToPort"], rule["IpRanges"]) == (6379, 6379, [])
    assert [pair["GroupId"] for pair in rule["UserIdGroupPairs"]] == [found["portkey-gateway-dev-gateway"]["GroupId"]]
    (node, *_others) = aws("elasticache").describe_cache_clusters()["CacheClusters"]
    assert [one["SecurityGroupId"] for one in node["SecurityGroups"]] == [found[NAME]["GroupId"]]


def test_the_token_is_long_and_alone(aws, tagged):
    client = aws("secretsmanager")
    secret = client.describe_secret(SecretId="portkey-gateway/dev/redis-auth")
    assert tagged(secret["Tags"])
    value = json.loads(client.get_secret_value(SecretId=secret["ARN"])["SecretString"])
    assert list(value) == ["REDIS_PASSWORD"] and len(value["REDIS_PASSWORD"]) == 64
