"""What may be set for an account, and what is: defaults of the account, and of single users and roles."""

from __future__ import annotations

import dataclasses

from . import errors

SWITCH = ("enabled", "disabled", "on", "off")
# The value that counts as long as nobody has set one, and the values that may be set.
SETTINGS: dict[str, tuple[str, tuple[str, ...]]] = {
    "serviceLongArnFormat": ("enabled", SWITCH),
    "taskLongArnFormat": ("enabled", SWITCH),
    "containerInstanceLongArnFormat": ("enabled", SWITCH),
    "awsvpcTrunking": ("disabled", SWITCH),
    "containerInsights": ("disabled", (*SWITCH, "enhanced")),
    "fargateFIPSMode": ("disabled", SWITCH),
    "tagResourceAuthorization": ("on", SWITCH),
    "fargateTaskRetirementWaitPeriod": ("7", ("0", "7", "14")),
    "guardDutyActivate": ("off", SWITCH),
    "defaultLogDriverMode": ("non-blocking", ("blocking", "non-blocking")),
    "fargateEventWindows": ("disabled", SWITCH),
}
# Only AWS itself sets these.
AWS_MANAGED = frozenset({"guardDutyActivate"})
SYNONYMS = {"on": "enabled", "off": "disabled"}


@dataclasses.dataclass
class Setting:
    value: str
    since: float


class AccountSettings:
    """By principal and name. The root's settings are everybody's default."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str], Setting] = {}

    def put(self, principal: str, name: str, value: str, now: float) -> None:
        check(name, value)
        old = self._values.get((principal, name))
        if old is None or old.value != value:
            self._values[principal, name] = Setting(value, now)

    def delete(self, principal: str, name: str) -> None:
        self._values.pop((principal, name), None)

    def effective(self, principals: list[str], name: str) -> Setting:
        """The setting of the first principal that has one; times tell since when."""
        for principal in principals:
            if (principal, name) in self._values:
                return self._values[principal, name]
        return Setting(SETTINGS[name][0], 0.0)

    def is_on(self, principals: list[str], name: str, by: float | None = None) -> bool:
        """Whether it is on, and was so at a moment (an instance's start)."""
        setting = self.effective(principals, name)
        return SYNONYMS.get(setting.value, setting.value) == "enabled" and (by is None or setting.since <= by)

    def stored(self, principal: str) -> dict[str, str]:
        return {name: setting.value for (owner, name), setting in self._values.items() if owner == principal}


def check(name: str, value: str) -> None:
    if name not in SETTINGS:
        raise errors.invalid_parameter(f"Unknown setting: {name}")
    if name in AWS_MANAGED:
        raise errors.invalid_parameter(f"You cannot set the setting {name}: it is managed by AWS.")
    if value not in SETTINGS[name][1]:
        raise errors.invalid_parameter(f"Invalid setting value: {value}")
