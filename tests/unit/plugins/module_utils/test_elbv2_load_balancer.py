from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._elbv2.load_balancer import (
    ensure_absent,
    ensure_present,
    wait_until_active,
)
from ansible_collections.portkey.gateway.plugins.module_utils.module import KNOWN_AFTER_APPLY, GatewayError
from ansible_collections.portkey.gateway.plugins.module_utils.wait import WaitFailed, WaitTimedOut
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import FakeClient, FakeTime
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.elbv2_fakes import (
    BALANCER,
    OWN_TAGS,
    balancer,
    not_found,
    params,
    tags_answer,
)

NAME = "portkey-dev-lb"
SAME = {
    "name": NAME,
    "type": "network",
    "scheme": "internal",
    "subnets": ["subnet-2", "subnet-1"],
    "security_groups": ["sg-1"],
    "ip_address_type": "ipv4",
    "attributes": {"deletion_protection.enabled": False},
    "tags": OWN_TAGS,
}
DONE = dict.fromkeys(
    [
        "set_subnets",
        "set_security_groups",
        "set_ip_address_type",
        "modify_load_balancer_attributes",
        "add_tags",
        "remove_tags",
        "delete_load_balancer",
    ],
    {},
)


def client(*described, attributes=None, **script):
    """A client that finds what was ``described``, in turn; None is nothing."""
    answers = [{"LoadBalancers": [item]} if item else not_found("LoadBalancer") for item in described]
    values = {"deletion_protection.enabled": "false", "access_logs.s3.enabled": "false", **(attributes or {})}
    return FakeClient(
        "elbv2",
        **{
            "describe_load_balancers": answers,
            "describe_load_balancer_attributes": {
                "Attributes": [{"Key": key, "Value": value} for key, value in values.items()]
            },
            "describe_tags": tags_answer(),
            "create_load_balancer": {"LoadBalancers": [balancer()]},
            **DONE,
            **script,
        },
    )


def present(monkeypatch, aws, check_mode=False, clock=None, **options):
    clock = clock or FakeTime().clock
    return ensure_present(aws, params(monkeypatch, "elbv2_load_balancer", **options), check_mode, clock)


def test_what_is_right_is_left_alone(monkeypatch):
    aws = client(balancer())
    outcome = present(monkeypatch, aws, **SAME)
    assert not outcome.is_changed
    assert aws.writes == []
    assert outcome.result["load_balancer"]["load_balancer_arn"] == BALANCER
    assert outcome.result["load_balancer"]["tags"] == OWN_TAGS


def test_unset_options_leave_everything_alone(monkeypatch):
    aws = client(balancer())
    assert not present(monkeypatch, aws, name=NAME).is_changed
    assert aws.writes == []


CHANGES = [
    ({"subnets": ["subnet-1", "subnet-3"]}, "set_subnets", {"Subnets": ["subnet-1", "subnet-3"]}),
    ({"security_groups": ["sg-1", "sg-2"]}, "set_security_groups", {"SecurityGroups": ["sg-1", "sg-2"]}),
    ({"ip_address_type": "dualstack"}, "set_ip_address_type", {"IpAddressType": "dualstack"}),
    (
        {"attributes": {"access_logs.s3.enabled": True, "access_logs.s3.bucket": "logs"}},
        "modify_load_balancer_attributes",
        {
            "Attributes": [
                {"Key": "access_logs.s3.bucket", "Value": "logs"},
                {"Key": "access_logs.s3.enabled", "Value": "true"},
            ]
        },
    ),
]


@pytest.mark.parametrize("option, call, sent", CHANGES)
def test_one_change_is_one_call(monkeypatch, option, call, sent):
    aws = client(balancer())
    outcome = present(monkeypatch, aws, **{**SAME, **option})
    assert aws.writes == [call]
    assert aws.sent(call) == [{"LoadBalancerArn": BALANCER, **sent}]
    changed = [key for key in outcome.after if outcome.after[key] != outcome.before[key]]
    assert changed == list(option)


@pytest.mark.parametrize("option, _call, _sent", CHANGES)
def test_check_mode_shows_the_same_change_and_writes_nothing(monkeypatch, option, _call, _sent):
    planned = present(monkeypatch, aws := client(balancer()), check_mode=True, **{**SAME, **option})
    done = present(monkeypatch, client(balancer()), **{**SAME, **option})
    assert aws.writes == []
    assert (planned.before, planned.after) == (done.before, done.after)
    assert planned.is_changed


@pytest.mark.parametrize(
    "tags, purge, writes",
    [
        (None, True, []),
        ({**OWN_TAGS, "Owner": "me"}, True, ["add_tags"]),
        ({"Project": "portkey"}, True, ["remove_tags"]),
        ({"Project": "portkey"}, False, []),
    ],
)
def test_tags(monkeypatch, tags, purge, writes):
    aws = client(balancer())
    present(monkeypatch, aws, **{**SAME, "tags": tags, "purge_tags": purge})
    assert aws.writes == writes


def test_creation(monkeypatch):
    aws = client(None, balancer())
    outcome = present(monkeypatch, aws, **SAME)
    assert aws.writes == ["create_load_balancer", "modify_load_balancer_attributes"]
    sent = aws.sent("create_load_balancer")[0]
    assert sent["Subnets"] == ["subnet-1", "subnet-2"]
    assert (sent["Type"], sent["Scheme"], sent["SecurityGroups"]) == ("network", "internal", ["sg-1"])
    assert {tag["Key"]: tag["Value"] for tag in sent["Tags"]} == OWN_TAGS
    assert outcome.before is None
    assert outcome.result["load_balancer"]["dns_name"].startswith(NAME)


def test_creation_in_check_mode_with_a_security_group_that_is_not_there_yet(monkeypatch):
    aws = client(None)
    outcome = present(monkeypatch, aws, check_mode=True, **{**SAME, "security_groups": [KNOWN_AFTER_APPLY]})
    assert aws.writes == []
    assert outcome.is_changed
    assert outcome.result["load_balancer"]["load_balancer_arn"] == KNOWN_AFTER_APPLY
    assert outcome.result["load_balancer"]["dns_name"] == KNOWN_AFTER_APPLY


def test_without_subnets_it_cannot_be_created(monkeypatch):
    with pytest.raises(GatewayError, match="without subnets"):
        present(monkeypatch, client(None), name=NAME)


@pytest.mark.parametrize(
    "option, said",
    [
        ({"type": "application"}, "type is network and application is wanted"),
        ({"scheme": "internet-facing"}, "scheme is internal and internet-facing is wanted"),
    ],
)
@pytest.mark.parametrize("check_mode", [True, False])
def test_what_aws_never_changes_is_refused(monkeypatch, option, said, check_mode):
    aws = client(balancer())
    with pytest.raises(GatewayError, match=said) as refused:
        present(monkeypatch, aws, check_mode=check_mode, **{**SAME, **option})
    assert "state absent" in refused.value.message
    assert aws.writes == []


PUBLIC = {**SAME, "scheme": "internet-facing", "replace": True}


def test_it_can_be_replaced(monkeypatch):
    time = FakeTime()
    aws = client(balancer(), balancer(), None, balancer(Scheme="internet-facing", LoadBalancerArn="arn:new"))
    outcome = present(monkeypatch, aws, clock=time.clock, **PUBLIC)
    assert aws.writes == ["delete_load_balancer", "create_load_balancer", "modify_load_balancer_attributes"]
    assert aws.sent("create_load_balancer")[0]["Scheme"] == "internet-facing"
    assert (outcome.before["scheme"], outcome.after["scheme"]) == ("internal", "internet-facing")
    assert outcome.result["replaced"]
    assert outcome.result["load_balancer"]["load_balancer_arn"] == "arn:new"
    assert time.seconds > 0


def test_replacing_in_check_mode_gives_an_unknown_arn(monkeypatch):
    aws = client(balancer())
    outcome = present(monkeypatch, aws, check_mode=True, **PUBLIC)
    assert (outcome.is_changed, outcome.result["replaced"], aws.writes) == (True, True, [])
    assert outcome.result["load_balancer"]["load_balancer_arn"] == KNOWN_AFTER_APPLY


def test_a_protected_one_is_not_replaced(monkeypatch):
    aws = client(balancer(), attributes={"deletion_protection.enabled": "true"})
    with pytest.raises(GatewayError, match="protected"):
        present(monkeypatch, aws, **PUBLIC)
    assert aws.writes == []


def test_nothing_is_replaced_without_need(monkeypatch):
    aws = client(balancer())
    outcome = present(monkeypatch, aws, **SAME, replace=True)
    assert (outcome.is_changed, outcome.result["replaced"], aws.writes) == (False, False, [])


def test_a_network_load_balancer_without_security_groups_gets_none(monkeypatch):
    aws = client(balancer(SecurityGroups=[]))
    with pytest.raises(GatewayError, match="created without security groups"):
        present(monkeypatch, aws, **SAME)
    assert aws.writes == []


@pytest.mark.parametrize(
    "name, said",
    [
        ("a" * 33, "33 characters"),
        ("-a", "invalid"),
        ("a-", "invalid"),
        ("a_b", "invalid"),
        ("internal-a", "keeps the beginning"),
    ],
)
def test_names_that_aws_refuses(monkeypatch, name, said):
    with pytest.raises(GatewayError, match=said):
        present(monkeypatch, client(None), **{**SAME, "name": name})


def test_waiting_until_it_is_active(monkeypatch):
    time = FakeTime()
    provisioning = balancer(State={"Code": "provisioning"})
    aws = client(None, provisioning, provisioning, provisioning, balancer())
    outcome = present(monkeypatch, aws, clock=time.clock, wait=True, **SAME)
    assert outcome.result["load_balancer"]["state"]["code"] == "active"
    assert 0 < time.seconds < 20


def test_waiting_ends_at_once_when_it_has_failed():
    time = FakeTime()
    aws = client(balancer(State={"Code": "failed", "Reason": "no addresses"}))
    with pytest.raises(WaitFailed, match="failed. no addresses"):
        wait_until_active(aws, NAME, 600, time.clock)
    assert time.seconds == 0


def test_waiting_tells_the_last_state_when_it_times_out():
    aws = client(balancer(State={"Code": "provisioning"}))
    with pytest.raises(WaitTimedOut) as timed_out:
        wait_until_active(aws, NAME, 60, FakeTime().clock)
    assert timed_out.value.last_state == {"Code": "provisioning"}


def absent(monkeypatch, aws, ec2=None, check_mode=False, clock=None, **options):
    clock = clock or FakeTime().clock
    options = params(monkeypatch, "elbv2_load_balancer", name=NAME, state="absent", **options)
    return ensure_absent(aws, lambda: ec2, options, check_mode, clock)


def test_what_is_absent_stays_so(monkeypatch):
    aws = client(None)
    assert not absent(monkeypatch, aws, wait=True).is_changed
    assert aws.writes == []


@pytest.mark.parametrize("check_mode, writes", [(True, []), (False, ["delete_load_balancer"])])
def test_deletion(monkeypatch, check_mode, writes):
    aws = client(balancer())
    outcome = absent(monkeypatch, aws, check_mode=check_mode)
    assert (outcome.is_changed, outcome.after, aws.writes) == (True, None, writes)


def test_deletion_waits_for_the_network_interfaces(monkeypatch):
    ec2 = FakeClient(
        "ec2",
        describe_network_interfaces=[
            {"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1"}]},
            {"NetworkInterfaces": []},
        ],
    )
    time = FakeTime()
    absent(monkeypatch, client(balancer()), ec2, clock=time.clock, wait=True)
    filters = ec2.sent("describe_network_interfaces")[0]["Filters"]
    assert filters == [{"Name": "description", "Values": ["ELB net/portkey-dev-lb/50dc"]}]
    assert time.seconds > 0


def test_a_protected_load_balancer_is_not_deleted(monkeypatch):
    aws = client(balancer(), attributes={"deletion_protection.enabled": "true"})
    with pytest.raises(GatewayError, match="deletion_protection.enabled"):
        absent(monkeypatch, aws, check_mode=True)
