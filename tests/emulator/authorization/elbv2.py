"""Elastic Load Balancing."""

from __future__ import annotations

import functools

from .need import NEW, Found, Need, Params, Request, links, of_service


@of_service("elbv2")
def _elbv2(request: Request) -> Found:
    operation, params = request.operation, request.params
    if operation.startswith("Describe"):
        return
    of = functools.partial(request.arn, "elasticloadbalancing")
    made = _elbv2_made(operation, params)
    if operation in ("CreateLoadBalancer", "CreateTargetGroup"):
        yield Need(request.action, of(made))
    elif operation in ("AddTags", "RemoveTags"):
        for arn in params["ResourceArns"]:
            yield Need(request.action, arn)
    else:
        keys = ("RuleArn", "ListenerArn", "TargetGroupArn", "LoadBalancerArn")
        named = [params[key] for key in keys if params.get(key)]
        yield Need(request.action, named[0])
    if made and params.get("Tags"):
        yield Need("elasticloadbalancing:AddTags", of(made))
    if operation == "CreateLoadBalancer":
        yield from links(request, "elasticloadbalancing")
        looks = ("AccountAttributes", "Addresses", "InternetGateways", "SecurityGroups", "Subnets", "Vpcs")
        for what in looks:
            yield Need(f"ec2:Describe{what}")


def _elbv2_made(operation: str, params: Params) -> str:
    if operation == "CreateLoadBalancer":
        kind = "net" if params.get("Type") == "network" else "app"
        return f"loadbalancer/{kind}/{params['Name']}/{NEW}"
    if operation == "CreateTargetGroup":
        return f"targetgroup/{params['Name']}/{NEW}"
    if operation == "CreateListener":
        return f"listener/{params['LoadBalancerArn'].split(':loadbalancer/')[1]}/{NEW}"
    if operation == "CreateRule":
        return f"listener-rule/{params['ListenerArn'].split(':listener/')[1]}/{NEW}"
    return ""
