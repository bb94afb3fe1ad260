# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""A regional web ACL of AWS WAF before application load balancers: AWS's groups of rules, and a limit of the rate."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from .. import tags, wait
from ..api import call, call_for_first_page, call_unless
from ..aws import error_code
from ..module import KNOWN_AFTER_APPLY, GatewayError, Outcome, is_known

View = dict[str, t.Any]

SCOPE = "REGIONAL"
GONE = ("WAFNonexistentItemException",)
_VENDOR = "AWS"
_RATE_RULE = "rate-limit"
_KIND = "APPLICATION_LOAD_BALANCER"
# WAF does not know at once what has just been made, and waits for load balancers that are being made.
_NOT_YET = ("WAFUnavailableEntityException",)
_STILL_USED = ("WAFAssociatedItemException", "WAFUnavailableEntityException")
_BACKOFF = wait.Backoff(first=1, factor=1.5, most=10, jitter=0.2)


def ensure(module: t.Any) -> Outcome:
    client, params = module.client("wafv2"), module.params
    found = find(client, params["name"])
    if params["state"] == "absent":
        before = None if found is None else _seen(client, found)
        if found is not None and not module.check_mode:
            delete(client, found["Name"], found["Id"], found["ARN"], params["wait_timeout"])
        return Outcome({"web_acl": None}, before, None)
    return _ensure_present(client, params, found, module.check_mode)


def every(client: t.Any) -> Iterator[dict[str, t.Any]]:
    """WAF has pages, for which boto3 has no paginator."""
    marker: str | None = None
    while True:
        page = call_for_first_page(
            client, "list_web_acls", "list the web ACLs", Scope=SCOPE, Limit=100, NextMarker=marker
        )
        yield from page["WebACLs"]
        marker = page.get("NextMarker")
        if not marker or not page["WebACLs"]:
            return


def find(client: t.Any, name: str) -> dict[str, t.Any] | None:
    return next((one for one in every(client) if one["Name"] == name), None)


def read_tags(client: t.Any, arn: str) -> tags.Tags:
    answer = call_unless(GONE, client, "list_tags_for_resource", f"read the tags of {arn}", ResourceARN=arn)
    return tags.from_list(answer["TagInfoForResource"].get("TagList", [])) if answer else {}


def _load_balancers(client: t.Any, arn: str) -> list[str]:
    answer = call_unless(
        GONE,
        client,
        "list_resources_for_web_acl",
        f"ask what {arn} protects",
        WebACLArn=arn,
        ResourceType=_KIND,
    )
    return sorted(answer["ResourceArns"]) if answer else []


def _visibility(name: str, sampled: bool) -> dict[str, t.Any]:
    return {"SampledRequestsEnabled": sampled, "CloudWatchMetricsEnabled": True, "MetricName": name}


def api_rules(params: Mapping[str, t.Any]) -> list[dict[str, t.Any]]:
    """The limit is asked first: it costs least."""
    rules: list[dict[str, t.Any]] = []
    if params["rate_limit"] is not None:
        limit = {"Limit": params["rate_limit"], "AggregateKeyType": "IP"}
        rules.append({"Name": _RATE_RULE, "Statement": {"RateBasedStatement": limit}, "Action": {"Block": {}}})
    for group in params["managed_rule_groups"]:
        statement: dict[str, t.Any] = {"VendorName": _VENDOR, "Name": group["name"]}
        if group["counted_rules"]:
            statement["RuleActionOverrides"] = [
                {"Name": rule, "ActionToUse": {"Count": {}}} for rule in sorted(group["counted_rules"])
            ]
        override: dict[str, t.Any] = {"Count": {}} if group["count_only"] else {"None": {}}
        rules.append(
            {
                "Name": group["name"],
                "Statement": {"ManagedRuleGroupStatement": statement},
                "OverrideAction": override,
            }
        )
    sampled = params["sampled_requests"]
    return [
        {**rule, "Priority": number, "VisibilityConfig": _visibility(rule["Name"], sampled)}
        for number, rule in enumerate(rules)
    ]


def _rule_view(rule: Mapping[str, t.Any]) -> View:
    """A rule in a few words. What has no word here stays in AWS's, so that it differs from any of ours."""
    statement = {key: value for key, value in rule["Statement"].items() if value is not None}
    view: View = {
        "priority": rule["Priority"],
        "action": next(iter(rule.get("Action") or rule.get("OverrideAction") or {"None": {}})).lower(),
        "sampled_requests": rule["VisibilityConfig"]["SampledRequestsEnabled"],
    }
    group, rate = statement.get("ManagedRuleGroupStatement"), statement.get("RateBasedStatement")
    if group and set(group) <= {"VendorName", "Name", "RuleActionOverrides"} and _only_counts(group):
        overrides = group.get("RuleActionOverrides") or []
        return {
            **view,
            "group": f"{group['VendorName']}/{group['Name']}",
            "counted_rules": sorted(one["Name"] for one in overrides),
        }
    if rate and set(rate) <= {"Limit", "AggregateKeyType", "EvaluationWindowSec"}:
        return {**view, "limit": rate["Limit"], "by": rate["AggregateKeyType"]}
    return {**view, "statement": statement}


def _only_counts(group: Mapping[str, t.Any]) -> bool:
    return all(set(one["ActionToUse"]) == {"Count"} for one in group.get("RuleActionOverrides") or [])


def view(name: str, acl: Mapping[str, t.Any], balancers: list[str], own_tags: Mapping[str, str]) -> View:
    return {
        "name": name,
        "default_action": next(iter(acl["DefaultAction"])).lower(),
        "rules": {rule["Name"]: _rule_view(rule) for rule in acl.get("Rules") or []},
        "load_balancers": balancers,
        "tags": dict(own_tags),
    }


def _read(client: t.Any, found: Mapping[str, t.Any]) -> dict[str, t.Any]:
    return call(
        client, "get_web_acl", f"read the web ACL {found['Name']}", Name=found["Name"], Scope=SCOPE, Id=found["Id"]
    )


def _seen(client: t.Any, found: Mapping[str, t.Any]) -> View:
    acl, arn = _read(client, found)["WebACL"], found["ARN"]
    return view(found["Name"], acl, _load_balancers(client, arn), read_tags(client, arn))


def _ensure_present(
    client: t.Any, params: Mapping[str, t.Any], found: Mapping[str, t.Any] | None, check_mode: bool
) -> Outcome:
    name = params["name"]
    wanted = {"DefaultAction": {"Allow": {}}, "Rules": api_rules(params)}
    balancers = sorted(params["load_balancers"])
    current = None if found is None else _read(client, found)
    before = None
    if found is not None and current is not None:
        own_tags = read_tags(client, found["ARN"])
        before = view(name, current["WebACL"], _load_balancers(client, found["ARN"]), own_tags)
    change = tags.change(before["tags"] if before else {}, params["tags"], params["purge_tags"])
    after = view(name, wanted, balancers, change.final)
    fresh = [one for one in balancers if one not in (before["load_balancers"] if before else [])]
    _refuse_others(client, fresh, name)
    arn = found["ARN"] if found else KNOWN_AFTER_APPLY
    if not check_mode:
        visibility = _visibility(name, params["sampled_requests"])
        if found is None or current is None or before is None:
            arn = _create(client, name, {**wanted, "VisibilityConfig": visibility}, change.final)
        else:
            if any(before[key] != after[key] for key in ("default_action", "rules")):
                _update(client, found, {**wanted, "VisibilityConfig": visibility}, current["LockToken"])
            _retag(client, arn, change)
        _associate(client, arn, before["load_balancers"] if before else [], balancers, params["wait_timeout"])
    return Outcome({"web_acl": {"arn": arn, **after}}, before, after)


def _refuse_others(client: t.Any, balancers: list[str], name: str) -> None:
    """Associating replaces what a load balancer has, be it somebody else's."""
    for one in balancers:
        if not is_known(one):
            continue
        answer = call_unless(
            (*GONE, *_NOT_YET), client, "get_web_acl_for_resource", f"ask what protects {one}", ResourceArn=one
        )
        other = (answer or {}).get("WebACL")
        if other and other["Name"] != name:
            raise GatewayError(
                f"The load balancer is behind the web ACL {other['Name']} already, which the stack has not made. "
                "Take it away, or leave the stack's own switched off."
            )


def _create(client: t.Any, name: str, wanted: Mapping[str, t.Any], own_tags: Mapping[str, str]) -> str:
    answer = call(
        client,
        "create_web_acl",
        f"create the web ACL {name}",
        Name=name,
        Scope=SCOPE,
        Tags=tags.to_list(own_tags) or None,
        **wanted,
    )
    return str(answer["Summary"]["ARN"])


def _update(client: t.Any, found: Mapping[str, t.Any], wanted: Mapping[str, t.Any], token: str) -> None:
    call(
        client,
        "update_web_acl",
        f"change the web ACL {found['Name']}",
        Name=found["Name"],
        Scope=SCOPE,
        Id=found["Id"],
        LockToken=token,
        **wanted,
    )


def _retag(client: t.Any, arn: str, change: tags.Change) -> None:
    tags.apply(
        change,
        add=lambda added: call(client, "tag_resource", f"tag {arn}", ResourceARN=arn, Tags=tags.to_list(added)),
        remove=lambda keys: call(client, "untag_resource", f"remove tags of {arn}", ResourceARN=arn, TagKeys=keys),
    )


def _associate(client: t.Any, arn: str, before: list[str], after: list[str], timeout: float) -> None:
    for one in sorted(set(after) - set(before)):
        wait.keep_trying(
            lambda balancer=one: call(  # type: ignore[misc]
                client, "associate_web_acl", f"put {balancer} behind {arn}", WebACLArn=arn, ResourceArn=balancer
            ),
            lambda error: error_code(error) in _NOT_YET,
            what=f"AWS WAF to take {one}",
            timeout=timeout,
            backoff=_BACKOFF,
        )
    for one in sorted(set(before) - set(after)):
        _disassociate(client, one)


def _disassociate(client: t.Any, balancer: str) -> None:
    doing = f"take {balancer} from behind its web ACL"
    call_unless(GONE, client, "disassociate_web_acl", doing, ResourceArn=balancer)


def delete(
    client: t.Any, name: str, acl_id: str, arn: str, timeout: float, clock: wait.Clock = wait.SYSTEM_CLOCK
) -> None:
    """With what it protects, which stays. Each try has a new lock token, as the last may have been overtaken."""
    for balancer in _load_balancers(client, arn):
        _disassociate(client, balancer)

    def act() -> None:
        current = call_unless(
            GONE, client, "get_web_acl", f"read the web ACL {name}", Name=name, Scope=SCOPE, Id=acl_id
        )
        if current is not None:
            call_unless(
                GONE,
                client,
                "delete_web_acl",
                f"delete the web ACL {name}",
                Name=name,
                Scope=SCOPE,
                Id=acl_id,
                LockToken=current["LockToken"],
            )

    def may_pass(error: Exception) -> bool:
        is_held = error_code(error) in (*_STILL_USED, "WAFOptimisticLockException")
        return isinstance(error, AnsibleAWSError) and is_held

    wait.keep_trying(
        act, may_pass, what=f"the web ACL {name} to be free", timeout=timeout, backoff=_BACKOFF, clock=clock
    )
