"""What a writer of tables asks of a database: statements, and the questions that databases answer differently."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from headwater.io.select import MARK, build_condition, quote, quote_table
from headwater.io.sql import Rendered
from headwater.io.table_slice import TableSlice
from headwater.model.errors import CheckError

Columns = dict[str, str]
"""The columns of a table, and their types as the database calls them."""


class SqlTables(ABC):
    """A kind of database whose tables :func:`write_rows` writes, over a connection that it is given."""

    storage_kind: str
    """What the database is called in metadata."""

    @property
    @abstractmethod
    def errors(self) -> type[Exception]:
        """What it raises for a statement that it cannot run."""

    @abstractmethod
    def run(self, connection: Any, statement: str, values: Sequence[Any] = ()) -> int:
        """Run a statement, in which :data:`MARK` stands for each value; the number of rows that it wrote."""

    @abstractmethod
    def fetch(self, connection: Any, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query."""

    @abstractmethod
    def columns_of_query(self, connection: Any, rows: Rendered) -> Columns:
        """The columns of a query."""

    @abstractmethod
    def columns_of_table(self, connection: Any, table_slice: TableSlice) -> Columns | None:
        """The columns of a table, None where there is none."""

    def qualified(self, connection: Any, table_slice: TableSlice) -> TableSlice:
        """A table of the database of the connection, named so that no other is meant."""
        return table_slice

    def lock(self, connection: Any, table_slice: TableSlice) -> None:
        """Keep other writers of the table out until the transaction ends, where the connection does not do so."""
        return

    @abstractmethod
    def create_or_replace(self, connection: Any, table_slice: TableSlice, rows: Rendered) -> int:
        """Make the table of a query, in the place of the one before."""

    @abstractmethod
    def set_aside(self, connection: Any, rows: Rendered) -> Rendered:
        """Keep the rows of a query within the connection, so that it runs once only."""

    @abstractmethod
    def keeps(self, connection: Any, rows: Rendered, column: str, there: str) -> bool:
        """Whether all values of a column keep their meaning in a column of the type ``there``."""

    @abstractmethod
    def widened(self, connection: Any, table_slice: TableSlice, column: str, rows: Rendered) -> str | None:
        """The type that holds the values of the table and of the query without loss, None where there is none."""

    def delete(self, connection: Any, table_slice: TableSlice) -> None:
        """Delete the rows of the slice, if the table is there."""
        if self.columns_of_table(connection, table_slice) is not None:
            condition, values = build_condition(table_slice.partition_dimensions, MARK)
            self.run(connection, f"DELETE FROM {quote_table(table_slice)}{condition}", values)

    def count(self, connection: Any, table_slice: TableSlice) -> int:
        """The number of rows in a slice."""
        condition, values = build_condition(table_slice.partition_dimensions, MARK)
        [(rows,)] = self.fetch(
            connection, f"SELECT count(*) FROM {quote_table(table_slice)}{condition}", values
        )
        return int(rows)

    def spelt(self, columns: Mapping[str, str]) -> dict[str, str]:
        """How the columns are spelt, by the spelling that the database takes for the same."""
        return {name: name for name in columns}


def select_rows(tables: SqlTables, connection: Any, table_slice: TableSlice) -> Rendered:
    """The query for the rows and columns of a slice.

    Raises :class:`FileNotFoundError` where there is no such table, :class:`CheckError` for a column that it lacks.
    """
    there = tables.columns_of_table(connection, table_slice)
    table = quote_table(table_slice)
    if there is None:
        raise FileNotFoundError(table)
    spelt = {key.lower(): name for key, name in tables.spelt(there).items()}
    missing = [name for name in table_slice.columns or () if name.lower() not in spelt]
    if missing:
        raise CheckError(
            f"The table {table} has no column {', '.join(map(repr, missing))}, which the metadata of the input names. It "
            f"has {', '.join(map(repr, there))}."
        )
    columns = ", ".join(quote(spelt[name.lower()]) for name in table_slice.columns or ()) or "*"
    condition, values = build_condition(table_slice.partition_dimensions, MARK)
    return Rendered(f"SELECT {columns} FROM {table}{condition}", values)
