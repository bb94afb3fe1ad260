"""The function as Lambda has it, and who may call it."""

import json

STEM = "portkey-gateway-dev"
FUNCTION = f"{STEM}-lifecycle-hook"


def policy_of(aws, role, name):
    document = aws("iam").get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    (statement,) = document["Statement"] if isinstance(document, dict) else json.loads(document)["Statement"]
    return statement


def test_the_function_can_be_called_and_has_a_role_and_a_log_of_its_own(aws, tagged):
    client = aws("lambda")
    function = client.get_function(FunctionName=FUNCTION)
    configuration = function["Configuration"]
    assert (configuration["State"], configuration["Handler"]) == ("Active", "lifecycle_hook.handler")
    assert configuration["Role"].endswith(f":role/{STEM}-us-east-1-lifecycle-hook")
    assert tagged([{"Key": key, "Value": value} for key, value in function["Tags"].items()])
    (group,) = aws("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{FUNCTION}")["logGroups"]
    assert group["retentionInDays"] == 14
    written = policy_of(aws, f"{STEM}-us-east-1-lifecycle-hook", "function")
    assert written["Resource"] == f"arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/{FUNCTION}:*"


def test_ecs_may_call_this_function_and_no_other(aws):
    role = aws("iam").get_role(RoleName=f"{STEM}-us-east-1-lifecycle-hook-invoke")["Role"]
    (trusted,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trusted["Principal"] == {"Service": "ecs.amazonaws.com"}
    allowed = policy_of(aws, role["RoleName"], "invoke")
    assert allowed["Action"] == "lambda:InvokeFunction"
    assert allowed["Resource"] == [f"arn:aws:lambda:us-east-1:123456789012:function:{FUNCTION}"]
