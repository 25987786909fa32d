"""A file that knows how much was written to it, and the hash of that while it is cheap."""

from __future__ import annotations

import hashlib
import io

import pytest

from headwater.io.measured_file import HASHED_BYTES, MeasuredFile


@pytest.mark.parametrize("sizes", [[], [0], [5, 7], [10, 2**20, 10, 2**19], [HASHED_BYTES]])
def test_it_counts_and_hashes(sizes: list[int]) -> None:
    pieces = [bytes([number % 256]) * size for number, size in enumerate(sizes)]
    target = io.BytesIO()
    file = MeasuredFile(target)
    for piece in pieces:
        assert file.write(memoryview(piece)) == len(piece)
    whole = b"".join(pieces)
    assert (target.getvalue(), file.bytes_written, file.tell()) == (whole, len(whole), len(whole))
    assert file.content_hash() == hashlib.sha256(whole).hexdigest()


def test_what_is_large_is_counted_only() -> None:
    file = MeasuredFile(io.BytesIO())
    file.write(b"x" * HASHED_BYTES)
    file.write(b"x")
    assert file.bytes_written == HASHED_BYTES + 1
    assert file.content_hash() is None
