"""The cache as ECR has it."""

STEM = "portkey-gateway-dev"


def test_the_rule_stands_for_docker_hub_with_the_secret_of_the_role_secrets(aws):
    (rule,) = aws("ecr").describe_pull_through_cache_rules()["pullThroughCacheRules"]
    assert (rule["ecrRepositoryPrefix"], rule["upstreamRegistryUrl"]) == (STEM, "registry-1.docker.io")
    secret = aws("secretsmanager").describe_secret(SecretId=rule["credentialArn"])
    assert secret["Name"] == "ecr-pullthroughcache/portkey-gateway/dev/docker-hub"


def test_the_repository_has_the_tags(aws, tagged):
    (found,) = aws("ecr").describe_repositories()["repositories"]
    assert found["repositoryName"] == f"{STEM}/library/redis"
    assert tagged(aws("ecr").list_tags_for_resource(resourceArn=found["repositoryArn"])["tags"])
