"""Two runs at once on one stack: the second is told who is at work, and a dead run's lock stops nobody."""

from __future__ import annotations

import json
import os
import pathlib
import signal
import time

import pytest
from ansible_run import Ansible, kill
from stacks import lock_states, writes

from emulator.testing import Running

NAME = "/portkey-gateway/portkey-gateway/dev/lock"
OBJECT = f"123456789012/us-east-1{NAME}"
ANN = {
    "state": "held",
    "claim": "hers",
    "write": "1",
    "who": "ann",
    "host": "build-1",
    "pid": 7,
    "place": "elsewhere",
    "job": "https://ci/42",
    "since": "2026-01-31T12:00:00+00:00",
    "lifetime": 600,
    "after": None,
}
# A run that holds the lock for a while, or until it is killed.
HOLD = """
- hosts: all
  gather_facts: false
  module_defaults:
    group/portkey.gateway.aws: "{{ portkey_aws_connection | combine({'region': 'us-east-1'}) }}"
  tasks:
    - block:
        - portkey.gateway.stack_lock:
            name: /held/lock
            bucket: "{{ bucket | default(omit) }}"
            wait_timeout: "{{ wait }}"
            lifetime: "{{ lifetime | default(300) }}"
          register: taken
        - ansible.builtin.debug:
            msg: "took over from {{ (taken.previous or {}).pid | default('nobody') }}"
        - ansible.builtin.command: sleep {{ seconds }}
          when: seconds > 0
      always:
        - portkey.gateway.stack_lock:
            state: free
            name: /held/lock
            bucket: "{{ bucket | default(omit) }}"
            claim: "{{ taken.claim }}"
          when: taken.claim is defined and leave is not defined
"""


@pytest.fixture(scope="module")
def ansible(emulator: Running) -> Ansible:
    """Whose runs die as runs do."""
    return Ansible(emulator.url)


@pytest.fixture(params=["ssm", "s3"])
def place(request, emulator: Running) -> dict[str, str]:
    """Extra vars that name the lock's place, and the emulator empty."""
    emulator.post("reset")
    if request.param == "ssm":
        return {}
    emulator.client("s3").create_bucket(Bucket="locks")
    return {"bucket": "locks"}


@pytest.fixture
def hold(tmp_path: pathlib.Path) -> str:
    playbook = tmp_path / "hold.yml"
    playbook.write_text(HOLD)
    return str(playbook)


def state(emulator: Running, place: dict[str, str]) -> dict | None:
    """What the lock says."""
    if place:
        s3 = emulator.client("s3")
        found = s3.list_objects_v2(Bucket="locks").get("Contents", [])
        return json.loads(s3.get_object(Bucket="locks", Key=found[0]["Key"])["Body"].read()) if found else None
    ssm = emulator.client("ssm")
    found = ssm.get_parameters(Names=["/held/lock"])["Parameters"]
    return json.loads(found[0]["Value"]) if found else None


def wait_for(what, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.1)


def is_held(emulator: Running, place: dict[str, str]) -> bool:
    found = state(emulator, place)
    return found is not None and found["state"] == "held"


def test_the_second_run_waits_for_the_first_and_a_killed_run_gives_way(
    place, hold, ansible: Ansible, emulator: Running
):
    first = ansible.start(hold, seconds=600, wait=0, **place)
    wait_for(lambda: is_held(emulator, place))
    refused = ansible.play(hold, seconds=0, wait=0, **place)
    assert refused.returncode == 2
    assert "Another run is changing the stack" in refused.output
    assert f"(process {first.pid})" in refused.output
    second = ansible.start(hold, seconds=0, wait=200, **place)
    kill(first)
    output, nothing = second.communicate(timeout=200)
    assert second.returncode == 0, output
    assert state(emulator, place)["state"] == "free"


def test_a_run_without_sign_of_life_loses_the_lock(hold, ansible: Ansible, emulator: Running):
    """The keeper dies with its run, as in a container; the holder was on another machine, as far as anybody knows."""
    emulator.post("reset")
    ssm = emulator.client("ssm")
    ssm.put_parameter(Name="/held/lock", Value=json.dumps({**ANN, "lifetime": 2}), Type="String")
    run = ansible.play(hold, seconds=0, wait=60).ok()
    assert "took over from 7" in run.output


def test_signs_of_life_come_while_a_task_takes_long_and_end_with_the_run(hold, ansible: Ansible, emulator: Running):
    emulator.post("reset")
    run = ansible.start(hold, seconds=600, wait=0, lifetime=5, leave=True)
    wait_for(lambda: len(emulator.calls(operation="PutParameter")) >= 4)
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate()
    wait_for(lambda: state(emulator, {})["state"] == "free")


@pytest.mark.parametrize("bucket", [None, "locks"])
def test_site_is_refused_and_unlock_helps(bucket: str | None, ansible: Ansible, emulator: Running):
    emulator.post("reset")
    if bucket:
        emulator.client("s3").create_bucket(Bucket=bucket)
        emulator.client("s3").put_object(Bucket=bucket, Key=OBJECT, Body=json.dumps(ANN).encode())
    else:
        emulator.client("ssm").put_parameter(Name=NAME, Value=json.dumps(ANN), Type="String")
    emulator.post("reset", only="calls")
    run = ansible.play(portkey_lock_wait=0, portkey_lock_bucket=bucket)
    assert run.returncode == 2
    assert "ann on build-1 (process 7, job https://ci/42) holds it since 2026-01-31T12:00:00+00:00" in run.output
    assert "playbooks/unlock.yml. Nothing was changed." in run.output
    assert writes(emulator) == lock_states(emulator) == []
    unlocked = ansible.play("playbooks/unlock.yml", portkey_lock_bucket=bucket).ok()
    assert "ann on build-1 (process 7) held the lock since" in unlocked.output
    if bucket:
        body = emulator.client("s3").get_object(Bucket=bucket, Key=OBJECT)["Body"].read()
        assert json.loads(body)["state"] == "free"
        assert emulator.calls(operation="PutParameter") == []
    else:
        assert lock_states(emulator) == ["free"]
