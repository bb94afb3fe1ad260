"""The playbooks that operate a stack whose gateway CodeDeploy deploys: a canary from deploy to promote, and back.

The tests follow each other on one stack. To the group alone a wait is added, which no playbook of these sets back.
"""

from __future__ import annotations

import pytest
import stacks
from ansible_run import Ansible, Run
from stacks import begin_with
from test_codedeploy_site import BY_CODEDEPLOY, CLUSTER, PLACE, green_share, service

from emulator.testing import Running
from emulator.tests.codedeploy_stack import blue_green
from emulator.tests.ecs_stack import Stack, allow
from emulator.tests.test_codedeploy import _function

IMAGE = "portkeyai/gateway_enterprise"
LINEAR = {"linear_configuration": {"step_percent": 25, "step_bake_time_in_minutes": 2}}
ALARM = {"MetricName": "Errors", "Namespace": "x", "Period": 60, "Threshold": 1.0, "EvaluationPeriods": 1}


class Account(Stack):
    """What is ours of the account beside the stack, in which nothing is made before it is asked for."""

    def __init__(self, emulator: Running) -> None:
        self.emulator, self.iam = emulator, emulator.client("iam")


@pytest.fixture(scope="module")
def live(ansible: Ansible, emulator: Running):
    """The stack, with a wait before production traffic moves."""
    begin_with(ansible, emulator, **BY_CODEDEPLOY)
    regroup(emulator, blueGreenDeploymentConfiguration=blue_green(ready=60))


def regroup(emulator: Running, **settings) -> None:
    place = {"applicationName": PLACE["applicationName"], "currentDeploymentGroupName": PLACE["deploymentGroupName"]}
    emulator.client("codedeploy").update_deployment_group(**place, **settings)


@pytest.fixture
def verb(live, ansible: Ansible, emulator: Running):
    def run(name: str, *arguments: str, **variables) -> Run:
        emulator.post("reset", only="calls")
        return ansible.play(f"playbooks/{name}.yml", *arguments, **{**BY_CODEDEPLOY, **variables})

    return run


def writes(emulator: Running) -> list[str]:
    return [call["operation"] for call in stacks.writes(emulator)]


def image(emulator: Running) -> str:
    """Of the tasks that serve."""
    (primary,) = [one for one in service(emulator)["taskSets"] if one["status"] == "PRIMARY"]
    definition = emulator.client("ecs").describe_task_definition(taskDefinition=primary["taskDefinition"])
    return definition["taskDefinition"]["containerDefinitions"][0]["image"].rpartition(":")[2]


def words(run: Run) -> str:
    return " ".join(run.output.split())


def test_deploy_comes_to_the_wait_and_says_what_next(verb, emulator: Running):
    planned = verb("deploy", "--check", portkey_deploy_tag="2.17.0").ok()
    assert planned.changed == 2, planned.output
    assert writes(emulator) == []
    run = verb("deploy", portkey_deploy_tag="2.17.0").ok()
    assert writes(emulator) == ["RegisterTaskDefinition", "CreateDeployment"]
    assert "The deployment waits before production traffic moves" in words(run)
    assert (green_share(emulator), image(emulator)) == ([], "2.16.0")
    verb("deploy", portkey_deploy_tag="2.17.0").unchanged()
    assert "waits for promote or rollback" in words(verb("status").unchanged())
    refused = verb("deploy", portkey_deploy_tag="2.18.0")
    assert (refused.returncode, writes(emulator)) == (2, [])
    assert "Promote it or roll it back, then deploy" in words(refused)


def test_rollback_of_what_waits(verb, emulator: Running):
    run = verb("rollback").ok()
    assert writes(emulator) == ["StopDeployment"]
    assert f"The gateway has {IMAGE}:2.16.0." in words(run)
    assert set(green_share(emulator)) <= {0}
    assert image(emulator) == "2.16.0"
    verb("rollback").unchanged()


def test_promote_brings_the_canary_to_its_end(verb, emulator: Running):
    verb("deploy", portkey_deploy_tag="2.17.0").ok()
    begun = len(green_share(emulator))
    run = verb("promote").ok()
    assert writes(emulator) == ["ContinueDeployment"]
    assert "The deployment went on" in words(run)
    assert green_share(emulator)[begun:] == [20, 100]
    assert image(emulator) == "2.17.0"
    verb("promote").unchanged()


def test_rollback_to_the_previous_is_a_deployment_too(verb, emulator: Running):
    regroup(emulator, blueGreenDeploymentConfiguration=blue_green())
    begun = len(green_share(emulator))
    verb("rollback", portkey_rollback_to="previous").ok()
    assert writes(emulator) == ["CreateDeployment"]
    # The target groups have swapped: green is what was.
    assert green_share(emulator)[begun:] == [80, 0]
    assert image(emulator) == "2.16.0"
    verb("rollback", portkey_rollback_to="previous").unchanged()


def test_tasks_that_fail_are_taken_back(verb, emulator: Running):
    begun = green_share(emulator)
    emulator.post("tasks", cluster=CLUSTER, service="gateway", fail="image")
    run = verb("deploy", portkey_deploy_tag="2.18.0")
    emulator.post("tasks", clear=True)
    assert run.returncode == 2
    assert "image_pull" in run.output and "It was rolled back by d-" in words(run)
    assert set(green_share(emulator)[len(begun) :]) <= {0}
    assert image(emulator) == "2.16.0"


def test_a_hook_that_fails_takes_back_what_has_moved_already(verb, emulator: Running):
    emulator.client("logs").create_log_group(logGroupName="/aws/lambda/check")
    granted = allow("codedeploy:PutLifecycleEventHookExecutionStatus"), allow("logs:*")
    begun = len(green_share(emulator))
    hook = {
        "enable_lifecycle_hook": True,
        "function_arn": _function(Account(emulator), "Failed", *granted),
        "lifecycle_hook_stages": ["POST_PRODUCTION_TRAFFIC_SHIFT"],
    }
    run = verb("deploy", portkey_deploy_tag="2.18.0", portkey_gateway_lifecycle_hook=hook)
    assert run.returncode == 2
    assert "the hook AfterAllowTraffic failed. The function wrote: The check says Failed" in words(run)
    assert green_share(emulator)[begun:] == [20, 100, 0]
    assert image(emulator) == "2.16.0"


def test_an_alarm_takes_it_back(verb, emulator: Running):
    cloudwatch = emulator.client("cloudwatch")
    cloudwatch.put_metric_alarm(AlarmName="errors", ComparisonOperator="GreaterThanThreshold", Statistic="Sum", **ALARM)
    cloudwatch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="test")
    regroup(emulator, alarmConfiguration={"enabled": True, "alarms": [{"name": "errors"}]})
    run = verb("deploy", portkey_deploy_tag="2.18.0")
    regroup(emulator, alarmConfiguration={"enabled": False, "alarms": []})
    assert run.returncode == 2
    assert "Cause: alarm" in words(run)
    assert image(emulator) == "2.16.0"


def test_site_goes_on_from_there_with_another_strategy(live, ansible: Ansible, emulator: Running):
    """Linear in place of the canary, whose configuration goes."""
    linear = {
        **BY_CODEDEPLOY,
        "portkey_gateway_deployment_configuration": {"controller": "codedeploy", **LINEAR},
        "portkey_gateway_image": {"image": IMAGE, "tag": "2.19.0"},
    }
    begun = len(green_share(emulator))
    ansible.play(**linear).ok()
    assert green_share(emulator)[begun:] == [25, 50, 75, 100]
    assert image(emulator) == "2.19.0"
    found = emulator.client("codedeploy").list_deployment_configs()["deploymentConfigsList"]
    own = [name for name in found if not name.startswith("CodeDeployDefault.")]
    assert own == ["portkey-gateway-dev-linear-25-percent-2-minutes"]
    ansible.play(**linear).unchanged()
