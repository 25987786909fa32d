"""Snowflake: tables by an I/O manager, under the names and arguments of dagster-snowflake."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pydantic
from pydantic import Field as PydanticField

from headwater.definitions.io_manager import IOManagerDefinition
from headwater.io.db_io_manager import DbTypeHandler
from headwater.io.table_io_manager import TableIOManager, build_table_io_manager
from headwater.model.errors import DagsterInvalidDefinitionError

if TYPE_CHECKING:
    from headwater.io.snowflake_tables import SnowflakeTables

# The connector is an extra; who only looks at definitions needs no database.


class SnowflakeIOManager(TableIOManager):
    """Stores values as tables in a Snowflake database.

    Frames of pandas, polars and Arrow, and streams of them, are uploaded as Parquet; a :class:`Sql` runs in the warehouse;
    an input annotated :class:`Table` is a handle. Names that need no quotes are those of statements without quotes: the
    asset ``flights`` is the table ``FLIGHTS``. The schema and the ``options`` are found as for :class:`DuckDBIOManager`.

    ``private_key`` is PEM text, or that in base64; ``authenticator`` and ``additional_snowflake_connection_args`` go to the
    connector as they are. Moments are stored as such, with all nanoseconds; ``store_timestamps_as_strings=True`` raises
    :class:`DagsterInvalidDefinitionError`.

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

    @pydantic.field_validator("store_timestamps_as_strings")
    @classmethod
    def _refuse_strings(cls, given: bool) -> bool:
        if given:
            raise DagsterInvalidDefinitionError(
                "store_timestamps_as_strings=True would store moments as texts. Headwater stores them as TIMESTAMP_NTZ or "
                "TIMESTAMP_LTZ with all nanoseconds: leave it out, or convert the columns in the asset."
            )
        return given

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
