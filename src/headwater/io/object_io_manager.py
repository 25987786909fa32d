"""What the configurable I/O managers for object stores have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headwater.definitions.init_resource_context import InitResourceContext
from headwater.definitions.io_context import InputContext, OutputContext
from headwater.definitions.io_manager import IOManager
from headwater.io.file_io_manager import FileIOManager
from headwater.io.files import Files
from headwater.io.object_store import ObjectStore
from headwater.io.store import Store
from headwater.model.metadata import PathMetadataValue


class ObjectFiles(Files):
    """Values as objects, with the keys and the metadata that Dagster gives them."""

    def op_parts(self, identifier: tuple[str, ...]) -> tuple[str, ...]:
        """Below ``storage``, and without the brackets of a mapped step."""
        run, step, *rest = identifier
        return ("storage", run, step.replace("[", "--").replace("]", ""), *rest)

    def recorded_place(self, path: str, place: str) -> dict[str, PathMetadataValue]:
        """The key in the bucket as ``path``, and the full address as ``uri``."""
        key = self.store.key(path) if isinstance(self.store, ObjectStore) else path
        return {"path": PathMetadataValue(key), "uri": PathMetadataValue(place)}

    def recorded_of_none(self, recorded: Mapping[str, Any]) -> Mapping[str, Any]:
        """The address."""
        return {"uri": recorded["uri"]}


class ObjectIOManager(FileIOManager, IOManager):
    """An I/O manager over an object store, which may also be used as it is, without a run."""

    def inner_io_manager(self) -> Files:
        """The manager that does the work."""
        return self.build_files(self.build_store(None))

    def handle_output(self, context: OutputContext, obj: Any) -> None:
        """Store a value."""
        self.inner_io_manager().handle_output(context, obj)

    def load_input(self, context: InputContext) -> Any:
        """Load a value."""
        return self.inner_io_manager().load_input(context)

    def create_io_manager(self, context: InitResourceContext) -> Any:
        """The I/O manager of the run."""
        return self.build_files(self.build_store(context))

    def build_files(self, store: Store) -> Files:
        """The I/O manager over a store."""
        files = super().build_files(store)
        return ObjectFiles(files.store, files.options, files.by_pattern)
