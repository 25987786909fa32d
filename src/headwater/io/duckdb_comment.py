"""What is remembered beside a table of DuckDB: in its comment, so that it comes and goes with the table."""

from __future__ import annotations

from typing import Any

from headwater.io.select import quote_table
from headwater.io.table_slice import TableSlice


def read_comment(connection: Any, table_slice: TableSlice, label: str) -> str | None:
    """What was written under ``label``; None where the table has no such comment."""
    comment = _comment(connection, table_slice)
    return comment.removeprefix(label) if comment is not None and comment.startswith(label) else None


def write_comment(connection: Any, table_slice: TableSlice, label: str, text: str) -> None:
    """Write a comment, unless the table has one by somebody else."""
    comment = _comment(connection, table_slice)
    if comment is not None and not comment.startswith(("pandas types: ", "arrow types: ")):
        return
    escaped = (label + text).replace("'", "''")
    connection.execute(f"COMMENT ON TABLE {quote_table(table_slice)} IS '{escaped}'")


def _comment(connection: Any, table_slice: TableSlice) -> str | None:
    rows = connection.execute(
        "SELECT comment FROM duckdb_tables() "
        "WHERE database_name = current_catalog() AND schema_name = ? AND table_name = ?",
        [table_slice.schema, table_slice.table],
    ).fetchall()
    return rows[0][0] if rows else None
