"""Rows into a table of a lake, as one commit: in the place of others, beside them, or merged with them by keys.

Writers do not wait for each other. Who finds at the end that another has committed what it would have had to see begins
anew with the table as it is now; the rows are at hand for that.
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from headwater.definitions.io_context import EPHEMERAL_RUN_ID, OutputContext
from headwater.definitions.stored_version import VERSION_LABEL
from headwater.io.append_id import append_id_of
from headwater.io.lake_condition import Condition, build_conditions, partition_columns
from headwater.io.lake_contract import follow_contract
from headwater.io.lake_rows import LakeRows
from headwater.io.lake_table import Commit, CommitConflict, Lake, LakeTable
from headwater.io.lake_type import visible_schema
from headwater.io.spool import Spool
from headwater.io.subject import subject_of
from headwater.io.table_options import TableOptions
from headwater.io.table_slice import TableSlice
from headwater.model.errors import WriteConflictError
from headwater.model.table import TableColumn, TableSchema

_TRIES = 40
_LONGEST_PAUSE_SECONDS = 2.0


class LakeWritten(NamedTuple):
    """What a write has done: the table afterwards, rows inserted and updated; or nothing, since it had been done before."""

    table: LakeTable
    inserted: int
    updated: int = 0
    repeated: bool = False


def write_lake(
    lake: Lake, context: OutputContext, table_slice: TableSlice, spool: Spool, options: TableOptions
) -> Mapping[str, Any]:
    """Write a spool to the table of an output as its options say, and return metadata about it.

    Raises :class:`SchemaChangedError`, :class:`ValueNotStorableError`, and :class:`WriteConflictError` where others
    commit without a pause.
    """
    writer = _Writer(lake, context, table_slice, spool, options)
    written = _till_committed(writer)
    if written.repeated:
        context.log.warning(
            f"{subject_of(context)} has been appended by this run before, so it is not appended again. What was appended "
            "first stays."
        )
    return writer.metadata(written)


def _till_committed(writer: _Writer) -> LakeWritten:
    attempt = 0
    while True:
        try:
            return writer.write()
        except CommitConflict as conflict:
            attempt += 1
            if attempt == _TRIES:
                raise WriteConflictError(
                    f"Others commit to {writer.place} without a pause: {_TRIES} times it had changed before this write was "
                    f"done ({conflict.__cause__}). Nothing was written. Run it again, or let fewer runs write this table "
                    "at once."
                ) from conflict
            time.sleep(random.uniform(0, min(0.02 * 2**attempt, _LONGEST_PAUSE_SECONDS)))


class _Writer:
    """One write."""

    def __init__(
        self, lake: Lake, context: OutputContext, table_slice: TableSlice, spool: Spool, options: TableOptions
    ) -> None:
        self.lake = lake
        self.context = context
        self.slice = table_slice
        self.spool = spool
        self.options = options
        self.place = lake.place(table_slice)
        self.fresh = lake.types.store_schema(spool.schema)
        self.conditions: list[Condition] = []

    def write(self) -> LakeWritten:
        """Try to commit. Raises :class:`CommitConflict`."""
        table = self.lake.find(self.slice)
        append_id = self._append_id if self.options.write_mode == "append" else None
        if table is None:
            rows = self._checked(self.fresh)
            made = self.lake.create(self.slice, rows, self._partition_by, self._commit(append_id))
            return LakeWritten(made, rows.count)
        if append_id is not None and table.has_appended(append_id):
            self.conditions = build_conditions(self.slice, table.schema)
            return LakeWritten(table, 0, repeated=True)
        return self._into(table, append_id)

    def _into(self, table: LakeTable, append_id: str | None) -> LakeWritten:
        mode = self.options.write_mode
        whole = mode == "replace" and self.slice.partition_dimensions is None
        contract = self.options.contract_for(whole=whole)
        schema = self.fresh
        if not (whole and contract == "replace"):
            types = self.lake.types
            schema = follow_contract(table, self.spool, types, contract, partial=mode == "merge")
        rows, commit = self._checked(schema), self._commit(append_id)
        if mode == "merge":
            return LakeWritten(*table.merge(rows, self.options.keys, commit))
        if mode == "append":
            return LakeWritten(table.append(rows, commit), rows.count)
        return LakeWritten(table.replace(rows, self.conditions, commit), rows.count)

    def _checked(self, schema: Any) -> LakeRows:
        """The rows for a table with these columns, after a look at them."""
        rows = LakeRows(self.spool, schema, self.lake.types, allow_lossy=self.options.allow_lossy)
        self.conditions = build_conditions(self.slice, schema)
        lost = rows.check(self.conditions, self.options.keys)
        if lost:
            self.context.log.warning(f"{lost}. It is stored all the same, because allow_lossy says so.")
        return rows

    @property
    def _partition_by(self) -> Sequence[str]:
        return partition_columns(self.slice)

    @property
    def _append_id(self) -> str | None:
        parts = append_id_of(self.context, self.slice)
        return None if parts is None else "headwater/" + "/".join(parts)

    def _commit(self, append_id: str | None) -> Commit:
        context = self.context
        run = context._run_id if context._run_id != EPHEMERAL_RUN_ID else None
        return Commit(
            run_id=run,
            partitions=self.slice.partition_keys,
            append_id=append_id,
        )

    # -- what is recorded ------------------------------------------------------------------------------------

    def metadata(self, written: LakeWritten) -> Mapping[str, Any]:
        """Where the table lies, its version, rows and columns, and how it was written."""
        table, mode = written.table, self.options.write_mode
        label = "dagster/partition_row_count" if self.conditions else "dagster/row_count"
        columns = visible_schema(table.schema)
        told: dict[str, Any] = {
            label: written.inserted if mode == "replace" else table.count(self.conditions),
            "dagster/storage_kind": self.lake.storage_kind,
            "dagster/column_schema": TableSchema(
                columns=[TableColumn(field.name, str(field.type)) for field in columns]
            ),
            "table_uri": table.location,
            VERSION_LABEL: table.version_id,
        }
        if mode != "replace":
            told["headwater/rows_inserted"] = written.inserted
        if mode == "merge":
            told["headwater/rows_updated"] = written.updated
        return told
