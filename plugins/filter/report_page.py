# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

from __future__ import annotations

DOCUMENTATION = r"""
name: report_page
version_added: "1.0.0"
short_description: A stack as one page of HTML
description:
  - One page that shows what was read of a stack - where everything is, health, versions, the last deployments with
    their traffic over time, and what costs. It needs no network and no script.
  - Where AWS does not tell when traffic moved, that is derived from the times and the configuration of the deployment,
    and the page says so.
requirements:
  - pygal
author:
  - The portkey.gateway authors (@portkey-gateway)
positional: _input
options:
  _input:
    description:
      - What was read, with the keys C(stack) (the fact C(preflight_stack)), C(services)
        (P(portkey.gateway.ecs_service_status_info#module)), C(load_balancers) and C(target_groups)
        (P(portkey.gateway.elbv2_load_balancer_info#module)), C(task_definitions), C(vpcs), C(subnets), C(route_tables),
        C(nat_gateways) and C(instances), which are lists as the info modules of amazon.aws and community.aws answer
        them.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Write the report
  ansible.builtin.copy:
    content: "{{ report_read | portkey.gateway.report_page }}"
    dest: report.html
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The page.
  type: str
"""

import typing as t

from ansible_collections.portkey.gateway.plugins.plugin_utils._report.page import page


class FilterModule:
    def filters(self) -> dict[str, t.Any]:
        return {"report_page": page}
