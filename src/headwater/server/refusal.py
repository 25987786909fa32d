"""What the server says when it does not answer: a typed error as JSON."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from headwater.model.codec import encode
from headwater.model.errors import (
    CheckError,
    CodeHostError,
    DagsterError,
    DagsterInvalidSubsetError,
    DagsterInvariantViolationError,
    DagsterRunNotFoundError,
    StorageLockedError,
)


class Refusal(Exception):
    """A request is not answered. ``status`` is HTTP's, ``type`` names the reason for programs."""

    def __init__(
        self, status: int, type: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.type = type
        self.message = message
        self.headers = headers

    def build_response(self) -> Response:
        """The refusal as ``{"error": {"type": …, "message": …}}``."""
        error = {"error": {"type": self.type, "message": self.message}}
        return Response(encode(error), self.status, self.headers, "application/json")


def build_refusal(error: Exception) -> Refusal:
    """What to answer to an error of the layers below. Its class is the type, its message the message."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, DagsterRunNotFoundError):
        return Refusal(404, "RunNotFound", str(error))
    if isinstance(error, (DagsterInvalidSubsetError, DagsterInvariantViolationError)):
        return Refusal(400, type(error).__name__, str(error))
    if isinstance(error, CodeHostError):
        return Refusal(503, type(error).__name__, str(error), {"Retry-After": "1"})
    if isinstance(error, CheckError):
        return Refusal(400, type(error).__name__, str(error))
    if isinstance(error, StorageLockedError):
        return Refusal(503, type(error).__name__, str(error), {"Retry-After": "1"})
    return Refusal(500, type(error).__name__, str(error))


async def refuse(_: Request, error: Exception) -> Response:
    """Starlette's handler for :class:`Refusal`, :class:`DagsterError` and :class:`CheckError`."""
    return build_refusal(error).build_response()


REFUSED_ERRORS: tuple[type[Exception], ...] = (Refusal, DagsterError, CheckError)
