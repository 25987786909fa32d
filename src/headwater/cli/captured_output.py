"""What the run and its processes print while a live view has the terminal: kept, and handed on piece by piece."""

from __future__ import annotations

import codecs
import os
import sys
import tempfile
from typing import Self, TextIO

_STANDARD = (1, 2)
_CHUNK = 1 << 16


class CapturedOutput:
    """While it is entered, standard output and error of this process and of its children go to a file.

    :attr:`terminal` writes to where ``stream`` wrote before. It is a file and not a pipe, so that nobody who prints
    ever waits for it to be read.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        self._taken = 0

    def __enter__(self) -> Self:
        _flush()
        self._file, path = tempfile.mkstemp(prefix="headwater-output-")
        os.unlink(path)
        self._kept = [os.dup(number) for number in _STANDARD]
        terminal = os.dup(self._stream.fileno())
        self.terminal = os.fdopen(terminal, "w", encoding=self._stream.encoding, errors="backslashreplace")
        for number in _STANDARD:
            os.dup2(self._file, number)
        return self

    def __exit__(self, *_: object) -> None:
        _flush()
        for number, kept in zip(_STANDARD, self._kept, strict=True):
            os.dup2(kept, number)
            os.close(kept)
        self._stream.write(self.take())
        self._stream.flush()
        self.terminal.close()
        os.close(self._file)

    def take(self) -> str:
        """What has been printed since the last time."""
        _flush()
        text = ""
        while data := os.pread(
            self._file, _CHUNK, self._taken
        ):  # leaves the place at which others write alone
            self._taken += len(data)
            text += self._decode(data)
        return text


def _flush() -> None:
    sys.stdout.flush()
    sys.stderr.flush()
