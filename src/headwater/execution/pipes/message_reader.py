"""How the messages of a Pipes process are read: from a file which it writes."""

from __future__ import annotations

import contextlib
import os
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager

from headwater.execution.pipes.background import Background
from headwater.execution.pipes.message_handler import PipesMessageHandler
from headwater.execution.pipes.protocol import (
    COMPOSITE_WRITERS,
    PipesLaunchedData,
    PipesOpenedData,
    PipesParams,
    parse_message,
)

_FILE_INTERVAL = 0.05


class PipesMessageReader(ABC):
    """Reads the messages of a process and hands them to a handler."""

    @abstractmethod
    def read_messages(self, handler: PipesMessageHandler) -> AbstractContextManager[PipesParams]:
        """Read for as long as the session lasts; gives the parameters for the process's writer."""

    def on_opened(self, opened_payload: PipesOpenedData) -> None:  # noqa: B027 - most readers need not know
        """The process has opened Pipes."""

    def on_launched(self, launched_payload: PipesLaunchedData) -> None:  # noqa: B027
        """The client has started the process."""

    @property
    def expected_writer_count(self) -> int:
        """How many processes write messages."""
        return 1

    def no_messages_debug_text(self) -> str:
        """What may help when the process never answers."""
        return f"Its messages were expected by {type(self).__name__}."


class PipesFileMessageReader(PipesMessageReader):
    """Reads messages from a file at ``path``, one per line, while the process writes them.

    What is in the file already when the session begins is an earlier session's, and is left alone.

    ``include_stdio_in_messages`` asks the process to send its output as messages too; ``cleanup_file`` removes the
    file afterwards.
    """

    def __init__(
        self, path: str | os.PathLike[str], include_stdio_in_messages: bool = False, cleanup_file: bool = True
    ) -> None:
        self._path = os.fspath(path)
        self._include_stdio = include_stdio_in_messages
        self._cleanup = cleanup_file

    @contextlib.contextmanager
    def read_messages(self, handler: PipesMessageHandler) -> Iterator[PipesParams]:
        with open(self._path, "ab"):
            pass  # a process that only looks whether the file is there finds it
        tail = _FileTail(self._path, handler)

        def report(error: Exception) -> None:
            handler.report_pipes_framework_exception(f"The messages in {self._path} cannot be read", error)

        try:
            with Background(tail.read, report, _FILE_INTERVAL, "pipes messages"):
                yield {"path": self._path, "include_stdio_in_messages": self._include_stdio}
        finally:
            if self._cleanup:
                with contextlib.suppress(FileNotFoundError):  # the process may have cleaned up itself
                    os.remove(self._path)

    def no_messages_debug_text(self) -> str:
        return f"Its messages were expected in {self._path}."


class PipesTempFileMessageReader(PipesMessageReader):
    """Reads messages from a temporary file, which the process must be able to write."""

    def __init__(self, include_stdio_in_messages: bool = False) -> None:
        self._include_stdio = include_stdio_in_messages

    @contextlib.contextmanager
    def read_messages(self, handler: PipesMessageHandler) -> Iterator[PipesParams]:
        with tempfile.TemporaryDirectory(prefix="headwater-pipes-") as folder:
            reader = PipesFileMessageReader(os.path.join(folder, "messages"), self._include_stdio)
            with reader.read_messages(handler) as params:
                yield params

    def no_messages_debug_text(self) -> str:
        return "Its messages were expected in a temporary file on this machine."


class PipesCompositeMessageReader(PipesMessageReader):
    """Reads the messages of several processes, each with a reader of its own."""

    def __init__(self, readers: Sequence[PipesMessageReader]) -> None:
        self._readers = list(readers)

    @property
    def expected_writer_count(self) -> int:
        return len(self._readers)

    @contextlib.contextmanager
    def read_messages(self, handler: PipesMessageHandler) -> Iterator[PipesParams]:
        with contextlib.ExitStack() as stack:
            params = [stack.enter_context(each.read_messages(handler)) for each in self._readers]
            yield {COMPOSITE_WRITERS: params}

    def on_opened(self, opened_payload: PipesOpenedData) -> None:
        for each in self._readers:
            each.on_opened(opened_payload)

    def on_launched(self, launched_payload: PipesLaunchedData) -> None:
        for each in self._readers:
            each.on_launched(launched_payload)

    def no_messages_debug_text(self) -> str:
        return " ".join(each.no_messages_debug_text() for each in self._readers)


class _FileTail:
    """What is new in a growing file, line by line; half a line waits for its end."""

    def __init__(self, path: str, handler: PipesMessageHandler) -> None:
        self._path = path
        self._handler = handler
        self._position = os.path.getsize(path)
        self._rest = b""

    def read(self) -> None:
        """Hand on the lines that are complete by now."""
        with open(self._path, "rb") as file:
            file.seek(self._position)
            new = file.read()
        self._position += len(new)
        *lines, self._rest = (self._rest + new).split(b"\n")
        for line in lines:
            message = parse_message(line.decode("utf-8", "replace"))
            if message is not None:
                self._handler.handle_message(message)
