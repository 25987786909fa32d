"""Events that could not be written are imported when the instance is opened again."""

from __future__ import annotations

from pathlib import Path

import pytest

import headwater as hw
from headwater.instance.unwritten import keep_unwritten
from headwater.model.errors import StorageError
from headwater.model.event import Event, EventKind
from headwater.model.run import DagsterRunStatus


def test_kept_events_are_imported_once(tmp_path: Path) -> None:
    with hw.DagsterInstance.open(tmp_path) as instance:
        instance.add_run(hw.DagsterRun(run_id="r1", job_name="job"))
        instance.keep_unwritten_events(
            [Event(kind=EventKind.RUN_START, run_id="r1"), Event(kind=EventKind.RUN_SUCCESS, run_id="r1")]
        )
        assert instance.get_status("r1") is DagsterRunStatus.NOT_STARTED
    for _ in range(2):
        with hw.DagsterInstance.open(tmp_path) as instance:
            assert instance.get_status("r1") is DagsterRunStatus.SUCCESS
            assert len(instance.all_logs("r1")) == 2


def test_who_dies_between_writing_and_removing_leaves_no_doubles(tmp_path: Path) -> None:
    with hw.DagsterInstance.open(tmp_path) as instance:
        instance.add_run(hw.DagsterRun(run_id="r1", job_name="job"))
        events = [
            Event(kind=EventKind.RUN_START, run_id="r1"),
            Event(kind=EventKind.RUN_SUCCESS, run_id="r1"),
        ]
        instance.keep_unwritten_events(events)
        instance.write_events(events)
    with hw.DagsterInstance.open(tmp_path) as instance:
        assert len(instance.all_logs("r1")) == 2
    assert list((tmp_path / "unwritten").iterdir()) == []


def test_what_is_lost_is_said(tmp_path: Path) -> None:
    (tmp_path / "unwritten").write_text("a file where the folder should be")
    with pytest.raises(StorageError, match="PIPELINE_SUCCESS"):
        keep_unwritten(tmp_path, [Event(kind=EventKind.RUN_SUCCESS, run_id="r1")])
