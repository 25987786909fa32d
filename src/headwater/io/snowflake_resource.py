"""Snowflake as a resource, for assets that run SQL themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pydantic import Field as PydanticField

from headwater.definitions.configurable_resource import ConfigurableResource
from headwater.definitions.resource import IAttachDifferentObjectToOpContext, resource
from headwater.model.errors import DagsterInvalidDefinitionError

if TYPE_CHECKING:
    import snowflake.connector

# The connector is an extra; who only looks at definitions needs no database.

_OURS = frozenset({"additional_snowflake_connection_args", "connector", "cache_column_metadata", "schema_"})


class SnowflakeResource(ConfigurableResource, IAttachDifferentObjectToOpContext):
    """Connections to Snowflake, each closed at the end of its ``with`` block.

    The arguments are those of the connector; ``private_key`` is PEM text, or that in base64; what has no field here goes
    into ``additional_snowflake_connection_args``. Only connections of the connector itself are made: ``connector`` may not
    be given.

    >>> @asset(deps=["flights"])
    ... def delays(snowflake: SnowflakeResource):
    ...     with snowflake.get_connection() as connection:
    ...         connection.cursor().execute("CREATE OR REPLACE TABLE delays AS SELECT …")
    >>> SnowflakeResource(account="acme-prod", user="etl", password=EnvVar("SNOWFLAKE_PASSWORD"))
    """

    account: str | None = None
    user: str
    password: str | None = PydanticField(default=None, repr=False)
    database: str | None = None
    schema_: str | None = PydanticField(default=None, alias="schema")
    role: str | None = None
    warehouse: str | None = None
    private_key: str | None = PydanticField(default=None, repr=False)
    private_key_password: str | None = PydanticField(default=None, repr=False)
    private_key_path: str | None = None
    autocommit: bool | None = None
    client_prefetch_threads: int | None = None
    client_session_keep_alive: bool | None = None
    login_timeout: int | None = None
    network_timeout: int | None = None
    ocsp_response_cache_filename: str | None = None
    validate_default_parameters: bool | None = None
    paramstyle: str | None = None
    timezone: str | None = None
    connector: str | None = None
    cache_column_metadata: str | None = None
    numpy: bool | None = None
    authenticator: str | None = None
    additional_snowflake_connection_args: dict[str, Any] | None = PydanticField(default=None, repr=False)

    @contextmanager
    def get_connection(self, raw_conn: bool = True) -> Iterator[snowflake.connector.SnowflakeConnection]:
        """A connection of snowflake-connector-python.

        Raises :class:`DatabaseAccessError` where the login is refused, :class:`DatabaseUnreachableError` where nobody
        answers.
        """
        from headwater.io.snowflake_connection import connect

        if self.connector is not None or not raw_conn:
            raise DagsterInvalidDefinitionError(
                "SnowflakeResource gives connections of snowflake-connector-python. For SQLAlchemy make an engine in a "
                "resource of your own; leave out connector= and raw_conn=False."
            )
        fields = {name: getattr(self, name) for name in type(self).model_fields if name not in _OURS}
        connection = connect(
            {**fields, "schema": self.schema_, **(self.additional_snowflake_connection_args or {})}
        )
        try:
            yield connection
        finally:
            connection.close()

    def get_object_to_set_on_execution_context(self) -> SnowflakeConnection:
        """What ``context.resources.snowflake`` is."""
        return SnowflakeConnection(self)


class SnowflakeConnection:
    """Runs queries, each over a connection of its own: what ``context.resources`` has for a Snowflake resource."""

    def __init__(self, configured: SnowflakeResource) -> None:
        self._configured = configured

    @contextmanager
    def get_connection(self, raw_conn: bool = True) -> Iterator[snowflake.connector.SnowflakeConnection]:
        """A connection of snowflake-connector-python."""
        with self._configured.get_connection(raw_conn) as connection:
            yield connection

    def execute_query(
        self,
        sql: str,
        parameters: Sequence[Any] | Mapping[Any, Any] | None = None,
        fetch_results: bool = False,
        use_pandas_result: bool = False,
    ) -> Any:
        """Run a statement; its rows, or a frame of them, where they are wanted."""
        results = self.execute_queries([sql], parameters, fetch_results, use_pandas_result)
        return results[0] if results is not None else None

    def execute_queries(
        self,
        sql_queries: Sequence[str],
        parameters: Sequence[Any] | Mapping[Any, Any] | None = None,
        fetch_results: bool = False,
        use_pandas_result: bool = False,
    ) -> Sequence[Any] | None:
        """Run statements over one connection, in their order; what each gives, where that is wanted."""
        with self.get_connection() as connection, connection.cursor() as cursor:
            results: list[Any] = []
            for sql in sql_queries:
                cursor.execute(sql, dict(parameters) if isinstance(parameters, Mapping) else parameters)
                if use_pandas_result:
                    results.append(cursor.fetch_pandas_all())
                elif fetch_results:
                    results.append(cursor.fetchall())
        return results if fetch_results or use_pandas_result else None


@resource(config_schema=SnowflakeResource.to_config_schema())
def snowflake_resource(context: Any) -> SnowflakeConnection:
    """Connections to Snowflake; see :class:`SnowflakeResource` for its config."""
    return SnowflakeConnection(SnowflakeResource.from_resource_context(context))


def fetch_last_updated_timestamps(
    *,
    snowflake_connection: Any,
    schema: str,
    tables: Sequence[str],
    database: str | None = None,
    ignore_missing_tables: bool | None = False,
) -> Mapping[str, datetime]:
    """When each of some tables was changed last, in UTC, by the names as they were given.

    Raises :class:`ValueError` where no table is named, or for one that is not there (unless that is ignored).

    >>> fetch_last_updated_timestamps(snowflake_connection=connection, schema="raw", tables=["flights"])  # doctest: +SKIP
    """
    if not tables:
        raise ValueError("Name at least one table.")
    names = ", ".join(_literal(name.upper()) for name in tables)
    catalog = f"{_quoted(database)}." if database else ""
    cursor = snowflake_connection.cursor()
    cursor.execute(
        f"SELECT table_name, DATE_PART(EPOCH_MILLISECOND, last_altered) FROM {catalog}information_schema.tables "
        f"WHERE UPPER(table_schema) = {_literal(schema.upper())} AND UPPER(table_name) IN ({names})"
    )
    found = {str(name).upper(): datetime.fromtimestamp(int(at) / 1000, UTC) for name, at in cursor.fetchall()}
    missing = [name for name in tables if name.upper() not in found]
    if missing and not ignore_missing_tables:
        raise ValueError(f"The schema {schema} has no table {', '.join(missing)}.")
    return {name: found[name.upper()] for name in tables if name.upper() in found}


def _literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return '"' + name.upper().replace('"', '""') + '"'
