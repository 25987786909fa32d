"""Postgres: tables by an I/O manager, and connections for assets that run SQL themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pydantic import Field as PydanticField

from headwater.definitions.configurable_resource import ConfigurableResource
from headwater.io.table_io_manager import TableIOManager

if TYPE_CHECKING:
    import psycopg

    from headwater.io.postgres_tables import PostgresTables

# psycopg is an extra; who only looks at definitions needs no database.


class PostgresIOManager(TableIOManager):
    """Stores values as tables in a Postgres database.

    ``url`` is ``postgresql://user@host:port/database`` or any connection string of libpq; ``password`` may stand apart
    (as an ``EnvVar``), and is never shown. Frames of pandas, polars and Arrow go by COPY, streams of them too; a
    :class:`Sql` runs in the database; an input annotated :class:`Table` is a handle. The table has the name of the
    asset; its schema and its ``options`` are found as for :class:`DuckDBIOManager`. A write is one transaction; readers
    never wait for it, and a table of the same columns keeps its indexes, rights and views.

    >>> tables = PostgresIOManager(url="postgresql://etl@db/analytics", password=EnvVar("DB_PASSWORD"))
    """

    url: str
    password: str | None = PydanticField(default=None, repr=False)
    schema_: str | None = PydanticField(default=None, alias="schema")

    def build_client(self) -> PostgresTables:
        """The tables of the database."""
        return _tables(self.url, self.password)

    def configured_schema(self) -> str | None:
        """The schema of assets that name none."""
        return self.schema_


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
