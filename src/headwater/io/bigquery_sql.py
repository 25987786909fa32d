"""Statements of BigQuery. Those that only count together are one script with a transaction in it."""

from __future__ import annotations

import datetime
import decimal
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from google.api_core.exceptions import GoogleAPICallError, NotFound
from google.cloud import bigquery

from headwater.io.select import MARK
from headwater.io.sql import Rendered
from headwater.io.sql_tables import Columns
from headwater.io.table_slice import TableSlice
from headwater.io.warehouse_sql import WarehouseSql
from headwater.io.warehouse_types import Form, WarehouseTypes

_STAGED_FOR = datetime.timedelta(days=1)
_UPLOADED = {"bool": "BOOL", "int64": "INT64", "double": "FLOAT64", "string": "STRING"}
_STANDARD = {"INTEGER": "INT64", "FLOAT": "FLOAT64", "BOOLEAN": "BOOL", "RECORD": "STRUCT"}
_BOUND: Sequence[tuple[type, str]] = (
    (bool, "BOOL"),
    (int, "INT64"),
    (float, "FLOAT64"),
    (decimal.Decimal, "BIGNUMERIC"),
    (bytes, "BYTES"),
    (datetime.datetime, "DATETIME"),
    (datetime.date, "DATE"),
    (datetime.time, "TIME"),
)


def _decimal(digits: int, scale: int) -> Form | None:
    if 0 <= scale <= 9 and digits - scale <= 29:
        type_ = f"NUMERIC({digits},{scale})"
    elif 0 <= scale <= 38 and digits - scale <= 38:
        type_ = f"BIGNUMERIC({digits},{scale})"
    else:
        return None
    return Form(type_, f"CAST({{}} AS {type_})")


TYPES = WarehouseTypes(
    name="BigQuery",
    forms={
        "boolean": Form("BOOL"),
        "integer": Form("INT64"),
        "unsigned": Form("NUMERIC(20,0)", "CAST({} AS NUMERIC(20,0))"),
        "float": Form("FLOAT64"),
        "text": Form("STRING"),
        "bytes": Form("BYTES", "FROM_HEX({})"),
        "date": Form("DATE", "DATE_FROM_UNIX_DATE({})"),
        "time": Form("TIME", "CAST({} AS TIME)"),
        "moment": Form("DATETIME", "DATETIME(TIMESTAMP_MICROS({}))"),
        "zoned": Form("TIMESTAMP", "TIMESTAMP_MICROS({})"),
        "json": Form("JSON", "PARSE_JSON({}, wide_number_mode=>'round')"),
    },
    finest="us",
    decimal=_decimal,
    exact={"INT64": (19, 0), "NUMERIC": (38, 9), "BIGNUMERIC": (76, 38)},
    floats=frozenset({"FLOAT64"}),
)


class BigQuerySql(WarehouseSql):
    """Tables over a client of google-cloud-bigquery. Its schemas are datasets."""

    storage_kind = "bigquery"
    text_type = "STRING"
    integer_type = "INT64"
    types = TYPES
    errors = GoogleAPICallError

    def quote(self, name: str) -> str:
        """A name as SQL."""
        if MARK in name:
            raise ValueError(f"The name {name!r} has a NUL character, which no database takes.")
        return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"

    def fold(self, name: str) -> str:
        """Lower case: columns that differ in case only are the same."""
        return name.lower()

    def run(self, connection: Any, statement: str, values: Sequence[Any] = ()) -> int:
        """Run a statement; the number of rows that it wrote."""
        job = _query(connection, statement, values)
        job.result()
        return int(job.num_dml_affected_rows or 0)

    def fetch(self, connection: Any, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return [tuple(row.values()) for row in _query(connection, query, values).result()]

    def run_all(self, connection: Any, statements: Sequence[Rendered]) -> list[int]:
        """Run statements as one script with a transaction, which BigQuery takes back where the script fails."""
        counts = [f"count{number}" for number in range(len(statements))]
        parts = [f"DECLARE {', '.join(counts)} INT64", "BEGIN TRANSACTION"]
        for count, statement in zip(counts, statements, strict=True):
            parts += [statement.text, f"SET {count} = @@row_count"]
        parts += ["COMMIT TRANSACTION", f"SELECT {', '.join(counts)}"]
        values = list(itertools.chain.from_iterable(each.values for each in statements))
        [row] = self.fetch(connection, ";\n".join(parts), values)
        return [int(count or 0) for count in row]

    def columns_of_query(self, connection: Any, rows: Rendered) -> Columns:
        """The columns of a query, which is planned and not run."""
        job = _query(connection, rows.text, rows.values, dry_run=True)
        return {field.name: _type_of(field) for field in job.schema or ()}

    def columns_of_table(self, connection: Any, table_slice: TableSlice) -> Columns | None:
        """The columns of a table or view, None where there is none."""
        try:
            table = connection.get_table(_id_of(connection, table_slice))
        except NotFound:
            return None
        return {field.name: _type_of(field) for field in table.schema}

    def upload(self, connection: Any, table_slice: TableSlice, path: str, types: Mapping[str, str]) -> str:
        """Load the file into a table that BigQuery forgets after a day, should nobody drop it."""
        staged = self.staged_slice(table_slice)
        schema = [bigquery.SchemaField(name, _UPLOADED[kind]) for name, kind in types.items()]
        table = bigquery.Table(_id_of(connection, staged), schema=schema)
        table.expires = datetime.datetime.now(datetime.UTC) + _STAGED_FOR
        connection.create_table(table)
        self.drop_later(connection, lambda: connection.delete_table(table, not_found_ok=True))
        config = bigquery.LoadJobConfig(source_format="PARQUET", schema=schema)
        with open(path, "rb") as file:
            connection.load_table_from_file(file, table.reference, job_config=config).result()
        return self.quote_table(staged)

    def batches(self, connection: Any, rows: Rendered) -> tuple[Any, Iterator[Any]]:
        """The Arrow schema of a query, and its rows."""
        result = _query(connection, rows.text, rows.values).result()
        batches = result.to_arrow_iterable()
        first = next(batches, None)
        if first is None:
            return result.to_arrow(create_bqstorage_client=False).schema, iter(())
        return first.schema, itertools.chain([first], batches)

    def merged(self, connection: Any, statement: Rendered) -> tuple[int, int]:
        """Run a MERGE; how many rows it inserted and updated."""
        job = _query(connection, statement.text, statement.values)
        job.result()
        stats = job.dml_stats
        return (stats.inserted_row_count, stats.updated_row_count) if stats else (0, 0)

    def changed_type(self, table_slice: TableSlice, column: str, wide: str) -> str:
        """The statement that gives a column a type which holds all its values."""
        return f"ALTER TABLE {self.quote_table(table_slice)} ALTER COLUMN {self.quote(column)} SET DATA TYPE {wide}"

    def read_comment(self, connection: Any, table_slice: TableSlice) -> str | None:
        """The description of a table."""
        description: str | None = connection.get_table(_id_of(connection, table_slice)).description
        return description

    def write_comment(self, connection: Any, table_slice: TableSlice, text: str) -> None:
        """Give a table a description."""
        table = connection.get_table(_id_of(connection, table_slice))
        table.description = text
        connection.update_table(table, ["description"])


def _query(connection: Any, statement: str, values: Sequence[Any], *, dry_run: bool = False) -> Any:
    parameters = [bigquery.ScalarQueryParameter(None, _type_of_value(each), _bound(each)) for each in values]
    config = bigquery.QueryJobConfig(query_parameters=parameters, dry_run=dry_run)
    return connection.query(statement.replace(MARK, "?"), job_config=config)


def _type_of_value(value: Any) -> str:
    if isinstance(value, datetime.datetime) and value.tzinfo is not None:
        return "TIMESTAMP"
    return next((name for kind, name in _BOUND if isinstance(value, kind)), "STRING")


def _bound(value: Any) -> Any:
    known = value is None or isinstance(value, (str, *(kind for kind, _ in _BOUND)))
    return value if known else str(value)


def _id_of(connection: Any, table_slice: TableSlice) -> Any:
    dataset = bigquery.DatasetReference(table_slice.catalog or connection.project, table_slice.schema)
    return dataset.table(table_slice.table)


def _type_of(field: Any) -> str:
    name = _STANDARD.get(field.field_type, field.field_type)
    if field.mode == "REPEATED":
        return f"ARRAY<{name}>"
    if name in ("NUMERIC", "BIGNUMERIC") and field.precision:
        return f"{name}({field.precision},{field.scale or 0})"
    return str(name)


BIGQUERY = BigQuerySql()
"""The one."""
