"""Postgres: tables by an I/O manager, and connections for assets that run SQL themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pydantic import Field as PydanticField

from headwater.definitions.configurable_io_manager import ConfigurableIOManagerFactory
from headwater.definitions.configurable_resource import ConfigurableResource
from headwater.definitions.init_resource_context import InitResourceContext
from headwater.definitions.stored_asset import StoredAsset
from headwater.io.db_io_manager import DbIOManager, DbTypeHandler
from headwater.io.table_options import TableOptions, describe_table

if TYPE_CHECKING:
    import psycopg

    from headwater.io.postgres_tables import PostgresTables

# psycopg is an extra; who only looks at definitions needs no database.


class PostgresIOManager(ConfigurableIOManagerFactory[DbIOManager]):
    """Stores values as tables in a Postgres database.

    ``url`` is ``postgresql://user@host:port/database`` or any connection string of libpq; ``password`` may stand apart
    (as an ``EnvVar``), and is never shown. Frames of pandas, polars and Arrow go by COPY, streams of them too; a
    :class:`Sql` runs in the database; an input annotated :class:`Table` is a handle. The table has the name of the asset;
    its schema and its ``options`` are found as for :class:`DuckDBIOManager`. A write is one transaction; readers never wait for it, and a table
    of the same columns keeps its indexes, rights and views.

    >>> tables = PostgresIOManager(url="postgresql://etl@db/analytics", password=EnvVar("DB_PASSWORD"))
    """

    url: str
    password: str | None = PydanticField(default=None, repr=False)
    schema_: str | None = PydanticField(default=None, alias="schema")
    options: dict[str, TableOptions] = PydanticField(default_factory=dict)

    @staticmethod
    def type_handlers() -> Sequence[DbTypeHandler[Any]]:
        """Handlers for further types, which come before those for frames."""
        return []

    @staticmethod
    def default_load_type() -> type[Any] | None:
        """What an input without annotation is loaded as; by default what the asset is annotated with."""
        return None

    def describe_storage(self, asset: StoredAsset) -> dict[str, str]:
        """Table and write mode of an asset."""
        return describe_table(asset, self.schema_, "public", self.options)

    def create_io_manager(self, context: InitResourceContext) -> DbIOManager:
        """The I/O manager of the run."""
        client = _tables(self.url, self.password)
        return DbIOManager(
            type_handlers=self.type_handlers(),
            db_client=client,
            database=client.place,
            schema=self.schema_,
            io_manager_name=type(self).__name__,
            default_load_type=self.default_load_type(),
            options=self.options,
        )


class PostgresResource(ConfigurableResource):
    """Connections to a Postgres database; each is one transaction, committed at the end of its ``with`` block.

    >>> @asset(deps=["flights"])
    ... def delays(postgres: PostgresResource):
    ...     with postgres.get_connection() as connection:
    ...         connection.execute("REFRESH MATERIALIZED VIEW delays")
    """

    url: str
    password: str | None = PydanticField(default=None, repr=False)

    @contextmanager
    def get_connection(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection of psycopg."""
        with _tables(self.url, self.password).connecting() as connection:
            yield connection


def _tables(url: str, password: str | None) -> PostgresTables:
    from headwater.io.postgres_tables import PostgresTables, conninfo_of

    return PostgresTables(conninfo_of(url, {"password": password}))
