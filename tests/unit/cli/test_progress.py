from __future__ import annotations

import io
from collections.abc import Sequence

from headwater.cli.progress import Line, PlainView, Progress, SilentView
from headwater.cli.report import RunReport
from headwater.model.event import Event, EventKind, StepRetryData
from tests.unit.cli.events import ERROR, begun, done, event, failed, logged, made


def shown(*batches: Sequence[Event], verbose: bool = False, names: dict[str, str] | None = None) -> list[str]:
    """What a pipe gets, without the times."""
    stream = io.StringIO()
    progress = Progress(PlainView(stream), RunReport(), names or {}, verbose=verbose)
    for batch in batches:
        progress.follow(batch)
    return [line[9:] for line in stream.getvalue().splitlines()]


def test_a_quick_step_is_told_once() -> None:
    assert shown([begun("rain"), done("rain", seconds=0.01)]) == ["ok       rain  10 ms"]


def test_a_slow_step_is_told_when_it_begins() -> None:
    assert shown([begun("rain")], [done("rain")]) == ["started  rain", "ok       rain  1.00 s"]


def test_a_step_is_called_after_its_asset_and_says_what_it_made() -> None:
    batch = [begun("raw__rain"), made("raw__rain", "raw/rain", **{"dagster/row_count": 5}), done("raw__rain")]
    assert shown(batch, names={"raw__rain": "raw/rain"}) == ["ok       raw/rain  1.00 s  5 rows"]


def test_a_failed_step_says_why_in_one_line() -> None:
    assert shown([begun("rain"), failed("rain")]) == ["failed   rain  1.00 s  ValueError: too wet"]


def test_retries_skips_and_stops_have_words() -> None:
    again = event(EventKind.STEP_UP_FOR_RETRY, "a", 1.0, StepRetryData(error=ERROR, seconds_to_wait=2))
    lines = shown(
        [begun("a")], [again, event(EventKind.STEP_SKIPPED, "b"), failed("a", error_source="INTERRUPT")]
    )
    assert [line.split()[0] for line in lines] == ["started", "again", "skipped", "stopped"]


def test_log_lines_are_shown_from_info_upwards() -> None:
    batch = [logged("quiet", level=10), logged("loud", step="rain"), logged("worrying", level=30)]
    assert shown(batch) == ["info     rain  loud", "warning    worrying"]
    assert "debug      quiet" in shown(batch, verbose=True)


def test_a_reader_who_leaves_does_not_end_the_run() -> None:
    class Closed(SilentView):
        calls = 0

        def show(self, lines: Sequence[Line]) -> None:
            self.calls += 1
            raise BrokenPipeError

    view, report = Closed(), RunReport()
    progress = Progress(view, report, {})
    progress.follow([begun("rain")])
    progress.follow([done("rain")])
    assert view.calls == 1
    assert report.durations == {"rain": 1.0}
