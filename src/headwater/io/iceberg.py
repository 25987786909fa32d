"""I/O managers for tables of Iceberg in a catalog, under the names of dagster-iceberg."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field as PydanticField

from headwater.definitions.config import Config
from headwater.io.db_io_manager import DbTypeHandler
from headwater.io.lake_handler import LakeLibraryHandler, NativeTableHandler
from headwater.io.lake_io_manager import LakeManagerFactory
from headwater.io.lake_table import Lake

# pyiceberg is an extra; who only looks at definitions needs none.


class IcebergCatalogConfig(Config):
    """The properties of a catalog as pyiceberg takes them, and how the names of partition fields begin.

    >>> IcebergCatalogConfig(properties={"type": "sql", "uri": "sqlite:///lake.db", "warehouse": "file:///lake"})
    IcebergCatalogConfig(properties=…)
    """

    properties: dict[str, Any] = PydanticField(repr=False)
    partition_field_name_prefix: str = "part"


class IcebergIOManager(LakeManagerFactory):
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

    def build_lake(self) -> Lake:
        """The tables of the catalog."""
        from headwater.io.iceberg_table import IcebergLake

        config = self.config or IcebergCatalogConfig(properties={})
        return IcebergLake(
            self.name,
            config.properties,
            prefix=config.partition_field_name_prefix,
            table_properties=self.table_properties,
        )

    def configured_schema(self) -> str | None:
        """The namespace of assets that name none."""
        return self.schema_

    def describe_lake(self) -> str:
        """The kind, and the catalog."""
        return f"Iceberg, catalog {self.name}"

    def native_handler(self) -> NativeTableHandler:
        """A table of pyiceberg."""
        return NativeTableHandler("pyiceberg", "Table")


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
