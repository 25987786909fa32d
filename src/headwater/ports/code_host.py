"""The code host: the processes that hold the user's code, asked by the services."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Protocol

import msgspec

from headwater.model.code_question import Answer, CodeQuestion
from headwater.model.error_info import ErrorInfo
from headwater.model.manifest import Manifest
from headwater.model.tick import TickAnswer, TickRequest


class LocationState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A code location: the last manifest that could be loaded, and what is wrong with its code now.

    ``loaded_at`` is the time (seconds since the epoch) of that manifest, ``version`` grows with each.
    """

    name: str
    manifest: Manifest | None = None
    error: ErrorInfo | None = None
    loaded_at: float | None = None
    version: int = 0
    is_loading: bool = False


class CodeHost(Protocol):
    """The code locations, and evaluations of what they hold."""

    def locations(self) -> list[LocationState]:
        """All code locations, as they stand now."""
        ...

    def evaluate(self, request: TickRequest) -> Future[TickAnswer]:
        """Evaluate a schedule or sensor. The future holds the answer; :class:`CodeHostError` when there can be none
        (the time is up, the process died, there is no such location)."""
        ...

    def ask(self, location: str, question: CodeQuestion) -> Future[Answer]:
        """Ask the code of a location something else. The future is like that of :meth:`evaluate`."""
        ...
