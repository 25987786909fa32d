"""BigQuery's REST protocol, as far as its client needs it, over DuckDB: datasets, tables, queries, scripts, uploads.

What it does not show: BigQuery's own SQL beyond what sqlglot translates, its quotas, its rights, its behaviour when
several write at once.
"""

from __future__ import annotations

import base64
import datetime
import decimal
import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import duckdb
import pyarrow as pa

from tests.integration.io.warehouses.duck_warehouse import Answering, DuckWarehouse, Served

_BEFORE = [
    (r"DATETIME\(TIMESTAMP_MICROS\((\w+)\)\)", r"HW_MOMENT_US(\1)"),
    (r"(?<![(])TIMESTAMP_MICROS\((\w+)\)", r"HW_ZONED_US(\1)"),
    (r"FROM_HEX\((\w+)\)", r"HW_BYTES(\1)"),
    (r"PARSE_JSON\((\w+), wide_number_mode=>'round'\)", r"HW_JSON(\1)"),
    (r"DATE_FROM_UNIX_DATE\((\w+)\)", r"HW_DATE(\1)"),
    (r"BIGNUMERIC\((\d+),(\d+)\)", r"NUMERIC(\1,\2)"),
]
_KINDS = {
    "VARCHAR": "STRING",
    "DOUBLE": "FLOAT",
    "DATE": "DATE",
    "TIME": "TIME",
    "BLOB": "BYTES",
    "BOOLEAN": "BOOLEAN",
    "JSON": "JSON",
    "TIMESTAMP": "DATETIME",
    "TIMESTAMP WITH TIME ZONE": "TIMESTAMP",
}
FORBIDDEN = "forbidden"


@contextmanager
def bigquery_server() -> Iterator[Served]:
    """A server; a project of the name ``forbidden`` may not be used."""
    with Served(_Handler, DuckWarehouse("bigquery", _BEFORE)) as server:
        yield server


class _Handler(Answering):
    descriptions: dict[str, str] = {}  # noqa: RUF012 - of the tables, for all requests
    jobs: dict[str, dict[str, Any]] = {}  # noqa: RUF012
    results: dict[str, tuple[list[tuple[str, str]], pa.Table]] = {}  # noqa: RUF012

    def do_POST(self) -> None:
        self._answer("POST")

    def do_GET(self) -> None:
        self._answer("GET")

    def do_PUT(self) -> None:
        self._answer("PUT")

    def do_PATCH(self) -> None:
        self._answer("PATCH")

    def do_DELETE(self) -> None:
        self._answer("DELETE")

    def _answer(self, method: str) -> None:
        url, content = urlsplit(self.path), self.body()
        parts = [unquote(part) for part in url.path.partition("/projects/")[2].split("/")]
        try:
            if parts[0] == FORBIDDEN:
                raise _Refused(403, "accessDenied", "Access Denied: Project forbidden")
            with self.server.lock:
                answer = self._route(method, url.path, parts[1:], content)
        except _Refused as refused:
            told = {"message": refused.message, "reason": refused.reason}
            error = {"error": {"code": refused.status, "errors": [told], **told}}
            self.answer(json.dumps(error).encode(), refused.status)
        else:
            place = answer.pop("location", None) if self.path.startswith("/upload/") else None
            self.answer(json.dumps(answer).encode(), headers={"Location": place} if place else {})

    def _route(self, method: str, path: str, parts: list[str], content: bytes) -> dict[str, Any]:
        session = self.server.warehouse.session()
        if method == "PUT":
            return self._load(session, json.loads(self.server.files.pop(path)), content)
        if path.startswith("/upload/"):
            return self._announce(content)
        data = json.loads(content) if content else {}
        match method, parts:
            case "POST", ["jobs"]:
                return self._query(session, data)
            case "GET", ["queries", job]:
                return self._result(job)
            case "GET", ["jobs", job]:
                return self.jobs[job]
            case "GET", ["datasets", dataset]:
                if not session.execute(
                    "SELECT 1 FROM duckdb_schemas() WHERE schema_name = ?", [dataset]
                ).fetchall():
                    raise _Refused(404, "notFound", f"Not found: Dataset {dataset}")
                return {"datasetReference": {"projectId": "p", "datasetId": dataset}}
            case "POST", ["datasets"]:
                session.execute(f'CREATE SCHEMA "{data["datasetReference"]["datasetId"]}"')
                return data
            case "POST", ["datasets", dataset, "tables"]:
                fields = ", ".join(f"`{each['name']}` {each['type']}" for each in data["schema"]["fields"])
                table = data["tableReference"]["tableId"]
                self.server.warehouse.run(session, f"CREATE TABLE `{dataset}`.`{table}` ({fields})")
                return data
            case _, ["datasets", dataset, "tables", table]:
                return self._table(session, method, dataset, table, data)
        raise _Refused(501, "notImplemented", f"{method} {path}")

    def _table(
        self, session: duckdb.DuckDBPyConnection, method: str, dataset: str, table: str, data: dict[str, Any]
    ) -> dict[str, Any]:
        name = f'"{dataset}"."{table}"'
        if method == "DELETE":
            session.execute(f"DROP TABLE IF EXISTS {name}")
            return {}
        try:
            described = session.execute(f"DESCRIBE {name}").fetchall()
        except duckdb.CatalogException:
            raise _Refused(404, "notFound", f"Not found: Table {name}") from None
        if method == "PATCH":
            session.execute(f"COMMENT ON TABLE {name} IS '{data['description']}'")
        [(comment,)] = session.execute(
            "SELECT comment FROM duckdb_tables() WHERE schema_name = ? AND table_name = ?", [dataset, table]
        ).fetchall()
        reference = {"projectId": "p", "datasetId": dataset, "tableId": table}
        fields = [_field(row[0], row[1]) for row in described]
        return {
            "tableReference": reference,
            "schema": {"fields": fields},
            "description": comment,
            "etag": "e",
        }

    # -- jobs ------------------------------------------------------------------------------------------------

    def _query(self, session: duckdb.DuckDBPyConnection, data: dict[str, Any]) -> dict[str, Any]:
        config = data["configuration"]
        text = config["query"]["query"]
        values = [_value(each) for each in config["query"].get("queryParameters", [])]
        statistics: dict[str, Any] = {}
        table, described = pa.table({}), []
        try:
            if config.get("dryRun"):
                described = self.server.warehouse.describe(session, text, values)
                statistics = {"schema": {"fields": [_field(*each) for each in described]}}
            elif text.startswith("DECLARE"):
                table, described = self._script(session, text, values)
            elif text.startswith("SELECT"):
                described = self.server.warehouse.describe(session, text, values)
                table = self.server.warehouse.run(session, text, values)
            else:
                statistics = self._write(session, text, values)
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            missing = "does not exist" in str(error)
            raise _Refused(
                404 if missing else 400, "notFound" if missing else "invalidQuery", str(error)
            ) from None
        except duckdb.Error as error:
            raise _Refused(400, "invalidQuery", str(error)) from None
        job = data["jobReference"]["jobId"]
        self.results[job] = (described, table)
        reference = {"projectId": "p", "jobId": job, "location": "US"}
        kind = text.split()[0]
        self.jobs[job] = {
            "jobReference": reference,
            "configuration": config | {"jobType": "QUERY"},
            "status": {"state": "DONE"},
            "statistics": {"query": {"statementType": kind, **statistics}},
        }
        return self.jobs[job]

    def _write(self, session: duckdb.DuckDBPyConnection, text: str, values: list[Any]) -> dict[str, Any]:
        if text.startswith("MERGE"):
            translated = self.server.warehouse.translate(text) + " RETURNING merge_action"
            actions = [row[0] for row in session.execute(translated, values).fetchall()]
            counts = {"insertedRowCount": actions.count("INSERT"), "updatedRowCount": actions.count("UPDATE")}
            stats = {name: str(count) for name, count in counts.items()} | {"deletedRowCount": "0"}
            return {"numDmlAffectedRows": str(len(actions)), "dmlStats": stats}
        return {"numDmlAffectedRows": str(_count(self.server.warehouse.run(session, text, values)))}

    def _script(
        self, session: duckdb.DuckDBPyConnection, text: str, values: list[Any]
    ) -> tuple[pa.Table, list[tuple[str, str]]]:
        """A script with a transaction: each statement in turn, and what the last SELECT gives, the counts."""
        counts: list[int] = []
        session.execute("BEGIN")
        try:
            for statement in text.split(";\n"):
                if statement.startswith(("DECLARE", "SET", "BEGIN", "COMMIT", "SELECT count0")):
                    continue
                own = [values.pop(0) for _ in range(statement.count("?"))]
                counts.append(_count(self.server.warehouse.run(session, statement, own)))
        except duckdb.Error:
            session.execute("ROLLBACK")
            raise
        session.execute("COMMIT")
        names = [f"count{number}" for number in range(len(counts))]
        return pa.table(dict(zip(names, [[each] for each in counts], strict=True))), [
            (n, "BIGINT") for n in names
        ]

    def _announce(self, content: bytes) -> dict[str, Any]:
        """An upload that begins: where its file is to be sent."""
        path = f"/upload/projects/p/{len(self.server.files)}"
        self.server.files[path] = content
        return {"location": f"http://127.0.0.1:{self.server.server_port}{path}"}

    def _load(self, session: duckdb.DuckDBPyConnection, data: dict[str, Any], body: bytes) -> dict[str, Any]:
        """A file of Parquet into a table."""
        path = os.path.join(tempfile.mkdtemp(prefix="hw-load-"), "rows.parquet")
        with open(path, "wb") as file:
            file.write(body)
        target = data["configuration"]["load"]["destinationTable"]
        session.execute(
            f'INSERT INTO "{target["datasetId"]}"."{target["tableId"]}" SELECT * FROM read_parquet(?)', [path]
        )
        job = data["jobReference"] | {"location": "US"}
        self.jobs[job["jobId"]] = {
            "jobReference": job,
            "configuration": data["configuration"] | {"jobType": "LOAD"},
            "status": {"state": "DONE"},
            "statistics": {"load": {"outputRows": "0"}},
        }
        return self.jobs[job["jobId"]]

    def _result(self, job: str) -> dict[str, Any]:
        described, table = self.results[job]
        columns = [
            [_cell(each, kind) for each in column.to_pylist()]
            for column, (_, kind) in zip(table.columns, described, strict=True)
        ]
        rows = [{"f": [{"v": each} for each in row]} for row in zip(*columns, strict=True)]
        return {
            "jobReference": {"projectId": "p", "jobId": job, "location": "US"},
            "jobComplete": True,
            "schema": {"fields": [_field(*each) for each in described]},
            "rows": rows,
            "totalRows": str(len(rows)),
            "pageToken": None,
        }


class _Refused(Exception):
    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status, self.reason, self.message = status, reason, message


def _count(table: pa.Table) -> int:
    return next((each for each in table.column(0).to_pylist() if isinstance(each, int)), 0)


def _field(name: str, kind: str) -> dict[str, Any]:
    found = re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", kind)
    if found:
        wide = int(found[1]) - int(found[2]) > 29 or int(found[2]) > 9
        exact = {"precision": found[1], "scale": found[2]}
        return {"name": name, "type": "BIGNUMERIC" if wide else "NUMERIC", "mode": "NULLABLE", **exact}
    return {"name": name, "type": _KINDS.get(kind, "INTEGER"), "mode": "NULLABLE"}


def _value(parameter: dict[str, Any]) -> Any:
    text = parameter["parameterValue"].get("value")
    if text is None:
        return None
    match parameter["parameterType"]["type"]:
        case "INT64":
            return int(text)
        case "FLOAT64":
            return float(text)
        case "BIGNUMERIC":
            return decimal.Decimal(text)
        case "BOOL":
            return str(text).lower() == "true"
        case "BYTES":
            return base64.b64decode(text)
    return text


def _cell(value: Any, kind: str) -> str | None:
    """A value as the protocol writes it."""
    match value:
        case None:
            return None
        case bool():
            return str(value).lower()
        case bytes():
            return base64.b64encode(value).decode()
        case datetime.datetime() if value.tzinfo is not None:
            epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
            return str((value - epoch) // datetime.timedelta(microseconds=1))
        case datetime.datetime():
            return value.isoformat()
        case float():
            return {float("inf"): "Infinity", float("-inf"): "-Infinity"}.get(
                value, repr(value).replace("nan", "NaN")
            )
    return str(value)
