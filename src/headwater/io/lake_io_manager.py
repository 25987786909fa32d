"""The I/O manager over a lake: frames of any library in, by annotation out, and the versions that the format keeps."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from headwater.definitions.configurable_io_manager import ConfigurableIOManagerFactory
from headwater.definitions.init_resource_context import InitResourceContext
from headwater.definitions.io_context import InputContext, OutputContext
from headwater.definitions.stored_asset import StoredAsset
from headwater.definitions.stored_version import StoredVersion
from headwater.io.db_io_manager import DbClient, DbIOManager, DbTypeHandler
from headwater.io.lake_condition import build_conditions
from headwater.io.lake_handler import LakeFrameHandler, LakeUse, NativeTableHandler
from headwater.io.lake_rows import LakeRows
from headwater.io.lake_table import Commit, Lake, LakeTable, versions_of
from headwater.io.lake_type import show_batch, visible_schema
from headwater.io.select import show_select
from headwater.io.spool import Spool
from headwater.io.subject import subject_of
from headwater.io.table_options import NO_OPTIONS, TableOptions, describe_table
from headwater.io.table_slice import TableSlice
from headwater.model.errors import CheckError, VersionNotFoundError


class LakeClient(DbClient):
    """A lake as a database whose tables handlers write and read."""

    def __init__(self, use: LakeUse, native: NativeTableHandler) -> None:
        self.use = use
        self._native = native

    def at(self, version_id: str) -> LakeClient:
        """The same lake, of which a version is loaded."""
        return LakeClient(self.use._replace(version_id=version_id), self._native)

    @contextmanager
    def connect(self, context: InputContext | OutputContext, table_slice: TableSlice) -> Iterator[LakeUse]:
        """The lake. A write to it is a commit by itself."""
        with self.use.lake.session():
            yield self.use

    def ensure_schema_exists(self, context: OutputContext, table_slice: TableSlice, connection: Any) -> None:
        """Nothing: a table brings its schema with it."""

    def delete_table_slice(self, context: OutputContext, table_slice: TableSlice, connection: Any) -> None:
        """Raises :class:`CheckError`: a handler replaces rows with others, in one commit."""
        raise CheckError(
            "A handler for a lake writes by options (writes_by_options = True): it deletes nothing before."
        )

    def get_select_statement(self, table_slice: TableSlice) -> str:
        """The query for the slice, as people read it."""
        return show_select(table_slice)

    def get_table_name(self, table_slice: TableSlice) -> str:
        """The kind of lake, schema and table."""
        return ".".join([self.use.lake.storage_kind, table_slice.schema, table_slice.table])

    def own_handlers(self) -> Sequence[DbTypeHandler[Any]]:
        """Frames and streams of any library, and the table itself."""
        return [self._native, LakeFrameHandler()]


class LakeIOManager(DbIOManager):
    """A :class:`DbIOManager` over a lake, with the versions that it keeps by itself."""

    def __init__(
        self,
        client: LakeClient,
        *,
        type_handlers: Sequence[DbTypeHandler[Any]],
        schema: str | None,
        io_manager_name: str,
        default_load_type: type[Any] | None,
        options: Mapping[str, TableOptions],
    ) -> None:
        super().__init__(
            type_handlers=type_handlers,
            db_client=client,
            database=client.use.lake.storage_kind,
            schema=schema,
            io_manager_name=io_manager_name,
            default_load_type=default_load_type,
            options=options,
        )
        self._lake_client = client
        self._type_handlers = type_handlers

    def list_versions(self, context: InputContext) -> list[StoredVersion]:
        """The versions of the table, or of the one partition, oldest first."""
        with self._lake.session():
            table, partition = self._table(context)
            return versions_of(table.history(), partition)

    def load_version(self, context: InputContext, version_id: str) -> Any:
        """The value of a version, as the annotation asks for it. Raises :class:`VersionNotFoundError`."""
        self._check_known(context, version_id)
        manager = LakeIOManager(
            self._lake_client.at(version_id),
            type_handlers=self._type_handlers,
            schema=self._schema,
            io_manager_name=self._name,
            default_load_type=self._default_load_type,
            options=self._options_by_pattern,
        )
        return manager.load_input(context)

    def restore_version(self, context: InputContext, version_id: str) -> StoredVersion:
        """Make a version of the table, or of the one partition, the current one, in one commit.

        Raises :class:`VersionNotFoundError`.
        """
        version = self._check_known(context, version_id)
        if not version.is_current:
            with self._lake.session():
                table, partition = self._table(context)
                commit = Commit(run_id=version.run_id, restored_version=version_id)
                if partition is None:
                    table.restore(version_id, commit)
                else:
                    self._restore_partition(
                        context, table, version_id, commit._replace(partitions=[partition])
                    )
        return next(each for each in self.list_versions(context) if each.version_id == version_id)

    def _restore_partition(
        self, context: InputContext, table: LakeTable, version_id: str, commit: Commit
    ) -> None:
        """Put the rows that a partition had in the place of those that it has."""
        table_slice = self._slice(context)
        before = self._lake.find(table_slice, version_id)
        if before is None:
            raise VersionNotFoundError(subject_of(context), version_id, [])
        conditions = build_conditions(table_slice, before.schema)
        names = [name for name in before.schema.names if name in table.schema.names]
        visible = visible_schema(before.schema)
        batches = (show_batch(batch, visible) for batch in before.scan(visible.names, conditions))
        held = Spool(visible, batches)
        rows = LakeRows(held, table.schema, self._lake.types)
        assert rows.given == [name for name in table.schema.names if name in names]
        table.replace(rows, build_conditions(table_slice, table.schema), commit)

    def _check_known(self, context: InputContext, version_id: str) -> StoredVersion:
        versions = self.list_versions(context)
        for version in versions:
            if version.version_id == version_id:
                return version
        raise VersionNotFoundError(subject_of(context), version_id, [each.version_id for each in versions])

    def _table(self, context: InputContext) -> tuple[LakeTable, str | None]:
        """The table as it is now, and the partition that is meant."""
        table_slice = self._slice(context)
        keys = table_slice.partition_keys
        if keys is not None and len(keys) != 1:
            raise CheckError(
                f"{subject_of(context)} has versions of each partition. Say which partition is meant."
            )
        return self._lake_client.use.find(context, table_slice), keys[0] if keys else None

    @property
    def _lake(self) -> Lake:
        return self._lake_client.use.lake


class LakeManagerFactory(ConfigurableIOManagerFactory[LakeIOManager]):
    """What the resources for lakes have in common; a subclass says which lake it is, and how it stores by default.

    ``options`` are :class:`TableOptions` by pattern (``{"raw/*": …, "group:exports": …}``), over which the metadata of an
    asset comes.
    """

    options: dict[str, TableOptions] = {}  # noqa: RUF012 - a field of a config class

    @abstractmethod
    def build_lake(self) -> Lake:
        """The lake. Nothing is opened yet."""

    @abstractmethod
    def configured_schema(self) -> str | None:
        """The schema of assets that name none, where it is configured."""

    @abstractmethod
    def describe_lake(self) -> str:
        """The lake in words."""

    @abstractmethod
    def native_handler(self) -> NativeTableHandler:
        """What loads the table as the library of the format has it."""

    def default_options(self) -> TableOptions:
        """How an asset is stored that says nothing."""
        return NO_OPTIONS

    def if_there(self) -> str:
        """Whether a table that is there already is written to (``write``), an ``error``, or one to ``ignore``."""
        return "write"

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
        told = describe_table(asset, self.configured_schema(), "public", self.options)
        return {**told, "lake": self.describe_lake()}

    def create_io_manager(self, context: InitResourceContext) -> LakeIOManager:
        """The I/O manager of the run."""
        use = LakeUse(self.build_lake(), self.default_options(), self.if_there())
        return LakeIOManager(
            LakeClient(use, self.native_handler()),
            type_handlers=self.type_handlers(),
            schema=self.configured_schema(),
            io_manager_name=type(self).__name__,
            default_load_type=self.default_load_type(),
            options=self.options,
        )
