"""What a step prints is copied to whoever looks; that nobody looks any more is no fault of the run."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from headwater.execution.step_output import OutputEcho, output_files


def test_a_reader_who_went_in_the_middle_of_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = output_files(tmp_path, "rain")
    for path in files:
        Path(path).touch()
    reading, writing = os.pipe()
    broken = io.TextIOWrapper(io.BufferedWriter(io.FileIO(writing, "w")))
    broken.write("half of what was to be shown")
    os.close(reading)
    monkeypatch.setattr(sys, "stdout", broken)
    echo = OutputEcho(files)
    Path(files.stdout).write_text("printed by the step\n")
    echo.copy()
    echo.copy()
    monkeypatch.undo()
    echo.close()
    broken.close()  # nothing is left in it that could come up again
