"""What is said of a call that AWS denies."""

from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._permissions import denial

ROLE = "arn:aws:iam::123456789012:role/one"
WHO = "User: arn:aws:iam::123456789012:user/me is not authorized to perform: iam:PassRole on resource: "


@pytest.mark.parametrize(
    "message, action, resource",
    [
        (
            f"An error occurred (AccessDenied) when calling the CreateService operation: {WHO}{ROLE} because no "
            "identity-based policy allows the iam:PassRole action",
            "iam:PassRole",
            ROLE,
        ),
        (
            "An error occurred (UnauthorizedOperation) when calling the CreateVpc operation: You are not authorized to "
            "perform this operation. Encoded authorization failure message: abc",
            "ec2:CreateVpc",
            "*",
        ),
        ("An error occurred (403) when calling the HeadBucket operation: Forbidden", "s3:ListBucket", "*"),
    ],
)
def test_action_resource_and_statement_are_named(message: str, action: str, resource: str):
    said = denial.explain(message)
    assert f"Not allowed: {action} on {resource}." in said
    assert f'{{"Effect": "Allow", "Action": "{action}", "Resource": "{resource}"}}' in said


@pytest.mark.parametrize(
    "message", ["no", "An error occurred (AccessDenied) when calling the TagResource operation: no"]
)
def test_what_is_not_told_is_not_guessed(message: str):
    assert denial.explain(message).startswith("Which permission is missing is not told")
