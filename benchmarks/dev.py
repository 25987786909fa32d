"""How soon does ``headwater dev`` show three assets, what does it take to stay there, and how soon is a run done?

``python -m benchmarks.dev``, beside ``dagster dev``. ``DAGSTER`` names the program ``dagster`` of an environment with
``dagster`` and ``dagster-webserver``. Both get the same project, and are asked by HTTP as their pages ask.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

LAUNCHES = 3
RUNS, AT_ONCE = 10, 20
IDLE_SECONDS = 20.0
PATIENCE_SECONDS = 300.0
PROJECT = """
from dagster import Definitions, asset

@asset
def one():
    return 1

@asset
def two(one):
    return one + 1

@asset
def three(two):
    return two + 1

defs = Definitions(assets=[one, two, three])
"""
_LAUNCH = (
    "mutation($given: ExecutionParams!) { launchRun(executionParams: $given) "
    "{ __typename ... on LaunchRunSuccess { run { runId } } } }"
)
_STATUS = "query($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
_ASSETS = "{ assetNodes { assetKey { path } } }"
_PLACE = "{ repositoriesOrError { ... on RepositoryConnection { nodes { name location { name } } } } }"


class Side(NamedTuple):
    """One of the two: how it is started, and how it is asked."""

    name: str
    command: Sequence[str]
    count_assets: Callable[[str], int]
    launch: Callable[[str], str]
    is_done: Callable[[str, str], bool]


class Idle(NamedTuple):
    """What a project that does nothing takes."""

    processes: int
    megabytes: float
    cpu_percent: float


# -- asking ------------------------------------------------------------------------------------------------------


def ask(url: str, body: object = None) -> Any:
    """The JSON that an address answers."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def _ours_launch(url: str) -> str:
    run: dict[str, str] = ask(f"{url}/api/v1/runs", {"assets": ["one"]})["run"]["dagster_run"]
    return run["run_id"]


def _ours_done(url: str, run_id: str) -> bool:
    return bool(ask(f"{url}/api/v1/runs/{run_id}")["run"]["dagster_run"]["status"] == "SUCCESS")


def _graphql(url: str, query: str, **variables: object) -> Any:
    return ask(f"{url}/graphql", {"query": query, "variables": variables})["data"]


def _theirs_launch(url: str) -> str:
    place = _graphql(url, _PLACE)["repositoriesOrError"]["nodes"][0]
    selector = {
        "repositoryLocationName": place["location"]["name"],
        "repositoryName": place["name"],
        "jobName": "__ASSET_JOB",
        "assetSelection": [{"path": ["one"]}],
    }
    launched = _graphql(url, _LAUNCH, given={"selector": selector, "mode": "default", "runConfigData": {}})
    return str(launched["launchRun"]["run"]["runId"])


def _theirs_done(url: str, run_id: str) -> bool:
    return bool(_graphql(url, _STATUS, id=run_id)["runOrError"]["status"] == "SUCCESS")


def _sides(file: Path) -> list[Side]:
    theirs = os.environ.get("DAGSTER") or shutil.which("dagster")
    if theirs is None:
        sys.exit(
            "Say where Dagster is (pip install dagster dagster-webserver): DAGSTER=…/bin/dagster python -m benchmarks.dev"
        )
    return [
        Side(
            "headwater",
            [sys.executable, "-m", "headwater", "dev", "--dagster-alias", "-f", str(file), "-p"],
            lambda url: len(ask(f"{url}/api/v1/graph")["assets"]),
            _ours_launch,
            _ours_done,
        ),
        Side(
            "dagster",
            [theirs, "dev", "-f", str(file), "-p"],
            lambda url: len(_graphql(url, _ASSETS)["assetNodes"]),
            _theirs_launch,
            _theirs_done,
        ),
    ]


# -- measuring ---------------------------------------------------------------------------------------------------


@contextmanager
def serving(side: Side) -> Iterator[tuple[str, float, int]]:
    """A side at work: its address, how many seconds it took to show the assets, and its process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        environment = {
            **os.environ,
            "DAGSTER_HOME": home,
            "HEADWATER_HOME": home,
            "DAGSTER_DISABLE_TELEMETRY": "yes",
            "PATH": f"{Path(side.command[0]).parent}{os.pathsep}{os.environ['PATH']}",
        }
        began = time.perf_counter()
        process = subprocess.Popen(
            [*side.command, str(port)],
            cwd=home,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            wait_until(lambda: side.count_assets(url) == 3)
            yield url, time.perf_counter() - began, process.pid
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def wait_until(holds: Callable[[], bool], pause: float = 0.01) -> None:
    """Ask until it holds; a server that does not answer yet is asked again."""
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up_at:
        try:
            if holds():
                return
        except (urllib.error.URLError, ConnectionError, KeyError, TypeError, IndexError):
            pass
        time.sleep(pause)
    raise TimeoutError("It took too long.")


def idle(root: int) -> Idle:
    """What a process and its children hold, and spend while nobody asks."""
    before = _cpu_seconds(root)
    time.sleep(IDLE_SECONDS)
    spent = _cpu_seconds(root) - before
    held = sum(_proportional_kilobytes(pid) for pid in _processes(root))
    return Idle(len(_processes(root)), held / 1024, spent / IDLE_SECONDS * 100)


def _processes(root: int) -> list[int]:
    """A process and all that it has started, and they."""
    children: dict[int, list[int]] = {}
    for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
        children.setdefault(_parent_of(pid), []).append(pid)
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def _parent_of(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except FileNotFoundError:  # it has ended meanwhile
        return 0


def _cpu_seconds(root: int) -> float:
    ticks = 0
    for pid in _processes(root):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _proportional_kilobytes(pid: int) -> int:
    """Memory, with what is shared by several processes divided among them."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def run_seconds(side: Side, url: str) -> float:
    """From the order of a run of one asset until its success can be read."""
    began = time.perf_counter()
    run_id = side.launch(url)
    wait_until(lambda: side.is_done(url, run_id), 0.002)
    return time.perf_counter() - began


def crowd_seconds(side: Side, url: str) -> float:
    """From the first of twenty orders until all have succeeded."""
    began = time.perf_counter()
    open_runs = [side.launch(url) for _ in range(AT_ONCE)]

    def all_done() -> bool:
        open_runs[:] = [each for each in open_runs if not side.is_done(url, each)]
        return not open_runs

    wait_until(all_done, 0.01)
    return time.perf_counter() - began


def main() -> None:
    """Print what each side takes."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "project.py"
        file.write_text(PROJECT)
        sides = _sides(file)
        for number in range(LAUNCHES):
            for side in sides:
                with serving(side) as (url, seconds, root):
                    print(f"{side.name:<10} shows three assets after {seconds:6.2f} s", flush=True)
                    if number < LAUNCHES - 1:
                        continue
                    rest = idle(root)
                    print(
                        f"{side.name:<10} idle: {rest.processes} processes, {rest.megabytes:.0f} MB, "
                        f"{rest.cpu_percent:.2f} % of a core"
                    )
                    took = [run_seconds(side, url) for _ in range(RUNS)]
                    print(
                        f"{side.name:<10} a run of one asset: median {statistics.median(took) * 1000:.0f} ms "
                        f"({min(took) * 1000:.0f} to {max(took) * 1000:.0f})"
                    )
                    print(f"{side.name:<10} {AT_ONCE} at once: {crowd_seconds(side, url):.2f} s", flush=True)


if __name__ == "__main__":
    main()
