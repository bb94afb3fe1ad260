# Copyright (c) 2026 The portkey.gateway authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

"""Sphinx on what docs/build_site.py has put together."""

from __future__ import annotations

project = "portkey.gateway"
author = "The portkey.gateway authors"
project_copyright = "The portkey.gateway authors"
html_title = "portkey.gateway"

extensions = ["myst_parser", "sphinx_antsibull_ext"]
myst_heading_anchors = 4
# Pages of Ansible and amazon.aws, which are not a part of this site. antsibull-docs has checked the names of our own.
suppress_warnings = ["ref.ref"]
exclude_patterns = ["README.md"]

html_theme = "furo"
html_copy_source = False
html_show_sphinx = False
pygments_style = "ansible"
