"""What a step writes to its standard output and error: kept in files, and shown where the run is shown."""

from __future__ import annotations

import io
import os
import shutil
import sys
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from headwater.execution.captured_text import ASIDE
from headwater.execution.console import show_text
from headwater.execution.run_scope import RunScope
from headwater.model.event import EngineEventData, EventKind
from headwater.model.metadata import build_metadata

KEPT_BYTES = 16 * 1024 * 1024
"""How long a file may grow before it is put aside; of what was put aside before, nothing is kept."""

_CHUNK = 1 << 16


class StepOutputFiles(NamedTuple):
    """The two files of a step."""

    stdout: str
    stderr: str

    def open(self) -> tuple[int, int]:
        """Both files, to write at their ends."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        return os.open(self.stdout, flags, 0o644), os.open(self.stderr, flags, 0o644)

    def take_over(self) -> None:
        """Let this process, and all that it starts, write to the files; line by line, so that they can be followed."""
        for target, file, name in zip((1, 2), self.open(), ("stdout", "stderr"), strict=True):
            os.dup2(file, target)
            os.close(file)
            stream = getattr(sys, name)
            if isinstance(stream, io.TextIOWrapper) and stream.fileno() == target:
                stream.reconfigure(line_buffering=True)
            else:  # somebody (a notebook, a test) shows what is written in another way
                setattr(
                    sys, name, os.fdopen(target, "w", buffering=1, errors="backslashreplace", closefd=False)
                )


def output_files(folder: Path, step_key: str) -> StepOutputFiles:
    """The files of a step below ``folder``, which is made. Further attempts write to the same ones.

    >>> output_files(folder, "double[1]").stdout  # doctest: +SKIP
    '…/double[1].out'
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = quote(step_key, safe="[]")
    return StepOutputFiles(str(folder / f"{name}.out"), str(folder / f"{name}.err"))


def record_captured(scope: RunScope, step_key: str, files: StepOutputFiles) -> None:
    """Record where that is kept which a step writes."""
    scope.emit(
        EventKind.LOGS_CAPTURED,
        f'What step "{step_key}" writes is kept in {files.stdout} and {files.stderr}.',
        EngineEventData(metadata=build_metadata({"stdout": files.stdout, "stderr": files.stderr})),
        step_key=step_key,
    )


def rotate(path: str) -> None:
    """Put aside what is in a file, and let it be empty; whoever has it open to write at its end goes on there."""
    shutil.copyfile(path, path + ASIDE)
    os.truncate(path, 0)


class OutputEcho:
    """Copies what a step writes from now on to this process's own output, in pieces, holding none of it."""

    def __init__(self, files: StepOutputFiles) -> None:
        flags = os.O_RDONLY | os.O_CLOEXEC
        self._open = [(os.open(files.stdout, flags), 1), (os.open(files.stderr, flags), 2)]
        self._paths = files
        for file, _ in self._open:
            os.lseek(file, 0, os.SEEK_END)

    @property
    def files(self) -> list[int]:
        """The open files, which a forked process has no use for."""
        return [file for file, _ in self._open]

    def copy(self) -> None:
        """Copy what is new."""
        for file, target in self._open:
            while data := os.read(file, _CHUNK):
                show_text(sys.stdout if target == 1 else sys.stderr)
                try:
                    _write_all(target, data)
                except BrokenPipeError:
                    break  # nobody looks any more; the file has it all
            if os.lseek(file, 0, os.SEEK_CUR) > KEPT_BYTES:
                rotate(self._paths[target - 1])
                os.lseek(file, 0, os.SEEK_SET)

    def close(self) -> None:
        """Copy the rest and let the files go."""
        self.copy()
        for file, _ in self._open:
            os.close(file)
        self._open = []


def _write_all(target: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(target, rest) :]
