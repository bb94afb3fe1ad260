"""The playbooks scale_down and scale_up: an environment is paused with all that it has, and goes on."""

from __future__ import annotations

import json

from ansible_run import Ansible
from stacks import begin_with

from emulator.testing import Running

CLUSTER = "portkey-gateway-dev-cluster"
SCALING = {"enable_autoscaling": True, "autoscaling_min_capacity": 2, "autoscaling_max_capacity": 4}


def counts(emulator: Running) -> dict[str, tuple[int, int]]:
    found = emulator.client("ecs").describe_services(cluster=CLUSTER, services=["gateway", "redis"])["services"]
    return {one["serviceName"]: (one["desiredCount"], one["runningCount"]) for one in found}


def autoscaling(emulator: Running) -> str:
    client = emulator.client("application-autoscaling")
    targets = client.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    policies = client.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
    kept = [(one["ResourceId"], one["MinCapacity"], one["MaxCapacity"]) for one in targets]
    kept += [(one["PolicyName"], one["TargetTrackingScalingPolicyConfiguration"]) for one in policies]
    return json.dumps(kept, sort_keys=True)


def test_an_environment_is_paused_and_goes_on(ansible: Ansible, emulator: Running):
    begin_with(ansible, emulator, portkey_gateway_autoscaling=SCALING)
    running, scaling = counts(emulator), autoscaling(emulator)
    assert running == {"gateway": (2, 2), "redis": (1, 1)} and "gateway-cpu" in scaling

    plan = ansible.play("playbooks/scale_down.yml", "--check", "--diff").ok()
    assert plan.changed == 1 and "gateway-memory" in plan.output
    assert emulator.calls(mutating=True) == []

    # What has nothing to do with it may be wrong: it is night, and the certificate is gone.
    ansible.play("playbooks/scale_down.yml", portkey_tls_certificate_arn="gone").ok()
    assert set(counts(emulator).values()) == {(0, 0)}
    assert autoscaling(emulator) == "[]"
    ansible.play("playbooks/scale_down.yml").unchanged()

    ansible.play("playbooks/scale_up.yml").ok()
    assert (counts(emulator), autoscaling(emulator)) == (running, scaling)
    ansible.play("playbooks/scale_up.yml").unchanged()
    ansible.play("site.yml", portkey_gateway_autoscaling=SCALING).unchanged()


def test_a_deployment_goes_on_with_what_was_paused_and_loses_no_memory(ansible: Ansible, emulator: Running):
    begin_with(ansible, emulator, portkey_gateway_autoscaling=SCALING)
    emulator.client("ecs").update_service(cluster=CLUSTER, service="gateway", desiredCount=3)
    ansible.play("playbooks/scale_down.yml", portkey_scale_services=["gateway"]).ok()
    assert counts(emulator) == {"gateway": (0, 0), "redis": (1, 1)}
    # The count is the autoscaler's, so the service stays paused; what it was is not lost to the purging of tags.
    ansible.play("site.yml", portkey_gateway_autoscaling=SCALING).ok()
    assert counts(emulator)["gateway"] == (0, 0)
    tags = emulator.client("ecs").describe_services(cluster=CLUSTER, services=["gateway"], include=["TAGS"])
    assert "desired 3" in str(tags["services"][0]["tags"])
    ansible.play("playbooks/scale_up.yml").ok()
    assert counts(emulator)["gateway"] == (3, 3)
    assert "portkey:" not in str(emulator.client("ecs").describe_services(cluster=CLUSTER, services=["gateway"]))
