"""Tables in a catalog of Databricks: connections, and what can be stored and loaded."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from databricks import sql
from databricks.sql.exc import Error
from urllib3.exceptions import HTTPError

from headwater.io.databricks_sql import DATABRICKS
from headwater.io.remote_tables import RemoteTables
from headwater.io.warehouse_frame import WarehouseFrameHandler
from headwater.model.errors import (
    DatabaseAccessError,
    DatabaseUnreachableError,
    ValueNotStorableError,
    WriteConflictError,
)

_REFUSED = ("401", "403", "invalid access token", "permission_denied", "insufficient_permissions")
_CONFLICTS = ("DELTA_CONCURRENT", "ConcurrentAppendException", "ConcurrentDeleteReadException")


class DatabricksTables(RemoteTables):
    """The tables of one catalog. ``arguments`` are those of the connector."""

    tables = DATABRICKS
    frames = WarehouseFrameHandler(DATABRICKS)

    def __init__(self, arguments: Mapping[str, Any]) -> None:
        self._arguments = dict(arguments)

    @property
    def place(self) -> str:
        """Workspace and catalog."""
        return f"databricks://{self._arguments.get('server_hostname')}/{self.database}"

    @property
    def database(self) -> str:
        """The catalog."""
        return str(self._arguments.get("catalog") or "")

    @contextmanager
    def connecting(self) -> Iterator[Any]:
        """A connection in UTC, in which each statement publishes by itself."""
        settings = {"TIMEZONE": "UTC", **(self._arguments.get("session_configuration") or {})}
        connection = connect(
            {
                "staging_allowed_local_path": tempfile.gettempdir(),
                **self._arguments,
                "session_configuration": settings,
            },
            self.place,
        )
        try:
            try:
                yield connection
            finally:
                DATABRICKS.drop_aside(connection)
                connection.close()
        except ValueNotStorableError as error:
            if any(text in str(error.__cause__) for text in _CONFLICTS):
                raise WriteConflictError(
                    f"The table was changed by somebody else while it was written, so nothing was written: "
                    f"{error.__cause__}. Run it again, or give its writers a pool of one slot."
                ) from error.__cause__
            raise


def connect(arguments: Mapping[str, Any], place: str) -> Any:
    """A connection. Arguments that are None are left to the connector's own defaults.

    Raises :class:`DatabaseAccessError` where the token is refused, :class:`DatabaseUnreachableError` where nobody answers.
    """
    try:
        return sql.connect(**{name: value for name, value in arguments.items() if value is not None})
    except (Error, HTTPError) as error:
        reason = str(error).strip()
        if any(text in f"{reason} {getattr(error, 'context', '')}".lower() for text in _REFUSED):
            raise DatabaseAccessError(place, reason) from None
        raise DatabaseUnreachableError(
            f"{place} cannot be reached: {reason}. Look at the host name, the HTTP path, and whether the warehouse runs."
        ) from None
