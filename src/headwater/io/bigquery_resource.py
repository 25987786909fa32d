"""BigQuery as a resource, for assets that run SQL themselves."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import Field as PydanticField

from headwater.definitions.configurable_resource import ConfigurableResource
from headwater.definitions.resource import IAttachDifferentObjectToOpContext, resource

if TYPE_CHECKING:
    from google.cloud import bigquery

# The client is an extra; who only looks at definitions needs no database.


class BigQueryResource(ConfigurableResource, IAttachDifferentObjectToOpContext):
    """A client of BigQuery, for ``project`` or for that of the environment's credentials.

    ``gcp_credentials`` is the JSON of a service account in base64; ``endpoint_url`` names another server than Google's,
    and without credentials it is asked as nobody.

    >>> @asset
    ... def rows(bigquery: BigQueryResource) -> int:
    ...     with bigquery.get_client() as client:
    ...         return client.query("SELECT 1").result().total_rows
    """

    project: str | None = None
    location: str | None = None
    gcp_credentials: str | None = PydanticField(default=None, repr=False)
    endpoint_url: str | None = None

    @contextmanager
    def get_client(self) -> Iterator[bigquery.Client]:
        """A client of google-cloud-bigquery, closed at the end of its ``with`` block."""
        client = self.build_client()
        try:
            yield client
        finally:
            client.close()  # type: ignore[no-untyped-call]

    def build_client(self) -> bigquery.Client:
        """A client, which somebody else closes."""
        from google.auth.credentials import AnonymousCredentials
        from google.cloud import bigquery
        from google.oauth2 import service_account

        credentials: Any = None
        if self.gcp_credentials is not None:
            told = json.loads(base64.b64decode(self.gcp_credentials))
            credentials = service_account.Credentials.from_service_account_info(told)  # type: ignore[no-untyped-call]
        elif self.endpoint_url is not None:
            credentials = AnonymousCredentials()  # type: ignore[no-untyped-call]
        options = {"api_endpoint": self.endpoint_url} if self.endpoint_url is not None else None
        return bigquery.Client(
            project=self.project, location=self.location, credentials=credentials, client_options=options
        )

    def get_object_to_set_on_execution_context(self) -> Any:
        """What ``context.resources.bigquery`` is: the client."""
        return self.build_client()


@resource(config_schema=BigQueryResource.to_config_schema())
def bigquery_resource(context: Any) -> Any:
    """A client of BigQuery; see :class:`BigQueryResource` for its config."""
    return BigQueryResource.from_resource_context(context).build_client()


def fetch_last_updated_timestamps(
    *, client: bigquery.Client, dataset_id: str, table_ids: Sequence[str]
) -> Mapping[str, datetime]:
    """When each of some tables was changed last, in UTC.

    Raises :class:`ValueError` where no table is named, ``google.api_core.exceptions.NotFound`` for one that is not there.

    >>> fetch_last_updated_timestamps(client=client, dataset_id="raw", table_ids=["flights"])  # doctest: +SKIP
    """
    from google.cloud import bigquery

    if not table_ids:
        raise ValueError("Name at least one table.")
    dataset = bigquery.DatasetReference(client.project, dataset_id)
    return {name: client.get_table(dataset.table(name)).modified for name in table_ids}
