"""Bad settings of what watches a stack."""

from __future__ import annotations

APPLICATION = {"create_lb": True, "lb_type": "application"}
TOPIC = "arn:aws:sns:us-west-2:123456789012:theirs"
ON = {"enable": True}


def on(**more):
    return {"alarms": {**ON, **more}}


# A name for the case, what the user wrote, and the variables at fault, without their prefix.
BAD = [
    ("alarms that are text", {"alarms": {"enable": "always"}}, {"alarms.enable"}),
    ("an alarm that there is none", {"alarms": {"cpu": 80}}, {"alarms.cpu"}),
    ("more than all of the CPU", on(cpu_percent=101), {"alarms.cpu_percent"}),
    ("less than no memory", on(memory_percent=-1), {"alarms.memory_percent"}),
    ("errors in words", on(target_error_percent="five"), {"alarms.target_error_percent"}),
    ("more errors than requests", on(target_error_percent=150), {"alarms.target_error_percent"}),
    ("errors of no requests", on(target_error_minimum_requests=0), {"alarms.target_error_minimum_requests"}),
    ("latency of hours", on(latency_p99_seconds=9000), {"alarms.latency_p99_seconds"}),
    ("missing for more than a day", {**on(missing_tasks_minutes=2000)}, {"alarms.missing_tasks_minutes"}),
    ("missing tasks without insights", on(missing_tasks_minutes=5), {"alarms.missing_tasks_minutes"}),
    (
        "missing tasks with insights that are off",
        {**on(missing_tasks_minutes=5), "container_insights": "disabled"},
        {"alarms.missing_tasks_minutes"},
    ),
    ("a topic by its name", on(sns_topic_arn="alarms"), {"alarms.sns_topic_arn"}),
    ("a topic that is a queue", on(sns_topic_arn=TOPIC.replace("sns", "sqs")), {"alarms.sns_topic_arn"}),
    ("a topic elsewhere", on(sns_topic_arn=TOPIC.replace("us-west-2", "us-east-1")), {"alarms.sns_topic_arn"}),
    ("a topic with an order", on(sns_topic_arn=f"{TOPIC}.fifo"), {"alarms.sns_topic_arn"}),
    ("e-mails of a topic of others", on(sns_topic_arn=TOPIC, emails=["a@example.com"]), {"alarms.emails"}),
    ("an e-mail without its place", on(emails=["somebody"]), {"alarms.emails"}),
    (
        "alarms of which none is on",
        on(cpu_percent=0, memory_percent=0, capacity_reservation_percent=0),
        {"alarms.enable"},
    ),
    ("rollback without alarms", {**APPLICATION, "alarms": {"rollback": True}}, {"alarms.rollback"}),
    ("rollback without a load balancer", on(rollback=True), {"alarms.rollback"}),
    (
        "rollback for one's own alarms only",
        {
            **APPLICATION,
            **on(rollback=True),
            "gateway_deployment_configuration": {"alarms": {"alarm_names": ["mine"], "rollback": False}},
        },
        {"alarms.rollback"},
    ),
    (
        "more alarms than CodeDeploy watches",
        {
            **APPLICATION,
            **on(rollback=True),
            "gateway_deployment_configuration": {
                "controller": "codedeploy",
                "enable_blue_green": True,
                "alarms": {"alarm_names": [f"mine-{number}" for number in range(7)], "rollback": True},
            },
        },
        {"gateway_deployment_configuration.alarms.alarm_names"},
    ),
    ("a dashboard with a name", {"dashboard": "mine"}, {"dashboard"}),
    ("insights of another kind", {"container_insights": "advanced"}, {"container_insights"}),
    (
        "insights of a cluster of others",
        {
            "create_cluster": False,
            "cluster_name": "shared",
            "capacity_provider_name": "theirs",
            "container_insights": "enabled",
        },
        {"container_insights"},
    ),
]


def test_bad_input_is_refused_by_its_name(refused, bad_input):
    refused(*bad_input)
