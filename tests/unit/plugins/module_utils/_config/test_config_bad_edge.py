"""Bad settings of names, certificates, the redirect and the firewall."""

from __future__ import annotations

LB = {"create_lb": True, "lb_type": "application"}
DNS = {"create_records": True, "hosted_zone": "example.com", "gateway_host": "gateway.example.com"}
ARN = "arn:aws:acm:us-west-2:123456789012:certificate/1"
BY_HOST = {"enable_host_based_routing": True, "gateway_host": "gateway.example.com"}

# A name for the case, what the user wrote, and the variables at fault, without their prefix.
BAD = [
    ("records of no load balancer", {"dns": DNS}, {"dns.create_records"}),
    ("a firewall before no load balancer", {"waf": {"enable": True}}, {"waf.enable"}),
    ("a firewall before a network load balancer", {"create_lb": True, "waf": {"enable": True}}, {"waf.enable"}),
    (
        "a redirect of a network load balancer",
        {"create_lb": True, "http_redirect": True, "tls_certificate_arn": ARN},
        {"http_redirect"},
    ),
    ("a redirect to nowhere", {**LB, "http_redirect": True}, {"http_redirect"}),
    (
        "two certificates",
        {**LB, "dns": {**DNS, "create_records": False}, "certificate": {"create": True}, "tls_certificate_arn": ARN},
        {"tls_certificate_arn"},
    ),
    ("records without a zone", {**LB, "dns": {**DNS, "hosted_zone": ""}}, {"dns.hosted_zone"}),
    (
        "a certificate without a zone",
        {**LB, "dns": {"gateway_host": "gateway.example.com"}, "certificate": {"create": True}},
        {"dns.hosted_zone"},
    ),
    ("a zone that is a URL", {**LB, "dns": {**DNS, "hosted_zone": "https://example.com"}}, {"dns.hosted_zone"}),
    ("records without a host", {**LB, "dns": {**DNS, "gateway_host": ""}}, {"dns.gateway_host"}),
    ("a host with a path", {**LB, "dns": {**DNS, "gateway_host": "gateway.example.com/v1"}}, {"dns.gateway_host"}),
    ("a record for all names", {**LB, "dns": {**DNS, "gateway_host": "*.example.com"}}, {"dns.gateway_host"}),
    (
        "a host named twice",
        {**LB, "alb_routing_configuration": BY_HOST, "dns": {**DNS, "gateway_host": "other.example.com"}},
        {"dns.gateway_host"},
    ),
    (
        "a certificate's name that is too long",
        {
            **LB,
            "dns": {**DNS, "create_records": False, "gateway_host": f"{'x' * 60}.example.com"},
            "certificate": {"create": True},
        },
        {"dns.gateway_host"},
    ),
    ("no time to wait", {"certificate": {"wait_timeout": 0}}, {"certificate.wait_timeout"}),
    (
        "a group of somebody else",
        {"waf": {"managed_rule_groups": ["MyRules"]}},
        {"waf.managed_rule_groups"},
    ),
    (
        "a group for logins",
        {"waf": {"managed_rule_groups": ["AWSManagedRulesATPRuleSet"]}},
        {"waf.managed_rule_groups"},
    ),
    (
        "a group twice",
        {"waf": {"managed_rule_groups": ["AWSManagedRulesCommonRuleSet", "AWSManagedRulesCommonRuleSet"]}},
        {"waf.managed_rule_groups"},
    ),
    (
        "a firewall without rules",
        {**LB, "waf": {"enable": True, "managed_rule_groups": []}},
        {"waf.managed_rule_groups"},
    ),
    (
        "rules that are no list",
        {"waf": {"counted_rules": {"AWSManagedRulesCommonRuleSet": "SizeRestrictions_BODY"}}},
        {"waf.counted_rules.AWSManagedRulesCommonRuleSet"},
    ),
    ("a limit that is too low", {"waf": {"rate_limit": 9}}, {"waf.rate_limit"}),
]


def test_bad_input_is_refused_by_its_name(refused, bad_input):
    refused(*bad_input)
