"""A file that knows how much was written to it, and the hash of that, without making the writer wait for it."""

from __future__ import annotations

import hashlib
import io
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, BinaryIO

_LARGE = 2**18
"""Bytes of a piece whose hash is worth a thread's attention."""


class MeasuredFile(io.RawIOBase):
    """Passes on what is written to it; ``bytes_written`` and :meth:`content_hash` tell about it afterwards.

    Large pieces are hashed in a thread while they are on their way to the disk, so that the hash costs no time where
    there is a second core. The pieces must not change before :meth:`content_hash` has returned.

    >>> file = MeasuredFile(io.BytesIO())
    >>> file.write(b"abc"), file.content_hash()[:8]
    (3, 'ba7816bf')
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self._thread: ThreadPoolExecutor | None = None
        self._last: Future[None] | None = None
        self.bytes_written = 0

    def write(self, data: Any, /) -> int:
        """Write all of ``data``."""
        size = memoryview(data).nbytes
        self.bytes_written += size
        if self._thread is None and size < _LARGE:
            self._hash.update(data)
        else:
            self._thread = self._thread or ThreadPoolExecutor(1)
            self._last = self._thread.submit(self._hash.update, data)
        self._file.write(data)
        return size

    def content_hash(self) -> str:
        """The SHA-256 of all that was written, in hexadecimal digits."""
        if self._thread is not None and self._last is not None:
            self._last.result()
            self._thread.shutdown()
            self._thread = self._last = None
        return self._hash.hexdigest()

    def writable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """How many bytes were written."""
        return self.bytes_written

    def flush(self) -> None:
        """Pass on what is held back."""
        if not self._file.closed:
            self._file.flush()
