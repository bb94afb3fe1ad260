"""Bad models, profiles and roles of Bedrock."""

from __future__ import annotations

NOVA = "amazon.nova-pro-v1:0"
BEDROCK_ROLE = "arn:aws:iam::210987654321:role/models"
PROFILES = "bedrock.inference_profiles"


def with_profile(**settings):
    return {"bedrock": {"inference_profiles": [{"profile": f"us.{NOVA}", "regions": ["us-west-2"], **settings}]}}


# A name for the case, what the user wrote, and the variables at fault, without their prefix.
BAD = [
    # Bedrock
    ("text for Bedrock", {"bedrock": NOVA}, {"bedrock"}),
    ("an unknown key of Bedrock", {"bedrock": {"model": [NOVA]}}, {"bedrock.model"}),
    ("one model for a list", {"bedrock": {"models": NOVA}}, {"bedrock.models"}),
    ("all models", {"bedrock": {"models": ["*"]}}, {"bedrock.models"}),
    ("all models of a vendor", {"bedrock": {"models": ["anthropic.*"]}}, {"bedrock.models"}),
    (
        "all models by their ARN",
        {"bedrock": {"models": ["arn:aws:bedrock:us-west-2::foundation-model/*"]}},
        {"bedrock.models"},
    ),
    ("a model twice", {"bedrock": {"models": [NOVA, NOVA]}}, {"bedrock.models"}),
    (
        "a model of nowhere",
        {"bedrock": {"models": [f"arn:aws:bedrock:::foundation-model/{NOVA}"]}},
        {"bedrock.models"},
    ),
    (
        "a model of another partition",
        {"bedrock": {"models": [f"arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/{NOVA}"]}},
        {"bedrock.models"},
    ),
    ("a model that is a profile", {"bedrock": {"models": ["portkey"]}}, {"bedrock.models"}),
    ("no region of Bedrock", {"bedrock": {"region": "oregon"}}, {"bedrock.region"}),
    ("a region of another partition", {"bedrock": {"region": "cn-north-1"}}, {"bedrock.region"}),
    (
        "a foundation model that is not provisioned",
        {"bedrock": {"provisioned_models": [f"arn:aws:bedrock:us-west-2::foundation-model/{NOVA}"]}},
        {"bedrock.provisioned_models"},
    ),
    (
        "a provisioned model by its name",
        {"bedrock": {"provisioned_models": ["my-model"]}},
        {"bedrock.provisioned_models"},
    ),
    ("a profile as text", {"bedrock": {"inference_profiles": [f"us.{NOVA}"]}}, {f"{PROFILES}.1"}),
    ("a profile without its id", {"bedrock": {"inference_profiles": [{}]}}, {f"{PROFILES}.1.profile"}),
    ("a profile that is a model", with_profile(profile=NOVA), {f"{PROFILES}.1.profile"}),
    ("all profiles", with_profile(profile="us.*"), {f"{PROFILES}.1.profile"}),
    ("a profile without its regions", with_profile(regions=[]), {f"{PROFILES}.1.regions"}),
    ("a profile with a geography for a region", with_profile(regions=["us"]), {f"{PROFILES}.1.regions"}),
    ("a profile with a region twice", with_profile(regions=["us-west-2"] * 2), {f"{PROFILES}.1.regions"}),
    ("a profile with a region of China", with_profile(regions=["cn-north-1"]), {f"{PROFILES}.1.regions"}),
    ("a profile with all models", with_profile(model="*"), {f"{PROFILES}.1.model"}),
    ("an application's profile without its model", with_profile(profile="x1y2z3x1y2z3"), {f"{PROFILES}.1.model"}),
    (
        "a profile twice",
        {"bedrock": {"inference_profiles": with_profile()["bedrock"]["inference_profiles"] * 2}},
        {PROFILES},
    ),
    ("a role by its name", {"bedrock": {"role_arns": ["models"]}}, {"bedrock.role_arns"}),
    ("all roles", {"bedrock": {"role_arns": ["arn:aws:iam::210987654321:role/*"]}}, {"bedrock.role_arns"}),
    ("a user for a role", {"bedrock": {"role_arns": ["arn:aws:iam::210987654321:user/me"]}}, {"bedrock.role_arns"}),
    ("a role twice", {"bedrock": {"role_arns": [BEDROCK_ROLE] * 2}}, {"bedrock.role_arns"}),
    (
        "a role of another partition",
        {"bedrock": {"role_arns": ["arn:aws-cn:iam::210987654321:role/models"]}},
        {"bedrock.role_arns"},
    ),
    ("an external id without a role", {"bedrock": {"external_id": "portkey"}}, {"bedrock.external_id"}),
    (
        "an external id with a space",
        {"bedrock": {"role_arns": [BEDROCK_ROLE], "external_id": "port key"}},
        {"bedrock.external_id"},
    ),
    (
        "more models than a policy has room for",
        {"bedrock": {"models": [f"amazon.nova-{number}-v1:0" for number in range(200)]}},
        {"bedrock"},
    ),
]


def test_bad_input_is_refused_by_its_name(refused, bad_input):
    refused(*bad_input)
