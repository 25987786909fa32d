"""From partitions definitions to the specs of the manifest, and back, where the user's code is not loaded."""

from __future__ import annotations

import datetime

from headwater.model.errors import PartitionsNotKnownError
from headwater.model.partition_spec import (
    DynamicPartitionsSpec,
    MultiPartitionsSpec,
    OpaquePartitionsSpec,
    PartitionsSpec,
    PlainPartitionsSpec,
    StaticPartitionsSpec,
    TimeWindowPartitionsSpec,
)
from headwater.planning.partition_definition import PartitionsDefinition
from headwater.planning.partition_dynamic import DynamicPartitionsDefinition
from headwater.planning.partition_key_format import zone_of
from headwater.planning.partition_multi import MultiPartitionsDefinition
from headwater.planning.partition_static import StaticPartitionsDefinition
from headwater.planning.partition_time_window import Exclusion, TimeWindowPartitionsDefinition


def build_partitions_spec(definition: PartitionsDefinition) -> PartitionsSpec:
    """What of a definition leaves the process.

    >>> build_partitions_spec(StaticPartitionsDefinition(["eu", "us"])).keys
    ('eu', 'us')
    """
    if isinstance(definition, MultiPartitionsDefinition):
        return MultiPartitionsSpec(
            dimensions=tuple((each.name, _plain(each.partitions_def)) for each in definition.partitions_defs)
        )
    return _plain(definition)


def _plain(definition: PartitionsDefinition) -> PlainPartitionsSpec:
    if _is(definition, TimeWindowPartitionsDefinition):
        return _time_window(definition)
    if _is(definition, StaticPartitionsDefinition):
        return StaticPartitionsSpec(keys=tuple(definition.get_partition_keys()))
    if isinstance(definition, DynamicPartitionsDefinition) and definition.name is not None:
        return DynamicPartitionsSpec(name=definition.name)
    return OpaquePartitionsSpec(text=str(definition))


def _is(definition: PartitionsDefinition, kind: type[PartitionsDefinition]) -> bool:
    """Whether it is of that kind, and no class of the user's that lists other keys."""
    return isinstance(definition, kind) and type(definition).get_partition_keys is kind.get_partition_keys


def _time_window(definition: PartitionsDefinition) -> TimeWindowPartitionsSpec:
    assert isinstance(definition, TimeWindowPartitionsDefinition)
    zone = zone_of(definition.timezone)
    return TimeWindowPartitionsSpec(
        start=definition.start.timestamp(),
        end=definition.end.timestamp() if definition.end is not None else None,
        fmt=definition.fmt,
        cron_schedule=definition.cron_schedule,
        timezone=definition.timezone,
        end_offset=definition.end_offset,
        exclusions=tuple(
            each
            if isinstance(each, str)
            else (each if each.tzinfo is not None else each.replace(tzinfo=zone)).timestamp()
            for each in definition.exclusions or ()
        ),
    )


def build_partitions_def(spec: PartitionsSpec) -> PartitionsDefinition:
    """The definition that a spec was made of. Raises :class:`PartitionsNotKnownError` for an opaque one.

    >>> build_partitions_def(StaticPartitionsSpec(keys=("eu", "us"))).get_partition_keys()
    ['eu', 'us']
    """
    match spec:
        case TimeWindowPartitionsSpec():
            return _time_window_def(spec)
        case StaticPartitionsSpec(keys=keys):
            return StaticPartitionsDefinition(keys)
        case DynamicPartitionsSpec(name=name):
            return DynamicPartitionsDefinition(name=name)
        case MultiPartitionsSpec(dimensions=dimensions):
            return MultiPartitionsDefinition({name: build_partitions_def(each) for name, each in dimensions})
        case OpaquePartitionsSpec(text=text):
            raise PartitionsNotKnownError(
                f"Which partitions there are is known to the user's code alone: {text}. Use static, time or dynamic "
                "partitions (DynamicPartitionsDefinition(name=...)) to have them counted and backfilled."
            )


def _time_window_def(spec: TimeWindowPartitionsSpec) -> TimeWindowPartitionsDefinition:
    zone = zone_of(spec.timezone)

    def local(moment: float) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(moment, zone)

    exclusions: list[Exclusion] = [each if isinstance(each, str) else local(each) for each in spec.exclusions]
    return TimeWindowPartitionsDefinition(
        start=local(spec.start),
        fmt=spec.fmt,
        end=local(spec.end) if spec.end is not None else None,
        timezone=spec.timezone,
        end_offset=spec.end_offset,
        cron_schedule=spec.cron_schedule,
        exclusions=exclusions,
    )
