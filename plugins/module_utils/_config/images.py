# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""How container images are named: a repository, and which version of it, by tag or by digest."""

from __future__ import annotations

import re

_REPOSITORY = r"([a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d+)?/)?[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*"
_TAG = r"\w[\w.-]{0,127}"
_DIGEST = r"sha256:[0-9a-f]{64}"

REPOSITORY = re.compile(_REPOSITORY, re.ASCII)
VERSION = re.compile(f"{_TAG}|{_DIGEST}", re.ASCII)
REFERENCE = re.compile(f"{_REPOSITORY}(:{_TAG}|@{_DIGEST}|:{_TAG}@{_DIGEST})", re.ASCII)

VERSION_RULE = (
    "A tag has 1 to 128 letters, digits, underscores, dots and hyphens, and begins with none of the last two; "
    "a digest is sha256: and 64 hexadecimal digits."
)


def split(image: str) -> tuple[str, str]:
    """The repository of an image, and its version with what stands before it: a colon, an at sign, or both."""
    name, at, digest = image.partition("@")
    folder, slash, last = name.rpartition("/")
    last, colon, tag = last.partition(":")
    return f"{folder}{slash}{last}", f"{colon}{tag}{at}{digest}"


def reference(repository: str, version: str) -> str:
    """The image as a container definition names it."""
    return f"{repository}{'@' if re.fullmatch(_DIGEST, version) else ':'}{version}"
