"""A stored table as a handle: what it is called and which columns it has, and its rows only when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, LiteralString, Protocol, Self

from headwater.io.frame import FrameType
from headwater.io.select import show
from headwater.io.sql import Identifier, Sql
from headwater.model.errors import CheckError

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa


class TableReader(Protocol):
    """What reads queries of one database, each over a connection as short as the statement."""

    @property
    def place(self) -> str:
        """The database, the same for all handles of its tables."""
        ...

    def columns(self, query: Sql) -> Mapping[str, str]:
        """The columns of a query and their types."""
        ...

    def fetch(self, query: Sql) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        ...

    def frame(self, query: Sql, wanted: FrameType, origin: Identifier) -> Any:
        """The rows of a query as a frame, with the types that the table ``origin`` was stored with."""
        ...


class Table:
    """A stored table, or a part of it: annotate an input with it, and nothing is loaded.

    It may stand in a :class:`Sql`; :meth:`where`, :meth:`select` and :meth:`limit` narrow it; ``to_…`` load what is
    left.

    >>> @asset
    ... def late(flights: Table) -> pd.DataFrame:
    ...     return flights.where("delay > {minutes}", minutes=15).select("carrier", "delay").to_pandas()
    """

    def __init__(self, reader: TableReader, origin: Identifier, query: Sql | None = None) -> None:
        self._reader = reader
        self._origin = origin
        self._query = query
        self._columns: Mapping[str, str] | None = None

    @property
    def name(self) -> str:
        """Schema and table, as people write them."""
        return ".".join(map(show, self._origin.parts[-2:]))

    @property
    def place(self) -> str:
        """The database in which it lies."""
        return self._reader.place

    @property
    def is_whole(self) -> bool:
        """Whether it is the table itself and not a part of it."""
        return self._query is None

    @property
    def types(self) -> Mapping[str, str]:
        """The columns and their types, as the database calls them."""
        if self._columns is None:
            self._columns = self._reader.columns(self._rows())
        return self._columns

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self.types)

    def to_query(self) -> Sql:
        """What stands for it in a query."""
        return self._query or Sql("{table}", table=self._origin)

    # -- narrowing -----------------------------------------------------------------------------------------

    def where(self, condition: LiteralString, /, **values: object) -> Self:
        """The rows for which a condition holds, with values for its places as in :class:`Sql`."""
        return self._narrow(
            Sql("SELECT * FROM {rows} WHERE {condition}", rows=self, condition=Sql(condition, **values))
        )

    def select(self, *columns: str) -> Self:
        """Some columns. Raises :class:`CheckError` for one that there is not."""
        missing = [name for name in columns if name not in self.types]
        if missing or not columns:
            raise CheckError(f"The table {self.name} has no column {missing}. It has {self.columns}.")
        chosen = Sql("{name}", name=Identifier(columns[0]))
        for name in columns[1:]:
            chosen = Sql("{chosen}, {name}", chosen=chosen, name=Identifier(name))
        return self._narrow(Sql("SELECT {columns} FROM {rows}", columns=chosen, rows=self))

    def limit(self, rows: int) -> Self:
        """At most so many rows."""
        return self._narrow(Sql("SELECT * FROM {rows} LIMIT {limit}", rows=self, limit=int(rows)))

    def _narrow(self, query: Sql) -> Self:
        return type(self)(self._reader, self._origin, query)

    def _rows(self) -> Sql:
        return self._query or Sql("SELECT * FROM {table}", table=self._origin)

    # -- loading -------------------------------------------------------------------------------------------

    def count(self) -> int:
        """The number of rows."""
        [(rows,)] = self._reader.fetch(Sql("SELECT count(*) FROM {rows}", rows=self))
        return int(rows)

    def to_pandas(self) -> pd.DataFrame:
        """All rows as a frame of pandas."""
        return self._frame(FrameType("pandas", "whole"))  # type: ignore[no-any-return]

    def to_polars(self) -> pl.DataFrame:
        """All rows as a frame of polars."""
        return self._frame(FrameType("polars", "whole"))  # type: ignore[no-any-return]

    def to_arrow(self) -> pa.Table:
        """All rows as a table of Arrow."""
        return self._frame(FrameType("arrow", "whole"))

    def to_batches(self) -> Iterator[pa.RecordBatch]:
        """The rows batch by batch, with bounded memory."""
        yield from self._frame(FrameType("arrow", "reader"))

    def _frame(self, wanted: FrameType) -> Any:
        return self._reader.frame(self._rows(), wanted, self._origin)

    def __repr__(self) -> str:
        return f"Table({self.name!r})" if self.is_whole else f"Table({self.name!r}, {self._query!r})"
