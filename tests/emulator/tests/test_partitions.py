"""What AWS has in GovCloud and China as it has it elsewhere."""

from __future__ import annotations

import pytest

from emulator.testing import Running, refused

from . import builders

REGIONS = ["us-gov-west-1", "cn-north-1"]


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("parameter, architecture", [(builders.AMI_ARM, "arm64"), (builders.AMI_X86, "x86_64")])
def test_the_images_for_ecs(emulator: Running, region: str, parameter: str, architecture: str):
    ssm, ec2 = emulator.client("ssm", region), emulator.client("ec2", region)
    image = ssm.get_parameter(Name=parameter)["Parameter"]["Value"]
    (described,) = ec2.describe_images(ImageIds=[image])["Images"]
    assert described["Architecture"] == architecture
    with refused("ParameterNotFound"):
        ssm.get_parameter(Name="/aws/service/ecs/optimized-ami/other/recommended/image_id")


@pytest.mark.parametrize("region", REGIONS)
def test_instance_types_are_offered_in_the_regions_own_zones(emulator: Running, region: str):
    offered = emulator.client("ec2", region).describe_instance_type_offerings(
        LocationType="availability-zone", Filters=[{"Name": "instance-type", "Values": ["t4g.medium"]}]
    )["InstanceTypeOfferings"]
    assert f"{region}a" in {one["Location"] for one in offered}
    assert all(one["Location"].startswith(region) for one in offered)


@pytest.mark.parametrize("region, partition", list(zip(REGIONS, ["aws-us-gov", "aws-cn"], strict=True)))
def test_who_is_calling(emulator: Running, region: str, partition: str):
    assert emulator.client("sts", region).get_caller_identity()["Arn"].startswith(f"arn:{partition}:iam::")
