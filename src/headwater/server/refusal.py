"""What the server says when it does not answer: a typed error as JSON."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from headwater.model.codec import encode
from headwater.model.errors import (
    BackfillAlreadyExists,
    BackfillNotFoundError,
    CheckError,
    CodeHostError,
    DagsterError,
    DagsterInvalidInvocationError,
    DagsterInvalidSubsetError,
    DagsterInvariantViolationError,
    DagsterRunNotFoundError,
    DagsterUnknownPartitionError,
    StorageLockedError,
)

_MOST_COMPARED = 5000  # names; to compare with more takes longer than a guess is worth


class ErrorText(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An error for who asks: its ``type`` for programs, its ``message`` for people.

    ``suggestions`` are near names of what there is; ``facts`` what else is known of it (where it is).
    """

    type: str
    message: str
    suggestions: list[str] = []
    facts: dict[str, Any] = {}


class Refusal(Exception):
    """A request is not answered. ``status`` is HTTP's, ``type`` names the reason for programs."""

    def __init__(
        self,
        status: int,
        type: str,
        message: str,
        headers: Mapping[str, str] | None = None,
        *,
        suggestions: Iterable[str] = (),
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.type = type
        self.message = message
        self.headers = headers
        self.suggestions = list(suggestions)
        self.facts = {name: fact for name, fact in (facts or {}).items() if fact is not None}

    @property
    def text(self) -> ErrorText:
        """The refusal as a value."""
        return ErrorText(type=self.type, message=self.message, suggestions=self.suggestions, facts=self.facts)

    def build_response(self) -> Response:
        """The refusal as ``{"error": {"type": …, "message": …}}``, with ``suggestions`` and ``facts`` if there are any."""
        return Response(encode({"error": self.text}), self.status, self.headers, "application/json")


def refuse_unknown(type: str, what: str, name: str, known: Iterable[str]) -> Refusal:
    """The refusal (404) of a name that is not there, with the near ones that are.

    >>> refuse_unknown("JobNotFound", "job", "nightyl", ["nightly"]).message
    'There is no job "nightyl" here. Did you mean "nightly"?'
    """
    near = difflib.get_close_matches(name, itertools.islice(known, _MOST_COMPARED), n=3, cutoff=0.6)
    names = " or ".join(f'"{each}"' for each in near)
    guess = f" Did you mean {names}?" if near else ""
    return Refusal(404, type, f'There is no {what} "{name}" here.{guess}', suggestions=near)


_MISTAKES = (
    CheckError,
    DagsterInvalidInvocationError,
    DagsterInvalidSubsetError,
    DagsterInvariantViolationError,
    DagsterUnknownPartitionError,
)
"""What is wrong with the request itself."""


def build_refusal(error: Exception) -> Refusal:
    """What to answer to an error of the layers below. Its class is the type, its message the message."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, DagsterRunNotFoundError):
        return Refusal(404, "RunNotFound", str(error))
    if isinstance(error, BackfillNotFoundError):
        return Refusal(404, "BackfillNotFound", str(error))
    if isinstance(error, BackfillAlreadyExists):
        return Refusal(409, type(error).__name__, str(error))
    if isinstance(error, _MISTAKES):
        return Refusal(400, type(error).__name__, str(error))
    if isinstance(error, CodeHostError):
        return Refusal(503, type(error).__name__, str(error), {"Retry-After": "1"})
    if isinstance(error, StorageLockedError):
        return Refusal(503, type(error).__name__, str(error), {"Retry-After": "1"})
    return Refusal(500, type(error).__name__, str(error))


async def refuse(_: Request, error: Exception) -> Response:
    """Starlette's handler for :class:`Refusal`, :class:`DagsterError` and :class:`CheckError`."""
    return build_refusal(error).build_response()


REFUSED_ERRORS: tuple[type[Exception], ...] = (Refusal, DagsterError, CheckError)
