"""Snowflake's wire protocol, as far as the connector needs it, over DuckDB: login, statements, results in Arrow, stages.

What it does not show: Snowflake's own SQL beyond what sqlglot translates, its limits, its rights, its behaviour when
several write at once.
"""

from __future__ import annotations

import base64
import decimal
import gzip
import io
import json
import os
import re
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import duckdb
import pyarrow as pa

from tests.integration.io.warehouses.duck_warehouse import Answering, DuckWarehouse, Served

PASSWORD = "right"
_BEFORE = [
    (r"TO_TIMESTAMP_NTZ\((\w+), 9\)", r"HW_MOMENT(\1)"),
    (r"TO_TIMESTAMP_LTZ\((\w+), 9\)", r"HW_ZONED(\1)"),
    (r"TO_BINARY\((\w+), 'HEX'\)", r"HW_BYTES(\1)"),
    (r"PARSE_JSON\((\w+)\)", r"HW_JSON(\1)"),
    (r"DATEADD\(DAY, (\w+), CAST\('1970-01-01' AS DATE\)\)", r"HW_DATE(\1)"),
    (r"CREATE TEMPORARY TABLE", "CREATE TABLE"),
    (r" COPY GRANTS", ""),
    (r"\$1:(\w+)", r"\1"),
    (
        r"SELECT comment FROM information_schema.tables WHERE",
        "SELECT comment FROM duckdb_tables() AS t WHERE",
    ),
    (r"table_schema = \? AND table_name = \? *$", "schema_name = ? AND table_name = ?"),
]
_KINDS = {
    "VARCHAR": "text",
    "DOUBLE": "real",
    "DATE": "date",
    "TIME": "time",
    "BLOB": "binary",
    "BOOLEAN": "boolean",
    "JSON": "variant",
    "TIMESTAMP_NS": "timestamp_ntz",
    "TIMESTAMP": "timestamp_ntz",
    "TIMESTAMP WITH TIME ZONE": "timestamp_ltz",
    "TIMESTAMPTZ_NS": "timestamp_ltz",
}


@contextmanager
def snowflake_server() -> Iterator[Served]:
    """A server; it knows one password."""
    with Served(_Handler, DuckWarehouse("snowflake", _BEFORE)) as server:
        server.warehouse.session().execute('CREATE SCHEMA IF NOT EXISTS "PUBLIC"')
        yield server


class _Handler(Answering):
    def do_POST(self) -> None:
        url, content = urlsplit(self.path), self.body()
        if self.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        data = json.loads(content) if content else {}
        if url.path.endswith("login-request"):
            answer = self._login(data["data"])
        elif url.path.endswith("query-request"):
            token = str(self.headers["Authorization"]).split('"')[1]
            with self.server.lock:
                answer = self._query(self.server.sessions[token], data)
        else:
            if url.path == "/session" and "delete" in parse_qs(url.query):
                self.server.sessions.pop(str(self.headers["Authorization"]).split('"')[1], None)
            answer = {"success": True, "data": {}}
        self.answer(json.dumps(answer).encode())

    def do_PUT(self) -> None:
        self.server.files[self.path] = self.body()
        self.answer(b"")

    def do_HEAD(self) -> None:
        self.answer(b"", 404)

    def _login(self, data: dict[str, Any]) -> dict[str, Any]:
        if data.get("PASSWORD") != PASSWORD:
            return _failure("390100", "Incorrect username or password was specified.", "08001")
        token = uuid.uuid4().hex
        self.server.sessions[token] = self.server.warehouse.session()
        lives = {"validityInSeconds": 3600, "masterValidityInSeconds": 14400}
        session = {"databaseName": "DB", "schemaName": "PUBLIC", "warehouseName": "W", "roleName": "R"}
        return {
            "success": True,
            "code": None,
            "message": None,
            "data": {"token": token, "masterToken": token, "serverVersion": "9.0.0", "sessionId": 1, **lives}
            | {"parameters": [{"name": "AUTOCOMMIT", "value": True}], "sessionInfo": session},
        }

    def _query(self, session: duckdb.DuckDBPyConnection, data: dict[str, Any]) -> dict[str, Any]:
        statement = data["sqlText"]
        bindings = data.get("bindings") or {}
        values = [_value(bindings[str(number + 1)]) for number in range(len(bindings))]
        try:
            if statement.startswith("PUT "):
                return self._put(statement)
            if statement.startswith("CREATE TEMPORARY STAGE"):
                return _result(pa.table({"status": ["created"]}), [("status", "VARCHAR")])
            statement = self._with_files(statement)
            if statement.startswith(("SELECT", "WITH")):
                described = self.server.warehouse.describe(session, statement, values)
                if data.get("describeOnly"):
                    return _result(None, described)
                return _result(self.server.warehouse.run(session, statement, values), described)
            return self._write(session, statement, values)
        except duckdb.CatalogException as error:
            missing = "does not exist" in str(error)
            return _failure("002003" if missing else "001003", f"SQL compilation error:\n{error}")
        except duckdb.Error as error:
            return _failure("100038", str(error), "22000")

    def _write(self, session: duckdb.DuckDBPyConnection, statement: str, values: list[Any]) -> dict[str, Any]:
        if statement.startswith("MERGE"):
            text = self.server.warehouse.translate(statement) + " RETURNING merge_action"
            actions = [row[0] for row in session.execute(text, values).fetchall()]
            counts = {"number of rows inserted": actions.count("INSERT")}
            if "WHEN MATCHED" in statement:
                counts["number of rows updated"] = actions.count("UPDATE")
        else:
            given = self.server.warehouse.run(session, statement, values)
            counts = {
                "number of rows": next(
                    (each for each in given.column(0).to_pylist() if isinstance(each, int)), 0
                )
            }
        table = pa.table({name: [count] for name, count in counts.items()})
        answer = _result(table, [(name, "BIGINT") for name in counts])
        kind = {"INSERT": 12544, "DELETE": 13056, "UPDATE": 12800, "MERGE": 13312}.get(
            statement.split()[0], 4096
        )
        answer["data"]["statementTypeId"] = kind
        answer["data"]["stats"] = {"numRowsInserted": sum(counts.values())}
        return answer

    # -- stages ----------------------------------------------------------------------------------------------

    def _put(self, statement: str) -> dict[str, Any]:
        [(path, stage)] = re.findall(r"PUT 'file://(.*?)' @(\S+)", statement)
        url = f"http://127.0.0.1:{self.server.server_port}/{stage}".replace('"', "%22")
        place: dict[str, Any] = {
            "locationType": "GCS",
            "location": "stage/",
            "path": "",
            "region": "us-central1",
            "presignedUrl": url,
        }
        place |= {
            "storageAccount": "",
            "isClientSideEncrypted": False,
            "creds": {"GCS_ACCESS_TOKEN": ""},
            "endPoint": None,
        }
        data: dict[str, Any] = {
            "command": "UPLOAD",
            "operation": "Node",
            "src_locations": [path],
            "parallel": 1,
            "threshold": 1 << 28,
        }
        data |= {
            "autoCompress": False,
            "overwrite": True,
            "sourceCompression": "none",
            "encryptionMaterial": None,
        }
        data |= {"queryId": "put", "stageInfo": place, "statementTypeId": 12544, "parameters": []}
        return {"success": True, "code": None, "message": None, "data": data}

    def _with_files(self, statement: str) -> str:
        """A statement in which files stand where it names stages."""

        def file_of(found: re.Match[str]) -> str:
            path = os.path.join(tempfile.mkdtemp(prefix="hw-stage-"), "rows.parquet")
            with open(path, "wb") as file:
                file.write(self.server.files["/" + found[1].replace('"', "%22")])
            return f"FROM read_parquet('{path}')"

        return re.sub(r"FROM @(\S+)", file_of, statement)


def _value(binding: dict[str, str | None]) -> Any:
    text = binding["value"]
    if text is None:
        return None
    match binding["type"]:
        case "FIXED":
            return decimal.Decimal(text) if "." in text else int(text)
        case "REAL":
            return float(text)
        case "BOOLEAN":
            return text.lower() == "true"
    return text


def _failure(code: str, message: str, state: str = "42000") -> dict[str, Any]:
    data = {"internalError": False, "errorCode": code, "age": 0, "sqlState": state, "queryId": "failed"}
    return {"success": False, "code": code, "message": message, "data": data, "headers": None}


def _result(table: pa.Table | None, described: list[tuple[str, str]]) -> dict[str, Any]:
    types = [_rowtype(name, kind) for name, kind in described]
    data: dict[str, Any] = {"queryId": "query", "sqlState": "00000", "rowtype": types, "parameters": []}
    data |= {"statementTypeId": 4096, "finalDatabaseName": "DB", "finalSchemaName": "PUBLIC"}
    rows = 0 if table is None else table.num_rows
    data |= {"total": rows, "returned": rows, "queryResultFormat": "arrow", "rowsetBase64": ""}
    if table is not None:
        data["rowsetBase64"] = _as_snowflake_does(table, types)
    return {"success": True, "code": None, "message": None, "data": data}


def _rowtype(name: str, kind: str) -> dict[str, Any]:
    found = re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", kind)
    known = {"name": name, "nullable": True, "length": 1 << 23, "byteLength": 1 << 23, "precision": None}
    if found or kind not in _KINDS:
        digits, scale = (int(found[1]), int(found[2])) if found else (38, 0)
        return known | {"type": "fixed", "precision": digits, "scale": scale}
    return known | {"type": _KINDS[kind], "scale": 9 if kind.startswith("TIME") else 0}


def _as_snowflake_does(table: pa.Table, types: list[dict[str, Any]]) -> str:
    """A result in the form in which Snowflake sends it."""
    columns, fields = [], []
    for column, kind in zip(table.columns, types, strict=True):
        values = column.combine_chunks()
        values = values.chunk(0) if isinstance(values, pa.ChunkedArray) else values
        match kind["type"]:
            case "fixed":
                values = _smallest(values, kind["scale"])
            case "timestamp_ntz" | "timestamp_ltz":
                values = _epochs(values)
            case "time":
                values = values.cast(pa.time64("ns")).cast(pa.int64())
            case "variant":
                values = values.cast(pa.string())
        metadata = {
            "logicalType": kind["type"].upper(),
            "scale": str(kind["scale"]),
            "precision": str(kind["precision"]),
        }
        fields.append(pa.field(kind["name"], values.type, metadata=metadata))
        columns.append(values)
    sink = io.BytesIO()
    result = pa.Table.from_arrays(columns, schema=pa.schema(fields))
    with pa.ipc.new_stream(sink, result.schema) as writer:
        writer.write_table(result)
    return base64.b64encode(sink.getvalue()).decode()


def _smallest(values: pa.Array, scale: int) -> pa.Array:
    """Whole numbers as integers where they fit, as the server does for each part of a result."""
    if scale:
        return values.cast(pa.decimal128(38, scale))
    for kind in (pa.int8(), pa.int16(), pa.int32(), pa.int64()):
        try:
            return values.cast(kind)
        except pa.ArrowInvalid:
            continue
    return values.cast(pa.decimal128(38, 0))


def _epochs(values: pa.Array) -> pa.Array:
    counts = values.cast(pa.timestamp("ns", values.type.tz)).cast(pa.int64()).to_pylist()
    parts = [None if each is None else {"epoch": each // 10**9, "fraction": each % 10**9} for each in counts]
    return pa.array(parts, pa.struct([("epoch", pa.int64()), ("fraction", pa.int32())]))
