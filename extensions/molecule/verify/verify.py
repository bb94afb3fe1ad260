"""What the role verify asks of AWS: it looks at the services and their targets, and writes nothing."""

LOOKED = {"DescribeServices", "DescribeTargetHealth"}


def test_it_has_looked_at_services_and_targets_and_written_nothing(calls):
    recorded = calls()
    assert {call["operation"] for call in recorded} >= LOOKED
    assert [call["operation"] for call in recorded if call["mutating"]] == []
