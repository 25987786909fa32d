"""BigQuery: tables by an I/O manager, under the names and arguments of dagster-gcp."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field as PydanticField

from headwater.definitions.io_manager import IOManagerDefinition
from headwater.io.bigquery_resource import BigQueryResource
from headwater.io.db_io_manager import DbTypeHandler
from headwater.io.table_io_manager import TableIOManager, build_table_io_manager
from headwater.io.table_options import TableOptions

if TYPE_CHECKING:
    from headwater.io.bigquery_tables import BigQueryTables

# The client is an extra; who only looks at definitions needs no database.


class BigQueryIOManager(TableIOManager):
    """Stores values as tables in a project of BigQuery.

    Frames of pandas, polars and Arrow, and streams of them, are uploaded as Parquet; a :class:`Sql` runs in the warehouse;
    an input annotated :class:`Table` is a handle. ``dataset`` is what the schema is elsewhere; it and the ``options`` are
    found as for :class:`DuckDBIOManager`. ``gcp_credentials`` is the JSON of a service account in base64; without it the
    credentials of the environment are used. ``endpoint_url`` names another server than Google's. How a table is written
    say the :class:`TableOptions` of an asset or pattern; ``write_mode="append"`` appends where these say nothing.
    ``temporary_gcs_bucket`` and ``timeout`` are taken so that a project of Dagster loads; no bucket is needed here.

    >>> tables = BigQueryIOManager(project="acme-analytics", dataset="raw")
    """

    default_schema: ClassVar[str] = "public"

    project: str
    dataset: str | None = None
    location: str | None = None
    gcp_credentials: str | None = PydanticField(default=None, repr=False)
    temporary_gcs_bucket: str | None = None
    timeout: float | None = None
    write_mode: str = "truncate"
    endpoint_url: str | None = None

    def build_client(self) -> BigQueryTables:
        """The tables of the project."""
        from headwater.io.bigquery_tables import BigQueryTables

        resource = BigQueryResource(
            project=self.project,
            location=self.location,
            gcp_credentials=self.gcp_credentials,
            endpoint_url=self.endpoint_url,
        )
        return BigQueryTables(self.project, self.location, resource.build_client)

    def general_options(self) -> dict[str, TableOptions]:
        """The options by pattern; where none fits, ``write_mode`` holds."""
        if self.write_mode != "append":
            return self.options
        return {**self.options, "*": self.options.get("*", TableOptions(write_mode="append"))}

    def configured_schema(self) -> str | None:
        """The dataset of assets that name none."""
        return self.dataset


def build_bigquery_io_manager(
    type_handlers: Sequence[DbTypeHandler[Any]], default_load_type: type[Any] | None = None
) -> IOManagerDefinition:
    """A function-style :class:`BigQueryIOManager`.

    >>> tables = build_bigquery_io_manager([BigQueryPandasTypeHandler()])
    """
    return build_table_io_manager(BigQueryIOManager, type_handlers, default_load_type)
