# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What it takes to have images cached in ECR, and to take the cache away."""

from __future__ import annotations

from .grant import CREATE, READ, UNINSTALL, caches_images, grant, linked

GRANTS = (
    # Also where there is none, to see whether there was one.
    grant("ecr", (READ, UNINSTALL), "DescribePullThroughCacheRules"),
    grant(
        "ecr",
        READ,
        "DescribeRepositories GetLifecyclePolicy ListTagsForResource",
        "image-repository",
        when=caches_images,
    ),
    grant(
        "ecr",
        CREATE,
        "CreateRepository PutLifecyclePolicy DeleteLifecyclePolicy TagResource UntagResource",
        "image-repository",
        when=caches_images,
    ),
    grant("ecr", CREATE, "CreatePullThroughCacheRule UpdatePullThroughCacheRule", when=caches_images),
    grant("secretsmanager", (READ, CREATE), "GetSecretValue", "image-cache-secret", when=caches_images),
    grant(
        "iam",
        CREATE,
        "CreateServiceLinkedRole",
        "linked-role",
        when=caches_images,
        condition=linked("pullthroughcache.ecr"),
    ),
    # To find those with the stack's prefix, all of the account are listed.
    grant("ecr", UNINSTALL, "DescribeRepositories", "any-repository"),
    grant("ecr", UNINSTALL, "ListTagsForResource DeleteRepository", "image-repository"),
    grant("ecr", UNINSTALL, "DeletePullThroughCacheRule"),
)
