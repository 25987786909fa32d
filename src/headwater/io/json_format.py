"""Values as JSON, and rows as JSON lines."""

from __future__ import annotations

import itertools
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

import msgspec

from headwater.io.compression import compressed, decompressed
from headwater.io.file_format import FileFormat
from headwater.io.frame import frame_type_of, frame_type_of_value, from_batches, to_reader, unwrap
from headwater.io.frame_format import FrameFormat
from headwater.model.errors import ValueNotStorableError

_LINES = 10_000
_PLAIN = (dict, list)


class JsonFormat(FileFormat):
    """Dicts and lists, also of dataclasses, dates and other typed values that the annotation names.

    What would come back as something else (a tuple as a list, a number that is a key as text) is refused.
    """

    name = "json"
    extension = ".json"

    def takes(self, annotation: Any) -> bool:
        annotation = unwrap(annotation)
        return (typing.get_origin(annotation) or annotation) in _PLAIN

    def write(
        self, value: Any, file: BinaryIO, annotation: Any, compression: str | None
    ) -> Mapping[str, Any]:
        kind = frame_type_of_value(value)
        if kind is not None:
            value = list(itertools.chain.from_iterable(batch.to_pylist() for batch in to_reader(value)))
        text = _encode(value)
        if kind is None and _decode(text, annotation) != value:
            raise ValueNotStorableError(
                f"As JSON this {type(value).__name__} would not come back as it is: JSON has dicts with keys of text, "
                "lists, texts, numbers, true, false and null. Annotate what it holds, or store it in another format."
            )
        with compressed(file, compression) as target:
            target.write(text)
        return {"rows": len(value)} if isinstance(value, list) else {}

    def read(self, file: BinaryIO, wanted: Any, compression: str | None) -> Any:
        frame = frame_type_of(wanted)
        with file, decompressed(file, compression) as source:
            text = source.read()
        if frame is None:
            return _decode(text, wanted)
        import pyarrow as pa

        table = pa.Table.from_pylist(msgspec.json.decode(text))
        return from_batches(table.schema, iter(table.to_batches()), frame)


class JsonLinesFormat(FrameFormat):
    """Rows, one JSON object to a line: frames of any library, lazily and in streams, or a list of dicts."""

    name = "jsonl"
    extension = ".jsonl"

    def takes(self, annotation: Any) -> bool:
        plain = unwrap(annotation)
        return super().takes(annotation) or (typing.get_origin(plain) or plain) is list

    def write(
        self, value: Any, file: BinaryIO, annotation: Any, compression: str | None
    ) -> Mapping[str, Any]:
        if not isinstance(value, list):
            return super().write(value, file, annotation, compression)
        with compressed(file, compression) as target:
            _write_lines(value, target)
        return {"rows": len(value)}

    def read(self, file: BinaryIO, wanted: Any, compression: str | None) -> Any:
        if frame_type_of(wanted) is not None:
            return super().read(file, wanted, compression)
        with file, decompressed(file, compression) as source:
            return msgspec.json.Decoder(_element(wanted)).decode_lines(source.read())

    def write_batches(self, schema: Any, tables: Iterable[Any], file: BinaryIO, codec: str | None) -> None:
        for table in tables:
            for batch in table.to_batches(_LINES):
                _write_lines(batch.to_pylist(), file)

    def read_batches(self, file: BinaryIO) -> tuple[Any, Iterator[Any]]:
        import pyarrow.json

        reader = pyarrow.json.open_json(file)
        return reader.schema, iter(reader)

    def scan(self, path: str) -> Any:
        import polars

        return polars.scan_ndjson(path)


def _write_lines(rows: list[Any], file: BinaryIO) -> None:
    encoder = msgspec.json.Encoder()
    for start in range(0, len(rows), _LINES):
        try:
            file.write(encoder.encode_lines(rows[start : start + _LINES]))
        except (TypeError, ValueError, msgspec.MsgspecError) as error:
            raise ValueNotStorableError(f"JSON has no form for a value in these rows: {error}.") from error


def _encode(value: Any) -> bytes:
    try:
        return msgspec.json.encode(value)
    except (TypeError, ValueError, msgspec.MsgspecError) as error:
        raise ValueNotStorableError(f"JSON has no form for this {type(value).__name__}: {error}.") from error


def _decode(text: bytes, annotation: Any) -> Any:
    try:
        return msgspec.json.decode(text, type=_typed(annotation))
    except msgspec.ValidationError:
        return msgspec.json.decode(text)


def _typed(annotation: Any) -> Any:
    """The annotation where JSON can be read as it; Any where it cannot."""
    try:
        msgspec.json.Decoder(annotation)
    except TypeError:
        return Any
    return annotation


def _element(annotation: Any) -> Any:
    arguments = typing.get_args(unwrap(annotation))
    return _typed(arguments[0]) if arguments and not isinstance(arguments[0], types.EllipsisType) else Any
