"""Bad networks and clusters."""

from __future__ import annotations

EXISTING_VPC = {
    "create_new_vpc": False,
    "vpc_id": "vpc-0123456789abcdef0",
    "public_subnet_ids": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    "private_subnet_ids": ["subnet-0123456789abcdef2", "subnet-0123456789abcdef3"],
}

# A name for the case, what the user wrote, and the variables at fault, without their prefix.
BAD = [
    # Network
    ("no CIDR at all", {"vpc_cidr": "X.X.X.X/Y"}, {"vpc_cidr"}),
    ("a CIDR without its prefix", {"vpc_cidr": "10.0.0.0"}, {"vpc_cidr"}),
    ("a CIDR with host bits", {"vpc_cidr": "10.0.0.1/16"}, {"vpc_cidr"}),
    ("an IPv6 CIDR", {"vpc_cidr": "fd00::/56"}, {"vpc_cidr"}),
    ("a CIDR larger than a VPC", {"vpc_cidr": "10.0.0.0/8"}, {"vpc_cidr"}),
    ("a CIDR too small for its subnets", {"vpc_cidr": "10.0.0.0/25"}, {"vpc_cidr"}),
    ("a CIDR on Docker's bridge", {"vpc_cidr": "172.17.0.0/16"}, {"vpc_cidr"}),
    ("a CIDR of links", {"vpc_cidr": "169.254.0.0/20"}, {"vpc_cidr"}),
    ("no zone", {"num_az": 0}, {"num_az"}),
    ("seven zones", {"num_az": 7}, {"num_az"}),
    ("an ALB in one zone", {"create_lb": True, "lb_type": "application", "num_az": 1}, {"num_az"}),
    ("a VPC by its name", {**EXISTING_VPC, "vpc_id": "my-vpc"}, {"vpc_id"}),
    ("a subnet that is none", {**EXISTING_VPC, "public_subnet_ids": ["subnet-1x2y3z"]}, {"public_subnet_ids"}),
    (
        "a subnet twice",
        {**EXISTING_VPC, "private_subnet_ids": ["subnet-0123456789abcdef2"] * 2},
        {"private_subnet_ids"},
    ),
    (
        "a subnet public and private",
        {**EXISTING_VPC, "private_subnet_ids": EXISTING_VPC["public_subnet_ids"]},
        {"private_subnet_ids"},
    ),
    (
        "an internal ALB in one subnet",
        {
            **EXISTING_VPC,
            "create_lb": True,
            "lb_type": "application",
            "private_subnet_ids": ["subnet-0123456789abcdef2"],
        },
        {"private_subnet_ids"},
    ),
    (
        "a public ALB in one subnet",
        {
            **EXISTING_VPC,
            "create_lb": True,
            "internal_lb": False,
            "lb_type": "application",
            "public_subnet_ids": ["subnet-0123456789abcdef0"],
        },
        {"public_subnet_ids"},
    ),
    # Cluster
    (
        "a cluster by its ARN",
        {"create_cluster": False, "cluster_name": "arn:aws:ecs:x", "capacity_provider_name": "cp"},
        {"cluster_name"},
    ),
    (
        "a cluster's name that is too long",
        {"create_cluster": False, "cluster_name": "c" * 256, "capacity_provider_name": "cp"},
        {"cluster_name"},
    ),
    ("an instance family", {"instance_type": "t4g"}, {"instance_type"}),
    ("a negative size", {"min_asg_size": -1}, {"min_asg_size"}),
    ("no instance at all", {"min_asg_size": 0, "desired_asg_size": 0, "max_asg_size": 0}, {"max_asg_size"}),
    ("minimum above maximum", {"min_asg_size": 4}, {"min_asg_size"}),
    ("desired above maximum", {"desired_asg_size": 4}, {"desired_asg_size"}),
    ("desired below minimum", {"min_asg_size": 3, "desired_asg_size": 2}, {"desired_asg_size"}),
    ("no target capacity", {"target_capacity": 0}, {"target_capacity"}),
    ("too much target capacity", {"target_capacity": 101}, {"target_capacity"}),
    (
        "a refresh below all",
        {"instance_refresh": {"min_healthy_percentage": -1}},
        {"instance_refresh.min_healthy_percentage"},
    ),
    (
        "a refresh above double",
        {"instance_refresh": {"max_healthy_percentage": 201}},
        {"instance_refresh.max_healthy_percentage"},
    ),
    (
        "a refresh too wide",
        {"instance_refresh": {"max_healthy_percentage": 160}},
        {"instance_refresh.max_healthy_percentage"},
    ),
    ("a negative warm-up", {"instance_refresh": {"instance_warmup": -1}}, {"instance_refresh.instance_warmup"}),
]


def test_bad_input_is_refused_by_its_name(refused, bad_input):
    refused(*bad_input)
