"""From a launch template to an instance: what EC2 would refuse, and the launch."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from moto.core.exceptions import ServiceException
from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS, INSTANCE_TYPES
from moto.ssm.models import ssm_backends

from ...registry import AwsError
from ..ec2 import instances
from ..ec2.common import backend_of

if TYPE_CHECKING:
    from ...world import World

FROM_SSM = "resolve:ssm:"


@dataclasses.dataclass(frozen=True)
class Plan:
    """A launch template's version, resolved."""

    template: dict[str, str]
    image_id: str
    instance_type: str
    security_groups: list[str]
    profile: dict[str, str]
    data: dict[str, Any]


def resolve(account: str, region: str, template: dict[str, str], instance_type: str | None = None) -> Plan:
    """The plan for the next instance: $Latest is what is the latest now."""
    ec2 = backend_of(account, region)
    if template.get("LaunchTemplateId"):
        found = ec2.get_launch_template(template["LaunchTemplateId"])
    else:
        found = ec2.get_launch_template_by_name(template.get("LaunchTemplateName"))
    version = found.get_version(template.get("Version") or "$Default")
    data = version.data
    interfaces = data.get("NetworkInterfaces") or [{}]
    return Plan(
        template={
            "LaunchTemplateId": found.id,
            "LaunchTemplateName": found.name,
            "Version": str(version.number),
        },
        image_id=_image(account, region, data.get("ImageId", "")),
        instance_type=instance_type or data.get("InstanceType", "m1.small"),
        security_groups=list(data.get("SecurityGroupIds") or interfaces[0].get("Groups") or []),
        profile=dict(data.get("IamInstanceProfile") or {}),
        data=data,
    )


def _image(account: str, region: str, image_id: str) -> str:
    if not image_id.startswith(FROM_SSM):
        return image_id
    parameter = ssm_backends[account][region].get_parameter(image_id.removeprefix(FROM_SSM))
    return str(parameter.value) if parameter else image_id


def check(world: World, account: str, region: str, template: dict[str, str], instance_type: str | None) -> Plan:
    """Refuse what EC2 would refuse, in the words of Auto Scaling."""
    try:
        plan = resolve(account, region, template, instance_type)
        _check_plan(world, account, region, plan)
    except ServiceException as error:
        message = f"You must use a valid fully-formed launch template. {error.message}"
        raise AwsError("ValidationError", message) from error
    return plan


def _check_plan(world: World, account: str, region: str, plan: Plan) -> None:
    ec2 = backend_of(account, region)
    if not plan.image_id:
        raise AwsError("MissingParameter", "The request must contain the parameter ImageId")
    image = ec2.amis.get(plan.image_id)
    if image is None:
        raise AwsError("InvalidAMIID.NotFound", f"The image id '[{plan.image_id}]' does not exist")
    if plan.instance_type not in INSTANCE_TYPES:
        raise AwsError("InvalidParameterValue", f"Invalid value '{plan.instance_type}' for InstanceType.")
    supported = INSTANCE_TYPES[plan.instance_type]["ProcessorInfo"]["SupportedArchitectures"]
    if image.architecture not in supported:
        raise AwsError(
            "InvalidParameterValue",
            f"The architecture '{','.join(supported)}' of the specified instance type does not match the architecture "
            f"'{image.architecture}' of the specified AMI. Specify an instance type and an AMI that have matching "
            "architectures, and try again. You can use 'describe-instance-types' or 'describe-images' to discover "
            "the architecture of the instance type or AMI.",
        )
    for group_id in plan.security_groups:
        if ec2.get_security_group_from_id(group_id) is None:
            raise AwsError("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist")
    instances.check_profile(world, account, region, plan.profile)


def offered(region: str, instance_type: str, zone: str) -> bool:
    """Whether the instance type exists in the availability zone."""
    offers = INSTANCE_TYPE_OFFERINGS["availability-zone"].get(region, [])
    return any(one["InstanceType"] == instance_type and one["Location"] == zone for one in offers)


def run(account: str, region: str, plan: Plan, subnet_id: str, tags: dict[str, str]) -> Any:
    """A new instance, as EC2 has it right after the launch."""
    ec2, data = backend_of(account, region), plan.data
    own_tags = {
        "aws:ec2launchtemplate:id": plan.template["LaunchTemplateId"],
        "aws:ec2launchtemplate:version": plan.template["Version"],
    }
    reservation = ec2.run_instances(
        plan.image_id,
        1,
        data.get("UserData"),
        [],
        instance_type=plan.instance_type,
        is_instance_type_default=False,
        region_name=region,
        subnet_id=subnet_id,
        security_group_ids=plan.security_groups,
        key_name=data.get("KeyName"),
        ebs_optimized=bool(data.get("EbsOptimized")),
        metadata_options=data.get("MetadataOptions") or {},
        monitoring_state="enabled" if (data.get("Monitoring") or {}).get("Enabled") else "disabled",
        tags={
            "instance": {**_template_tags(data, "instance"), **own_tags, **tags},
            "volume": _template_tags(data, "volume"),
        },
    )
    instance = reservation.instances[0]
    if plan.profile.get("Name"):
        ec2.associate_iam_instance_profile(instance.id, iam_instance_profile_name=plan.profile["Name"])
    elif plan.profile.get("Arn"):
        ec2.associate_iam_instance_profile(instance.id, iam_instance_profile_arn=plan.profile["Arn"])
    return instance


def _template_tags(data: dict[str, Any], kind: str) -> dict[str, str]:
    return {
        tag["Key"]: tag.get("Value", "")
        for specification in data.get("TagSpecifications") or []
        if specification.get("ResourceType") == kind
        for tag in specification.get("Tags", [])
    }
