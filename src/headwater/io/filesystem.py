"""The I/O manager for values as files: what a project puts under the resource key ``io_manager``."""

from __future__ import annotations

from typing import ClassVar

from headwater.definitions.env_var import is_env_var
from headwater.definitions.init_resource_context import InitResourceContext
from headwater.definitions.stored_version import VersionLimits
from headwater.io.file_io_manager import FileIOManager
from headwater.io.pickled_files import default_folder
from headwater.io.root import Root
from headwater.io.store import FolderStore, Store


class FilesystemIOManager(FileIOManager):
    """Stores each value as a file below ``base_dir``, or in the instance's folder where none is given.

    Values are pickles, as in Dagster, unless ``format`` or :class:`FileOptions` say otherwise; see
    :class:`FileIOManager` for the other fields. A write becomes visible whole or not at all, and what any key is stored
    as stays below ``base_dir``.

    >>> files = FilesystemIOManager(
    ...     base_dir="data", format="auto", options={"group:exports": FileOptions(format="csv")}
    ... )
    >>> Definitions(assets=[numbers], resources={"io_manager": files})  # doctest: +SKIP
    """

    described_limits: ClassVar[VersionLimits | None] = FolderStore.lasting_limits

    base_dir: str | None = None

    def build_store(self, context: InitResourceContext | None) -> Store:
        """The folder."""
        assert context is not None or self.base_dir
        return FolderStore(Root(self.base_dir or default_folder(context)))  # type: ignore[arg-type]

    def describe_root(self) -> str:
        """The folder, or what it comes from."""
        if is_env_var(self.base_dir):
            return f"{self.base_dir!r}/"
        return Root(self.base_dir).prefix if self.base_dir else "<folder of the instance>/"
