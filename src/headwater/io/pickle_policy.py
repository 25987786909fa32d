"""Whether pickles may be used at all, and whether they must be signed: said by the environment of the process.

Who can write into the place of values can run code in the process that unpickles them. ``HEADWATER_PICKLE=forbid`` refuses
pickles. ``HEADWATER_PICKLE_KEY`` is a secret by which they are signed when they are stored, and without whose signature
none is loaded. The signature stands behind the pickle, where other programs do not look.
"""

from __future__ import annotations

import hmac
import os
from typing import BinaryIO

from headwater.model.errors import PickleRefusedError

POLICY, KEY = "HEADWATER_PICKLE", "HEADWATER_PICKLE_KEY"
_MARK = b"\nheadwater-hmac-sha256:"
_DIGEST = 32
_TAIL = len(_MARK) + _DIGEST
_CHUNK = 2**20


def refuse_if_forbidden() -> None:
    """Raise :class:`PickleRefusedError` where pickles are forbidden."""
    if os.environ.get(POLICY) == "forbid":
        raise PickleRefusedError(
            f"Pickles are forbidden here ({POLICY}=forbid). Store the value in another format: annotate what the asset "
            'returns and give its manager format="auto", or give the asset FileOptions(format=...).'
        )


class SigningFile:
    """Passes on what is written; :meth:`sign` puts the signature behind it, where a key is set."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        key = os.environ.get(KEY)
        self._hmac = hmac.new(key.encode(), digestmod="sha256") if key else None

    def write(self, data: bytes) -> int:
        """Write all of ``data``."""
        if self._hmac is not None:
            self._hmac.update(data)
        return self._file.write(data)

    def sign(self) -> None:
        """End the file."""
        if self._hmac is not None:
            self._file.write(_MARK + self._hmac.digest())


def check_signature(file: BinaryIO) -> None:
    """Raise :class:`PickleRefusedError` for a file that is not signed with the key, if one is set; go back to its start."""
    key = os.environ.get(KEY)
    if not key:
        return
    found = hmac.new(key.encode(), digestmod="sha256")
    tail = b""
    while chunk := file.read(_CHUNK):
        tail += chunk
        found.update(tail[:-_TAIL])
        tail = tail[-_TAIL:]
    if not hmac.compare_digest(tail, _MARK + found.digest()):
        raise PickleRefusedError(
            f"This pickle is not signed with the key in {KEY}, so it is not loaded: whoever wrote it could run code here. "
            "Store the value again by a run that has the key."
        )
    file.seek(0)
