#!/usr/bin/python
# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE), or at your choice the GNU General Public License v3.0+
# (see https://www.gnu.org/licenses/gpl-3.0.txt), which the code of amazon.aws that it works with is under

from __future__ import annotations

DOCUMENTATION = r"""
---
module: cloudwatch_metric_alarms
version_added: "1.0.0"
short_description: Manage a set of CloudWatch metric alarms
description:
  - Creates, changes and deletes metric alarms, any number by one task (DescribeAlarms, ListTagsForResource,
    PutMetricAlarm, TagResource, UntagResource, DeleteAlarms).
  - Unlike M(amazon.aws.cloudwatch_metric_alarm) it compares the metrics of an expression, which that module takes for
    changed in every run; and it has tags and a diff. An alarm that is in order is not written.
  - An alarm is always replaced as a whole, which leaves its state alone. Whether its actions are silenced is left as
    it is.
author:
  - The portkey.gateway authors (@portkey-gateway)
options:
  alarms:
    description: The alarms.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: What the alarm is called.
        type: str
        required: true
      description:
        description: What it means, for whoever gets its message.
        type: str
      namespace:
        description: The namespace of the metric. Not together with O(alarms[].metrics).
        type: str
      metric_name:
        description: The metric.
        type: str
      dimensions:
        description: The metric's dimensions.
        type: dict
      statistic:
        description: V(Average), V(Sum), V(Minimum), V(Maximum), V(SampleCount), or a percentile such as V(p99).
        type: str
      period:
        description: The seconds of each data point.
        type: int
      unit:
        description: The metric's unit, where there are several.
        type: str
      evaluate_low_sample_count_percentile:
        description: What happens while there are too few samples for a percentile.
        type: str
        choices: [evaluate, ignore]
      metrics:
        description: In the place of one metric, several and the expression on them.
        type: list
        elements: dict
        suboptions:
          id:
            description: What the expression calls it.
            type: str
            required: true
          expression:
            description: The expression; of the others, each is a metric.
            type: str
          label:
            description: Its label.
            type: str
          return_data:
            description: Whether the alarm looks at it. Unset, that is the expression.
            type: bool
          namespace:
            description: The metric's namespace.
            type: str
          metric_name:
            description: The metric.
            type: str
          dimensions:
            description: Its dimensions.
            type: dict
          statistic:
            description: Its statistic.
            type: str
          period:
            description: The seconds of each data point.
            type: int
      comparison_operator:
        description: How the data are compared with the threshold.
        type: str
        required: true
        choices:
          - GreaterThanOrEqualToThreshold
          - GreaterThanThreshold
          - LessThanThreshold
          - LessThanOrEqualToThreshold
      threshold:
        description: The threshold.
        type: float
        required: true
      evaluation_periods:
        description: How many data points are looked at.
        type: int
        required: true
      datapoints_to_alarm:
        description: How many of them must be beyond the threshold. Unset, all.
        type: int
      treat_missing_data:
        description: What a missing data point counts as.
        type: str
        choices: [breaching, notBreaching, ignore, missing]
        default: missing
      alarm_actions:
        description: ARNs of what hears of the alarm, such as SNS topics.
        type: list
        elements: str
        default: []
      ok_actions:
        description: ARNs of what hears of its end.
        type: list
        elements: str
        default: []
      insufficient_data_actions:
        description: ARNs of what hears that data are missing.
        type: list
        elements: str
        default: []
  absent:
    description: Names of alarms that are to go, if they exist.
    type: list
    elements: str
    default: []
  tags:
    description: Tags on each of O(alarms).
    type: dict
    aliases: [resource_tags]
  purge_tags:
    description: Whether other tags are removed.
    type: bool
    default: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Tell when more than five percent of the requests fail
  portkey.gateway.cloudwatch_metric_alarms:
    alarms:
      - name: my-gateway-errors
        metrics:
          - id: rate
            expression: 100 * errors / requests
          - id: errors
            namespace: AWS/ApplicationELB
            metric_name: HTTPCode_Target_5XX_Count
            dimensions:
              LoadBalancer: app/my-gateway/50dc6c495c0c9188
            statistic: Sum
            period: 60
          - id: requests
            namespace: AWS/ApplicationELB
            metric_name: RequestCount
            dimensions:
              LoadBalancer: app/my-gateway/50dc6c495c0c9188
            statistic: Sum
            period: 60
        comparison_operator: GreaterThanThreshold
        threshold: 5
        evaluation_periods: 3
        treat_missing_data: notBreaching
        alarm_actions: [arn:aws:sns:us-east-1:123456789012:my-gateway]
    tags:
      Project: portkey
"""

RETURN = r"""
alarms:
  description: The alarms that are to be there, in the words of the option.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: What it is called.
      type: str
      returned: always
      sample: my-gateway-errors
    arn:
      description: Its ARN.
      type: str
      returned: always
      sample: arn:aws:cloudwatch:us-east-1:123456789012:alarm:my-gateway-errors
    state:
      description: V(OK), V(ALARM) or V(INSUFFICIENT_DATA), as it was before this task.
      type: str
      returned: always
      sample: OK
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {Project: portkey}
changes:
  description: What was changed, or would be; each alarm before and after.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: What the alarm is called.
      type: str
      returned: always
      sample: my-gateway-errors
    before:
      description: The alarm before; null where there was none.
      type: dict
      returned: always
    after:
      description: The alarm after; null where it is deleted.
      type: dict
      returned: always
"""

from ansible_collections.portkey.gateway.plugins.module_utils._cloudwatch import alarms
from ansible_collections.portkey.gateway.plugins.module_utils.module import run

_METRIC = dict(
    namespace=dict(type="str"),
    metric_name=dict(type="str"),
    dimensions=dict(type="dict"),
    statistic=dict(type="str"),
    period=dict(type="int"),
)
_COMPARISONS = [
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
]
_ALARM = dict(
    name=dict(type="str", required=True),
    description=dict(type="str"),
    **_METRIC,
    unit=dict(type="str"),
    evaluate_low_sample_count_percentile=dict(type="str", choices=["evaluate", "ignore"]),
    metrics=dict(
        type="list",
        elements="dict",
        options=dict(
            id=dict(type="str", required=True),
            expression=dict(type="str"),
            label=dict(type="str"),
            return_data=dict(type="bool"),
            **_METRIC,
        ),
    ),
    comparison_operator=dict(type="str", required=True, choices=_COMPARISONS),
    threshold=dict(type="float", required=True),
    evaluation_periods=dict(type="int", required=True),
    datapoints_to_alarm=dict(type="int"),
    treat_missing_data=dict(type="str", choices=["breaching", "notBreaching", "ignore", "missing"], default="missing"),
    **{
        f"{moment}_actions": dict(type="list", elements="str", default=[])
        for moment in ("alarm", "ok", "insufficient_data")
    },
)


def main() -> None:
    run(
        alarms.ensure,
        argument_spec=dict(
            alarms=dict(
                type="list",
                elements="dict",
                default=[],
                options=_ALARM,
                mutually_exclusive=[("metric_name", "metrics")],
                required_one_of=[("metric_name", "metrics")],
            ),
            absent=dict(type="list", elements="str", default=[]),
            tags=dict(type="dict", aliases=["resource_tags"]),
            purge_tags=dict(type="bool", default=True),
        ),
    )


if __name__ == "__main__":
    main()
