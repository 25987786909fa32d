"""What clients of lakes raise, which is mostly text, as errors that say what to do. No secret is in them."""

from __future__ import annotations

import re

from headwater.model.errors import BucketNotFoundError, StoreAccessError, StoreUnreachableError

_BUCKET = re.compile(r"NoSuchBucket|bucket does not exist|NO_SUCH_BUCKET", re.I)
_ACCESS = re.compile(
    r"\b40[13]\b|Forbidden|Unauthenticated|AccessDenied|Access Denied|ACCESS_DENIED|InvalidAccessKeyId|credentials|"
    r"SignatureDoesNotMatch|SIGNATURE_DOES_NOT_MATCH|INVALID_ACCESS_KEY_ID|PermissionDenied",
    re.I,
)
_NETWORK = re.compile(
    r"error sending request|connection refused|NETWORK_CONNECTION|timed? ?out|dns error|Couldn't connect|"
    r"client error \(Connect\)",
    re.I,
)


def translated(error: BaseException, location: str) -> Exception | None:
    """The typed error for what a client has raised; None where it is none of the store."""
    text = _first_lines(str(error))
    if _BUCKET.search(str(error)):
        return BucketNotFoundError(location.partition("://")[2].partition("/")[0] or location, location)
    if _NETWORK.search(str(error)):
        return StoreUnreachableError(location, text)
    if isinstance(error, PermissionError) or _ACCESS.search(str(error)):
        return StoreAccessError(location, text)
    return None


def _first_lines(text: str) -> str:
    """The beginning of what may be a page of causes."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " ".join(lines[:2])[:300]
