"""Asks LocalStack for all that this scenario makes: nothing of it may be there, after check mode and in the end."""

import sys

import boto3

STEM = "portkey-gateway-dev"
TAGGED = [{"Name": "tag:Project", "Values": ["portkey-gateway"]}]
LIVE = [*TAGGED, {"Name": "state", "Values": ["pending", "available", "deleting"]}]


def left():
    ec2, iam = boto3.client("ec2"), boto3.client("iam")
    for name, found in (
        ("VPCs", ec2.describe_vpcs(Filters=TAGGED)["Vpcs"]),
        ("subnets", ec2.describe_subnets(Filters=TAGGED)["Subnets"]),
        ("route tables", ec2.describe_route_tables(Filters=TAGGED)["RouteTables"]),
        ("internet gateways", ec2.describe_internet_gateways(Filters=TAGGED)["InternetGateways"]),
        ("NAT gateways", ec2.describe_nat_gateways(Filters=LIVE)["NatGateways"]),
        ("addresses", ec2.describe_addresses()["Addresses"]),
        ("secrets", boto3.client("secretsmanager").list_secrets()["SecretList"]),
        ("roles", [role for role in iam.list_roles()["Roles"] if role["RoleName"].startswith(STEM)]),
        ("instance profiles", iam.list_instance_profiles()["InstanceProfiles"]),
        ("log groups", boto3.client("logs").describe_log_groups()["logGroups"]),
    ):
        if found:
            yield f"{len(found)} {name}"


if orphans := list(left()):
    sys.exit(f"There is: {', '.join(orphans)}")
