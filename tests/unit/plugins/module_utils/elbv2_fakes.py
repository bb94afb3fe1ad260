"""What the Elastic Load Balancing API answers, for the tests of the elbv2 modules."""

from __future__ import annotations

from ansible_collections.portkey.gateway.tests.unit.plugins.module_utils.aws_fakes import (
    FakeModule,
    argument_spec,
    client_error,
)

PREFIX = "arn:aws:elasticloadbalancing:us-east-1:123456789012:"
BALANCER = f"{PREFIX}loadbalancer/net/portkey-dev-lb/50dc"
LISTENER = f"{PREFIX}listener/net/portkey-dev-lb/50dc/f2f7"
RULE = f"{PREFIX}listener-rule/app/portkey-dev-lb/50dc/f2f7/9683"
BLUE = f"{PREFIX}targetgroup/portkey-dev-default-blue/73e2"
GREEN = f"{PREFIX}targetgroup/portkey-dev-default-green/84f3"
OWN_TAGS = {"Project": "portkey", "Environment": "dev", "ManagedBy": "Ansible"}


def params(monkeypatch, module_name, **options):
    """The options as the module would get them, checked against its argument spec."""
    return FakeModule(argument_spec(module_name, monkeypatch), {}, **options).params


def tags_answer(**tags_by_arn):
    """A function that answers describe_tags; ``default`` holds the tags of every resource not named."""
    default = tags_by_arn.pop("default", OWN_TAGS)

    def answer(ResourceArns):
        descriptions = [
            {"ResourceArn": arn, "Tags": [{"Key": key, "Value": value} for key, value in default.items()]}
            for arn in ResourceArns
        ]
        return {"TagDescriptions": descriptions}

    return answer


def not_found(kind):
    return client_error(f"{kind}NotFound", "One or more not found")


def balancer(**fields):
    return {
        "LoadBalancerArn": BALANCER,
        "LoadBalancerName": "portkey-dev-lb",
        "DNSName": "portkey-dev-lb-50dc.elb.us-east-1.amazonaws.com",
        "CanonicalHostedZoneId": "Z1",
        "Type": "network",
        "Scheme": "internal",
        "VpcId": "vpc-1",
        "State": {"Code": "active"},
        "IpAddressType": "ipv4",
        "AvailabilityZones": [
            {"SubnetId": "subnet-1", "ZoneName": "us-east-1a"},
            {"SubnetId": "subnet-2", "ZoneName": "us-east-1b"},
        ],
        "SecurityGroups": ["sg-1"],
        **fields,
    }


def group(**fields):
    return {
        "TargetGroupArn": BLUE,
        "TargetGroupName": "portkey-dev-default-blue",
        "TargetType": "ip",
        "Protocol": "TCP",
        "Port": 8787,
        "VpcId": "vpc-1",
        "HealthCheckProtocol": "TCP",
        "HealthCheckPort": "traffic-port",
        "HealthCheckEnabled": True,
        "HealthCheckIntervalSeconds": 30,
        "HealthCheckTimeoutSeconds": 10,
        "HealthyThresholdCount": 2,
        "UnhealthyThresholdCount": 3,
        "LoadBalancerArns": [],
        **fields,
    }


def forward(**weights):
    """A forward as AWS answers it: one target group appears twice, several only in the configuration."""
    arns = {"blue": BLUE, "green": GREEN}
    groups = [{"TargetGroupArn": arns[colour], "Weight": weight} for colour, weight in weights.items()]
    action = {"Type": "forward", "Order": 1, "ForwardConfig": {"TargetGroups": groups}}
    action["ForwardConfig"]["TargetGroupStickinessConfig"] = {"Enabled": False}
    if len(groups) == 1:
        action["TargetGroupArn"] = groups[0]["TargetGroupArn"]
    return action


def listener(**fields):
    return {
        "ListenerArn": LISTENER,
        "LoadBalancerArn": BALANCER,
        "Port": 80,
        "Protocol": "TCP",
        "DefaultActions": [forward(blue=1)],
        **fields,
    }


def rule(**fields):
    return {
        "RuleArn": RULE,
        "Priority": "100",
        "IsDefault": False,
        "Conditions": [
            {
                "Field": "path-pattern",
                "Values": ["/gateway", "/gateway/*"],
                "PathPatternConfig": {"Values": ["/gateway", "/gateway/*"]},
            }
        ],
        "Actions": [forward(blue=1)],
        **fields,
    }
