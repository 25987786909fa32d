"""Expressions of Ibis as values: compiled to SQL and run inside the database, so that no row passes through Python.

An input annotated ``ibis.Table`` is a table without a connection, which knows in whose database it lies.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

from headwater.definitions.io_context import InputContext, OutputContext
from headwater.io.db_io_manager import DbTypeHandler
from headwater.io.lake_condition import build_conditions
from headwater.io.sql import Rendered
from headwater.io.sql_tables import SqlTables, select_rows
from headwater.io.subject import subject_of
from headwater.io.table import TableReader
from headwater.io.table_slice import TableSlice
from headwater.io.table_write import write_rows
from headwater.model.errors import (
    CheckError,
    DagsterInvariantViolationError,
    ValueNotStorableError,
    ValueTypeError,
)

_places = set[str]()
"""The databases whose tables this process has handed out; within an expression each is named as the catalog."""


class IbisHandler(DbTypeHandler[Any]):
    """Stores the rows of an expression by running it inside the database; loads a table as one without a connection.

    What is bound to another connection, or held in memory, is computed there, and its rows are carried over by ``frames``,
    as one table of Arrow.
    """

    writes_by_options = True

    def __init__(self, tables: SqlTables, database: TableReader, frames: DbTypeHandler[Any]) -> None:
        self._tables = tables
        self._database = database
        self._frames = frames

    def handle_output(
        self, context: OutputContext, table_slice: TableSlice, obj: Any, connection: Any
    ) -> Mapping[str, Any] | None:
        """Run the expression and store what it gives."""
        from ibis.expr import operations as ops

        bound = obj.op().find((ops.DatabaseTable, ops.SQLQueryResult, ops.InMemoryTable))
        if bound:
            if obj.op().find(ops.UnboundTable):
                raise ValueTypeError(
                    f"{subject_of(context)} is an expression over tables of {self._database.place} and over others, which "
                    "are in memory or belong to a connection. Store those first, and take them as inputs annotated "
                    "ibis.Table; or compute all of it yourself, and return a frame."
                )
            return self._frames.handle_output(context, table_slice, obj.to_pyarrow(), connection)
        rows = Rendered(self._compiled(obj, connection), costly=True)
        try:
            return write_rows(self._tables, connection, context, table_slice, rows)
        except self._tables.errors as error:
            raise ValueNotStorableError(f"Its query failed: {error}") from error

    def load_input(self, context: InputContext, table_slice: TableSlice, connection: Any) -> Any:
        """The table, without a connection; of some partitions the condition that selects them."""
        import ibis
        from ibis.expr import operations as ops

        whole = table_slice._replace(columns=None, partition_dimensions=None)
        types = self._tables.columns_of_query(connection, select_rows(self._tables, connection, whole))
        mapper = self._compiler.type_mapper
        schema = ibis.schema({name: mapper.from_string(type_) for name, type_ in types.items()})
        place = self._database.place
        _places.add(place)
        namespace = ops.Namespace(catalog=place, database=table_slice.schema)
        table = ops.UnboundTable(table_slice.table, schema, namespace=namespace).to_expr()
        for condition in build_conditions(table_slice, schema.to_pyarrow()):
            table = table.filter(_condition(table[condition.column], condition))
        return table.select(*_known(table_slice, table.columns)) if table_slice.columns else table

    @property
    def supported_types(self) -> Sequence[type[Any]]:
        """None that would need Ibis to be loaded."""
        return []

    @property
    def names(self) -> Sequence[str]:
        """The name of the type."""
        return ["ibis.Table"]

    def takes(self, wanted: Any) -> bool:
        """Whether it is the type of tables, which all expressions of rows have."""
        return isinstance(wanted, type) and any(
            each.__name__ == "Table" and each.__module__.partition(".")[0] == "ibis"
            for each in wanted.__mro__
        )

    def _compiled(self, expression: Any, connection: Any) -> str:
        """The SQL for an expression, with its tables as the connection names them.

        Raises :class:`DagsterInvariantViolationError` for a table of another database.
        """
        import sqlglot

        tree = self._compiler.to_sqlglot(expression)
        for table in tree.find_all(sqlglot.exp.Table):
            if table.catalog == self._database.place:
                named = self._tables.qualified(connection, TableSlice(table.name, table.db)).catalog
                catalog = sqlglot.to_identifier(named, quoted=True) if named else None
                table.set("catalog", catalog)
            elif table.catalog in _places:
                raise DagsterInvariantViolationError(
                    f"The table {table.db}.{table.name} lies in {table.catalog}, and the expression runs in "
                    f"{self._database.place}. An expression reads tables of its own database; take that input as a frame, "
                    "or store both in the same database."
                )
        return str(tree.sql(dialect=self._compiler.dialect))

    @property
    def _compiler(self) -> Any:
        """What makes SQL of expressions for the kind of database."""
        return importlib.import_module(f"ibis.backends.sql.compilers.{self._tables.storage_kind}").compiler


def _condition(column: Any, condition: Any) -> Any:
    """A condition on the rows of some partitions, as Ibis says it."""
    import ibis

    found = (
        column.isin([ibis.literal(value) for value in condition.values])
        if condition.values
        else ibis.literal(False)
    )
    for start, end in condition.spans:
        first, last = (ibis.literal(bound).cast(column.type()) for bound in (start, end))
        found = found | ((column >= first) & (column < last))
    return found


def _known(table_slice: TableSlice, columns: Sequence[str]) -> Sequence[str]:
    missing = [name for name in table_slice.columns or () if name not in columns]
    if missing:
        raise CheckError(
            f"The table {table_slice.table} has no column {', '.join(map(repr, missing))}, which the metadata of the input "
            f"names. It has {', '.join(map(repr, columns))}."
        )
    return table_slice.columns or ()
