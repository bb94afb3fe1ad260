"""GovCloud and China, of whose images and instance types moto knows nothing: they have what the others have."""

from __future__ import annotations

from typing import Any

from moto.ec2.models import amis
from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS
from moto.ssm import models as ssm
from moto.utilities.utils import load_resource

KNOWN = "us-east-1"
REGIONS = ("us-gov-west-1", "us-gov-east-1", "cn-north-1", "cn-northwest-1")
IMAGES = "resources/ecs/optimized_amis/"


def _load_resource(resource: str) -> Any:
    region = resource.rsplit("/", 1)[-1].split(".")[0]
    return load_resource(resource.replace(region, KNOWN) if IMAGES in resource and region in REGIONS else resource)


def _offerings(region: str) -> list[dict[str, Any]]:
    common = INSTANCE_TYPE_OFFERINGS["availability-zone"][KNOWN]
    return [{**one, "Location": one["Location"].replace(KNOWN, region)} for one in common]


amis.load_resource = _load_resource
ssm.load_resource = _load_resource
INSTANCE_TYPE_OFFERINGS["availability-zone"].update({region: _offerings(region) for region in REGIONS})
