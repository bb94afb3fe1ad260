"""Cloud Map's services and the instances in them."""

from __future__ import annotations

from typing import Any

from ...registry import AwsError, Call, handles
from ...world import World
from . import namespaces
from .state import Namespace, Service, arn, cloud_map, invalid_input, new_id, of, page, selected, start, tags_of

SETTINGS = ("Description", "DnsConfig", "HealthCheckConfig", "HealthCheckCustomConfig")


def ensure_for_ecs(world: World, account: str, region: str, namespace: Namespace, name: str) -> Service:
    """The service in which Service Connect registers its tasks; it stays when the ECS service goes."""
    for service in cloud_map(world, account, region).services.values():
        if service.namespace is namespace and service.name == name:
            return service
    params = {"Tags": [{"Key": "AmazonECSManaged", "Value": "true"}]}
    return _add(world, account, region, namespace, name, params)


def find(world: World, account: str, region: str, id_or_arn: str) -> Service | None:
    for service in cloud_map(world, account, region).services.values():
        if id_or_arn in (service.id, service.arn):
            return service
    return None


def _add(world: World, account: str, region: str, namespace: Namespace, name: str, params: dict[str, Any]) -> Service:
    service_id = new_id(world, "srv")
    kind = "HTTP"
    if params.get("DnsConfig"):
        kind = "DNS_HTTP" if namespace.type != "HTTP" and params.get("Type") != "DNS" else "DNS"
    service = Service(
        id=service_id,
        arn=arn(account, region, "service", service_id),
        name=name,
        namespace=namespace,
        settings={key: params[key] for key in SETTINGS if params.get(key) is not None},
        creator_request_id=params.get("CreatorRequestId"),
        created=world.now,
        tags=tags_of(params.get("Tags")),
        type=kind,
    )
    cloud_map(world, account, region).services[service_id] = service
    return service


@handles("servicediscovery", "CreateService")
def create(world: World, call: Call) -> Any:
    params = call.params
    namespace_id = params.get("NamespaceId") or (params.get("DnsConfig") or {}).get("NamespaceId")
    if not namespace_id:
        raise invalid_input("NamespaceId must be specified.")
    namespace = namespaces.existing(world, call, namespace_id)
    if params.get("DnsConfig") and namespace.type == "HTTP":
        raise invalid_input("DnsConfig cannot be specified for a service in an HTTP namespace.")
    for service in of(world, call).services.values():
        if service.namespace is namespace and service.name == params["Name"]:
            raise AwsError(
                "ServiceAlreadyExists",
                f"The service {params['Name']} already exists.",
                CreatorRequestId=service.creator_request_id,
                ServiceId=service.id,
                ServiceArn=service.arn,
            )
    return {"Service": _described(_add(world, call.account, call.region, namespace, params["Name"], params))}


def existing(world: World, call: Call, service_id: str) -> Service:
    service = find(world, call.account, call.region, service_id)
    if service is None:
        raise AwsError("ServiceNotFound", f"Service {service_id} was not found.")
    return service


@handles("servicediscovery", "GetService")
def get(world: World, call: Call) -> Any:
    return {"Service": _described(existing(world, call, call.params["Id"]))}


@handles("servicediscovery", "ListServices")
def list_services(world: World, call: Call) -> Any:
    found = [
        _described(service)
        for service in of(world, call).services.values()
        if selected({"NAMESPACE_ID": service.namespace.id}, call.params.get("Filters"))
    ]
    shown, token = page(found, call.params)
    return {"Services": shown, "NextToken": token}


@handles("servicediscovery", "UpdateService")
def update(world: World, call: Call) -> Any:
    service = existing(world, call, call.params["Id"])
    change = call.params["Service"]

    def changed() -> None:
        service.settings.update({key: change[key] for key in SETTINGS if change.get(key) is not None})

    operation = start(world, of(world, call), "UPDATE_SERVICE", {"SERVICE": service.id}, changed)
    return {"OperationId": operation.id}


@handles("servicediscovery", "DeleteService")
def delete(world: World, call: Call) -> Any:
    service = existing(world, call, call.params["Id"])
    if service.instances:
        raise AwsError("ResourceInUse", "The service still contains registered instances and cannot be deleted.")
    del of(world, call).services[service.id]
    return {}


@handles("servicediscovery", "RegisterInstance")
def register(world: World, call: Call) -> Any:
    service = existing(world, call, call.params["ServiceId"])
    instance_id = call.params["InstanceId"]

    def registered() -> None:
        service.instances[instance_id] = dict(call.params["Attributes"])
        service.revision += 1

    targets = {"SERVICE": service.id, "INSTANCE": instance_id}
    return {"OperationId": start(world, of(world, call), "REGISTER_INSTANCE", targets, registered).id}


@handles("servicediscovery", "DeregisterInstance")
def deregister(world: World, call: Call) -> Any:
    service = existing(world, call, call.params["ServiceId"])
    instance_id = call.params["InstanceId"]
    _instance(service, instance_id)

    def deregistered() -> None:
        service.instances.pop(instance_id, None)
        service.revision += 1

    targets = {"SERVICE": service.id, "INSTANCE": instance_id}
    return {"OperationId": start(world, of(world, call), "DEREGISTER_INSTANCE", targets, deregistered).id}


@handles("servicediscovery", "ListInstances")
def list_instances(world: World, call: Call) -> Any:
    service = existing(world, call, call.params["ServiceId"])
    found = [{"Id": name, "Attributes": attributes} for name, attributes in service.instances.items()]
    shown, token = page(found, call.params)
    return {"Instances": shown, "NextToken": token}


@handles("servicediscovery", "GetInstance")
def get_instance(world: World, call: Call) -> Any:
    service = existing(world, call, call.params["ServiceId"])
    instance_id = call.params["InstanceId"]
    return {"Instance": {"Id": instance_id, "Attributes": _instance(service, instance_id)}}


@handles("servicediscovery", "GetInstancesHealthStatus")
def health(world: World, call: Call) -> Any:
    service = existing(world, call, call.params["ServiceId"])
    return {"Status": {name: service.health.get(name, "HEALTHY") for name in service.instances}}


@handles("servicediscovery", "UpdateInstanceCustomHealthStatus")
def update_health(world: World, call: Call) -> Any:
    service = existing(world, call, call.params["ServiceId"])
    if "HealthCheckCustomConfig" not in service.settings:
        raise AwsError("CustomHealthNotFound", "The service has no custom health check.")
    _instance(service, call.params["InstanceId"])
    service.health[call.params["InstanceId"]] = call.params["Status"]
    return {}


@handles("servicediscovery", "DiscoverInstances")
def discover(world: World, call: Call) -> Any:
    service = _by_names(world, call)
    wanted = call.params.get("QueryParameters") or {}
    found = [
        {
            "InstanceId": name,
            "NamespaceName": service.namespace.name,
            "ServiceName": service.name,
            "HealthStatus": service.health.get(name, "HEALTHY"),
            "Attributes": attributes,
        }
        for name, attributes in service.instances.items()
        if wanted.items() <= attributes.items()
    ]
    return {"Instances": found[: call.params.get("MaxResults") or 100], "InstancesRevision": service.revision}


@handles("servicediscovery", "DiscoverInstancesRevision")
def discover_revision(world: World, call: Call) -> Any:
    return {"InstancesRevision": _by_names(world, call).revision}


def _by_names(world: World, call: Call) -> Service:
    namespace = namespaces.find(world, call.account, call.region, call.params["NamespaceName"])
    if namespace is None:
        raise AwsError("NamespaceNotFound", f"Namespace {call.params['NamespaceName']} was not found.")
    for service in of(world, call).services.values():
        if service.namespace is namespace and service.name == call.params["ServiceName"]:
            return service
    raise AwsError("ServiceNotFound", f"Service {call.params['ServiceName']} was not found.")


def _instance(service: Service, instance_id: str) -> dict[str, str]:
    if instance_id not in service.instances:
        raise AwsError("InstanceNotFound", f"Instance {instance_id} was not found.")
    return service.instances[instance_id]


def _described(service: Service) -> dict[str, Any]:
    return {
        "Id": service.id,
        "Arn": service.arn,
        "Name": service.name,
        "NamespaceId": service.namespace.id,
        "InstanceCount": len(service.instances),
        "Type": service.type,
        "CreateDate": service.created,
        "CreatorRequestId": service.creator_request_id,
        **service.settings,
    }
