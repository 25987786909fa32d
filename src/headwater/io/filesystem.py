"""The I/O manager for values as files: what a project puts under the resource key ``io_manager``."""

from __future__ import annotations

from headwater.definitions.configurable_io_manager import ConfigurableIOManagerFactory
from headwater.definitions.init_resource_context import InitResourceContext
from headwater.io.pickled_files import PickledFiles, default_folder


class FilesystemIOManager(ConfigurableIOManagerFactory[PickledFiles]):
    """Stores each value as a pickle below ``base_dir``, or in the instance's folder where none is given.

    A write becomes visible whole or not at all, and what any key is stored as stays below ``base_dir``. See
    :class:`PickledFiles`, which it makes.

    >>> Definitions(assets=[numbers], resources={"io_manager": FilesystemIOManager(base_dir="data")})
    """

    base_dir: str | None = None

    def create_io_manager(self, context: InitResourceContext) -> PickledFiles:
        """The I/O manager of the run."""
        return PickledFiles(self.base_dir or default_folder(context))
