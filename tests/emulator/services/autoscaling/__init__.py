"""EC2 Auto Scaling, our own: moto's groups have their instances at once and know of no refresh.

The instances are moto's. What other services of the emulator may ask of it is here.
"""

from __future__ import annotations

from .capacity import release, set_desired, set_protection, terminate
from .state import Group, Member, find

__all__ = ["Group", "Member", "find", "release", "set_desired", "set_protection", "terminate"]
