"""Partitions definitions and partition mappings as values: what of them leaves the process which holds the user's code."""

from __future__ import annotations

from typing import Union

import msgspec


class _Spec(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag_field="kind"):
    """A kind of partitions or of mappings, told by its tag."""


class TimeWindowPartitionsSpec(_Spec, frozen=True, tag="time_window"):
    """Partitions of time. ``start``, ``end`` and those exclusions that are numbers are seconds since the epoch; the other
    exclusions are cron expressions."""

    start: float
    fmt: str
    cron_schedule: str
    timezone: str = "UTC"
    end: float | None = None
    end_offset: int = 0
    exclusions: tuple[str | float, ...] = ()


class StaticPartitionsSpec(_Spec, frozen=True, tag="static"):
    """Partitions that are listed."""

    keys: tuple[str, ...]


class DynamicPartitionsSpec(_Spec, frozen=True, tag="dynamic"):
    """Partitions that an instance keeps under a name."""

    name: str


class OpaquePartitionsSpec(_Spec, frozen=True, tag="opaque"):
    """Partitions which only a function of the user's lists: outside of the user's code nobody knows them."""

    text: str


PlainPartitionsSpec = Union[  # noqa: UP007 - msgspec reads it
    TimeWindowPartitionsSpec, StaticPartitionsSpec, DynamicPartitionsSpec, OpaquePartitionsSpec
]


class MultiPartitionsSpec(_Spec, frozen=True, tag="multi"):
    """Partitions of several dimensions: their names, in order, and the partitions of each."""

    dimensions: tuple[tuple[str, PlainPartitionsSpec], ...]


PartitionsSpec = Union[PlainPartitionsSpec, MultiPartitionsSpec]  # noqa: UP007 - msgspec reads it


class AllMappingSpec(_Spec, frozen=True, tag="all"):
    """Each partition needs all upstream partitions."""


class LastMappingSpec(_Spec, frozen=True, tag="last"):
    """Each partition needs the last upstream partition."""


class SpecificMappingSpec(_Spec, frozen=True, tag="specific"):
    """Each partition needs these upstream partitions."""

    keys: tuple[str, ...]


class IdentityMappingSpec(_Spec, frozen=True, tag="identity"):
    """Each partition needs the upstream partition of the same key."""


class StaticMappingSpec(_Spec, frozen=True, tag="static"):
    """The downstream keys that are listed for each upstream key."""

    downstream_keys: tuple[tuple[str, tuple[str, ...]], ...]


class TimeWindowMappingSpec(_Spec, frozen=True, tag="time_window"):
    """Each partition needs the upstream partitions whose time overlaps with its own, moved by offsets."""

    start_offset: int = 0
    end_offset: int = 0
    allow_nonexistent: bool = False


class MultiToSingleMappingSpec(_Spec, frozen=True, tag="multi_to_single"):
    """One side is like one dimension (of that name, where it is named) of the other."""

    dimension: str | None = None


class OpaqueMappingSpec(_Spec, frozen=True, tag="opaque"):
    """A mapping of a class of the user's: outside of the user's code nobody can apply it."""

    text: str


PlainMappingSpec = Union[  # noqa: UP007 - msgspec reads it
    AllMappingSpec,
    LastMappingSpec,
    SpecificMappingSpec,
    IdentityMappingSpec,
    StaticMappingSpec,
    TimeWindowMappingSpec,
    MultiToSingleMappingSpec,
    OpaqueMappingSpec,
]


class DimensionMappingSpec(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An upstream dimension, the downstream dimension that belongs to it, and how."""

    upstream: str
    downstream: str
    mapping: PlainMappingSpec


class MultiMappingSpec(_Spec, frozen=True, tag="multi"):
    """The dimensions that belong together."""

    dimensions: tuple[DimensionMappingSpec, ...]


PartitionMappingSpec = Union[PlainMappingSpec, MultiMappingSpec]  # noqa: UP007 - msgspec reads it
