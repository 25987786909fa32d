"""Text and bytes as they are."""

from __future__ import annotations

import collections.abc
import typing
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from headwater.io.compression import compressed, decompressed
from headwater.io.file_format import FileFormat
from headwater.io.frame import unwrap
from headwater.model.errors import ValueNotStorableError

_CHUNK = 2**20


class TextFormat(FileFormat):
    """``str`` as a UTF-8 file."""

    name = "text"
    extension = ".txt"

    def takes(self, annotation: Any) -> bool:
        return unwrap(annotation) is str

    def write(
        self, value: Any, file: BinaryIO, annotation: Any, compression: str | None
    ) -> Mapping[str, Any]:
        if not isinstance(value, str):
            raise ValueNotStorableError(f"It is a {type(value).__name__}, and a text file holds a str.")
        with compressed(file, compression) as target:
            target.write(value.encode("utf-8"))
        return {"characters": len(value)}

    def read(self, file: BinaryIO, wanted: Any, compression: str | None) -> Any:
        with file, decompressed(file, compression) as source:
            return source.read().decode("utf-8")


class BytesFormat(FileFormat):
    """``bytes`` as they are; ``Iterator[bytes]`` piece by piece, never all of them in memory."""

    name = "bytes"
    extension = ".bin"

    def takes(self, annotation: Any) -> bool:
        return unwrap(annotation) in (bytes, bytearray, memoryview) or self.is_stream(annotation)

    def is_stream(self, wanted: Any) -> bool:
        origin, arguments = typing.get_origin(wanted), typing.get_args(wanted)
        return (
            isinstance(origin, type)
            and issubclass(origin, collections.abc.Iterable)
            and arguments[:1] == (bytes,)
        )

    def write(
        self, value: Any, file: BinaryIO, annotation: Any, compression: str | None
    ) -> Mapping[str, Any]:
        pieces = value if isinstance(value, collections.abc.Iterator) else [value]
        with compressed(file, compression) as target:
            for piece in pieces:
                if not isinstance(piece, (bytes, bytearray, memoryview)):
                    raise ValueNotStorableError(f"It has a {type(piece).__name__}, where bytes are expected.")
                target.write(piece)
        return {}

    def read(self, file: BinaryIO, wanted: Any, compression: str | None) -> Any:
        if self.is_stream(wanted):
            return _pieces(file, compression)
        with file, decompressed(file, compression) as source:
            return source.read()


def _pieces(file: BinaryIO, compression: str | None) -> Iterator[bytes]:
    with file, decompressed(file, compression) as source:
        while piece := source.read(_CHUNK):
            yield piece
