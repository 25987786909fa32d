"""A stream that has been read to its end and can be read again: in memory while it is small, then on the disk.

It stands between the code of users and a database, in both directions. No database is kept open, nor a file
locked, while a user's generator thinks.
"""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from typing import Any

from headwater.io.frame import FrameType, from_batches, from_table, row_groups

_BYTES_IN_MEMORY = 16 * 2**20


class Spool:
    """The batches of a stream, as often as they are wanted. Its file goes with it.

    >>> spool = Spool(reader.schema, reader)  # doctest: +SKIP
    >>> sum(batch.num_rows for batch in spool.reader())  # doctest: +SKIP
    """

    def __init__(self, schema: Any, batches: Iterable[Any]) -> None:
        self.schema = schema
        self.rows = 0
        self._held: list[Any] = []
        self._path: str | None = None
        self._fill(iter(batches))

    @classmethod
    def of_table(cls, table: Any) -> Spool:
        """A whole table, which is in memory anyway."""
        spool = cls(table.schema, ())
        spool.rows, spool._held = table.num_rows, table.combine_chunks().to_batches()
        return spool

    def _fill(self, batches: Iterator[Any]) -> None:
        size = 0
        for batch in batches:
            self._held.append(batch)
            self.rows += batch.num_rows
            size += batch.nbytes
            if size > _BYTES_IN_MEMORY:
                self._spill(batches)
                return

    def _spill(self, rest: Iterator[Any]) -> None:
        import pyarrow as pa

        handle, self._path = tempfile.mkstemp(prefix="headwater-", suffix=".arrow")
        weakref.finalize(self, _remove, self._path)
        os.close(handle)
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        held, self._held = self._held, []
        with (
            pa.OSFile(self._path, "wb") as file,
            pa.ipc.new_stream(file, self.schema, options=options) as writer,
        ):
            for batch in held:
                writer.write_batch(batch)
            held.clear()
            for batch in rest:
                self.rows += batch.num_rows
                writer.write_batch(batch)

    def reader(self) -> Any:
        """A new reader, from the beginning."""
        import pyarrow as pa

        return pa.RecordBatchReader.from_batches(self.schema, self._batches())

    def _batches(self) -> Iterator[Any]:
        import pyarrow as pa

        if self._path is None:
            yield from self._held
            return
        with pa.OSFile(self._path, "rb") as file, pa.ipc.open_stream(file) as reader:
            yield from reader

    def tables(self) -> Iterator[Any]:
        """The rows as tables of a size that is worth the trouble: one, if they are in memory."""
        if self._path is None:
            import pyarrow as pa

            yield pa.Table.from_batches(self._held, self.schema)
            return
        yield from row_groups(self._batches())

    def frame(self, wanted: FrameType) -> Any:
        """The rows as what is wanted."""
        if wanted.form != "batches":
            return from_batches(self.schema, self._batches(), wanted)
        if wanted.library == "batch":
            return (batch for table in self.tables() for batch in table.to_batches())
        return (from_table(table, wanted.library) for table in self.tables())

    def lazy(self) -> Any:
        """A lazy frame of polars: columns, rows and conditions are narrowed as the frames are read."""
        import polars
        from polars.io.plugins import register_io_source

        def read(columns: Any, predicate: Any, rows: int | None, batch_size: int | None) -> Iterator[Any]:
            left = self.rows if rows is None else rows
            for table in self.tables():
                frame = polars.DataFrame(table if columns is None else table.select(columns)).head(left)
                left -= frame.height
                yield frame if predicate is None else frame.filter(predicate)
                if left <= 0:
                    return

        return register_io_source(read, schema=polars.DataFrame(self.schema.empty_table()).schema)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """The stream as other libraries take it."""
        return self.reader().__arrow_c_stream__(requested_schema)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
