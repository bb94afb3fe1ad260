"""Preflight has only asked."""


def test_it_has_asked_and_written_nothing(calls):
    made = calls()
    assert {"GetCallerIdentity", "DescribeInstanceTypes"} <= {call["operation"] for call in made}
    assert [call for call in made if call["mutating"]] == []
