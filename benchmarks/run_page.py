"""How soon is a run of 100,000 events on the screen, does it scroll, and how far behind is its live tail? And 5,000 runs?

Needs Chromium. ``python -m benchmarks.run_page 10000 500`` measures smaller ones.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

import headwater as hw
from headwater.model.event import Event, EventKind, LogData, new_run_id
from headwater.model.manifest import Manifest
from headwater.model.run import DagsterRun
from tests.integration.server.serving import Site, serving

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BATCH = 5_000
STEPS = 50
TAIL_LINES = 200
TAIL_PAUSE_SECONDS = 0.025
# Frames and long tasks while something happens; the clock of the page is the clock of this machine.
WATCH = """() => {
  window.frames_ = []; window.long_ = [];
  const note = (list) => list.getEntries().forEach((each) => window.long_.push(each.duration));
  new PerformanceObserver(note).observe({ entryTypes: ['longtask'] });
  let last = performance.now();
  const next = (now) => { window.frames_.push(now - last); last = now; requestAnimationFrame(next); };
  requestAnimationFrame(next);
}"""
TAIL = """() => {
  window.behind_ = []; const seen = new Set();
  const look = () => {
    for (const each of document.querySelectorAll('.event .text')) {
      const found = /^stamp (\\d+) (\\d+)/.exec(each.textContent);
      if (found && !seen.has(found[1])) { seen.add(found[1]); window.behind_.push(Date.now() - Number(found[2])); }
    }
    requestAnimationFrame(look);
  };
  look();
}"""


def write_run(instance: hw.DagsterInstance, count: int, *, finished: bool) -> str:
    """A run with so many log lines; its id."""
    run_id = new_run_id()
    instance.add_run(DagsterRun(run_id=run_id, job_name="talkative"))
    instance.write_events([_event(EventKind.RUN_START, run_id)])
    for first in range(0, count, BATCH):
        instance.write_events([_line(run_id, number) for number in range(first, min(first + BATCH, count))])
    if finished:
        instance.write_events([_event(EventKind.RUN_SUCCESS, run_id)])
    return run_id


def _event(kind: EventKind, run_id: str) -> Event:
    return Event(kind=kind, run_id=run_id, job_name="talkative")


def _line(run_id: str, number: int, text: str | None = None) -> Event:
    return Event(
        kind=EventKind.LOG,
        run_id=run_id,
        job_name="talkative",
        step_key=f"step_{number % STEPS}",
        message=text or f"line {number}: something that is worth telling about item {number * 37 % 1000}",
        level=20,
        data=LogData(logger="dagster"),
    )


def measure_api(site: Site, run_id: str) -> None:
    """What the server alone takes."""
    middle = site.get(f"runs/{run_id}/events?limit=1&order=newest").json["events"][0]["storage_id"] // 2
    for name, query in {
        "first page of 500": "limit=500",
        "last page": "limit=500&order=newest",
        "a page in the middle": f"limit=500&after={middle}",
        "one step": "limit=500&step=step_7",
        "failures (none)": "limit=500&kind=STEP_FAILURE",
    }.items():
        _say(
            f"API, {name}, ms",
            [_timed(lambda query=query: site.get(f"runs/{run_id}/events?{query}")) for _ in range(5)],
        )


def measure_run(page: Page, site: Site, run_id: str) -> None:
    """From the address to the first events, then down through them."""
    began = time.perf_counter()
    page.goto(f"{site.url}/runs/{run_id}")
    page.locator(".event").first.wait_for()
    _say("from the address to the first events, ms", [(time.perf_counter() - began) * 1000])
    _scroll(page, ".event-list .lines")
    _say("lines in the document", [page.locator(".event").count()])
    began = time.perf_counter()
    page.get_by_role("button", name="To the last event").click()
    page.locator(".event").get_by_text("run succeeded").wait_for()
    _say("to the last event, ms", [(time.perf_counter() - began) * 1000])


def measure_tail(page: Page, site: Site, instance: hw.DagsterInstance, run_id: str, count: int) -> None:
    """How old a line is when it is seen, while the run is at work."""
    page.goto(f"{site.url}/runs/{run_id}")
    page.locator(".event").first.wait_for()
    page.wait_for_timeout(500)
    page.evaluate(TAIL)

    def write() -> None:
        for number in range(TAIL_LINES):
            text = f"stamp {number} {time.time() * 1000:.0f}"
            instance.write_events([_line(run_id, count + number, text)])
            time.sleep(TAIL_PAUSE_SECONDS)

    writer = threading.Thread(target=write)
    writer.start()
    writer.join()
    page.wait_for_timeout(1000)
    behind: list[float] = page.evaluate("window.behind_")
    _say(f"live: age of a line when it is seen, ms ({len(behind)} of {TAIL_LINES} seen)", behind)


def measure_list(page: Page, site: Site, count: int) -> None:
    """The list of runs: the first rows, then down to the last one."""
    began = time.perf_counter()
    page.goto(f"{site.url}/runs")
    page.locator(".run-list .run").first.wait_for()
    _say(f"list of {count:,} runs: first rows, ms", [(time.perf_counter() - began) * 1000])
    _scroll(page, ".run-list .rows")
    _say("rows in the document", [page.locator(".run-list .run").count()])


def _scroll(page: Page, box: str) -> None:
    page.evaluate(WATCH)
    page.locator(box).hover()
    for _ in range(60):
        page.mouse.wheel(0, 1200)
        page.wait_for_timeout(16)
    frames: list[float] = page.evaluate("window.frames_")
    long: list[float] = page.evaluate("window.long_")
    _say("frames while scrolling, ms", frames)
    sys.stdout.write(
        f"  tasks above 50 ms while scrolling: {len(long)}, the longest {max(long, default=0):.0f} ms\n"
    )


def _timed(work: Any) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _say(what: str, values: Sequence[float]) -> None:
    ordered = sorted(values) or [float("nan")]
    text = f"{statistics.median(ordered):.0f}"
    if len(ordered) > 1:
        text += f" (p95 {ordered[int(len(ordered) * 0.95)]:.0f}, at most {ordered[-1]:.0f})"
    sys.stdout.write(f"  {what}: {text}\n")


@contextmanager
def open_page() -> Iterator[Page]:
    """A tab of a Chromium that this machine has."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        sys.exit("There is no Chromium here (on Debian: apt install chromium).")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser.new_page(viewport={"width": 1440, "height": 900})
        browser.close()


def main(events: int = 100_000, runs: int = 5_000) -> None:
    """Measure all of it."""
    with tempfile.TemporaryDirectory() as folder, hw.DagsterInstance.open(Path(folder)) as instance:
        began = time.perf_counter()
        ended = write_run(instance, events, finished=True)
        sys.stdout.write(f"{events:,} events (written in {time.perf_counter() - began:.1f} s)\n")
        with serving(instance, Manifest()) as site, open_page() as page:
            measure_api(site, ended)
            measure_run(page, site, ended)
            at_work = write_run(instance, events, finished=False)
            measure_tail(page, site, instance, at_work, events)
            for number in range(runs):
                instance.add_run(DagsterRun(run_id=f"many-{number:05}", job_name=f"job_{number % 7}"))
            measure_list(page, site, runs)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
