"""Random identifiers, drawn at once: moto draws letter by letter, thousands of times for the images of a region."""

from __future__ import annotations

from moto.ec2 import utils
from moto.moto_api._internal import mock_random


def _random_resource_id(size: int = 8) -> str:
    return f"{mock_random.getrandbits(4 * size):0{size}x}"


utils.random_resource_id = _random_resource_id
