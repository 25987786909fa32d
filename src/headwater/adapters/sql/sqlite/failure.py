"""What the database says when it fails, as an error which names the file and the way out."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from headwater.model.errors import StorageError, StorageLockedError

_UNWRITABLE = "Make the file and its folder writable, or keep the history elsewhere: HEADWATER_HOME."
_REMEDIES = {
    sqlite3.SQLITE_FULL: "The disk (or a quota) is full: free some space. Nothing was half-written.",
    sqlite3.SQLITE_IOERR: "The disk failed or is full: look at its space. Nothing was half-written.",
    sqlite3.SQLITE_READONLY: _UNWRITABLE,
    sqlite3.SQLITE_PERM: _UNWRITABLE,
    sqlite3.SQLITE_CANTOPEN: "Check that its folder is there and writable, or use another: HEADWATER_HOME.",
    sqlite3.SQLITE_NOTADB: "It is no history of Headwater. Move it away; a new one is then made.",
    sqlite3.SQLITE_CORRUPT: "The file is damaged: restore it from a backup, or save what is left with "
    "`sqlite3 history.db .recover`.",
}
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another connection is in the way, so that waiting helps."""
    return _primary_code(error) in _BUSY


def build_storage_error(path: Path, error: sqlite3.Error, patience_seconds: float) -> StorageError:
    """``error`` as one that the caller can act on."""
    if is_busy(error):
        return build_locked_error(path, patience_seconds)
    remedy = _REMEDIES.get(_primary_code(error), "")
    return StorageError(
        f"The history in {path} cannot be read or written: {str(error).rstrip('.')}. {remedy}".rstrip()
    )


def build_locked_error(path: Path, patience_seconds: float) -> StorageLockedError:
    """The error for a database that stayed locked."""
    return StorageLockedError(
        f"The history in {path} stayed locked for {patience_seconds:g} s: another process or thread keeps "
        f"writing. `fuser {path}` names the processes that have it open. Nothing was half-written; trying "
        "again is safe."
    )


def build_missing_error(path: Path) -> StorageError:
    """The error for a file that was deleted or replaced under the feet of this process."""
    return StorageError(
        f"The history in {path} was deleted or replaced while in use; what is written now would be lost. "
        "Put the file back, or start this process again to begin a new history."
    )


def _primary_code(error: sqlite3.Error) -> int:
    # Errors of the Python module itself (a closed connection, a wrong parameter) carry no code of SQLite's.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
