"""The test plugin that tells which failures are worth a second try."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.portkey.gateway.plugins.test.answer_lost import answer_lost


@pytest.mark.parametrize(
    "result, expected",
    [
        ({"failed": False, "subnet": {}}, False),
        ({"failed": True, "error": {"code": "InvalidSubnet.Conflict"}}, True),
        ({"failed": True, "error": {"code": "UnauthorizedOperation"}}, False),
        ({"failed": True, "msg": "Failed: Connection was closed before we received a valid response from x"}, True),
        ({"failed": True, "msg": 'Failed: Read timeout on endpoint URL: "x"'}, True),
        ({"failed": True, "msg": "Unable to create security group: Failed to create security group"}, True),
        (
            {"failed": True, "msg": "Unable to revoke ingress rules: [{}]: Failed to revoke security group ingress"},
            True,
        ),
        ({"failed": True, "msg": "The VPC has two of them"}, False),
    ],
)
def test_what_is_worth_doing_again(result, expected):
    assert answer_lost(result) is expected


def test_only_a_result_can_be_asked():
    with pytest.raises(AnsibleFilterError, match="registered result"):
        answer_lost("x")
