from __future__ import annotations

import botocore.exceptions
import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.portkey.gateway.plugins.module_utils.api import call, call_unless
from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import FakeClient, client_error

NONE = {"LoadBalancers": []}


def test_parameters_that_are_not_set_are_left_out():
    client = FakeClient("elbv2", describe_load_balancers=NONE)
    assert call(client, "describe_load_balancers", "look", Names=["a"], PageSize=None) == NONE
    assert client.sent("describe_load_balancers") == [{"Names": ["a"]}]


def test_an_error_says_what_was_being_done():
    client = FakeClient("elbv2", describe_load_balancers=client_error("AccessDenied", "no"))
    with pytest.raises(AnsibleAWSError, match="Failed to look at things: .*no"):
        call(client, "describe_load_balancers", "look at things")


def test_it_tries_again_while_aws_is_busy(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    client = FakeClient("elbv2", describe_load_balancers=[client_error("Throttling"), client_error("Throttling"), NONE])
    assert call(client, "describe_load_balancers", "look") == NONE


def test_it_tries_again_when_the_connection_was_lost(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    lost = botocore.exceptions.ConnectionClosedError(endpoint_url="https://example.com")
    assert (
        call(FakeClient("elbv2", describe_load_balancers=[lost, lost, NONE]), "describe_load_balancers", "look") == NONE
    )


def test_where_nobody_answers_it_is_said_at_once():
    nobody = botocore.exceptions.EndpointConnectionError(endpoint_url="https://example.com")
    client = FakeClient("elbv2", describe_load_balancers=nobody)
    with pytest.raises(AnsibleAWSError, match="Failed to look"):
        call(client, "describe_load_balancers", "look")
    assert len(client.calls) == 1


def test_what_is_missing_is_none_and_other_errors_stay():
    missing = FakeClient("elbv2", describe_load_balancers=client_error("LoadBalancerNotFound"))
    assert call_unless(("LoadBalancerNotFound",), missing, "describe_load_balancers", "look") is None
    denied = FakeClient("elbv2", describe_load_balancers=client_error("AccessDenied"))
    with pytest.raises(AnsibleAWSError):
        call_unless(("LoadBalancerNotFound",), denied, "describe_load_balancers", "look")


def test_all_pages_are_read():
    class Pages:
        def can_paginate(self, _name):
            return True

        def get_paginator(self, name):
            self.name = name
            return self

        def paginate(self, **parameters):
            self.parameters = parameters
            return self

        def build_full_result(self):
            return {"Rules": [1, 2]}

    client = Pages()
    assert call(client, "describe_rules", "look", ListenerArn="l") == {"Rules": [1, 2]}
    assert (client.name, client.parameters) == ("describe_rules", {"ListenerArn": "l"})
