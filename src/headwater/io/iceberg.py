"""I/O managers for tables of Iceberg in a catalog, under the names of dagster-iceberg."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field as PydanticField

from headwater.definitions.config import Config
from headwater.definitions.configurable_io_manager import ConfigurableIOManagerFactory
from headwater.definitions.init_resource_context import InitResourceContext
from headwater.definitions.stored_asset import StoredAsset
from headwater.io.db_io_manager import DbTypeHandler
from headwater.io.lake_handler import LakeLibraryHandler, NativeTableHandler
from headwater.io.lake_io_manager import LakeIOManager, build_lake_io_manager
from headwater.io.table_options import TableOptions, describe_table

# pyiceberg is an extra; who only looks at definitions needs none.


class IcebergCatalogConfig(Config):
    """The properties of a catalog as pyiceberg takes them, and how the names of partition fields begin.

    >>> IcebergCatalogConfig(properties={"type": "sql", "uri": "sqlite:///lake.db", "warehouse": "file:///lake"})
    IcebergCatalogConfig(properties=…)
    """

    properties: dict[str, Any] = PydanticField(repr=False)
    partition_field_name_prefix: str = "part"


class IcebergIOManager(ConfigurableIOManagerFactory[LakeIOManager]):
    """Stores values as tables of Iceberg in the catalog ``name``, whose properties are ``config``, or else those of
    pyiceberg's own configuration.

    Frames of pandas, polars and Arrow and streams of them go by what a function returns and what its inputs are
    annotated with; an input annotated ``pyiceberg.table.Table`` gets the table. It has the name of the asset; its
    namespace is the first that is given of: the metadata ``schema`` of the asset, ``namespace`` here, the last part of
    the key's prefix, ``public``. A write is one snapshot; who writes at the same time begins anew, nobody waits.
    ``table_properties`` are those of new tables, ``options`` :class:`TableOptions` by pattern of keys or groups.

    >>> config = IcebergCatalogConfig(properties={"type": "sql", "uri": "sqlite:///c.db", "warehouse": "file:///lake"})
    >>> lake = IcebergIOManager(name="lake", config=config, namespace="shop")
    """

    name: str
    config: IcebergCatalogConfig | None = None
    schema_: str | None = PydanticField(default=None, alias="namespace")
    table_properties: dict[str, str] | None = None
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
        return {
            **describe_table(asset, self.schema_, "public", self.options),
            "lake": f"Iceberg, catalog {self.name}",
        }

    def create_io_manager(self, context: InitResourceContext) -> LakeIOManager:
        """The I/O manager of the run."""
        from headwater.io.iceberg_table import IcebergLake

        lake = IcebergLake(
            self.name,
            self.config.properties if self.config is not None else {},
            prefix=self.config.partition_field_name_prefix if self.config is not None else "part",
            table_properties=self.table_properties,
        )
        return build_lake_io_manager(
            lake,
            NativeTableHandler("pyiceberg", "Table"),
            type_handlers=self.type_handlers(),
            defaults=TableOptions(),
            schema=self.schema_,
            io_manager_name=type(self).__name__,
            default_load_type=self.default_load_type(),
            options=self.options,
        )


class _ArrowHandler(LakeLibraryHandler):
    """Tables of Arrow."""

    @property
    def supported_types(self) -> Sequence[type[Any]]:
        """The one type."""
        import pyarrow

        return [pyarrow.Table]


class _PandasHandler(LakeLibraryHandler):
    """Frames of pandas."""

    @property
    def supported_types(self) -> Sequence[type[Any]]:
        """The one type."""
        import pandas

        return [pandas.DataFrame]


class _PolarsHandler(LakeLibraryHandler):
    """Frames of polars."""

    @property
    def supported_types(self) -> Sequence[type[Any]]:
        """The one type."""
        import polars

        return [polars.DataFrame]


class PyArrowIcebergIOManager(IcebergIOManager):
    """An :class:`IcebergIOManager` that loads tables of Arrow where an input says nothing else."""

    @staticmethod
    def type_handlers() -> Sequence[DbTypeHandler[Any]]:
        """The handler of tables of Arrow."""
        return [_ArrowHandler()]


class PandasIcebergIOManager(IcebergIOManager):
    """An :class:`IcebergIOManager` that loads frames of pandas where an input says nothing else."""

    @staticmethod
    def type_handlers() -> Sequence[DbTypeHandler[Any]]:
        """The handler of frames of pandas."""
        return [_PandasHandler()]


class PolarsIcebergIOManager(IcebergIOManager):
    """An :class:`IcebergIOManager` that loads frames of polars where an input says nothing else."""

    @staticmethod
    def type_handlers() -> Sequence[DbTypeHandler[Any]]:
        """The handler of frames of polars."""
        return [_PolarsHandler()]
