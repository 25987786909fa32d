"""The I/O manager for tables of Delta Lake, on this machine or in an object store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field as PydanticField

from headwater.io.db_io_manager import DbTypeHandler
from headwater.io.delta_options import ClientConfig, LocalConfig, StorageConfig, WriteMode, WriterEngine
from headwater.io.lake_handler import LakeLibraryHandler, NativeTableHandler
from headwater.io.lake_io_manager import LakeManagerFactory
from headwater.io.lake_table import Lake
from headwater.io.table_options import TableOptions

# deltalake is an extra; who only looks at definitions needs none.


class DeltaLakeIOManager(LakeManagerFactory):
    """Stores values as tables of Delta Lake below ``root_uri``: a folder, ``s3://…``, ``abfss://…``, ``gs://…``.

    Frames of pandas, polars and Arrow and streams of them go by what a function returns and what its inputs are annotated
    with; an input annotated ``deltalake.DeltaTable`` gets the table. It lies at ``root_uri/schema/name``; its schema is
    found as for :class:`DuckDBIOManager`. A write is one commit; who writes at the same time begins anew, nobody waits.

    ``storage_options`` say how the store is reached (:class:`LocalConfig`, :class:`S3Config`, :class:`AzureConfig`,
    :class:`GcsConfig`). ``mode`` and ``overwrite_schema`` hold where :class:`TableOptions` of an asset say nothing:
    ``overwrite_schema=True`` lets a table take other columns, ``False`` freezes it; by default a table that is replaced as
    a whole takes them. ``options`` are :class:`TableOptions` by pattern of keys or groups. ``table_config`` are properties
    of new tables, ``custom_metadata`` goes into the log with each commit.

    >>> lake = DeltaLakeIOManager(root_uri="s3://lake", storage_options=S3Config(region="eu-central-1"))
    """

    root_uri: str
    mode: WriteMode = WriteMode.overwrite
    overwrite_schema: bool | None = None
    writer_engine: WriterEngine = WriterEngine.rust
    storage_options: StorageConfig = PydanticField(default_factory=LocalConfig, discriminator="provider")
    client_options: ClientConfig | None = None
    table_config: dict[str, str] | None = None
    schema_: str | None = PydanticField(default=None, alias="schema")
    custom_metadata: dict[str, str] | None = None
    writer_properties: dict[str, str] | None = None

    def build_lake(self) -> Lake:
        """The tables below the root."""
        from headwater.io.delta_table import DeltaLake

        return DeltaLake(
            self.root_uri,
            storage_options(self.storage_options, self.client_options),
            configuration=self.table_config,
            writer_properties=self.writer_properties,
            notes=self.custom_metadata,
        )

    def configured_schema(self) -> str | None:
        """The schema of assets that name none."""
        return self.schema_

    def describe_lake(self) -> str:
        """The kind, and the root."""
        return f"Delta Lake, {self.root_uri}"

    def native_handler(self) -> NativeTableHandler:
        """A table of deltalake."""
        return NativeTableHandler("deltalake", "DeltaTable")

    def default_options(self) -> TableOptions:
        """As ``mode`` and ``overwrite_schema`` say."""
        given: dict[str, Any] = {"write_mode": "append"} if self.mode == WriteMode.append else {}
        if self.overwrite_schema is not None:
            given["schema_contract"] = "replace" if self.overwrite_schema else "freeze"
        return TableOptions(**given)

    def if_there(self) -> str:
        """As ``mode`` says."""
        return self.mode.value if self.mode in (WriteMode.error, WriteMode.ignore) else "write"


def storage_options(storage: Any, client: ClientConfig | None) -> dict[str, str]:
    """The options of deltalake for a store and its client."""
    return {**storage.str_dict(), **(client.str_dict() if client is not None else {})}


class DeltaLakePyArrowTypeHandler(LakeLibraryHandler):
    """Stores and loads :class:`pyarrow.Table` and readers of batches."""

    @property
    def supported_types(self) -> Sequence[type[Any]]:
        """Tables of Arrow."""
        import pyarrow

        return [pyarrow.Table]


class DeltaLakePyarrowIOManager(DeltaLakeIOManager):
    """A :class:`DeltaLakeIOManager` that loads tables of Arrow where an input says nothing else."""

    @staticmethod
    def type_handlers() -> Sequence[DbTypeHandler[Any]]:
        """The handler of tables of Arrow."""
        return [DeltaLakePyArrowTypeHandler()]
