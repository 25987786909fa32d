"""Publishing files: what is written becomes visible in one step, whole and on the disk, or not at all.

A writer stages its file in the folder where it belongs, under a name that no value can have; flushes it to
the disk; and renames it. Whatever interrupts it (an error, a full disk, SIGKILL, a power cut), the value
before stays as it was. A staged file is locked while its writer lives, so what a dead writer left is known,
and the next process that writes into the folder removes it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from headwater.io.exchange import exchange

try:
    import fcntl
except ImportError:  # Windows: what dead writers left cannot be told from what is being written, and stays
    fcntl = None  # type: ignore[assignment]

_PREFIX, _SUFFIX = ".%", ".part"  # `.%` never begins the name of a value: no key is written so

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)

_swept: set[str] = set()
"""The folders in which this process has looked for what dead writers left."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_swept.clear)


def publish(
    path: str,
    write: Callable[[BinaryIO], object],
    *,
    before: Callable[[int], object] | None = None,
    lasting: bool = True,
) -> None:
    """Let ``write`` fill a new file, and make it the file at ``path``. Missing folders are made.

    Raises whatever ``write`` or the file system raises; the file that was at ``path`` is then unchanged.

    ``before`` is called with the descriptor of the new file when it is written and nothing is published yet. Without
    ``lasting`` nothing is flushed to the disk: for values that nobody wants after a power cut.

    The folder is not flushed: it would double the cost of a small value. After a power cut the path holds one of the
    two values whole, and the history is no further than it: what flushes the history's log (docs/adr/0002) flushes the
    renames before it too, on file systems with a journal.

    >>> publish("data/flights", lambda file: file.write(b"..."))  # doctest: +SKIP
    """
    folder = os.path.dirname(path) or "."
    staged, descriptor = _stage_file(folder, make_folder if lasting else _make_passing_folder)
    try:
        with open(descriptor, "wb") as file:
            write(file)
            file.flush()
            if before is not None:
                before(descriptor)
            if lasting:
                os.fsync(descriptor)
            os.replace(staged, path)
    except BaseException:
        _remove(staged)
        raise


@contextmanager
def staged_entries(path: str) -> Iterator[str]:
    """A path of the same name in a folder of its own; what lies there at the end is published where
    ``path`` is.

    For writers that want a path rather than an open file, and may make a folder or several files of it:
    companions (``flights.csv.sha256`` of ``flights.csv``) are published first, each in one step, and the
    value itself last.
    """
    folder = os.path.dirname(path) or "."
    stage, descriptor = _stage_folder(folder)
    try:
        yield os.path.join(stage, os.path.basename(path))
        names = sorted(os.listdir(stage), key=lambda name: (name == os.path.basename(path), name))
        for name in names:
            sync_tree(os.path.join(stage, name))
        for name in names:
            _put(os.path.join(stage, name), os.path.join(folder, name))
    finally:
        os.close(descriptor)
        shutil.rmtree(stage, ignore_errors=True)
    sync_folder(folder)


def publish_new(path: str, make: Callable[[str], object]) -> None:
    """Let ``make`` create a file, and make it the file at ``path``, unless there is one by then."""
    folder = os.path.dirname(path) or "."
    stage, descriptor = _stage_folder(folder)
    staged = os.path.join(stage, os.path.basename(path))
    try:
        make(staged)
        sync_tree(staged)
        _link(staged, path)
    finally:
        os.close(descriptor)
        shutil.rmtree(stage, ignore_errors=True)
    sync_folder(folder)


def publish_again(source: str, path: str) -> None:
    """Make the file at ``source`` the one at ``path`` too, in one step: a second name of it, or a copy where the file
    system has no hard links."""
    with open(source, "rb") as file:
        _lock(file.fileno())  # the staged name shares it, so no sweeper takes that for abandoned
        folder = os.path.dirname(path) or "."
        make_folder(folder)
        staged = _staged_name(folder)
        try:
            os.link(source, staged)
        except OSError:
            publish(path, lambda copy: shutil.copyfileobj(file, copy))
            shutil.copystat(source, path)
            return
        try:
            os.replace(staged, path)
        finally:
            _remove(staged)  # it stays where both names were of one file already


def publish_beside(source: str, path: str, *, copying: bool) -> None:
    """Make the file at ``source`` the one at ``path`` too, unless there is one. Where the file system has no hard links it
    is copied, or left (without ``copying``)."""
    try:
        os.link(source, path)
    except FileNotFoundError:
        if os.path.isdir(os.path.dirname(path)):  # the source has gone meanwhile
            return
        make_folder(os.path.dirname(path))
        publish_beside(source, path, copying=copying)
    except FileExistsError:
        pass
    except OSError:
        if copying:
            publish_again(source, path)


def make_folder(folder: str) -> None:
    """Make ``folder`` and what is missing above it, so that a power cut does not lose them again."""
    if os.path.isdir(folder):
        return
    parent = os.path.dirname(folder.rstrip(os.sep)) or "."
    make_folder(parent)
    try:
        os.mkdir(folder)
    except FileExistsError:
        if not os.path.isdir(folder):
            raise NotADirectoryError(f"{folder} is a file, where a folder is needed.") from None
    else:
        sync_folder(parent)


def sync_folder(folder: str) -> None:
    """Flush the names in ``folder`` to the disk."""
    if os.name == "nt":  # folders cannot be opened there, and renaming is written through
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(path: str) -> None:
    """Flush a file, or a folder with all that is in it, to the disk."""
    if os.path.isdir(path):
        for entry in os.scandir(path):
            sync_tree(entry.path)
        sync_folder(path)
    elif not os.path.islink(path):
        with open(path, "rb+" if os.name == "nt" else "rb") as file:
            os.fsync(file.fileno())


# -- staging -----------------------------------------------------------------------------------------------


def _make_passing_folder(folder: str) -> None:
    os.makedirs(folder, exist_ok=True)


def _stage_file(folder: str, make_missing: Callable[[str], None]) -> tuple[str, int]:
    """A new file in ``folder``, open and locked."""
    sweep(folder)
    while True:
        staged = _staged_name(folder)
        try:
            descriptor = os.open(staged, _NEW_FILE, 0o666)
        except FileNotFoundError:
            make_missing(folder)
            continue
        if _lock(descriptor) is not False and os.fstat(descriptor).st_nlink:
            return staged, descriptor
        os.close(descriptor)  # a sweeper came between the two calls, and has it or has removed it


def _stage_folder(folder: str) -> tuple[str, int]:
    """A new folder in ``folder``, and a lock on it."""
    make_folder(folder)
    sweep(folder)
    while True:
        staged = _staged_name(folder)
        os.mkdir(staged)
        try:
            descriptor = os.open(os.devnull if fcntl is None else staged, os.O_RDONLY)
        except FileNotFoundError:
            continue
        if _lock(descriptor) is not False and os.path.isdir(staged):
            return staged, descriptor
        os.close(descriptor)


def _staged_name(folder: str) -> str:
    return f"{folder}{os.sep}{_PREFIX}{os.urandom(8).hex()}{_SUFFIX}"


def _link(staged: str, path: str) -> None:
    """Give the file the name ``path``, unless there is such a file."""
    try:
        os.link(staged, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        if not os.path.lexists(path):
            os.rename(staged, path)


def _put(staged: str, path: str) -> None:
    """Rename, also where a folder takes the place of a folder or of a file."""
    if not (os.path.isdir(staged) and os.path.lexists(path)):
        os.replace(staged, path)
    elif not exchange(staged, path):
        before = f"{path}%-before"  # kept when killed between the two renames: nothing is lost
        os.rename(path, before)
        os.rename(staged, path)
        _remove(before)


# -- what dead writers left --------------------------------------------------------------------------------


def sweep(folder: str) -> None:
    """Remove what writers staged in ``folder`` and left when they died; once per process and folder."""
    if folder in _swept:
        return
    try:
        left = [entry.path for entry in os.scandir(folder) if entry.name.startswith(_PREFIX)]
    except FileNotFoundError:
        return
    for path in left:
        if path.endswith(_SUFFIX):
            _remove_if_abandoned(path)
    if len(_swept) > 10_000:
        _swept.clear()
    _swept.add(folder)


def _remove_if_abandoned(path: str) -> None:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        if _lock(descriptor):
            _remove(path)
    finally:
        os.close(descriptor)


def _remove(path: str) -> None:
    try:
        if os.path.isdir(path):
            shutil.rmtree(path, ignore_errors=True)
        else:
            os.unlink(path)
    except FileNotFoundError:
        pass


def _lock(descriptor: int) -> bool | None:
    """Lock an open file until it is closed: False where another has it, None where there are no locks."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # some network file systems: nobody can tell what is abandoned, so nothing is removed
        return None
    return True
