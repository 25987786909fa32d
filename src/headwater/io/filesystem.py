"""The I/O manager for values as files: what a project puts under the resource key ``io_manager``."""

from __future__ import annotations

import os

from headwater.definitions.configurable_io_manager import ConfigurableIOManagerFactory
from headwater.definitions.env_var import is_env_var
from headwater.definitions.init_resource_context import InitResourceContext
from headwater.definitions.stored_asset import StoredAsset
from headwater.io.file_options import FileOptions
from headwater.io.files import Files
from headwater.io.pickled_files import default_folder
from headwater.io.root import Root
from headwater.io.store import FolderStore


class FilesystemIOManager(ConfigurableIOManagerFactory[Files]):
    """Stores each value as a file below ``base_dir``, or in the instance's folder where none is given.

    ``format``, ``compression`` and ``path`` are those of :class:`FileOptions`, for every value: without them a value
    is a pickle, as in Dagster; ``format="auto"`` goes by annotations (Parquet for frames, plain files for text, bytes,
    dicts and lists). ``options`` says it for some assets, by pattern, and the metadata of an asset for that one.

    A write becomes visible whole or not at all, and what any key is stored as stays below ``base_dir``. See
    :class:`Files`, which it makes.

    >>> files = FilesystemIOManager(
    ...     base_dir="data", format="auto", options={"group:exports": FileOptions(format="csv")}
    ... )
    >>> Definitions(assets=[numbers], resources={"io_manager": files})  # doctest: +SKIP
    """

    base_dir: str | None = None
    format: str = "pickle"
    compression: str | None = None
    path: str | None = None
    options: dict[str, FileOptions] = {}  # noqa: RUF012 - a field of a config class

    def create_io_manager(self, context: InitResourceContext) -> Files:
        """The I/O manager of the run."""
        return self._files(self.base_dir or default_folder(context))

    def describe_storage(self, asset: StoredAsset) -> dict[str, str]:
        """Format and path of an asset. Raises ``DagsterInvalidDefinitionError`` where it cannot be stored so."""
        folder = self.base_dir if isinstance(self.base_dir, str) and not is_env_var(self.base_dir) else None
        told = self._files(folder or "…").describe(asset)
        return (
            told
            if folder
            else {**told, "base_dir": repr(self.base_dir) if self.base_dir else "the instance's"}
        )

    def _files(self, folder: str | os.PathLike[str]) -> Files:
        options = FileOptions(format=self.format, compression=self.compression, path=self.path)
        return Files(FolderStore(Root(folder)), options, self.options)
