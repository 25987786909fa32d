"""Tables in a Snowflake database: connections, and what can be stored and loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import snowflake.connector as connector

from headwater.io.remote_tables import RemoteTables
from headwater.io.snowflake_connection import connect
from headwater.io.snowflake_sql import SNOWFLAKE
from headwater.io.warehouse_frame import WarehouseFrameHandler


class SnowflakeTables(RemoteTables):
    """The tables of one database. ``arguments`` are those of the connector."""

    tables = SNOWFLAKE
    frames = WarehouseFrameHandler(SNOWFLAKE)

    def __init__(self, arguments: Mapping[str, Any]) -> None:
        self._arguments = dict(arguments)

    @property
    def place(self) -> str:
        """Account and database."""
        return f"snowflake://{self._arguments.get('account')}/{self.database}"

    @property
    def database(self) -> str:
        """The name of the database."""
        return str(self._arguments.get("database") or "")

    @contextmanager
    def connecting(self) -> Iterator[connector.SnowflakeConnection]:
        """A connection that commits each statement by itself, in UTC."""
        given = self._arguments | {
            "autocommit": True,
            "paramstyle": "qmark",
            "arrow_number_to_decimal": True,
            "session_parameters": {"TIMEZONE": "UTC", **self._arguments.get("session_parameters", {})},
        }
        connection = connect(given)
        try:
            yield connection
        finally:
            connection.close()
