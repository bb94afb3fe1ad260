"""What the configuration takes for granted in the account, made in the embedded one.

Names stay as they are. IDs and ARNs that AWS gives are others there, so what holds them is overridden by extra vars,
as are all secrets: a rehearsal needs none, and reads none.
"""

from __future__ import annotations

import json
import pathlib
import re
from collections.abc import Callable, Mapping
from typing import Any

import account
from readback import ACCOUNT

from emulator.testing import CREDENTIALS, Running

Variables = dict[str, Any]

SECRETS = {
    "portkey_docker_username": "rehearsal-user",
    "portkey_docker_password": "rehearsal-password-of-nobody",
    "portkey_client_auth": "rehearsal-client-auth-of-nobody",
    "portkey_organisations": "00000000-0000-4000-8000-000000000000",
}
# In the ARN of a model that an account owns.
OWN_MODELS = re.compile(r":\d{12}:(provisioned-model|inference-profile|application-inference-profile)/")
ZONE = "rehearsal.example.com"
CONTROL_PLANE = "com.amazonaws.vpce.us-east-1.vpce-svc-0c2c1c323d9f56d95"
BUCKETS = ("log_store_bucket", "log_exports_bucket", "finetune_bucket")
POLICIES = ("portkey_gateway_task_role_policy_arns", "portkey_data_service_task_role_policy_arns")


class StandIns:
    """``given``: the inventory's variables. ``variables``: what replaces some of them; ``told``: that, in words."""

    def __init__(self, emulator: Running, given: Mapping[str, Any], inventory: pathlib.Path) -> None:
        self._emulator = emulator
        self._given = given
        self._inventory = inventory if inventory.is_dir() else inventory.parent
        self._region = given.get("portkey_aws_region") or "us-west-2"
        self.told: list[str] = []
        self.variables: Variables = {}
        for make in (
            self._connection,
            self._secrets,
            self._buckets,
            self._certificate,
            self._names,
            self._policies,
            self._models,
            self._network,
            self._cluster,
            self._alarms,
            self._topic,
            self._gate,
            self._control_plane,
        ):
            self.variables |= make()

    def _client(self, service: str) -> Any:
        return self._emulator.client(service, self._region)

    def _connection(self) -> Variables:
        """Extra vars win over everything, so no run of a rehearsal can reach an account."""
        keys = {"access_key": CREDENTIALS["aws_access_key_id"], "secret_key": CREDENTIALS["aws_secret_access_key"]}
        return {"portkey_aws_connection": {"endpoint_url": self._emulator.url, **keys}}

    def _secrets(self) -> Variables:
        replaced: Variables = {name: value for name, value in SECRETS.items() if name in self._given}
        docker = self._given.get("portkey_docker_cred_secret_arn")
        if _is_arn(docker):
            value = {"username": SECRETS["portkey_docker_username"], "password": SECRETS["portkey_docker_password"]}
            replaced["portkey_docker_cred_secret_arn"] = self._secret(docker, value)
        containers = self._container_secrets()
        if any(_is_arn(arn) for of_service in containers.values() for arn in of_service.values()):
            replaced["portkey_secrets"] = {
                service: {key: self._secret(arn, {key: "rehearsed"}) if _is_arn(arn) else arn}
                for service, keys in containers.items()
                for key, arn in keys.items()
            }
            replaced["portkey_secrets_file_path"] = None
        return replaced

    def _container_secrets(self) -> dict[str, dict[str, str]]:
        path = self._given.get("portkey_secrets_file_path")
        if not path:
            return self._given.get("portkey_secrets") or {}
        for folder in (self._inventory, pathlib.Path.cwd()):
            if (folder / path).is_file():
                content = json.loads((folder / path).read_text())
                return {service: keys for service, keys in content.items() if isinstance(keys, dict)}
        return {}

    def _secret(self, arn: str, value: dict[str, str]) -> str:
        # AWS has put six characters behind the name.
        name = arn.rpartition(":secret:")[2].rpartition("-")[0] or arn
        client = self._client("secretsmanager")
        held = client.list_secrets(Filters=[{"Key": "name", "Values": [name]}])["SecretList"]
        if not held:
            self.told.append(f"secret {name}")
            return client.create_secret(Name=name, SecretString=json.dumps(value))["ARN"]
        kept = json.loads(client.get_secret_value(SecretId=name)["SecretString"])
        client.put_secret_value(SecretId=name, SecretString=json.dumps({**kept, **value}))
        return held[0]["ARN"]

    def _buckets(self) -> Variables:
        store = dict(self._given.get("portkey_object_storage") or {})
        if _is_placeholder(store.get("log_store_bucket")):
            store["log_store_bucket"] = "rehearsal-logs"
        if _is_placeholder(store.get("bucket_region")):
            store["bucket_region"] = self._region
        logs, lock = (self._given.get(f"portkey_{name}_bucket") for name in ("lb_access_logs", "lock"))
        # What the stack makes itself must not be there.
        kept = [] if store.get("create") else [store.get(name) for name in BUCKETS]
        logs = None if self._given.get("portkey_create_lb_access_logs_bucket") else logs
        for bucket in dict.fromkeys([*kept, logs, lock]):
            if bucket:
                self._bucket(bucket)
        if logs:
            prefix = self._given.get("portkey_lb_access_logs_prefix") or ""
            account.take_access_logs(self._emulator, self._region, logs, prefix)
        return {"portkey_object_storage": store} if store else {}

    def _bucket(self, name: str) -> None:
        where = {} if self._region == "us-east-1" else {"LocationConstraint": self._region}
        options = {"CreateBucketConfiguration": where} if where else {}
        self._client("s3").create_bucket(Bucket=name, **options)
        self.told.append(f"bucket {name}")

    def _certificate(self) -> Variables:
        if not self._given.get("portkey_tls_certificate_arn"):
            return {}
        self.told.append("certificate")
        hosts = self._given.get("portkey_alb_routing_configuration") or {}
        domain = hosts.get("gateway_host") or "gateway.example.com"
        return {"portkey_tls_certificate_arn": account.certificate(self._emulator, self._region, domain)}

    def _names(self) -> Variables:
        """The zones are made, by the names that they have or are to have; an id is another one here."""
        dns = _named_zone(self._given.get("portkey_dns") or {})
        certificate = _named_zone(self._given.get("portkey_certificate") or {})
        replaced: Variables = {}
        if not (dns.get("create_records") or certificate.get("create")):
            return replaced
        hosts = self._given.get("portkey_alb_routing_configuration") or {}
        host = str(hosts.get("gateway_host") or dns.get("gateway_host") or f"gateway.{ZONE}")
        for variable, given in (("portkey_dns", dns), ("portkey_certificate", certificate)):
            zone = given.get("hosted_zone")
            if zone:
                name = zone if "." in zone else host.partition(".")[2]
                replaced[variable] = {**given, "hosted_zone": name}
                self._zone(name)
        return replaced

    def _zone(self, name: str) -> None:
        client = self._client("route53")
        if not client.list_hosted_zones_by_name(DNSName=name)["HostedZones"]:
            client.create_hosted_zone(Name=name, CallerReference=name)
            self.told.append(f"hosted zone {name}")

    def _policies(self) -> Variables:
        """AWS's own policies are there; the account's are made."""
        replaced: Variables = {}
        for variable in POLICIES:
            arns = self._given.get(variable) or {}
            if arns:
                replaced[variable] = {
                    key: arn if ":iam::aws:" in arn else self._once(arn, self._policy) for key, arn in arns.items()
                }
        return replaced

    def _policy(self, name: str) -> str:
        self.told.append(f"policy {name}")
        return account.task_policy(self._emulator, self._region, name)

    def _once(self, arn: str, make: Callable[[str], str]) -> str:
        name = arn.rpartition("/")[2]
        client = self._client("iam")
        held = [one["Arn"] for one in client.list_policies(Scope="Local")["Policies"] if one["PolicyName"] == name]
        return held[0] if held else make(name)

    def _models(self) -> Variables:
        """Those of the real account would be another's here, which can only be called by its roles."""
        given = json.dumps(self._given.get("portkey_bedrock") or {})
        replaced = OWN_MODELS.sub(rf":{ACCOUNT}:\1/", given)
        return {} if replaced == given else {"portkey_bedrock": json.loads(replaced)}

    def _network(self) -> Variables:
        if self._given.get("portkey_create_new_vpc", True) and self._given.get("portkey_create_cluster", True):
            return {}
        made = account.network(self._emulator, self._region, "rehearsal-existing")
        self.private = made["private"]
        if self._given.get("portkey_create_new_vpc", True):
            return {}
        self.told.append(f"VPC {self._given.get('portkey_vpc_id')}")
        public = {"portkey_public_subnet_ids": made["public"]} if self._given.get("portkey_public_subnet_ids") else {}
        return {"portkey_vpc_id": made["vpc"], "portkey_private_subnet_ids": made["private"], **public}

    def _cluster(self) -> Variables:
        name = self._given.get("portkey_cluster_name")
        if self._given.get("portkey_create_cluster", True) or not name:
            return {}
        provider = self._given.get("portkey_capacity_provider_name") or f"{name}-instances"
        account.cluster(self._emulator, self._region, name, provider, self.private)
        self.told.append(f"cluster {name}")
        return {}

    def _alarms(self) -> Variables:
        settings = self._given.get("portkey_gateway_deployment_configuration") or {}
        names = (settings.get("alarms") or {}).get("alarm_names") or []
        for name in names:
            self.told.append(f"alarm {name}")
            self._client("cloudwatch").put_metric_alarm(
                AlarmName=name,
                ComparisonOperator="GreaterThanThreshold",
                Statistic="Sum",
                MetricName="HTTPCode_Target_5XX_Count",
                Namespace="AWS/ApplicationELB",
                Period=60,
                Threshold=1.0,
                EvaluationPeriods=1,
                TreatMissingData="notBreaching",
            )
        return {}

    def _topic(self) -> Variables:
        given = self._given.get("portkey_alarms") or {}
        arn = given.get("sns_topic_arn")
        if not (given.get("enable") and arn):
            return {}
        name = arn.rpartition(":")[2]
        self.told.append(f"topic {name}")
        return {"portkey_alarms": {**given, "sns_topic_arn": self._client("sns").create_topic(Name=name)["TopicArn"]}}

    def _gate(self) -> Variables:
        """Nobody answers behind the embedded load balancer."""
        gate = self._given.get("portkey_gateway_smoke_gate") or {}
        if not gate.get("enable_smoke_gate"):
            return {}
        self.told.append("no smoke gate, for which a gateway would have to answer")
        return {"portkey_gateway_smoke_gate": {**gate, "enable_smoke_gate": False}}

    def _control_plane(self) -> Variables:
        """The vendor has allowed the account, and accepts what it asks for."""
        given = self._given.get("portkey_control_plane") or {}
        if given.get("outbound") == "privatelink":
            name = given.get("outbound_service_name") or CONTROL_PLANE
            offered = {"name": name, "allowed": [ACCOUNT], "acceptance_required": False, "regions": [self._region]}
            self._emulator.post("privatelink", offer={**offered, "private_dns_name": "aws-cp.portkey.ai"})
            self.told.append("control plane that lets the account in")
        return {}


def _named_zone(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value.replace("<HOSTED_ZONE>", ZONE) if isinstance(value, str) else value for key, value in given.items()
    }


def _is_arn(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("arn:")


def _is_placeholder(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("<")
