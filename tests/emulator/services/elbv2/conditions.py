"""When a rule applies, and how it rewrites the request."""

from __future__ import annotations

import re
from typing import Any

from .validation import invalid

# Field: the structure of its own, in which the values are, too.
CONFIGS = {
    "host-header": "HostHeaderConfig",
    "path-pattern": "PathPatternConfig",
    "http-header": "HttpHeaderConfig",
    "http-request-method": "HttpRequestMethodConfig",
    "query-string": "QueryStringConfig",
    "source-ip": "SourceIpConfig",
}
# These have plain values, and at most one condition in a rule.
PLAIN = ("host-header", "path-pattern")
ONCE = ("host-header", "path-pattern", "http-request-method", "source-ip")
MOST_VALUES = 5
LONGEST_VALUE = 128
TRANSFORMS = {"url-rewrite": "UrlRewriteConfig", "host-header-rewrite": "HostHeaderRewriteConfig"}
LONGEST_PATTERN = 1024
# Look-around, atomic groups, back references, possessive quantifiers, recursion, Unicode classes.
UNSUPPORTED = re.compile(r"\(\?(?:[=!>]|<[=!]|R\)|&)|\\[1-9]|[*+?}]\+|\\[pP]\{")


def conditions(wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The conditions as AWS keeps them: plain values and the structure say the same."""
    result = [_condition(one) for one in wanted]
    fields = [one["Field"] for one in result]
    for field in ONCE:
        if fields.count(field) > 1:
            raise invalid(f"A rule can only have one '{field}' condition")
    if sum(len(_values(one)) for one in result) > MOST_VALUES:
        raise invalid(f"A rule can only have '{MOST_VALUES}' condition values")
    return result


def _condition(wanted: dict[str, Any]) -> dict[str, Any]:
    field = wanted.get("Field")
    if field not in CONFIGS:
        raise invalid(f"Condition field '{field}' must be one of '[{','.join(CONFIGS)}]'")
    name = CONFIGS[field]
    config = dict(wanted.get(name) or {})
    if field in PLAIN and not config:
        config = {"Values": list(wanted.get("Values", []))}
    result = {"Field": field, name: config}
    values = _values(result)
    if not values:
        raise invalid(f"A condition value must be specified for the field '{field}'")
    for value in values:
        if isinstance(value, str) and len(value) > LONGEST_VALUE:
            raise invalid(f"The '{field}' value '{value}' cannot be longer than '{LONGEST_VALUE}' characters")
    if field in PLAIN and "Values" in config:
        result["Values"] = list(config["Values"])
    return result


def _values(condition: dict[str, Any]) -> list[Any]:
    config = condition[CONFIGS[condition["Field"]]]
    return [*config.get("Values", []), *config.get("RegexValues", [])]


def transforms(wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """At most one of each type, each with expressions that the load balancer's engine knows."""
    types = [one.get("Type") for one in wanted]
    for kind in types:
        if kind not in TRANSFORMS:
            raise invalid(f"Transform type '{kind}' must be one of '[{','.join(TRANSFORMS)}]'")
        if types.count(kind) > 1:
            raise invalid(f"A rule can have at most one transform of type '{kind}'")
    for transform in wanted:
        name = TRANSFORMS[transform["Type"]]
        rewrites = (transform.get(name) or {}).get("Rewrites", [])
        if len(rewrites) != 1:
            raise invalid(f"A transform of type '{transform['Type']}' must have exactly one rewrite")
        for other in TRANSFORMS.values():
            if other != name and transform.get(other):
                raise invalid(f"A transform of type '{transform['Type']}' cannot have a {other}")
        _check_rewrite(rewrites[0])
    return [{"Type": one["Type"], TRANSFORMS[one["Type"]]: one[TRANSFORMS[one["Type"]]]} for one in wanted]


def _check_rewrite(rewrite: dict[str, str]) -> None:
    for key in ("Regex", "Replace"):
        if len(rewrite.get(key, "")) > LONGEST_PATTERN:
            raise invalid(f"The {key.lower()} of a rewrite cannot be longer than '{LONGEST_PATTERN}' characters")
    regex = rewrite.get("Regex", "")
    try:
        re.compile(regex)
    except re.error as error:
        raise invalid(f"The regex '{regex}' is not valid") from error
    if not regex or UNSUPPORTED.search(regex):
        raise invalid(f"The regex '{regex}' is not valid")
