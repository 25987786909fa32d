"""How messages are read that lie somewhere else: fetched from time to time."""

from __future__ import annotations

import contextlib
import threading
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Generic, TypeVar

from headwater.execution.pipes.background import Background
from headwater.execution.pipes.log_reader import PipesLogReader
from headwater.execution.pipes.message_handler import PipesMessageHandler
from headwater.execution.pipes.message_reader import PipesMessageReader
from headwater.execution.pipes.protocol import PipesLaunchedData, PipesParams, parse_message

Cursor = TypeVar("Cursor")


class PipesThreadedMessageReader(PipesMessageReader, Generic[Cursor]):
    """Fetches messages every ``interval`` seconds, from a place that subclasses know.

    ``log_readers`` bring the output of the process meanwhile.
    """

    def __init__(self, interval: float = 10, log_readers: Sequence[PipesLogReader] | None = None) -> None:
        self.interval = interval
        self.log_readers = list(log_readers or ())
        self._launched: dict[str, Any] = {}

    @abstractmethod
    def get_params(self) -> AbstractContextManager[PipesParams]:
        """The parameters for the process's writer, for as long as the session lasts."""

    @abstractmethod
    def download_messages(self, cursor: Cursor | None, params: PipesParams) -> tuple[Cursor, str] | None:
        """The messages after ``cursor`` (None: from the first) with the next cursor; None where there are none yet."""

    def messages_are_readable(self, params: PipesParams) -> bool:
        """Whether there is something to fetch by now."""
        return True

    def on_launched(self, launched_payload: PipesLaunchedData) -> None:
        self._launched.update(launched_payload["extras"])

    def add_log_reader(self, log_reader: PipesLogReader) -> None:
        """Bring more output."""
        self.log_readers.append(log_reader)

    @contextlib.contextmanager
    def read_messages(self, handler: PipesMessageHandler) -> Iterator[PipesParams]:
        with self.get_params() as params:
            fetch = _Fetch(self, handler, params)

            def report(error: Exception) -> None:
                handler.report_pipes_framework_exception(
                    f"{type(self).__name__} cannot fetch messages", error
                )

            closed = threading.Event()
            with contextlib.ExitStack() as stack:
                stack.enter_context(Background(fetch.run, report, self.interval, "pipes messages"))
                for each in self.log_readers:
                    each.start(params, closed)
                    stack.callback(each.stop)
                try:
                    yield params
                finally:
                    closed.set()


class PipesBlobStoreMessageReader(PipesThreadedMessageReader[int]):
    """Fetches messages from numbered chunks: ``download_messages_chunk(1, ...)``, then 2, and so on."""

    @abstractmethod
    def download_messages_chunk(self, index: int, params: PipesParams) -> str | None:
        """The chunk of that number; None where it is not there yet."""

    def download_messages(self, cursor: int | None, params: PipesParams) -> tuple[int, str] | None:
        index = (cursor or 0) + 1
        chunk = self.download_messages_chunk(index, params)
        return None if chunk is None else (index, chunk)


class _Fetch(Generic[Cursor]):
    """Fetches all that is there, from where it stopped last time."""

    def __init__(
        self, reader: PipesThreadedMessageReader[Cursor], handler: PipesMessageHandler, params: PipesParams
    ) -> None:
        self._reader = reader
        self._handler = handler
        self._params = params
        self._cursor: Cursor | None = None

    def run(self) -> None:
        params = {**self._params, **self._reader._launched}
        while self._reader.messages_are_readable(params):
            found = self._reader.download_messages(self._cursor, params)
            if found is None:
                return
            self._cursor, text = found
            messages = [parse_message(line) for line in text.splitlines()]
            for message in messages:
                if message is not None:
                    self._handler.handle_message(message)
            if not text:
                return
