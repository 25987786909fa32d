"""Databricks SQL: tables by an I/O manager, and connections for assets that run SQL themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field as PydanticField

from headwater.definitions.configurable_resource import ConfigurableResource
from headwater.io.table_io_manager import TableIOManager

if TYPE_CHECKING:
    from headwater.io.databricks_tables import DatabricksTables

# The connector is an extra; who only looks at definitions needs no database.


class DatabricksSQLIOManager(TableIOManager):
    """Stores values as Delta tables in a catalog of Databricks, by a SQL warehouse.

    Frames of pandas, polars and Arrow, and streams of them, are uploaded as Parquet to the volume ``headwater`` of the
    schema, which is made if need be; a :class:`Sql` runs in the warehouse; an input annotated :class:`Table` is a handle.
    The schema and the ``options`` are found as for :class:`DuckDBIOManager`. ``connection_args`` go to the connector as
    they are. Databricks has no transactions over two tables: an append and the note that it was done are two statements.

    >>> tables = DatabricksSQLIOManager(
    ...     server_hostname="dbc-1.cloud.databricks.com", http_path="/sql/1.0/warehouses/1",
    ...     access_token=EnvVar("DATABRICKS_TOKEN"), catalog="main")
    """

    default_schema: ClassVar[str] = "default"

    server_hostname: str
    http_path: str
    access_token: str | None = PydanticField(default=None, repr=False)
    catalog: str | None = None
    schema_: str | None = PydanticField(default=None, alias="schema")
    connection_args: dict[str, Any] = PydanticField(default_factory=dict, repr=False)

    def build_client(self) -> DatabricksTables:
        """The tables of the catalog."""
        return _tables(self)

    def configured_schema(self) -> str | None:
        """The schema of assets that name none."""
        return self.schema_


class DatabricksSQLResource(ConfigurableResource):
    """Connections to a SQL warehouse of Databricks, each closed at the end of its ``with`` block.

    >>> @asset(deps=["flights"])
    ... def delays(databricks: DatabricksSQLResource):
    ...     with databricks.get_connection() as connection, connection.cursor() as cursor:
    ...         cursor.execute("OPTIMIZE flights")
    """

    server_hostname: str
    http_path: str
    access_token: str | None = PydanticField(default=None, repr=False)
    catalog: str | None = None
    connection_args: dict[str, Any] = PydanticField(default_factory=dict, repr=False)

    @contextmanager
    def get_connection(self) -> Iterator[Any]:
        """A connection of databricks-sql-connector."""
        with _tables(self).connecting() as connection:
            yield connection


def _tables(config: DatabricksSQLIOManager | DatabricksSQLResource) -> DatabricksTables:
    from headwater.io.databricks_tables import DatabricksTables

    names = ("server_hostname", "http_path", "access_token", "catalog")
    return DatabricksTables({**{name: getattr(config, name) for name in names}, **config.connection_args})
