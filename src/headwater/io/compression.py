"""Compressing files whose format does not do it itself."""

from __future__ import annotations

import contextlib
import gzip
from collections.abc import Iterator
from typing import BinaryIO, cast

ENDINGS = {"gzip": ".gz"}
"""What a file's name ends with, by compression."""

_LEVEL = 6


@contextlib.contextmanager
def compressed(file: BinaryIO, compression: str | None) -> Iterator[BinaryIO]:
    """A file to write to, whose content arrives in ``file`` compressed. The same content gives the same bytes."""
    if compression is None:
        yield file
        return
    with gzip.GzipFile("", "wb", _LEVEL, file, mtime=0) as target:
        yield cast(BinaryIO, target)


@contextlib.contextmanager
def decompressed(file: BinaryIO, compression: str | None) -> Iterator[BinaryIO]:
    """A file to read from: the content of ``file`` as it was before it was compressed."""
    if compression is None:
        yield file
        return
    with gzip.GzipFile("", "rb", fileobj=file) as source:
        yield cast(BinaryIO, source)
