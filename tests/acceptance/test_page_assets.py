"""Lineage, catalog and asset page in a real Chromium: what a visitor sees, and what no metadata can make the page do."""

from __future__ import annotations

import re
import threading

import pytest
from playwright.sync_api import Page, expect

import headwater as hw
from headwater.model.manifest import AssetDepSpec, AssetNode, Manifest
from tests.acceptance.conftest import find_barriers
from tests.integration.server.river import flow
from tests.integration.server.serving import Site, serving

pytestmark = pytest.mark.browser

HOSTILE = "\n\n".join(
    [
        "<script>window.broken = 1</script>",
        "<img src=x onerror='window.broken = 1'>",
        "<style>body { display: none }</style>",
        '<form action="https://evil.example"><button>send</button></form>',
        "<iframe srcdoc='<script>parent.broken=1</script>'></iframe>",
        "<svg onload='window.broken=1'><animate onbegin=1></svg>",
        "<p style='position:fixed;inset:0' onclick='window.broken=1' id='root'>a paragraph</p>",
        "<math><mi xlink:href='javascript:window.broken=1'>x</mi></math>",
        "![remote](https://evil.example/pixel.png)",
        "![svg](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+)",
        "![html](data:text/html;base64,PHNjcmlwdD53aW5kb3cuYnJva2VuPTE8L3NjcmlwdD4=)",
        '![a" onerror="window.broken=1](data:image/png;base64,AAAA)',
        "[press](javascript:window.broken=1)",
        "[press](JaVaScRiPt:window.broken=1)",
        "<a href='&#x6A;avascript:window.broken=1'>press</a>",
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
DRAWN = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
FORBIDDEN = "script, style, form, button, iframe, svg, math, object, embed, link, meta, base, [id], [style]"


def test_the_graph_shows_how_each_asset_stands(page: Page, site: Site, instance: hw.DagsterInstance) -> None:
    flow(instance, broken=True)
    page.goto(f"{site.url}/")
    expect(page.get_by_role("link", name="siren")).to_contain_text("failed")
    expect(page.get_by_role("link", name="report")).to_contain_text("not reached")
    expect(page.locator(".group-head")).to_have_text(["gauge1", "warning3"])
    # Whoever needs stands to the right of what is needed.
    xs = [page.get_by_role("link", name=name).bounding_box() for name in ("levels", "high_water", "siren")]
    assert [box["x"] for box in xs if box] == sorted(box["x"] for box in xs if box)
    page.get_by_role("button", name="1 failed").click()
    expect(page.locator("a.card")).to_have_count(1)
    assert "state=failed" in page.url


def test_an_asset_opens_beside_the_graph_with_its_metadata_rendered(
    page: Page, site: Site, instance: hw.DagsterInstance
) -> None:
    flow(instance)
    flow(instance)
    page.goto(f"{site.url}/")
    page.get_by_role("link", name="levels").click()
    panel = page.get_by_role("complementary", name="Asset")
    expect(page).to_have_url(f"{site.url}/?asset=river%2Flevels")
    expect(panel.get_by_role("heading", name="levels")).to_be_visible()
    expect(panel.locator("strong", has_text="centimetres")).to_be_visible()
    picture = panel.get_by_role("img", name="levels")
    expect(picture).to_be_visible()
    picture.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.panel img').naturalWidth === 8")
    expect(panel.get_by_role("columnheader", name="level")).to_be_visible()
    expect(panel.get_by_role("cell", name="212").locator("strong")).to_be_visible()
    expect(panel.get_by_text("/data/river/levels.csv")).to_be_visible()
    expect(panel.get_by_role("link", name="https://example.org/gauge")).to_have_attribute(
        "rel", re.compile("noopener")
    )
    expect(panel.get_by_text("229.857")).to_be_visible()
    expect(panel.get_by_role("img", name="2 values from 7 to 7")).to_be_visible()
    panel.get_by_role("link", name="river/high_water").click()
    expect(panel.get_by_role("cell", name="231")).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    page.go_back()
    expect(panel.get_by_role("heading", name="levels")).to_be_visible()


def test_the_graph_is_searched_and_selected_from(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/")
    cards = page.locator("a.card")
    expect(cards).to_have_count(4)
    box = page.get_by_role("searchbox", name="Search or select assets")
    box.fill("high")
    expect(cards).to_have_count(1)
    box.fill('key:"river/high_water"+')
    expect(cards).to_have_count(3)
    expect(page).to_have_url(re.compile("select=key"))
    page.reload()
    expect(cards).to_have_count(3)
    box.fill("group:(")
    expect(page.get_by_role("alert")).to_be_visible()
    box.fill("group:warning and not key:*")
    expect(page.get_by_text("No asset is like that")).to_be_visible()
    page.get_by_role("button", name="Show all 4").click()
    expect(cards).to_have_count(4)


def test_the_graph_is_moved_by_mouse_and_keyboard(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/")
    card = page.get_by_role("link", name="levels")
    before = card.bounding_box()
    assert before is not None
    page.mouse.move(900, 700)
    page.mouse.down()
    page.mouse.move(960, 740, steps=4)
    page.mouse.up()
    page.evaluate(DRAWN)
    moved = card.bounding_box()
    assert moved is not None
    assert (round(moved["x"] - before["x"]), round(moved["y"] - before["y"])) == (60, 40)
    page.get_by_role("group", name="Graph of 4 assets").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("+")
    page.evaluate(DRAWN)
    nearer = card.bounding_box()
    assert nearer is not None
    assert nearer["width"] > moved["width"]
    page.get_by_role("button", name="Show all").click()
    page.evaluate(DRAWN)
    shown = card.bounding_box()
    assert shown is not None
    assert (round(shown["x"]), round(shown["y"])) == (round(before["x"]), round(before["y"]))
    page.get_by_role("button", name="warning").click()
    expect(page.locator("a.card")).to_have_count(1)
    expect(page.locator(".group-card")).to_contain_text("warning")


def test_what_happens_is_seen_while_it_happens(page: Page, site: Site, instance: hw.DagsterInstance) -> None:
    begun, go_on = threading.Event(), threading.Event()

    @hw.asset(name="levels", key_prefix="river")
    def slow() -> int:
        begun.set()
        assert go_on.wait(30)
        return 1

    page.goto(f"{site.url}/")
    card = page.get_by_role("link", name="levels")
    expect(card).to_contain_text("never made")
    worker = threading.Thread(target=hw.materialize, args=([slow],), kwargs={"instance": instance})
    worker.start()
    try:
        assert begun.wait(30)
        expect(card).to_contain_text("running")
        go_on.set()
        expect(card).to_contain_text("fresh · just now")
    finally:
        go_on.set()
        worker.join(30)


def test_the_catalog_is_filtered_by_its_address(page: Page, site: Site, instance: hw.DagsterInstance) -> None:
    flow(instance, broken=True)
    page.goto(f"{site.url}/catalog")
    rows = page.get_by_role("row")
    expect(rows).to_have_count(5)
    page.get_by_label("Group").select_option("warning")
    expect(rows).to_have_count(4)
    page.get_by_label("State").select_option("failed")
    expect(rows).to_have_count(2)
    expect(page).to_have_url(f"{site.url}/catalog?group=warning&state=failed")
    page.goto(f"{site.url}/catalog?owner=team:water")
    expect(rows.last).to_contain_text("What the gauge read this week, in centimetres.")
    page.get_by_role("button", name="Folders").click()
    expect(page.get_by_role("button", name="river 1")).to_be_visible()
    page.get_by_role("button", name="Show all").click()
    page.get_by_role("link", name="siren").click()
    expect(page).to_have_url(f"{site.url}/assets/river/siren")


def test_an_asset_has_a_page_with_its_values_over_time(
    page: Page, site: Site, instance: hw.DagsterInstance
) -> None:
    flow(instance)
    flow(instance)
    run_id = flow(instance)
    page.goto(f"{site.url}/assets/river/levels")
    expect(page.get_by_role("heading", name="levels")).to_be_visible()
    expect(page.get_by_role("img", name="mean: 3 values from 229.857")).to_be_visible()
    expect(page.locator(".uplot canvas")).to_have_count(2)
    expect(page.get_by_text("river.py:28")).to_be_visible()
    expect(page.get_by_role("link", name=f"run {run_id[:8]}").first).to_have_attribute(
        "href", f"/runs/{run_id}"
    )
    page.get_by_role("link", name="Events").click()
    events = page.locator(".event-list button")
    expect(events).to_have_count(3)
    events.last.click()
    assert "event=" in page.url
    page.get_by_role("link", name="Versions").click()
    expect(page.get_by_role("radio", name=re.compile("Compare from"))).to_have_count(3)
    expect(page.get_by_text(re.compile("headwater asset rollback river/levels --to "))).to_be_visible()
    page.get_by_role("link", name="Lineage").last.click()
    expect(page.locator("a.card")).to_have_count(2)
    page.get_by_role("button", name="Deeper").click()
    expect(page.locator("a.card")).to_have_count(3)


def test_hostile_metadata_and_names_do_nothing(page: Page, instance: hw.DagsterInstance) -> None:
    name = "<img src=x onerror=window.broken=1>"
    asset = AssetNode(
        key=hw.AssetKey([name]),
        group_name="<b>group</b>",
        description=f"{HOSTILE}\n\nthe end of the text",
        metadata={
            "<i>url</i>": hw.UrlMetadataValue("javascript:window.broken=1"),
            "md": hw.MetadataValue.md(HOSTILE),
            "table": hw.TableMetadataValue([hw.TableRecord({"<u>": "<script>window.broken=1</script>"})]),
            "json": hw.JsonMetadataValue({"</code><script>": 1}),
        },
    )
    with serving(instance, Manifest(assets=[asset])) as site:
        page.goto(f"{site.url}/")
        page.locator("a.card").click()
        expect(page.get_by_text("the end of the text")).to_be_visible()
        page.get_by_role("link", name="Open").click()
        expect(page.get_by_text("the end of the text")).to_be_visible()
        texts = page.locator(".markdown")
        expect(texts).to_have_count(2)
        text = texts.first
        expect(texts.locator(FORBIDDEN)).to_have_count(0)
        handlers = "all => all.flatMap(each => each.getAttributeNames()).filter(name => /^on/.test(name))"
        assert texts.locator("*").evaluate_all(handlers) == []
        images = text.locator("img").evaluate_all("all => all.map(each => each.getAttribute('src'))")
        assert images == ["data:image/png;base64,AAAA"]
        links = text.locator("a[href]").evaluate_all("all => all.map(each => each.getAttribute('href'))")
        assert links == ["http://evil.example", "https://example.org/page", "https://example.org/bare"]
        expect(text.locator("pre")).to_have_text("<script>window.broken = 1</script>")
        expect(text.locator("td").last).to_have_text("1|2")
        expect(text.locator("ol > li")).to_have_count(2)
        expect(text.locator("blockquote")).to_contain_text("of two lines")
        for tag, word in (("strong", "bold"), ("em", "slanted"), ("del", "gone")):
            expect(text.locator(tag)).to_have_text(word)
        for press in text.get_by_text("press").all():
            press.click()
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
        for key in keys:
            page.goto(f"{site.url}/catalog")
            page.get_by_role("link", name="/".join(key), exact=True).click()
            heading = page.get_by_role("heading", level=1)
            expect(heading).to_have_text(key[-1])
            page.reload()
            expect(heading).to_have_text(key[-1])
            page.get_by_role("link", name="In the graph").click()
            expect(
                page.get_by_role("complementary", name="Asset").get_by_role("heading", level=2)
            ).to_have_text(key[-1])


def test_partitions_are_a_bar_and_those_that_lack_are_one_click_away(
    page: Page, instance: hw.DagsterInstance
) -> None:
    days = hw.DailyPartitionsDefinition("2026-01-01", end_date="2026-01-11")

    @hw.asset(partitions_def=days)
    def daily(context: hw.AssetExecutionContext) -> str:
        if context.partition_key == "2026-01-03":
            raise ValueError("no water that day")
        return context.partition_key

    for day in ("2026-01-01", "2026-01-02", "2026-01-03"):
        hw.materialize([daily], instance=instance, partition_key=day, raise_on_error=False)
    with serving(instance, hw.Definitions(assets=[daily]).manifest) as site:
        page.goto(f"{site.url}/")
        expect(page.get_by_role("link", name="daily")).to_contain_text("2 of 10 partitions made, 1 failed")
        page.goto(f"{site.url}/assets/daily?tab=partitions")
        bar = page.get_by_role("group", name="10 partitions in 3 spans")
        expect(bar.get_by_role("button", name="2026-01-04 to 2026-01-10: 7 missing")).to_be_visible()
        keys = page.locator(".partition-keys li")
        expect(keys).to_have_count(10)
        page.get_by_role("button", name="1 failed", exact=True).click()
        expect(keys).to_have_text(re.compile("2026-01-03"))
        assert "state=failed" in page.url
        page.get_by_role("button", name="1 failed", exact=True).click()
        page.get_by_label("Find a partition").fill("-10")
        expect(keys).to_have_count(1)
        assert find_barriers(page) == []


def big(count: int) -> Manifest:
    """Assets in groups of forty, each made from two of those shortly before it."""
    return Manifest(
        assets=[
            AssetNode(
                key=hw.AssetKey(["lake", f"asset_{n}"]),
                computation=f"make_{n}",
                group_name=f"group_{n // 40}",
                deps=[
                    AssetDepSpec(key=hw.AssetKey(["lake", f"asset_{m}"]))
                    for m in sorted({max(0, n - 1 - n * 7 % 30), max(0, n - 1 - n * 13 % 50)})
                    if m < n
                ],
            )
            for n in range(count)
        ]
    )


@pytest.mark.parametrize(
    ("count", "seconds"), [(1_000, 6.0), pytest.param(10_000, 12.0, marks=pytest.mark.slow)]
)
def test_a_big_graph_stays_smooth(
    page: Page, instance: hw.DagsterInstance, count: int, seconds: float
) -> None:
    """The bounds are for a machine that is busy; ``benchmarks/page.py`` measures."""
    page.add_init_script(
        "window.blocks = []; new PerformanceObserver((list) => blocks.push(...list.getEntries().map((e) => e.duration)))"
        ".observe({ type: 'longtask' })"
    )
    with serving(instance, big(count)) as site:
        page.goto(f"{site.url}/?groups=open")
        graph = page.get_by_role("group", name=f"Graph of {count} assets")
        expect(graph).to_be_visible(timeout=20_000)
        assert page.evaluate("performance.now()") < seconds * 1000
        page.evaluate("blocks.length = 0")
        page.mouse.move(800, 450)
        page.mouse.down()
        page.mouse.move(1000, 600, steps=30)
        page.mouse.up()
        for _ in range(12):
            page.mouse.wheel(0, -300)
        page.evaluate(DRAWN)
        assert max(page.evaluate("blocks"), default=0) < 400
        page.get_by_role("searchbox", name="Search or select assets").fill(f"asset_{count - 1}")
        page.get_by_role("link", name=f"asset_{count - 1}").click()
        expect(page.get_by_role("complementary").get_by_role("heading", level=2)).to_have_text(
            f"asset_{count - 1}"
        )
        assert find_barriers(page) == []
