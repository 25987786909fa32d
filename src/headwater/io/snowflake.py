"""Snowflake: tables by an I/O manager, under the names and arguments of dagster-snowflake."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic import Field as PydanticField

from headwater.definitions.io_manager import IOManagerDefinition
from headwater.io.db_io_manager import DbTypeHandler
from headwater.io.table_io_manager import TableIOManager, build_table_io_manager

if TYPE_CHECKING:
    from headwater.io.snowflake_tables import SnowflakeTables

# The connector is an extra; who only looks at definitions needs no database.


class SnowflakeIOManager(TableIOManager):
    """Stores values as tables in a Snowflake database.

    Frames of pandas, polars and Arrow, and streams of them, are uploaded as Parquet; a :class:`Sql` runs in the warehouse;
    an input annotated :class:`Table` is a handle. Names that need no quotes are those of statements without quotes: the
    asset ``flights`` is the table ``FLIGHTS``. The schema and the ``options`` are found as for :class:`DuckDBIOManager`.

    ``private_key`` is PEM text, or that in base64; ``authenticator`` and ``additional_snowflake_connection_args`` go to the
    connector as they are. ``store_timestamps_as_strings`` is refused: moments are stored as such, with all nanoseconds.

    >>> tables = SnowflakeIOManager(account="acme-prod", user="etl", password=EnvVar("SNOWFLAKE_PASSWORD"), database="raw")
    """

    database: str
    account: str
    user: str
    schema_: str | None = PydanticField(default=None, alias="schema")
    password: str | None = PydanticField(default=None, repr=False)
    warehouse: str | None = None
    role: str | None = None
    private_key: str | None = PydanticField(default=None, repr=False)
    private_key_path: str | None = None
    private_key_password: str | None = PydanticField(default=None, repr=False)
    store_timestamps_as_strings: bool = False
    authenticator: str | None = None
    additional_snowflake_connection_args: dict[str, Any] | None = PydanticField(default=None, repr=False)

    def build_client(self) -> SnowflakeTables:
        """The tables of the database."""
        from headwater.io.snowflake_tables import SnowflakeTables

        names = ("database", "account", "user", "password", "warehouse", "role", "authenticator")
        keys = ("private_key", "private_key_path", "private_key_password")
        given = {name: getattr(self, name) for name in (*names, *keys)}
        return SnowflakeTables({**given, **(self.additional_snowflake_connection_args or {})})

    def configured_schema(self) -> str | None:
        """The schema of assets that name none."""
        return self.schema_


def build_snowflake_io_manager(
    type_handlers: Sequence[DbTypeHandler[Any]], default_load_type: type[Any] | None = None
) -> IOManagerDefinition:
    """A function-style :class:`SnowflakeIOManager`.

    >>> tables = build_snowflake_io_manager([SnowflakePandasTypeHandler()])
    """
    return build_table_io_manager(SnowflakeIOManager, type_handlers, default_load_type)
