"""The ``headwater`` command. What stands here is loaded by every call, so it is little."""

from __future__ import annotations

import sys
from typing import Any

import click

from headwater.cli.lazy_group import LazyGroup

VERSION: str = sys.modules["headwater"].__version__  # the façade, above this layer

COMMANDS = {
    "asset": ("headwater.cli.asset", "List, show and materialize assets."),
    "backfill": (
        "headwater.cli.backfill",
        "Fill many partitions: launch, list, show, pause, cancel, resume.",
    ),
    "definitions": ("headwater.cli.definitions", "Check that definitions load."),
    "dev": ("headwater.cli.dev", "Show the page, run schedules and sensors, follow changed code."),
    "init": ("headwater.cli.init", "Begin a project that runs at once."),
    "instance": ("headwater.cli.instance", "Tell where the history is kept."),
    "job": ("headwater.cli.job", "List and execute jobs."),
    "location": ("headwater.cli.location", "List code locations, load one anew."),
    "pool": ("headwater.cli.pool", "Limit how many steps of a pool are at work at once."),
    "run": ("headwater.cli.run", "List, show, cancel and resume runs."),
    "schedule": ("headwater.cli.schedule", "List schedules, switch them, look at their ticks."),
    "sensor": ("headwater.cli.sensor", "List sensors, switch them, look at their ticks."),
    "status": ("headwater.cli.status", "Tell what runs here, and how its services are."),
    "stop": ("headwater.cli.stop", "Stop what runs here."),
    "up": ("headwater.cli.up", "Run a project in production: page, schedules, sensors, queue."),
}


@click.group(cls=LazyGroup, lazy=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, "-v", "--version", message="headwater %(version)s")
def headwater() -> None:
    """Run data assets, and see what has run."""


def main(serve: Any = None) -> None:
    """Run the command that the process was called with.

    ``serve`` is what serves the page (``headwater.cli.supervise.Serve``).
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal or pipe which cannot show a character gets its code; the command goes on.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    headwater(prog_name="headwater", obj=serve)
