# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""The modules of amazon.aws and community.aws. Each answers in its own way, and hardly one of them shows a diff.

In check mode most of them answer with the resource as it is, or without it when it is absent. In a real run they answer
with the resource as it is afterwards, which does not tell whether it is new; what does is whether anything from before
the run refers to it (see record.py).
"""

from __future__ import annotations

import dataclasses
import json
import typing as t
from collections.abc import Callable, Iterable, Mapping

from .kind import Effects, Kind, Seen, States, answered, answered_all, at, by, by_diff
from .known import Known

Item = Mapping[str, t.Any]

# What is asked for and what is there: the option, and where in the answer.
Comparison = Mapping[str, str]


def _named(*paths: str) -> Callable[[Seen, Known], str]:
    """By an option, else by what the run knows of the identifier that the task was given."""

    def name(seen: Seen, known: Known) -> str:
        given = by(*paths)(seen, known)
        return known.name_of(given) or given

    return name


def _by_answer(path: str) -> Callable[[Seen], bool | None]:
    """In check mode, a resource that exists is in the answer."""

    def existed(seen: Seen) -> bool | None:
        return bool(at(seen.result, path)) if seen.check_mode else None

    return existed


def _by_message(absent: str) -> Callable[[Seen], bool | None]:
    """In check mode, the message says that the resource would be created."""

    def existed(seen: Seen) -> bool | None:
        return not str(seen.result.get("msg", "")).startswith(absent) if seen.check_mode else None

    return existed


def _if_given(option: str, otherwise: Callable[[Seen], bool | None]) -> Callable[[Seen], bool | None]:
    """The identifier of the resource is only given when it exists."""

    def existed(seen: Seen) -> bool | None:
        return True if seen.args.get(option) else otherwise(seen)

    return existed


def _compared(answer: str, comparison: Comparison) -> Callable[[Seen, Known], States | None]:
    """In check mode: what is there, and what is asked for. In a real run the answer is what has become."""

    def states(seen: Seen, known: Known) -> States | None:
        current = at(seen.result, answer) if answer else seen.result
        if not seen.check_mode or not current:
            return None
        before: dict[str, t.Any] = {}
        after: dict[str, t.Any] = {}
        for option, path in comparison.items():
            if seen.args.get(option) is not None:
                before[option] = _plain(at(current, path))
                after[option] = _wanted(seen.args, option, before[option])
        return before, after

    return states


def _wanted(args: Item, option: str, before: t.Any) -> t.Any:
    if option == "tags" and args.get("purge_tags") is False:
        return {**(before or {}), **args[option]}
    return _plain(args[option])


def _plain(value: t.Any) -> t.Any:
    """Policies are given as text, and answered as what the text says."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return sorted(value) if isinstance(value, list) and all(isinstance(item, str) for item in value) else value


# Security groups


def _security_group(seen: Seen, known: Known) -> States | None:
    """Rules, one line each, as people write them. In a real run only --diff shows what they were before."""
    if seen.check_mode:
        before = _live_group(seen.result, known) if seen.result.get("group_id") else None
        return before, _wanted_group(seen.args, before, known)
    states = by_diff(seen)
    if states is None:
        return None
    before, after = (_live_group(state, known) if state else None for state in states)
    return before, after


def _live_group(group: Item, known: Known) -> Item:
    return {
        "description": group.get("description"),
        "ingress": _lines(_live_rules(group.get("ip_permissions")), known),
        "egress": _lines(_live_rules(group.get("ip_permissions_egress")), known),
        "tags": group.get("tags"),
    }


def _wanted_group(args: Item, before: Item | None, known: Known) -> Item:
    """The description of a group can never change."""
    wanted = {"description": args.get("description"), "tags": args.get("tags"), **(before or {})}
    if args.get("tags") is not None:
        wanted["tags"] = _wanted(args, "tags", wanted["tags"])
    for side, option, purge in (("ingress", "rules", "purge_rules"), ("egress", "rules_egress", "purge_rules_egress")):
        if args.get(option) is not None:
            kept = wanted.get(side, []) if args.get(purge) is False else []
            wanted[side] = sorted({*kept, *_lines(_wanted_rules(args[option]), known)})
    return wanted


# Protocol, ports, and who may come in or be reached.
Rule = tuple[str, str, str]


def _lines(rules: Iterable[Rule], known: Known) -> list[str]:
    return sorted({" ".join(filter(None, [*way, known.name_of(peer) or peer])) for *way, peer in rules})


def _live_rules(permissions: Iterable[Item] | None) -> Iterable[Rule]:
    parts = (
        ("ip_ranges", "cidr_ip"),
        ("ipv6_ranges", "cidr_ipv6"),
        ("prefix_list_ids", "prefix_list_id"),
        ("user_id_group_pairs", "group_id"),
        ("user_id_group_pairs", "group_name"),
    )
    for item in permissions or []:
        protocol, ports = _protocol(item.get("ip_protocol")), _ports(item.get("from_port"), item.get("to_port"))
        for key, part in parts:
            for peer in item.get(key) or []:
                if part != "group_name" or not peer.get("group_id"):
                    yield from ((protocol, ports, one) for one in _each(peer.get(part)))


def _wanted_rules(rules: Iterable[Item]) -> Iterable[Rule]:
    for rule in rules:
        protocol = _protocol(rule.get("proto", "tcp"))
        ports = _each(rule.get("ports")) or [_ports(rule.get("from_port"), rule.get("to_port"))]
        for part in ("cidr_ip", "cidr_ipv6", "ip_prefix", "group_id", "group_name"):
            for peer in _each(rule.get(part)):
                yield from ((protocol, "" if protocol == "all" else port, peer) for port in ports)


def _each(value: t.Any) -> list[str]:
    if isinstance(value, (list, tuple)):
        return [one for inner in value for one in _each(inner)]
    return [] if value in (None, "") else [str(value)]


def _protocol(protocol: t.Any) -> str:
    return "all" if str(protocol) in ("-1", "all") else str(protocol)


def _ports(first: t.Any, last: t.Any) -> str:
    if first is None:
        return ""
    return str(first) if last in (None, first) or str(first) == str(last) else f"{first}-{last}"


def _group_existed(seen: Seen) -> bool | None:
    if seen.check_mode:
        return bool(seen.result.get("group_id"))
    states = by_diff(seen)
    return None if states is None else states[0] is not None


# IAM


def _role_policy_name(seen: Seen, known: Known) -> str:
    return f"{seen.args.get('iam_name')}/{seen.args.get('policy_name')}"


def _role_policy(seen: Seen, known: Known) -> States | None:
    """The module shows all policies of the role. A role that check mode does not find has none."""
    states = by_diff(seen)
    name = seen.args.get("policy_name")
    if states is None and "diff" not in seen.result:
        return (None, _plain(seen.args.get("policy_json"))) if seen.check_mode else None
    before, after = states or (None, None)
    return (before or {}).get(name), (after or {}).get(name)


_ROLE = {
    "description": "description",
    "assume_role_policy_document": "assume_role_policy_document",
    "managed_policies": "attached",
    "max_session_duration": "max_session_duration",
    "tags": "tags",
}


def _role(seen: Seen, known: Known) -> States | None:
    current = at(seen.result, "iam_role")
    if not seen.check_mode or not current:
        return None
    attached = sorted(str(policy.get("policy_arn")) for policy in current.get("attached_policies") or [])
    answer = {"role": {**current, "attached": attached}}
    return _compared("role", _ROLE)(dataclasses.replace(seen, result=answer), known)


def _profile(seen: Seen, known: Known) -> States | None:
    states = by_diff(seen)
    if states is None:
        return None
    before, after = (_profile_view(state) for state in states)
    return before, after


def _profile_view(profile: Item | None) -> Item | None:
    if not profile:
        return None
    roles = [role.get("role_name") for role in profile.get("roles") or []]
    return {"path": profile.get("path"), "roles": roles, "tags": profile.get("tags")}


def _existed_by(states: Callable[[Seen, Known], States | None]) -> Callable[[Seen], bool | None]:
    """By the states, which for these modules depend on nothing else."""

    def existed(seen: Seen) -> bool | None:
        found = states(seen, Known())
        return None if found is None else found[0] is not None

    return existed


# Launch templates


def _template_existed(seen: Seen) -> bool | None:
    if seen.check_mode:
        return not str(seen.result.get("msg", "")).startswith("Would have created launch template if")
    # A template that has more than its first version was there before.
    return True if len(seen.result.get("versions") or []) > 1 else None


def _new_version(seen: Seen, states: States | None) -> Effects:
    """A template is never changed: it gets another version."""
    announced = "launch template version" in str(seen.result.get("msg", ""))
    several = len(seen.result.get("versions") or []) > 1 and not seen.check_mode
    return Effects(replaces="a new version") if announced or several else Effects()


def _route_table_existed(seen: Seen) -> bool | None:
    if seen.check_mode:
        # What the module answers for a table that it would make.
        return at(seen.result, "route_table.id") not in (None, "rtb-xxxxxxxx")
    return None


_TAGS = {"tags": "tags"}

KINDS = {
    "amazon.aws.cloudwatchlogs_log_group": Kind(
        by("log_group_name"),
        existed=_by_message("Would have created"),
        states=_compared("", {"retention": "retention_in_days", "kms_key_id": "kms_key_id", **_TAGS}),
        identity=answered("log_group_name"),
        facts=("retention", "kms_key_id"),
    ),
    "amazon.aws.ec2_eip": Kind(
        _named("tags.Name", "public_ip"),
        existed=_if_given("public_ip", _by_answer("allocation_id")),
        identity=answered("allocation_id"),
    ),
    "amazon.aws.ec2_launch_template": Kind(
        by("name", "template_name", "template_id"),
        existed=_template_existed,
        effects=_new_version,
        identity=answered("template.launch_template_id"),
        facts=("image_id", "instance_type", "iam_instance_profile", "security_group_ids", "metadata_options"),
    ),
    "amazon.aws.ec2_security_group": Kind(
        _named("name", "group_name", "group_id"),
        existed=_group_existed,
        states=_security_group,
        identity=answered("group_id"),
        parents=answered_all("vpc_id"),
        facts=("description", "vpc_id"),
    ),
    "amazon.aws.ec2_vpc_igw": Kind(
        _named("tags.Name", "internet_gateway_id", "vpc_id"),
        existed=_by_answer("gateway_id"),
        states=_compared("", _TAGS),
        identity=answered("gateway_id"),
        parents=answered_all("vpc_id"),
        facts=("vpc_id",),
    ),
    "amazon.aws.ec2_vpc_nat_gateway": Kind(
        _named("tags.Name", "nat_gateway_id", "subnet_id"),
        existed=_by_answer("nat_gateway_id"),
        states=_compared("", _TAGS),
        identity=answered("nat_gateway_id"),
        parents=answered_all("subnet_id", "vpc_id"),
        facts=("subnet_id", "allocation_id"),
    ),
    "amazon.aws.ec2_vpc_net": Kind(
        by("name", "vpc_id"),
        existed=_by_answer("vpc.id"),
        states=_compared("vpc", _TAGS),
        identity=answered("vpc.id"),
        facts=("cidr_block", "dns_support", "dns_hostnames"),
    ),
    "amazon.aws.ec2_vpc_route_table": Kind(
        _named("tags.Name", "route_table_id"),
        existed=_if_given("route_table_id", _route_table_existed),
        states=_compared("route_table", _TAGS),
        identity=answered("route_table.id"),
        parents=answered_all("route_table.vpc_id"),
        facts=("vpc_id", "routes", "subnets"),
    ),
    "amazon.aws.ec2_vpc_subnet": Kind(
        by("tags.Name", "cidr"),
        existed=_by_answer("subnet.id"),
        states=_compared("subnet", {"map_public": "map_public_ip_on_launch", **_TAGS}),
        identity=answered("subnet.id"),
        parents=answered_all("subnet.vpc_id"),
        facts=("cidr", "az", "vpc_id", "map_public"),
    ),
    "amazon.aws.iam_instance_profile": Kind(
        by("name", "instance_profile_name"),
        existed=_existed_by(_profile),
        states=_profile,
    ),
    "amazon.aws.iam_policy": Kind(
        _role_policy_name,
        existed=_existed_by(_role_policy),
        states=_role_policy,
    ),
    "amazon.aws.iam_role": Kind(
        by("name", "role_name"),
        existed=_by_answer("iam_role"),
        states=_role,
        identity=answered("iam_role.arn"),
        facts=("description", "assume_role_policy_document", "managed_policies"),
    ),
    "community.aws.secretsmanager_secret": Kind(
        by("name"),
        # The answer is the same for a new secret and a changed one; what preflight has found decides.
        identity=lambda seen: seen.args.get("name"),
        facts=("description",),
    ),
}

# What a stock module that is not listed above is taken for: of such a one no value is shown.
OTHER = Kind(_named("name", "tags.Name", "id", "arn"))
