"""Elastic Load Balancing v2: load balancers, target groups, listeners, rules, attributes, tags."""

from __future__ import annotations

import json
import re

import pytest

from emulator.testing import refused

from . import builders


@pytest.fixture
def net(emulator):
    return builders.network(emulator)


@pytest.fixture
def elb(emulator):
    return emulator.client("elbv2")


LONG = "x" * 33
FORBIDDEN = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "403", "ContentType": "text/plain"}}


# Load balancers


@pytest.mark.parametrize(
    "kind, seconds, path, dns",
    [
        ("application", 165, "app/my-app/", r"internal-my-app-\d{10}\.us-east-1\.elb\.amazonaws\.com"),
        ("network", 150, "net/my-net/", r"my-net-[0-9a-f]{16}\.elb\.us-east-1\.amazonaws\.com"),
    ],
)
def test_a_load_balancer_takes_its_time(slow, kind, seconds, path, dns):
    elb, balancer = slow.client("elbv2"), builders.load_balancer(slow, builders.network(slow), kind)
    assert f":loadbalancer/{path}" in balancer["LoadBalancerArn"]
    assert re.fullmatch(dns, balancer["DNSName"])
    states = []
    for _unused in range(2):
        states.append(elb.describe_load_balancers()["LoadBalancers"][0]["State"]["Code"])
        slow.advance(seconds + 1)
    states.append(elb.describe_load_balancers()["LoadBalancers"][0]["State"]["Code"])
    assert states == ["provisioning", "active", "active"]


@pytest.mark.parametrize(
    "options, code, message",
    [
        ({"Name": LONG}, "ValidationError", f"The load balancer name '{LONG}' cannot be longer than '32' characters"),
        ({"Name": "a_b"}, "ValidationError", "can only contain characters that are alphanumeric characters and"),
        ({"Name": "-a"}, "ValidationError", "cannot begin or end with a hyphen(-)"),
        ({"Name": "internal-a"}, "ValidationError", "cannot begin with 'internal-'"),
        ({"Subnets": ["subnet-00000000"]}, "SubnetNotFound", "The subnet ID 'subnet-00000000' does not exist"),
        ({"SecurityGroups": ["sg-00000000"]}, "InvalidSecurityGroup", "Security group 'sg-00000000' does not exist"),
        ({"Type": "classic"}, "ValidationError", "Member must satisfy enum value set: [application, network]"),
        ({"Tags": [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]}, "DuplicateTagKeys", "a"),
    ],
)
def test_load_balancers_that_aws_refuses(emulator, net, options, code, message):
    with refused(code, message):
        builders.load_balancer(emulator, net, **options)


def test_an_alb_needs_two_zones_an_nlb_one_and_nobody_two_subnets_of_a_zone(emulator, net):
    with refused("ValidationError", "At least two subnets in two different Availability Zones must be specified"):
        builders.load_balancer(emulator, net, Subnets=net.subnets[:1])
    builders.load_balancer(emulator, net, "network", Subnets=net.subnets[:1])
    twin = builders.subnet(emulator, net.vpc, "10.0.9.0/24", "us-east-1a")
    with refused("InvalidConfigurationRequest", "multiple subnets in the same Availability Zone"):
        builders.load_balancer(emulator, net, Subnets=[*net.subnets, twin])


def test_a_public_load_balancer_needs_an_internet_gateway(emulator, net):
    emulator.client("ec2").detach_internet_gateway(InternetGatewayId=net.gateway, VpcId=net.vpc)
    with refused("InvalidSubnet", f"VPC {net.vpc} has no internet gateway"):
        builders.load_balancer(emulator, net, Scheme="internet-facing")


def test_creating_again_gives_the_same_or_refuses_other_settings(emulator, net):
    first, second = (builders.load_balancer(emulator, net)["LoadBalancerArn"] for _unused in range(2))
    assert first == second
    with refused("DuplicateLoadBalancerName", "A load balancer with the same name 'my-app' exists, but with different"):
        builders.load_balancer(emulator, net, Scheme="internet-facing")


def test_what_is_not_there_is_not_found_and_deleting_it_succeeds(emulator, elb, net):
    with refused("LoadBalancerNotFound", "Load balancers '[none]' not found"):
        elb.describe_load_balancers(Names=["none"])
    arn = builders.load_balancer(emulator, net)["LoadBalancerArn"]
    elb.delete_load_balancer(LoadBalancerArn=arn)
    elb.delete_load_balancer(LoadBalancerArn=arn)
    assert elb.describe_load_balancers()["LoadBalancers"] == []
    with refused("LoadBalancerNotFound", f"Load balancer '{arn}' not found"):
        elb.describe_load_balancer_attributes(LoadBalancerArn=arn)


def test_deletion_protection(emulator, elb, net):
    arn = builders.load_balancer(emulator, net)["LoadBalancerArn"]
    for value in ("true", "false"):
        attribute = {"Key": "deletion_protection.enabled", "Value": value}
        elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[attribute])
        if value == "true":
            message = f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
            with refused("OperationNotPermitted", message):
                elb.delete_load_balancer(LoadBalancerArn=arn)
    elb.delete_load_balancer(LoadBalancerArn=arn)


def test_its_interfaces_outlive_a_load_balancer(slow):
    ec2, elb, net = slow.client("ec2"), slow.client("elbv2"), builders.network(slow)
    group = ec2.create_security_group(GroupName="lb", Description="lb", VpcId=net.vpc)["GroupId"]
    arn = builders.load_balancer(slow, net, SecurityGroups=[group], Scheme="internet-facing")["LoadBalancerArn"]
    interfaces = ec2.describe_network_interfaces()["NetworkInterfaces"]
    assert {one["Description"] for one in interfaces} == {f"ELB {arn.split('loadbalancer/')[1]}"}
    assert {one["SubnetId"] for one in interfaces} == {*net.subnets}
    assert all(one["RequesterManaged"] and one["Groups"][0]["GroupId"] == group for one in interfaces)
    elb.delete_load_balancer(LoadBalancerArn=arn)
    with refused("DependencyViolation", f"resource {group} has a dependent object"):
        ec2.delete_security_group(GroupId=group)
    with refused("DependencyViolation"):
        ec2.delete_subnet(SubnetId=net.subnets[0])
    with refused("DependencyViolation", "mapped public address(es)"):
        ec2.detach_internet_gateway(InternetGatewayId=net.gateway, VpcId=net.vpc)
    slow.advance(120)
    ec2.delete_security_group(GroupId=group)
    ec2.delete_subnet(SubnetId=net.subnets[0])
    ec2.detach_internet_gateway(InternetGatewayId=net.gateway, VpcId=net.vpc)


def test_security_groups_and_subnets_can_be_changed(emulator, elb, net):
    ec2 = emulator.client("ec2")
    groups = [ec2.create_security_group(GroupName=n, Description=n, VpcId=net.vpc)["GroupId"] for n in ("one", "two")]
    third = builders.subnet(emulator, net.vpc, "10.0.9.0/24", "us-east-1c")
    arn = builders.load_balancer(emulator, net, SecurityGroups=groups[:1])["LoadBalancerArn"]
    assert elb.set_security_groups(LoadBalancerArn=arn, SecurityGroups=groups[1:])["SecurityGroupIds"] == groups[1:]
    ec2.delete_security_group(GroupId=groups[0])
    elb.set_subnets(LoadBalancerArn=arn, Subnets=[net.subnets[0], third])
    ec2.delete_subnet(SubnetId=net.subnets[1])
    with refused("ValidationError", "At least two subnets"):
        elb.set_subnets(LoadBalancerArn=arn, Subnets=[third])


def test_an_nlb_has_security_groups_from_its_creation_or_never(emulator, elb, net):
    ec2 = emulator.client("ec2")
    group = ec2.create_security_group(GroupName="one", Description="one", VpcId=net.vpc)["GroupId"]
    bare = builders.load_balancer(emulator, net, "network")["LoadBalancerArn"]
    with refused("InvalidConfigurationRequest", "created without security groups"):
        elb.set_security_groups(LoadBalancerArn=bare, SecurityGroups=[group])
    guarded = builders.load_balancer(emulator, net, "network", Name="guarded", SecurityGroups=[group])
    assert guarded["SecurityGroups"] == [group]
    assert "SecurityGroups" not in elb.describe_load_balancers(LoadBalancerArns=[bare])["LoadBalancers"][0]


# Target groups


def test_a_target_group_has_aws_s_defaults(emulator, elb, net):
    http, tcp = builders.target_group(emulator, net, "http"), builders.target_group(emulator, net, "tcp", "TCP")
    by_arn = {one["TargetGroupArn"]: one for one in elb.describe_target_groups()["TargetGroups"]}
    common = {"HealthCheckPort": "traffic-port", "HealthCheckIntervalSeconds": 30, "HealthyThresholdCount": 5}
    assert common.items() <= by_arn[http].items() and common.items() <= by_arn[tcp].items()
    assert (by_arn[http]["HealthCheckPath"], by_arn[http]["Matcher"]["HttpCode"]) == ("/", "200")
    assert (by_arn[http]["HealthCheckTimeoutSeconds"], by_arn[tcp]["HealthCheckTimeoutSeconds"]) == (5, 10)
    assert (by_arn[tcp]["HealthCheckProtocol"], "Matcher" in by_arn[tcp]) == ("TCP", False)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"Name": LONG}, f"Target group name '{LONG}' cannot be longer than '32' characters"),
        ({"Name": "a_b"}, "can only contain characters that are alphanumeric characters or hyphens(-)"),
        ({"Name": "a-"}, "cannot begin or end with '-'"),
        ({"VpcId": "vpc-00000000"}, "The VPC ID 'vpc-00000000' is not found"),
        ({"Port": 65536}, "Member must have value less than or equal to 65535"),
        ({"Protocol": "SCTP"}, "Member must satisfy enum value set"),
        ({"HealthCheckIntervalSeconds": 301}, "less than or equal to 300"),
        ({"HealthCheckIntervalSeconds": 10, "HealthCheckTimeoutSeconds": 10}, "interval must be greater"),
        ({"HealthyThresholdCount": 11}, "less than or equal to 10"),
        ({"HealthCheckPath": "health"}, "must begin with a '/' character"),
        ({"Matcher": {"HttpCode": "ok"}}, "HTTP code matcher must contain"),
        ({"Protocol": "TCP", "Matcher": {"HttpCode": "200"}}, "Health check matcher cannot be specified"),
    ],
)
def test_target_groups_that_aws_refuses(emulator, net, options, message):
    with refused("ValidationError", message):
        builders.target_group(emulator, net, **options)


def test_a_target_group_of_the_same_name_has_the_same_settings(emulator, net):
    assert builders.target_group(emulator, net) == builders.target_group(emulator, net)
    with refused("DuplicateTargetGroupName", "A target group with the same name 'blue' exists, but with different"):
        builders.target_group(emulator, net, Port=1)


def test_a_target_group_in_use_stays_and_belongs_to_one_load_balancer(emulator, elb, net):
    target, balancer = builders.target_group(emulator, net), builders.load_balancer(emulator, net)["LoadBalancerArn"]
    listener = builders.listener(emulator, balancer, target)
    described = elb.describe_target_groups(LoadBalancerArn=balancer)["TargetGroups"]
    assert [(one["TargetGroupArn"], one["LoadBalancerArns"]) for one in described] == [(target, [balancer])]
    with refused("ResourceInUse", f"Target group '{target}' is currently in use by a listener or a rule"):
        elb.delete_target_group(TargetGroupArn=target)
    second = builders.load_balancer(emulator, net, Name="second")["LoadBalancerArn"]
    with refused("TargetGroupAssociationLimit", target):
        builders.listener(emulator, second, target)
    elb.delete_listener(ListenerArn=listener["ListenerArn"])
    elb.delete_target_group(TargetGroupArn=target)
    elb.delete_target_group(TargetGroupArn=target)
    with refused("TargetGroupNotFound", "One or more target groups not found"):
        elb.describe_target_groups(TargetGroupArns=[target])


def test_a_health_check_changes_in_place(emulator, elb, net):
    target = builders.target_group(emulator, net, "tcp", "TCP")
    elb.modify_target_group(TargetGroupArn=target, HealthCheckProtocol="HTTP", HealthCheckPath="/v1/health")
    (changed,) = elb.modify_target_group(TargetGroupArn=target, UnhealthyThresholdCount=3)["TargetGroups"]
    assert (changed["HealthCheckPath"], changed["Matcher"]["HttpCode"], changed["UnhealthyThresholdCount"]) == (
        "/v1/health",
        "200-399",
        3,
    )
    (back,) = elb.modify_target_group(TargetGroupArn=target, HealthCheckProtocol="TCP")["TargetGroups"]
    assert "HealthCheckPath" not in back and "Matcher" not in back


# Attributes


def _attributes(answer):
    return {one["Key"]: one["Value"] for one in answer["Attributes"]}


def test_attributes_are_complete_and_keep_their_values(emulator, elb, net):
    balancer = builders.load_balancer(emulator, net)["LoadBalancerArn"]
    target = builders.target_group(emulator, net)
    listener = builders.listener(emulator, balancer, target)["ListenerArn"]
    wanted = {"Key": "routing.http.drop_invalid_header_fields.enabled", "Value": "true"}
    elb.modify_load_balancer_attributes(LoadBalancerArn=balancer, Attributes=[wanted])
    actual = _attributes(elb.describe_load_balancer_attributes(LoadBalancerArn=balancer))
    assert actual["routing.http.drop_invalid_header_fields.enabled"] == "true"
    assert actual["idle_timeout.timeout_seconds"] == "60"
    delay = {"Key": "deregistration_delay.timeout_seconds", "Value": "60"}
    elb.modify_target_group_attributes(TargetGroupArn=target, Attributes=[delay])
    actual = _attributes(elb.describe_target_group_attributes(TargetGroupArn=target))
    assert {"deregistration_delay.timeout_seconds": "60", "stickiness.type": "lb_cookie"}.items() <= actual.items()
    actual = _attributes(elb.describe_listener_attributes(ListenerArn=listener))
    assert actual["routing.http.response.server.enabled"] == "true"


@pytest.mark.parametrize(
    "kind, key, value, code",
    [
        ("application", "no.such.key", "1", "ValidationError"),
        ("network", "idle_timeout.timeout_seconds", "60", "InvalidConfigurationRequest"),
        ("application", "idle_timeout.timeout_seconds", "0", "ValidationError"),
        ("application", "routing.http2.enabled", "yes", "ValidationError"),
        ("application", "load_balancing.cross_zone.enabled", "false", "ValidationError"),
    ],
)
def test_attributes_that_a_load_balancer_does_not_take(emulator, elb, net, kind, key, value, code):
    balancer = builders.load_balancer(emulator, net, kind)["LoadBalancerArn"]
    with refused(code, key):
        elb.modify_load_balancer_attributes(LoadBalancerArn=balancer, Attributes=[{"Key": key, "Value": value}])


@pytest.mark.parametrize(
    "protocol, key, value, code",
    [
        ("HTTP", "no.such.key", "1", "ValidationError"),
        ("HTTP", "deregistration_delay.timeout_seconds", "3601", "ValidationError"),
        ("HTTP", "proxy_protocol_v2.enabled", "true", "InvalidConfigurationRequest"),
        ("TCP", "slow_start.duration_seconds", "30", "InvalidConfigurationRequest"),
    ],
)
def test_attributes_that_a_target_group_does_not_take(emulator, elb, net, protocol, key, value, code):
    target = builders.target_group(emulator, net, "one", protocol)
    with refused(code, key):
        elb.modify_target_group_attributes(TargetGroupArn=target, Attributes=[{"Key": key, "Value": value}])


# Access logs

ACCOUNT = "123456789012"


def _statement(principal, action, resource):
    arn = f"arn:aws:s3:::{resource}"
    return {"Effect": "Allow", "Principal": {"Service": principal}, "Action": action, "Resource": arn}


ALB = "logdelivery.elasticloadbalancing.amazonaws.com"
NLB = "delivery.logs.amazonaws.com"
OBJECTS = f"logs/portkey/AWSLogs/{ACCOUNT}/*"


@pytest.mark.parametrize(
    "kind, statements, allowed",
    [
        ("application", [_statement(ALB, "s3:PutObject", OBJECTS)], True),
        ("application", [_statement(NLB, "s3:PutObject", OBJECTS)], False),
        ("application", [_statement(ALB, "s3:PutObject", f"logs/AWSLogs/{ACCOUNT}/*")], False),
        ("application", [], False),
        ("network", [_statement(NLB, "s3:PutObject", OBJECTS), _statement(NLB, "s3:GetBucketAcl", "logs")], True),
        ("network", [_statement(NLB, "s3:PutObject", OBJECTS)], False),
        ("network", [_statement(ALB, "s3:*", OBJECTS), _statement(ALB, "s3:*", "logs")], False),
    ],
)
def test_access_logs_need_a_bucket_that_lets_the_load_balancer_write(emulator, elb, net, kind, statements, allowed):
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket="logs")
    if statements:
        policy = {"Version": "2012-10-17", "Statement": statements}
        s3.put_bucket_policy(Bucket="logs", Policy=json.dumps(policy))
    balancer = builders.load_balancer(emulator, net, kind)["LoadBalancerArn"]
    wanted = {"enabled": "true", "bucket": "logs", "prefix": "portkey"}
    attributes = [{"Key": f"access_logs.s3.{key}", "Value": value} for key, value in wanted.items()]
    if allowed:
        elb.modify_load_balancer_attributes(LoadBalancerArn=balancer, Attributes=attributes)
    else:
        with refused("InvalidConfigurationRequest", "Access Denied for bucket: logs. Please check S3bucket permission"):
            elb.modify_load_balancer_attributes(LoadBalancerArn=balancer, Attributes=attributes)
    actual = _attributes(elb.describe_load_balancer_attributes(LoadBalancerArn=balancer))
    assert actual["access_logs.s3.enabled"] == str(allowed).lower()


@pytest.mark.parametrize("change", [{"bucket": ""}, {"bucket": "none"}, {"prefix": "x/AWSLogs"}])
def test_access_logs_that_cannot_be(emulator, elb, net, change):
    balancer = builders.load_balancer(emulator, net)["LoadBalancerArn"]
    wanted = {"enabled": "true", "bucket": "logs", "prefix": "", **change}
    attributes = [{"Key": f"access_logs.s3.{key}", "Value": value} for key, value in wanted.items()]
    with refused("InvalidConfigurationRequest"):
        elb.modify_load_balancer_attributes(LoadBalancerArn=balancer, Attributes=attributes)


# Listeners


def test_a_listener_of_an_nlb_forwards_with_weights(emulator, elb, net):
    balancer = builders.load_balancer(emulator, net, "network")["LoadBalancerArn"]
    blue, green = (builders.target_group(emulator, net, name, "TCP") for name in ("blue", "green"))
    listener = builders.listener(emulator, balancer, blue, Protocol="TCP")
    assert ":listener/net/my-net/" in listener["ListenerArn"]
    (action,) = listener["DefaultActions"]
    assert action["TargetGroupArn"] == blue
    assert action["ForwardConfig"]["TargetGroups"] == [{"TargetGroupArn": blue, "Weight": 1}]
    weights = [{"TargetGroupArn": blue, "Weight": 90}, {"TargetGroupArn": green, "Weight": 10}]
    split = {"Type": "forward", "ForwardConfig": {"TargetGroups": weights}}
    arn = listener["ListenerArn"]
    (changed,) = elb.modify_listener(ListenerArn=arn, DefaultActions=[split])["Listeners"]
    assert "TargetGroupArn" not in changed["DefaultActions"][0]
    assert changed["DefaultActions"][0]["ForwardConfig"]["TargetGroups"] == weights
    (rule,) = elb.describe_rules(ListenerArn=arn)["Rules"]
    assert (rule["IsDefault"], rule["Actions"]) == (True, changed["DefaultActions"])
    assert ":listener-rule/net/my-net/" in rule["RuleArn"]


def test_a_port_has_one_listener(emulator, elb, net):
    balancer = builders.load_balancer(emulator, net)["LoadBalancerArn"]
    assert builders.listener(emulator, balancer) == builders.listener(emulator, balancer)
    message = f"A listener already exists on this port for this load balancer '{balancer}'"
    with refused("DuplicateListener", message):
        builders.listener(emulator, balancer, DefaultActions=[FORBIDDEN])
    other = builders.listener(emulator, balancer, Port=8080)["ListenerArn"]
    with refused("DuplicateListener", message):
        elb.modify_listener(ListenerArn=other, Port=80)


@pytest.mark.parametrize(
    "kind, options, code, message",
    [
        ("application", {"Protocol": "TCP"}, "ValidationError", "Listener protocol 'TCP' must be one of 'HTTPS, HTTP'"),
        ("network", {"Protocol": "HTTP"}, "ValidationError", "must be one of 'TCP_UDP, TCP, UDP, TLS'"),
        ("network", {"Protocol": "TCP"}, "InvalidLoadBalancerAction", "'fixed-response' are not supported"),
        ("application", {"Port": 70000}, "ValidationError", "less than or equal to 65535"),
        ("application", {"Protocol": "HTTPS"}, "CertificateNotFound", "A certificate must be specified for HTTPS"),
        ("application", {"SslPolicy": "ELBSecurityPolicy-2016-08"}, "ValidationError", "cannot be specified for HTTP"),
        ("application", {"DefaultActions": []}, "InvalidLoadBalancerAction", "Exactly one forward"),
    ],
)
def test_listeners_that_aws_refuses(emulator, net, kind, options, code, message):
    balancer = builders.load_balancer(emulator, net, kind)["LoadBalancerArn"]
    with refused(code, message):
        builders.listener(emulator, balancer, **options)


@pytest.fixture(scope="module")
def pem():
    """A self-signed certificate and its key."""
    import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "example.com")])
    start = datetime.datetime(2020, 1, 1)
    end = start + datetime.timedelta(days=36500)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    certificate = builder.serial_number(1).not_valid_before(start).not_valid_after(end).sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.PEM), private


def test_tls_needs_a_certificate_of_the_region_and_a_known_policy(emulator, elb, net, pem):
    certificate, key = pem
    arn = emulator.client("acm").import_certificate(Certificate=certificate, PrivateKey=key)["CertificateArn"]
    (imported,) = emulator.calls(operation="ImportCertificate")
    assert "PRIVATE KEY" not in str(imported)
    balancer = builders.load_balancer(emulator, net, "network")["LoadBalancerArn"]
    target = builders.target_group(emulator, net, "tls", "TCP")

    def create(certificate, **options):
        settings = {"Protocol": "TLS", "Port": 443, "Certificates": [{"CertificateArn": certificate}], **options}
        return builders.listener(emulator, balancer, target, **settings)

    with refused("ValidationError", "is not valid"):
        create(arn.replace("us-east-1", "us-west-2"))
    with refused("CertificateNotFound", "not found"):
        create(arn[:-4] + "0000")
    with refused("SSLPolicyNotFound", "none"):
        create(arn, SslPolicy="none")
    listener = create(arn, SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06")
    assert (listener["SslPolicy"], listener["Certificates"][0]["CertificateArn"]) == (
        "ELBSecurityPolicy-TLS13-1-2-2021-06",
        arn,
    )
    (plain,) = elb.modify_listener(ListenerArn=listener["ListenerArn"], Protocol="TCP")["Listeners"]
    assert "Certificates" not in plain and "SslPolicy" not in plain


def test_a_target_group_must_fit_the_listener(emulator, net):
    balancer = builders.load_balancer(emulator, net)["LoadBalancerArn"]
    with refused("IncompatibleProtocols"):
        builders.listener(emulator, balancer, builders.target_group(emulator, net, "tcp", "TCP"))
    elsewhere = builders.network(emulator)
    with refused("InvalidConfigurationRequest", "is not in the VPC"):
        builders.listener(emulator, balancer, builders.target_group(emulator, elsewhere, "far"))
    with refused("TargetGroupNotFound"):
        builders.listener(emulator, balancer, "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/x/0")


# Rules


@pytest.fixture
def listener(emulator, net):
    balancer = builders.load_balancer(emulator, net)["LoadBalancerArn"]
    return builders.listener(emulator, balancer)["ListenerArn"]


def _path(*values):
    return {"Field": "path-pattern", "Values": list(values)}


def _rewrite(regex="^/gateway/(.*)$", replace="/$1"):
    return {"Type": "url-rewrite", "UrlRewriteConfig": {"Rewrites": [{"Regex": regex, "Replace": replace}]}}


NO_REDIRECT = {"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_200"}}
HOST_REWRITE = {
    "Type": "host-header-rewrite",
    "HostHeaderRewriteConfig": {"Rewrites": [{"Regex": "^a(.*)$", "Replace": "b$1"}]},
}


def _create_rule(elb, listener, **options):
    settings = {"ListenerArn": listener, "Priority": 100, "Conditions": [_path("/gateway/*")], "Actions": [FORBIDDEN]}
    return elb.create_rule(**{**settings, **options})["Rules"][0]


def test_a_rule_rewrites_until_it_is_told_not_to(elb, listener):
    rule = _create_rule(elb, listener, Transforms=[_rewrite(), HOST_REWRITE])
    assert ":listener-rule/app/my-app/" in rule["RuleArn"]
    arn = rule["RuleArn"]
    (read,) = elb.describe_rules(RuleArns=[arn])["Rules"]
    assert read["Transforms"] == [_rewrite(), HOST_REWRITE]
    (changed,) = elb.modify_rule(RuleArn=arn, Conditions=[_path("/mcp/*")])["Rules"]
    assert changed["Transforms"] == [_rewrite(), HOST_REWRITE]
    assert changed["Conditions"] == [{**_path("/mcp/*"), "PathPatternConfig": {"Values": ["/mcp/*"]}}]
    (changed,) = elb.modify_rule(RuleArn=arn, Transforms=[_rewrite("^/mcp/(.*)$")])["Rules"]
    assert changed["Transforms"] == [_rewrite("^/mcp/(.*)$")]
    with refused("ValidationError", "You cannot specify both ResetTransforms and Transforms"):
        elb.modify_rule(RuleArn=arn, Transforms=[_rewrite()], ResetTransforms=True)
    (changed,) = elb.modify_rule(RuleArn=arn, ResetTransforms=True)["Rules"]
    assert changed["Transforms"] == []


@pytest.mark.parametrize(
    "options, code, message",
    [
        ({"Transforms": [_rewrite(), _rewrite()]}, "ValidationError", "at most one transform of type 'url-rewrite'"),
        ({"Transforms": [{"Type": "url-rewrite"}]}, "ValidationError", "must have exactly one rewrite"),
        ({"Transforms": [_rewrite("x" * 1025)]}, "ValidationError", "cannot be longer than '1024' characters"),
        ({"Transforms": [_rewrite("(")]}, "ValidationError", "is not valid"),
        ({"Transforms": [_rewrite("(?=x)y")]}, "ValidationError", "is not valid"),
        ({"Transforms": [_rewrite(r"(a)\1")]}, "ValidationError", "is not valid"),
        ({"Transforms": [{"Type": "none"}]}, "ValidationError", "Transform type 'none' must be one of"),
        ({"Conditions": [{"Field": "path", "Values": ["/"]}]}, "ValidationError", "Condition field 'path' must be one"),
        ({"Conditions": [_path(*"abcdef")]}, "ValidationError", "A rule can only have '5' condition values"),
        ({"Conditions": [_path("/a"), _path("/b")]}, "ValidationError", "one 'path-pattern' condition"),
        ({"Conditions": [_path("/" + "a" * 128)]}, "ValidationError", "longer than '128' characters"),
        ({"Priority": 50001}, "ValidationError", "less than or equal to 50000"),
        ({"Actions": [NO_REDIRECT]}, "ValidationError", "HTTP_301"),
    ],
)
def test_rules_that_aws_refuses(elb, listener, options, code, message):
    with refused(code, message):
        _create_rule(elb, listener, **options)


def test_a_priority_has_one_rule_and_the_default_rule_stays_as_it_is(elb, listener):
    assert _create_rule(elb, listener) == _create_rule(elb, listener)
    with refused("PriorityInUse", "Priority '100' is currently in use"):
        _create_rule(elb, listener, Conditions=[_path("/other")])
    last = elb.describe_rules(ListenerArn=listener)["Rules"][-1]
    assert (last["Priority"], last["IsDefault"]) == ("default", True)
    with refused("OperationNotPermitted", "cannot be deleted"):
        elb.delete_rule(RuleArn=last["RuleArn"])
    with refused("OperationNotPermitted", "cannot be modified"):
        elb.modify_rule(RuleArn=last["RuleArn"], Transforms=[_rewrite()])


def test_rules_are_listed_by_priority_and_can_be_moved(elb, listener):
    late, early = (_create_rule(elb, listener, Priority=p, Conditions=[_path(f"/{p}")])["RuleArn"] for p in (200, 20))
    order = [rule["RuleArn"] for rule in elb.describe_rules(ListenerArn=listener)["Rules"]]
    assert order[:2] == [early, late]
    elb.set_rule_priorities(RulePriorities=[{"RuleArn": late, "Priority": 20}, {"RuleArn": early, "Priority": 200}])
    order = [rule["RuleArn"] for rule in elb.describe_rules(ListenerArn=listener)["Rules"]]
    assert order[:2] == [late, early]
    with refused("PriorityInUse"):
        elb.set_rule_priorities(RulePriorities=[{"RuleArn": late, "Priority": 200}])


def test_an_nlb_has_no_rules(emulator, elb, net):
    balancer = builders.load_balancer(emulator, net, "network")["LoadBalancerArn"]
    listener = builders.listener(emulator, balancer, builders.target_group(emulator, net, "t", "TCP"), Protocol="TCP")
    with refused("InvalidConfigurationRequest"):
        _create_rule(elb, listener["ListenerArn"])


# Tags and pages


def test_tags_of_all_resources(emulator, elb, net, listener):
    tags = [{"Key": "Project", "Value": "portkey"}]
    target = builders.target_group(emulator, net, Tags=tags)
    rule = _create_rule(elb, listener, Tags=tags)["RuleArn"]
    elb.add_tags(ResourceArns=[listener], Tags=tags)
    described = elb.describe_tags(ResourceArns=[target, rule, listener])["TagDescriptions"]
    assert all(one["Tags"] == tags for one in described)
    found = emulator.client("resourcegroupstaggingapi").get_resources(TagFilters=[{"Key": "Project"}])
    assert target in [one["ResourceARN"] for one in found["ResourceTagMappingList"]]
    elb.remove_tags(ResourceArns=[listener], TagKeys=["Project"])
    assert elb.describe_tags(ResourceArns=[listener])["TagDescriptions"][0]["Tags"] == []
    with refused("ValidationError", "less than or equal to 20"):
        elb.describe_tags(ResourceArns=[listener] * 21)
    elb.delete_rule(RuleArn=rule)
    with refused("RuleNotFound"):
        elb.describe_tags(ResourceArns=[rule])


def test_answers_come_in_pages(emulator, elb, net):
    arns = {builders.target_group(emulator, net, f"tg-{number}") for number in range(3)}
    pages = list(elb.get_paginator("describe_target_groups").paginate(PageSize=2))
    assert [len(one["TargetGroups"]) for one in pages] == [2, 1]
    assert {group["TargetGroupArn"] for one in pages for group in one["TargetGroups"]} == arns
    with refused("ValidationError", "is invalid"):
        elb.describe_target_groups(Marker="nonsense")
