"""Earlier values of one file: kept below the same root, where no value and no other program looks.

What was at ``raw/flights.parquet`` becomes ``.%versions/raw/flights.parquet%v/<moment>`` when it is replaced, by a hard
link just before: no byte is copied, and a value that was stored once costs nothing. The moment is when the file was
written, and is the id of the version from the first; the file at the path is always a version too, the current one.
Whatever interrupts a writer, the path holds a whole value, and the one before it is kept. (Of two that write one value at
the same time, only the later one may stay.)
"""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Callable, Sequence
from typing import BinaryIO, NamedTuple

from headwater.definitions.stored_version import StoredVersion, VersionLimits
from headwater.io.publish import publish, publish_again, publish_beside
from headwater.io.root import Root
from headwater.model.errors import VersionNotFoundError

_FOLDER, _OF_FILE = (
    ".%versions",
    "%v",
)  # neither ends up in the name of a value: `%` stands before hexadecimal digits
_MARKS = str.maketrans("", "", "-:.")
_NAME = re.compile(r"\d{8}T\d{12}")
_CAN_STAMP = os.utime in os.supports_fd


class Published(NamedTuple):
    """Where a value lies that was published, and the id of its version, where there are versions."""

    place: str
    version_id: str | None = None


class FileVersions:
    """The versions of the file at ``path``, relative to ``root``.

    >>> FileVersions(Root("data"), "raw/flights.parquet").kept()  # doctest: +SKIP
    [StoredVersion(version_id='20260101T060000123456', ...)]
    """

    def __init__(self, root: Root, path: str) -> None:
        self._root = root
        self._path = path
        self.folder = f"{root.prefix}{_FOLDER}{os.sep}{path}{_OF_FILE}"

    # -- looking -------------------------------------------------------------------------------------------

    def kept(self) -> list[StoredVersion]:
        """All that are kept and the current one, oldest first."""
        current = _status(self._place())
        at_path = _version(_id_of(current), current, is_current=True) if current is not None else None
        entries = ((name, _status(self._entry(name))) for name in self._names())
        found = {
            name: _version(name, status, is_current=at_path is not None and name == at_path.version_id)
            for name, status in entries
            if status is not None
        }
        if at_path is not None:
            found.setdefault(at_path.version_id, at_path)
        return [found[name] for name in sorted(found)]

    def open(self, version_id: str) -> BinaryIO:
        """A version, to read. Raises :class:`VersionNotFoundError`, which names those that there are."""
        try:
            if version_id in self._names():
                return self._root.open(self._entry(version_id))
            file = self._root.open(self._root.prefix + self._path)
        except FileNotFoundError:
            raise self._not_kept(version_id) from None
        if _id_of(os.fstat(file.fileno())) == version_id:
            return file
        file.close()
        raise self._not_kept(version_id)

    # -- changing ------------------------------------------------------------------------------------------

    def publish_next(
        self,
        write: Callable[[BinaryIO], object],
        limits: VersionLimits,
        *,
        lasting: bool,
        copying: bool,
    ) -> Published:
        """Publish what ``write`` writes, keep what it replaces, and remove the versions beyond ``limits``.

        Without ``copying`` nothing is kept on a file system that has no hard links.
        """
        place, made, names = self._place(), "", list[str]()

        def before(descriptor: int) -> None:
            nonlocal made, names
            names = self._keep(place, copying=copying)
            made = _stamp(descriptor, names[-1] if names else "")

        publish(place, write, before=before, lasting=lasting)
        for name in self._beyond(names, limits):
            _remove(self._entry(name))
        return Published(place, made)

    def collect(
        self, limits: VersionLimits, now: datetime.datetime, *, dry_run: bool = False
    ) -> list[StoredVersion]:
        """Remove the versions beyond ``limits``, never the current one; those that went, or would."""
        gone = limits.superseded(self.kept(), now) if self._names() else []
        for version in gone:
            if not dry_run:
                _remove(self._entry(version.version_id))
        return gone

    def restore(self, version_id: str) -> StoredVersion:
        """Make a version the value at the path, in one step. What lies there stays as a version."""
        found = next((each for each in self.kept() if each.version_id == version_id), None)
        if found is None:
            raise self._not_kept(version_id)
        if not found.is_current:
            self._keep(self._place(), copying=True)
            publish_again(self._entry(version_id), self._place())
        return next(each for each in self.kept() if each.version_id == version_id)

    def _keep(self, place: str, *, copying: bool) -> list[str]:
        """Keep the file at ``place`` as a version, if there is one and it is none yet. The ids of all, oldest first."""
        status = _status(place)
        if status is None:
            return []
        names, name = self._names(), _id_of(status)
        if name not in names:
            publish_beside(place, self._entry(name), copying=copying)
            names.append(name)
        return sorted(names)

    @staticmethod
    def _beyond(names: Sequence[str], limits: VersionLimits) -> Sequence[str]:
        """Those of ``names``, none of which is the current version, that go: :meth:`collect` without looking at files."""
        beyond = 0 if limits.count is None else max(len(names) - max(limits.count - 1, 0), 0)
        if limits.days is None:
            return names[:beyond]
        oldest = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=limits.days)
        return [name for number, name in enumerate(names) if number < beyond or name < _name_of(oldest)]

    def _not_kept(self, version_id: str) -> VersionNotFoundError:
        known = [version.version_id for version in self.kept()]
        return VersionNotFoundError(self._root.prefix + self._path, version_id, known)

    def _names(self) -> list[str]:
        self._root.confine(self.folder)
        try:
            names = os.listdir(self.folder)
        except FileNotFoundError:
            return []
        return [name for name in names if _NAME.fullmatch(name)]

    def _entry(self, name: str) -> str:
        return f"{self.folder}{os.sep}{name}"

    def _place(self) -> str:
        """Where the value lies, or would."""
        return self._root.place(self._root.prefix + self._path)


def _version(name: str, status: os.stat_result, *, is_current: bool) -> StoredVersion:
    moment = datetime.datetime.fromisoformat(f"{name[:15]}.{name[15:]}+00:00")
    return StoredVersion(version_id=name, stored_at=moment, size_bytes=status.st_size, is_current=is_current)


def _stamp(descriptor: int, newest: str) -> str:
    """The id of a file that was just written. It is dated after ``newest`` where the clock does not tell them apart, or
    was set back: versions keep their order."""
    made = _id_of(os.fstat(descriptor))
    if made > newest or not _CAN_STAMP:
        return made
    status = os.fstat(descriptor)
    moment = datetime.datetime.fromisoformat(f"{newest[:15]}.{newest[15:]}+00:00")
    microseconds = (moment - _EPOCH) // _TICK + 1
    os.utime(descriptor, ns=(status.st_atime_ns, microseconds * 1000))
    return _id_of(os.fstat(descriptor))


_EPOCH, _TICK = datetime.datetime.fromtimestamp(0, datetime.UTC), datetime.timedelta(microseconds=1)


def _id_of(status: os.stat_result) -> str:
    return _name_of(_EPOCH + _TICK * (status.st_mtime_ns // 1000))


def _name_of(moment: datetime.datetime) -> str:
    return moment.isoformat(timespec="microseconds")[:26].translate(
        _MARKS
    )  # strftime takes four times as long


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:  # another writer of the same value was faster
        pass
