"""Frames: values of the model one after another through a stream, each behind its length."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from typing import Any

from headwater.model.codec import decode, encode

_LENGTH = struct.Struct(">I")
_CHUNK = 1 << 18


def pack_frame(value: Any) -> bytes:
    """A value as a frame.

    >>> pack_frame(1)
    b'\\x00\\x00\\x00\\x011'
    """
    payload = encode(value)
    return _LENGTH.pack(len(payload)) + payload


class FrameReader:
    """Cuts what comes through a stream into frames of ``type_``."""

    def __init__(self, type_: Any) -> None:
        self._type = type_
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Any]:
        """The values that are complete now."""
        self._buffer += data
        while len(self._buffer) >= _LENGTH.size:
            (size,) = _LENGTH.unpack_from(self._buffer)
            end = _LENGTH.size + size
            if len(self._buffer) < end:
                return
            payload = bytes(self._buffer[_LENGTH.size : end])
            del self._buffer[:end]
            yield decode(payload, self._type)


def read_frame(stream: socket.socket, type_: Any) -> Any:
    """Wait for the next value; None at the end of the stream. Raises what the socket raises (``TimeoutError``)."""
    reader = FrameReader(type_)
    while data := stream.recv(_CHUNK):
        for value in reader.feed(data):
            return value
    return None
