"""What IAM asks of a caller for a call: actions on resources, as AWS's service authorization reference has them.

One call may need several: to pass a role, to tag what it makes, to look at what it is given. An id that AWS makes up is
written as NEW.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .registry import Call

# Where the prefix of a service's IAM actions is not boto3's name of the service.
ACTION_PREFIXES = {"elbv2": "elasticloadbalancing", "cloudwatch": "cloudwatch", "resourcegroupstaggingapi": "tag"}
NEW = "0a1b2c3d4e5f67890"
EVERYTHING = "*"

Params = Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class Need:
    action: str
    resource: str = EVERYTHING
    # Of the request, by lower-case key.
    context: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Request:
    """A call, where it is made, and what only AWS knows: the deployment group of a deployment."""

    service: str
    operation: str
    params: Params
    region: str
    account: str = "123456789012"
    partition: str = "aws"
    deployment_group: str = f"{NEW}/{NEW}"

    @property
    def action(self) -> str:
        return self.of(self.operation)

    def of(self, operation: str) -> str:
        return f"{ACTION_PREFIXES.get(self.service, self.service)}:{operation}"

    def arn(self, service: str, resource: str, region: str | None = None, account: str | None = None) -> str:
        place = f"{self.region if region is None else region}:{self.account if account is None else account}"
        return f"arn:{self.partition}:{service}:{place}:{resource}"

    def role(self, name: str) -> str:
        return self.arn("iam", f"role/{name}", region="")


Found = Iterator[Need]
_services: dict[str, Callable[[Request], Found]] = {}


def needs(request: Request) -> list[Need]:
    """The action itself first."""
    find = _services.get(request.service)
    found = list(find(request)) if find else []
    return found or [Need(request.action)]


def of_call(call: Call) -> list[Need]:
    """Also for a call that is not whole, which AWS would refuse for that."""
    request = Request(call.service, call.operation, call.params, call.region, call.account, call.partition)
    try:
        return needs(request)
    except (KeyError, StopIteration):
        return [Need(request.action)]


def _of_service(name: str) -> Callable[[Callable[[Request], Found]], Callable[[Request], Found]]:
    def register(function: Callable[[Request], Found]) -> Callable[[Request], Found]:
        _services[name] = function
        return function

    return register


def _passes(arn: str | None, service: str) -> Found:
    if arn:
        yield Need("iam:PassRole", arn, {"iam:passedtoservice": f"{service}.amazonaws.com"})


def _links(request: Request, service: str) -> Found:
    """The first of its kind in an account makes AWS's own role for the service."""
    role = request.role(f"aws-service-role/{service}.amazonaws.com/{NEW}")
    yield Need("iam:CreateServiceLinkedRole", role, {"iam:awsservicename": f"{service}.amazonaws.com"})


def _last(arn: str) -> str:
    return arn.rsplit("/", 1)[-1]


# EC2

_EC2_KINDS = {
    "AllocationId": "elastic-ip",
    "GroupId": "security-group",
    "InstanceId": "instance",
    "InstanceIds": "instance",
    "InternetGatewayId": "internet-gateway",
    "LaunchTemplateId": "launch-template",
    "NatGatewayId": "natgateway",
    "RouteTableId": "route-table",
    "SubnetId": "subnet",
    "VolumeId": "volume",
    "VpcId": "vpc",
}
_EC2_CREATED = {
    "AllocateAddress": "elastic-ip",
    "CreateInternetGateway": "internet-gateway",
    "CreateLaunchTemplate": "launch-template",
    "CreateNatGateway": "natgateway",
    "CreateRouteTable": "route-table",
    "CreateSecurityGroup": "security-group",
    "CreateSubnet": "subnet",
    "CreateVpc": "vpc",
}
# Where AWS asks about fewer things than the call names, or about what it does not name.
_EC2_ASKED = {"CreateRoute": ("route-table",), "DeleteRoute": ("route-table",), "ReplaceRoute": ("route-table",)}
_EC2_UNNAMED = {"DisassociateRouteTable": ("route-table", "subnet")}
_EC2_PREFIXES = {
    "eipalloc": "elastic-ip",
    "eni": "network-interface",
    "i": "instance",
    "igw": "internet-gateway",
    "lt": "launch-template",
    "nat": "natgateway",
    "rtb": "route-table",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "subnet": "subnet",
    "vol": "volume",
    "vpc": "vpc",
}
_EC2_LOOKS = ("Describe",)
_EC2_LOOKS_AT_ONE = ("DescribeVpcAttribute",)


@_of_service("ec2")
def _ec2(request: Request) -> Found:
    operation, params = request.operation, request.params
    if operation.startswith(_EC2_LOOKS) and operation not in _EC2_LOOKS_AT_ONE:
        return
    of = functools.partial(request.arn, "ec2")
    if operation in ("CreateTags", "DeleteTags"):
        for one in params["Resources"]:
            yield Need(request.action, of(f"{_EC2_PREFIXES[one.split('-')[0]]}/{one}"))
        return
    for kind, identity in _ec2_things(operation, params):
        yield Need(request.action, of(f"{kind}/{identity}"))
    for specification in params.get("TagSpecifications") or []:
        yield Need("ec2:CreateTags", of(f"{specification['ResourceType']}/{NEW}"))


def _ec2_things(operation: str, params: Params) -> Iterator[tuple[str, str]]:
    asked = _EC2_ASKED.get(operation)
    if operation in _EC2_CREATED:
        yield _EC2_CREATED[operation], NEW
    for kind in _EC2_UNNAMED.get(operation, ()):
        yield kind, NEW
    for key, kind in _EC2_KINDS.items():
        if params.get(key) and (asked is None or kind in asked):
            for identity in params[key] if isinstance(params[key], list) else [params[key]]:
                yield kind, identity


def _launches(request: Request) -> Found:
    """Auto Scaling tries the launch template with the caller's own permissions."""
    of = functools.partial(request.arn, "ec2")
    for kind in ("instance", "launch-template", "network-interface", "security-group", "subnet", "volume"):
        yield Need("ec2:RunInstances", of(f"{kind}/{NEW}"))
    yield Need("ec2:RunInstances", of(f"image/{NEW}", account=""))
    for kind in ("instance", "volume"):
        yield Need("ec2:CreateTags", of(f"{kind}/{NEW}"))
    image = "parameter/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id"
    yield Need("ssm:GetParameters", request.arn("ssm", image, account=""))


@_of_service("autoscaling")
def _autoscaling(request: Request) -> Found:
    if request.operation.startswith("Describe"):
        return
    params = request.params
    tags = params.get("Tags") or []
    names = (
        {params["AutoScalingGroupName"]} if "AutoScalingGroupName" in params else {one["ResourceId"] for one in tags}
    )
    for name in sorted(names):
        group = request.arn("autoscaling", f"autoScalingGroup:{NEW}:autoScalingGroupName/{name}")
        yield Need(request.action, group)
        if request.operation == "CreateAutoScalingGroup" and tags:
            yield Need("autoscaling:CreateOrUpdateTags", group)
    if params.get("LaunchTemplate"):
        yield from _launches(request)
    if request.operation == "CreateAutoScalingGroup":
        yield from _links(request, "autoscaling")


# ECS

_ECS_UNLIMITED = (
    "CreateCapacityProvider",
    "DeregisterTaskDefinition",
    "DescribeTaskDefinition",
    "ListAccountSettings",
    "ListClusters",
    "ListServices",
    "ListServicesByNamespace",
    "ListTaskDefinitionFamilies",
    "ListTaskDefinitions",
    "PutAccountSetting",
    "PutAccountSettingDefault",
)


@_of_service("ecs")
def _ecs(request: Request) -> Found:
    if request.operation in _ECS_UNLIMITED:
        yield Need(request.action)
    for resource in dict.fromkeys(_ecs_things(request)):
        arn = resource if resource.startswith("arn:") else request.arn("ecs", resource)
        if request.operation not in _ECS_UNLIMITED:
            yield Need(request.action, arn)
        if request.params.get("tags") and request.operation != "TagResource":
            yield Need("ecs:TagResource", arn)
    yield from _ecs_implied(request)


def _ecs_things(request: Request) -> Iterator[str]:
    operation, params = request.operation, request.params
    cluster = _last(params.get("cluster") or params.get("clusterName") or "default")
    for named in params.get("clusters") or []:
        yield f"cluster/{_last(named)}"
    for key in ("service", "serviceName"):
        # Of tasks it is only a filter.
        if params.get(key) and operation != "ListTasks":
            yield f"service/{cluster}/{_last(params[key])}"
    for service in params.get("services") or []:
        yield f"service/{cluster}/{_last(service)}"
    for name in _capacity_providers(operation, params):
        yield f"capacity-provider/{name}"
    if operation == "ListTasks":
        yield f"container-instance/{cluster}/*"
    for task in [*(params.get("tasks") or []), *([params["task"]] if params.get("task") else [])]:
        yield f"task/{cluster}/{_last(task)}"
    yield from _ecs_revisions(operation, params, cluster)
    if operation in _ECS_ON_CLUSTERS:
        yield f"cluster/{cluster}"
    if params.get("resourceArn"):
        yield params["resourceArn"]


_ECS_ON_CLUSTERS = (
    "CreateCluster",
    "DeleteCluster",
    "ExecuteCommand",
    "ListAttributes",
    "ListContainerInstances",
    "PutClusterCapacityProviders",
    "UpdateCluster",
    "UpdateClusterSettings",
)


def _capacity_providers(operation: str, params: Params) -> Iterator[str]:
    if operation == "DescribeCapacityProviders":
        yield from [_last(one) for one in params.get("capacityProviders") or []] or ["*"]
    elif operation == "CreateCapacityProvider" and params.get("tags"):
        yield params["name"]
    elif operation in ("UpdateCapacityProvider", "DeleteCapacityProvider"):
        yield _last(params.get("name") or params["capacityProvider"])


def _ecs_revisions(operation: str, params: Params, cluster: str) -> Iterator[str]:
    """Revisions of task definitions and of services, and what brings the latter about."""
    if operation == "RegisterTaskDefinition":
        yield f"task-definition/{params['family']}:1"
    if operation in ("RunTask", "StartTask"):
        yield f"task-definition/{_last(params['taskDefinition'])}"
    yield from params.get("taskDefinitions") or []
    arns = [*(params.get("serviceDeploymentArns") or []), *(params.get("serviceRevisionArns") or [])]
    if params.get("serviceDeploymentArn"):
        arns.append(params["serviceDeploymentArn"])
    for arn in arns:
        yield arn
        if operation.startswith("Describe"):
            yield f"service/{'/'.join(arn.split('/')[1:3])}"


def _ecs_implied(request: Request) -> Found:
    operation, params = request.operation, request.params
    overrides = params.get("overrides") or {}
    if operation == "RegisterTaskDefinition" or overrides:
        for key in ("taskRoleArn", "executionRoleArn"):
            yield from _passes(params.get(key) or overrides.get(key), "ecs-tasks")
    if operation in ("CreateService", "UpdateService"):
        for balancer in params.get("loadBalancers") or []:
            yield from _passes((balancer.get("advancedConfiguration") or {}).get("roleArn"), "ecs")
        for hook in (params.get("deploymentConfiguration") or {}).get("lifecycleHooks") or []:
            yield from _passes(hook.get("roleArn"), "ecs")
    if operation == "RunTask" and params.get("tags"):
        cluster = _last(params.get("cluster") or "default")
        yield Need("ecs:TagResource", request.arn("ecs", f"task/{cluster}/{NEW}"))
    if operation == "CreateCluster":
        yield from _links(request, "ecs")
    if operation == "CreateCapacityProvider":
        name = _last(params["autoScalingGroupProvider"]["autoScalingGroupArn"])
        group = request.arn("autoscaling", f"autoScalingGroup:{NEW}:autoScalingGroupName/{name}")
        yield Need("autoscaling:CreateOrUpdateTags", group)


@_of_service("application-autoscaling")
def _application_autoscaling(request: Request) -> Found:
    operation, params = request.operation, request.params
    if operation.startswith("Describe"):
        return
    target = params.get("ResourceARN") or request.arn("application-autoscaling", f"scalable-target/{NEW}")
    yield Need(request.action, target)
    if operation == "RegisterScalableTarget":
        if params.get("Tags"):
            yield Need("application-autoscaling:TagResource", target)
        for action in ("DescribeServices", "UpdateService"):
            yield Need(f"ecs:{action}", request.arn("ecs", params["ResourceId"]))
        yield from _links(request, "ecs.application-autoscaling")
    if operation == "PutScalingPolicy":
        for action in ("DescribeAlarms", "PutMetricAlarm"):
            name = f"alarm:TargetTracking-{params['ResourceId']}-AlarmHigh-{NEW}"
            yield Need(f"cloudwatch:{action}", request.arn("cloudwatch", name))


# Elastic Load Balancing


@_of_service("elbv2")
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
        yield from _links(request, "elasticloadbalancing")
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


# Identities, functions, deployments

_IAM_UNLIMITED = ("ListRoles",)


@_of_service("iam")
def _iam(request: Request) -> Found:
    operation, params = request.operation, request.params
    if operation in _IAM_UNLIMITED:
        return
    if operation == "SimulatePrincipalPolicy":
        yield Need(request.action, params["PolicySourceArn"])
    elif operation == "ListInstanceProfiles":
        yield Need(request.action, request.arn("iam", "instance-profile/", region=""))
    elif "InstanceProfileName" in params:
        profile = request.arn("iam", f"instance-profile/{params['InstanceProfileName']}", region="")
        yield Need(request.action, profile)
        if params.get("Tags") and operation.startswith("Create"):
            yield Need("iam:TagInstanceProfile", profile)
    else:
        yield Need(request.action, request.role(params["RoleName"]))
        if params.get("Tags") and operation == "CreateRole":
            yield Need("iam:TagRole", request.role(params["RoleName"]))
    if operation == "AddRoleToInstanceProfile":
        yield from _passes(request.role(params["RoleName"]), "ec2")


@_of_service("lambda")
def _lambda(request: Request) -> Found:
    operation, params = request.operation, request.params
    if operation.startswith("ListFunctions"):
        return
    name = params.get("FunctionName") or params.get("Resource") or ""
    function = name if name.startswith("arn:") else request.arn("lambda", f"function:{name}")
    yield Need(request.action, function)
    if operation == "CreateFunction" and params.get("Tags"):
        yield Need("lambda:TagResource", function)
    yield from _passes(params.get("Role"), "lambda")
    if (params.get("VpcConfig") or {}).get("SubnetIds"):
        for what in ("SecurityGroups", "Subnets", "Vpcs"):
            yield Need(f"ec2:Describe{what}")


_CODEDEPLOY_UNLIMITED = (
    "BatchGetDeploymentTargets",
    "ContinueDeployment",
    "GetDeploymentTarget",
    "ListApplications",
    "ListDeploymentConfigs",
    "ListDeploymentTargets",
    "PutLifecycleEventHookExecutionStatus",
    "StopDeployment",
)


@_of_service("codedeploy")
def _codedeploy(request: Request) -> Found:
    operation, params = request.operation, request.params
    if operation in _CODEDEPLOY_UNLIMITED:
        return
    of = functools.partial(request.arn, "codedeploy")
    application = params.get("applicationName")
    group = params.get("deploymentGroupName") or params.get("currentDeploymentGroupName")
    if params.get("ResourceArn"):
        resource = params["ResourceArn"]
    elif operation.endswith("DeploymentConfig"):
        resource = of(f"deploymentconfig:{params['deploymentConfigName']}")
    elif group:
        resource = of(f"deploymentgroup:{application}/{group}")
    elif application:
        resource = of(f"application:{application}")
    else:
        resource = of(f"deploymentgroup:{request.deployment_group}")
    yield Need(request.action, resource)
    if params.get("tags") and operation.startswith("Create"):
        yield Need("codedeploy:TagResource", resource)
    yield from _passes(params.get("serviceRoleArn"), "codedeploy")
    if operation == "CreateDeployment":
        yield Need("codedeploy:GetDeploymentConfig", of(f"deploymentconfig:{_config(params)}"))
        for action in ("GetApplicationRevision", "RegisterApplicationRevision"):
            yield Need(f"codedeploy:{action}", of(f"application:{application}"))


def _config(params: Params) -> str:
    return params.get("deploymentConfigName") or "CodeDeployDefault.ECSAllAtOnce"


_CLOUD_MAP_LIMITED = {
    "DeleteNamespace": "namespace",
    "DeleteService": "service",
    "GetNamespace": "namespace",
    "GetService": "service",
    "UpdateHttpNamespace": "namespace",
    "UpdatePrivateDnsNamespace": "namespace",
    "UpdateService": "service",
}
# Cloud Map keeps a private DNS namespace in a hosted zone, which it handles with the caller's permissions: action, and
# whether on one zone.
_CLOUD_MAP_ZONES = {
    "CreatePrivateDnsNamespace": (
        ("CreateHostedZone", False),
        ("ListHostedZonesByName", False),
        ("GetHostedZone", True),
    ),
    "DeleteNamespace": (("GetHostedZone", True), ("DeleteHostedZone", True)),
}


@_of_service("servicediscovery")
def _servicediscovery(request: Request) -> Found:
    operation, params = request.operation, request.params
    of = functools.partial(request.arn, "servicediscovery")
    if operation in _CLOUD_MAP_LIMITED:
        yield Need(request.action, of(f"{_CLOUD_MAP_LIMITED[operation]}/{params['Id']}"))
    elif operation == "CreateService":
        namespace = params.get("NamespaceId") or (params.get("DnsConfig") or {}).get("NamespaceId")
        yield Need(request.action, of(f"namespace/{namespace}"))
        yield Need(request.action, of(f"service/{NEW}"))
    else:
        yield Need(request.action)
    if operation.startswith("Create") and params.get("Tags"):
        yield Need("servicediscovery:TagResource")
    for action, on_zone in _CLOUD_MAP_ZONES.get(operation, ()):
        zone = request.arn("route53", f"hostedzone/{NEW}", region="", account="") if on_zone else EVERYTHING
        yield Need(f"route53:{action}", zone)
    if operation == "CreatePrivateDnsNamespace":
        for what in ("Regions", "Vpcs"):
            yield Need(f"ec2:Describe{what}")


# Stores


@_of_service("logs")
def _logs(request: Request) -> Found:
    operation, params = request.operation, request.params
    if operation == "DescribeLogGroups":
        return
    if params.get("resourceArn"):
        yield Need(request.action, params["resourceArn"].removesuffix(":*"))
        return
    group = request.arn("logs", f"log-group:{params['logGroupName']}")
    if params.get("logStreamName"):
        yield Need(request.action, f"{group}:log-stream:{params['logStreamName']}")
        return
    # AWS's own documents have it both ways.
    for resource in (group, f"{group}:log-stream:"):
        yield Need(request.action, resource)
    if operation == "CreateLogGroup" and params.get("tags"):
        yield Need("logs:TagResource", group)


@_of_service("secretsmanager")
def _secretsmanager(request: Request) -> Found:
    params = request.params
    if request.operation == "ListSecrets":
        return
    named = params.get("SecretId") or params["Name"]
    # AWS adds six characters to the name.
    secret = named if named.startswith("arn:") else request.arn("secretsmanager", f"secret:{named}-AbCdEf")
    yield Need(request.action, secret)
    if request.operation == "CreateSecret" and params.get("Tags"):
        yield Need("secretsmanager:TagResource", secret)


@_of_service("ssm")
def _ssm(request: Request) -> Found:
    params = request.params
    name = params.get("Name") or params.get("ResourceId") or ""
    public = name.startswith("/aws/service/")
    parameter = request.arn("ssm", f"parameter/{name.lstrip('/')}", account="" if public else None)
    yield Need(request.action, parameter)
    if params.get("Tags") and request.operation == "PutParameter":
        yield Need("ssm:AddTagsToResource", parameter)


_S3_ACTIONS = {
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjectVersions": "ListBucketVersions",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
}


@_of_service("s3")
def _s3(request: Request) -> Found:
    params = request.params
    if request.operation == "ListBuckets":
        yield Need("s3:ListAllMyBuckets", "*")
        return
    bucket = request.arn("s3", params["Bucket"], region="", account="")
    if request.operation == "DeleteObjects":
        for one in params["Delete"]["Objects"]:
            yield Need(
                "s3:DeleteObjectVersion" if one.get("VersionId") else "s3:DeleteObject", f"{bucket}/{one['Key']}"
            )
        return
    action = request.of(_S3_ACTIONS.get(request.operation, request.operation))
    yield Need(action, f"{bucket}/{params['Key']}" if params.get("Key") else bucket)
    if action == "s3:GetObject":
        # Without it, an object that is not there is one that may not be read.
        yield Need("s3:ListBucket", bucket)


@_of_service("acm")
def _acm(request: Request) -> Found:
    yield Need(request.action, request.params["CertificateArn"])


@_of_service("cloudwatch")
def _cloudwatch(request: Request) -> Found:
    params = request.params
    if params.get("ResourceARN"):
        yield Need(request.action, params["ResourceARN"])
        return
    for name in params.get("AlarmNames") or [f"{params.get('AlarmNamePrefix', '')}*"]:
        yield Need(request.action, request.arn("cloudwatch", f"alarm:{name}"))
