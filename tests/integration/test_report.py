"""The page of a stack in the middle of a canary, read from AWS and opened in a browser."""

from __future__ import annotations

import pathlib
import re

import pytest
import stacks
from ansible_run import Ansible
from browsing import listen
from stacks import begin_with
from test_verbs_canary import CLUSTER, IMAGE, STACK

from emulator.testing import Running, running

SHIFTING = {
    "strategy": "CANARY",
    "bakeTimeInMinutes": 5,
    "canaryConfiguration": {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 10},
}
MINUTE = 60


@pytest.fixture(scope="module")
def slow(ansible: Ansible, emulator: Running, tmp_path_factory: pytest.TempPathFactory):
    """The canary stack with AWS's durations: one canary is done, one was rolled back, one has 10 % of the traffic."""
    begin_with(ansible, emulator, **STACK)
    state = str(tmp_path_factory.mktemp("states") / "canary")
    emulator.post("state", save=state)
    with running("aws") as started:
        started.post("state", load=state)
        deploy(started, "2.17.0", 30)
        started.post("tasks", cluster=CLUSTER, service="gateway", fail="image", times=40)
        deploy(started, "2.17.1", 60)
        started.post("tasks", clear=True)
        deploy(started, "2.18.0", 8)
        started.post("reset", only="calls")
        yield started


def deploy(emulator: Running, tag: str, minutes: int) -> None:
    ecs = emulator.client("ecs")
    (service,) = ecs.describe_services(cluster=CLUSTER, services=["gateway"])["services"]
    now = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    kept = ("family", "taskRoleArn", "executionRoleArn", "networkMode", "requiresCompatibilities", "cpu", "memory")
    containers = [{**one, "image": f"{IMAGE}:{tag}"} for one in now["containerDefinitions"]]
    made = ecs.register_task_definition(
        containerDefinitions=containers, **{key: now[key] for key in kept if key in now}
    )["taskDefinition"]["taskDefinitionArn"]
    configuration = {**service["deploymentConfiguration"], **SHIFTING}
    ecs.update_service(cluster=CLUSTER, service="gateway", taskDefinition=made, deploymentConfiguration=configuration)
    for _minute in range(minutes):
        emulator.advance(MINUTE)


@pytest.fixture(scope="module")
def report(slow: Running, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    written = tmp_path_factory.mktemp("report") / "report.html"
    run = Ansible(slow.url).play("playbooks/report.yml", **STACK, portkey_report_file=str(written)).unchanged()
    assert f"The report: {written}" in run.output
    return written


def test_nothing_is_written_to_aws(report: pathlib.Path, slow: Running):
    assert stacks.writes(slow) == []
    assert slow.calls(operation="DescribeServiceDeployments")


@pytest.mark.parametrize("width", [380, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_without_errors_requests_or_scrolling_sideways(report: pathlib.Path, browser, width: int, scheme: str):
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    heard = listen(page)
    page.goto(report.as_uri())
    assert (heard.said, heard.asked) == ([], [report.as_uri()])
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(18, 22, 28)") == (scheme == "dark")
    page.close()


def test_it_shows_what_is_there(report: pathlib.Path, browser, slow: Running):
    page = browser.new_page()
    page.goto(report.as_uri())
    text = page.inner_text("main")
    (vpc,) = slow.client("ec2").describe_vpcs(Filters=[{"Name": "isDefault", "Values": ["false"]}])["Vpcs"]
    (nat,) = slow.client("ec2").describe_nat_gateways()["NatGateways"]
    ecs = slow.client("ecs")
    tasks = [arn.rpartition("/")[2][:8] for arn in ecs.list_tasks(cluster=CLUSTER)["taskArns"]]
    assert len(tasks) == 3
    for what in (vpc["VpcId"], nat["NatGatewayId"], *tasks, "gw.example.com", "t4g.medium", "redis:7.2-alpine"):
        assert what in text
    production = page.locator(".balancer .node").first.locator(".way").first
    shares = [share.removesuffix(" %") for share in production.locator(".share").all_inner_texts()]
    assert shares == ["10", "90"] == weights(slow)
    gateway = page.locator("h2:has-text('Services') + .grid .box", has_text="gateway_enterprise")
    assert [" ".join(row.split()) for row in gateway.locator("tbody tr").all_inner_texts()] == [
        f"revision 4 {IMAGE}:2.18.0 1/1 10 %",
        f"revision 2 {IMAGE}:2.17.0 1/1 90 %",
    ]
    page.close()


def weights(emulator: Running) -> list[str]:
    """Of the production listener's rule for the gateway, the blue target group first."""
    client = emulator.client("elbv2")
    (balancer,) = client.describe_load_balancers()["LoadBalancers"]
    listeners = client.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    (production,) = [one["ListenerArn"] for one in listeners if one["Port"] == 80]
    rule = min(client.describe_rules(ListenerArn=production)["Rules"], key=lambda one: one["Priority"])
    groups = rule["Actions"][0]["ForwardConfig"]["TargetGroups"]
    told = sorted((one["TargetGroupArn"].split("/")[1].rpartition("-")[2], one["Weight"]) for one in groups)
    return [str(weight) for colour, weight in told]


def test_each_deployment_has_its_traffic_as_a_chart(report: pathlib.Path, browser):
    page = browser.new_page()
    page.goto(report.as_uri())
    cards = page.locator(".deployment", has_text="gateway_enterprise")
    told = [card.inner_text().split("\n")[0] for card in cards.all()]
    assert told == ["gateway in progress", "gateway rollback successful", "gateway successful", "gateway successful"]
    assert page.locator(".deployment svg").count() == page.locator(".deployment").count() == 5
    done = cards.nth(2)
    assert "Reckoned back from the end" in done.inner_text()
    # 0 %, then 10 % for ten minutes, then all for five: three heights, drawn from left to right.
    path = done.locator("svg path.line").last.get_attribute("d")
    heights = {float(number) for number in re.findall(r"[\d.]+", path)[1::2]}
    assert len(heights) == 3, path
    page.close()
