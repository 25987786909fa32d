"""Statements of Databricks SQL, whose tables are Delta tables. Each publishes by itself: there are no transactions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from databricks.sql.exc import Error, ServerOperationError

from headwater.io.select import MARK, build_condition
from headwater.io.sql import Rendered
from headwater.io.sql_tables import Columns
from headwater.io.table_slice import TableSlice
from headwater.io.warehouse_sql import WarehouseSql
from headwater.io.warehouse_types import Form, WarehouseTypes

_VOLUME = "headwater"
_NO_SUCH_TABLE = "TABLE_OR_VIEW_NOT_FOUND"


def _decimal(digits: int, scale: int) -> Form | None:
    type_ = f"DECIMAL({digits},{scale})"
    return Form(type_, f"CAST({{}} AS {type_})") if digits <= 38 and 0 <= scale <= digits else None


TYPES = WarehouseTypes(
    name="Databricks",
    forms={
        "boolean": Form("BOOLEAN"),
        "integer": Form("BIGINT"),
        "unsigned": Form("DECIMAL(20,0)", "CAST({} AS DECIMAL(20,0))"),
        "float": Form("DOUBLE"),
        "text": Form("STRING"),
        "bytes": Form("BINARY", "UNHEX({})"),
        "date": Form("DATE", "DATE_FROM_UNIX_DATE(CAST({} AS INT))"),
        "moment": Form("TIMESTAMP_NTZ", "CAST(TIMESTAMP_MICROS({}) AS TIMESTAMP_NTZ)"),
        "zoned": Form("TIMESTAMP", "TIMESTAMP_MICROS({})"),
        "json": Form("STRING"),
    },
    finest="us",
    decimal=_decimal,
    exact={"TINYINT": (3, 0), "SMALLINT": (5, 0), "INT": (10, 0), "BIGINT": (19, 0), "DECIMAL": (10, 0)},
    floats=frozenset({"FLOAT", "DOUBLE"}),
)


class DatabricksSql(WarehouseSql):
    """Tables over a connection of databricks-sql-connector, whose session is in UTC."""

    storage_kind = "databricks"
    text_type = "STRING"
    integer_type = "BIGINT"
    types = TYPES
    errors = Error

    def quote(self, name: str) -> str:
        """A name as SQL."""
        if MARK in name:
            raise ValueError(f"The name {name!r} has a NUL character, which no database takes.")
        return "`" + name.replace("`", "``") + "`"

    def fold(self, name: str) -> str:
        """Lower case: names that differ in case only are the same."""
        return name.lower()

    def run(self, connection: Any, statement: str, values: Sequence[Any] = ()) -> int:
        """Run a statement; the number of rows that it wrote."""
        return int(_told(connection, statement, values).get("num_affected_rows") or 0)

    def fetch(self, connection: Any, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with connection.cursor() as cursor:
            cursor.execute(query.replace(MARK, "?"), list(values))
            return [tuple(row) for row in cursor.fetchall()]

    def columns_of_query(self, connection: Any, rows: Rendered) -> Columns:
        """The columns of a query, as Arrow sees them."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT * FROM ({rows.text}) AS new_rows LIMIT 0".replace(MARK, "?"), list(rows.values)
            )
            return {field.name: _type_of(field.type) for field in cursor.fetchall_arrow().schema}

    def columns_of_table(self, connection: Any, table_slice: TableSlice) -> Columns | None:
        """The columns of a table or view, None where there is none."""
        try:
            return self.columns_of_query(
                connection, Rendered(f"SELECT * FROM {self.quote_table(table_slice)}")
            )
        except ServerOperationError as error:
            if _NO_SUCH_TABLE in str(error):
                return None
            raise

    def replace(
        self, connection: Any, table_slice: TableSlice, columns: Mapping[str, str], rows: Rendered
    ) -> int:
        """Put the rows of a query in the place of those of the slice, by one MERGE that matches nothing."""
        condition, values = build_condition(table_slice.partition_dimensions, MARK)
        gone = condition.replace(" WHERE ", " AND ", 1)
        inserting = self.merging(table_slice, columns, rows, "false", "")
        text = f"{inserting.text} WHEN NOT MATCHED BY SOURCE{gone} THEN DELETE"
        return self.merged(connection, Rendered(text, [*rows.values, *values]))[0]

    def upload(self, connection: Any, table_slice: TableSlice, path: str, types: Mapping[str, str]) -> str:
        """Put the file into a volume of the schema, from where it is removed when the connection ends."""
        volume = ".".join([self.quote_schema(table_slice), _VOLUME])
        self.run(connection, f"CREATE VOLUME IF NOT EXISTS {volume}")
        catalog = table_slice.catalog or self.fetch(connection, "SELECT current_catalog()")[0][0]
        staged = self.staged_slice(table_slice).table
        place = f"/Volumes/{catalog}/{table_slice.schema}/{_VOLUME}/{staged}.parquet"
        self.run(connection, f"PUT '{path}' INTO '{_literal(place)}' OVERWRITE")
        self.drop_later(connection, lambda: self.run(connection, f"REMOVE '{_literal(place)}'"))
        return f"parquet.{self.quote(place)}"

    def batches(self, connection: Any, rows: Rendered) -> tuple[Any, Iterator[Any]]:
        """The Arrow schema of a query, and its rows."""
        cursor = connection.cursor()
        cursor.execute(rows.text.replace(MARK, "?"), list(rows.values))
        first = cursor.fetchmany_arrow(_ROWS_AT_ONCE)

        def read() -> Iterator[Any]:
            table = first
            while table.num_rows:
                yield from table.to_batches()
                table = cursor.fetchmany_arrow(_ROWS_AT_ONCE)
            cursor.close()

        return first.schema, read()

    def merged(self, connection: Any, statement: Rendered) -> tuple[int, int]:
        """Run a MERGE; how many rows it inserted and updated."""
        told = _told(connection, statement.text, statement.values)
        return int(told.get("num_inserted_rows") or 0), int(told.get("num_updated_rows") or 0)

    def read_comment(self, connection: Any, table_slice: TableSlice) -> str | None:
        """The description of a table."""
        told = _told(connection, f"DESCRIBE DETAIL {self.quote_table(table_slice)}", ())
        return told.get("description")

    def write_comment(self, connection: Any, table_slice: TableSlice, text: str) -> None:
        """Give a table a comment."""
        self.run(connection, f"COMMENT ON TABLE {self.quote_table(table_slice)} IS '{text}'")


_ROWS_AT_ONCE = 100_000


def _told(connection: Any, statement: str, values: Sequence[Any]) -> dict[str, Any]:
    """The first row of what a statement says, by column."""
    with connection.cursor() as cursor:
        cursor.execute(statement.replace(MARK, "?"), list(values))
        if cursor.description is None:
            return {}
        row = cursor.fetchone()
        return dict(zip((column[0] for column in cursor.description), row, strict=True)) if row else {}


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")


def _type_of(kind: Any) -> str:
    import pyarrow as pa

    types = pa.types
    if types.is_decimal(kind):
        return f"DECIMAL({kind.precision},{kind.scale})"
    if types.is_timestamp(kind):
        return "TIMESTAMP" if kind.tz else "TIMESTAMP_NTZ"
    return _NAMES.get(str(kind), str(kind).upper())


_NAMES = {
    "bool": "BOOLEAN",
    "int8": "TINYINT",
    "int16": "SMALLINT",
    "int32": "INT",
    "int64": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "string": "STRING",
    "binary": "BINARY",
    "date32[day]": "DATE",
}


DATABRICKS = DatabricksSql()
"""The one."""
