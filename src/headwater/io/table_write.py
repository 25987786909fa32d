"""Rows into a table, within one transaction: in the place of others, beside them, or merged with them by keys.

The rows are a query of the same connection, whatever they come from: a frame that the database sees, a staged
file, or SQL over tables that lie there already.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, NamedTuple

from headwater.definitions.io_context import OutputContext
from headwater.io.append_id import append_id_of
from headwater.io.schema_change import apply_contract
from headwater.io.select import MARK
from headwater.io.sql import Rendered
from headwater.io.sql_tables import Columns, SqlTables
from headwater.io.subject import subject_of
from headwater.io.table_options import TableOptions
from headwater.io.table_slice import TableSlice
from headwater.model.errors import CheckError, ValueNotStorableError
from headwater.model.table import TableColumn, TableSchema

_LEDGER = TableSlice("appended", "headwater")


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
    options = table_slice.options
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

    def write(self, rows: Rendered) -> Written:
        mode = self.options.write_mode
        self.tables.lock(self.connection, self.slice)
        if mode == "append" and self._was_appended():
            return Written(0, repeated=True)
        exists = self.tables.columns_of_table(self.connection, self.slice) is not None
        if mode == "merge":
            rows = self._once(rows)
            self._check_keys(rows)
        if mode == "append" and not exists and not self.tables.makes_tables_in_transactions:
            none = Rendered(f"SELECT * FROM ({rows.text}) AS new_rows WHERE false", rows.values)
            self.tables.create_or_replace(self.connection, self.slice, none)
            exists = True  # the rows come in with the note that they did
        return self._into_table(rows, mode) if exists else self._new_table(rows)

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
        if self.options.write_mode == "append" and self._append_id is not None:
            self.tables.run(self.connection, *self._note(inserted)[:2])
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
        columns = self._theirs(now)
        if mode == "merge":
            keys = [self.tables.spelt(now)[self.tables.fold(key)] for key in self.options.keys]
            return Written(*self.tables.merge(self.connection, self.slice, columns, keys, rows))
        if mode == "replace":
            inserted = self.tables.replace(self.connection, self.slice, columns, rows)
            return Written(inserted, outside=self._outside(inserted))
        before = self.tables.count(self.connection, self.slice)
        note = None if self._append_id is None else self._note(None)
        inserted = self.tables.add(self.connection, self.slice, columns, rows, note)
        return Written(inserted, outside=self._outside(inserted, before))

    def _once(self, rows: Rendered) -> Rendered:
        """The rows of a query that is asked once only, whatever is done with them."""
        return self.tables.set_aside(self.connection, self.slice, rows) if rows.costly else rows

    def _theirs(self, now: Columns) -> dict[str, str]:
        """How the table spells the columns of the rows."""
        there = self.tables.spelt(self.tables.columns_of_table(self.connection, self.slice) or {})
        return {name: there[self.tables.fold(name)] for name in now}

    def _outside(self, inserted: int, before: int = 0) -> int:
        """How many of the rows that were inserted do not belong to the partitions of the slice."""
        if not self.slice.partition_dimensions:
            return 0
        return inserted - (self.tables.count(self.connection, self.slice) - before)

    # -- merging -------------------------------------------------------------------------------------------

    def _check_keys(self, rows: Rendered) -> None:
        """Raise :class:`ValueNotStorableError` where the keys do not tell the rows apart."""
        columns = self.tables.columns_of_query(self.connection, rows)
        spelt = self.tables.spelt(columns)
        missing = [key for key in self.options.keys if self.tables.fold(key) not in spelt]
        if missing:
            raise CheckError(
                f"{subject_of(self.context)} is merged by the columns {list(self.options.keys)}, but has no column "
                f"{missing[0]!r}. It has {list(columns)}."
            )
        quoted = [self.tables.quote(spelt[self.tables.fold(key)]) for key in self.options.keys]
        keys = ", ".join(quoted)
        twice = self.tables.fetch(
            self.connection,
            f"SELECT {keys}, count(*) FROM ({rows.text}) AS new_rows GROUP BY {keys} HAVING count(*) > 1 LIMIT 1",
            rows.values,
        )
        empty = " OR ".join(f"{key} IS NULL" for key in quoted)
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

    # -- appending once ------------------------------------------------------------------------------------

    @property
    def _append_id(self) -> list[str] | None:
        """What tells one append from another: table, run, step and partitions. None outside of runs."""
        parts = append_id_of(self.context, self.slice)
        return None if parts is None else [self.slice.schema, self.slice.table, *parts]

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
            f"SELECT 1 FROM {self.tables.quote_table(self._ledger)} WHERE table_schema = {MARK} AND table_name = {MARK} "
            f"AND run_id = {MARK} AND part = {MARK}"
        )
        return bool(self.tables.fetch(self.connection, query, self._append_id))

    def _note(self, rows: int | None) -> Rendered:
        """The statement that notes an append. ``rows`` is None where they are not counted yet."""
        ledger, text, integer = self._ledger, self.tables.text_type, self.tables.integer_type
        self.tables.lock(self.connection, ledger)
        self.tables.run(self.connection, f"CREATE SCHEMA IF NOT EXISTS {self.tables.quote_schema(ledger)}")
        self.tables.run(
            self.connection,
            f"CREATE TABLE IF NOT EXISTS {self.tables.quote_table(ledger)} (table_schema {text}, table_name {text}, "
            f"run_id {text}, part {text}, row_count {integer}, appended_at {text})",
        )
        now = datetime.datetime.now(datetime.UTC).isoformat()
        count = "NULL" if rows is None else str(rows)
        marks = ", ".join([MARK] * 4)
        return Rendered(
            f"INSERT INTO {self.tables.quote_table(ledger)} VALUES ({marks}, {count}, {MARK})",
            [*(self._append_id or ()), now],
        )
