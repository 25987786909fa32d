"""Tables in a project of BigQuery: clients, datasets, and what can be stored and loaded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from google.api_core.exceptions import Forbidden, NotFound, Unauthorized
from google.auth.exceptions import GoogleAuthError
from google.cloud import bigquery

from headwater.definitions.io_context import OutputContext
from headwater.io.bigquery_sql import BIGQUERY
from headwater.io.remote_tables import RemoteTables
from headwater.io.table_slice import TableSlice
from headwater.io.warehouse_frame import WarehouseFrameHandler
from headwater.model.errors import DatabaseAccessError, ValueNotStorableError, WriteConflictError

_CONFLICT = "due to concurrent update"


class BigQueryTables(RemoteTables):
    """The tables of one project. ``build_client`` makes a client of google-cloud-bigquery."""

    tables = BIGQUERY
    frames = WarehouseFrameHandler(BIGQUERY)

    def __init__(self, project: str, location: str | None, build_client: Any) -> None:
        self._project = project
        self._location = location
        self._build_client = build_client

    @property
    def place(self) -> str:
        """The project."""
        return f"bigquery://{self._project}"

    @property
    def database(self) -> str:
        """The project."""
        return self._project

    @contextmanager
    def connecting(self) -> Iterator[bigquery.Client]:
        """A client. Raises :class:`DatabaseAccessError` and :class:`WriteConflictError`."""
        try:
            client = self._build_client()
            try:
                yield client
            finally:
                BIGQUERY.drop_aside(client)
                client.close()
        except (Unauthorized, Forbidden, GoogleAuthError) as error:
            raise DatabaseAccessError(self.place, str(error)) from error
        except ValueNotStorableError as error:
            cause = error.__cause__
            if isinstance(cause, (Unauthorized, Forbidden, GoogleAuthError)):
                raise DatabaseAccessError(self.place, str(cause)) from cause
            if _CONFLICT in str(cause):
                raise WriteConflictError(
                    f"The table was changed by somebody else while it was written, so nothing was written: {cause}. Run it "
                    "again, or give its writers a pool of one slot."
                ) from cause
            raise

    def ensure_schema_exists(self, context: OutputContext, table_slice: TableSlice, connection: Any) -> None:
        """Make the dataset unless there is one."""
        reference = bigquery.DatasetReference(self._project, table_slice.schema)
        try:
            connection.get_dataset(reference)
        except NotFound:
            dataset = bigquery.Dataset(reference)
            dataset.location = self._location
            connection.create_dataset(dataset, exists_ok=True)
