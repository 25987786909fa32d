"""What Postgres says when it fails, as an error which names the database and the way out."""

from __future__ import annotations

import psycopg
from psycopg import errors

from headwater.model.errors import StorageError, StorageLockedError

_RIGHTS = "Give the user of the URL the right to it, or name another user: HEADWATER_DATABASE_URL."
_REMEDIES: dict[type[psycopg.Error], str] = {
    errors.InsufficientPrivilege: _RIGHTS,
    errors.DiskFull: "The disk of the server is full: free some space. Nothing was half-written.",
    errors.TooManyConnections: "Raise max_connections of the server, or let fewer runs be at work at once.",
    errors.ReadOnlySqlTransaction: "The server only reads (a standby?): name the one that writes.",
}
# What waiting does not heal, as the server words it (libpq hands on the text alone).
_FINAL = ("password authentication failed", "no password supplied", "does not exist", "no pg_hba.conf entry")


def is_final(error: psycopg.Error) -> bool:
    """Whether a connection that was refused would be refused again."""
    text = str(error)
    return any(words in text for words in _FINAL)


def build_storage_error(location: str, error: psycopg.Error, patience_seconds: float) -> StorageError:
    """``error`` as one that the caller can act on."""
    if isinstance(error, errors.LockNotAvailable):
        return build_locked_error(location, patience_seconds)
    remedy = _REMEDIES.get(type(error), "")
    return StorageError(
        f"The history in {location} cannot be read or written: {_text(error)}. {remedy}".rstrip()
    )


def build_locked_error(location: str, patience_seconds: float) -> StorageLockedError:
    """The error for a database that stayed locked."""
    return StorageLockedError(
        f"The history in {location} stayed locked for {patience_seconds:g} s: another process keeps writing. "
        "`SELECT * FROM pg_stat_activity WHERE application_name = 'headwater'` names those that are connected. "
        "Nothing was half-written; trying again is safe."
    )


def build_unreachable_error(
    location: str, error: psycopg.Error | None, waited_seconds: float
) -> StorageError:
    """The error for a server that does not answer, or not to this user."""
    said = _text(error) if error is not None else "all connections of this process are busy"
    waited = f" for {waited_seconds:.0f} s" if waited_seconds >= 1 else ""
    return StorageError(
        f"The history in {location} cannot be reached{waited}: {said}. Look whether the server runs and the URL is "
        "right: HEADWATER_DATABASE_URL."
    )


def _text(error: psycopg.Error) -> str:
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__
