"""What the context of a running function says of partitions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from headwater.execution.step_partitions import AssetPartitions, StepPartitions
from headwater.model.errors import CheckError
from headwater.model.key import AssetKey
from headwater.model.partition import MultiPartitionKey, PartitionKeyRange, TimeWindow
from headwater.planning.partition_definition import PartitionsDefinition


class PartitionView(ABC):
    """The partitions of the run, of the outputs and of the inputs, for the contexts that a function gets.

    A context says which partitions are the step's, and which assets its outputs and inputs are.
    """

    @property
    @abstractmethod
    def _partitions(self) -> StepPartitions: ...

    @abstractmethod
    def asset_key_for_output(self, output_name: str = "result") -> AssetKey:
        """The asset that an output makes."""

    @abstractmethod
    def asset_key_for_input(self, input_name: str) -> AssetKey:
        """The asset that an input takes."""

    # -- of the run -------------------------------------------------------------------------------------------------

    @property
    def has_partition_key(self) -> bool:
        """Whether the run is a run of one partition."""
        return self._partitions.run.has_key

    @property
    def partition_key(self) -> str:
        """The partition of the run (a ``MultiPartitionKey`` where it has several dimensions).

        Raises :class:`DagsterInvariantViolationError` when the run has none, or several.
        """
        return self._partitions.run.key(self._partitions.definition)

    @property
    def multi_partition_key(self) -> MultiPartitionKey:
        """The partition of the run, with its key in each dimension. Raises :class:`CheckError` for one without."""
        key = self.partition_key
        if not isinstance(key, MultiPartitionKey):
            raise CheckError(f'The partition "{key}" has no dimensions: ask for partition_key.')
        return key

    @property
    def has_partition_key_range(self) -> bool:
        """Whether the run makes a range of partitions at once."""
        return self._partitions.run.range is not None

    @property
    def partition_keys(self) -> Sequence[str]:
        """The partitions of the run: one, or all of its range."""
        return self._partitions.keys

    @property
    def partition_key_range(self) -> PartitionKeyRange:
        """The first and the last partition of the run."""
        return self._partitions.run.key_range(self._partitions.definition)

    asset_partition_key_range = partition_key_range

    @property
    def partition_time_window(self) -> TimeWindow:
        """The span of time of the run's partitions.

        Raises :class:`DagsterInvariantViolationError` for partitions that are not of time.
        """
        return self._partitions.time_window

    # -- of an output -------------------------------------------------------------------------------------------------

    def _output(self, output_name: str) -> AssetPartitions:
        key = self.asset_key_for_output(output_name)
        partitions = self._partitions.made(key)
        if partitions is None:
            self._partitions.run.key(None)  # says that the run has no partition, where that is why
            raise CheckError(f'The asset "{key.to_user_string()}" has no partitions.')
        return partitions

    def asset_partition_key_for_output(self, output_name: str = "result") -> str:
        """The partition that an output makes."""
        return _only(self._output(output_name), f'The output "{output_name}"')

    def asset_partition_keys_for_output(self, output_name: str = "result") -> Sequence[str]:
        """The partitions that an output makes."""
        return self._output(output_name).keys

    def asset_partition_key_range_for_output(self, output_name: str = "result") -> PartitionKeyRange:
        """The first and the last partition that an output makes."""
        return self._output(output_name).key_range

    def asset_partitions_time_window_for_output(self, output_name: str = "result") -> TimeWindow:
        """The span of time that an output covers."""
        return self._output(output_name).time_window

    def asset_partitions_def_for_output(self, output_name: str = "result") -> PartitionsDefinition:
        """The partitions of the asset that an output makes."""
        return self._partitions_def(self.asset_key_for_output(output_name))

    # -- of an input --------------------------------------------------------------------------------------------------

    def _input(self, input_name: str) -> AssetPartitions:
        key = self.asset_key_for_input(input_name)
        partitions = self._partitions.needed(key)
        if partitions is None:
            raise CheckError(f'The asset "{key.to_user_string()}" has no partitions.')
        return partitions

    def asset_partition_key_for_input(self, input_name: str) -> str:
        """The partition that an input loads. Raises :class:`CheckError` where it is not exactly one."""
        return _only(self._input(input_name), f'The input "{input_name}"')

    def asset_partition_keys_for_input(self, input_name: str) -> Sequence[str]:
        """The partitions that an input loads."""
        return self._input(input_name).keys

    def asset_partition_key_range_for_input(self, input_name: str) -> PartitionKeyRange:
        """The first and the last partition that an input loads."""
        return self._input(input_name).key_range

    def asset_partitions_time_window_for_input(self, input_name: str = "result") -> TimeWindow:
        """The span of time that an input covers."""
        return self._input(input_name).time_window

    def asset_partitions_def_for_input(self, input_name: str) -> PartitionsDefinition:
        """The partitions of the asset that an input takes."""
        return self._partitions_def(self.asset_key_for_input(input_name))

    def _partitions_def(self, key: AssetKey) -> PartitionsDefinition:
        found = self._partitions.definition_of(key)
        if found is None:
            raise CheckError(f'The asset "{key.to_user_string()}" has no partitions.')
        return found


def _only(partitions: AssetPartitions, what: str) -> str:
    if len(partitions.keys) != 1:
        raise CheckError(f"{what} covers {len(partitions.keys)} partitions, not one. Ask for its keys.")
    return partitions.keys[0]
