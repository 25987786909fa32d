"""The Thrift protocol of Databricks SQL, as far as its connector needs it, over DuckDB: sessions, statements, volumes.

What it does not show: Databricks' own SQL beyond what sqlglot translates, its rights, Delta's conflicts.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import pyarrow as pa
from databricks.sql.thrift_api.TCLIService import TCLIService, ttypes
from thrift.protocol.TBinaryProtocol import TBinaryProtocol  # type: ignore[import-untyped]
from thrift.transport.TTransport import TMemoryBuffer  # type: ignore[import-untyped]

from tests.integration.io.warehouses.duck_warehouse import Answering, DuckWarehouse, Served

TOKEN = "right"
t: Any = ttypes  # written by a tool, and without types
_BEFORE = [
    (r"CAST\(TIMESTAMP_MICROS\((\w+)\) AS TIMESTAMP_NTZ\)", r"HW_MOMENT_US(\1)"),
    (r"TIMESTAMP_MICROS\((\w+)\)", r"HW_ZONED_US(\1)"),
    (r"UNHEX\((\w+)\)", r"HW_BYTES(\1)"),
    (r"DATE_FROM_UNIX_DATE\(CAST\((\w+) AS INT\)\)", r"HW_DATE(\1)"),
]
_OK = t.TStatus(statusCode=t.TStatusCode.SUCCESS_STATUS)
_KINDS = {
    "bool": 0,
    "int8": 1,
    "int16": 2,
    "int32": 3,
    "int64": 4,
    "float": 5,
    "double": 6,
    "string": 7,
    "binary": 9,
}


@contextmanager
def databricks_server() -> Iterator[Served]:
    """A server; it knows one token."""
    with Served(_Handler, DuckWarehouse("databricks", _BEFORE)) as server:
        yield server


class _Handler(Answering):
    def do_POST(self) -> None:
        content = self.body()
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self.answer(b"{}", 403)
            return
        out = TMemoryBuffer()
        with self.server.lock:
            processor: Any = TCLIService.Processor(_Service(self.server))  # type: ignore[no-untyped-call]
            processor.process(TBinaryProtocol(TMemoryBuffer(content)), TBinaryProtocol(out))
        self.answer(out.getvalue(), kind="application/x-thrift")

    def do_PUT(self) -> None:
        self.server.files[self.path] = self.body()
        self.answer(b"")

    def do_DELETE(self) -> None:
        self.server.files.pop(self.path, None)
        self.answer(b"")

    def do_GET(self) -> None:
        self.answer(b"{}", 404)


class _Service:
    """The calls of the protocol."""

    def __init__(self, server: Served) -> None:
        self._server = server

    def OpenSession(self, request: Any) -> Any:
        identity = t.THandleIdentifier(guid=uuid.uuid4().bytes, secret=b"0" * 16)
        self._server.sessions[identity.guid.hex()] = self._server.warehouse.session()
        version = t.TProtocolVersion.SPARK_CLI_SERVICE_PROTOCOL_V8
        handle = t.TSessionHandle(sessionId=identity, serverProtocolVersion=version)
        known = {"serverProtocolVersion": version, "sessionHandle": handle, "canUseMultipleCatalogs": True}
        return t.TOpenSessionResp(status=_OK, **known)

    def CloseSession(self, request: Any) -> Any:
        self._server.sessions.pop(request.sessionHandle.sessionId.guid.hex(), None)
        return t.TCloseSessionResp(status=_OK)

    def CloseOperation(self, request: Any) -> Any:
        return t.TCloseOperationResp(status=_OK)

    def ExecuteStatement(self, request: Any) -> Any:
        session = self._server.sessions[request.sessionHandle.sessionId.guid.hex()]
        values = [_value(each) for each in request.parameters or []]
        try:
            return _answer(*self._run(session, request.statement, values))
        except duckdb.Error as error:
            missing = isinstance(error, duckdb.CatalogException) and "does not exist" in str(error)
            label = "TABLE_OR_VIEW_NOT_FOUND" if missing else "FAILED"
            return _failure(f"[{label}] {error}")

    def _run(
        self, session: duckdb.DuckDBPyConnection, statement: str, values: list[Any]
    ) -> tuple[pa.Table, bool]:
        """What a statement says, and whether the connector is to move a file."""
        verb = statement.split()[0]
        if verb in ("PUT", "REMOVE"):
            return self._file(verb, re.findall(r"'(.*?)'", statement)), True
        warehouse = self._server.warehouse
        if statement.startswith("CREATE VOLUME"):
            return pa.table({}), False
        if statement == "SELECT current_catalog()":
            return pa.table({"catalog": ["main"]}), False
        if verb == "DESCRIBE":
            [(schema, table)] = re.findall(r"`(.*?)`\.`(.*?)`", statement)
            query = "SELECT comment AS description FROM duckdb_tables() WHERE schema_name = $1 AND table_name = $2"
            return session.sql(query, params=[schema, table]).to_arrow_table(), False
        statement = self._with_files(statement)
        if verb == "SELECT":
            return _as_databricks_does(warehouse.run(session, statement, values)), False
        if verb == "MERGE":
            text = warehouse.translate(statement) + " RETURNING merge_action"
            actions = [row[0] for row in session.execute(text, values).fetchall()]
            counts = {f"num_{name}_rows": actions.count(action) for name, action in _ACTIONS}
            return pa.table({name: [count] for name, count in counts.items()}), False
        table = warehouse.run(session, statement, values)
        written = next((each for each in table.column(0).to_pylist() if isinstance(each, int)), 0)
        return pa.table({"num_affected_rows": [written]}), False

    def _file(self, verb: str, paths: list[str]) -> pa.Table:
        url = f"http://127.0.0.1:{self._server.server_port}{paths[-1]}"
        row = {"operation": verb, "presignedUrl": url, "headers": json.dumps({}), "localFile": paths[0]}
        return pa.table({name: [each] for name, each in row.items()})

    def _with_files(self, statement: str) -> str:
        def file_of(found: re.Match[str]) -> str:
            path = os.path.join(tempfile.mkdtemp(prefix="hw-volume-"), "rows.parquet")
            with open(path, "wb") as file:
                file.write(self._server.files[found[1]])
            return f"read_parquet('{path}')"

        return re.sub(r"parquet\.`(.*?)`", file_of, statement)


_ACTIONS = (("inserted", "INSERT"), ("updated", "UPDATE"), ("deleted", "DELETE"))


def _answer(table: pa.Table, moves_a_file: bool) -> Any:
    columns = [
        t.TColumnDesc(columnName=field.name, position=number + 1, typeDesc=_described(field.type))
        for number, field in enumerate(table.schema)
    ]
    batches = [
        t.TSparkArrowBatch(batch=batch.serialize().to_pybytes(), rowCount=batch.num_rows)
        for batch in table.to_batches()
    ]
    direct = t.TSparkDirectResults(
        operationStatus=t.TGetOperationStatusResp(
            status=_OK, operationState=t.TOperationState.FINISHED_STATE
        ),
        resultSetMetadata=t.TGetResultSetMetadataResp(
            status=_OK,
            schema=t.TTableSchema(columns=columns),
            resultFormat=t.TSparkRowSetType.ARROW_BASED_SET,
            arrowSchema=table.schema.serialize().to_pybytes(),
            lz4Compressed=False,
            isStagingOperation=moves_a_file,
        ),
        resultSet=t.TFetchResultsResp(
            status=_OK, hasMoreRows=False, results=t.TRowSet(startRowOffset=0, rows=[], arrowBatches=batches)
        ),
        closeOperation=t.TCloseOperationResp(status=_OK),
    )
    return t.TExecuteStatementResp(status=_OK, operationHandle=_operation(), directResults=direct)


def _failure(message: str) -> Any:
    state = t.TGetOperationStatusResp(
        status=_OK, operationState=t.TOperationState.ERROR_STATE, errorMessage=message, displayMessage=message
    )
    direct = t.TSparkDirectResults(operationStatus=state)
    return t.TExecuteStatementResp(status=_OK, operationHandle=_operation(), directResults=direct)


def _operation() -> Any:
    identity = t.THandleIdentifier(guid=uuid.uuid4().bytes, secret=b"0" * 16)
    return t.TOperationHandle(operationId=identity, operationType=0, hasResultSet=True)


def _described(kind: pa.DataType) -> Any:
    entry = t.TPrimitiveTypeEntry(type=_KINDS.get(str(kind), t.TTypeId.STRING_TYPE))
    return t.TTypeDesc(types=[t.TTypeEntry(primitiveEntry=entry)])


def _as_databricks_does(table: pa.Table) -> pa.Table:
    """A result with the types that Spark has: texts for JSON, moments in UTC."""
    fields = []
    for field in table.schema:
        kind = field.type
        if pa.types.is_timestamp(kind):
            kind = pa.timestamp("us", "UTC" if kind.tz else None)
        elif isinstance(kind, pa.BaseExtensionType):
            kind = pa.string()
        fields.append(pa.field(field.name, kind))
    return table.cast(pa.schema(fields))


def _value(parameter: Any) -> Any:
    text = parameter.value.stringValue if parameter.value is not None else None
    if text is None or parameter.type == "VOID":
        return None
    if parameter.type in ("INT", "BIGINT", "TINYINT", "SMALLINT"):
        return int(text)
    if parameter.type in ("DOUBLE", "FLOAT"):
        return float(text)
    return text.lower() == "true" if parameter.type == "BOOLEAN" else text
