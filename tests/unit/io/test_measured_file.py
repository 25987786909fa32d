"""A file that knows how much was written to it, and the hash of that."""

from __future__ import annotations

import hashlib
import io

import pytest

from headwater.io.measured_file import MeasuredFile


@pytest.mark.parametrize("sizes", [[], [0], [5, 7], [2**20], [10, 2**20, 10, 2**19]])
def test_it_counts_and_hashes_small_and_large_pieces_in_order(sizes: list[int]) -> None:
    pieces = [bytes([number % 256]) * size for number, size in enumerate(sizes)]
    target = io.BytesIO()
    file = MeasuredFile(target)
    for piece in pieces:
        assert file.write(memoryview(piece)) == len(piece)
    whole = b"".join(pieces)
    assert (target.getvalue(), file.bytes_written, file.tell()) == (whole, len(whole), len(whole))
    assert file.content_hash() == hashlib.sha256(whole).hexdigest()
    assert file.content_hash() == hashlib.sha256(whole).hexdigest()
