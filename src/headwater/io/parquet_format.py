"""Frames as Parquet files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from headwater.io.frame_format import FrameFormat
from headwater.model.errors import ValueNotStorableError


class ParquetFormat(FrameFormat):
    """Column by column and compressed; all types of Arrow come back as they were."""

    name = "parquet"
    extension = ".parquet"
    codecs = own_codecs = ("snappy", "zstd", "gzip", "lz4", "brotli", "none")

    def write_batches(self, schema: Any, tables: Iterable[Any], file: BinaryIO, codec: str | None) -> None:
        import pyarrow as pa
        import pyarrow.parquet

        try:
            with pyarrow.parquet.ParquetWriter(file, schema, compression=codec or "snappy") as writer:
                for table in tables:
                    writer.write_table(table)
        except pa.ArrowNotImplementedError as error:
            raise ValueNotStorableError(f"Parquet has no type for a column of this frame: {error}") from error

    def read_table(self, file: BinaryIO) -> Any:
        import pyarrow.parquet

        return pyarrow.parquet.ParquetFile(file).read()

    def read_batches(self, file: BinaryIO) -> tuple[Any, Iterator[Any]]:
        import pyarrow.parquet

        opened = pyarrow.parquet.ParquetFile(file)
        return opened.schema_arrow, opened.iter_batches()

    def scan(self, path: str) -> Any:
        import polars

        return polars.scan_parquet(path)
