"""Statements of Snowflake. Names that need no quotes are in upper case there, as in statements that people write."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import snowflake.connector as connector

from headwater.io.select import MARK
from headwater.io.select import quote as quote_exactly
from headwater.io.sql import Rendered
from headwater.io.sql_tables import Columns
from headwater.io.table_slice import TableSlice
from headwater.io.warehouse_sql import WarehouseSql
from headwater.io.warehouse_types import Form, WarehouseTypes

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")
_NO_SUCH_OBJECT = 2003
_NAMES = "FIXED REAL TEXT DATE TIMESTAMP VARIANT TIMESTAMP_LTZ TIMESTAMP_TZ TIMESTAMP_NTZ OBJECT ARRAY BINARY TIME BOOLEAN"
_CODES = dict(enumerate(_NAMES.split()))
_UPLOADED = {"bool": "BOOLEAN", "int64": "NUMBER(38,0)", "double": "FLOAT", "string": "VARCHAR"}


def _decimal(digits: int, scale: int) -> Form | None:
    type_ = f"NUMBER({digits},{scale})"
    return Form(type_, f"CAST({{}} AS {type_})") if digits <= 38 and 0 <= scale <= 37 else None


TYPES = WarehouseTypes(
    name="Snowflake",
    forms={
        "boolean": Form("BOOLEAN"),
        "integer": Form("NUMBER(38,0)"),
        "unsigned": Form("NUMBER(38,0)", "CAST({} AS NUMBER(38,0))"),
        "float": Form("FLOAT"),
        "text": Form("VARCHAR"),
        "bytes": Form("BINARY", "TO_BINARY({}, 'HEX')"),
        "date": Form("DATE", "DATEADD(DAY, {}, CAST('1970-01-01' AS DATE))"),
        "time": Form("TIME(9)", "CAST({} AS TIME(9))"),
        "moment": Form("TIMESTAMP_NTZ(9)", "TO_TIMESTAMP_NTZ({}, 9)"),
        "zoned": Form("TIMESTAMP_LTZ(9)", "TO_TIMESTAMP_LTZ({}, 9)"),
        "json": Form("VARIANT", "PARSE_JSON({})"),
    },
    finest="ns",
    decimal=_decimal,
    exact={"NUMBER": (38, 0)},
    floats=frozenset({"FLOAT"}),
)


class SnowflakeSql(WarehouseSql):
    """Tables over a connection of snowflake-connector-python whose marks for values are question marks."""

    storage_kind = "snowflake"
    text_type = "VARCHAR"
    integer_type = "NUMBER(38,0)"
    types = TYPES
    errors = connector.errors.Error

    def quote(self, name: str) -> str:
        """A name as SQL: what needs no quotes as Snowflake takes it without them, in upper case."""
        return quote_exactly(name.upper() if _PLAIN.fullmatch(name) else name)

    def fold(self, name: str) -> str:
        """Upper case for names that need no quotes."""
        return self.quote(name)

    def run(self, connection: Any, statement: str, values: Sequence[Any] = ()) -> int:
        """Run a statement; the number of rows that it wrote."""
        return int(_execute(connection, statement, values).rowcount or 0)

    def fetch(self, connection: Any, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return [tuple(row) for row in _execute(connection, query, values).fetchall()]

    def run_all(self, connection: Any, statements: Sequence[Rendered]) -> list[int]:
        """Run statements in one transaction."""
        self.run(connection, "BEGIN TRANSACTION")
        try:
            counts = super().run_all(connection, statements)
            self.run(connection, "COMMIT")
        except BaseException:
            self.run(connection, "ROLLBACK")
            raise
        return counts

    def columns_of_query(self, connection: Any, rows: Rendered) -> Columns:
        """The columns of a query, which is described and not run."""
        cursor = connection.cursor()
        described = cursor.describe(rows.text.replace(MARK, "?"), list(rows.values) or None)
        return {_shown(column.name): _type_of(column) for column in described}

    def columns_of_table(self, connection: Any, table_slice: TableSlice) -> Columns | None:
        """The columns of a table or view, None where there is none."""
        try:
            return self.columns_of_query(
                connection, Rendered(f"SELECT * FROM {self.quote_table(table_slice)}")
            )
        except connector.errors.ProgrammingError as error:
            if error.errno == _NO_SUCH_OBJECT:
                return None
            raise

    def create_or_replace(self, connection: Any, table_slice: TableSlice, rows: Rendered) -> int:
        """Make the table of a query, in the place of the one before, whose rights it keeps."""
        table = self.quote_table(table_slice)
        self.run(connection, f"CREATE OR REPLACE TABLE {table} COPY GRANTS AS {rows.text}", rows.values)
        return self.count(connection, table_slice._replace(partition_dimensions=None))

    def set_aside(self, connection: Any, table_slice: TableSlice, rows: Rendered) -> Rendered:
        """Keep the rows of a query in a table that ends with the session."""
        staged = self.quote_table(self.staged_slice(table_slice))
        self.run(connection, f"CREATE TEMPORARY TABLE {staged} AS {rows.text}", rows.values)
        return Rendered(f"SELECT * FROM {staged}")

    def upload(self, connection: Any, table_slice: TableSlice, path: str, types: Mapping[str, str]) -> str:
        """Put the file into a stage of the session, and its rows into a table of the session."""
        staged = self.quote_table(self.staged_slice(table_slice))
        self.run(connection, f"CREATE TEMPORARY STAGE {staged} FILE_FORMAT = (TYPE = PARQUET)")
        self.run(connection, f"PUT 'file://{path}' @{staged} AUTO_COMPRESS = FALSE")
        selected = ", ".join(
            f"CAST($1:{name} AS {_UPLOADED[kind]}) AS {name}" for name, kind in types.items()
        )
        self.run(connection, f"CREATE TEMPORARY TABLE {staged} AS SELECT {selected} FROM @{staged}")
        return staged

    def batches(self, connection: Any, rows: Rendered) -> tuple[Any, Iterator[Any]]:
        """The Arrow schema of a query, and its rows."""
        cursor = _execute(connection, rows.text, rows.values)
        tables = cursor.fetch_arrow_batches()
        first = next(tables, None)
        if first is None:
            return cursor.fetch_arrow_all(force_return_table=True).schema, iter(())

        def read() -> Iterator[Any]:
            yield from first.to_batches()
            for table in tables:
                yield from table.to_batches()

        return first.schema, read()

    def merged(self, connection: Any, statement: Rendered) -> tuple[int, int]:
        """Run a MERGE; Snowflake tells the rows it inserted, and those it updated where it could."""
        told = _execute(connection, statement.text, statement.values).fetchone()
        return int(told[0]), int(told[1]) if len(told) > 1 else 0

    def changed_type(self, table_slice: TableSlice, column: str, wide: str) -> str:
        """The statement that gives a column a type which holds all its values."""
        return f"ALTER TABLE {self.quote_table(table_slice)} ALTER COLUMN {self.quote(column)} SET DATA TYPE {wide}"

    def read_comment(self, connection: Any, table_slice: TableSlice) -> str | None:
        """The comment of a table."""
        names = [_stored(table_slice.schema), _stored(table_slice.table)]
        found = self.fetch(
            connection,
            f"SELECT comment FROM information_schema.tables WHERE table_schema = {MARK} AND table_name = {MARK}",
            names,
        )
        return found[0][0] if found else None

    def write_comment(self, connection: Any, table_slice: TableSlice, text: str) -> None:
        """Give a table a comment."""
        self.run(connection, f"COMMENT ON TABLE {self.quote_table(table_slice)} IS '{text}'")


def _execute(connection: Any, statement: str, values: Sequence[Any]) -> Any:
    cursor = connection.cursor()
    cursor.execute(statement.replace(MARK, "?"), list(values) or None)
    return cursor


def _type_of(column: Any) -> str:
    name = _CODES[int(column.type_code)]
    match name:
        case "FIXED":
            return f"NUMBER({column.precision},{column.scale})"
        case "REAL":
            return "FLOAT"
        case "TEXT":
            return "VARCHAR"
    return f"{name}({column.scale})" if name.startswith("TIME") else name


def _stored(name: str) -> str:
    return name.upper() if _PLAIN.fullmatch(name) else name


def _shown(stored: str) -> str:
    """A name as people write it: in lower case where it needs no quotes."""
    return stored.lower() if _PLAIN.fullmatch(stored) and stored == stored.upper() else stored


SNOWFLAKE = SnowflakeSql()
"""The one."""
