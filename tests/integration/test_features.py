"""All that is off until somebody asks for it, at once: planned, made, left alone and removed.

What each of them is made of, changed into and switched off to, is in a file of its own.
"""

from __future__ import annotations

from typing import Any

import pytest
from ansible_run import Ansible
from permitted import assert_permitted
from readback import mutations
from removal import KEEP, audit, inventory, uninstall, without_kept
from stacks import begin_with, calls_of_creation
from worlds import FEATURES, counterparts

from emulator.testing import Running

STEM = "portkey-gateway-dev"
PLANNED = (
    "s3_bucket portkey-made-logs",
    f"elasticache_replication_group {STEM}-cache",
    f"ec2_vpc_endpoint {STEM}-control-plane",
    f"ec2_vpc_endpoint_service {STEM}-inbound",
    "acm_certificate gateway.example.com",
    f"wafv2_web_acl {STEM}-web-acl",
    f"sns_topic {STEM}-alarms",
    f"ecr_repository {STEM}/portkeyai/gateway_enterprise",
    f"ecr_pull_through_cache_rule {STEM}",
)


@pytest.fixture(scope="module")
def before(emulator: Running) -> dict[str, int]:
    emulator.post("reset")
    counterparts(emulator)
    return inventory(emulator)


def test_a_plan_of_nothing_yet_has_them_all(before, ansible: Ansible, emulator: Running):
    emulator.post("reset", only="calls")
    planned = ansible.play("site.yml", "--check", "--diff", **FEATURES).ok()
    for one in PLANNED:
        assert f"+ {one}" in planned.output
    assert "ecs_service redis" not in planned.output
    assert mutations(emulator) == []
    assert_permitted(emulator.calls(), "read", **FEATURES)


@pytest.fixture(scope="module")
def made(before, ansible: Ansible, emulator: Running) -> list[dict[str, Any]]:
    return calls_of_creation(ansible, emulator, prepare=counterparts, **FEATURES)


def test_whoever_may_create_may_make_them(made):
    assert_permitted(made, "create", **FEATURES)


def test_then_there_is_nothing_to_change(made, ansible: Ansible, emulator: Running):
    emulator.post("reset", only="calls")
    ansible.play(**FEATURES).unchanged()
    assert mutations(emulator) == []


def test_nothing_is_left_of_them(made, before, ansible: Ansible, emulator: Running):
    begin_with(ansible, emulator, prepare=counterparts, **FEATURES)
    uninstall(emulator, keep=[kind for kind in KEEP if kind != "s3_bucket"])
    assert audit(emulator) == []
    assert without_kept(inventory(emulator)) == without_kept(before)
