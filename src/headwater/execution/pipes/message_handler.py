"""What becomes of the messages of a Pipes process: log lines, results, custom messages."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from headwater.definitions.output import AssetCheckResult, DataVersion, MaterializeResult
from headwater.execution.context import OpExecutionContext
from headwater.execution.pipes.metadata import read_metadata
from headwater.execution.pipes.protocol import PipesLaunchedData, PipesOpenedData, PipesParams
from headwater.model.errors import DagsterPipesExecutionError
from headwater.model.event import AssetCheckSeverity
from headwater.model.key import AssetKey

PipesExecutionResult = MaterializeResult[Any] | AssetCheckResult
"""What a process can report: that an asset was made, or what a check found."""


class MessageSource(Protocol):
    """What a handler asks of the reader that brings its messages."""

    def read_messages(self, handler: PipesMessageHandler) -> AbstractContextManager[PipesParams]:
        """Bring messages for as long as the session lasts."""
        ...

    def on_launched(self, launched_payload: PipesLaunchedData) -> None:
        """The client has started the process."""

    def on_opened(self, opened_payload: PipesOpenedData) -> None:
        """The process has opened Pipes."""


class PipesMessageHandler:
    """Takes the messages that a reader brings, in their order, from whatever thread brings them.

    A log line is written to the step's log; results and custom messages are kept. The first message that cannot be
    understood is kept as ``fault``: it fails the step when the session ends.
    """

    def __init__(self, context: OpExecutionContext, message_reader: MessageSource) -> None:
        self._context = context
        self._reader = message_reader
        self._lock = threading.Lock()
        self._results: list[PipesExecutionResult] = []
        self._custom: list[Any] = []
        self.received_opened_message = False
        self.received_closed_message = False
        self.exception: Mapping[str, Any] | None = None
        self.fault: Exception | None = None
        self._methods: dict[str, Callable[..., None]] = {
            "opened": self._opened,
            "closed": self._closed,
            "log": self._log,
            "log_external_stream": self._log_external_stream,
            "report_asset_materialization": self._report_asset_materialization,
            "report_asset_check": self._report_asset_check,
            "report_custom_message": self._report_custom_message,
        }

    @contextmanager
    def handle_messages(self) -> Iterator[PipesParams]:
        """Take messages for as long as the session lasts; gives the parameters for the process's writer."""
        with self._reader.read_messages(self) as params:
            yield params

    def handle_message(self, message: Mapping[str, Any]) -> None:
        """Take one message. One that cannot be understood is kept as ``fault`` and logged."""
        try:
            with self._lock:
                self._method(message)(**(message.get("params") or {}))
        except (DagsterPipesExecutionError, TypeError, KeyError, ValueError) as error:
            self.report_pipes_framework_exception(f"The message {message!r} cannot be understood", error)

    def report_pipes_framework_exception(self, origin: str, error: Exception) -> None:
        """Note that reading or understanding messages has failed."""
        self.fault = self.fault or error
        self._context.log.error(f"[pipes] {origin}: {error}")

    def _method(self, message: Mapping[str, Any]) -> Callable[..., None]:
        name = message.get("method")
        if name not in self._methods:
            raise DagsterPipesExecutionError(
                f'The process sent a message "{name}"; known are {", ".join(self._methods)}.'
            )
        return self._methods[name]

    # -- what was reported ---------------------------------------------------------------------------------------

    def get_reported_results(self) -> Sequence[PipesExecutionResult]:
        """The results reported so far."""
        with self._lock:
            return tuple(self._results)

    def get_custom_messages(self) -> Sequence[Any]:
        """The custom messages reported so far."""
        with self._lock:
            return tuple(self._custom)

    def on_launched(self, launched_payload: PipesLaunchedData) -> None:
        """Tell the reader that the process has been started."""
        self._reader.on_launched(launched_payload)

    # -- the messages --------------------------------------------------------------------------------------------

    def _opened(self, extras: Mapping[str, Any] | None = None) -> None:
        self.received_opened_message = True
        self._context.log.info("[pipes] the process has opened Pipes.")
        self._reader.on_opened({"extras": extras or {}})

    def _closed(self, exception: Mapping[str, Any] | None = None) -> None:
        self.received_closed_message = True
        if exception is not None:
            self.exception = exception
            told = "\n".join([describe_exception(exception), *map(str.rstrip, exception.get("stack") or ())])
            self._context.log.warning(f"[pipes] the process has raised {told}")

    def _log(self, message: str, level: str = "INFO") -> None:
        self._context.log.log(logging.getLevelNamesMapping().get(level.upper(), logging.INFO), message)

    def _log_external_stream(self, stream: str, text: str, extras: Mapping[str, Any] | None = None) -> None:
        target = sys.stderr if stream == "stderr" else sys.stdout
        target.write(text)
        target.flush()

    def _report_asset_materialization(
        self, asset_key: str, metadata: Mapping[str, Any] | None = None, data_version: str | None = None
    ) -> None:
        self._results.append(
            MaterializeResult(
                asset_key=self._asset_key(asset_key),
                metadata=read_metadata(metadata),
                data_version=DataVersion(data_version) if data_version is not None else None,
            )
        )

    def _report_asset_check(
        self,
        asset_key: str,
        check_name: str,
        passed: bool,
        severity: str = "ERROR",
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        self._results.append(
            AssetCheckResult(
                asset_key=self._asset_key(asset_key),
                check_name=check_name,
                passed=passed,
                severity=AssetCheckSeverity(severity),
                metadata=read_metadata(metadata),
            )
        )

    def _report_custom_message(self, payload: Any) -> None:
        self._custom.append(payload)

    def _asset_key(self, text: str) -> AssetKey:
        return AssetKey.from_escaped_user_string(text)


def describe_exception(exception: Mapping[str, Any]) -> str:
    """Class and message of what a process raised."""
    name, message = exception.get("name"), str(exception.get("message", "")).strip()
    return message if not name or message.startswith(f"{name}:") else f"{name}: {message}"
