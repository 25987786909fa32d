"""Google Cloud Storage as a resource."""

from __future__ import annotations

from typing import Any

from headwater.definitions.configurable_resource import ConfigurableResource
from headwater.definitions.resource import IAttachDifferentObjectToOpContext, resource


class GCSResource(ConfigurableResource, IAttachDifferentObjectToOpContext):
    """A client of Google Cloud Storage, for ``project`` or for that of the environment's credentials.

    >>> @asset
    ... def listing(gcs: GCSResource) -> list[str]:
    ...     return [each.name for each in gcs.get_client().list_buckets()]
    """

    project: str | None = None

    def get_client(self) -> Any:
        """A client of google-cloud-storage."""
        from google.cloud.storage import Client

        return Client(project=self.project)

    def get_object_to_set_on_execution_context(self) -> Any:
        """What ``context.resources.gcs`` is: the client."""
        return self.get_client()


@resource(config_schema=GCSResource.to_config_schema())
def gcs_resource(context: Any) -> Any:
    """A client of Google Cloud Storage; see :class:`GCSResource` for its config."""
    return GCSResource.from_resource_context(context).get_client()
