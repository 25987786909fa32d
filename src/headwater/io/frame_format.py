"""What formats for rows and columns share: each says how batches are written and read, and libraries follow from that."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Any, BinaryIO

from headwater.io.compression import compressed, decompressed
from headwater.io.file_format import FileFormat
from headwater.io.frame import (
    FrameType,
    frame_type_of,
    frame_type_of_value,
    from_batches,
    from_table,
    lazy_while_held,
    row_groups,
    to_reader,
    to_table,
)
from headwater.model.errors import ValueNotStorableError


class FrameFormat(FileFormat):
    """Frames of pandas, polars and Arrow: whole, lazily, as a reader, or batch by batch with bounded memory."""

    of_frames = True
    own_codecs: tuple[str, ...] = ()
    """Compressions that the format does itself, so that its files can be read in parts."""

    @abstractmethod
    def write_batches(self, schema: Any, tables: Iterable[Any], file: BinaryIO, codec: str | None) -> None:
        """Write the Arrow tables, one after the other."""

    @abstractmethod
    def read_batches(self, file: BinaryIO) -> tuple[Any, Iterator[Any]]:
        """The Arrow schema, and the batches as they are asked for."""

    @abstractmethod
    def scan(self, path: str) -> Any:
        """A lazy frame of polars over the file."""

    def read_table(self, file: BinaryIO) -> Any:
        """All rows as an Arrow table."""
        import pyarrow as pa

        schema, batches = self.read_batches(file)
        return pa.Table.from_batches(batches, schema)

    def takes(self, annotation: Any) -> bool:
        return frame_type_of(annotation) is not None

    def is_stream(self, wanted: Any) -> bool:
        kind = frame_type_of(wanted)
        return kind is not None and kind.form != "whole"

    # -- writing -------------------------------------------------------------------------------------------

    def write(
        self, value: Any, file: BinaryIO, annotation: Any, compression: str | None
    ) -> Mapping[str, Any]:
        kind = frame_type_of_value(value)
        if kind is None:
            raise ValueNotStorableError(
                f"It is a {type(value).__name__}, and a {self.name} file holds a frame of pandas, polars or Arrow, or an "
                "iterator of frames."
            )
        codec = compression if compression in self.own_codecs else None
        with compressed(file, None if codec else compression) as target:
            if kind.form == "whole":
                return self._write_whole(to_table(value), target, codec)
            return self._write_stream(to_reader(value), target, codec)

    def _write_whole(self, table: Any, file: BinaryIO, codec: str | None) -> Mapping[str, Any]:
        self.write_batches(table.schema, [table], file, codec)
        return _known(table.num_rows, table.schema)

    def _write_stream(self, reader: Any, file: BinaryIO, codec: str | None) -> Mapping[str, Any]:
        rows = 0

        def counted() -> Generator[Any, None, None]:
            nonlocal rows
            for table in row_groups(reader):
                rows += table.num_rows
                yield table

        self.write_batches(reader.schema, counted(), file, codec)
        return _known(rows, reader.schema)

    # -- reading -------------------------------------------------------------------------------------------

    def read(self, file: BinaryIO, wanted: Any, compression: str | None) -> Any:
        kind = frame_type_of(wanted) or FrameType("arrow", "whole")
        outer = None if compression in self.own_codecs else compression
        if kind.form == "whole":
            with file, decompressed(file, outer) as source:
                return from_table(self.read_table(source), kind.library)
        if kind.form == "lazy":
            return self._read_lazily(file, outer)
        stream = _OpenBatches(self, file, outer)
        return from_batches(stream.schema, iter(stream), kind)

    def _read_lazily(self, file: BinaryIO, outer: str | None) -> Any:
        path = getattr(file, "name", None)
        if outer is not None or not isinstance(path, str):
            stream = _OpenBatches(self, file, outer)
            return from_batches(stream.schema, iter(stream), FrameType("polars", "whole")).lazy()
        if hasattr(file, "delete"):  # a temporary file, which is there while somebody has it
            return lazy_while_held(file, lambda: self.scan(path))
        with file:
            return self.scan(path)


class _OpenBatches:
    """The batches of a file, which is closed after the last."""

    def __init__(self, form: FrameFormat, file: BinaryIO, outer: str | None) -> None:
        self._file = file
        self._opened = decompressed(file, outer)
        self.schema, self._batches = form.read_batches(self._opened.__enter__())

    def __iter__(self) -> Iterator[Any]:
        try:
            yield from self._batches
        finally:
            self._opened.__exit__(None, None, None)
            self._file.close()


def _known(rows: int, schema: Any) -> Mapping[str, Any]:
    return {"rows": rows, "schema": {field.name: str(field.type) for field in schema}}
