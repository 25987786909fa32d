"""Rows into a table, within one transaction: in the place of others, beside them, or merged with them by keys.

The rows are a query of the same connection, whatever they come from: a frame that the database sees, a staged
file, or SQL over tables that lie there already.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from headwater.definitions.io_context import EPHEMERAL_RUN_ID, OutputContext
from headwater.io.schema_change import apply_contract
from headwater.io.select import MARK, quote, quote_schema, quote_table
from headwater.io.sql import Rendered
from headwater.io.sql_tables import Columns, SqlTables
from headwater.io.subject import subject_of
from headwater.io.table_options import TableOptions, table_options_in
from headwater.io.table_slice import TableSlice
from headwater.model.errors import CheckError, ValueNotStorableError
from headwater.model.table import TableColumn, TableSchema

_LEDGER = TableSlice("appended", "headwater")
_ROOT_RUN = "dagster/root_run_id"


class Written(NamedTuple):
    """What a write has done: rows inserted and updated; how many are of no partition of the slice; or nothing,
    since it had been done before."""

    inserted: int
    updated: int = 0
    outside: int = 0
    repeated: bool = False


def write_rows(
    tables: SqlTables,
    connection: Any,
    context: OutputContext,
    table_slice: TableSlice,
    rows: Rendered,
) -> Mapping[str, Any]:
    """Write the rows of a query to the table of an output as its options say, and return metadata about it.

    Raises :class:`SchemaChangedError` and :class:`ValueNotStorableError`.
    """
    options = table_options_in(context.definition_metadata)
    writer = _Writer(tables, connection, context, table_slice, options)
    written = writer.write(rows)
    _tell(context, written)
    return writer.metadata(written)


def _tell(context: OutputContext, written: Written) -> None:
    if written.repeated:
        context.log.warning(
            f"{subject_of(context)} has been appended by this run before, so it is not appended again. What was "
            "appended first stays."
        )
    if written.outside:
        context.log.warning(
            f"{written.outside} of the {written.inserted} rows of {subject_of(context)} do not belong to its partition, "
            "going by its partition_expr. They stay when the partition is made again."
        )


class _Writer:
    """One write."""

    def __init__(
        self,
        tables: SqlTables,
        connection: Any,
        context: OutputContext,
        table_slice: TableSlice,
        options: TableOptions,
    ) -> None:
        self.tables = tables
        self.connection = connection
        self.context = context
        self.slice = table_slice
        self.options = options
        self.table = quote_table(table_slice)

    def write(self, rows: Rendered) -> Written:
        mode = self.options.write_mode
        self.tables.lock(self.connection, self.slice)
        if mode == "append" and self._was_appended():
            return Written(0, repeated=True)
        exists = self.tables.columns_of_table(self.connection, self.slice) is not None
        if mode == "merge":
            rows = self._once(rows)
            self._check_keys(rows)
        written = self._into_table(rows, mode) if exists else self._new_table(rows)
        if mode == "append":
            self._note_appended(written.inserted)
        return written

    def metadata(self, written: Written) -> Mapping[str, Any]:
        """What is recorded: rows and columns of the table, and how it was written."""
        partial = self.slice.partition_dimensions is not None
        label = "dagster/partition_row_count" if partial else "dagster/row_count"
        columns = self.tables.columns_of_table(self.connection, self.slice) or {}
        told: dict[str, Any] = {
            label: self._rows(written),
            "dagster/storage_kind": self.tables.storage_kind,
            "dagster/column_schema": TableSchema(
                columns=[TableColumn(name, type_) for name, type_ in columns.items()]
            ),
        }
        if self.options.write_mode != "replace":
            told["headwater/rows_inserted"] = written.inserted
        if self.options.write_mode == "merge":
            told["headwater/rows_updated"] = written.updated
        return told

    def _rows(self, written: Written) -> int:
        if self.options.write_mode == "replace":
            return written.inserted
        return self.tables.count(self.connection, self.slice)

    # -- the modes -----------------------------------------------------------------------------------------

    def _new_table(self, rows: Rendered) -> Written:
        inserted = self.tables.create_or_replace(self.connection, self.slice, rows)
        return Written(inserted, outside=self._outside(inserted))

    def _into_table(self, rows: Rendered, mode: str) -> Written:
        whole = mode == "replace" and self.slice.partition_dimensions is None
        contract = self.options.contract_for(whole=whole)
        if whole and contract == "replace":
            return Written(self.tables.create_or_replace(self.connection, self.slice, rows))
        now = self.tables.columns_of_query(self.connection, rows)
        if now != self.tables.columns_of_table(self.connection, self.slice):  # its values will be looked at
            rows = self._once(rows)
        apply_contract(self.tables, self.connection, self.slice, contract, rows, now, partial=mode == "merge")
        if mode == "merge":
            return self._merge(rows, now)
        if mode == "replace":
            self.tables.delete(self.connection, self.slice)
        before = 0 if mode == "replace" else self.tables.count(self.connection, self.slice)
        inserted = self._insert(rows, now)
        return Written(inserted, outside=self._outside(inserted, before))

    def _once(self, rows: Rendered) -> Rendered:
        """The rows of a query that is asked once only, whatever is done with them."""
        return self.tables.set_aside(self.connection, rows) if rows.costly else rows

    def _insert(self, rows: Rendered, now: Columns, condition: str = "") -> int:
        ours = ", ".join(map(quote, now))
        theirs = ", ".join(quote(self._there[key]) for key in self.tables.spelt(now))
        statement = (
            f"INSERT INTO {self.table} ({theirs}) SELECT {ours} FROM ({rows.text}) AS new_rows{condition}"
        )
        return self.tables.run(self.connection, statement, rows.values)

    @property
    def _there(self) -> Mapping[str, str]:
        """The columns of the table as it spells them."""
        return self.tables.spelt(self.tables.columns_of_table(self.connection, self.slice) or {})

    def _outside(self, inserted: int, before: int = 0) -> int:
        """How many of the rows that were inserted do not belong to the partitions of the slice."""
        if not self.slice.partition_dimensions:
            return 0
        return inserted - (self.tables.count(self.connection, self.slice) - before)

    # -- merging -------------------------------------------------------------------------------------------

    def _check_keys(self, rows: Rendered) -> None:
        """Raise :class:`ValueNotStorableError` where the keys do not tell the rows apart."""
        columns = self.tables.columns_of_query(self.connection, rows)
        missing = [key for key in self.options.keys if key not in columns]
        if missing:
            raise CheckError(
                f"{subject_of(self.context)} is merged by the columns {list(self.options.keys)}, but has no column "
                f"{missing[0]!r}. It has {list(columns)}."
            )
        keys = ", ".join(map(quote, self.options.keys))
        twice = self.tables.fetch(
            self.connection,
            f"SELECT {keys}, count(*) FROM ({rows.text}) AS new_rows GROUP BY {keys} HAVING count(*) > 1 LIMIT 1",
            rows.values,
        )
        empty = " OR ".join(f"{quote(key)} IS NULL" for key in self.options.keys)
        [(nulls,)] = self.tables.fetch(
            self.connection, f"SELECT count(*) FROM ({rows.text}) AS new_rows WHERE {empty}", rows.values
        )
        if not twice and not nulls:
            return
        found = f"{nulls} rows without one" if nulls else f"{twice[0][-1]} rows with {list(twice[0][:-1])}"
        raise ValueNotStorableError(
            f"It is merged by the key {list(self.options.keys)}, and has {found}. A key belongs to one row: drop "
            "the others, or choose other keys."
        )

    def _merge(self, rows: Rendered, now: Columns) -> Written:
        there = self._there
        columns = {there[key]: name for key, name in self.tables.spelt(now).items()}
        same = " AND ".join(f"old.{quote(key)} = new_rows.{quote(key)}" for key in self.options.keys)
        changed = [name for name, ours in columns.items() if ours not in self.options.keys]
        updated = 0
        source = f"({rows.text}) AS new_rows"
        if changed:
            values = ", ".join(f"{quote(name)} = new_rows.{quote(columns[name])}" for name in changed)
            statement = f"UPDATE {self.table} AS old SET {values} FROM {source} WHERE {same}"
            updated = self.tables.run(self.connection, statement, rows.values)
        new = f" WHERE NOT EXISTS (SELECT 1 FROM {self.table} AS old WHERE {same})"
        return Written(self._insert(rows, now, new), updated)

    # -- appending once ------------------------------------------------------------------------------------

    @property
    def _append_id(self) -> list[str] | None:
        """What tells one append from another: table, run, step and partitions. None outside of runs."""
        context = self.context
        run = context.run_tags.get(_ROOT_RUN) or context._run_id
        if run in (None, EPHEMERAL_RUN_ID):
            return None
        partitions = [str(dimension.partitions) for dimension in self.slice.partition_dimensions or ()]
        part = json.dumps(
            [context._step_key, context.name, context.mapping_key, *partitions], ensure_ascii=False
        )
        return [self.slice.schema, self.slice.table, str(run), part]

    @property
    def _ledger(self) -> TableSlice:
        """The table in the same database that holds what was appended."""
        return self.tables.qualified(self.connection, _LEDGER)

    def _was_appended(self) -> bool:
        if self._append_id is None or self.tables.columns_of_table(self.connection, self._ledger) is None:
            return False
        if self.tables.columns_of_table(self.connection, self.slice) is None:  # dropped since
            return False
        query = (
            f"SELECT 1 FROM {quote_table(self._ledger)} WHERE table_schema = {MARK} AND table_name = {MARK} "
            f"AND run_id = {MARK} AND part = {MARK}"
        )
        return bool(self.tables.fetch(self.connection, query, self._append_id))

    def _note_appended(self, rows: int) -> None:
        if self._append_id is None:
            return
        self.tables.lock(self.connection, self._ledger)
        self.tables.run(self.connection, f"CREATE SCHEMA IF NOT EXISTS {quote_schema(self._ledger)}")
        self.tables.run(
            self.connection,
            f"CREATE TABLE IF NOT EXISTS {quote_table(self._ledger)} "
            "(table_schema TEXT, table_name TEXT, run_id TEXT, part TEXT, row_count BIGINT, appended_at TEXT)",
        )
        marks = ", ".join([MARK] * 6)
        now = datetime.datetime.now(datetime.UTC).isoformat()
        self.tables.run(
            self.connection,
            f"INSERT INTO {quote_table(self._ledger)} VALUES ({marks})",
            [*self._append_id, rows, now],
        )
