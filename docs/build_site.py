# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Builds the documentation as a site: README, guides and roles as they are here, and the reference of every plugin."""

from __future__ import annotations

import argparse
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SITE = ROOT / "docs/site"
COLLECTION = "portkey.gateway"
# The theme has a table of contents of its own beside the page, and wants none in it.
_CONTENTS = re.compile(r"^\.\. contents::\n(?: {2,}:.*\n)*", re.M)
# At the same places as here, so that the links between them hold.
PAGES = (
    "README.md",
    "LICENSE",
    "docs/*.md",
    "playbooks/vars/*.yml",
    "roles/*/README.md",
    "roles/*/meta/*.yml",
    "tests/emulator/README.md",
)


def collect(source: pathlib.Path) -> None:
    for pattern in PAGES:
        for page in ROOT.glob(pattern):
            copy = source / page.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(page, copy)
    shutil.copy(SITE / "index.md", source)


def run(*command: str | pathlib.Path) -> None:
    subprocess.run([str(part) for part in command], check=True, cwd=ROOT)


def build(destination: pathlib.Path) -> pathlib.Path:
    shutil.rmtree(destination, ignore_errors=True)
    source, reference = destination / "source", destination / "source/reference"
    reference.mkdir(parents=True)
    collect(source)
    tools = pathlib.Path(sys.executable).parent
    options = ("--use-current", "--squash-hierarchy", "--fail-on-error", "--dest-dir", reference)
    run(tools / "antsibull-docs", "collection", *options, COLLECTION)
    for page in reference.glob("*.rst"):
        page.write_text(_CONTENTS.sub("", page.read_text()))
    html = destination / "html"
    run(tools / "sphinx-build", "-q", "-W", "--keep-going", "-b", "html", "-c", SITE, source, html)
    return html / "index.html"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("destination", nargs="?", type=pathlib.Path, default=ROOT / "build/docs", help="a folder")
    print(build(parser.parse_args().destination.resolve()))


if __name__ == "__main__":
    main()
