"""Earlier values of one file: kept below the same root, where no value and no other program looks.

The version of ``raw/flights.parquet`` that a run stored is ``.%versions/raw/flights.parquet%v/<moment>.<run>``. It is
another name of the very file that was published (a hard link), so keeping it costs no space until the value is
replaced, and what lies at the path tells which version it is. The path is always written first: whatever
interrupts, it holds a whole value, and one without a version gets it before it is replaced.
"""

from __future__ import annotations

import datetime
import os
import re
import stat
from typing import BinaryIO

from headwater.definitions.stored_version import StoredVersion
from headwater.io.publish import publish_again
from headwater.io.root import Root
from headwater.model.errors import VersionNotFoundError

_FOLDER, _OF_FILE = (
    ".%versions",
    "%v",
)  # neither ends up in the name of a value: `%` stands before hexadecimal digits
_MOMENT = "%Y%m%dT%H%M%S%f"
_TICK = datetime.timedelta(microseconds=1)
_NAME = re.compile(r"(\d{8}T\d{12})\.([\w-]*)")


class FileVersions:
    """The versions of the file at ``path``, relative to ``root``.

    >>> FileVersions(Root("data"), "raw/flights.parquet").kept()  # doctest: +SKIP
    [StoredVersion(version_id='20260101T060000123456', ...)]
    """

    def __init__(self, root: Root, path: str) -> None:
        self._root = root
        self._path = path
        self.folder = f"{root.prefix}{_FOLDER}{os.sep}{path}{_OF_FILE}"

    def kept(self) -> list[StoredVersion]:
        """All that are kept, oldest first."""
        return [version for version, _ in self._entries()]

    def open(self, version_id: str) -> BinaryIO:
        """A version, to read. Raises :class:`VersionNotFoundError`, which names those that there are."""
        return self._root.open(self._find(version_id)[1])

    def keep(self, run_id: str | None) -> None:
        """Give the value at the path a version, if it has none; ``run_id`` is the run that stored it."""
        place = self._place()
        try:
            status = os.stat(place)
        except FileNotFoundError:
            return
        versions = self.kept()
        if any(version.is_current for version in versions):
            return
        moment = datetime.datetime.fromtimestamp(status.st_mtime_ns / 1e9, datetime.UTC)
        if versions:  # files written in one tick of the clock, or after it was set back, keep their order
            moment = max(moment, versions[-1].stored_at + _TICK)
        publish_again(place, os.path.join(self.folder, _name(moment, run_id)))

    def keep_latest(self, count: int) -> None:
        """Remove all but the latest ``count``, and never the current one."""
        entries = self._entries()
        for version, path in entries[: max(len(entries) - count, 0)]:
            if not version.is_current:
                _remove(path)

    def restore(self, version_id: str) -> StoredVersion:
        """Make a version the value at the path, in one step. What lies there is kept as a version first."""
        version, path = self._find(version_id)
        if not version.is_current:
            self.keep(None)
            publish_again(path, self._place())
        return next(each for each in self.kept() if each.version_id == version.version_id)

    def _find(self, version_id: str) -> tuple[StoredVersion, str]:
        entries = self._entries()
        for version, path in entries:
            if version.version_id == version_id:
                return version, path
        known = [version.version_id for version, _ in entries]
        raise VersionNotFoundError(self._root.prefix + self._path, version_id, known)

    def _entries(self) -> list[tuple[StoredVersion, str]]:
        self._root.confine(self.folder)
        try:
            names = sorted(os.listdir(self.folder))
        except FileNotFoundError:
            return []
        current = _status(self._place())
        found = []
        for name in names:
            path = os.path.join(self.folder, name)
            parsed, status = _NAME.fullmatch(name), _status(path, follow=False)
            if parsed is not None and status is not None and stat.S_ISREG(status.st_mode):
                found.append((_version(parsed, status, current), path))
        return found

    def _place(self) -> str:
        """Where the value lies, or would."""
        return self._root.place(self._root.prefix + self._path)


def _version(parsed: re.Match[str], status: os.stat_result, current: os.stat_result | None) -> StoredVersion:
    return StoredVersion(
        version_id=parsed[1],
        stored_at=datetime.datetime.strptime(parsed[1], _MOMENT).replace(tzinfo=datetime.UTC),
        run_id=parsed[2] or None,
        size_bytes=status.st_size,
        is_current=current is not None and _is_same(status, current),
    )


def _is_same(one: os.stat_result, other: os.stat_result) -> bool:
    """Whether it is one file, or a copy where the file system has no hard links."""
    return os.path.samestat(one, other) or (
        one.st_nlink == other.st_nlink == 1
        and (one.st_size, one.st_mtime_ns) == (other.st_size, other.st_mtime_ns)
    )


def _name(moment: datetime.datetime, run_id: str | None) -> str:
    run = run_id if run_id is not None and re.fullmatch(r"[\w-]{1,64}", run_id) else ""
    return f"{moment.strftime(_MOMENT)}.{run}"


def _status(path: str, *, follow: bool = True) -> os.stat_result | None:
    try:
        return os.stat(path, follow_symlinks=follow)
    except FileNotFoundError:
        return None


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:  # another writer of the same value was faster
        pass
