"""Tells when files of the user's code have changed: by their times, looked at now and then."""

from __future__ import annotations

import os
from collections.abc import Iterable

_Look = dict[str, tuple[int, int] | None]


class FileWatch:
    """A set of files. It is cheap enough to be asked twice a second: one ``stat`` per file.

    >>> FileWatch([]).has_changed()
    False
    """

    def __init__(self, files: Iterable[str]) -> None:
        self._files = sorted(set(files))
        self._seen = self._look()

    def has_changed(self) -> bool:
        """Whether a file has changed, has come or has gone since the last look."""
        before, self._seen = self._seen, self._look()
        return before != self._seen

    def _look(self) -> _Look:
        return {file: _mark(file) for file in self._files}


def _mark(file: str) -> tuple[int, int] | None:
    try:
        status = os.stat(file)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
