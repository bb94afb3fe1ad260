# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Every permission that an operator needs, in one table.

From it come the policy that the playbook permissions prints, what preflight asks IAM about, and what is said to be
missing when AWS denies a call.
"""

from __future__ import annotations

from . import (
    table_capacity,
    table_control_plane,
    table_create,
    table_edge,
    table_elasticache,
    table_image_cache,
    table_observability,
    table_operate,
    table_uninstall,
)
from .grant import Grant

TABLE: tuple[Grant, ...] = (
    *table_operate.GRANTS,
    *table_create.GRANTS,
    *table_edge.GRANTS,
    *table_capacity.GRANTS,
    *table_control_plane.GRANTS,
    *table_image_cache.GRANTS,
    *table_uninstall.GRANTS,
    *table_elasticache.GRANTS,
    *table_observability.GRANTS,
)
