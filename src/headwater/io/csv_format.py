"""Frames as CSV files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from headwater.io.frame_format import FrameFormat
from headwater.model.errors import ValueNotStorableError


class CsvFormat(FrameFormat):
    """Text with commas and a line of names. A reader guesses the types of the columns anew: it is for exchange."""

    name = "csv"
    extension = ".csv"

    def write_batches(self, schema: Any, tables: Iterable[Any], file: BinaryIO, codec: str | None) -> None:
        import pyarrow as pa
        import pyarrow.csv

        nested = [field.name for field in schema if pa.types.is_nested(field.type)]
        if nested:
            raise ValueNotStorableError(
                f"CSV has no form for nested columns ({', '.join(nested)}). Store it as parquet or jsonl."
            )
        with pyarrow.csv.CSVWriter(file, schema) as writer:
            for table in tables:
                writer.write_table(table)

    def read_table(self, file: BinaryIO) -> Any:
        import pyarrow.csv

        return pyarrow.csv.read_csv(file)

    def read_batches(self, file: BinaryIO) -> tuple[Any, Iterator[Any]]:
        import pyarrow.csv

        reader = pyarrow.csv.open_csv(file)
        return reader.schema, iter(reader)

    def scan(self, path: str) -> Any:
        import polars

        return polars.scan_csv(path, try_parse_dates=True)
