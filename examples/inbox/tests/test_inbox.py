"""A schedule and a sensor, tested as the functions that they are."""

from datetime import UTC, datetime
from pathlib import Path

import inbox
import pytest

import headwater as hw


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    inbox.INBOX.mkdir()
    return tmp_path / "inbox"


def test_each_file_is_taken_in_once(folder: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text("212\n240\n")
    context = hw.build_sensor_context(cursor="a.txt")
    (request,) = inbox.new_files(context)
    assert request.run_key == "b.txt"
    assert context.cursor == "b.txt"


def test_an_hour_without_files_is_skipped(folder: Path) -> None:
    context = hw.build_schedule_context(scheduled_execution_time=datetime(2024, 5, 6, 9, tzinfo=UTC))
    assert inbox.while_open(context) == hw.SkipReason("Nothing has arrived yet.")
    (folder / "a.txt").write_text("212\n")
    assert inbox.while_open(context).run_key == "2024-05-06 09:00"
