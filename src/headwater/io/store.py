"""Where files lie: the port that a folder and each object store implement."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import BinaryIO

from headwater.definitions.stored_version import VersionLimits
from headwater.io.file_versions import FileVersions, Published
from headwater.io.publish import publish
from headwater.io.root import Root

_NONE = VersionLimits(count=0)


class Store(ABC):
    """Files by their path below one root. What is written becomes visible whole or not at all."""

    default_limits: VersionLimits = _NONE
    """How many versions of a value stay where nothing is said."""

    keeps_versions: bool = False
    """Whether there are :meth:`versions`."""

    @abstractmethod
    def location(self, path: str) -> str:
        """The path as people and other programs write it, with the root."""

    @abstractmethod
    def publish(
        self, path: str, write: Callable[[BinaryIO], object], limits: VersionLimits | None = _NONE
    ) -> Published:
        """Let ``write`` fill a file and make it the one at ``path``. What raises changes nothing.

        The file before is kept as a version, within ``limits`` (None: :attr:`default_limits`).
        """

    @abstractmethod
    def open(self, path: str) -> BinaryIO:
        """The file at ``path``, to read; its ``name`` is a path on this machine. Raises :class:`FileNotFoundError`."""

    @abstractmethod
    def exists(self, path: str) -> bool:
        """Whether there is a file at ``path``."""

    def versions(self, path: str) -> FileVersions:
        """The versions of the file at ``path``. Raises :class:`NotImplementedError` where the store keeps none."""
        raise NotImplementedError(f"{type(self).__name__} keeps no versions.")


class FolderStore(Store):
    """Files in a folder on this machine. See :class:`Root` for what keeps them inside.

    Without ``lasting`` they are not flushed to the disk, and have no versions unless they are asked for, as it is right
    for a folder that goes with the process.
    """

    keeps_versions = True
    lasting_limits = VersionLimits(count=2)

    def __init__(self, root: Root, *, lasting: bool = True) -> None:
        self.root = root
        self.lasting = lasting
        self.default_limits = self.lasting_limits if lasting else _NONE

    def location(self, path: str) -> str:
        return self.root.prefix + path

    def publish(
        self, path: str, write: Callable[[BinaryIO], object], limits: VersionLimits | None = _NONE
    ) -> Published:
        used = self.default_limits if limits is None else limits
        if used != _NONE:
            copying = limits is not None  # not asked for, versions must not cost a copy
            return self.versions(path).publish_next(write, used, lasting=self.lasting, copying=copying)
        place = self.root.place(self.location(path))
        publish(place, write, lasting=self.lasting)
        return Published(place)

    def open(self, path: str) -> BinaryIO:
        return self.root.open(self.location(path))

    def exists(self, path: str) -> bool:
        try:
            self.open(path).close()
        except FileNotFoundError:
            return False
        return True

    def versions(self, path: str) -> FileVersions:
        return FileVersions(self.root, path)
