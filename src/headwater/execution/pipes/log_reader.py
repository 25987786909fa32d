"""How the output of a remote Pipes process is brought here, beside its messages."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from typing import TextIO

from headwater.execution.pipes.background import Background
from headwater.execution.pipes.protocol import PipesParams


class PipesLogReader(ABC):
    """Brings the output of a process here, for as long as the session lasts."""

    @abstractmethod
    def start(self, params: PipesParams, is_session_closed: threading.Event) -> None:
        """Begin; ``is_session_closed`` tells when the process has ended."""

    @abstractmethod
    def stop(self) -> None:
        """Bring the last lines, and end."""

    @abstractmethod
    def is_running(self) -> bool:
        """Whether lines are being brought."""

    @abstractmethod
    def target_is_readable(self, params: PipesParams) -> bool:
        """Whether the output is there by now."""

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return type(self).__name__

    @property
    def debug_info(self) -> str | None:
        """Where the output is expected."""
        return None

    def with_debug_info(self, message: str) -> str:
        """``message`` with :attr:`debug_info`."""
        return f"{message} ({self.debug_info})" if self.debug_info else message


class PipesChunkedLogReader(PipesLogReader):
    """Brings output piece by piece: ``download_log_chunk`` gives what is new, or None."""

    def __init__(self, *, interval: float = 10, target_stream: TextIO, debug_info: str | None = None) -> None:
        self.interval = interval
        self.target_stream = target_stream
        self._debug_info = debug_info
        self._background: Background | None = None

    @property
    def debug_info(self) -> str | None:
        return self._debug_info

    @abstractmethod
    def download_log_chunk(self, params: PipesParams) -> str | None:
        """The output since the last call; None where there is none."""

    def start(self, params: PipesParams, is_session_closed: threading.Event) -> None:
        def work() -> None:
            if self.target_is_readable(params):
                chunk = self.download_log_chunk(params)
                if chunk:
                    self.target_stream.write(chunk)

        def report(error: Exception) -> None:
            told = self.with_debug_info(f"[pipes] {self.name} failed: {error}")
            self.target_stream.write(f"{told}\n")

        self._background = Background(work, report, self.interval, f"pipes {self.name}").__enter__()

    def stop(self) -> None:
        if self._background is not None:
            self._background.__exit__(None, None, None)
            self._background = None

    def is_running(self) -> bool:
        return self._background is not None
