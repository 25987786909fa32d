"""Partitions that are added and removed while the code stays as it is."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import Any

from headwater.model.errors import DagsterInvalidDefinitionError
from headwater.model.run_request import AddDynamicPartitionsRequest, DeleteDynamicPartitionsRequest
from headwater.planning.partition_context import DynamicPartitionsStore, current_store
from headwater.planning.partition_definition import PartitionsDefinition


class DynamicPartitionsDefinition(PartitionsDefinition):
    """Partitions which an instance keeps under a name: ``instance.add_dynamic_partitions("customers", ["acme"])``.

    Older code gives ``partition_fn`` in place of a name: a function of the current time that lists the keys.

    >>> customers = DynamicPartitionsDefinition(name="customers")
    >>> customers.get_partition_keys(dynamic_partitions_store=instance)  # doctest: +SKIP
    ['acme']
    """

    def __init__(
        self,
        partition_fn: Callable[[datetime.datetime | None], Sequence[Any]] | None = None,
        name: str | None = None,
    ) -> None:
        if (partition_fn is None) == (name is None):
            raise DagsterInvalidDefinitionError(
                "Dynamic partitions take a name, or (older) a partition_fn; one of both."
            )
        self.partition_fn = partition_fn
        self.name = name

    def get_partition_keys(
        self,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> Sequence[str]:
        """All keys, in the order in which they were added."""
        if self.partition_fn is not None:
            return [str(getattr(each, "name", each)) for each in self.partition_fn(current_time)]
        assert self.name is not None
        return current_store(dynamic_partitions_store, self.name).get_dynamic_partitions(self.name)

    def has_partition_key(
        self,
        partition_key: str,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> bool:
        """Whether there is such a partition."""
        if self.name is None:
            return partition_key in self.get_partition_keys(current_time)
        return current_store(dynamic_partitions_store, self.name).has_dynamic_partition(
            self.name, partition_key
        )

    def get_num_partitions(
        self,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> int:
        """How many partitions there are."""
        return len(self.get_partition_keys(current_time, dynamic_partitions_store))

    def identity(self) -> Any:
        """The name, or the function."""
        return self.name or self.partition_fn

    def build_add_request(self, partition_keys: Sequence[str]) -> AddDynamicPartitionsRequest:
        """What a sensor gives to have partitions added."""
        return AddDynamicPartitionsRequest(self._named(), list(partition_keys))

    def build_delete_request(self, partition_keys: Sequence[str]) -> DeleteDynamicPartitionsRequest:
        """What a sensor gives to have partitions removed."""
        return DeleteDynamicPartitionsRequest(self._named(), list(partition_keys))

    def _named(self) -> str:
        if self.name is None:
            raise DagsterInvalidDefinitionError(
                "Partitions that a function lists cannot be added or removed. Give the definition a name instead."
            )
        return self.name

    def __str__(self) -> str:
        return (
            f'Dynamic partitions: "{self.name}"'
            if self.name
            else f"Partitions listed by {self.partition_fn!r}"
        )

    def __repr__(self) -> str:
        return f"DynamicPartitionsDefinition(partition_fn={self.partition_fn!r}, name={self.name!r})"
