"""What portkey_bedrock allows the gateway, and nobody else."""

from __future__ import annotations

import pytest
from ansible_collections.portkey.gateway.plugins.module_utils._config import bedrock, check, scope
from ansible_collections.portkey.gateway.plugins.module_utils._config.place import Place

HERE = "arn:aws:bedrock:us-west-2:123456789012"
INVOKE = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
NOVA, HAIKU = "amazon.nova-pro-v1:0", "anthropic.claude-3-haiku-20240307-v1:0"
PROVISIONED = "a1b2c3d4e5f6"
APPLICATION = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/x1y2z3x1y2z3"
ROLE = "arn:aws:iam::210987654321:role/models"
PLACE = Place("aws", "us-west-2", "123456789012")


@pytest.fixture
def added(built):
    """What is added to the statements of the gateway's task role."""

    def run(**wanted):
        without, stack = built(), built(bedrock=wanted)
        of = {one["name"]: one["task_policy_statements"] for one in stack["services"]}
        plain = {one["name"]: one["task_policy_statements"] for one in without["services"]}
        assert {name: of[name] for name in of if name != "gateway"} == {
            name: plain[name] for name in plain if name != "gateway"
        }
        assert of["gateway"][: len(plain["gateway"])] == plain["gateway"]
        return of["gateway"][len(plain["gateway"]) :]

    return run


def test_nothing_unless_it_is_asked_for(added, built):
    assert added() == []
    assert added(region="us-east-1") == []
    assert built()["bedrock"] == {"role_arns": [], "trust_policy": None}


def test_foundation_models_and_provisioned_ones(added):
    arn = f"arn:aws:bedrock:eu-central-1::foundation-model/{HAIKU}"
    (statement,) = added(models=[NOVA, arn], provisioned_models=[PROVISIONED])
    assert statement == {
        "Effect": "Allow",
        "Action": INVOKE,
        "Resource": [
            f"arn:aws:bedrock:us-west-2::foundation-model/{NOVA}",
            arn,
            f"{HERE}:provisioned-model/{PROVISIONED}",
        ],
    }


def test_the_region_of_what_is_named_by_its_id(added):
    (statement,) = added(region="eu-west-1", models=[NOVA])
    assert statement["Resource"] == [f"arn:aws:bedrock:eu-west-1::foundation-model/{NOVA}"]


def test_a_cross_region_profile_and_its_model_in_each_region_through_it_only(added):
    profile = f"{HERE}:inference-profile/us.{HAIKU}"
    direct, behind, look = added(inference_profiles=[{"profile": f"us.{HAIKU}", "regions": ["us-east-1", "us-west-2"]}])
    assert direct == {"Effect": "Allow", "Action": INVOKE, "Resource": [profile]}
    assert behind == {
        "Effect": "Allow",
        "Action": INVOKE,
        "Resource": [
            f"arn:aws:bedrock:us-west-2::foundation-model/{HAIKU}",
            f"arn:aws:bedrock:us-east-1::foundation-model/{HAIKU}",
        ],
        "Condition": {"ArnEquals": {"bedrock:InferenceProfileArn": profile}},
    }
    assert look == {"Effect": "Allow", "Action": ["bedrock:GetInferenceProfile"], "Resource": [profile]}


def test_a_global_profile_has_its_model_without_a_region(added):
    behind = added(inference_profiles=[{"profile": f"global.{HAIKU}"}])[1]
    assert behind["Resource"] == [
        f"arn:aws:bedrock:us-west-2::foundation-model/{HAIKU}",
        f"arn:aws:bedrock:::foundation-model/{HAIKU}",
    ]


@pytest.mark.parametrize(
    "profile, regions, expected",
    [
        (APPLICATION, [], ["us-east-1"]),
        (APPLICATION, ["us-east-2"], ["us-east-1", "us-east-2"]),
        (APPLICATION, ["global"], ["us-east-1", ""]),
        ("x1y2z3x1y2z3", [], ["us-west-2"]),
    ],
)
def test_a_profile_of_an_application(added, profile, regions, expected):
    direct, behind, _look = added(inference_profiles=[{"profile": profile, "model": NOVA, "regions": regions}])
    (arn,) = direct["Resource"]
    assert arn.endswith(":application-inference-profile/x1y2z3x1y2z3")
    assert behind["Resource"] == [f"arn:aws:bedrock:{region}::foundation-model/{NOVA}" for region in expected]
    assert behind["Condition"]["ArnEquals"]["bedrock:InferenceProfileArn"] == arn


def test_roles_of_other_accounts(added, built):
    (statement,) = added(role_arns=[ROLE])
    assert statement == {"Effect": "Allow", "Action": ["sts:AssumeRole"], "Resource": [ROLE]}
    told = built(bedrock={"role_arns": [ROLE]})["bedrock"]
    assert told["role_arns"] == [ROLE]
    (trust,) = told["trust_policy"]["Statement"]
    assert trust == {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
        "Action": "sts:AssumeRole",
        "Condition": {
            "ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/portkey-dev-us-west-2-gateway-task"}
        },
    }


def test_an_external_id_is_a_part_of_the_trust(built):
    told = built(bedrock={"role_arns": [ROLE], "external_id": "portkey-1"})["bedrock"]
    assert told["trust_policy"]["Statement"][0]["Condition"]["StringEquals"] == {"sts:ExternalId": "portkey-1"}


def test_no_star_stands_anywhere(added):
    statements = added(
        models=[NOVA],
        provisioned_models=[PROVISIONED],
        inference_profiles=[{"profile": f"global.{HAIKU}"}],
        role_arns=[ROLE],
    )
    texts = [text for one in statements for text in (*one["Resource"], *one["Action"])]
    assert texts and not any(star in text for text in texts for star in "*?")


def test_another_partition(configured):
    config = configured(aws_region="us-gov-west-1", bedrock={"models": [NOVA]})
    (statement,) = bedrock.statements(config, Place("aws-us-gov", "us-gov-west-1", "123456789012"))
    assert statement["Resource"] == [f"arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/{NOVA}"]


@pytest.mark.parametrize(
    "wanted, expected",
    [
        (
            {"provisioned_models": [f"arn:aws:bedrock:us-west-2:210987654321:provisioned-model/{PROVISIONED}"]},
            ["portkey_bedrock.provisioned_models"],
        ),
        (
            {"inference_profiles": [{"profile": APPLICATION.replace("123456789012", "210987654321"), "model": NOVA}]},
            ["portkey_bedrock.inference_profiles.1.profile"],
        ),
        ({"provisioned_models": [f"{HERE}:provisioned-model/{PROVISIONED}"]}, []),
        ({"models": [f"arn:aws:bedrock:us-east-1::foundation-model/{NOVA}"]}, []),
    ],
)
def test_models_of_another_account_need_its_role(checked, account, wanted, expected):
    result = checked(bedrock=wanted)
    assert result.faults == []
    assert [one.variable for one in check.unfit_for_account(result.config, account)] == expected


def test_the_permissions_of_an_operator_know_the_statements(checked, account):
    result = checked(bedrock={"models": [NOVA]})
    built = scope.build(scope.PERMISSIONS, result.public, account, check.made_secrets(result.config))
    gateway = built["services"][-1]["task_policy_statements"]
    assert bedrock.statements(result.config, PLACE) == gateway[1:]
