"""The versions of an asset's stored value: list them, and publish one again so that the history says so."""

from __future__ import annotations

from headwater.definitions.repository import RepositoryDefinition
from headwater.definitions.stored_version import StoredVersion
from headwater.execution.stored_asset import manager_with_versions, stored_input
from headwater.instance.instance import DagsterInstance
from headwater.instance.runner import open_scope
from headwater.model.errors import VersionNotFoundError
from headwater.model.event import AssetMaterialization, DagsterEventType
from headwater.model.key import AssetKey


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
        """All that are kept, oldest first."""
        with open_scope(self._repository, self._key, self._instance) as scope:
            context = stored_input(scope, self._key, partition_key=self._partition)
            return manager_with_versions(scope, self._key).list_versions(context)

    def rollback(self, version_id: str | None = None) -> StoredVersion:
        """Publish a version again (without an id: the one before the current), and record a materialisation.

        That has the metadata and data versions of the one which stored the value, so what is made from it is stale
        exactly where it was made from another. Raises :class:`VersionNotFoundError`.
        """
        with open_scope(self._repository, self._key, self._instance) as scope:
            context = stored_input(scope, self._key, partition_key=self._partition)
            manager = manager_with_versions(scope, self._key)
            wanted = version_id or self._before_current(manager.list_versions(context))
            restored = manager.restore_version(context, wanted)
        self._instance.report_runless_asset_event(self._materialization(restored))
        return restored

    def _before_current(self, versions: list[StoredVersion]) -> str:
        current = next((number for number, each in enumerate(versions) if each.is_current), len(versions))
        if current == 0:
            subject = f'the asset "{self._key.to_user_string()}"'
            raise VersionNotFoundError(subject, None, [each.version_id for each in versions])
        return versions[current - 1].version_id

    def _materialization(self, restored: StoredVersion) -> AssetMaterialization:
        first = self._first_materialization(restored.run_id) if restored.run_id else None
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

    def _first_materialization(self, run_id: str) -> AssetMaterialization | None:
        """What the run recorded that stored the value."""
        events = self._instance.storage.event_log.run_events(
            run_id, kinds=[DagsterEventType.ASSET_MATERIALIZATION]
        )
        made = [each.asset_materialization for each in reversed(events)]
        return next(
            (
                each
                for each in made
                if each is not None and each.asset_key == self._key and each.partition == self._partition
            ),
            None,
        )
