"""What a writer of tables asks of a database: statements, and the questions that databases answer differently."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from headwater.io.select import MARK, build_condition, names_of, quote
from headwater.io.sql import Rendered
from headwater.io.table_slice import TableSlice
from headwater.model.errors import CheckError

Columns = dict[str, str]
"""The columns of a table, and their types as the database calls them."""


class SqlTables(ABC):
    """A kind of database whose tables :func:`write_rows` writes, over a connection that it is given."""

    storage_kind: str
    """What the database is called in metadata."""

    text_type = "TEXT"
    integer_type = "BIGINT"

    makes_tables_in_transactions = True
    """Whether the making and changing of tables belongs to the transaction of a connection, as rows do."""

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

    # -- names -----------------------------------------------------------------------------------------------

    def quote(self, name: str) -> str:
        """A name as SQL, whatever characters it has."""
        return quote(name)

    def fold(self, name: str) -> str:
        """What names have in common that the database takes for the same."""
        return name

    def spelt(self, columns: Mapping[str, str]) -> dict[str, str]:
        """How columns are spelt, by what :meth:`fold` makes of their names."""
        return {self.fold(name): name for name in columns}

    def quote_table(self, table_slice: TableSlice) -> str:
        """Schema and table as SQL."""
        return ".".join(map(self.quote, names_of(table_slice)))

    def quote_schema(self, table_slice: TableSlice) -> str:
        """The schema as SQL."""
        return ".".join(map(self.quote, names_of(table_slice)[:-1]))

    # -- statements ------------------------------------------------------------------------------------------

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
    def set_aside(self, connection: Any, table_slice: TableSlice, rows: Rendered) -> Rendered:
        """Keep the rows of a query for a table within the connection, so that it runs once only."""

    @abstractmethod
    def keeps(self, connection: Any, rows: Rendered, column: str, there: str) -> bool:
        """Whether all values of a column keep their meaning in a column of the type ``there``."""

    @abstractmethod
    def widened(self, connection: Any, table_slice: TableSlice, column: str, rows: Rendered) -> str | None:
        """The type that holds the values of the table and of the query without loss, None where there is none."""

    def delete(self, connection: Any, table_slice: TableSlice) -> None:
        """Delete the rows of the slice, if the table is there."""
        if self.columns_of_table(connection, table_slice) is not None:
            self.run(connection, *self.deletion(table_slice)[:2])

    def count(self, connection: Any, table_slice: TableSlice) -> int:
        """The number of rows in a slice."""
        condition, values = build_condition(table_slice.partition_dimensions, MARK)
        [(rows,)] = self.fetch(
            connection, f"SELECT count(*) FROM {self.quote_table(table_slice)}{condition}", values
        )
        return int(rows)

    def deletion(self, table_slice: TableSlice) -> Rendered:
        """The statement that deletes the rows of a slice."""
        condition, values = build_condition(table_slice.partition_dimensions, MARK)
        return Rendered(f"DELETE FROM {self.quote_table(table_slice)}{condition}", values)

    def insertion(
        self, table_slice: TableSlice, columns: Mapping[str, str], rows: Rendered, condition: str = ""
    ) -> Rendered:
        """The statement that inserts the rows of a query: ``columns`` has the table's name for each name of the query."""
        theirs, ours = ", ".join(map(self.quote, columns.values())), ", ".join(map(self.quote, columns))
        return Rendered(
            f"INSERT INTO {self.quote_table(table_slice)} ({theirs}) SELECT {ours} FROM ({rows.text}) AS "
            f"new_rows{condition}",
            rows.values,
        )

    def run_all(self, connection: Any, statements: Sequence[Rendered]) -> list[int]:
        """Run statements that only count together; the number of rows that each wrote."""
        return [self.run(connection, each.text, each.values) for each in statements]

    def add(
        self,
        connection: Any,
        table_slice: TableSlice,
        columns: Mapping[str, str],
        rows: Rendered,
        note: Rendered | None = None,
    ) -> int:
        """Insert the rows of a query; with ``note``, a statement that keeps in mind that this was done."""
        return self.run_all(
            connection,
            [self.insertion(table_slice, columns, rows), *([] if note is None else [note])],
        )[0]

    def replace(
        self, connection: Any, table_slice: TableSlice, columns: Mapping[str, str], rows: Rendered
    ) -> int:
        """Put the rows of a query in the place of those of the slice; how many there are."""
        statements = [self.deletion(table_slice), self.insertion(table_slice, columns, rows)]
        return self.run_all(connection, statements)[-1]

    def merge(
        self,
        connection: Any,
        table_slice: TableSlice,
        columns: Mapping[str, str],
        keys: Sequence[str],
        rows: Rendered,
    ) -> tuple[int, int]:
        """Update the rows of the same ``keys``, as the query calls them, and insert the others; how many of either,
        those that are new first."""
        quoted = {ours: (self.quote(theirs), self.quote(ours)) for ours, theirs in columns.items()}
        same = " AND ".join(f"old.{quoted[key][0]} = new_rows.{quoted[key][1]}" for key in keys)
        changed = [f"{theirs} = new_rows.{own}" for ours, (theirs, own) in quoted.items() if ours not in keys]
        table, updated = self.quote_table(table_slice), 0
        if changed:
            statement = (
                f"UPDATE {table} AS old SET {', '.join(changed)} FROM ({rows.text}) AS new_rows WHERE {same}"
            )
            updated = self.run(connection, statement, rows.values)
        new = f" WHERE NOT EXISTS (SELECT 1 FROM {table} AS old WHERE {same})"
        return self.run(connection, *self.insertion(table_slice, columns, rows, new)[:2]), updated

    def changed_type(self, table_slice: TableSlice, column: str, wide: str) -> str:
        """The statement that gives a column a type which holds all its values."""
        return f"ALTER TABLE {self.quote_table(table_slice)} ALTER COLUMN {self.quote(column)} TYPE {wide}"


def select_rows(tables: SqlTables, connection: Any, table_slice: TableSlice) -> Rendered:
    """The query for the rows and columns of a slice.

    Raises :class:`FileNotFoundError` where there is no such table, :class:`CheckError` for a column that it lacks.
    """
    there = tables.columns_of_table(connection, table_slice)
    table = tables.quote_table(table_slice)
    if there is None:
        raise FileNotFoundError(table)
    spelt = {key.lower(): name for key, name in tables.spelt(there).items()}
    missing = [name for name in table_slice.columns or () if tables.fold(name).lower() not in spelt]
    if missing:
        raise CheckError(
            f"The table {table} has no column {', '.join(map(repr, missing))}, which the metadata of the input names. It "
            f"has {', '.join(map(repr, there))}."
        )
    columns = ", ".join(tables.quote(spelt[tables.fold(name).lower()]) for name in table_slice.columns or ())
    condition, values = build_condition(table_slice.partition_dimensions, MARK)
    return Rendered(f"SELECT {columns or '*'} FROM {table}{condition}", values)
