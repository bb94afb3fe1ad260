from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils import module as module_utils
from ansible_collections.portkey.gateway.plugins.module_utils.module import KNOWN_AFTER_APPLY, Outcome, is_known
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import wrapped_error


@pytest.mark.parametrize(
    "value, known",
    [
        ("sg-1", True),
        (0, True),
        ("", True),
        (None, False),
        (KNOWN_AFTER_APPLY, False),
        (f"arn:aws:iam::1:role/{KNOWN_AFTER_APPLY}", False),
        (["subnet-1", KNOWN_AFTER_APPLY], False),
        (["subnet-1", "subnet-2"], True),
    ],
)
def test_is_known(value, known):
    assert is_known(value) is known


def test_an_outcome_is_changed_when_before_and_after_differ():
    assert Outcome({}, before={"a": 1}, after={"a": 2}).is_changed
    assert not Outcome({}, before={"a": 1}, after={"a": 1}).is_changed


class Left(Exception):
    """How a module ends: with ``arguments[0]``."""


@pytest.fixture
def ended(monkeypatch):
    """How run() ends for a function."""

    class Module:
        check_mode = False

        def __init__(self, **arguments):
            pass

        def exit_json(self, **result):
            raise Left(result)

        def fail_json_aws_error(self, error):
            raise Left(str(error.exception))

    monkeypatch.setattr(module_utils, "AnsibleAWSModule", Module)

    def ended_(act, check_mode=False):
        Module.check_mode = check_mode
        with pytest.raises(Left) as caught:
            module_utils.run(act)
        return caught.value.args[0]

    return ended_


class Twice:
    """Refused the first time."""

    def __init__(self, code, message=""):
        self.error, self.asked = wrapped_error(code, message), 0

    def __call__(self, module):
        self.asked += 1
        if self.asked == 1:
            raise self.error
        return Outcome({"asked": self.asked}, before={"a": 1}, after={"a": 1})


@pytest.mark.parametrize(
    "code, message",
    [
        ("ResourceAlreadyExistsException", ""),
        ("ClientException", "The specified capacity provider already exists"),
        ("DuplicateListener", ""),
        ("ServiceNotFoundException", ""),
    ],
)
def test_what_is_done_already_is_looked_at_again_and_was_a_change(ended, code, message):
    result = ended(Twice(code, message))
    assert (result["asked"], result["changed"]) == (2, True)


def test_other_errors_and_check_mode_end_at_once(ended):
    for act, check_mode in ((Twice("ValidationError"), False), (Twice("ServiceNotFoundException"), True)):
        assert "when calling" in ended(act, check_mode)
        assert act.asked == 1


def test_an_outcome_can_say_that_it_changed():
    assert Outcome({}, changed=True).is_changed
    assert not Outcome({}, before={"a": 1}, after={}, changed=False).is_changed
