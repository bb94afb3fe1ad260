# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""All rules, in the order in which their faults are reported."""

from __future__ import annotations

from . import (
    bedrock,
    capacity,
    cluster,
    codedeploy,
    control_plane,
    deployment,
    edge,
    elasticache,
    hooks,
    image_cache,
    load_balancer,
    network,
    observability,
    operation,
    project,
    removal,
    secrets,
    services,
    storage,
)

TOPICS = (
    project,
    network,
    cluster,
    capacity,
    services,
    image_cache,
    deployment,
    codedeploy,
    hooks,
    storage,
    elasticache,
    bedrock,
    load_balancer,
    observability,
    edge,
    control_plane,
    secrets,
    operation,
    removal,
)
ALL_RULES = [rule for topic in TOPICS for rule in topic.book.rules]
