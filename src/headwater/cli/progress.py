"""A run while it runs, as lines: what each batch of events tells somebody who watches."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, NamedTuple, Protocol

from headwater.cli.error_text import error_headline, near_path, users_error
from headwater.cli.report import RunReport
from headwater.cli.wording import clock_text, count_text, seconds_text, shortened
from headwater.model.event import Event, EventKind
from headwater.model.transition import is_interruption

ENDS = {
    EventKind.STEP_SUCCESS: "ok",
    EventKind.STEP_FAILURE: "failed",
    EventKind.STEP_SKIPPED: "skipped",
    EventKind.STEP_UP_FOR_RETRY: "again",
}


class Line(NamedTuple):
    """One line about a run: when, what kind of news, about what, and details."""

    at: float
    word: str
    subject: str
    detail: str = ""


class View(Protocol):
    """What shows a run to somebody."""

    def __enter__(self) -> View: ...

    def __exit__(self, *_: object) -> None: ...

    def show(self, lines: Sequence[Line]) -> None:
        """Show what is new; called from whichever thread writes events."""
        ...


class Progress:
    """Follows a run: keeps its report, and hands a view the lines that each batch of events makes.

    ``names`` gives steps the names of the assets which they make. A view whose reader has gone (a closed pipe) is
    not shown anything more; the run goes on.
    """

    def __init__(
        self, view: View, report: RunReport, names: Mapping[str, str], *, verbose: bool = False
    ) -> None:
        self._view = view
        self._report = report
        self._names = names
        self._level = logging.DEBUG if verbose else logging.INFO
        self._gone = False

    def follow(self, events: Sequence[Event]) -> None:
        """Take a batch of events."""
        for event in events:
            self._report.add(event)
        lines = list(self._lines(events))
        if lines and not self._gone:
            try:
                self._view.show(lines)
            except BrokenPipeError:
                self._gone = True

    def _lines(self, events: Sequence[Event]) -> Iterator[Line]:
        ended = {event.step_key for event in events if event.kind in ENDS}
        for event in events:
            name = self._names.get(event.step_key or "", event.step_key or "")
            if event.kind is EventKind.LOG:
                if event.level >= self._level:
                    level = logging.getLevelName(event.level).lower()
                    yield Line(event.timestamp, level, name, event.message)
            elif event.kind in (EventKind.STEP_START, EventKind.STEP_RESTARTED):
                if event.step_key not in ended:  # what is over in a moment is told once, when it is over
                    yield Line(event.timestamp, "started", name)
            elif event.kind in ENDS:
                word = "stopped" if is_interruption(event) else ENDS[event.kind]
                yield Line(event.timestamp, word, name, self._detail(event))

    def _detail(self, event: Event) -> str:
        seconds = self._report.step_seconds(event.step_key)
        parts = (
            [seconds_text(seconds)]
            if seconds is not None and event.kind is not EventKind.STEP_SKIPPED
            else []
        )
        if event.error_info is not None and not is_interruption(event):
            parts.append(shortened(error_headline(users_error(event.error_info)), 200))
        for stored in self._report.stored_by(event.step_key):
            if stored.rows is not None:
                parts.append(count_text(stored.rows, "row"))
            if stored.place is not None:
                parts.append(near_path(stored.place))
        return "  ".join(parts)


class PlainView:
    """One line of text for each piece of news: for pipes and log files."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        self._stream = stream or sys.stdout

    def __enter__(self) -> PlainView:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def show(self, lines: Sequence[Line]) -> None:
        """Write the lines."""
        for line in lines:
            text = f"{clock_text(line.at)} {line.word:<8} {line.subject}"
            self._stream.write(f"{text}  {line.detail}\n" if line.detail else f"{text}\n")
        self._stream.flush()


class SilentView:
    """Shows nothing."""

    def __enter__(self) -> SilentView:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def show(self, lines: Sequence[Line]) -> None:
        """Do nothing."""
