"""Bad load balancers, server modes and routing."""

from __future__ import annotations

ACM = "arn:aws:acm:us-west-2:123456789012:certificate/0b1c"
HOSTS = {"enable_host_based_routing": True, "gateway_host": "gw.example.com", "mcp_host": "mcp.example.com"}
ALL = {
    "server_mode": "all",
    "create_lb": True,
    "lb_type": "application",
    "mcp_gateway_base_url": "https://mcp.example.com",
    "alb_routing_configuration": HOSTS,
}
ROUTING = "alb_routing_configuration"


def with_routing(**settings):
    return {**ALL, "alb_routing_configuration": {**HOSTS, **settings}}


# A name for the case, what the user wrote, and the variables at fault, without their prefix.
BAD = [
    # Load balancer
    ("a load balancer type that is none", {"lb_type": "classic"}, {"lb_type"}),
    ("a CIDR that is none", {"create_lb": True, "allowed_lb_cidrs": ["10.0.0.0/8", "X.X.X.X/Y"]}, {"allowed_lb_cidrs"}),
    ("an address for a CIDR", {"create_lb": True, "allowed_lb_cidrs": ["192.0.2.7"]}, {"allowed_lb_cidrs"}),
    ("a CIDR twice", {"create_lb": True, "allowed_lb_cidrs": ["10.0.0.0/8"] * 2}, {"allowed_lb_cidrs"}),
    ("a certificate's id", {"tls_certificate_arn": "0b1c"}, {"tls_certificate_arn"}),
    (
        "a certificate in another region",
        {"tls_certificate_arn": ACM.replace("us-west-2", "us-east-1")},
        {"tls_certificate_arn"},
    ),
    ("access logs without a bucket", {"create_lb": True, "enable_lb_access_logs": True}, {"lb_access_logs_bucket"}),
    (
        "access logs to a bad bucket",
        {"create_lb": True, "enable_lb_access_logs": True, "lb_access_logs_bucket": "Logs"},
        {"lb_access_logs_bucket"},
    ),
    ("a prefix with AWSLogs", {"lb_access_logs_prefix": "lb/AWSLogs"}, {"lb_access_logs_prefix"}),
    # Server mode and routing
    ("a server mode that is none", {"server_mode": "both"}, {"server_mode"}),
    ("all on a network load balancer", {**ALL, "lb_type": "network"}, {"lb_type"}),
    ("all without routing", {**ALL, ROUTING: {}}, {ROUTING}),
    ("all without anything", {"server_mode": "all"}, {"lb_type", ROUTING, "mcp_gateway_base_url"}),
    ("mcp without a base URL", {"server_mode": "mcp"}, {"mcp_gateway_base_url"}),
    (
        "a base URL without a scheme",
        {"server_mode": "mcp", "mcp_gateway_base_url": "mcp.example.com"},
        {"mcp_gateway_base_url"},
    ),
    (
        "a base URL with a wrong scheme",
        {"server_mode": "mcp", "mcp_gateway_base_url": "ftp://mcp.example.com"},
        {"mcp_gateway_base_url"},
    ),
    ("host routing without a gateway host", with_routing(gateway_host=""), {f"{ROUTING}.gateway_host"}),
    (
        "host routing without hosts",
        with_routing(gateway_host="", mcp_host=""),
        {f"{ROUTING}.gateway_host", f"{ROUTING}.mcp_host"},
    ),
    ("a host with a scheme", with_routing(mcp_host="https://mcp.example.com"), {f"{ROUTING}.mcp_host"}),
    ("one host for two", with_routing(mcp_host="GW.example.com"), {f"{ROUTING}.mcp_host"}),
    ("a path without a slash", with_routing(enable_path_based_routing=True, mcp_path="mcp"), {f"{ROUTING}.mcp_path"}),
    (
        "a path that ends with a slash",
        with_routing(enable_path_based_routing=True, gateway_path="/gw/"),
        {f"{ROUTING}.gateway_path"},
    ),
    ("one path for two", with_routing(enable_path_based_routing=True, mcp_path="/gateway"), {f"{ROUTING}.mcp_path"}),
]


def test_bad_input_is_refused_by_its_name(refused, bad_input):
    refused(*bad_input)
