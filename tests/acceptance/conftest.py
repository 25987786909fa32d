"""A real Chromium for the stories that need one, and a picture of the page where such a story fails."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

import headwater as hw
from tests.integration.server.river import DEFS
from tests.integration.server.serving import Site, serving

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SCREENS = {"wide": (1440, 900), "narrow": (360, 740)}
PICTURES = Path(__file__).parents[2] / ".cache" / "screenshots"
AXE = Path(__file__).parents[2] / "ui" / "node_modules" / "axe-core" / "axe.min.js"
_FAILED = pytest.StashKey[bool]()
_SERIOUS = """async () => {
  const found = await axe.run(document, { resultTypes: ['violations'] });
  return found.violations.filter((each) => ['serious', 'critical'].includes(each.impact))
    .flatMap((each) => each.nodes.map((node) => `${each.id}: ${node.html.slice(0, 160)}`));
}"""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let the fixtures know whether their test failed."""
    report = yield
    if report.when == "call":
        item.stash[_FAILED] = report.failed
    return report


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium that this machine has. (While one is open its event loop counts as the thread's, so not beyond a file.)"""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("no Chromium here, so nobody looked at the page (on Debian: apt install chromium)")
    # The browser's own sandbox cannot be set up by root, which is who runs in most containers.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=arguments)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A tab. The test fails when a script of the page does, and when it asks another host for anything; what it showed
    then is kept in ``.cache/screenshots/``."""
    width, height = SCREENS["wide"]
    context = browser.new_context(viewport={"width": width, "height": height}, timezone_id="Europe/Berlin")
    tab = context.new_page()
    faults: list[str] = []

    def look(request: Request) -> None:
        if not re.match(r"(blob:)?http://127\.0\.0\.1:\d+/|data:image/", request.url):
            faults.append(f"asked for {request.url[:200]}")

    tab.on("request", look)
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("dialog", lambda dialog: faults.append(f"dialog: {dialog.message}"))
    yield tab
    if request.node.stash.get(_FAILED, True) or faults:
        PICTURES.mkdir(parents=True, exist_ok=True)
        tab.screenshot(path=PICTURES / f"{re.sub(r'[^A-Za-z0-9_-]+', '-', request.node.name)}.png")
    context.close()
    assert faults == []


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[hw.DagsterInstance]:
    """A history in a folder."""
    with hw.DagsterInstance.open(tmp_path / ".headwater") as opened:
        yield opened


@pytest.fixture
def site(instance: hw.DagsterInstance) -> Iterator[Site]:
    """A server that shows the river."""
    with serving(instance, DEFS.manifest) as served:
        yield served


def find_barriers(page: Page) -> list[str]:
    """What keeps somebody from using what is shown (axe-core: serious and critical)."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text())
    found: list[str] = page.evaluate(_SERIOUS)
    return found
