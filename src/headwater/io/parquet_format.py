"""Frames as Parquet files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from headwater.io.frame_format import FrameFormat
from headwater.model.errors import ValueNotStorableError

_BUFFER = 2**20
"""Bytes that are read ahead of each column; without it a whole row group is."""


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

        opened = pyarrow.parquet.ParquetFile(file, buffer_size=_BUFFER)
        groups = range(opened.num_row_groups)  # one by one: what was read of the others would stay in memory
        batches = (batch for group in groups for batch in opened.iter_batches(row_groups=[group]))
        return opened.schema_arrow, batches

    def scan(self, path: str) -> Any:
        import polars

        return polars.scan_parquet(path)
