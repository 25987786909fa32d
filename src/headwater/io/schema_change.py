"""Columns that differ from those of the table: told, refused, or taken over, as the contract of the asset says."""

from __future__ import annotations

from typing import Any

from headwater.io.column_change import ColumnChange, refusal
from headwater.io.sql import Rendered
from headwater.io.sql_tables import Columns, SqlTables
from headwater.io.table_options import SchemaContract
from headwater.io.table_slice import TableSlice


def find_changes(
    tables: SqlTables, connection: Any, before: Columns, now: Columns, rows: Rendered
) -> list[ColumnChange]:
    """What differs so that the rows do not go into the table as it is. Another type that holds all values is no change."""
    there, here = tables.spelt(before), tables.spelt(now)
    changes = [ColumnChange(name, before[name], None) for key, name in there.items() if key not in here]
    changes += [ColumnChange(name, None, now[name]) for key, name in here.items() if key not in there]
    for key, name in here.items():
        type_ = before[there[key]] if key in there else now[name]
        if type_ != now[name] and not tables.keeps(connection, rows, name, type_):
            changes.append(ColumnChange(name, type_, now[name]))
    return changes


def apply_contract(
    tables: SqlTables,
    connection: Any,
    table_slice: TableSlice,
    contract: SchemaContract,
    rows: Rendered,
    now: Columns,
    *,
    partial: bool = False,
) -> list[ColumnChange]:
    """Make the table able to take the rows, and tell what was changed. ``partial`` rows need not have all columns.

    Raises :class:`SchemaChangedError` for a change that the contract does not allow.
    """
    before = tables.columns_of_table(connection, table_slice) or {}
    changes = find_changes(tables, connection, before, now, rows)
    if partial:
        changes = [change for change in changes if change.now is not None]
    if contract == "freeze" and changes:
        raise refusal(tables.quote_table(table_slice), changes, changes)
    refused = [
        change for change in changes if not _apply(tables, connection, table_slice, contract, rows, change)
    ]
    if refused:
        raise refusal(tables.quote_table(table_slice), changes, refused)
    return changes


def _apply(
    tables: SqlTables,
    connection: Any,
    table_slice: TableSlice,
    contract: SchemaContract,
    rows: Rendered,
    change: ColumnChange,
) -> bool:
    column, alter = tables.quote(change.name), f"ALTER TABLE {tables.quote_table(table_slice)}"
    if change.now is None:
        if contract == "replace":
            tables.run(connection, f"{alter} DROP COLUMN {column}")
    elif change.before is None:
        tables.run(connection, f"{alter} ADD COLUMN {column} {change.now}")
    else:
        wide = tables.widened(connection, table_slice, change.name, rows)
        if wide is None:
            return False
        if wide != change.before:
            tables.run(connection, tables.changed_type(table_slice, change.name, wide))
    return True
