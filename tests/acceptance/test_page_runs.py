"""Runs, launch pad, automation, backfills and locations in a real Chromium, over a project that is at work."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from headwater.model.run import DagsterRunStatus, RunsFilter
from tests.acceptance.conftest import SCREENS, find_barriers
from tests.integration.server.serving import Site, serving
from tests.integration.supervisor.conftest import PATIENCE_SECONDS, Project, wait_until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the project's fixtures read /proc"),
]
PATIENCE = 15_000  # ms: a run takes a moment on a machine that is busy
HOSTILE = "<img src=x onerror=window.broken=1><script>window.broken=1</script>"
CODE = (
    "HOSTILE = "
    + repr(HOSTILE)
    + "\n"
    + """
import sys, time
from pathlib import Path
from headwater import *

class GaugeBroken(Exception):
    pass

class Week(Config):
    days: int = 3
    name: str

def read(table, day):
    return table[day]

@asset
def levels(context) -> list[int]:
    print("reading the gauge")
    print("\\x1b[31m" + HOSTILE + "\\x1b[0m", file=sys.stderr)
    context.log.info("said " + HOSTILE)
    return [212, 215]

@asset
def siren(levels: list[int]) -> int:
    try:
        return read(levels, 7)
    except IndexError as missing:
        raise GaugeBroken("the gauge said nothing " + HOSTILE) from missing

@asset(partitions_def=StaticPartitionsDefinition(["a", "b", "c"]))
def parts(context) -> str:
    if context.partition_key == "b" and not Path("repaired").exists():
        raise ValueError("nothing was counted for b")
    return context.partition_key

@op
def measure(context, config: Week):
    context.log.info(f"measured {config.days} days of {config.name}")

@job
def weekly():
    measure()

@op
def waits(context):
    for n in range(400):
        context.log.info(f"waited {n} times")
    print("waiting for the river")
    Path("waits").touch()
    while not Path("go").exists():
        time.sleep(0.01)
    context.log.info("the river is there")
    print("it came")

@job
def patient():
    waits()

@asset(automation_condition=AutomationCondition.eager())
def follows(levels: list[int]) -> int:
    return len(levels)

@sensor(job=weekly)
def letter_box(context):
    return SkipReason(f"empty at {context.cursor} " + HOSTILE)

@schedule(cron_schedule="30 6 * * 1-5", job=weekly, execution_timezone="Europe/Berlin")
def mornings(context):
    return RunRequest()

defs = Definitions(
    assets=[levels, siren, parts, follows], jobs=[weekly, patient], sensors=[letter_box], schedules=[mornings]
)
"""
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    folder = tmp_path_factory.mktemp("project")
    made = Project(folder)
    made.write(CODE)
    yield made
    made.instance.close()


@pytest.fixture(scope="module")
def site(project: Project) -> Iterator[Site]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project.folder)
        with (
            project.supervisor(watch=True) as supervisor,
            serving(project.instance, supervisor=supervisor) as served,
        ):
            assert supervisor.wait_loaded(PATIENCE_SECONDS)
            yield Site(served.port)


def launched(site: Site, project: Project, *, wait: bool = True, **body: Any) -> str:
    run_id = str(site.post("runs", body).json["run"]["dagster_run"]["run_id"])
    if wait:
        wait_until(lambda: ended(project, run_id), "the end of the run")
    return run_id


def ended(project: Project, run_id: str) -> bool:
    run = project.instance.get_run_by_id(run_id)
    return run is not None and run.is_finished


def open_view(page: Page, site: Site, path: str) -> None:
    page.goto(f"{site.url}{path}")


def test_a_failed_run_opens_with_its_cause_and_goes_on(page: Page, site: Site, project: Project) -> None:
    run_id = launched(site, project, assets=["levels", "siren"])
    open_view(page, site, f"/runs/{run_id}")
    failure = page.locator(".failure").first
    expect(failure.get_by_role("heading").first).to_contain_text("GaugeBroken: the gauge said nothing <img")
    expect(failure.locator(".line.here").first).to_contain_text('raise GaugeBroken("the gauge said nothing')
    expect(failure.locator(".line.here").first.locator(".number")).to_have_text(re.compile(r"\d+"))
    expect(failure.locator(".behind h3")).to_have_text("IndexError: list index out of range")
    expect(failure.locator(".behind .line.here").first).to_contain_text("return table[day]")
    folded = failure.get_by_role("button", name=re.compile("of Headwater"))
    expect(failure.get_by_text("step_runner")).to_have_count(0)
    folded.first.click()
    expect(failure.locator(".folded code").first).to_contain_text("headwater")
    # On top, and without scrolling: before the steps and all else.
    steps = page.get_by_role("region", name="Steps").bounding_box()
    cause = failure.bounding_box()
    assert cause is not None
    assert steps is not None
    assert cause["y"] < min(steps["y"], 200)
    page.get_by_role("link", name="Output").click()
    expect(page.locator(".output .ansi-red")).to_have_text(HOSTILE)
    expect(page.locator(".output")).to_contain_text("reading the gauge")
    page.get_by_role("button", name="Go on from the failure").click()
    expect(page).not_to_have_url(re.compile(run_id))
    expect(page.locator(".failure").first).to_contain_text("GaugeBroken", timeout=PATIENCE)
    assert page.evaluate("window.broken") is None


def test_a_step_is_chosen_and_run_again(page: Page, site: Site, project: Project) -> None:
    run_id = launched(site, project, assets=["levels", "siren"])
    open_view(page, site, f"/runs/{run_id}")
    steps = page.get_by_role("region", name="Steps")
    steps.get_by_role("button", name=re.compile("^levels")).click()
    expect(page).to_have_url(re.compile("step=levels"))
    expect(page.locator(".event").first).to_be_visible()
    expect(page.locator(".event .step-key").filter(has_text="siren")).to_have_count(0)
    page.get_by_role("button", name="Log lines").click()
    expect(page.locator(".event")).to_have_count(1)
    expect(page.locator(".event .text")).to_have_text(f"said {HOSTILE}")
    steps.get_by_role("checkbox", name="Run levels again").check()
    page.get_by_role("button", name="Run 1 step again").click()
    expect(page.locator("h1")).to_contain_text("succeeded", timeout=PATIENCE)
    expect(page.get_by_role("list", name="Steps").get_by_role("listitem")).to_have_count(1)


def test_a_run_is_watched_while_it_is_at_work(page: Page, site: Site, project: Project) -> None:
    for name in ("waits", "go"):
        (project.folder / name).unlink(missing_ok=True)
    run_id = launched(site, project, wait=False, job="patient")
    wait_until((project.folder / "waits").exists, "the step")
    open_view(page, site, f"/runs/{run_id}")
    expect(page.locator("h1")).to_contain_text("running")
    # It opens at its end, and follows.
    expect(page.locator(".event .text").get_by_text("waited 399 times")).to_be_in_viewport()
    assert page.locator(".event").count() < 100
    page.get_by_role("link", name="Output").click()
    expect(page.locator(".output")).to_contain_text("waiting for the river")
    expect(page.locator(".output")).not_to_contain_text("it came")
    (project.folder / "go").touch()
    expect(page.locator(".output")).to_contain_text("it came")
    page.get_by_role("link", name="Events").click()
    expect(page.locator("h1")).to_contain_text("succeeded", timeout=PATIENCE)
    page.get_by_role("button", name="To the first event").click()
    expect(page.locator(".event").first).to_contain_text("patient")
    page.get_by_role("button", name="To the last event").click()
    expect(page.locator(".event .text").get_by_text("the river is there")).to_be_visible()


@pytest.mark.slow
def test_a_run_is_cancelled(page: Page, site: Site, project: Project) -> None:
    for name in ("waits", "go"):
        (project.folder / name).unlink(missing_ok=True)
    run_id = launched(site, project, wait=False, job="patient")
    wait_until((project.folder / "waits").exists, "the step")
    open_view(page, site, f"/runs/{run_id}")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("h1")).to_contain_text("cancelled", timeout=PATIENCE)


def test_runs_are_filtered_by_their_address_and_changed_together(
    page: Page, site: Site, project: Project
) -> None:
    week = {"ops": {"measure": {"config": {"name": "x"}}}}
    tags = {"team": HOSTILE, "batch": "together"}
    ids = [launched(site, project, job="weekly", config=week, tags=tags) for _ in range(2)]
    open_view(page, site, "/runs?tag=batch%3Dtogether&status=succeeded")
    rows = page.get_by_role("table", name="Runs").locator(".run")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text(f"team: {HOSTILE}")
    page.get_by_role("link", name=re.compile("^Failed")).click()
    expect(page.get_by_role("heading", name="No run fits")).to_be_visible()
    page.go_back()
    page.get_by_role("checkbox", name="Mark all that are loaded").check()
    tools = page.get_by_role("toolbar")
    expect(tools).to_contain_text("2 marked")
    tools.get_by_role("button", name="Delete 2 …").click()
    tools.get_by_role("button", name="really").click()
    expect(page.get_by_role("heading", name="No run fits")).to_be_visible()
    assert [project.instance.has_run(each) for each in ids] == [False, False]


def test_a_job_is_launched_from_a_form_that_says_what_is_missing(page: Page, site: Site) -> None:
    open_view(page, site, "/jobs")
    page.get_by_role("link", name="Launch weekly").click()
    launch = page.get_by_role("button", name="Launch", exact=True)
    expect(page.get_by_role("region", name="Mistakes")).to_contain_text("name")
    expect(launch).to_be_disabled()
    page.get_by_label("days").fill("many")
    expect(page.locator(".mistake").first).to_contain_text("is not Int")
    page.get_by_label("days").fill("5")
    page.get_by_role("textbox", name="name needed").fill("the mill")
    expect(page.get_by_role("region", name="What would run")).to_contain_text("measure")
    expect(launch).to_be_enabled()
    page.get_by_role("button", name="YAML").click()
    editor = page.get_by_role("textbox", name="Config, as YAML")
    expect(editor).to_contain_text("name: the mill")
    page.get_by_role("textbox", name="Tags").fill("why=a look")
    launch.click()
    expect(page.locator("h1")).to_contain_text("succeeded", timeout=PATIENCE)
    expect(page.get_by_text("measured 5 days of the mill")).to_be_visible()
    expect(page.get_by_text("why: a look")).to_be_visible()


def test_yaml_is_completed_and_its_mistakes_are_in_their_lines(page: Page, site: Site) -> None:
    open_view(page, site, "/launch?job=weekly&mode=yaml")
    editor = page.get_by_role("textbox", name="Config, as YAML")
    editor.fill("ops:\n  measure:\n    config:\n      name: x\n      dyas: 5\n")
    mistakes = page.get_by_role("region", name="Mistakes")
    expect(mistakes).to_contain_text("line 5")
    expect(mistakes).to_contain_text('Did you mean "days"?')
    expect(page.locator(".editor .cm-lintRange-error")).to_have_text("dyas")
    editor.fill("ops:\n  measure:\n    config:\n      ")
    editor.press("Control+End")
    editor.press_sequentially("da")
    expect(page.locator(".editor .cm-tooltip-autocomplete")).to_contain_text("days")
    page.locator(".editor .cm-tooltip-autocomplete li").first.click()
    expect(editor).to_contain_text("days:")
    editor.fill("ops: [1")
    expect(mistakes).to_contain_text("no valid YAML")


def test_a_sensor_is_looked_into_and_its_cursor_edited(page: Page, site: Site, project: Project) -> None:
    open_view(page, site, "/automation")
    row = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="mornings"))
    expect(row).to_contain_text("Monday to Friday at 06:30 (Europe/Berlin)")
    switch = row.get_by_role("switch")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "true")
    expect(row).to_contain_text("next in")
    expect(page.get_by_role("region", name="Timeline")).to_be_visible()
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "false")
    page.get_by_role("link", name="letter_box").click()
    page.get_by_role("textbox", name="Cursor").fill("file 12")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="From the beginning")).to_be_visible()
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="Preview")).to_contain_text(f"empty at file 12 {HOSTILE}")
    page.get_by_role("switch").click()
    ticks = page.get_by_role("region", name="Ticks")
    expect(ticks).to_contain_text("skipped", timeout=PATIENCE)
    expect(ticks).to_contain_text("empty at file 12")
    page.get_by_role("switch").click()
    assert page.evaluate("window.broken") is None


def test_a_condition_says_why_it_waits(page: Page, site: Site, project: Project) -> None:
    open_view(page, site, "/automation/here/default_automation_condition_sensor")
    why = page.get_by_role("region", name="Conditions")
    expect(why).to_contain_text("It was not evaluated yet")
    page.get_by_role("switch").click()
    expect(why.locator(".verdict").first).to_be_visible(timeout=PATIENCE)
    expect(why.locator(".reasons")).to_contain_text("eager")
    page.get_by_role("switch").click()
    expect(page.get_by_role("switch")).to_have_attribute("aria-checked", "false")


def test_a_backfill_says_what_failed_and_goes_on(page: Page, site: Site, project: Project) -> None:
    (project.folder / "repaired").unlink(missing_ok=True)
    open_view(page, site, "/launch?assets=parts")
    expect(page.get_by_role("button", name="Launch", exact=True)).to_be_disabled()  # of which partition?
    page.get_by_role("button", name="Missing").click()
    page.get_by_role("button", name="Launch", exact=True).click()
    expect(page.locator("h1")).to_contain_text("failed", timeout=PATIENCE)
    expect(page.get_by_role("region", name="Progress")).to_contain_text("2 done")
    expect(page.get_by_role("region", name="Parts")).to_contain_text("ValueError: nothing was counted for b")
    (project.folder / "repaired").touch()
    page.get_by_role("button", name=re.compile("Go on with 1")).click()
    expect(page.locator("h1")).to_contain_text("done", timeout=PATIENCE)
    page.get_by_role("link", name="Backfills").first.click()
    expect(page.get_by_role("listitem").filter(has_text="parts")).to_contain_text("3 of 3")


@pytest.mark.slow
@pytest.mark.parametrize("screen", SCREENS)
def test_every_view_fits_and_keeps_nobody_out(page: Page, site: Site, project: Project, screen: str) -> None:
    run_id = launched(site, project, assets=["levels", "siren"], tags={"long" * 30: "tag" * 60})
    site.post("backfills", {"assets": ["parts"], "partitions": ["a"]})
    backfill = site.get("backfills").json["backfills"][0]["backfill"]["backfill_id"]
    width, height = SCREENS[screen]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme="dark" if screen == "narrow" else "light")
    barriers = {}
    for path, word in {
        "/runs": run_id[:8],
        f"/runs/{run_id}": "GaugeBroken",
        f"/runs/{run_id}?tab=output": "reading the gauge",
        f"/runs/{run_id}?tab=config": "Tags",
        "/jobs": "weekly",
        "/launch?job=weekly": "What would run",
        "/launch?assets=parts&mode=yaml": "Partition",
        "/automation": "letter_box",
        "/automation/here/letter_box": "Cursor",
        "/backfills": "parts",
        f"/backfills/{backfill}": "parts",
        "/locations": "run queue",
    }.items():
        open_view(page, site, path)
        expect(page.get_by_role("main").get_by_text(word).first).to_be_attached()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        if found := find_barriers(page):
            barriers[path] = found
    assert barriers == {}


@pytest.mark.slow
def test_code_that_does_not_load_is_shown_at_its_line_and_healed(
    page: Page, site: Site, project: Project
) -> None:
    open_view(page, site, "/locations")
    here = page.get_by_role("region", name="Location here")
    expect(here).to_contain_text("loaded")
    expect(page.get_by_role("region", name="Services")).to_contain_text("scheduler")
    project.write(CODE.replace("@op\ndef waits", "@op\ndef waits_for(nobody=unknown_name"))
    here.get_by_role("button", name="Reload").click()
    expect(here).to_contain_text("cannot be loaded", timeout=PATIENCE)
    expect(here.locator(".failure")).to_contain_text("SyntaxError")
    project.write(CODE)
    here.get_by_role("button", name="Reload").click()
    expect(here.locator(".failure")).to_have_count(0, timeout=PATIENCE)
    failed = RunsFilter(statuses=[DagsterRunStatus.FAILURE])
    assert project.instance.get_runs_count(failed) >= 1  # what ran before stays
