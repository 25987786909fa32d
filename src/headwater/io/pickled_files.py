"""Values as pickle files, one for each asset, partition or output of a step: the default."""

from __future__ import annotations

import os
from typing import Any

from headwater.definitions.config_field import Field, Noneable
from headwater.definitions.config_type import StringSource
from headwater.definitions.init_resource_context import InitResourceContext
from headwater.definitions.io_context import InputContext, OutputContext
from headwater.definitions.io_manager import IOManager, io_manager
from headwater.io.files import Files
from headwater.io.pickle_format import PickleFormat
from headwater.io.publish import publish
from headwater.io.root import Root
from headwater.io.store import FolderStore
from headwater.io.subject import not_found, subject_of
from headwater.model.errors import CheckError, ValueNotStorableError
from headwater.model.metadata import PathMetadataValue


class PickledFiles(Files):
    """Stores each value as one pickle below ``base_dir``, unless it has :class:`FileOptions`. See :class:`Files`.

    Without ``lasting`` they are not flushed to the disk: for a folder that goes with the process.

    >>> files = PickledFiles("data")
    >>> files.handle_output(build_output_context(asset_key="flights"), [1, 2])  # doctest: +SKIP
    """

    def __init__(self, base_dir: str | os.PathLike[str], *, lasting: bool = True) -> None:
        self._root = Root(base_dir)
        super().__init__(FolderStore(self._root, lasting=lasting))

    @property
    def base_dir(self) -> str:
        """The folder below which the values lie."""
        return self._root.folder


class PickledFilesAtPaths(IOManager):
    """Stores each value at the path that its output names: ``Out(metadata={"path": "2013/flights.pkl"})``.

    Paths are relative to ``base_dir`` and stay below it; :class:`UnsafeKeyError` is raised for others.
    """

    def __init__(self, base_dir: str | os.PathLike[str]) -> None:
        self._root = Root(base_dir)

    def handle_output(self, context: OutputContext, obj: Any) -> None:
        """Store ``obj`` at the path of its output, and record the path."""
        path = self._path(context)
        dump_pickle(context, obj, path)
        context.add_output_metadata({"path": PathMetadataValue(path)})

    def load_input(self, context: InputContext) -> Any:
        """The value that was stored at the path of the upstream output."""
        output = context.upstream_output
        if output is None:
            raise CheckError(
                f"{subject_of(context)} comes from no output, so there is no path to load it from."
            )
        return load_pickle(context, self._root, self._path(output))

    def _path(self, context: OutputContext) -> str:
        path = context.definition_metadata.get("path")
        if not isinstance(path, str):
            raise CheckError(f'{subject_of(context)} has no path. Declare it: Out(metadata={{"path": "…"}}).')
        path = os.path.join(self._root.folder, path)
        self._root.confine(path)
        return path


def dump_pickle(context: OutputContext, obj: Any, path: str) -> None:
    """Publish ``obj`` as a pickle at ``path``."""
    try:
        publish(path, lambda file: PickleFormat().write(obj, file, Any, None))
    except ValueNotStorableError as error:
        raise ValueNotStorableError(
            f"{subject_of(context)} cannot be stored as pickle. {error} What was stored before is unchanged."
        ) from error
    except OSError as error:
        error.add_note(
            f"While {subject_of(context)} was stored at {path}. What was stored before is unchanged."
        )
        raise


def load_pickle(context: InputContext, root: Root, path: str, partition: str | None = None) -> Any:
    """The value that is pickled at ``path``. Raises :class:`ValueNotFoundError`."""
    try:
        file = root.open(path)
    except FileNotFoundError:
        raise not_found(context, path, partition) from None
    try:
        return PickleFormat().read(file, Any, None)
    except Exception as error:
        error.add_note(f"While {subject_of(context, partition)} was loaded from the pickle {path}.")
        raise


# -- function-style ----------------------------------------------------------------------------------------


def default_folder(context: InitResourceContext) -> str:
    """The instance's folder for values: where they go when no folder is given. Raises :class:`CheckError`."""
    if context.instance is None:
        raise CheckError(
            "There is no instance whose folder could hold the values. Give the manager a base_dir."
        )
    folder: str = context.instance.storage_directory()
    return folder


@io_manager(config_schema={"base_dir": Field(Noneable(StringSource), is_required=False)})
def fs_io_manager(context: InitResourceContext) -> PickledFiles:
    """Stores each value as a pickle below ``base_dir``, or in the instance's folder where none is given."""
    return PickledFiles(context.resource_config.get("base_dir") or default_folder(context))


@io_manager(config_schema={"base_dir": Field(StringSource)})
def custom_path_fs_io_manager(context: InitResourceContext) -> PickledFilesAtPaths:
    """Stores each value as a pickle at the path in its output's metadata, below ``base_dir``."""
    return PickledFilesAtPaths(context.resource_config["base_dir"])
