from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._elbv2.listener import ensure_absent, ensure_present
from ansible_collections.portkey.gateway.plugins.module_utils.module import KNOWN_AFTER_APPLY, GatewayError
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import FakeClient
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.elbv2_fakes import (
    BALANCER,
    BLUE,
    GREEN,
    LISTENER,
    OWN_TAGS,
    forward,
    listener,
    not_found,
    params,
    tags_answer,
)

TO_BLUE = [{"type": "forward", "target_group_arn": BLUE}]
TO_GREEN = [{"type": "forward", "target_group_arn": GREEN}]
POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"
SAME = {
    "load_balancer_arn": BALANCER,
    "port": 80,
    "protocol": "TCP",
    "certificates": [],
    "default_actions": TO_BLUE,
    "tags": OWN_TAGS,
}
TLS = {**SAME, "port": 443, "protocol": "TLS", "certificates": ["cert-1", "cert-2"], "ssl_policy": POLICY}
DONE = dict.fromkeys(
    ["modify_listener", "add_listener_certificates", "remove_listener_certificates", "add_tags", "delete_listener"], {}
)


def tls_listener(**fields):
    certificates = [{"CertificateArn": "cert-1", "IsDefault": True}]
    return listener(Port=443, Protocol="TLS", SslPolicy=POLICY, Certificates=certificates, **fields)


def client(*described, certificates=("cert-2",), **script):
    answers = [{"Listeners": [item] if item else []} for item in described]
    more = [{"CertificateArn": arn, "IsDefault": False} for arn in certificates]
    return FakeClient(
        "elbv2",
        **{
            "describe_listeners": answers,
            "describe_listener_certificates": {
                "Certificates": [{"CertificateArn": "cert-1", "IsDefault": True}, *more]
            },
            "describe_tags": tags_answer(),
            "create_listener": {"Listeners": [listener()]},
            **DONE,
            **script,
        },
    )


def present(monkeypatch, aws, check_mode=False, **options):
    return ensure_present(aws, params(monkeypatch, "elbv2_listener", **options), check_mode)


@pytest.mark.parametrize(
    "described, options",
    [
        (listener(), SAME),
        (listener(), {"load_balancer_arn": BALANCER, "port": 80}),
        # Without TLS there is no policy, whatever is answered.
        (listener(SslPolicy="ELBSecurityPolicy-2016-08"), SAME),
        (tls_listener(), TLS),
        (tls_listener(), {**TLS, "certificates": ["cert-1", "cert-2", "cert-2"]}),
    ],
)
def test_what_is_right_is_left_alone(monkeypatch, described, options):
    aws = client(described)
    outcome = present(monkeypatch, aws, **options)
    assert (outcome.is_changed, aws.writes) == (False, [])
    assert outcome.result["listener"]["listener_arn"] == LISTENER
    assert outcome.result["listener"]["serving_target_group"] == BLUE


CHANGES = [
    (
        listener(),
        {**SAME, "default_actions": TO_GREEN},
        [("modify_listener", {"DefaultActions": [{"Type": "forward", "TargetGroupArn": GREEN}]})],
    ),
    (tls_listener(), {**TLS, "ssl_policy": "Other"}, [("modify_listener", {"SslPolicy": "Other"})]),
    (
        tls_listener(),
        {**TLS, "certificates": ["cert-9", "cert-2"]},
        [("modify_listener", {"Certificates": [{"CertificateArn": "cert-9"}]})],
    ),
    (
        tls_listener(),
        {**TLS, "certificates": ["cert-1", "cert-3"]},
        [
            ("add_listener_certificates", {"Certificates": [{"CertificateArn": "cert-3"}]}),
            ("remove_listener_certificates", {"Certificates": [{"CertificateArn": "cert-2"}]}),
        ],
    ),
    (
        listener(Port=443),
        {**TLS, "certificates": ["cert-1"]},
        [
            (
                "modify_listener",
                {"Protocol": "TLS", "SslPolicy": POLICY, "Certificates": [{"CertificateArn": "cert-1"}]},
            )
        ],
    ),
    (tls_listener(), {**SAME, "port": 443}, [("modify_listener", {"Protocol": "TCP"})]),
]


@pytest.mark.parametrize("described, options, expected", CHANGES)
def test_only_what_differs_is_sent(monkeypatch, described, options, expected):
    # Leaving TLS drops all certificates by itself.
    aws = client(described, certificates=() if options["protocol"] == "TCP" else ("cert-2",))
    assert present(monkeypatch, aws, **options).is_changed
    writes = [(name, parameters) for name, parameters in aws.calls if name in aws.writes]
    assert writes == [(name, {"ListenerArn": LISTENER, **sent}) for name, sent in expected]


@pytest.mark.parametrize("described, options, _expected", CHANGES)
def test_check_mode_shows_the_same_change_and_writes_nothing(monkeypatch, described, options, _expected):
    planned = present(monkeypatch, aws := client(described), check_mode=True, **options)
    done = present(monkeypatch, client(described), **options)
    assert aws.writes == []
    assert (planned.before, planned.after) == (done.before, done.after)


@pytest.mark.parametrize("live", [forward(green=1), forward(blue=0, green=100), forward(blue=90, green=10)])
def test_the_actions_are_ecs_business_after_the_creation(monkeypatch, live):
    aws = client(listener(DefaultActions=[live]))
    outcome = present(monkeypatch, aws, **SAME, actions_owner="ecs")
    assert (outcome.is_changed, aws.writes) == (False, [])


def test_other_changes_do_not_touch_the_actions_of_ecs(monkeypatch):
    aws = client(listener(DefaultActions=[forward(blue=0, green=100)]))
    present(monkeypatch, aws, **{**SAME, "protocol": "TCP_UDP"}, actions_owner="ecs")
    assert aws.sent("modify_listener") == [{"ListenerArn": LISTENER, "Protocol": "TCP_UDP"}]


def test_creation(monkeypatch):
    aws = client(None, tls_listener())
    outcome = present(monkeypatch, aws, **TLS, actions_owner="ecs")
    assert aws.writes == ["create_listener", "add_listener_certificates"]
    sent = aws.sent("create_listener")[0]
    assert sent["DefaultActions"] == [{"Type": "forward", "TargetGroupArn": BLUE}]
    assert (sent["Port"], sent["Protocol"], sent["SslPolicy"]) == (443, "TLS", POLICY)
    assert sent["Certificates"] == [{"CertificateArn": "cert-1"}]
    assert outcome.before is None
    assert outcome.result["listener"]["certificate_arns"] == ["cert-1", "cert-2"]


@pytest.mark.parametrize("arn", [KNOWN_AFTER_APPLY, BALANCER])
def test_creation_in_check_mode(monkeypatch, arn):
    aws = client(None)
    actions = [{"type": "forward", "target_group_arn": KNOWN_AFTER_APPLY}]
    outcome = present(
        monkeypatch, aws, check_mode=True, **{**SAME, "load_balancer_arn": arn, "default_actions": actions}
    )
    assert (outcome.is_changed, aws.writes) == (True, [])
    assert outcome.result["listener"]["listener_arn"] == f"listener {SAME['port']} {KNOWN_AFTER_APPLY}"
    # A load balancer that is not there yet is not asked for.
    assert bool(aws.calls) == (arn == BALANCER)


def test_what_creation_needs(monkeypatch):
    with pytest.raises(GatewayError, match="set protocol and default_actions"):
        present(monkeypatch, client(None), load_balancer_arn=BALANCER, port=80)


def test_the_listener_of_another_port_is_another_listener(monkeypatch):
    aws = client(listener(Port=8080), listener())
    present(monkeypatch, aws, check_mode=True, **SAME)
    assert aws.writes == []


@pytest.mark.parametrize(
    "described, check_mode, changed, writes",
    [
        (None, False, False, []),
        (listener(), True, True, []),
        (listener(), False, True, ["delete_listener"]),
    ],
)
def test_deletion(monkeypatch, described, check_mode, changed, writes):
    aws = client(described)
    options = params(monkeypatch, "elbv2_listener", load_balancer_arn=BALANCER, port=80, state="absent")
    assert (ensure_absent(aws, options, check_mode).is_changed, aws.writes) == (changed, writes)


def test_without_its_load_balancer_it_is_absent(monkeypatch):
    aws = client(describe_listeners=not_found("LoadBalancer"))
    options = params(monkeypatch, "elbv2_listener", load_balancer_arn=BALANCER, port=80, state="absent")
    assert not ensure_absent(aws, options, False).is_changed
