# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The action behind portkey.gateway.codedeploy_deployment: it prints how far the deployment is."""

from __future__ import annotations

from ansible_collections.portkey.gateway.plugins.plugin_utils.followed import FollowedAction


class ActionModule(FollowedAction):
    MODULE = "portkey.gateway.codedeploy_deployment"
