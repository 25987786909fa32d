"""The folder below which values lie, and which they never leave."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from headwater.io.location import beside, encode_path, within
from headwater.model.errors import UnsafeKeyError

_NO_LINK = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_MOST_KNOWN = 10_000


class Root:
    """A folder with values in it.

    Where ``a`` and ``a/b`` are both values, a file system cannot hold both under their names; the later one
    steps aside, so that neither is lost. A symbolic link inside the root that leads out of it is refused.

    >>> Root("data").path_of(("raw", "flights"))
    'data/raw/flights'
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = str(Path(folder))
        self.prefix = "" if self.folder == os.curdir else self.folder.rstrip(os.sep) + os.sep
        self._inside: set[str] = set()

    def path_of(self, parts: tuple[str, ...]) -> str:
        """Where the value of these parts lies. Raises :class:`UnsafeKeyError` when they name no place."""
        return self.prefix + encode_path(parts)

    def place(self, path: str) -> str:
        """Where to write the value that lies at ``path``, or beside it. Raises :class:`UnsafeKeyError`."""
        if os.path.isdir(path):
            path = within(path)
        elif not os.path.isdir(os.path.dirname(path)):
            path = beside(path, self.folder)
        self.confine(os.path.dirname(path))
        return path

    def open(self, path: str) -> BinaryIO:
        """The value at ``path``, or beside it, open for reading.

        Raises :class:`FileNotFoundError` where there is none, and :class:`UnsafeKeyError` where it lies
        outside.
        """
        self.confine(os.path.dirname(path))
        try:
            return open(path, "rb", opener=self._open_inside)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            other = within(path) if os.path.isdir(path) else beside(path, self.folder)
            if os.path.normpath(other) == os.path.normpath(path):
                raise FileNotFoundError(path) from None
        self.confine(os.path.dirname(other))
        return open(other, "rb", opener=self._open_inside)

    def confine(self, path: str) -> None:
        """Raise :class:`UnsafeKeyError` when ``path`` really lies outside of the root."""
        if path in self._inside:
            return
        root, place = os.path.realpath(self.folder), os.path.realpath(path)
        if place != root and not place.startswith(root.rstrip(os.sep) + os.sep):
            raise UnsafeKeyError(
                f"{path} really lies at {place}, outside of {root}. Values are stored and loaded only below "
                f"the folder of their I/O manager. Use one whose base_dir is {os.path.dirname(place)}."
            )
        if len(self._inside) >= _MOST_KNOWN:
            self._inside.clear()
        self._inside.add(path)

    def _open_inside(self, path: str, _flags: int) -> int:
        try:
            return os.open(path, _NO_LINK)
        except OSError:
            if not os.path.islink(path):
                raise
        self.confine(path)
        return os.open(path, os.O_RDONLY)
