"""Time partitions of two assets belong together where their times overlap."""

from __future__ import annotations

import datetime

from headwater.model.errors import DagsterInvalidDefinitionError
from headwater.planning.partition_context import DynamicPartitionsStore
from headwater.planning.partition_definition import PartitionsDefinition
from headwater.planning.partition_mapping import PartitionMapping, UpstreamPartitionsResult
from headwater.planning.partition_subset import PartitionsSubset
from headwater.planning.partition_time_window import TimeWindowPartitionsDefinition


class TimeWindowPartitionMapping(PartitionMapping):
    """Each time partition needs the upstream partitions whose time overlaps with its own.

    ``start_offset`` and ``end_offset`` move the beginning and the end of that time by so many downstream partitions:
    with -1 and -1 each partition needs the one before it. ``allow_nonexistent_upstream_partitions`` leaves out what
    does not exist; without it a run that needs such a partition fails.

    >>> daily = DailyPartitionsDefinition("2024-05-01", end_date="2024-05-04")
    >>> mapping = TimeWindowPartitionMapping(start_offset=-1, end_offset=-1)
    >>> needed = mapping.get_upstream_mapped_partitions_result_for_partitions(
    ...     daily.subset_with_partition_keys(["2024-05-03"]), daily, daily
    ... )
    >>> needed.partitions_subset.get_partition_keys()
    ['2024-05-02']
    """

    def __init__(
        self,
        start_offset: int = 0,
        end_offset: int = 0,
        allow_nonexistent_upstream_partitions: bool = False,
    ) -> None:
        self.start_offset = start_offset
        self.end_offset = end_offset
        self.allow_nonexistent_upstream_partitions = allow_nonexistent_upstream_partitions

    def get_upstream_mapped_partitions_result_for_partitions(
        self,
        downstream_partitions_subset: PartitionsSubset | None,
        downstream_partitions_def: PartitionsDefinition | None,
        upstream_partitions_def: PartitionsDefinition,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> UpstreamPartitionsResult:
        """The upstream partitions whose time overlaps."""
        down, up = _checked(downstream_partitions_def, upstream_partitions_def)
        first, end = up.bounds(current_time)
        there: dict[int, None] = {}
        missing: dict[int, None] = {}
        for since, until in down.spans_of(downstream_partitions_subset or ()):
            since, until = down.shift(since, self.start_offset), down.shift(until, self.end_offset)
            for start in up.starts_overlapping(since, until):
                if first <= start < end:
                    there[start] = None
                elif not self._may_miss(start, first, since, until):
                    missing[start] = None
        return UpstreamPartitionsResult(up.subset_with_partition_keys(up.keys_of(there)), up.keys_of(missing))

    def _may_miss(self, start: int, first: int, since: int, until: int) -> bool:
        """Whether a partition that does not exist may be missing, because others are there in its place or none can be.

        The first and the last partitions reach beyond what there is, where the mapping looks back or ahead; and where
        the upstream ones are longer, all of the time may lie before the first of them.
        """
        if self.allow_nonexistent_upstream_partitions:
            return True
        if start < first:
            return self.start_offset < 0 or (start < since and until <= first)
        return self.end_offset > 0

    def get_downstream_partitions_for_partitions(
        self,
        upstream_partitions_subset: PartitionsSubset,
        upstream_partitions_def: PartitionsDefinition,
        downstream_partitions_def: PartitionsDefinition,
        current_time: datetime.datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> PartitionsSubset:
        """The downstream partitions whose time, moved by the offsets, overlaps."""
        down, up = _checked(downstream_partitions_def, upstream_partitions_def)
        first, end = down.bounds(current_time)
        wanted: dict[int, None] = {}
        for since, until in up.spans_of(upstream_partitions_subset):
            since, until = (
                down.shift(since, -self.end_offset),
                down.shift(until, -self.start_offset, before=True),
            )
            wanted |= {start: None for start in down.starts_overlapping(since, until) if first <= start < end}
        return down.subset_with_partition_keys(down.keys_of(wanted))

    @property
    def description(self) -> str:
        """What it means, for people."""
        if not (self.start_offset or self.end_offset):
            return "The upstream partitions whose time overlaps."
        return (
            "The upstream partitions whose time overlaps, after its beginning is moved by "
            f"{self.start_offset} and its end by {self.end_offset} partitions."
        )


def _checked(
    downstream: PartitionsDefinition | None, upstream: PartitionsDefinition
) -> tuple[TimeWindowPartitionsDefinition, TimeWindowPartitionsDefinition]:
    if not isinstance(downstream, TimeWindowPartitionsDefinition) or not isinstance(
        upstream, TimeWindowPartitionsDefinition
    ):
        raise DagsterInvalidDefinitionError(
            f"A TimeWindowPartitionMapping needs time partitions on both sides, not {upstream} and {downstream}."
        )
    if downstream.timezone != upstream.timezone:
        raise DagsterInvalidDefinitionError(
            f"A TimeWindowPartitionMapping needs one time zone on both sides, not {upstream.timezone} and "
            f"{downstream.timezone}."
        )
    return downstream, upstream
