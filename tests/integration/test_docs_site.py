"""make docs: every page is built without a warning, and opens without an error or a request beyond the site."""

from __future__ import annotations

import pathlib
import subprocess
import sys

import pytest
from ansible_run import ROOT
from browsing import listen


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    destination = tmp_path_factory.mktemp("docs")
    built = subprocess.run(
        [sys.executable, ROOT / "docs/build_site.py", destination], capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return destination / "html"


def test_every_page_opens_without_errors_or_requests_beyond_the_site(site: pathlib.Path, browser):
    pages = [page for page in site.rglob("*.html") if "_static" not in page.parts]
    assert len(pages) > 70
    page = browser.new_page(viewport={"width": 380, "height": 800})
    heard = listen(page)
    for each in pages:
        page.goto(each.as_uri())
        assert page.title().endswith("portkey.gateway"), each
        # The theme says so where something does not suit it.
        assert "ERROR:" not in page.inner_text("body"), each
    assert heard.said == []
    assert [url for url in heard.asked if not url.startswith(site.as_uri())] == []
    page.close()


def test_every_module_and_role_is_in_it(site: pathlib.Path):
    modules = {path.stem for path in (ROOT / "plugins/modules").glob("*.py")} - {"__init__"}
    roles = {path.name for path in (ROOT / "roles").iterdir() if path.is_dir()}
    missing = [name for name in modules if not (site / f"reference/{name}_module.html").exists()]
    missing += [name for name in roles if not (site / f"reference/{name}_role.html").exists()]
    assert missing == []


def test_links_between_the_pages_lead_somewhere(site: pathlib.Path, browser):
    page = browser.new_page()
    page.goto((site / "index.html").as_uri())
    links = page.eval_on_selector_all("article a[href]", "found => found.map(one => one.href)")
    own = {link.partition("#")[0] for link in links if link.startswith("file:")}
    assert len(own) > 5
    assert [link for link in own if not pathlib.Path(link.removeprefix("file://")).exists()] == []
    page.close()
