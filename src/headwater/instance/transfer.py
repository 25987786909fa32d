"""A whole history to another place: into a file as a backup, back from it, or into another database."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from headwater.adapters.sql.copy import copy_history
from headwater.adapters.sql.sqlite.storage import FILE_NAME
from headwater.adapters.sql.sqlite.storage import open_storage as open_file
from headwater.adapters.sql.storage import SqlStorage
from headwater.instance.presence import list_supervisors
from headwater.model.errors import HistoryExistsError, HistoryInUseError, StorageError


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """How much is in a history."""

    location: str
    runs: int
    events: int
    assets: int
    ticks: int

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing that anybody would miss."""
        return not (self.runs or self.events or self.ticks)


def look_into(storage: SqlStorage) -> Contents:
    """How much is in the history."""
    return Contents(
        location=storage.location,
        runs=storage.runs.count(),
        events=storage.event_log.size(),
        assets=len(storage.event_log.asset_keys()),
        ticks=storage.database.rows("SELECT COUNT(*) FROM ticks")[0][0],
    )


def back_up(storage: SqlStorage, file: Path, *, replace: bool = False) -> Contents:
    """Write the history, as it is now, to ``file``: a database file of SQLite, wherever the history is.

    Runs may write meanwhile; what they write after the beginning is not in it. Raises :class:`HistoryExistsError` for a
    file that is there already, unless ``replace``, and :class:`StorageError` when it cannot be written.

    >>> back_up(storage, Path("monday.db")).runs  # doctest: +SKIP
    12
    """
    if file.exists() and not replace:
        raise HistoryExistsError(f"{file} is there already, and is not overwritten without --force.")
    try:
        with tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=".backup-") as folder:
            with contextlib.closing(open_file(folder)) as copy:
                copy_history(storage.database, copy.database)
                contents = msgspec.structs.replace(look_into(copy), location=str(file))
            _flush(Path(folder) / FILE_NAME)
            os.replace(Path(folder) / FILE_NAME, file)
    except OSError as error:
        raise StorageError(f"The backup cannot be written to {file}: {error.strerror}.") from error
    return contents


def restore(file: Path, storage: SqlStorage, *, replace: bool = False) -> Contents:
    """Let the history hold what ``file`` (a backup) holds; the file stays as it is.

    Raises like :func:`transfer`, and :class:`StorageError` for a file that is no history.
    """
    with _opened_copy(file) as backup:
        return transfer(backup, storage, replace=replace)


def transfer(source: SqlStorage, target: SqlStorage, *, replace: bool = False) -> Contents:
    """Let ``target`` hold what ``source`` holds, with all numbers and times; all of it, or nothing when that fails.

    Raises :class:`HistoryExistsError` when there is something in ``target``, unless ``replace``, and
    :class:`HistoryInUseError` while a supervisor runs on it.
    """
    there = list_supervisors(target, time.time())
    if there:
        first = there[0]
        raise HistoryInUseError(
            f"The history in {target.location} is in use by headwater {first.command} (process {first.process.pid} on "
            f"{first.process.host}). Stop it first: headwater stop"
        )
    known = look_into(target)
    if not known.is_empty and not replace:
        raise HistoryExistsError(
            f"The history in {known.location} holds {known.runs:,} runs and {known.events:,} events, and is not "
            "overwritten without --force. Save it first: headwater instance backup FILE"
        )
    copy_history(source.database, target.database)
    return look_into(target)


@contextlib.contextmanager
def _opened_copy(file: Path) -> Iterator[SqlStorage]:
    """The history in a file that is not to be changed, not even to today's schema."""
    if not file.is_file():
        raise StorageError(f"There is no backup {file}.")
    with tempfile.TemporaryDirectory(prefix="headwater-restore-") as folder:
        shutil.copyfile(file, Path(folder) / FILE_NAME)
        with contextlib.closing(open_file(folder)) as storage:
            yield storage


def _flush(file: Path) -> None:
    """Let the file survive a power cut from now on."""
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
