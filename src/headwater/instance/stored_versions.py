"""The versions of an asset's stored value: list, load, compare, collect; publish one again so that the history says so."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from headwater.definitions.io_context import InputContext
from headwater.definitions.repository import RepositoryDefinition
from headwater.definitions.stored_version import (
    VERSION_LABEL,
    CollectsVersions,
    KeepsVersions,
    StoredVersion,
    VersionLimits,
)
from headwater.execution.stored_asset import load_asset_value, manager_with_versions, stored_input
from headwater.instance.instance import DagsterInstance
from headwater.instance.runner import open_scope
from headwater.io.value_diff import ValueDiff, diff_values
from headwater.model.errors import VersionNotFoundError
from headwater.model.event import AssetMaterialization, DagsterEventType, EventLogRecord, EventRecordsFilter
from headwater.model.key import AssetKey

_LOOKED_AT = 1000
"""How many materialisations, from the newest, are searched for the runs of versions."""


class StoredVersions:
    """The versions of one asset, or of one partition of it, as its I/O manager keeps them.

    >>> versions = StoredVersions(defs.repository, AssetKey("report"), instance)
    >>> versions.rollback()  # doctest: +SKIP
    StoredVersion(version_id='20260101T060000123456', ..., is_current=True)
    """

    def __init__(
        self,
        repository: RepositoryDefinition,
        key: AssetKey,
        instance: DagsterInstance,
        partition: str | None = None,
    ) -> None:
        self._repository = repository
        self._key = key
        self._instance = instance
        self._partition = partition

    def kept(self) -> list[StoredVersion]:
        """All that are kept, oldest first, with the runs that stored them as far as the history knows."""
        with self._manager() as (manager, context):
            versions = manager.list_versions(context)
        if all(each.run_id for each in versions):
            return versions
        made = self._materializations()
        runs = {each: record.run_id or None for each, record in made.items()}
        return [
            dataclasses.replace(each, run_id=each.run_id or runs.get(each.version_id)) for each in versions
        ]

    def load(self, version_id: str, python_type: Any = None) -> Any:
        """The value of a version. Raises :class:`VersionNotFoundError`."""
        with open_scope(self._repository, self._key, self._instance) as scope:
            return load_asset_value(
                scope,
                self._key,
                python_type=python_type,
                partition_key=self._partition,
                version=version_id,
            )

    def diff(self, before: str, after: str, *, sample: int = 5) -> ValueDiff:
        """How the value of one version differs from that of another. Raises :class:`VersionNotFoundError`."""
        return diff_values(self.load(before), self.load(after), sample=sample)

    def collect(
        self, limits: VersionLimits | None, now: datetime.datetime, *, dry_run: bool
    ) -> list[StoredVersion]:
        """Remove the versions beyond ``limits`` (None: those of the asset's options), never the current one.

        Returns those that went, or with ``dry_run`` would; none where the I/O manager cannot remove versions.
        """
        with self._manager() as (manager, context):
            if not isinstance(manager, CollectsVersions):
                return []
            return manager.collect_versions(context, limits, now, dry_run=dry_run)

    def rollback(self, version_id: str | None = None) -> StoredVersion:
        """Publish a version again (without an id: the one before the current), and record a materialisation.

        That has the metadata and data versions of the one which stored the value, so what is made from it is stale
        exactly where it was made from another. Raises :class:`VersionNotFoundError`.
        """
        made = self._materializations()
        with self._manager() as (manager, context):
            wanted = version_id or self.before_current(manager.list_versions(context))
            restored = manager.restore_version(context, wanted)
        first = made.get(restored.version_id)
        run_id = restored.run_id or (first.run_id or None if first is not None else None)
        restored = dataclasses.replace(restored, run_id=run_id)
        stored = first.asset_materialization if first is not None else None
        self._instance.report_runless_asset_event(self._materialization(restored, stored))
        return restored

    @contextmanager
    def _manager(self) -> Iterator[tuple[KeepsVersions, InputContext]]:
        with open_scope(self._repository, self._key, self._instance) as scope:
            context = stored_input(scope, self._key, partition_key=self._partition)
            yield manager_with_versions(scope, self._key), context

    def before_current(self, versions: Sequence[StoredVersion]) -> str:
        """The id of the version before the current one. Raises :class:`VersionNotFoundError`."""
        current = next((number for number, each in enumerate(versions) if each.is_current), len(versions))
        if current == 0:
            subject = f'the asset "{self._key.to_user_string()}"'
            raise VersionNotFoundError(subject, None, [each.version_id for each in versions])
        return versions[current - 1].version_id

    def _materialization(
        self, restored: StoredVersion, first: AssetMaterialization | None
    ) -> AssetMaterialization:
        of_version = {"headwater/restored_version": restored.version_id}
        if restored.run_id:
            of_version["headwater/restored_from_run"] = restored.run_id
        made: AssetMaterialization = AssetMaterialization(
            self._key,
            description=f"Rolled back to the version {restored.version_id}",
            partition=self._partition,
            metadata={**(first.metadata if first is not None else {}), **of_version},
            tags=first.tags if first is not None else {},
        )
        return made

    def _materializations(self) -> dict[str, EventLogRecord]:
        """By the id of the version: what the run recorded that stored it."""
        wanted = EventRecordsFilter(
            DagsterEventType.ASSET_MATERIALIZATION,
            asset_key=self._key,
            asset_partitions=[self._partition] if self._partition is not None else None,
        )
        found: dict[str, EventLogRecord] = {}
        for record in self._instance.get_event_records(
            wanted, limit=_LOOKED_AT
        ):  # newest first: the oldest stays
            made = record.asset_materialization
            label = made.metadata.get(VERSION_LABEL) if made is not None else None
            if label is not None:
                found[str(label.value)] = record
        return found
