"""Values kept in this process: for tests, and for runs whose values nobody needs afterwards."""

from __future__ import annotations

from typing import Any

from headwater.definitions.io_context import InputContext, OutputContext
from headwater.definitions.io_manager import IOManager, io_manager
from headwater.io.location import key_parts
from headwater.io.partition_values import load_partitions, one_partition
from headwater.io.subject import not_found


class InMemoryIOManager(IOManager):
    """Keeps the values themselves, in ``values``: by asset key and partition, or by run, step and output
    name.

    What is loaded is the very object that was stored, not a copy. Raises :class:`ValueNotFoundError` for
    what is not there, as after the process that stored it has ended.

    >>> memory = InMemoryIOManager()
    >>> memory.handle_output(build_output_context(asset_key="flights"), [1, 2])  # doctest: +SKIP
    >>> memory.load_input(build_input_context(asset_key="flights"))  # doctest: +SKIP
    [1, 2]
    """

    def __init__(self) -> None:
        self.values: dict[tuple[str, ...], Any] = {}

    def handle_output(self, context: OutputContext, obj: Any) -> None:
        """Keep ``obj``."""
        self.values[_place(context, one_partition(context))] = obj

    def load_input(self, context: InputContext) -> Any:
        """The object that was kept; several partitions as a dict by partition key."""
        if context.has_asset_key and context.has_asset_partitions:
            return load_partitions(context, lambda partition: self._load(context, partition))
        return self._load(context, None)

    def _load(self, context: InputContext, partition: str | None) -> Any:
        place = _place(context, partition)
        if place not in self.values:
            raise not_found(context, "/".join(place) + " in the memory of this process", partition)
        return self.values[place]


def _place(context: InputContext | OutputContext, partition: str | None) -> tuple[str, ...]:
    if context.has_asset_key:
        return key_parts(context.asset_key.parts, partition)
    return tuple(context.get_identifier())


@io_manager
def mem_io_manager() -> InMemoryIOManager:
    """Keeps values in the memory of this process."""
    return InMemoryIOManager()
