"""What stands for a warehouse in the tests: one DuckDB in memory, to which statements are translated."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import duckdb
import pyarrow as pa
import sqlglot

_NONE: Mapping[str, str] = {}
_MACROS = """
    CREATE MACRO hw_moment(x) AS make_timestamp_ns(CAST(x AS BIGINT));
    CREATE MACRO hw_zoned(x) AS CAST(make_timestamp_ns(CAST(x AS BIGINT)) AS TIMESTAMPTZ_NS);
    CREATE MACRO hw_moment_us(x) AS CAST(make_timestamp(CAST(x AS BIGINT)) AS TIMESTAMP);
    CREATE MACRO hw_zoned_us(x) AS CAST(make_timestamp(CAST(x AS BIGINT)) AS TIMESTAMPTZ);
    CREATE MACRO hw_date(x) AS DATE '1970-01-01' + CAST(x AS INTEGER);
    CREATE MACRO hw_bytes(x) AS unhex(x);
    CREATE MACRO hw_json(x) AS CAST(x AS JSON);
"""


class DuckWarehouse:
    """The database behind a server of a protocol. ``before`` are changes made to a statement ahead of its translation."""

    def __init__(
        self, dialect: str, before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]] = ()
    ) -> None:
        self.dialect = dialect
        self.statements: list[str] = []
        self._before = before
        self._after = after
        self._database = duckdb.connect()
        self._database.execute(_MACROS)

    def close(self) -> None:
        """End it."""
        self._database.close()

    def session(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own."""
        return self._database.cursor()

    def translate(self, statement: str) -> str:
        """A statement in DuckDB's words."""
        self.statements.append(statement)
        for pattern, replacement in self._before:
            statement = re.sub(pattern, replacement, statement, flags=re.IGNORECASE | re.DOTALL)
        [translated] = sqlglot.transpile(statement, read=self.dialect, write="duckdb")
        for pattern, replacement in self._after:
            translated = re.sub(pattern, replacement, translated, flags=re.IGNORECASE | re.DOTALL)
        return translated

    def run(self, session: duckdb.DuckDBPyConnection, statement: str, values: Sequence[Any] = ()) -> pa.Table:
        """What a statement gives."""
        relation = session.sql(self.translate(statement), params=list(values))
        return pa.table({"Count": [0]}) if relation is None else relation.to_arrow_table()

    def describe(
        self, session: duckdb.DuckDBPyConnection, query: str, values: Sequence[Any] = ()
    ) -> list[tuple[str, str]]:
        """The columns of a query and DuckDB's types of them."""
        rows = session.execute(f"DESCRIBE {self.translate(query)}", list(values)).fetchall()
        return [(row[0], row[1]) for row in rows]


class Served(ThreadingHTTPServer):
    """A server of a protocol on the loop-back address, for as long as a ``with`` block lasts."""

    def __init__(self, handler: type[BaseHTTPRequestHandler], warehouse: DuckWarehouse) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.warehouse = warehouse
        self.sessions: dict[str, duckdb.DuckDBPyConnection] = {}
        self.files: dict[str, bytes] = {}
        self.lock = threading.RLock()
        self._connections: list[socket.socket] = []

    daemon_threads = False

    def get_request(self) -> tuple[socket.socket, Any]:
        """A connection, which is remembered: clients keep theirs open for longer than the server lives."""
        connection, address = super().get_request()
        self._connections.append(connection)
        return connection, address

    def __enter__(self) -> Served:
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *args: object) -> None:
        self.shutdown()
        self._thread.join()
        for connection in self._connections:
            with contextlib.suppress(OSError):  # closed by its client
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()
        self.warehouse.close()


class Answering(BaseHTTPRequestHandler):
    """Reads requests and writes answers, without a log."""

    protocol_version = "HTTP/1.1"
    server: Served

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""

    def body(self) -> bytes:
        """What was sent."""
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(
        self,
        content: bytes,
        status: int = 200,
        kind: str = "application/json",
        headers: Mapping[str, str] = _NONE,
    ) -> None:
        """Send an answer."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
