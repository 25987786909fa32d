"""A table of Delta Lake as a resource, for assets that read or write it themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field as PydanticField

from headwater.definitions.configurable_resource import ConfigurableResource
from headwater.io.delta import storage_options
from headwater.io.delta_options import ClientConfig, LocalConfig, StorageConfig

if TYPE_CHECKING:
    import deltalake


class DeltaTableResource(ConfigurableResource):
    """The table at ``url``, at a version or as it is now.

    >>> @asset
    ... def rows(orders: DeltaTableResource) -> int: return orders.load().count()
    """

    url: str
    storage_options: StorageConfig = PydanticField(default_factory=LocalConfig, discriminator="provider")
    client_options: ClientConfig | None = None
    version: int | None = None

    def load(self) -> deltalake.DeltaTable:
        """The table, as deltalake knows it."""
        import deltalake

        options = storage_options(self.storage_options, self.client_options)
        return deltalake.DeltaTable(self.url, version=self.version, storage_options=options)
