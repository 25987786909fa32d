"""A run on a terminal: finished steps scroll by, and below them stands what is at work."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Sequence
from typing import TextIO

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from headwater.cli.captured_output import CapturedOutput
from headwater.cli.progress import Line
from headwater.cli.report import RunReport
from headwater.cli.wording import clock_text, seconds_text
from headwater.model.run import StepStatus

REFRESH_SECONDS = 0.1
STYLES = {
    "ok": "green",
    "failed": "bold red",
    "skipped": "yellow",
    "again": "yellow",
    "warning": "yellow",
    "error": "red",
    "critical": "bold red",
}
SHOWN_AT_WORK = 4
_DONE = (StepStatus.SUCCESS, StepStatus.FAILURE, StepStatus.SKIPPED)


class LiveView:
    """Draws a run on a terminal.

    ``step_count`` is the number of steps that the run is to make. ``alone``: all steps run in this process; then a
    thread draws ten times a second. Otherwise steps are forked, which a process with threads must not do, so it is
    drawn when there is news. What is printed meanwhile appears above the drawing, each time that it is drawn.
    """

    def __init__(self, report: RunReport, step_count: int, stream: TextIO, *, alone: bool) -> None:
        self._report = report
        self._step_count = step_count
        self._alone = alone
        self._waiting: list[Line] = []
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._stack = contextlib.ExitStack()
        self._captured = CapturedOutput(stream)

    def __enter__(self) -> LiveView:
        self._stack.enter_context(self._captured)
        self._console = Console(file=self._captured.terminal, highlight=False, soft_wrap=True)
        self._live = self._stack.enter_context(
            Live(
                get_renderable=self._draw,
                console=self._console,
                auto_refresh=False,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
        )
        self._stack.callback(self._refresh)
        if self._alone:
            thread = threading.Thread(target=self._run, name="headwater-progress", daemon=True)
            thread.start()
            self._stack.callback(thread.join)
            self._stack.callback(self._over.set)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def show(self, lines: Sequence[Line]) -> None:
        """Take what is new, and draw it if nobody else does."""
        with self._lock:
            self._waiting += [line for line in lines if line.word != "started"]
        if not self._alone:
            self._refresh()

    def _run(self) -> None:
        while not self._over.wait(REFRESH_SECONDS):
            self._refresh()

    def _refresh(self) -> None:
        printed = self._captured.take()
        if printed:
            self._console.print(Text.from_ansi(printed.removesuffix("\n")))
        with self._lock:
            lines, self._waiting = self._waiting, []
        if lines:
            self._console.print(Text("\n").join(map(_line_text, lines)))
        self._live.refresh()

    # -- what is drawn below ------------------------------------------------------------------------------------

    def _draw(self) -> RenderableType:
        steps = list(self._report.steps.values())
        done = sum(1 for each in steps if each.status in _DONE)
        bar = Table.grid(padding=(0, 1))
        bar.add_row(
            ProgressBar(total=max(self._step_count, 1), completed=done, width=30),
            f"{done}/{self._step_count} steps",
        )
        return Group(bar, *self._at_work())

    def _at_work(self) -> Iterator[Text]:
        running = [each for each in list(self._report.steps.values()) if each.status is StepStatus.STARTED]
        for each in running[:SHOWN_AT_WORK]:
            yield Text.assemble("  ", (each.step_key, "bold"), f"  {self._since(each.started_at)}")
        if len(running) > SHOWN_AT_WORK:
            yield Text(f"  and {len(running) - SHOWN_AT_WORK} more")

    def _since(self, started_at: float | None) -> str:
        if started_at is None:
            return ""
        if not self._alone:  # a duration would stand still between two pieces of news
            return f"since {clock_text(started_at)}"
        return seconds_text(max(time.time() - started_at, 0))


def _line_text(line: Line) -> Text:
    return Text.assemble(
        (f"{line.word:<8}", STYLES.get(line.word, "dim")), f" {line.subject}  ", (line.detail, "dim")
    )
