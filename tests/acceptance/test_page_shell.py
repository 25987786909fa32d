"""What stands around every view of the page, in a real Chromium: palette, settings, addresses, a server that is away."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import headwater as hw
from tests.acceptance.conftest import SCREENS, find_barriers
from tests.integration.server.river import DEFS, flow
from tests.integration.server.serving import Site, serving

pytestmark = pytest.mark.browser


def test_the_palette_finds_everything_by_keyboard(
    page: Page, site: Site, instance: hw.DagsterInstance
) -> None:
    run_id = flow(instance)
    page.goto(f"{site.url}/catalog")
    expect(page.get_by_role("row").nth(1)).to_be_visible()
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Find assets")
    expect(box).to_be_focused()
    page.keyboard.type(run_id[:8])
    expect(page.get_by_role("dialog").get_by_role("option").first).to_contain_text("run")
    box.fill("everyth")
    expect(page.get_by_role("dialog").get_by_role("option").first).to_contain_text("job")
    box.fill("highw")
    expect(page.get_by_role("dialog").get_by_role("option").first).to_contain_text("river/high_water")
    assert find_barriers(page) == []
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/assets/river/high_water")
    expect(page.get_by_role("heading", name="high_water")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()


def test_what_is_not_there_says_so(page: Page, site: Site) -> None:
    for path, words in {
        "/nope": "There is no such page",
        "/assets/no/such": 'There is no asset "no/such"',
        "/runs/zzz": "zzz",
    }.items():
        page.goto(f"{site.url}{path}")
        expect(page.get_by_role("main").get_by_text(words).first).to_be_visible()
        expect(page.get_by_role("main").get_by_role("link", name=re.compile("[Rr]uns")).first).to_be_visible()


def test_theme_and_time_zone_are_kept(page: Page, site: Site, instance: hw.DagsterInstance) -> None:
    flow(instance)
    page.goto(f"{site.url}/assets/river/levels?tab=events")
    moment = page.locator(".event-list time").first
    berlin = moment.inner_text()
    page.get_by_label("Time zone").select_option("America/New_York")
    expect(moment).not_to_have_text(berlin)
    page.get_by_role("button", name="Dark").click()
    page.reload()
    expect(page.get_by_label("Time zone")).to_have_value("America/New_York")
    expect(moment).not_to_have_text(berlin)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 20, 23)"


def test_a_server_that_comes_back_is_found_again(page: Page, tmp_path: Path) -> None:
    with hw.DagsterInstance.open(tmp_path) as instance:
        with serving(instance, DEFS.manifest) as site:
            page.goto(f"{site.url}/")
            expect(page.get_by_role("status")).to_have_text("Live")
            expect(page.locator(".card").first).to_be_visible()
        expect(page.get_by_role("alert")).to_contain_text("The server does not answer", timeout=10_000)
        expect(page.locator(".card").first).to_be_visible()
        flow(instance)
        with serving(instance, DEFS.manifest, port=site.port):
            expect(page.get_by_role("status")).to_have_text("Live", timeout=10_000)
            expect(page.get_by_role("button", name="4 fresh")).to_be_visible()


def test_a_token_opens_the_page(page: Page, instance: hw.DagsterInstance) -> None:
    with serving(instance, DEFS.manifest, token="s3cret words", own_hosts_only=False) as site:
        page.goto(f"{site.url}/catalog?group=warning")
        page.get_by_label("Token").fill("guess")
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("alert")).to_have_text("That was not the token.")
        page.goto(f"{site.url}/catalog?group=warning")
        page.get_by_label("Token").fill("s3cret words")
        page.get_by_role("button", name="Log in").click()
        expect(page).to_have_url(f"{site.url}/catalog?group=warning")
        expect(page.get_by_text("3 of 4 assets")).to_be_visible()


def test_an_empty_project_explains_the_next_step(page: Page, instance: hw.DagsterInstance) -> None:
    with serving(instance) as site:
        page.goto(f"{site.url}/")
        expect(page.get_by_role("heading", name="There is no asset here yet")).to_be_visible()
        expect(page.get_by_text("headwater asset materialize")).to_be_visible()


@pytest.mark.parametrize(("screen", "scheme"), [("wide", "light"), ("narrow", "dark")])
def test_every_view_fits_and_keeps_nobody_out(
    page: Page, site: Site, instance: hw.DagsterInstance, screen: str, scheme: str
) -> None:
    """Nothing is wider than the screen, and axe-core finds no serious barrier (pale text is one of them)."""
    run_id = flow(instance, broken=True)
    width, height = SCREENS[screen]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Security Policy" in said.text else None)
    views = {
        "/": "levels",
        "/?asset=river/levels": "Latest value",
        "/catalog": "levels",
        "/catalog?view=folders": "levels",
        "/assets/river/levels": "Input and output",
        "/assets/river/siren": "report",
        "/assets/river/levels?tab=events": "What it told",
        "/assets/river/levels?tab=versions": "Values",
        "/runs": run_id[:8],
        f"/runs/{run_id}": "GaugeBroken",
        "/jobs": "everything",
        "/automation": "Automation",
        "/nope": "no such page",
    }
    barriers = {}
    for path, word in views.items():
        page.goto(f"{site.url}{path}")
        expect(page.get_by_role("main").get_by_text(word).first).to_be_attached()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        if found := find_barriers(page):
            barriers[path] = found
    assert barriers == {}
    assert refused == []


def test_the_files_of_the_page_come_small_and_are_kept(site: Site, instance: hw.DagsterInstance) -> None:
    document = site.get("/", Accept_Encoding="br, gzip")
    assert document.headers["content-encoding"] == "br"
    assert document.headers["cache-control"] == "no-cache"
    plain = site.get("/").body.decode()
    name = re.search(r'src="(/static/index-[^"]+\.js)"', plain)
    assert name is not None
    script = site.get(name[1], Accept_Encoding="gzip")
    assert script.headers["content-encoding"] == "gzip"
    assert "immutable" in script.headers["cache-control"]
    assert len(script.body) < 120_000
    assert "<script>" not in plain
    for path in ("/static/../app.py", "/static/nothing.js", "/static/%2e%2e%2fapp.py", "/static/"):
        assert site.get(path).status == 404
