"""The page in a real Chromium, with a supervisor behind it: what its buttons do."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from headwater.instance.supervisor import Supervisor
from headwater.model.run import DagsterRunStatus, RunsFilter
from tests.acceptance.test_page import browser, page
from tests.integration.server.serving import Site, serving
from tests.integration.supervisor.conftest import PROJECT, Project, project, supervisor, wait_until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the project's fixtures read /proc"),
]
FIXTURES = (browser, page, project, supervisor)  # pytest finds them by their names here


@pytest.fixture
def site(project: Project, supervisor: Supervisor) -> Iterator[Site]:
    with serving(project.instance, supervisor=supervisor) as served:
        yield served


def test_an_asset_is_made_with_all_that_it_needs(page: Page, site: Site, project: Project) -> None:
    page.goto(f"{site.url}/assets/total")
    page.get_by_role("button", name="and all that it needs").click()
    expect(page.locator("h1")).to_contain_text("succeeded")
    expect(page.locator(".steps")).to_contain_text("numbers")
    page.get_by_role("button", name="Run all of it again").click()
    succeeded = RunsFilter(statuses=[DagsterRunStatus.SUCCESS])
    wait_until(lambda: project.instance.get_runs_count(succeeded) == 2, "the second run")


def test_what_the_search_leaves_is_made(page: Page, site: Site, project: Project) -> None:
    page.goto(f"{site.url}/?find=numb")
    page.get_by_role("button", name="Materialize 1 asset").click()
    expect(page.locator("h1")).to_contain_text("succeeded")
    (run,) = project.instance.get_runs()
    assert [key.to_user_string() for key in run.asset_selection or ()] == ["numbers"]


def test_a_failed_run_goes_on(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/?find=broken")
    page.get_by_role("button", name="Materialize 1 asset").click()
    expect(page.locator(".failure")).to_contain_text("no numbers today")
    failed = page.url
    page.get_by_role("button", name="Go on from the failure").click()
    expect(page).not_to_have_url(failed)
    expect(page.locator(".failure")).to_contain_text("no numbers today")


def test_a_run_is_cancelled(page: Page, site: Site, project: Project) -> None:
    page.goto(f"{site.url}/assets/endless")
    page.get_by_role("button", name="Materialize", exact=True).click()
    wait_until((project.folder / "endless.pid").exists, "the step")
    page.get_by_role("button", name="Cancel the run").click()
    expect(page.locator("h1")).to_contain_text("cancelled")


def test_a_sensor_is_switched_on_and_off(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/automation")
    counts = page.locator("li", has=page.get_by_role("heading", name="counts"))
    expect(page.locator("li", has=page.get_by_role("heading", name="nightly"))).to_contain_text(
        "every day at 02:00 (Europe/Berlin)"
    )
    counts.get_by_role("button", name="Preview").click()
    expect(counts).to_contain_text("and leave the cursor 1")
    counts.get_by_role("button", name="Switch on").click()
    expect(counts.locator("a", has_text=re.compile("run "))).to_be_visible(timeout=15_000)
    counts.get_by_role("button", name="Switch off").click()
    expect(counts.locator(".badge")).to_have_text("off")


def test_broken_code_is_shown_and_what_was_there_stays(page: Page, project: Project) -> None:
    with project.supervisor(watch=True) as running, serving(project.instance, supervisor=running) as site:
        page.goto(site.url)
        expect(page.locator(".card")).to_have_count(5)
        project.write("import nowhere_to_be_found")
        expect(page.get_by_role("alert")).to_contain_text("nowhere_to_be_found", timeout=15_000)
        expect(page.locator(".card")).to_have_count(5)
        project.write(PROJECT)
        expect(page.get_by_role("alert").locator(".failure")).to_have_count(0, timeout=15_000)
