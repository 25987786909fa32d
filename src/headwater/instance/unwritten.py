"""Events that could not be written when their run ended: kept in a file beside the history, and imported later."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

from headwater.model.codec import decode, encode
from headwater.model.errors import StorageError
from headwater.model.event import Event

FOLDER = "unwritten"


def keep_unwritten(home: Path, events: Sequence[Event]) -> Path:
    """Write ``events`` to a file below ``home``. Raises :class:`StorageError`, saying what is lost, if that fails too."""
    folder = home / FOLDER
    path = folder / f"{events[0].run_id}-{uuid.uuid4().hex[:8]}.jsonl"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        with partial.open("wb") as file:
            file.writelines(encode(event) + b"\n" for event in events)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)
    except OSError as error:
        kinds = ", ".join(event.kind.value for event in events[-5:])
        raise StorageError(
            f"The last {len(events)} events of run {events[0].run_id} (at its end: {kinds}) could be written neither to "
            f"the history nor to {path}: {error.strerror}. The values that it stored are there. Free some space."
        ) from error
    return path


def import_unwritten(home: Path, append: Callable[[Sequence[Event]], object]) -> int:
    """Append what was kept below ``home``; how many events. Each file is removed once its events are written."""
    count = 0
    for path in sorted((home / FOLDER).glob("*.jsonl")):
        claimed = path.with_suffix(f".{os.getpid()}")
        try:
            path.rename(claimed)  # of several processes that open the history, one imports it
        except FileNotFoundError:
            continue
        events = [decode(line, Event) for line in claimed.read_bytes().splitlines()]
        try:
            append(events)
        except StorageError:
            claimed.rename(path)
            raise
        claimed.unlink()
        count += len(events)
    return count
