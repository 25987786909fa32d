"""Statements that warehouses have in common: one that publishes is atomic by itself, and rows are merged by MERGE."""

from __future__ import annotations

import uuid
import weakref
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from headwater.io.sql import Rendered
from headwater.io.sql_tables import Columns, SqlTables
from headwater.io.table_slice import TableSlice
from headwater.io.warehouse_types import WarehouseTypes

STAGED = "headwater_staged_"
"""What the names of tables begin with that hold rows on their way."""


class WarehouseSql(SqlTables):
    """A kind of warehouse. It makes tables by statements of their own, not within transactions.

    What a write has put aside is dropped with its connection; what a process that died has left behind, the warehouse
    itself forgets where it can.
    """

    makes_tables_in_transactions = False
    types: WarehouseTypes

    def __init__(self) -> None:
        self._aside: weakref.WeakKeyDictionary[Any, list[Callable[[], object]]] = weakref.WeakKeyDictionary()

    # -- what each has its own way for -----------------------------------------------------------------------

    @abstractmethod
    def upload(self, connection: Any, table_slice: TableSlice, path: str, types: Mapping[str, str]) -> str:
        """Upload a Parquet file for a table; what stands for its rows after FROM. ``types`` are those of its columns."""

    @abstractmethod
    def batches(self, connection: Any, rows: Rendered) -> tuple[Any, Iterator[Any]]:
        """The Arrow schema of a query, and its rows."""

    @abstractmethod
    def merged(self, connection: Any, statement: Rendered) -> tuple[int, int]:
        """Run a MERGE; how many rows it inserted and updated."""

    @abstractmethod
    def read_comment(self, connection: Any, table_slice: TableSlice) -> str | None:
        """The comment of a table, None where it has none."""

    @abstractmethod
    def write_comment(self, connection: Any, table_slice: TableSlice, text: str) -> None:
        """Give a table a comment."""

    def uploaded(self, column: str) -> str:
        """A column of an uploaded file, as SQL."""
        return column

    # -- what is put aside -----------------------------------------------------------------------------------

    def staged_slice(self, table_slice: TableSlice) -> TableSlice:
        """A table of a new name, beside the one that is written."""
        return TableSlice(STAGED + uuid.uuid4().hex, table_slice.schema, catalog=table_slice.catalog)

    def drop_later(self, connection: Any, drop: Callable[[], object]) -> None:
        """Drop something when the connection ends."""
        self._aside.setdefault(connection, []).append(drop)

    def drop_aside(self, connection: Any) -> None:
        """Drop what was put aside."""
        for drop in self._aside.pop(connection, []):
            drop()

    def set_aside(self, connection: Any, table_slice: TableSlice, rows: Rendered) -> Rendered:
        """Keep the rows of a query in a table of a name of its own."""
        staged = self.quote_table(self.staged_slice(table_slice))
        self.run(connection, f"CREATE TABLE {staged} AS {rows.text}", rows.values)
        self.drop_later(connection, lambda: self.run(connection, f"DROP TABLE IF EXISTS {staged}"))
        return Rendered(f"SELECT * FROM {staged}")

    # -- writing ---------------------------------------------------------------------------------------------

    def create_or_replace(self, connection: Any, table_slice: TableSlice, rows: Rendered) -> int:
        """Make the table of a query, in the place of the one before, by one statement."""
        table = self.quote_table(table_slice)
        self.run(connection, f"CREATE OR REPLACE TABLE {table} AS {rows.text}", rows.values)
        return self.count(connection, table_slice._replace(partition_dimensions=None))

    def merge(
        self,
        connection: Any,
        table_slice: TableSlice,
        columns: Mapping[str, str],
        keys: Sequence[str],
        rows: Rendered,
    ) -> tuple[int, int]:
        """Update the rows of the same keys and insert the others, by one statement."""
        same = " AND ".join(f"old.{self.quote(columns[key])} = new_rows.{self.quote(key)}" for key in keys)
        changed = ", ".join(
            f"{self.quote(theirs)} = new_rows.{self.quote(ours)}"
            for ours, theirs in columns.items()
            if ours not in keys
        )
        update = f"WHEN MATCHED THEN UPDATE SET {changed} " if changed else ""
        statement = self.merging(table_slice, columns, rows, same, update)
        return self.merged(connection, statement)

    def merging(
        self, table_slice: TableSlice, columns: Mapping[str, str], rows: Rendered, same: str, then: str
    ) -> Rendered:
        """A MERGE that inserts all rows for which ``same`` does not hold, and has further clauses."""
        theirs = ", ".join(map(self.quote, columns.values()))
        ours = ", ".join(f"new_rows.{self.quote(name)}" for name in columns)
        return Rendered(
            f"MERGE INTO {self.quote_table(table_slice)} AS old USING ({rows.text}) AS new_rows ON {same} {then}"
            f"WHEN NOT MATCHED THEN INSERT ({theirs}) VALUES ({ours})",
            rows.values,
        )

    # -- types -----------------------------------------------------------------------------------------------

    def keeps(self, connection: Any, rows: Rendered, column: str, there: str) -> bool:
        """Whether all values of a column keep their meaning in a column of the type ``there``: by its type, or since it
        has none."""
        if self.types.holds(there, self.columns_of_query(connection, rows)[column]):
            return True
        query = f"SELECT count({self.quote(column)}) FROM ({rows.text}) AS new_rows"
        return self.fetch(connection, query, rows.values) == [(0,)]

    def widened(self, connection: Any, table_slice: TableSlice, column: str, rows: Rendered) -> str | None:
        """The new type where it holds that of the table, None where it does not."""
        before: Columns = self.columns_of_table(connection, table_slice) or {}
        now = self.columns_of_query(connection, rows)[column]
        return now if self.types.holds(now, before[self.spelt(before)[self.fold(column)]]) else None
