"""AWS WAF before load balancers: associations, lock tokens, and what it waits for or refuses to delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.wafv2.models import wafv2_backends

from ..registry import AwsError, Call, handles
from .elbv2.state import store_of

if TYPE_CHECKING:
    from ..world import World

# As AWS states them.
CAPACITIES = {
    "AWSManagedRulesCommonRuleSet": 700,
    "AWSManagedRulesAdminProtectionRuleSet": 100,
    "AWSManagedRulesKnownBadInputsRuleSet": 200,
    "AWSManagedRulesSQLiRuleSet": 200,
    "AWSManagedRulesLinuxRuleSet": 200,
    "AWSManagedRulesUnixRuleSet": 100,
    "AWSManagedRulesWindowsRuleSet": 200,
    "AWSManagedRulesPHPRuleSet": 100,
    "AWSManagedRulesWordPressRuleSet": 100,
    "AWSManagedRulesAmazonIpReputationList": 25,
    "AWSManagedRulesAnonymousIpList": 50,
    "AWSManagedRulesBotControlRuleSet": 50,
}
RATE_CAPACITY = 2
MOST_CAPACITY = 5000
NOT_THERE = "AWS WAF couldn't perform the operation because your resource doesn't exist."
NOT_YET = (
    "AWS WAF couldn't retrieve the resource that you requested. Retry your request. "
    "If you've just created a resource that you're using, wait a few minutes."
)


class Known(dict[str, float]):
    """By ARN: when all of AWS WAF knows a web ACL."""


def _backend(call: Call) -> Any:
    return wafv2_backends[call.account][call.region]


def _refused(code: str, message: str) -> AwsError:
    return AwsError(code, message, 400)


def _acl(call: Call) -> Any:
    name, acl_id = call.params["Name"], call.params["Id"]
    found = (one for one in _backend(call).wacls.values() if (one.name, one.id) == (name, acl_id))
    acl = next(found, None)
    if acl is None:
        raise _refused("WAFNonexistentItemException", NOT_THERE)
    return acl


def _capacity(rules: list[dict[str, Any]]) -> int:
    """Of what is used here; and that each rule is whole."""
    priorities, names = [one["Priority"] for one in rules], [one["Name"] for one in rules]
    if len({*priorities}) < len(priorities) or len({*names}) < len(names):
        raise _invalid("a name or priority is used by more than one rule, field: RULE")
    total = 0
    for rule in rules:
        group = rule["Statement"].get("ManagedRuleGroupStatement")
        if group:
            if not rule.get("OverrideAction") or rule.get("Action"):
                raise _invalid("a rule group needs an override action and no action, field: RULE")
            if group["VendorName"] == "AWS" and group["Name"] not in CAPACITIES:
                raise _invalid(f"there is no such managed rule group, field: MANAGED_RULE_SET, {group['Name']}")
            total += CAPACITIES.get(group["Name"], 50)
        else:
            if not rule.get("Action"):
                raise _invalid("a rule needs an action, field: RULE")
            total += RATE_CAPACITY
    if total > MOST_CAPACITY:
        message = f"The web ACL needs {total} capacity units, and may have {MOST_CAPACITY}."
        raise _refused("WAFLimitsExceededException", message)
    return total


def _invalid(reason: str) -> AwsError:
    return _refused("WAFInvalidParameterException", f"Error reason: {reason}")


@handles("wafv2", "CreateWebACL")
def create_web_acl(world: World, call: Call) -> Any:
    params, backend = call.params, _backend(call)
    capacity = _capacity(params.get("Rules", []))
    if any(one.name == params["Name"] for one in backend.wacls.values()):
        message = "AWS WAF couldn't perform the operation because some resource in your request is a duplicate."
        raise _refused("WAFDuplicateItemException", message)
    known = set(backend.wacls)
    answer = call.forward()
    ready: Known = world.store(Known, call.account, call.region)
    for arn in set(backend.wacls) - known:
        backend.wacls[arn].capacity = capacity
        ready[arn] = world.now + world.profile.seconds("web_acl_create")
    return answer


@handles("wafv2", "UpdateWebACL")
def update_web_acl(world: World, call: Call) -> Any:
    params, acl = call.params, _acl(call)
    if acl.lock_token != params["LockToken"]:
        message = (
            "AWS WAF couldn't save your changes because someone changed the resource after you started to edit it."
        )
        raise _refused("WAFOptimisticLockException", message)
    rules = params.get("Rules", [])
    acl.capacity = _capacity(rules)
    answer = call.forward()
    # All of them, though there are none.
    acl.rules = [] if not rules else acl.rules
    return answer


@handles("wafv2", "DeleteWebACL")
def delete_web_acl(world: World, call: Call) -> Any:
    if _acl(call).associated_resources:
        message = "AWS WAF couldn't perform the operation because your resource is being used by another resource."
        raise _refused("WAFAssociatedItemException", message)
    return call.forward()


@handles("wafv2", "AssociateWebACL")
def associate_web_acl(world: World, call: Call) -> Any:
    params, backend = call.params, _backend(call)
    acl = backend.wacls.get(params["WebACLArn"])
    balancer = store_of(world, call).load_balancers.get(params["ResourceArn"])
    if acl is None or balancer is None:
        raise _refused("WAFNonexistentItemException", NOT_THERE)
    if balancer.type != "application":
        raise _invalid(f"The ARN isn't valid. A valid ARN begins with arn: ..., field: RESOURCE_ARN, {balancer.arn}")
    ready: Known = world.store(Known, call.account, call.region)
    if balancer.state != "active" or ready.get(acl.arn, 0.0) > world.now:
        raise _refused("WAFUnavailableEntityException", NOT_YET)
    forget(call, balancer.arn)
    acl.associated_resources.append(balancer.arn)
    return {}


def forget(call: Call, balancer_arn: str) -> None:
    """A load balancer has one web ACL at most, and none when it has gone."""
    for acl in _backend(call).wacls.values():
        acl.associated_resources = [one for one in acl.associated_resources if one != balancer_arn]


@handles("wafv2", "DisassociateWebACL")
def disassociate_web_acl(world: World, call: Call) -> Any:
    if call.params["ResourceArn"] not in store_of(world, call).load_balancers:
        raise _refused("WAFNonexistentItemException", NOT_THERE)
    forget(call, call.params["ResourceArn"])
    return {}


@handles("wafv2", "GetWebACLForResource")
def get_web_acl_for_resource(world: World, call: Call) -> Any:
    if call.params["ResourceArn"] not in store_of(world, call).load_balancers:
        raise _refused("WAFNonexistentItemException", NOT_THERE)
    return call.forward()


@handles("wafv2", "ListResourcesForWebACL")
def list_resources_for_web_acl(world: World, call: Call) -> Any:
    acl = _backend(call).wacls.get(call.params["WebACLArn"])
    if acl is None:
        raise _refused("WAFNonexistentItemException", NOT_THERE)
    kind = call.params.get("ResourceType", "APPLICATION_LOAD_BALANCER")
    return {"ResourceArns": list(acl.associated_resources) if kind == "APPLICATION_LOAD_BALANCER" else []}
