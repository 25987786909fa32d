"""What the configurable I/O managers for files have in common, wherever the files lie: format, compression and path."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, BinaryIO, ClassVar

from headwater.definitions.configurable_io_manager import ConfigurableIOManagerFactory
from headwater.definitions.init_resource_context import InitResourceContext
from headwater.definitions.stored_asset import StoredAsset
from headwater.definitions.stored_version import VersionLimits
from headwater.io.file_options import FileOptions
from headwater.io.file_versions import Published
from headwater.io.files import Files
from headwater.io.store import Store


class FileIOManager(ConfigurableIOManagerFactory[Any]):
    """Subclass it with where the files lie: :meth:`build_store` and :meth:`describe_root`.

    ``format``, ``compression``, ``path``, ``versions`` and ``versions_days`` are those of :class:`FileOptions`, for every
    value: without them a value is a pickle, as in Dagster; ``format="auto"`` goes by annotations (Parquet for frames,
    plain files for text, bytes, dicts and lists). ``options`` says it for some assets, by pattern, and the metadata of an
    asset for that one.
    """

    described_limits: ClassVar[VersionLimits | None] = None
    """Which versions the store that is built keeps where nothing is said; None where it keeps none at all."""

    format: str = "pickle"
    compression: str | None = None
    path: str | None = None
    versions: int | None = None
    versions_days: float | None = None
    options: dict[str, FileOptions] = {}  # noqa: RUF012 - a field of a config class

    @abstractmethod
    def build_store(self, context: InitResourceContext | None) -> Store:
        """Where the files of a run lie."""

    @abstractmethod
    def describe_root(self) -> str:
        """Where the files lie, in words, with no connection made; it ends with what stands before a path."""

    def create_io_manager(self, context: InitResourceContext) -> Any:
        """The I/O manager of the run."""
        return self.build_files(self.build_store(context))

    def describe_storage(self, asset: StoredAsset) -> dict[str, str]:
        """Format and path of an asset. Raises ``DagsterInvalidDefinitionError`` where it cannot be stored so."""
        return self.build_files(_Described(self.described_limits)).describe(asset, self.describe_root())

    def build_files(self, store: Store) -> Files:
        """The I/O manager over a store."""
        options = FileOptions(
            format=self.format,
            compression=self.compression,
            path=self.path,
            versions=self.versions,
            versions_days=self.versions_days,
        )
        return Files(store, options, self.options)


class _Described(Store):
    """Stands for a store that is only spoken of."""

    def __init__(self, limits: VersionLimits | None) -> None:
        self.keeps_versions = limits is not None
        self.default_limits = limits or VersionLimits(count=0)

    def location(self, path: str) -> str:
        return path

    def publish(
        self, path: str, write: Callable[[BinaryIO], object], limits: VersionLimits | None = None
    ) -> Published:
        raise NotImplementedError

    def open(self, path: str) -> BinaryIO:
        raise NotImplementedError

    def exists(self, path: str) -> bool:
        raise NotImplementedError
