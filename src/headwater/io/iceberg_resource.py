"""A table of Iceberg as a resource, for assets that read or write it themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field as PydanticField

from headwater.definitions.configurable_resource import ConfigurableResource
from headwater.io.iceberg import IcebergCatalogConfig

if TYPE_CHECKING:
    from pyiceberg.table import Table


class IcebergTableResource(ConfigurableResource):
    """The table ``table`` of a namespace in the catalog ``name``.

    >>> @asset
    ... def rows(orders: IcebergTableResource) -> int: return orders.load().scan().count()
    """

    name: str
    config: IcebergCatalogConfig
    table: str
    schema_: str | None = PydanticField(default=None, alias="namespace")
    snapshot_id: int | None = None

    def load(self) -> Table:
        """The table, as pyiceberg knows it; ``snapshot_id`` is for whoever scans it."""
        from pyiceberg.catalog import load_catalog

        properties = {name: str(value) for name, value in self.config.properties.items()}
        with load_catalog(self.name, **properties) as catalog:
            return catalog.load_table(f"{self.schema_}.{self.table}" if self.schema_ else self.table)
