"""What partitions depend on beside their definition: which moment it is, and which dynamic partitions there are."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple, Protocol

from headwater.model.errors import CheckError


class DynamicPartitionsStore(Protocol):
    """Who knows the partitions that are added and removed while nobody changes the code: an instance."""

    def get_dynamic_partitions(self, partitions_def_name: str) -> Sequence[str]:
        """The keys, in the order in which they were added."""
        ...

    def has_dynamic_partition(self, partitions_def_name: str, partition_key: str) -> bool:
        """Whether there is a key."""
        ...


class PartitionLoadingContext(NamedTuple):
    """The moment for which time partitions are asked (None: now), and the store of dynamic ones."""

    effective_dt: datetime.datetime | None = None
    dynamic_partitions_store: DynamicPartitionsStore | None = None


_current: ContextVar[PartitionLoadingContext] = ContextVar("partitions", default=PartitionLoadingContext())  # noqa: B039


@contextmanager
def partition_loading_context(
    effective_dt: datetime.datetime | None = None,
    dynamic_partitions_store: DynamicPartitionsStore | None = None,
    *,
    new_ctx: PartitionLoadingContext | None = None,
) -> Iterator[PartitionLoadingContext]:
    """Within it, partitions are those of a moment, and dynamic ones those of a store. What is not given stays.

    >>> with partition_loading_context(effective_dt=datetime.datetime(2024, 5, 4)):
    ...     DailyPartitionsDefinition("2024-05-01").get_last_partition_key()
    '2024-05-03'
    """
    outer = _current.get()
    given = new_ctx or PartitionLoadingContext(effective_dt, dynamic_partitions_store)
    inner = PartitionLoadingContext(
        given.effective_dt or outer.effective_dt,
        given.dynamic_partitions_store or outer.dynamic_partitions_store,
    )
    token = _current.set(inner)
    try:
        yield inner
    finally:
        _current.reset(token)


def current_moment(given: datetime.datetime | None = None) -> datetime.datetime:
    """The moment that is given or around us, else now; one without a time zone is UTC."""
    moment = given or _current.get().effective_dt or datetime.datetime.now(datetime.UTC)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=datetime.UTC)


def current_store(given: DynamicPartitionsStore | None, name: str) -> DynamicPartitionsStore:
    """The store that is given or around us. Raises :class:`CheckError`, naming who needs it, where there is none."""
    store = given or _current.get().dynamic_partitions_store
    if store is None:
        raise CheckError(
            f'The dynamic partitions "{name}" are kept by an instance, and none is at hand. Ask within '
            "`with partition_loading_context(dynamic_partitions_store=instance):`."
        )
    return store
