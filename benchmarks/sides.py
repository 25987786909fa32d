"""Compare programs: run each in turn as a process of its own, and tell medians and ratios."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.compat.oracle import ORACLES, cache_directory

KEDRO = "1.7.0"
PROGRAMS = Path(__file__).parent / "programs"


class Side(NamedTuple):
    """One side of a comparison: its name and the command that runs its program."""

    name: str
    command: Sequence[str]


def headwater_program(name: str, *arguments: str) -> Side:
    """A program of ``programs/`` on Headwater."""
    return Side("headwater", [sys.executable, "-m", "headwater.compat", str(PROGRAMS / name), *arguments])


def dagster_program(name: str, *arguments: str) -> Side:
    """The same program on the real Dagster."""
    return Side("dagster 1.13", [str(dagster_python()), str(PROGRAMS / name), *arguments])


def kedro_program(name: str, *arguments: str) -> Side:
    """The same work as nodes of Kedro."""
    return Side("kedro", [str(kedro_python()), str(PROGRAMS / name), *arguments])


def plain_program(name: str, *arguments: str) -> Side:
    """A program that does the work by hand."""
    return Side("floor", [sys.executable, str(PROGRAMS / name), *arguments])


def dagster_python() -> Path:
    """The interpreter with the real Dagster; its venv is made when it is missing."""
    return ORACLES["1.13"].python


def kedro_python() -> Path:
    """The interpreter with Kedro; its venv is made when it is missing."""
    folder = cache_directory().parent / f"kedro-{KEDRO}"
    if not (folder / "complete").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run(
            [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", f"kedro=={KEDRO}"], check=True
        )
        (folder / "complete").touch()
    return folder / "bin" / "python"


def run_once(side: Side) -> dict[str, float]:
    """Run a side once in an empty folder: wall and CPU seconds of the process, and what the program itself prints."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory(prefix="headwater-bench-") as folder:
        environment = {
            **os.environ,
            "DAGSTER_DISABLE_TELEMETRY": "1",
            "DAGSTER_HOME": "",
            "HEADWATER_HOME": "",
        }
        environment = {key: value for key, value in environment.items() if value}
        started = time.perf_counter()
        done = subprocess.run(
            side.command,
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )
        took = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise RuntimeError(f"{side.name} failed:\n{done.stderr[-2000:]}")
    figures = {
        "process wall s": took,
        "process cpu s": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
    }
    last = done.stdout.strip().splitlines()[-1:] or ["{}"]
    if last[0].startswith("{"):
        figures.update(json.loads(last[0]))
    return figures


def compare(question: str, sides: Sequence[Side], *, runs: int = 5) -> Mapping[str, Mapping[str, float]]:
    """Run all sides in turn, ``runs`` times after one warm-up; print medians with their range, and ratios to the first."""
    collected: dict[str, list[dict[str, float]]] = {side.name: [] for side in sides}
    for number in range(runs + 1):
        for side in sides:
            figures = run_once(side)
            if number > 0:
                collected[side.name].append(figures)
    medians = {
        name: {figure: statistics.median(each[figure] for each in rows) for figure in rows[0]}
        for name, rows in collected.items()
    }
    _tell(question, sides, collected, medians, runs)
    return medians


def _tell(
    question: str,
    sides: Sequence[Side],
    collected: Mapping[str, Sequence[Mapping[str, float]]],
    medians: Mapping[str, Mapping[str, float]],
    runs: int,
) -> None:
    lines = [f"\n## {question} (median of {runs}, min to max)\n"]
    first = sides[0].name
    for figure in medians[first]:
        for side in sides:
            if figure not in medians[side.name]:
                continue
            values = [row[figure] for row in collected[side.name]]
            ratio = (
                ""
                if side.name == first
                else f"  {first} is {_ratio(medians, first, side.name, figure)} of it"
            )
            lines.append(
                f"  {figure:<18} {side.name:<14} {medians[side.name][figure]:>10.3f}"
                f"  ({min(values):.3f} to {max(values):.3f}){ratio}"
            )
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _ratio(medians: Mapping[str, Mapping[str, float]], one: str, other: str, figure: str) -> str:
    below = medians[other][figure]
    if below == 0:
        return "?"
    ratio = medians[one][figure] / below
    return f"1/{1 / ratio:.1f}" if 0 < ratio < 1 else f"{ratio:.2f} x"
