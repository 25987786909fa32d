"""Events that could not be written when their run ended: kept in a file beside the history, and imported later."""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from headwater.model.codec import decode, encode
from headwater.model.errors import StorageError
from headwater.model.event import Event
from headwater.ports.event_log import EventLog

try:
    import fcntl
except ImportError:  # Windows: two processes may import the same file
    fcntl = None  # type: ignore[assignment]

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


def import_unwritten(home: Path, event_log: EventLog) -> int:
    """Append what was kept below ``home``; how many events. Each file is removed once its events are written.

    Of several processes that do so at once, one imports a file; one that dies in between leaves it to the next.
    """
    count = 0
    for path in sorted((home / FOLDER).glob("*.jsonl")):
        with suppress(FileNotFoundError), path.open("rb") as file:
            if fcntl is not None:
                fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file.fileno()).st_nlink:  # nobody has imported it meanwhile
                events = [decode(line, Event) for line in file]
                if not _is_known(events[-1], event_log):
                    event_log.append(events)
                    count += len(events)
                path.unlink()
    return count


def _is_known(event: Event, event_log: EventLog) -> bool:
    """Whether an event was appended by somebody who died before the file was removed."""
    records = event_log.run_events(event.run_id, kinds=[event.kind], step_key=event.step_key)
    return any(record.event == event for record in records)
