"""How much does a browser load before it shows the graph of eight assets, and how soon? And a thousand, ten thousand?

Headwater and Dagster's web server, by turns, in one Chromium with a cold cache. Needs Chromium, a built page and, named by
``DAGSTER_WEBSERVER``, the program of theirs.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright

import headwater as hw
from benchmarks.sides import PROGRAMS
from headwater.model.manifest import AssetDepSpec, AssetNode, Manifest
from tests.integration.server.serving import serving

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
LOADS = 5
SECONDS_TO_START = 180
WATCH = """() => {
  window.long_ = [];
  new PerformanceObserver((list) => list.getEntries().forEach((each) => window.long_.push(each.duration)))
    .observe({ type: 'longtask', buffered: true });
}"""


class Load(NamedTuple):
    """One load of a page: what came over the wire, and when it could be used."""

    script_bytes: int
    requests: int
    usable_ms: float


def main() -> None:
    """Measure the first load on both sides, then big graphs on ours."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        sys.exit("This needs Chromium (on Debian: apt install chromium).")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        compare_first_load(browser)
        for count in (1_000, 10_000):
            measure_graph(browser, count)
        browser.close()


def compare_first_load(browser: Browser) -> None:
    """Print the medians of both sides."""
    with served(_our_command()) as ours, served(_their_command()) as theirs:
        sides = {
            "headwater": (f"{ours}/", "a.card >> text=report"),
            "dagster 1.13": (
                f"{theirs}/asset-groups/",
                "svg foreignObject",
            ),
        }
        loads: dict[str, list[Load]] = {name: [] for name in sides}
        for _ in range(LOADS):
            for name, (url, usable) in sides.items():
                loads[name].append(load(browser, url, usable))
    for name, measured in loads.items():
        medians = Load(*(statistics.median(values) for values in zip(*measured, strict=True)))
        print(
            f"first load, {name:<13} {medians.script_bytes / 1000:8.0f} kB of script, {medians.requests:3.0f} requests, "
            f"usable after {medians.usable_ms:6.0f} ms"
        )


def load(browser: Browser, url: str, usable: str) -> Load:
    """Open ``url`` with an empty cache and wait until ``usable`` is there."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session.on("Network.responseReceived", lambda each: kinds.update({each["requestId"]: each["type"]}))
    session.on(
        "Network.loadingFinished", lambda each: sizes.update({each["requestId"]: each["encodedDataLength"]})
    )
    page.goto(url, wait_until="commit")
    page.wait_for_selector(usable, timeout=120_000)
    usable_ms = float(page.evaluate("performance.now()"))
    page.wait_for_timeout(1000)
    scripts = sum(size for request, size in sizes.items() if kinds.get(request) == "Script")
    context.close()
    return Load(int(scripts), len(kinds), usable_ms)


def measure_graph(browser: Browser, count: int) -> None:
    """Print how soon a graph with all groups open can be used, and the longest block while it is moved."""
    usable, blocks = [], []
    with (
        tempfile.TemporaryDirectory() as folder,
        hw.DagsterInstance.open(Path(folder)) as instance,
        serving(instance, build_lake(count)) as site,
    ):
        for _ in range(3):
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            page = context.new_page()
            page.goto(f"{site.url}/?groups=open", wait_until="commit")
            page.wait_for_selector(".graph canvas", timeout=60_000)
            usable.append(float(page.evaluate("performance.now()")))
            page.wait_for_timeout(500)
            page.evaluate(WATCH)
            page.evaluate("window.long_.length = 0")
            page.mouse.move(700, 450)
            page.mouse.down()
            page.mouse.move(1000, 600, steps=60)
            page.mouse.up()
            for _ in range(10):
                page.mouse.wheel(0, -300)
            page.mouse.down()
            page.mouse.move(700, 400, steps=60)
            page.mouse.up()
            blocks.append(max(page.evaluate("window.long_"), default=0.0))
            context.close()
    print(
        f"graph of {count:>6,} assets, expanded: usable after {statistics.median(usable):5.0f} ms, "
        f"longest block while moved {statistics.median(blocks):3.0f} ms (under 50 counts as none)"
    )


def build_lake(count: int) -> Manifest:
    """Assets in groups of forty, each made from two of those shortly before it."""
    nodes = []
    for n in range(count):
        above = sorted({max(0, n - 1 - n * 7 % 30), max(0, n - 1 - n * 13 % 50)} - {n}) if n else []
        deps = [AssetDepSpec(key=hw.AssetKey(["lake", f"asset_{each}"])) for each in above]
        key = hw.AssetKey(["lake", f"asset_{n}"])
        nodes.append(AssetNode(key=key, computation=f"make_{n}", group_name=f"group_{n // 40}", deps=deps))
    return Manifest(assets=nodes)


def _our_command() -> Sequence[str]:
    program = str(PROGRAMS / "page_assets.py")
    return [sys.executable, "-m", "headwater", "dev", "--no-watch", "--dagster-alias", "-f", program, "-p"]


def _their_command() -> Sequence[str]:
    found = os.environ.get("DAGSTER_WEBSERVER") or shutil.which("dagster-webserver")
    if found is None:
        sys.exit(
            "Say where Dagster's server is (pip install dagster-webserver): DAGSTER_WEBSERVER=…/bin/dagster-webserver"
        )
    return [found, "-f", str(PROGRAMS / "page_assets.py"), "-p"]


@contextmanager
def served(command: Sequence[str]) -> Iterator[str]:
    """A server that runs while the block does; its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as home:
        homes = {"DAGSTER_HOME": home, "HEADWATER_HOME": home, "DAGSTER_DISABLE_TELEMETRY": "yes"}
        environment = {**os.environ, **homes}
        server = subprocess.Popen(
            [*command, str(port)],
            cwd=home,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_for(url, server)
            yield url
        finally:
            server.terminate()
            server.wait(30)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        if server.poll() is not None:
            sys.exit(f"{server.args!r} ended with {server.returncode}.")
        try:
            urllib.request.urlopen(url, timeout=10).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.25)
    sys.exit(f"Nothing answers at {url}.")


if __name__ == "__main__":
    main()
