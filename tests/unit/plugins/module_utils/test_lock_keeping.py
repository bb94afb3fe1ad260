"""The lock: who gets it, who waits, who takes over, in both of its stores."""

from __future__ import annotations

import dataclasses
import datetime
import email.utils
import json
import os
import subprocess
import sys
import typing as t

import botocore.exceptions
import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._lock import entry, holder, keeper, protocol
from ansible_collections.portkey.gateway.plugins.module_utils._lock.s3 import S3Store
from ansible_collections.portkey.gateway.plugins.module_utils._lock.ssm import SsmStore, last_valid
from ansible_collections.portkey.gateway.plugins.module_utils.wait import Clock

ELSEWHERE = {"who": "ann", "host": "build-1", "pid": 7, "place": "elsewhere", "job": "https://ci/42"}


@dataclasses.dataclass
class Time:
    now: float = 1_000_000.0

    def clock(self) -> Clock:
        return Clock(now=lambda: self.now, sleep=self.pass_, spread=lambda: 0.0)

    def pass_(self, seconds: float) -> None:
        self.now += seconds

    def when(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self.now, datetime.UTC)

    def answer(self, **fields: t.Any) -> dict[str, t.Any]:
        date = email.utils.format_datetime(self.when(), usegmt=True)
        return {**fields, "ResponseMetadata": {"HTTPHeaders": {"date": date}}}


def refusal(code: str) -> Exception:
    return botocore.exceptions.ClientError({"Error": {"Code": code, "Message": code}}, "op")


class FakeSsm:
    """As SSM is: creation on condition, overwriting without one, versions in order."""

    def __init__(self, time: Time) -> None:
        self.time, self.versions, self.deleted = time, [], 0
        self.before_put: t.Callable[[], None] = lambda: None

    def can_paginate(self, operation: str) -> bool:
        return False

    def get_parameter(self, Name: str) -> dict[str, t.Any]:
        if not self.versions:
            raise refusal("ParameterNotFound")
        return self.time.answer(Parameter=self.versions[-1])

    def get_parameter_history(self, Name: str) -> dict[str, t.Any]:
        return self.time.answer(Parameters=self.versions[-100:])

    def put_parameter(self, Name: str, Value: str, Overwrite: bool, **more: t.Any) -> dict[str, t.Any]:
        hook, self.before_put = self.before_put, lambda: None
        hook()
        if self.versions and not Overwrite:
            raise refusal("ParameterAlreadyExists")
        version = self.versions[-1]["Version"] + 1 if self.versions else 1
        self.versions.append({"Value": Value, "Version": version, "LastModifiedDate": self.time.when()})
        return self.time.answer(Version=version)

    def delete_parameter(self, Name: str) -> dict[str, t.Any]:
        self.versions, self.deleted = [], self.deleted + 1
        return self.time.answer()


class FakeS3:
    """As S3 is: it decides on conditions itself."""

    def __init__(self, time: Time) -> None:
        self.time, self.body, self.writes = time, None, 0
        self.before_put: t.Callable[[], None] = lambda: None

    def can_paginate(self, operation: str) -> bool:
        return False

    @property
    def etag(self) -> str:
        return f'"{self.writes}"'

    def get_object(self, Bucket: str, Key: str) -> dict[str, t.Any]:
        assert not Key.startswith("/")
        if self.body is None:
            raise refusal("NoSuchKey")
        body = type("Body", (), {"read": lambda found: self.body})()
        return self.time.answer(Body=body, ETag=self.etag, LastModified=self.modified)

    def put_object(self, Bucket: str, Key: str, Body: bytes, IfMatch: str = "", IfNoneMatch: str = "", **more: t.Any):
        hook, self.before_put = self.before_put, lambda: None
        hook()
        if (IfNoneMatch and self.body is not None) or (IfMatch and IfMatch != self.etag):
            raise refusal("PreconditionFailed")
        if IfMatch and self.body is None:
            raise refusal("NoSuchKey")
        self.body, self.writes, self.modified = Body, self.writes + 1, self.time.when()
        return self.time.answer()

    def delete_object(self, Bucket: str, Key: str, IfMatch: str) -> dict[str, t.Any]:
        if IfMatch != self.etag:
            raise refusal("PreconditionFailed")
        self.body = None
        return self.time.answer()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture(params=["ssm", "s3"])
def client(request, time: Time):
    return FakeSsm(time) if request.param == "ssm" else FakeS3(time)


@pytest.fixture
def store(client):
    return SsmStore(client, "/lock") if isinstance(client, FakeSsm) else S3Store(client, "locks", "/lock")


def take(store, time: Time, wait: float = 0, **changes: t.Any) -> protocol.Taken:
    return protocol.acquire(store, {**ELSEWHERE, **changes}, 300, wait, "Break it.", time.clock())


def test_one_has_it_and_the_other_is_told_who(store, time):
    mine = take(store, time)
    assert not mine.waited
    time.pass_(40)
    with pytest.raises(protocol.Locked) as refused:
        take(store, time, who="bob")
    assert "ann on build-1 (process 7, job https://ci/42)" in refused.value.message
    assert "last sign of life 40 s ago, without another it expires in 260 s. Break it." in refused.value.message
    assert refused.value.details["holder"]["expires_in"] == 260


def test_the_other_waits_until_it_is_given_back(store, time):
    mine = take(store, time)
    clock = time.clock()
    end = time.now + 60

    def sleep(seconds: float) -> None:
        time.pass_(seconds)
        if time.now >= end:
            protocol.release(store, mine.value["claim"])

    other = protocol.acquire(store, {**ELSEWHERE, "who": "bob"}, 300, 120, "", dataclasses.replace(clock, sleep=sleep))
    assert other.waited
    assert other.previous is None
    assert store.read().value["who"] == "bob"


def test_waiting_ends_and_says_so(store, time):
    take(store, time)
    with pytest.raises(protocol.Locked, match="also after 20 s"):
        take(store, time, wait=20)


def test_signs_of_life_keep_it_and_without_them_it_is_taken_over(store, time):
    mine = take(store, time)
    for _unused in range(3):
        time.pass_(200)
        assert protocol.renew(store, mine.value["claim"])
    with pytest.raises(protocol.Locked):
        take(store, time)
    time.pass_(301)
    other = take(store, time, who="bob")
    assert other.previous.value["who"] == "ann"
    assert not protocol.renew(store, mine.value["claim"])
    seen, done = protocol.release(store, mine.value["claim"])
    assert not done
    assert seen.is_of(other.value["claim"])


def test_of_two_that_create_at_once_one_gets_it(client, store, time):
    client.before_put = lambda: take(store, time, who="first")
    with pytest.raises(protocol.Locked, match="Another run has just taken"):
        take(store, time, who="second")
    assert store.read().value["who"] == "first"


def test_of_two_that_take_over_at_once_one_gets_it(client, store, time):
    """Both have seen the dead one's lock; the first writes between the second's look and its write."""
    take(store, time, who="dead")
    time.pass_(301)
    client.before_put = lambda: take(store, time, who="first")
    with pytest.raises(protocol.Locked):
        take(store, time, who="second")
    assert store.read().value["who"] == "first"


def test_the_loser_of_a_take_over_does_not_cost_the_winner_the_lock(client, store, time):
    take(store, time, who="dead")
    time.pass_(301)
    winners = []
    client.before_put = lambda: winners.append(take(store, time, who="first"))
    with pytest.raises(protocol.Locked):
        take(store, time, who="second")
    claim = winners[0].value["claim"]
    for _unused in range(150):
        time.pass_(60)
        assert protocol.renew(store, claim)
    with pytest.raises(protocol.Locked, match="first on"):
        take(store, time, who="third")
    assert protocol.release(store, claim)[1]
    assert store.read().is_free


def test_a_holder_that_slept_loses_it_and_its_late_sign_counts_for_nothing(client, store, time):
    mine = take(store, time, who="sleeper")
    time.pass_(301)
    others = []
    client.before_put = lambda: others.append(take(store, time, who="awake"))
    assert not protocol.renew(store, mine.value["claim"])
    assert store.read().is_of(others[0].value["claim"])


def test_an_answer_that_was_lost_is_made_out_again(client, store, time):
    original = client.put_object if isinstance(client, FakeS3) else client.put_parameter
    name = "put_object" if isinstance(client, FakeS3) else "put_parameter"

    def lost(**parameters):
        setattr(client, name, original)
        original(**parameters)
        return original(**parameters)  # botocore tries again

    setattr(client, name, lost)
    mine = take(store, time, wait=5)
    assert store.read().is_of(mine.value["claim"])
    setattr(client, name, lost)
    assert protocol.renew(store, mine.value["claim"])
    setattr(client, name, lost)
    assert protocol.release(store, mine.value["claim"])[1]
    assert store.read().is_free


def test_it_is_broken_and_removed(store, time):
    mine = take(store, time)
    seen, done = protocol.release(store, None)
    assert done and seen.value["who"] == "ann"
    assert protocol.release(store, None)[1] is False
    assert not protocol.renew(store, mine.value["claim"])
    again = take(store, time)
    assert protocol.release(store, again.value["claim"], remove=True)[1]
    assert store.read() is None


def test_what_somebody_else_wrote_there_holds_for_a_while_and_is_then_taken_over(client, store, time):
    if isinstance(client, FakeS3):
        client.put_object("locks", "lock", b"mine!")
    else:
        client.put_parameter("/lock", "mine!", False)
    with pytest.raises(protocol.Locked, match="somebody on an unknown host"):
        take(store, time)
    time.pass_(301)
    assert take(store, time).value["who"] == "ann"


def test_versions_older_than_a_hundred_are_not_needed(time):
    client = FakeSsm(time)
    store = SsmStore(client, "/lock")
    mine = take(store, time)
    for _unused in range(120):
        assert protocol.renew(store, mine.value["claim"])
    client.put_parameter("/lock", json.dumps({"state": "held", "claim": "void", "after": {"version": 2}}), True)
    assert store.read().is_of(mine.value["claim"])
    assert last_valid(client.versions[-100:])["Version"] == 121


def test_a_dead_process_of_this_machine_holds_nothing(store, time):
    child = subprocess.Popen([sys.executable, "-c", ""])
    told = holder.describe(child.pid, None)
    child.wait()
    taken = protocol.acquire(store, told, 300, 0, "", time.clock())
    assert holder.is_known_dead(taken.value)
    assert take(store, time).previous.value["pid"] == child.pid
    protocol.release(store, None)
    protocol.acquire(store, holder.describe(os.getpid(), None), 300, 0, "", time.clock())
    with pytest.raises(protocol.Locked):
        take(store, time)


def test_an_id_that_is_used_again_is_another_process():
    me = holder.describe(os.getpid(), "1")
    assert not holder.is_known_dead(me)
    if me["pid_started"]:
        assert holder.is_known_dead({**me, "pid_started": "1"})
    assert not holder.is_known_dead({**me, "pid": 2**22 + 1, "place": "elsewhere"})


def test_the_keeper_renews_while_the_run_lives_and_gives_back_when_it_does_not(store, time):
    mine = take(store, time)
    end = time.now + 4000
    ages = []

    def alive() -> bool:
        ages.append(store.read().age)
        return time.now < end

    keeper.keep(store, mine.value["claim"], 300, alive, time.clock())
    assert 55 < max(ages) < 65
    assert store.read().is_free


def test_the_keeper_ends_when_the_lock_is_somebody_elses(store, time):
    mine = take(store, time)
    protocol.release(store, None)
    other = take(store, time, who="bob")
    keeper.keep(store, mine.value["claim"], 300, lambda: True, time.clock())
    assert store.read().is_of(other.value["claim"])


def test_the_keeper_outlives_an_outage(client, store, time):
    mine = take(store, time)
    read, outage = store.read, [time.now + 100, time.now + 200]
    end = time.now + 250

    def unreliable():
        if outage[0] < time.now < outage[1]:
            raise ConnectionError
        return read()

    store.read = unreliable
    keeper.keep(store, mine.value["claim"], 300, lambda: time.now < end, time.clock())
    assert mine.value["state"] == entry.HELD
    assert read().is_free
