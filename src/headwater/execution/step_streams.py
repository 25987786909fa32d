"""What steps in the run's own process print: shown as ever, and kept in the files of the step which prints it."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Self, TextIO

from headwater.execution.run_scope import RunScope
from headwater.execution.step_output import KEPT_BYTES, StepOutputFiles, output_files, record_captured, rotate

_current: ContextVar[_StepFiles | None] = ContextVar("headwater_step_files", default=None)


class StepStreams:
    """While it is entered, what a step writes to ``sys.stdout`` and ``sys.stderr`` is kept as well as shown.

    Which step writes is known by the context, so that steps in threads and on an event loop are told apart. What native
    code and child processes write is shown only: for that, a step needs a process of its own. Nothing is kept of runs
    of an instance in memory. A step that prints nothing costs no file and no event.
    """

    def __init__(self, scope: RunScope) -> None:
        kept = scope.instance is not None and not scope.instance.is_ephemeral
        self._folder = Path(scope.instance.logs_directory(scope.run.run_id)) if kept else None
        self._scope = scope
        self._before: list[tuple[str, Any]] = []
        self._files: list[_StepFiles] = []

    def begin(self, step_key: str) -> None:
        """From here on, what this context writes is the step's."""
        if self._folder is not None:
            _current.set(_StepFiles(self._folder, step_key, self._opened))

    def _opened(self, opened: _StepFiles, files: StepOutputFiles) -> None:
        self._files.append(opened)
        record_captured(self._scope, opened.step_key, files)

    def __enter__(self) -> Self:
        if self._folder is not None:
            for index, name in enumerate(("stdout", "stderr")):
                stream = getattr(sys, name)
                self._before.append((name, stream))
                setattr(sys, name, _Tee(stream, index))
        return self

    def __exit__(self, *_: object) -> None:
        for name, stream in self._before:
            if isinstance(getattr(sys, name), _Tee):  # else somebody has put another there since
                setattr(sys, name, stream)
        for each in self._files:
            each.close()


class _StepFiles:
    """The files of one attempt, opened when it first writes. A disk that takes no more ends the keeping, not the step."""

    def __init__(
        self, folder: Path, step_key: str, opened: Callable[[_StepFiles, StepOutputFiles], None]
    ) -> None:
        self.step_key = step_key
        self._folder = folder
        self._tell = opened
        self._paths: StepOutputFiles | None = None
        self._open: list[io.BufferedWriter | None] = [None, None]
        self._is_broken = False
        self._lock = threading.RLock()  # a step may print from several threads

    def write(self, index: int, text: str) -> None:
        """Keep a piece of what was written."""
        if self._is_broken or not text:
            return
        with self._lock:
            try:
                self._keep(index, text.encode(errors="backslashreplace"))
            except OSError:
                self._is_broken = True

    def _keep(self, index: int, data: bytes) -> None:
        if self._paths is None:
            self._paths = output_files(self._folder, self.step_key)
            for number, file in enumerate(self._paths.open()):
                self._open[number] = open(file, "ab")  # noqa: SIM115 - closed when the run ends
            self._tell(self, self._paths)
        stream = self._open[index]
        if stream is None:
            return
        stream.write(data)
        if b"\n" in data:
            stream.flush()
        if stream.tell() > KEPT_BYTES:
            stream.flush()
            rotate(self._paths[index])

    def close(self) -> None:
        """Let the files go."""
        with self._lock:
            self._is_broken = True
            for index, stream in enumerate(self._open):
                self._open[index] = None
                if stream is not None:
                    try:
                        stream.close()
                    except OSError:
                        continue


class _Tee:
    """A standard stream that also hands what is written to the step which writes it."""

    def __init__(self, stream: TextIO, index: int) -> None:
        self._stream = stream
        self._index = index

    def write(self, text: str) -> int:
        written = self._stream.write(text)
        files = _current.get()
        if files is not None:
            files.write(self._index, text)
        return written

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
