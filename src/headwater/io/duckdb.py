"""The I/O manager for tables in a DuckDB file, for any types that handlers are given for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field as PydanticField

from headwater.definitions.config_field import Field, Noneable, Permissive
from headwater.definitions.config_type import StringSource
from headwater.definitions.configurable_io_manager import ConfigurableIOManagerFactory
from headwater.definitions.init_resource_context import InitResourceContext
from headwater.definitions.io_manager import IOManagerDefinition, io_manager
from headwater.definitions.stored_asset import StoredAsset
from headwater.io.db_io_manager import DbIOManager, DbTypeHandler
from headwater.io.duckdb_name import default_schema
from headwater.io.table_options import TableOptions, describe_table
from headwater.model.errors import DagsterInvalidDefinitionError

PATIENCE_SECONDS = 120.0
"""How long to wait by default for a file that another process has open."""


class DuckDBIOManager(ConfigurableIOManagerFactory[DbIOManager]):
    """Stores values as tables in the DuckDB file ``database``.

    Frames of pandas, polars and Arrow, streams of them (iterators, ``RecordBatchReader``, ``LazyFrame``), relations of
    DuckDB, queries (:class:`Sql`) and handles of tables (:class:`Table`) go by what a function returns and what its
    inputs are annotated with; a subclass may name handlers for other types.

    The table has the name of the asset. Its schema is the first that is given of: the asset's metadata ``schema``,
    ``schema`` here, the last part of the key's prefix, the ending of the file's name when it is not a usual one such
    as ``.duckdb``, and ``public``. A write is one transaction; the file is open only meanwhile. ``options`` are
    :class:`TableOptions` by pattern (``{"raw/*": …, "group:exports": …}``; the first that fits), over which the
    metadata of an asset comes. ``connection_config`` are settings of DuckDB. Another process that has the file open
    is waited for, for at most ``patience_seconds``; then :class:`DatabaseLockedError` names it.

    >>> class Tables(DuckDBIOManager):
    ...     @staticmethod
    ...     def type_handlers(): return [DuckDBPandasTypeHandler()]
    >>> Tables(database="analytics.duckdb", schema="raw")
    """

    database: str
    connection_config: dict[str, Any] = PydanticField(default_factory=dict)
    schema_: str | None = PydanticField(default=None, alias="schema")
    options: dict[str, TableOptions] = PydanticField(default_factory=dict)
    patience_seconds: float = PATIENCE_SECONDS

    @staticmethod
    def type_handlers() -> Sequence[DbTypeHandler[Any]]:
        """Handlers for further types, which come before those for frames of pandas, polars and Arrow."""
        return []

    @staticmethod
    def default_load_type() -> type[Any] | None:
        """What an input without annotation is loaded as; by default the type of the only handler."""
        return None

    def describe_storage(self, asset: StoredAsset) -> dict[str, str]:
        """Table and write mode of an asset."""
        return describe_table(asset, self.schema_, default_schema(self.database), self.options) | {
            "database": self.database
        }

    def create_io_manager(self, context: InitResourceContext) -> DbIOManager:
        """The I/O manager of the run."""
        return _build(
            self.type_handlers(),
            self.default_load_type(),
            database=self.database,
            connection_config=self.connection_config,
            schema=self.schema_,
            patience_seconds=self.patience_seconds,
            options=self.options,
        )


def build_duckdb_io_manager(
    type_handlers: Sequence[DbTypeHandler[Any]], default_load_type: type[Any] | None = None
) -> IOManagerDefinition:
    """A function-style :class:`DuckDBIOManager`, whose config has ``database``, ``schema``,
    ``connection_config``.

    >>> tables = build_duckdb_io_manager([DuckDBPandasTypeHandler()])
    >>> tables.configured({"database": "analytics.duckdb"})
    """

    @io_manager(
        config_schema={
            "database": Field(StringSource, description="The path of the DuckDB file."),
            "connection_config": Field(Noneable(Permissive()), is_required=False, default_value={}),
            "schema": Field(Noneable(StringSource), is_required=False),
        }
    )
    def duckdb_io_manager(context: InitResourceContext) -> DbIOManager:
        """Stores values as tables in a DuckDB file."""
        config = context.resource_config
        return _build(
            type_handlers,
            default_load_type,
            database=config["database"],
            connection_config=config.get("connection_config") or {},
            schema=config.get("schema"),
            patience_seconds=PATIENCE_SECONDS,
        )

    return duckdb_io_manager


def _build(
    type_handlers: Sequence[DbTypeHandler[Any]],
    default_load_type: type[Any] | None,
    *,
    database: str,
    connection_config: Mapping[str, Any],
    schema: str | None,
    patience_seconds: float,
    options: Mapping[str, TableOptions] | None = None,
) -> DbIOManager:
    # An extra, and slow to load; who only looks at definitions needs no database.
    from headwater.io.duckdb_file import DuckDBFile
    from headwater.io.duckdb_table import DuckDBTables

    if database.startswith(":memory:"):
        raise DagsterInvalidDefinitionError(
            "A DuckDB I/O manager cannot use :memory:, because that database ends with each connection. Give "
            "it the path of a file, or keep values in memory with InMemoryIOManager."
        )
    return DbIOManager(
        type_handlers=type_handlers,
        db_client=DuckDBTables(DuckDBFile(database, connection_config, patience_seconds=patience_seconds)),
        database=database,
        schema=schema,
        io_manager_name="DuckDBIOManager",
        default_load_type=default_load_type,
        default_schema=default_schema(database),
        options=options,
    )
