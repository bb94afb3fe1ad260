"""What the account says, from moto, and from scripted answers where moto has none."""

from __future__ import annotations

import json
import types

import boto3
import botocore.exceptions
import botocore.loaders
import botocore.session
import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._config.partitions import partition_of
from ansible_collections.portkey.gateway.plugins.module_utils._preflight import cluster, connection, identity
from ansible_collections.portkey.gateway.plugins.module_utils._preflight.examine import examine
from ansible_collections.portkey.gateway.plugins.module_utils.module import GatewayError
from moto import mock_aws

REGION = "us-west-2"
QUESTIONS = (
    "zones",
    "vpc",
    "network",
    "cluster",
    "instance_type",
    "certificate_arn",
    "access_logs",
    "buckets",
    "own_buckets",
    "edge",
    "elasticache",
    "image_cache",
    "given_secrets",
    "own_secrets",
    "live",
    "observability",
    "control_plane",
    "permissions",
)
LIVE = {
    "project": "portkey",
    "environment": "dev",
    "cluster": "portkey-dev-cluster",
    "own_cluster": True,
    "service": "gateway",
    "load_balancer": "portkey-dev-lb",
    "server_mode": "gateway",
    "lb_type": "network",
    "create_lb": True,
}


@pytest.fixture(autouse=True)
def credentials(monkeypatch, tmp_path):
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "unlikely-word",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True, scope="module")
def loader():
    """One loader for all sessions, since reading the models again and again is most of the time."""
    patch = pytest.MonkeyPatch()
    loaded = botocore.loaders.create_loader()
    patch.setattr(botocore.session, "create_loader", lambda search_paths=None: loaded)
    yield
    patch.undo()


@pytest.fixture
def aws():
    with mock_aws():
        yield lambda service, region=REGION: boto3.client(service, region_name=region)


def module(region=REGION, **questions):
    return types.SimpleNamespace(params={"region": region, **dict.fromkeys(QUESTIONS), **questions})


def faults_of(**questions):
    """What is wrong, as variable and value; the account's facts are in the failure too."""
    with pytest.raises(GatewayError) as failure:
        examine(module(**questions))
    return [(one["variable"], one["value"]) for one in failure.value.details["faults"]]


def seen(**questions):
    return examine(module(**questions)).result


def test_a_new_stack(aws):
    aws("s3").create_bucket(Bucket="portkey-logs", CreateBucketConfiguration={"LocationConstraint": REGION})
    result = seen(
        zones=3,
        instance_type="t4g.medium",
        buckets={"names": ["portkey-logs"], "region": REGION},
        given_secrets=[],
        own_secrets=[{"name": "portkey/dev/docker-credentials", "is_made": True}],
        live=LIVE,
    )
    account = result["account"]
    assert result["faults"] == [] == result["remarks"]
    assert account.pop("ami_id").startswith("ami-")
    assert account == {
        "account_id": "123456789012",
        "partition": "aws",
        "region": REGION,
        "dns_suffix": "amazonaws.com",
        "availability_zones": ["us-west-2a", "us-west-2b", "us-west-2c", "us-west-2d"],
        "architecture": "arm64",
        "ami_parameter": "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id",
        "instance": {"cpu": 2048, "memory": 4096},
        "vpc_cidr": None,
        "live_vpc": None,
        "live_server_mode": None,
        "live_controller": None,
        "live_codedeploy": False,
        "live_elasticache": False,
        "live_elasticache_zones": [],
        "live_lb_type": None,
        "live_lb_scheme": None,
        "live_insights_default": None,
        "live_observability": {"alarms": [], "topic": False, "rule": False, "dashboard": False},
        "live_edge": {},
        "hosted_zones": {},
        "live_capacity_providers": [],
        "live_instances": False,
        "live_control_plane": None,
        "live_image_cache": False,
        "secrets": {},
    }


@pytest.mark.parametrize(
    "name, architecture, variant",
    [("t4g.medium", "arm64", "arm64/"), ("m5.large", "x86_64", ""), ("c7g.large", "arm64", "arm64/")],
)
def test_the_architecture_follows_the_instance_type(aws, name, architecture, variant):
    account = seen(instance_type=name)["account"]
    assert account["architecture"] == architecture
    assert account["ami_parameter"] == f"/aws/service/ecs/optimized-ami/amazon-linux-2023/{variant}recommended/image_id"


def test_partitions(aws):
    account = seen(region="us-gov-west-1")["account"]
    assert (account["partition"], account["dns_suffix"]) == ("aws-us-gov", "amazonaws.com")
    account = seen(region="cn-north-1")["account"]
    assert (account["partition"], account["dns_suffix"]) == ("aws-cn", "amazonaws.com.cn")


@pytest.mark.parametrize(
    "questions, expected",
    [
        ({"region": "us-west-9"}, [("portkey_aws_region", "us-west-9")]),
        ({"instance_type": "t9z.huge"}, [("portkey_instance_type", "t9z.huge")]),
        ({"zones": 6}, [("portkey_num_az", 6)]),
        (
            {"region": "us-west-9", "zones": 6, "instance_type": "t9z.huge"},
            [("portkey_aws_region", "us-west-9")],
        ),
        ({"zones": 6, "instance_type": "t9z.huge"}, [("portkey_num_az", 6), ("portkey_instance_type", "t9z.huge")]),
        (
            {"certificate_arn": f"arn:aws:acm:{REGION}:123456789012:certificate/0"},
            [("portkey_tls_certificate_arn", f"arn:aws:acm:{REGION}:123456789012:certificate/0")],
        ),
        (
            {
                "given_secrets": [
                    {
                        "variable": "portkey_secrets.gateway.KEY",
                        "arn": f"arn:aws:secretsmanager:{REGION}:123456789012:secret:x",
                    }
                ]
            },
            [("portkey_secrets.gateway.KEY", f"arn:aws:secretsmanager:{REGION}:123456789012:secret:x")],
        ),
        (
            {"access_logs": {"bucket": "nowhere", "prefix": "", "lb_type": "network"}},
            [("portkey_lb_access_logs_bucket", "nowhere")],
        ),
        (
            {"vpc": {"id": "vpc-01234567", "public_subnet_ids": [], "private_subnet_ids": [], "two_zones_for": None}},
            [("portkey_vpc_id", "vpc-01234567")],
        ),
        (
            {"cluster": {"name": "none", "capacity_providers": ["cp"], "variable": "v"}},
            [("portkey_cluster_name", "none")],
        ),
    ],
)
def test_what_is_not_there_is_a_fault(aws, questions, expected):
    assert faults_of(**questions) == expected


def test_a_region_is_suggested(aws):
    with pytest.raises(GatewayError) as failure:
        examine(module(region="us-west-9"))
    assert "Did you mean us-west-" in failure.value.message


def network_of(aws, zones):
    """A VPC and one subnet in each zone."""
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for number, zone in enumerate(zones)
    ]
    return vpc, subnets


def test_an_existing_vpc(aws):
    vpc, subnets = network_of(aws, ["us-west-2b", "us-west-2a", "us-west-2c", "us-west-2d"])
    question = {
        "id": vpc,
        "public_subnet_ids": subnets[:2],
        "private_subnet_ids": subnets[2:],
        "two_zones_for": "public",
    }
    account = seen(vpc=question)["account"]
    assert account["vpc_cidr"] == "10.0.0.0/16"
    assert account["availability_zones"] == ["us-west-2c", "us-west-2d"]


def test_subnets_of_another_vpc_of_one_zone_and_of_none(aws):
    vpc, subnets = network_of(aws, ["us-west-2a", "us-west-2a"])
    foreign = network_of(aws, ["us-west-2b"])[1]
    question = {
        "id": vpc,
        "public_subnet_ids": subnets,
        "private_subnet_ids": [*foreign, "subnet-01234567"],
        "two_zones_for": "public",
    }
    assert sorted(faults_of(vpc=question), key=str) == sorted(
        [
            ("portkey_public_subnet_ids", subnets),
            ("portkey_private_subnet_ids", ["subnet-01234567"]),
            ("portkey_private_subnet_ids", foreign),
        ],
        key=str,
    )


NETWORK = {"name": "portkey-dev-vpc", "cidr": "10.0.0.0/16", "project": "portkey", "environment": "dev"}


def tag_network(aws, resource, name):
    tags = {"Name": name, "Project": "portkey", "Environment": "dev"}
    aws("ec2").create_tags(Resources=[resource], Tags=[{"Key": key, "Value": value} for key, value in tags.items()])


def test_the_vpc_of_an_earlier_run(aws):
    assert seen(network=NETWORK)["account"]["live_vpc"] is None
    vpc, subnets = network_of(aws, ["us-west-2b", "us-west-2a"])
    tag_network(aws, vpc, "portkey-dev-vpc")
    tag_network(aws, subnets[0], "portkey-dev-public-1")
    assert seen(network=NETWORK)["account"]["live_vpc"] == {
        "id": vpc,
        "subnets": {
            "portkey-dev-public-1": {"id": subnets[0], "cidr": "10.0.0.0/24", "zone": "us-west-2b", "owned": True},
            subnets[1]: {"id": subnets[1], "cidr": "10.0.1.0/24", "zone": "us-west-2a", "owned": False},
        },
    }
    assert faults_of(network={**NETWORK, "cidr": "10.1.0.0/16"}) == [("portkey_vpc_cidr", "10.1.0.0/16")]


def test_two_vpcs_of_one_stack(aws):
    for vpc in (network_of(aws, [])[0], network_of(aws, [])[0]):
        tag_network(aws, vpc, "portkey-dev-vpc")
    assert faults_of(network=NETWORK) == [("portkey_project_name", "portkey")]


def test_secrets_that_are_there(aws):
    client = aws("secretsmanager")
    mine = client.create_secret(Name="mine", SecretString="{}")["ARN"]
    own = client.create_secret(Name="portkey/dev/docker-credentials", SecretString="{}")["ARN"]
    account = seen(
        given_secrets=[{"variable": "portkey_docker_cred_secret_arn", "arn": mine}],
        own_secrets=[
            {"name": "portkey/dev/docker-credentials", "is_made": False},
            {"name": "portkey/dev/clientauth-organizations", "is_made": False},
        ],
    )["account"]
    assert account["secrets"] == {"portkey/dev/docker-credentials": own}


def test_secrets_that_are_scheduled_for_deletion(aws):
    client = aws("secretsmanager")
    arns = {}
    for name in ("mine", "own", "made"):
        arns[name] = client.create_secret(Name=name, SecretString="{}")["ARN"]
        client.delete_secret(SecretId=name, RecoveryWindowInDays=7)
    faults = faults_of(
        given_secrets=[{"variable": "portkey_docker_cred_secret_arn", "arn": arns["mine"]}],
        own_secrets=[{"name": "own", "is_made": False}, {"name": "made", "is_made": True}],
    )
    assert faults == [("portkey_docker_cred_secret_arn", arns["mine"]), ("portkey_secrets", "own")]


def test_a_certificate(aws):
    arn = aws("acm").request_certificate(DomainName="gw.example.com", ValidationMethod="DNS")["CertificateArn"]
    with pytest.raises(GatewayError) as failure:
        examine(module(certificate_arn=arn))
    assert "its status is PENDING_VALIDATION" in failure.value.message


LOG_POLICY = {
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "delivery.logs.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::lb-logs/gw/AWSLogs/123456789012/*",
    }
}


def test_the_policy_of_the_bucket_of_the_access_logs(aws):
    client = aws("s3")
    client.create_bucket(Bucket="lb-logs", CreateBucketConfiguration={"LocationConstraint": REGION})
    question = {"bucket": "lb-logs", "prefix": "gw", "lb_type": "network"}
    assert faults_of(access_logs=question) == [("portkey_lb_access_logs_bucket", "lb-logs")]
    client.put_bucket_policy(Bucket="lb-logs", Policy=json.dumps(LOG_POLICY))
    assert seen(access_logs=question)["faults"] == []
    assert faults_of(access_logs={**question, "prefix": ""}) == [("portkey_lb_access_logs_bucket", "lb-logs")]


def test_a_bucket_that_is_missing_is_only_remarked(aws):
    result = seen(buckets={"names": ["none-such"], "region": REGION})
    assert result["faults"] == []
    assert result["remarks"] == ["There is no bucket none-such: make it before the services write to it."]


MADE = {"name": "portkey-logs", "region": REGION, "variable": "portkey_object_storage.log_store_bucket"}
MADE_TAGS = {"Project": "portkey", "Environment": "dev", "ManagedBy": "Ansible", "portkey:stack-region": REGION}
OWN_BUCKETS = {"buckets": [MADE], "tags": MADE_TAGS}
TAKEN = [(MADE["variable"], "portkey-logs")]


def make_bucket(aws, tags=None, region=REGION):
    client = aws("s3", region)
    client.create_bucket(Bucket="portkey-logs", CreateBucketConfiguration={"LocationConstraint": region})
    if tags:
        tag_set = [{"Key": key, "Value": value} for key, value in tags.items()]
        client.put_bucket_tagging(Bucket="portkey-logs", Tagging={"TagSet": tag_set})
    return client


def test_a_bucket_that_the_stack_makes_may_be_missing_or_its_own(aws):
    assert seen(own_buckets=OWN_BUCKETS)["faults"] == []
    make_bucket(aws, {**MADE_TAGS, "team": "gateway"}).put_object(Bucket="portkey-logs", Key="a")
    assert seen(own_buckets=OWN_BUCKETS)["faults"] == []


def test_a_bucket_that_a_killed_run_left_has_no_tags_and_nothing_in_it(aws):
    client = make_bucket(aws)
    assert seen(own_buckets=OWN_BUCKETS)["faults"] == []
    client.put_object(Bucket="portkey-logs", Key="a")
    assert faults_of(own_buckets=OWN_BUCKETS) == TAKEN


@pytest.mark.parametrize("changes", [{"Environment": "prod"}, {"portkey:stack-region": "eu-west-1"}])
def test_a_bucket_of_another_stack_is_not_taken_over(aws, changes):
    make_bucket(aws, {**MADE_TAGS, **changes})
    assert faults_of(own_buckets=OWN_BUCKETS) == TAKEN


def test_a_bucket_cannot_move(aws):
    make_bucket(aws, MADE_TAGS, "eu-west-1")
    assert faults_of(own_buckets=OWN_BUCKETS) == TAKEN


OWN_TAGS = {"Project": "portkey", "Environment": "dev", "ManagedBy": "Ansible"}


def test_a_live_stack(aws):
    ecs_tags = [{"key": key, "value": value} for key, value in OWN_TAGS.items()]
    ecs = aws("ecs")
    ecs.create_cluster(clusterName="portkey-dev-cluster", tags=ecs_tags)
    environment = [{"name": "SERVER_MODE", "value": "all"}]
    container = {"name": "gateway", "image": "x", "memory": 512, "environment": environment}
    ecs.register_task_definition(family="portkey-dev-gateway", containerDefinitions=[container])
    ecs.create_service(
        cluster="portkey-dev-cluster",
        serviceName="gateway",
        taskDefinition="portkey-dev-gateway",
        desiredCount=1,
        tags=ecs_tags,
    )
    subnets = network_of(aws, ["us-west-2a", "us-west-2b"])[1]
    aws("elbv2").create_load_balancer(
        Name="portkey-dev-lb",
        Type="application",
        Scheme="internet-facing",
        Subnets=subnets,
        Tags=[{"Key": key, "Value": value} for key, value in OWN_TAGS.items()],
    )
    account = seen(live={**LIVE, "server_mode": "all", "lb_type": "application"})["account"]
    assert (account["live_server_mode"], account["live_lb_type"]) == ("all", "application")
    assert account["live_lb_scheme"] == "internet-facing"
    assert faults_of(live=LIVE) == [("portkey_server_mode", "gateway"), ("portkey_lb_type", "network")]


# What moto cannot say, and tables, which it would make slow.


class Scripted:
    """A client that answers each operation with what it is told, or fails with it."""

    def __init__(self, **answers):
        self.answers = answers

    def can_paginate(self, operation):
        return False

    def __getattr__(self, operation):
        def answer(**parameters):
            told = self.answers[operation]
            if isinstance(told, Exception):
                raise told
            return told

        return answer


def refused(code, message="No."):
    return botocore.exceptions.ClientError({"Error": {"Code": code, "Message": message}}, "Operation")


class FakeConnection:
    region, partition = REGION, partition_of(REGION)

    def __init__(self, known=(REGION, "us-east-1"), **clients):
        self.clients, self.known = clients, list(known)

    def client(self, service, region=None):
        return self.clients.get(f"{service}_{(region or self.region).replace('-', '_')}") or self.clients[service]

    def known_regions(self):
        return self.known


def test_an_existing_cluster():
    active = {"clusters": [{"status": "ACTIVE", "capacityProviders": ["one", "two"]}]}
    fake = FakeConnection(ecs=Scripted(describe_clusters=active))
    question = {"name": "c", "variable": "portkey_capacity.type"}
    assert cluster.cluster(fake, {**question, "capacity_providers": ["two", "one"]}).faults == []
    first, second = cluster.cluster(fake, {**question, "capacity_providers": ["three", "one", "four"]}).faults
    assert (first.variable, first.value, second.value) == ("portkey_capacity.type", "three", "four")
    assert "one, two" in first.rule


def test_a_cluster_that_was_deleted():
    inactive = {"clusters": [{"status": "INACTIVE", "capacityProviders": ["one"]}]}
    fake = FakeConnection(ecs=Scripted(describe_clusters=inactive))
    (fault,) = cluster.cluster(fake, {"name": "c", "capacity_providers": ["one"], "variable": "v"}).faults
    assert fault.variable == "portkey_cluster_name"


@pytest.mark.parametrize("code", ["AccessDeniedException", "AccessDenied"])
def test_what_may_not_be_read_is_remarked(code):
    denied = refused(code)
    fake = FakeConnection(
        ecs=Scripted(describe_clusters={"clusters": []}, describe_services=denied),
        elbv2=Scripted(describe_load_balancers=denied),
    )
    findings = cluster.live(fake, LIVE)
    assert findings.faults == []
    assert len(findings.warnings) == 2


def regional(here, elsewhere):
    return FakeConnection(
        sts_us_west_2=Scripted(get_caller_identity=here), sts_us_east_1=Scripted(get_caller_identity=elsewhere)
    )


CALLER = {"Account": "123456789012"}


def test_a_region_that_is_not_enabled_is_not_taken_for_bad_credentials():
    (fault,) = identity.identity(regional(refused("InvalidClientTokenId"), CALLER)).faults
    assert (fault.variable, fault.value) == ("portkey_aws_region", REGION)
    assert "must be enabled" in fault.rule


def test_the_list_of_regions_says_that_one_is_not_enabled():
    answer = {"Regions": [{"RegionName": REGION, "OptInStatus": "not-opted-in"}]}
    (fault,) = identity.region_exists(FakeConnection(ec2=Scripted(describe_regions=answer))).faults
    assert "must be enabled" in fault.rule


def test_without_permission_the_regions_of_botocore_count():
    denied = Scripted(describe_regions=refused("UnauthorizedOperation"))
    assert identity.region_exists(FakeConnection(ec2=denied)).faults == []
    (fault,) = identity.region_exists(FakeConnection(ec2=denied, known=("us-east-1",))).faults
    assert fault.variable == "portkey_aws_region"


@pytest.mark.parametrize(
    "error, rule",
    [
        (botocore.exceptions.NoCredentialsError(), "There must be credentials; none were found."),
        (botocore.exceptions.PartialCredentialsError(provider="env", cred_var="x"), "They must be complete."),
        (botocore.exceptions.ProfileNotFound(profile="x"), "The profile must exist."),
        (botocore.exceptions.UnauthorizedSSOTokenError(), "The single sign-on session must be valid."),
        (botocore.exceptions.CredentialRetrievalError(provider="p", error_msg="m"), "They must be retrievable."),
        (refused("ExpiredToken", "It is old."), "They must be valid; they have expired. It is old."),
        (refused("ExpiredTokenException"), "They must be valid; they have expired."),
        (refused("InvalidClientTokenId"), "AWS must accept them: InvalidClientTokenId."),
        (refused("SignatureDoesNotMatch"), "AWS must accept them: SignatureDoesNotMatch."),
    ],
)
def test_what_is_wrong_with_the_credentials(error, rule):
    (fault,) = identity.credentials_fault(error).faults
    assert fault.variable == "AWS credentials"
    assert fault.rule.startswith(rule)


def test_another_error_is_not_about_the_credentials():
    assert identity.credentials_fault(refused("Throttling")) is None


def test_without_credentials_nothing_else_is_said(monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(GatewayError) as failure:
        examine(module(zones=2, instance_type="t4g.medium", own_secrets=[], live=LIVE))
    assert {one["variable"] for one in failure.value.details["faults"]} == {"AWS credentials"}
    assert failure.value.details["account"]["secrets"] is None


def test_a_profile_that_does_not_exist(monkeypatch):
    with pytest.raises(GatewayError) as failure:
        examine(types.SimpleNamespace(params={**module().params, "profile": "none-such"}))
    assert "none-such" in failure.value.message
    assert failure.value.details["faults"][0]["variable"] == "AWS credentials"


def test_the_same_thing_is_said_once():
    one = connection.Findings.fault("v", 1, "r", "f")
    one.add(connection.Findings.fault("v", 1, "r", "f"))
    one.add(connection.Findings.fault("v", 2, "r", "f"))
    assert [fault.value for fault in one.faults] == [1, 2]


def running(mode="", lb_type="network", tags=None):
    """A live stack in scripted answers."""
    tags = tags or OWN_TAGS
    ecs_tags = [{"key": key, "value": value} for key, value in tags.items()]
    elb_tags = [{"Key": key, "Value": value} for key, value in tags.items()]
    service = {"status": "ACTIVE", "taskDefinition": "arn", "tags": ecs_tags}
    container = {"environment": [{"name": "SERVER_MODE", "value": mode}]}
    return FakeConnection(
        ecs=Scripted(
            describe_clusters={"clusters": [{"status": "ACTIVE", "tags": ecs_tags}]},
            describe_services={"services": [service]},
            describe_task_definition={"taskDefinition": {"containerDefinitions": [container]}},
        ),
        elbv2=Scripted(
            describe_load_balancers={
                "LoadBalancers": [{"LoadBalancerArn": "arn", "Type": lb_type, "Scheme": "internal"}]
            },
            describe_tags={"TagDescriptions": [{"Tags": elb_tags}]},
        ),
    )


@pytest.mark.parametrize(
    "live, wanted, allowed",
    [
        ("gateway", "gateway", True),
        ("gateway", "all", True),
        ("gateway", "mcp", False),
        ("mcp", "mcp", True),
        ("mcp", "all", True),
        ("mcp", "gateway", False),
        ("all", "all", True),
        ("all", "gateway", False),
        ("all", "mcp", False),
    ],
)
def test_changes_of_the_server_mode(live, wanted, allowed):
    fake = running(mode="" if live == "gateway" else live)
    findings = cluster.live(fake, {**LIVE, "server_mode": wanted})
    assert findings.facts["live_server_mode"] == live
    assert [one.variable for one in findings.faults] == ([] if allowed else ["portkey_server_mode"])


@pytest.mark.parametrize("live", ["network", "application"])
@pytest.mark.parametrize("wanted", ["network", "application"])
@pytest.mark.parametrize("create_lb", [True, False])
def test_changes_of_the_load_balancers_type(live, wanted, create_lb):
    findings = cluster.live(running(lb_type=live), {**LIVE, "lb_type": wanted, "create_lb": create_lb})
    assert findings.facts["live_lb_type"] == live
    is_refused = create_lb and live != wanted
    assert [one.variable for one in findings.faults] == (["portkey_lb_type"] if is_refused else [])


@pytest.mark.parametrize(
    "tags, is_free",
    [
        (OWN_TAGS, True),
        ({"team": "x"}, True),
        ({"Project": "portkey-dev", "Environment": "eu", "ManagedBy": "Ansible"}, False),
        ({"Project": "portkey", "Environment": "dev", "ManagedBy": "Terraform"}, False),
    ],
)
def test_names_that_another_has_are_refused(tags, is_free):
    faults = cluster.live(running(tags=tags), LIVE).faults
    assert {one.variable for one in faults} == (set() if is_free else {"portkey_project_name"})


def test_a_service_in_a_cluster_of_others_is_looked_at_too():
    foreign = {**OWN_TAGS, "Environment": "prod"}
    faults = cluster.live(running(tags=foreign), {**LIVE, "own_cluster": False}).faults
    assert any("service gateway" in one.rule for one in faults)
    assert not any("cluster portkey" in one.rule for one in faults)


def test_what_a_killed_run_left_of_codedeploy_is_known_by_its_role(aws):
    question = {**LIVE, "codedeploy_role": "portkey-dev-codedeploy"}
    assert seen(live=question)["account"]["live_codedeploy"] is False
    aws("iam").create_role(RoleName="portkey-dev-codedeploy", AssumeRolePolicyDocument="{}")
    assert seen(live=question)["account"]["live_codedeploy"] is True


def test_insights_of_an_earlier_run_are_known_by_the_clusters_tag(aws):
    ecs = aws("ecs")
    ecs.create_cluster(clusterName="portkey-dev-cluster")
    assert seen(live=LIVE)["account"]["live_insights_default"] is None
    arn = ecs.describe_clusters(clusters=["portkey-dev-cluster"])["clusters"][0]["clusterArn"]
    ecs.tag_resource(resourceArn=arn, tags=[{"key": "portkey:container-insights", "value": "enhanced"}])
    assert seen(live={**LIVE, "insights": "enhanced"})["account"]["live_insights_default"] is None
    assert seen(live=LIVE)["account"]["live_insights_default"] == "disabled"
