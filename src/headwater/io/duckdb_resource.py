"""A DuckDB file as a resource, for assets that run SQL themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pydantic import Field

from headwater.definitions.configurable_resource import ConfigurableResource
from headwater.io.duckdb import PATIENCE_SECONDS

if TYPE_CHECKING:
    import duckdb


class DuckDBResource(ConfigurableResource):
    """Connections to the DuckDB file ``database``; ``:memory:`` is a database that ends with its connection.

    Each connection is closed at the end of its ``with`` block. Another process that has the file open is
    waited for, for at most ``patience_seconds``; then :class:`DatabaseLockedError` names it.

    >>> @asset(deps=["flights"])
    ... def delays(duckdb: DuckDBResource):
    ...     with duckdb.get_connection() as connection:
    ...         connection.execute("CREATE OR REPLACE TABLE delays AS SELECT …")
    >>> Definitions(assets=[delays], resources={"duckdb": DuckDBResource(database="analytics.duckdb")})
    """

    database: str
    connection_config: dict[str, Any] = Field(default_factory=dict)
    patience_seconds: float = PATIENCE_SECONDS

    @contextmanager
    def get_connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection that reads and writes."""
        # An extra, and slow to load; who only looks at definitions needs no database.
        from headwater.io.duckdb_file import DuckDBFile

        file = DuckDBFile(self.database, self.connection_config, patience_seconds=self.patience_seconds)
        with file.connecting() as connection:
            yield connection
