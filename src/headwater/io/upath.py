"""A base for I/O managers that store each value at a path of its own, on a disk or in an object store."""

from __future__ import annotations

import asyncio
import inspect
import os
from abc import abstractmethod
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headwater.definitions.io_context import InputContext, OutputContext
from headwater.definitions.io_manager import IOManager
from headwater.io.location import encode_part, encode_path, key_parts
from headwater.io.partition_values import load_partitions, one_partition
from headwater.io.publish import staged_entries
from headwater.io.subject import not_found, subject_of
from headwater.model.errors import DagsterInvalidDefinitionError
from headwater.model.metadata import PathMetadataValue, TextMetadataValue

if TYPE_CHECKING:
    from upath import UPath

_LOCAL = ("", "file", "local")


class UPathIOManager(IOManager):
    """Subclass it with two methods: how a value is written to a path, and how it is read from one.

    Paths follow from keys, partitions and ``extension``. On a local disk the path that :meth:`dump_to_path`
    gets is new and of the right name; it becomes the value when the method returns, in one step, so that a
    failed or killed write leaves the value before as it was. A subclass that appends to the file of before
    sets ``staged = False``.

    >>> class JsonFiles(UPathIOManager):
    ...     extension = ".json"
    ...     def dump_to_path(self, context, obj, path):
    ...         path.write_text(json.dumps(obj))
    ...     def load_from_path(self, context, path):
    ...         return json.loads(path.read_text())
    >>> JsonFiles(base_path=UPath("data"))  # doctest: +SKIP
    """

    extension: str | None = None
    staged: bool = True

    def __init__(self, base_path: UPath | None = None) -> None:
        if self.extension and not self.extension.startswith("."):
            raise DagsterInvalidDefinitionError(
                f'The extension of {type(self).__name__} is "{self.extension}". Begin it with a dot.'
            )
        if base_path is None:
            from upath import UPath

            base_path = UPath(".")
        self._base_path = base_path

    # -- what a subclass says ------------------------------------------------------------------------------

    @abstractmethod
    def dump_to_path(self, context: OutputContext, obj: Any, path: UPath) -> None:
        """Write ``obj`` to ``path``."""

    @abstractmethod
    def load_from_path(self, context: InputContext, path: UPath) -> Any:
        """Read the value at ``path``. An ``async`` method reads the partitions of an input concurrently."""

    def get_metadata(self, context: OutputContext, obj: Any) -> Mapping[str, Any]:
        """Metadata to record beside the path."""
        return {}

    def get_asset_relative_path(self, context: InputContext | OutputContext) -> UPath:
        """Where an asset lies below the base path, without partition and extension."""
        return Path(encode_path(context.asset_key.parts))  # type: ignore[return-value]

    def get_op_output_relative_path(self, context: InputContext | OutputContext) -> UPath:
        """Where the output of an op lies below the base path, without extension."""
        return Path(encode_path(tuple(context.get_identifier())))  # type: ignore[return-value]

    def get_path_for_partition(
        self, context: InputContext | OutputContext, path: UPath, partition: str
    ) -> UPath:
        """Where a partition lies when its asset lies at ``path``; ``partition`` is safe to use in a path."""
        return path / partition

    def get_loading_input_log_message(self, path: UPath) -> str:
        """What is logged before a value is read."""
        return f"Loading {path} with {type(self).__name__}."

    def get_writing_output_log_message(self, path: UPath) -> str:
        """What is logged before a value is written."""
        return f"Writing {path} with {type(self).__name__}."

    def get_loading_input_partition_log_message(self, path: UPath, partition_key: str) -> str:
        """What is logged before a partition is read."""
        return f"Loading the partition {partition_key} from {path} with {type(self).__name__}."

    # -- the file system -----------------------------------------------------------------------------------

    @property
    def fs(self) -> Any:
        """The fsspec file system of the base path."""
        return self._base_path.fs

    @property
    def storage_options(self) -> dict[str, Any]:
        """The options with which the base path was made."""
        return dict(self._base_path.storage_options)

    def make_directory(self, path: UPath) -> None:
        """Make a folder, and those above it."""
        path.mkdir(parents=True, exist_ok=True)

    def path_exists(self, path: UPath) -> bool:
        """Whether something is stored at ``path``."""
        return path.exists()

    def unlink(self, path: UPath) -> None:
        """Remove the file at ``path``."""
        path.unlink()

    def has_output(self, context: OutputContext) -> bool:
        """Whether the value that ``context`` describes is stored."""
        return self.path_exists(self._get_path(context, one_partition(context)))

    # -- storing and loading -------------------------------------------------------------------------------

    def handle_output(self, context: OutputContext, obj: Any) -> None:
        """Write ``obj`` to its path, and record the path."""
        path = self._get_path(context, one_partition(context))
        self.make_directory(path.parent)
        context.log.debug(self.get_writing_output_log_message(path))
        try:
            self._write(context, obj, path)
        except OSError as error:
            error.add_note(f"While {subject_of(context)} was stored at {path}.")
            raise
        if obj is not None:
            metadata = {"path": PathMetadataValue(str(path)), **self.get_metadata(context=context, obj=obj)}
            context.add_output_metadata(metadata)

    def load_input(self, context: InputContext) -> Any:
        """Read the value from its path; several partitions as a dict by partition key."""
        if not (context.has_asset_key and context.has_asset_partitions):
            path = self._get_path(context)
            context.log.debug(self.get_loading_input_log_message(path))
            return self._read(context, path, None)
        paths = {key: self._get_path(context, key) for key in context.asset_partition_keys}
        if inspect.iscoroutinefunction(self.load_from_path):
            outcomes = _run(self._read_all(context, paths))
            return load_partitions(context, lambda key: _value_of(outcomes[key]))
        return load_partitions(context, lambda key: self._read_partition(context, paths[key], key))

    def _write(self, context: OutputContext, obj: Any, path: UPath) -> None:
        if not (self.staged and getattr(path, "protocol", "") in _LOCAL):
            self.dump_to_path(context=context, obj=obj, path=path)
            return
        with staged_entries(os.fspath(path)) as staged:  # type: ignore[call-overload]
            folder = path.parent / os.path.basename(os.path.dirname(staged))
            self.dump_to_path(context=context, obj=obj, path=folder / path.name)
        _tell_final_path(context, str(folder), str(path.parent))

    def _read_partition(self, context: InputContext, path: UPath, partition: str) -> Any:
        context.log.debug(self.get_loading_input_partition_log_message(path, partition))
        return self._read(context, path, partition)

    def _read(self, context: InputContext, path: UPath, partition: str | None) -> Any:
        try:
            value = self.load_from_path(context=context, path=path)
            return _run(value) if inspect.iscoroutine(value) else value
        except FileNotFoundError as error:
            raise not_found(context, str(path), partition) from error

    async def _read_all(self, context: InputContext, paths: Mapping[str, UPath]) -> dict[str, Any]:
        async def read(key: str) -> Any:
            context.log.debug(self.get_loading_input_partition_log_message(paths[key], key))
            try:
                return await self.load_from_path(context=context, path=paths[key])
            except FileNotFoundError as error:
                raise not_found(context, str(paths[key]), key) from error

        outcomes = await asyncio.gather(*map(read, paths), return_exceptions=True)
        return dict(zip(paths, outcomes, strict=True))

    def _get_path(self, context: InputContext | OutputContext, partition: str | None = None) -> UPath:
        if context.has_asset_key:
            path = self._base_path / str(self.get_asset_relative_path(context))
        else:
            path = self._base_path / str(self.get_op_output_relative_path(context))
        if partition is not None:
            safe = "/".join(encode_part(part) for part in key_parts((), partition))
            path = self.get_path_for_partition(context=context, path=path, partition=safe)
        return path.parent / f"{path.name}{self.extension}" if self.extension else path


def _run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine to its end, also where this thread runs an event loop already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def _value_of(outcome: Any) -> Any:
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


def _tell_final_path(context: OutputContext, staged: str, final: str) -> None:
    """Metadata which a subclass attached while it wrote names the staged path: name the final one instead."""
    metadata = context.consume_logged_metadata()
    context.add_output_metadata(
        {
            label: type(value)(value.value.replace(staged, final))
            if isinstance(value, (PathMetadataValue, TextMetadataValue)) and value.value
            else value
            for label, value in metadata.items()
        }
    )
