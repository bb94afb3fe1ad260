"""Bad caches of images."""

from __future__ import annotations

ON = {"image_cache": {"enable": True}}

# A name for the case, what the user wrote, and the variables at fault, without their prefix.
BAD = [
    ("a cache that keeps nothing", {"image_cache": {"keep_images": 0}}, {"image_cache.keep_images"}),
    ("a cache that keeps too much", {"image_cache": {"keep_images": 1001}}, {"image_cache.keep_images"}),
    (
        "an image of another repository",
        {**ON, "deploy_image": "portkeyai/gateway_beta:2.17.0"},
        {"deploy_image"},
    ),
]


def test_bad_input_is_refused_by_its_name(refused, bad_input):
    refused(*bad_input)
