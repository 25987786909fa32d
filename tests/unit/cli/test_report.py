from __future__ import annotations

import headwater as hw
from headwater.cli.report import RunReport
from headwater.cli.summary import failure_lines, result_line, summary_lines
from headwater.model.event import EventKind
from headwater.model.run import StepStatus
from tests.unit.cli.events import begun, done, event, failed, made, stored

PATH = hw.MetadataValue.path("/data/rain")


def test_what_was_stored_where_in_how_many_rows_and_how_long() -> None:
    report = RunReport.of(
        [
            begun(at=10.0),
            begun("rain", 10.0),
            made("rain", "raw/rain", path=PATH, wettest="May", **{"dagster/row_count": 1234}),
            stored("rain", path=PATH),
            done("rain", 12.0, seconds=1.5),
            done(at=12.5),
        ]
    )
    assert list(summary_lines(report)) == [
        "",
        "Stored",
        "  raw/rain  /data/rain  1,234 rows  1.50 s",
        "",
        "Metadata",
        "  raw/rain",
        "    wettest  May",
    ]
    assert result_line(report) == "Run 12345678 succeeded in 2.50 s: 1 step done."


def test_an_output_of_an_op_is_told_by_step_and_name() -> None:
    report = RunReport.of([begun("count"), stored("count", path=PATH), done("count")])
    assert [(each.name, each.asset, each.place) for each in report.stored] == [
        ("count.result", None, "/data/rain")
    ]


def test_an_asset_that_stores_itself_says_so() -> None:
    report = RunReport.of([begun("rain"), made("rain", "rain"), done("rain")])
    assert "  rain  by itself  1.00 s" in [
        " ".join(line.split("   ")) for line in summary_lines(report)
    ] or any("by itself" in line for line in summary_lines(report))


def test_a_failure_is_told_with_the_users_exception_first() -> None:
    report = RunReport.of([begun(), begun("rain"), failed("rain"), event(EventKind.RUN_FAILURE, at=1.0)])
    assert list(failure_lines(report)) == [
        "ValueError: too wet",
        "  /p/pipeline.py:3 in rain",
        "    check()",
        "This failed the step rain.",
        "",
    ]
    assert (
        result_line(report, not_run=2) == "Run 12345678 failed in 1.00 s: 0 steps done, 1 failed, 2 not run."
    )


def test_a_cancelled_run_has_no_failures_and_no_open_steps() -> None:
    report = RunReport.of(
        [
            begun(),
            begun("one"),
            begun("two"),
            failed("one", error_source="INTERRUPT"),
            event(EventKind.RUN_CANCELED, at=2.0),
        ]
    )
    assert report.failures == []
    assert report.steps["two"].status is StepStatus.CANCELED
    assert "was cancelled" in result_line(report)


def test_a_step_without_a_duration_of_its_own_has_the_time_between_its_events() -> None:
    report = RunReport.of([begun("rain", 10.0), failed("rain", 12.5)])
    assert report.step_seconds("rain") == 2.5
    assert report.step_seconds("snow") is None


def test_a_long_list_is_cut_and_says_where_the_rest_is() -> None:
    steps = [f"s{number}" for number in range(60)]
    report = RunReport.of([each for step in steps for each in (begun(step), made(step, step), done(step))])
    lines = list(summary_lines(report))
    assert "  and 20 more: headwater run show 12345678" in lines
    assert len(lines) < 50
