"""The page in a real Chromium: what a visitor sees, by mouse and keyboard, and what no metadata can make it do."""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

import headwater as hw
from headwater.model.manifest import AssetDepSpec, AssetNode, Manifest
from tests.integration.server.river import DEFS, flow
from tests.integration.server.serving import Site, serving

pytestmark = pytest.mark.browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SCREENS = {"wide": (1400, 900), "narrow": (360, 740)}
HOSTILE = "\n\n".join(
    [
        "<script>window.broken = 1</script>",
        "<img src=x onerror='window.broken = 1'>",
        "<style>body { display: none }</style>",
        '<form action="https://evil.example"><button>send</button></form>',
        "![remote](https://evil.example/pixel.png)",
        "![svg](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+)",
        "![html](data:text/html;base64,PHNjcmlwdD53aW5kb3cuYnJva2VuPTE8L3NjcmlwdD4=)",
        '![a" onerror="window.broken=1](data:image/png;base64,AAAA)',
        "[press](javascript:window.broken=1)",
        "[press](JaVaScRiPt:window.broken=1)",
        "[press](data:text/html,<script>window.broken=1</script>)",
        "[plain](http://evil.example) [good](https://example.org/page)",
        "<https://example.org/bare>",
        "`<b>code</b>` **bold** *slanted* ~~gone~~",
        "> a quote\n> of two lines",
        "1. one\n2. two\n   - inner",
        "| a | b |\n|---|--:|\n| <i>x</i> | `1\\|2` |",
        "```html\n<script>window.broken = 1</script>\n```",
    ]
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium that this machine has."""
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
def page(browser: Browser) -> Iterator[Page]:
    """A tab. The test fails when a script of the page does, or when it asks another host for anything."""
    width, height = SCREENS["wide"]
    context = browser.new_context(viewport={"width": width, "height": height})
    tab = context.new_page()
    faults: list[str] = []

    def look(request: Request) -> None:
        if not re.match(r"http://127\.0\.0\.1:\d+/|data:image/png", request.url):
            faults.append(f"asked for {request.url[:200]}")

    tab.on("request", look)
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("dialog", lambda dialog: faults.append(f"dialog: {dialog.message}"))
    yield tab
    context.close()
    assert faults == []


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[hw.DagsterInstance]:
    with hw.DagsterInstance.open(tmp_path / ".headwater") as opened:
        yield opened


@pytest.fixture
def site(instance: hw.DagsterInstance) -> Iterator[Site]:
    with serving(instance, DEFS.manifest) as served:
        yield served


def test_the_graph_shows_how_each_asset_stands(page: Page, site: Site, instance: hw.DagsterInstance) -> None:
    flow(instance, broken=True)
    page.goto(site.url)
    card = page.get_by_role("link").filter(has_text="siren")
    expect(card).to_contain_text("failed")
    expect(page.get_by_role("link").filter(has_text="report")).to_contain_text("not reached")
    expect(page.locator(".box")).to_have_text(["gauge", "warning"])
    expect(page.locator(".edges path")).to_have_count(3)
    expect(page.get_by_role("button", name="1 failed")).to_be_visible()
    # Whoever needs stands to the right of what is needed.
    xs = [page.locator(".card", has_text=name).bounding_box() for name in ("levels", "high_water", "siren")]
    assert xs == sorted(xs, key=lambda box: box["x"] if box else 0)


def test_an_asset_opens_beside_the_graph_with_its_metadata_rendered(
    page: Page, site: Site, instance: hw.DagsterInstance
) -> None:
    flow(instance)
    page.goto(site.url)
    page.locator(".card", has_text="levels").click()
    panel = page.get_by_role("complementary", name="Asset")
    expect(page).to_have_url(f"{site.url}/assets/river/levels")
    expect(panel.get_by_role("heading", name="levels")).to_be_visible()
    expect(panel.locator("strong", has_text="centimetres")).to_be_visible()
    picture = panel.get_by_role("img", name="levels")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth") == 8
    expect(panel.get_by_role("columnheader", name="level")).to_be_visible()
    expect(panel.get_by_role("cell", name="212").locator("strong")).to_be_visible()
    expect(panel.get_by_text("/data/river/levels.csv")).to_be_visible()
    expect(panel.get_by_role("link", name="https://example.org/gauge")).to_have_attribute(
        "rel", re.compile("noopener")
    )
    expect(panel.locator("dt", has_text="mean").locator("+ dd")).to_have_text("229.857")
    panel.get_by_role("link", name="river/high_water").click()
    expect(page).to_have_url(f"{site.url}/assets/river/high_water")
    expect(panel.get_by_role("cell", name="231")).to_be_visible()


def test_a_failed_run_opens_with_the_users_own_error_on_top(
    page: Page, site: Site, instance: hw.DagsterInstance
) -> None:
    run_id = flow(instance, broken=True)
    page.goto(f"{site.url}/assets/river/siren")
    page.get_by_role("link", name=f"run {run_id[:8]}").first.click()
    expect(page).to_have_url(f"{site.url}/runs/{run_id}")
    box = page.locator(".failure")
    title = box.get_by_role("heading").first
    expect(title).to_have_text("GaugeBroken: the gauge said nothing on the 7th day")
    frames = box.locator(".frames .user:visible")
    expect(frames.first).to_contain_text("raise_alarm")
    expect(frames.first).to_contain_text("raise GaugeBroken")
    expect(box.locator(".behind h3").first).to_have_text("KeyError: 7")
    expect(box.locator(".frames .framework").first).to_be_hidden()
    box.get_by_text("of Headwater").first.click()
    expect(box.locator(".frames .framework").first).to_be_visible()
    # It is on top: before steps and events, and without scrolling.
    top = title.bounding_box()
    steps = page.get_by_role("region", name="Steps").bounding_box()
    assert top is not None
    assert steps is not None
    assert top["y"] < min(steps["y"], 400)


def test_a_run_shows_its_steps_and_log_lines_and_keeps_the_filter_in_its_address(
    page: Page, site: Site, instance: hw.DagsterInstance
) -> None:
    run_id = flow(instance)
    page.goto(f"{site.url}/runs/{run_id}")
    events = page.locator(".events > li:visible")
    expect(page.get_by_text("reading the gauge at the mill")).to_be_visible()
    page.get_by_role("button", name="Log lines").click()
    expect(events).to_have_count(1)
    page.get_by_role("button", name="Everything").click()
    page.get_by_role("button", name=re.compile("river__high_water")).click()
    expect(events.locator(".step").filter(has_not_text="river__high_water")).to_have_count(0)
    assert "step=river__high_water" in page.url
    page.reload()
    expect(events.first).to_contain_text("river__high_water")
    expect(page.get_by_role("button", name="Everything")).to_have_attribute("aria-pressed", "true")


def test_what_happens_is_seen_while_it_happens(page: Page, site: Site, instance: hw.DagsterInstance) -> None:
    begun, go_on = threading.Event(), threading.Event()

    @hw.asset(name="levels", key_prefix="river")
    def slow(context: hw.AssetExecutionContext) -> int:
        context.log.info("waiting for the river")
        begun.set()
        assert go_on.wait(30)
        context.log.info("the river is there")
        return 1

    page.goto(site.url)
    card = page.locator(".card", has_text="levels")
    expect(card).to_contain_text("never made")
    worker = threading.Thread(target=hw.materialize, args=([slow],), kwargs={"instance": instance})
    worker.start()
    try:
        assert begun.wait(30)
        expect(card).to_contain_text("running")
        page.get_by_role("navigation").get_by_role("link", name="Runs").click()
        expect(page.locator(".runs tbody .badge")).to_have_text("running")
        page.locator(".runs .cover").click()
        expect(page.locator("h1")).to_contain_text("running")
        expect(page.get_by_role("status")).to_have_text("live")
        expect(page.get_by_text("the river is there")).to_have_count(0)
        go_on.set()
        expect(page.get_by_text("the river is there")).to_be_visible()
        expect(page.locator("h1")).to_contain_text("succeeded")
        expect(page.get_by_role("status")).to_have_text("ended")
    finally:
        go_on.set()
        worker.join(30)
    page.get_by_role("navigation").get_by_role("link", name="Assets").click()
    expect(card).to_contain_text("just now")


def test_a_server_that_comes_back_is_found_again(page: Page, tmp_path: Path) -> None:
    with hw.DagsterInstance.open(tmp_path) as instance:
        with serving(instance, DEFS.manifest) as site:
            page.goto(site.url)
            expect(page.get_by_role("status")).to_have_text("live")
        expect(page.get_by_role("status")).to_have_text("reconnecting")
        flow(instance)
        with serving(instance, DEFS.manifest, port=site.port):
            expect(page.get_by_role("status")).to_have_text("live", timeout=10_000)
            expect(page.get_by_role("button", name="4 fresh")).to_be_visible()


def test_hostile_metadata_and_names_do_nothing(page: Page, instance: hw.DagsterInstance) -> None:
    name = "<img src=x onerror=window.broken=1>"
    description = f"{HOSTILE}\n\nthe end of the text"
    asset = AssetNode(
        key=hw.AssetKey([name]),
        group_name="<b>group</b>",
        description=description,
        metadata={
            "<i>url</i>": hw.UrlMetadataValue("javascript:window.broken=1"),
            "table": hw.TableMetadataValue([hw.TableRecord({"<u>": "<script>window.broken=1</script>"})]),
            "json": hw.JsonMetadataValue({"</code><script>": 1}),
        },
    )
    with serving(instance, Manifest(assets=[asset])) as site:
        page.goto(site.url)
        page.locator(".card").click()
        panel = page.get_by_role("complementary", name="Asset")
        expect(panel.get_by_text("the end of the text")).to_be_visible()
        text = panel.locator(".markdown").first
        for tag in ("script", "style", "form", "iframe", "svg", "object", "b", "i"):
            expect(text.locator(tag)).to_have_count(0)
        images = text.locator("img").evaluate_all("all => all.map(each => each.getAttribute('src'))")
        assert images == ["data:image/png;base64,AAAA"]
        links = panel.locator("a[target]").evaluate_all("all => all.map(each => each.getAttribute('href'))")
        assert links == [
            f"https://{rest}" for rest in ("evil.example", "example.org/page", "example.org/bare")
        ]
        handlers = (
            "all => all.flatMap(each => each.getAttributeNames()).filter(name => /^on|style/.test(name))"
        )
        assert panel.locator("*").evaluate_all(handlers) == []
        expect(text.locator("pre")).to_have_text("<script>window.broken = 1</script>")
        expect(text.locator("td").last).to_have_text("1|2")
        expect(text.locator("ol > li")).to_have_count(2)
        expect(text.locator("blockquote")).to_contain_text("of two lines")
        for tag, word in (("strong", "bold"), ("em", "slanted"), ("s", "gone")):
            expect(text.locator(tag)).to_have_text(word)
        assert page.evaluate("window.broken") is None
        expect(page.locator("body")).to_be_visible()


@pytest.mark.parametrize("text", ["*" * 50_000, "[" * 50_000, "`" * 50_001, "> " * 20_000, "_a " * 20_000])
def test_no_text_keeps_the_page_busy(page: Page, instance: hw.DagsterInstance, text: str) -> None:
    asset = AssetNode(key=hw.AssetKey("a"), description=f"{text}\n\nthe end of the text")
    with serving(instance, Manifest(assets=[asset])) as site:
        page.goto(f"{site.url}/assets/a")
        expect(page.get_by_text("the end of the text")).to_be_attached(timeout=3000)


def test_every_key_has_an_address_that_can_be_shared(page: Page, instance: hw.DagsterInstance) -> None:
    keys = [["a/b"], ["raw", "history"], ["..", "up"], ["."], ["ö %2F?#", "x"], ["back\\slash"]]
    with serving(instance, Manifest(assets=[AssetNode(key=hw.AssetKey(key)) for key in keys])) as site:
        page.goto(f"{site.url}/?view=list")
        for key in keys:
            page.locator(".row .name").get_by_text("/".join(key), exact=True).click()
            heading = page.get_by_role("complementary").get_by_role("heading", level=2)
            expect(heading).to_have_text(key[-1])
            expect(page.get_by_role("complementary").get_by_text("Definition")).to_be_visible()
            page.reload()
            expect(heading).to_have_text(key[-1])
            expect(page.get_by_role("complementary").get_by_text("Definition")).to_be_visible()


def test_everything_is_reached_by_keyboard(page: Page, site: Site, instance: hw.DagsterInstance) -> None:
    flow(instance)
    page.goto(site.url)
    expect(page.locator(".card")).to_have_count(4)
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("levels")
    expect(page.locator(".card.dim")).to_have_count(3)
    assert "find=levels" in page.url
    page.keyboard.press("Tab")  # Graph
    page.keyboard.press("Tab")  # List
    page.keyboard.press("Enter")
    row = page.locator(".row")
    expect(row).to_have_count(1)
    for _ in range(3):
        page.keyboard.press("Tab")
        if row.evaluate("each => each === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary").get_by_role("heading", name="levels")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary")).to_be_hidden()
    expect(row).to_be_focused()


def test_the_back_button_goes_back(page: Page, site: Site, instance: hw.DagsterInstance) -> None:
    flow(instance)
    page.goto(site.url)
    page.locator(".card", has_text="levels").click()
    page.get_by_role("navigation").get_by_role("link", name="Jobs").click()
    expect(page.get_by_text("every day at 06:30")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("complementary").get_by_role("heading", name="levels")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("complementary")).to_be_hidden()
    expect(page.locator(".card")).to_have_count(4)


def test_an_empty_project_explains_the_next_step(page: Page, instance: hw.DagsterInstance) -> None:
    with serving(instance) as site:
        page.goto(site.url)
        expect(page.get_by_role("heading", name="There is no asset here yet")).to_be_visible()
        expect(page.get_by_text("headwater asset materialize")).to_be_visible()
        page.goto(f"{site.url}/runs")
        expect(page.get_by_text("Nothing has run yet")).to_be_visible()


def test_assets_that_were_never_made_say_how(page: Page, site: Site) -> None:
    page.goto(site.url)
    expect(page.get_by_text("Nothing has been made yet")).to_be_visible()
    expect(page.get_by_text("headwater asset materialize --select '*'")).to_be_visible()


def test_what_is_not_there_says_so(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/assets/no/such")
    expect(page.get_by_text('There is no asset "no/such"')).to_be_visible()
    page.goto(f"{site.url}/runs/none")
    expect(page.get_by_text('There is no run "none"')).to_be_visible()
    page.goto(f"{site.url}/nowhere")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()


def test_a_token_opens_the_page(page: Page, instance: hw.DagsterInstance) -> None:
    with serving(instance, DEFS.manifest, token="s3cret words", own_hosts_only=False) as site:
        page.goto(f"{site.url}/runs?status=FAILURE")
        page.get_by_label("Token").fill("guess")
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("alert")).to_have_text("That was not the token.")
        page.goto(f"{site.url}/runs?status=FAILURE")
        page.get_by_label("Token").fill("s3cret words")
        page.get_by_role("button", name="Log in").click()
        expect(page).to_have_url(f"{site.url}/runs?status=FAILURE")
        expect(page.get_by_text("No run is like that.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_every_view_fits_and_can_be_read(
    page: Page, site: Site, instance: hw.DagsterInstance, screen: str, scheme: str
) -> None:
    """Nothing is wider than the screen, and text stands out from its ground (4.5 to 1, as WCAG asks)."""
    run_id = flow(instance, broken=True)
    width, height = SCREENS[screen]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    views = {
        "/": "report",
        "/?view=list": "report",
        "/assets/river/levels": "Definition",
        "/runs": run_id[:8],
        f"/runs/{run_id}": "GaugeBroken",
        "/jobs": "everything",
        "/automation": "Automation",
    }
    for path, word in views.items():
        page.goto(site.url + path)
        expect(page.get_by_text(word).first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.evaluate(TOO_PALE) == [], path


# Texts whose contrast with what is behind them is below 4.5; dimmed cards are meant to step back.
TOO_PALE = """() => {
  const shade = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = parse(getComputedStyle(each).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const pale = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
    if (element.closest(".dim, .unseen, .skip")) continue;
    const [a, b] = [shade(parse(getComputedStyle(element).color)), shade(ground(element))].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < 4.5) pale.push(`${walker.currentNode.data.trim()} (${contrast.toFixed(2)})`);
  }
  return pale;
}"""


def test_a_big_graph_is_there_at_once(page: Page, instance: hw.DagsterInstance) -> None:
    """A thousand assets: a list first, the graph when asked for; neither takes long."""
    nodes = [
        AssetNode(
            key=hw.AssetKey(f"asset_{n}"),
            group_name=f"group_{n // 100}",
            deps=[
                AssetDepSpec(key=hw.AssetKey(f"asset_{above}")) for above in {n // 2, n - 7} if 0 <= above < n
            ],
        )
        for n in range(1000)
    ]
    with serving(instance, Manifest(assets=nodes)) as site:
        page.goto(site.url)
        expect(page.locator(".row")).to_have_count(1000)
        page.get_by_role("link", name="Graph").click()
        expect(page.locator(".card")).to_have_count(1000)
        started = page.evaluate("performance.now()")
        page.locator(".card").last.click()
        expect(page.get_by_role("complementary").get_by_role("heading", name="asset_999")).to_be_visible()
        assert page.evaluate("performance.now()") - started < 5000
