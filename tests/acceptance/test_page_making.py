"""The page in a real Chromium, with a supervisor behind it: assets are made, and their stored values looked at."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from headwater.instance.supervisor import Supervisor
from tests.integration.server.serving import Site, serving
from tests.integration.supervisor.conftest import PROJECT, Project, project, supervisor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the project's fixtures read /proc"),
]
FIXTURES = (project, supervisor)  # pytest finds them by their names here


@pytest.fixture
def site(project: Project, supervisor: Supervisor) -> Iterator[Site]:
    with serving(project.instance, supervisor=supervisor) as served:
        yield served


def test_an_asset_is_made_with_all_that_it_needs_and_its_value_looked_at(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/?asset=total")
    page.get_by_role("button", name="and all that it needs").click()
    expect(page.get_by_role("main").get_by_text("succeeded").first).to_be_visible(timeout=20_000)
    page.goto(f"{site.url}/assets/total")
    page.get_by_role("button", name="Show the first rows").click()
    expect(page.locator("pre.text")).to_have_text("6", timeout=20_000)


def test_what_is_picked_or_searched_for_is_made(page: Page, site: Site, project: Project) -> None:
    page.goto(f"{site.url}/")
    page.get_by_role("link", name="numbers").click(modifiers=["Control"])
    page.get_by_role("button", name="Materialize 1 asset").click()
    expect(page.get_by_role("main").get_by_text("succeeded").first).to_be_visible(timeout=20_000)
    page.goto(f"{site.url}/?select=brok")
    page.get_by_role("button", name="Materialize 1 asset").click()
    expect(page.locator(".failure")).to_contain_text("no numbers today", timeout=20_000)
    made = [
        [key.to_user_string() for key in run.asset_selection or ()] for run in project.instance.get_runs()
    ]
    assert made == [["broken"], ["numbers"]]


def test_broken_code_is_shown_and_what_was_there_stays(page: Page, project: Project) -> None:
    with project.supervisor(watch=True) as running, serving(project.instance, supervisor=running) as site:
        page.goto(f"{site.url}/")
        expect(page.locator("a.card")).to_have_count(5)
        project.write("import nowhere_to_be_found")
        expect(page.get_by_role("alert")).to_contain_text("nowhere_to_be_found", timeout=20_000)
        expect(page.locator("a.card")).to_have_count(5)
        project.write(PROJECT)
        expect(page.get_by_role("alert")).to_have_count(0, timeout=20_000)
