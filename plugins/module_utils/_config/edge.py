# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""What stands before the load balancer: names in DNS, a certificate for them, and a web application firewall.

The load balancer carries notes of these as tags, since neither a record nor its hosted zone can say whose it is: so a
run that finds one switched off knows, without asking anybody else, what an earlier run has made and where.
"""

from __future__ import annotations

import hashlib
import re
import typing as t
from collections.abc import Mapping

from . import services

Config = Mapping[str, t.Any]
Item = dict[str, t.Any]

SERVICES = ("gateway", "mcp")
# What records are for: the names that clients use, and the proof for the certificate.
HOSTS, VALIDATION = "hosts", "validation"
EVERY_PURPOSE = "all"
CERTIFICATE_NOTE, ZONES_NOTE, WEB_ACL_NOTE = "portkey:certificate", "portkey:hosted-zones", "portkey:web-acl"
NOTES = (CERTIFICATE_NOTE, ZONES_NOTE, WEB_ACL_NOTE)

# Unless it is one, a hosted zone is given by its name.
ZONE_ID = re.compile(r"Z[A-Z0-9]{1,31}")

_ROUTING = "alb_routing_configuration"
_HASH_LENGTH = 12


def served(config: Config) -> dict[str, bool]:
    mode = config["server_mode"]
    return {"gateway": services.serves_gateway(mode), "mcp": services.serves_mcp(mode)}


def is_routed_by_host(config: Config) -> bool:
    return config["lb_type"] == "application" and bool(config[_ROUTING]["enable_host_based_routing"])


def host_path(config: Config, service: str) -> str:
    """The variable in which a service's host is written: where requests are routed by it, there and only there."""
    return f"{_ROUTING if is_routed_by_host(config) else 'dns'}.{service}_host"


def hosts(config: Config) -> dict[str, str]:
    """The host of each service that runs and has one. Without routing by host, one may stand for both."""
    place = config[_ROUTING] if is_routed_by_host(config) else config["dns"]
    return {one: place[f"{one}_host"].lower() for one, runs in served(config).items() if runs and place[f"{one}_host"]}


def makes_records(config: Config) -> bool:
    return bool(config["create_lb"] and config["dns"]["create_records"])


def makes_certificate(config: Config) -> bool:
    return bool(config["create_lb"] and config["certificate"]["create"])


def has_web_acl(config: Config) -> bool:
    return bool(config["create_lb"] and config["waf"]["enable"])


def is_tls(config: Config) -> bool:
    return bool(config["tls_certificate_arn"]) or makes_certificate(config)


def is_redirecting(config: Config) -> bool:
    return bool(config["create_lb"] and config["http_redirect"])


def certificate_zone(config: Config) -> str:
    return config["certificate"]["hosted_zone"] or config["dns"]["hosted_zone"]


def is_used(config: Config) -> bool:
    return makes_records(config) or makes_certificate(config) or has_web_acl(config)


def domains(config: Config) -> list[str]:
    """Of the certificate. The first is the one that it is called by."""
    return list(dict.fromkeys(hosts(config).values()))


def question(config: Config, owner: str, load_balancer: str) -> Item | None:
    """What preflight asks Route 53 about."""
    if not (makes_records(config) or makes_certificate(config)):
        return None
    found = [{"host": host, "variable": f"portkey_{host_path(config, one)}"} for one, host in hosts(config).items()]
    asked: Item = {"hosts": found, "owner": owner, "load_balancer": load_balancer}
    if makes_records(config):
        asked["records_zone"] = config["dns"]["hosted_zone"]
    if makes_certificate(config):
        asked["certificate_zone"] = certificate_zone(config)
        given = config["certificate"]["hosted_zone"]
        asked["certificate_zone_variable"] = f"portkey_{'certificate' if given else 'dns'}.hosted_zone"
    return asked


def plan(config: Config, names: Mapping[str, t.Any], account: Mapping[str, t.Any]) -> Item:
    """The parameters of the role edge without their prefix, and what of an earlier configuration is to go."""
    zones = account.get("hosted_zones") or {}
    wanted = _notes(config, zones)
    live = {key: set(value.split()) for key, value in (account.get("live_edge") or {}).items()}
    return {
        "owner": names["dns_owner"],
        "hosts": hosts(config) if makes_records(config) else {},
        "certificate": _certificate(config, zones),
        "records": _records(config, zones),
        "web_acl": _web_acl(config, names),
        "web_acl_name": names["web_acl"],
        # Until what is no longer wanted has gone, the load balancer notes both.
        "notes": _as_tags({key: live.get(key, set()) | wanted.get(key, set()) for key in NOTES}),
        "lasting_notes": _as_tags(wanted),
        "surplus": _surplus(wanted, live),
    }


def _notes(config: Config, zones: Mapping[str, str]) -> dict[str, set[str]]:
    made = {HOSTS: zones.get("records"), VALIDATION: zones.get("certificate")}
    notes = {
        ZONES_NOTE: {f"{purpose}={zone}" for purpose, zone in made.items() if zone},
        CERTIFICATE_NOTE: {_fingerprint(config)} if makes_certificate(config) else set(),
        WEB_ACL_NOTE: {"true"} if has_web_acl(config) else set(),
    }
    return {key: words for key, words in notes.items() if words}


def _fingerprint(config: Config) -> str:
    """By which a certificate for other names is told from the one that is wanted."""
    return hashlib.sha256(" ".join(domains(config)).encode()).hexdigest()[:_HASH_LENGTH]


def _as_tags(notes: Mapping[str, set[str]]) -> dict[str, str]:
    return {key: " ".join(sorted(words)) for key, words in notes.items() if words}


def _surplus(wanted: Mapping[str, set[str]], live: Mapping[str, set[str]]) -> Item:
    left = {key: sorted(live.get(key, set()) - wanted.get(key, set())) for key in NOTES}
    return {
        "any": any(left.values()),
        "zones": _surplus_zones(left[ZONES_NOTE], wanted.get(ZONES_NOTE, set())),
        "certificates": bool(left[CERTIFICATE_NOTE]),
        "web_acl": bool(left[WEB_ACL_NOTE]),
    }


def _surplus_zones(left: list[str], wanted: set[str]) -> list[dict[str, str]]:
    """From a zone that is wanted for nothing any more, all goes at once."""
    used = {word.partition("=")[2] for word in wanted}
    found: dict[tuple[str, str], None] = {}
    for word in left:
        purpose, _unused, zone = word.partition("=")
        found[zone, purpose if zone in used else EVERY_PURPOSE] = None
    return [{"zone_id": zone, "purpose": purpose} for zone, purpose in found]


def _certificate(config: Config, zones: Mapping[str, str]) -> Item | None:
    if not makes_certificate(config):
        return None
    first, *others = domains(config)
    return {
        "domain_name": first,
        "subject_alternative_names": others,
        "zone_id": zones.get("certificate"),
        "wait_timeout": config["certificate"]["wait_timeout"],
    }


def _records(config: Config, zones: Mapping[str, str]) -> Item | None:
    if not makes_records(config):
        return None
    return {"zone_id": zones.get("records"), "hosts": [{"name": host, "type": "A"} for host in domains(config)]}


def _web_acl(config: Config, names: Mapping[str, t.Any]) -> Item | None:
    if not has_web_acl(config):
        return None
    waf = config["waf"]
    return {
        "name": names["web_acl"],
        "managed_rule_groups": [
            {
                "name": group,
                "count_only": waf["count_only"],
                "counted_rules": sorted(set(waf["counted_rules"].get(group) or [])),
            }
            for group in waf["managed_rule_groups"]
        ],
        "rate_limit": waf["rate_limit"],
        "sampled_requests": waf["sampled_requests"],
    }
