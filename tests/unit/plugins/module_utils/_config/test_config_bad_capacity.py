"""Bad capacity."""

from __future__ import annotations


def on_fargate(**settings):
    return {"capacity": {"type": "fargate", **settings}}


# A name for the case, what the user wrote, and the variables at fault, without their prefix.
BAD = [
    ("capacity of a kind that there is not", {"capacity": {"type": "spot"}}, {"capacity.type"}),
    ("a processor on instances", {"capacity": {"architecture": "arm64"}}, {"capacity.architecture"}),
    ("a processor in the API's words", on_fargate(architecture="ARM64"), {"capacity.architecture"}),
    ("a negative base", on_fargate(fargate_base=-1), {"capacity.fargate_base"}),
    ("a weight too high", on_fargate(fargate_spot_weight=1001), {"capacity.fargate_spot_weight"}),
    ("no weight at all", on_fargate(fargate_weight=0), {"capacity.fargate_weight"}),
    ("no weight on an existing cluster", {**on_fargate(), "create_cluster": False}, {"cluster_name"}),
]


def test_bad_input_is_refused_by_its_name(refused, bad_input):
    refused(*bad_input)
