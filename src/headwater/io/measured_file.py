"""A file that knows how much was written to it, and the hash of that while it is cheap."""

from __future__ import annotations

import hashlib
import io
from typing import Any, BinaryIO

HASHED_BYTES = 8 * 2**20
"""Up to this size content is hashed. Beyond, the hash would cost more than a tenth of what the write does."""


class MeasuredFile(io.RawIOBase):
    """Passes on what is written to it; ``bytes_written`` and :meth:`content_hash` tell about it afterwards.

    >>> file = MeasuredFile(io.BytesIO())
    >>> file.write(b"abc"), file.content_hash()[:8]
    (3, 'ba7816bf')
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self.bytes_written = 0

    def write(self, data: Any, /) -> int:
        """Write all of ``data``."""
        size = memoryview(data).nbytes
        self.bytes_written += size
        if self.bytes_written <= HASHED_BYTES:
            self._hash.update(data)
        self._file.write(data)
        return size

    def content_hash(self) -> str | None:
        """The SHA-256 of all that was written, in hexadecimal digits; None of more than :data:`HASHED_BYTES`."""
        return self._hash.hexdigest() if self.bytes_written <= HASHED_BYTES else None

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
