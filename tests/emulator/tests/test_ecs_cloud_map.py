"""Cloud Map: namespaces, services, instances, operations over time."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from .ecs_stack import discovery_client


@pytest.fixture
def discovery(emulator):
    return discovery_client(emulator)


def _refused(code: str):
    return pytest.raises(ClientError, match=rf"\({code}\)")


def _namespace(discovery, name: str = "inside"):
    discovery.create_http_namespace(Name=name)
    return next(one for one in discovery.list_namespaces()["Namespaces"] if one["Name"] == name)


def test_an_operation_takes_its_time(slow):
    discovery = discovery_client(slow)
    operation = discovery.create_http_namespace(Name="inside")["OperationId"]
    assert discovery.get_operation(OperationId=operation)["Operation"]["Status"] == "SUBMITTED"
    assert discovery.list_namespaces()["Namespaces"] == []
    slow.post("clock", advance=15)
    assert discovery.get_operation(OperationId=operation)["Operation"]["Status"] == "PENDING"
    slow.post("clock", advance=20)
    done = discovery.get_operation(OperationId=operation)["Operation"]
    assert done["Status"] == "SUCCESS"
    (namespace,) = discovery.list_namespaces()["Namespaces"]
    assert done["Targets"] == {"NAMESPACE": namespace["Id"]}
    with _refused("OperationNotFound"):
        discovery.get_operation(OperationId="none")


def test_a_namespace_is_described(discovery):
    discovery.create_http_namespace(Name="inside", Description="ours", Tags=[{"Key": "a", "Value": "b"}])
    (listed,) = discovery.list_namespaces(Filters=[{"Name": "TYPE", "Values": ["HTTP"]}])["Namespaces"]
    namespace = discovery.get_namespace(Id=listed["Id"])["Namespace"]
    assert (namespace["Type"], namespace["Description"], namespace["ServiceCount"]) == ("HTTP", "ours", 0)
    assert namespace["Properties"]["HttpProperties"] == {"HttpName": "inside"}
    assert discovery.list_tags_for_resource(ResourceARN=namespace["Arn"])["Tags"] == [{"Key": "a", "Value": "b"}]
    discovery.tag_resource(ResourceARN=namespace["Arn"], Tags=[{"Key": "c", "Value": "d"}])
    discovery.untag_resource(ResourceARN=namespace["Arn"], TagKeys=["a"])
    assert discovery.list_tags_for_resource(ResourceARN=namespace["Arn"])["Tags"] == [{"Key": "c", "Value": "d"}]
    discovery.update_http_namespace(Id=namespace["Id"], Namespace={"Description": "yours"})
    assert discovery.get_namespace(Id=namespace["Id"])["Namespace"]["Description"] == "yours"
    assert discovery.list_namespaces(Filters=[{"Name": "NAME", "Values": ["other"]}])["Namespaces"] == []


def test_names_are_taken_once(discovery):
    made = _namespace(discovery)
    with _refused("NamespaceAlreadyExists") as raised:
        discovery.create_http_namespace(Name="inside")
    assert raised.value.response["NamespaceId"] == made["Id"]
    with _refused("InvalidInput"):
        discovery.create_http_namespace(Name="no spaces")


def test_deleting(slow):
    discovery = discovery_client(slow)
    discovery.create_http_namespace(Name="inside")
    slow.post("clock", advance=60)
    (namespace,) = discovery.list_namespaces()["Namespaces"]
    service = discovery.create_service(Name="one", NamespaceId=namespace["Id"])["Service"]
    with _refused("ResourceInUse"):
        discovery.delete_namespace(Id=namespace["Id"])
    discovery.register_instance(ServiceId=service["Id"], InstanceId="i", Attributes={"AWS_INSTANCE_IPV4": "10.0.0.1"})
    slow.post("clock", advance=60)
    with _refused("ResourceInUse"):
        discovery.delete_service(Id=service["Id"])
    discovery.deregister_instance(ServiceId=service["Id"], InstanceId="i")
    slow.post("clock", advance=60)
    discovery.delete_service(Id=service["Id"])
    discovery.delete_namespace(Id=namespace["Id"])
    with _refused("DuplicateRequest"):
        discovery.delete_namespace(Id=namespace["Id"])
    slow.post("clock", advance=60)
    with _refused("NamespaceNotFound"):
        discovery.get_namespace(Id=namespace["Id"])


def test_services_and_instances(discovery):
    namespace = _namespace(discovery)
    service = discovery.create_service(Name="one", NamespaceId=namespace["Id"])["Service"]
    with _refused("ServiceAlreadyExists"):
        discovery.create_service(Name="one", NamespaceId=namespace["Id"])
    with _refused("NamespaceNotFound"):
        discovery.create_service(Name="one", NamespaceId="ns-none")
    discovery.register_instance(ServiceId=service["Id"], InstanceId="i", Attributes={"AWS_INSTANCE_IPV4": "10.0.0.1"})
    found = discovery.discover_instances(NamespaceName="inside", ServiceName="one")["Instances"]
    assert [one["Attributes"]["AWS_INSTANCE_IPV4"] for one in found] == ["10.0.0.1"]
    assert discovery.get_service(Id=service["Id"])["Service"]["InstanceCount"] == 1
    filters = [{"Name": "NAMESPACE_ID", "Values": [namespace["Id"]]}]
    assert len(discovery.list_services(Filters=filters)["Services"]) == 1
    assert len(discovery.list_instances(ServiceId=service["Id"])["Instances"]) == 1
    with _refused("ServiceNotFound"):
        discovery.get_service(Id="srv-none")


def test_private_dns_has_a_hosted_zone(emulator, discovery):
    vpc = emulator.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    discovery.create_private_dns_namespace(Name="demo.internal", Vpc=vpc)
    (namespace,) = discovery.list_namespaces()["Namespaces"]
    assert namespace["Type"] == "DNS_PRIVATE"
    zone = namespace["Properties"]["DnsProperties"]["HostedZoneId"]
    (found,) = emulator.client("route53").list_hosted_zones()["HostedZones"]
    assert (found["Name"], found["Id"].split("/")[-1]) == ("demo.internal.", zone)
    service = discovery.create_service(
        Name="redis", DnsConfig={"NamespaceId": namespace["Id"], "DnsRecords": [{"Type": "A", "TTL": 10}]}
    )["Service"]
    assert service["Type"] == "DNS_HTTP"
    discovery.delete_service(Id=service["Id"])
    discovery.delete_namespace(Id=namespace["Id"])
    assert discovery.list_namespaces()["Namespaces"] == []
    assert emulator.client("route53").list_hosted_zones()["HostedZones"] == []
    with _refused("InvalidInput"):
        discovery.create_private_dns_namespace(Name="demo.internal", Vpc="vpc-none")
