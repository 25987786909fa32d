"""Which partitions a step makes and needs: those of its run, mapped to the assets above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from headwater.definitions.asset_partition import partition_mapping_of, partitions_def_of
from headwater.definitions.assets_definition import AssetsDefinition
from headwater.execution.run_partitions import RunPartitions, typed_key
from headwater.model.errors import CheckError, DagsterInvariantViolationError
from headwater.model.key import AssetKey
from headwater.model.partition import PartitionKeyRange, TimeWindow
from headwater.planning.partition_context import partition_loading_context
from headwater.planning.partition_definition import PartitionsDefinition
from headwater.planning.partition_multi import MultiPartitionsDefinition
from headwater.planning.partition_time_window import TimeWindowPartitionsDefinition


class AssetPartitions(NamedTuple):
    """Partitions of an asset which a step makes or needs."""

    definition: PartitionsDefinition
    keys: Sequence[str]

    @property
    def key_range(self) -> PartitionKeyRange:
        """The first and the last of them. Raises :class:`CheckError` where there are none."""
        if not self.keys:
            raise CheckError("No partition is needed here, so there is no first and no last one.")
        return PartitionKeyRange(self.keys[0], self.keys[-1])

    @property
    def time_window(self) -> TimeWindow:
        """The span of time that they cover. Raises where they are not of time."""
        return window_of(self.definition, self.keys)


class StepPartitions:
    """The partitions of a step: of its ``run``, of the assets that it makes and of those that it takes.

    ``definitions`` are those of all assets around it, ``of_job`` the partitions of a job of ops.
    """

    def __init__(
        self,
        run: RunPartitions,
        assets_def: AssetsDefinition | None,
        definitions: Mapping[AssetKey, AssetsDefinition],
        of_job: PartitionsDefinition | None = None,
    ) -> None:
        self.run = run
        self._assets_def = assets_def
        self._definitions = definitions
        self._of_job = of_job
        self._needed: dict[AssetKey, AssetPartitions | None] = {}

    @cached_property
    def definition(self) -> PartitionsDefinition | None:
        """The partitions of the step's assets; without assets those of the job."""
        if self._assets_def is not None:
            for key in self._assets_def.specs_by_key:
                found = partitions_def_of(self._assets_def, key)
                if found is not None:
                    return found
            own: PartitionsDefinition | None = self._assets_def.partitions_def
            return own
        return self._of_job

    @property
    def keys(self) -> Sequence[str]:
        """The partitions of the run."""
        return self.run.keys(self._known(self.definition))

    @property
    def time_window(self) -> TimeWindow:
        """The span of time of the run's partitions."""
        return window_of(self._known(self.definition), self.keys)

    def _known(self, definition: PartitionsDefinition | None) -> PartitionsDefinition:
        if definition is None:
            raise CheckError("What runs here has no partitions. Give the asset or the job a partitions_def.")
        return definition

    def definition_of(self, key: AssetKey) -> PartitionsDefinition | None:
        """The partitions of any asset."""
        return partitions_def_of(self._definitions.get(key), key)

    def made(self, key: AssetKey) -> AssetPartitions | None:
        """The partitions of one of the step's assets that it makes; None for an asset or a run without partitions."""
        definition = partitions_def_of(self._assets_def, key)
        if definition is None or not self.run.are_there:
            return None
        return AssetPartitions(definition, self.run.keys(definition))

    def needed(self, key: AssetKey) -> AssetPartitions | None:
        """The partitions of an upstream asset that the step needs; None for an asset without partitions.

        Raises :class:`DagsterInvariantViolationError` where one is needed that does not exist.
        """
        if key not in self._needed:
            self._needed[key] = self._map(key)
        return self._needed[key]

    def _map(self, key: AssetKey) -> AssetPartitions | None:
        upstream = self.definition_of(key)
        if upstream is None:
            return None
        own = self.definition
        if own is not None and not self.run.are_there:
            self.run.key(own)  # raises: a partitioned asset is made partition by partition
        mapping = partition_mapping_of(self._assets_def, key, own, upstream)
        with partition_loading_context(dynamic_partitions_store=self.run.store):
            subset = own.subset_with_partition_keys(self.run.keys(own)) if own is not None else None
            found = mapping.get_upstream_mapped_partitions_result_for_partitions(
                subset, own, upstream, None, self.run.store
            )
        missing = found.required_but_nonexistent_partition_keys
        if missing:
            raise DagsterInvariantViolationError(
                f"The partition{'s' if len(self.run.names) > 1 else ''} {'...'.join(self.run.names)} of the run needs "
                f'partitions of "{key.to_user_string()}" that do not exist: {", ".join(missing)}. Its partitions are: '
                f"{upstream}. Map them otherwise (partition_mapping), e.g. with allow_nonexistent_upstream_partitions."
            )
        return AssetPartitions(
            upstream, [typed_key(upstream, each) for each in found.partitions_subset.get_partition_keys()]
        )


def window_of(definition: PartitionsDefinition, keys: Sequence[str]) -> TimeWindow:
    """The span of time that partitions cover. Raises :class:`DagsterInvariantViolationError` for others."""
    if isinstance(definition, (TimeWindowPartitionsDefinition, MultiPartitionsDefinition)) and keys:
        return definition.time_window_for_partition_keys(keys)
    raise DagsterInvariantViolationError(
        f"These partitions are not of time, so there is no time window: {definition}"
    )
