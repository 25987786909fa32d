"""Which partitions a run makes: one key, or a range of keys, as its tags say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from headwater.definitions.asset_partition import partitions_def_of
from headwater.definitions.job import JobDefinition
from headwater.definitions.partitioned_config import PartitionedConfig
from headwater.definitions.repository import RepositoryDefinition
from headwater.model.errors import CheckError, DagsterInvariantViolationError, PartitionRequiredError
from headwater.model.partition import (
    PARTITION_SET_TAG,
    PARTITION_TAG,
    RANGE_END_TAG,
    RANGE_START_TAG,
    PartitionKeyRange,
)
from headwater.planning.partition_context import DynamicPartitionsStore, partition_loading_context
from headwater.planning.partition_definition import PartitionsDefinition
from headwater.planning.partition_multi import MultiPartitionsDefinition


class RunPartitions:
    """The partitions that the tags of a run name. ``store`` knows the dynamic ones: the instance."""

    def __init__(self, tags: Mapping[str, str], store: DynamicPartitionsStore | None) -> None:
        self._key = tags.get(PARTITION_TAG)
        start, end = tags.get(RANGE_START_TAG), tags.get(RANGE_END_TAG)
        self.range = PartitionKeyRange(start, end) if start is not None and end is not None else None
        self.store = store

    @property
    def has_key(self) -> bool:
        """Whether it is a run of one partition."""
        return self._key is not None

    @property
    def are_there(self) -> bool:
        """Whether the run is of any partition."""
        return self._key is not None or self.range is not None

    def key(self, definition: PartitionsDefinition | None) -> str:
        """The one partition of the run. Raises :class:`DagsterInvariantViolationError` where it has none, or several."""
        if self._key is not None:
            return typed_key(definition, self._key)
        if self.range is not None:
            raise DagsterInvariantViolationError(
                f"The run makes the partitions {self.range.start} to {self.range.end}: ask for partition_keys or "
                "partition_key_range."
            )
        raise DagsterInvariantViolationError(
            "The run has no partition. Name one: materialize(..., partition_key=...), or `--partition KEY` at the "
            "command line."
        )

    def keys(self, definition: PartitionsDefinition) -> Sequence[str]:
        """The partitions of the run, in order."""
        if self.range is None:
            return [self.key(definition)]
        with partition_loading_context(dynamic_partitions_store=self.store):
            return definition.get_partition_keys_in_range(self.range)

    def key_range(self, definition: PartitionsDefinition | None) -> PartitionKeyRange:
        """The first and the last partition of the run."""
        if self.range is not None:
            return self.range
        key = self.key(definition)
        return PartitionKeyRange(key, key)

    @cached_property
    def names(self) -> Sequence[str]:
        """The keys that the tags name, for people."""
        return [*self.range] if self.range is not None else [self._key] if self._key is not None else []


def typed_key(definition: PartitionsDefinition | None, key: str) -> str:
    """A key with its dimensions, where it has several."""
    return (
        definition.get_partition_key_from_str(key)
        if isinstance(definition, MultiPartitionsDefinition)
        else key
    )


def partitions_of_job(repository: RepositoryDefinition, job: JobDefinition) -> list[PartitionsDefinition]:
    """The partitions of a job: those that it declares, else the different ones of its assets."""
    if job.partitions_def is not None:
        return [job.partitions_def]
    found: dict[PartitionsDefinition, None] = {}
    for key in job.asset_keys or ():
        definition = partitions_def_of(repository.definition_by_key.get(key), key)
        if definition is not None:
            found[definition] = None
    return list(found)


def partition_run(
    repository: RepositoryDefinition,
    job: JobDefinition,
    store: DynamicPartitionsStore,
    *,
    partition_key: str | None,
    tags: Mapping[str, str],
    run_config: Any,
) -> tuple[dict[str, str], Any]:
    """The tags and the config of a run of the partitions that ``partition_key`` or ``tags`` name.

    A job with partitioned config brings both for its partition; tags and config that are given come first. Raises
    :class:`DagsterUnknownPartitionError` for a partition that does not exist, :class:`PartitionRequiredError` where an
    asset has partitions and none is named, :class:`CheckError` where nothing in the run has partitions.
    """
    if partition_key is not None:
        tags = {**tags, PARTITION_TAG: str(partition_key)}
    partitions = RunPartitions(tags, store)
    if not partitions.are_there:
        _check_none_required(repository, job, store)
        return dict(tags), run_config
    definitions = partitions_of_job(repository, job)
    if not definitions:
        if partition_key is None and partitions.range is None:
            return dict(tags), run_config  # the tag may be of other use, in a job that has no partitions
        raise CheckError(
            f'The run of "{job.name}" is to make the partition {"...".join(partitions.names)}, but nothing in it has '
            "partitions. Leave the partition away, or give the asset or job a partitions_def."
        )
    _check(definitions, partitions.names, store)
    made: dict[str, str] = {}
    if partitions.has_key:
        key = partitions.key(None)
        for definition in definitions:
            made |= definition.get_tags_for_partition_key(key)
        made[PARTITION_SET_TAG] = f"{job.name}_partition_set"
        if isinstance(job.config, PartitionedConfig):
            made |= job.config.get_tags_for_partition_key(key, job.name)
            run_config = run_config or job.config.get_run_config_for_partition_key(key)
    return {**made, **tags}, run_config


def _check(
    definitions: Iterable[PartitionsDefinition], keys: Iterable[str], store: DynamicPartitionsStore
) -> None:
    with partition_loading_context(dynamic_partitions_store=store):
        for definition in definitions:
            for key in keys:
                definition.validate_partition_key(key)


def _check_none_required(
    repository: RepositoryDefinition, job: JobDefinition, store: DynamicPartitionsStore
) -> None:
    """Tell before anything runs that the run has to name a partition."""
    for key in job.asset_keys or ():
        made_by = repository.definition_by_key.get(key)
        definition = partitions_def_of(made_by, key)
        if made_by is None or made_by.is_observation or definition is None:
            continue
        with partition_loading_context(dynamic_partitions_store=store):
            example = definition.get_last_partition_key() or "KEY"
        raise PartitionRequiredError(
            f'The asset "{key.to_user_string()}" has partitions, and the run names none. Name one: `--partition {example}` '
            f'at the command line, partition_key="{example}" in Python. Many: `headwater backfill launch`.'
        )
