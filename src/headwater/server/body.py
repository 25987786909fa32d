"""The body of a request: JSON of a known shape, read strictly."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from starlette.requests import Request

from headwater.model.codec import decode
from headwater.server.refusal import Refusal

_T = TypeVar("_T")
_MOST_BYTES = 1 << 20


async def read_body(request: Request, type_: type[_T]) -> _T:
    """The body as a value of ``type_``; an empty one is ``{}``.

    Anything but ``application/json`` is refused (415): a form of another site cannot send that unasked. Raises
    :class:`Refusal` for what does not fit (400) and what is too large (413).
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refusal(415, "JsonExpected", "Send the body as JSON: Content-Type: application/json.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise Refusal(413, "BodyTooLarge", f"A body has at most {_MOST_BYTES:,} bytes.")
    try:
        return decode(bytes(body) or b"{}", type_)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal(400, "InvalidBody", f"The body does not fit: {error}") from error


class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a request that needs none: ``{}``."""
