"""What the function of a multi-asset sensor is told: which of its assets have been made, and up to where it has read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from headwater.definitions.sensor_context import SensorEvaluationContext
from headwater.model.errors import DagsterInvariantViolationError
from headwater.model.event import DagsterEventType, EventLogRecord, EventRecordsFilter
from headwater.model.key import AssetKey, CoercibleToAssetKey
from headwater.planning.selection import AssetSelection

_RECORDS_AT_ONCE = 1000


class MultiAssetSensorEvaluationContext(SensorEvaluationContext):
    """The context of a multi-asset sensor. The cursor holds, for each asset, the number of the last event it has read.

    Records are read with the methods here; what is done with is said by :meth:`advance_cursor` or
    :meth:`advance_all_cursors`. In tests, :func:`build_multi_asset_sensor_context` makes one.
    """

    def __init__(self, *, monitored_assets: Any, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._monitored_assets = monitored_assets
        self._places: dict[str, tuple[int, str | None]] = {
            key: (number, partition) for key, (number, partition) in json.loads(self.cursor or "{}").items()
        }
        self._seen: dict[AssetKey, EventLogRecord] = {}

    @property
    def asset_keys(self) -> list[AssetKey]:
        """The assets that the sensor monitors."""
        given = self._monitored_assets
        if isinstance(given, AssetSelection):
            return sorted(given.resolve(self.repository_def.asset_graph))
        return [AssetKey.from_coercible(each) for each in given]

    @property
    def assets_defs_by_key(self) -> Mapping[AssetKey, Any]:
        """The definitions of the monitored assets; None for one that is not defined beside the sensor."""
        known = self.repository_def.assets_defs_by_key
        return {key: known.get(key) for key in self.asset_keys}

    # -- reading -------------------------------------------------------------------------------------------------

    def latest_materialization_records_by_key(
        self, asset_keys: Sequence[CoercibleToAssetKey] | None = None
    ) -> Mapping[AssetKey, EventLogRecord | None]:
        """The newest materialisation of each asset after its cursor; None for one that was not made since."""
        keys = (
            self.asset_keys if asset_keys is None else [AssetKey.from_coercible(each) for each in asset_keys]
        )
        return {key: next(iter(self._read(key, limit=1, ascending=False)), None) for key in keys}

    def materialization_records_for_key(
        self, asset_key: CoercibleToAssetKey, limit: int | None = None
    ) -> Sequence[EventLogRecord]:
        """The materialisations of an asset after its cursor, oldest first."""
        return self._read(AssetKey.from_coercible(asset_key), limit=limit, ascending=True)

    def latest_materialization_records_by_partition(
        self, asset_key: CoercibleToAssetKey, after_cursor_partition: bool | None = False
    ) -> Mapping[str, EventLogRecord]:
        """The newest materialisation of each partition of an asset after its cursor."""
        key = AssetKey.from_coercible(asset_key)
        found: dict[str, EventLogRecord] = {}
        for record in self._read(key, limit=_RECORDS_AT_ONCE, ascending=True):
            if record.partition_key is not None:
                found.pop(record.partition_key, None)
                found[record.partition_key] = record
        place = self.get_cursor_partition(key)
        if after_cursor_partition and place is not None:
            return {partition: record for partition, record in found.items() if partition > place}
        return found

    def latest_materialization_records_by_partition_and_asset(
        self,
    ) -> Mapping[str, Mapping[AssetKey, EventLogRecord]]:
        """The newest materialisation by partition, then by asset, after the cursors."""
        found: dict[str, dict[AssetKey, EventLogRecord]] = {}
        for key in self.asset_keys:
            for partition, record in self.latest_materialization_records_by_partition(key).items():
                found.setdefault(partition, {})[key] = record
        return found

    def all_partitions_materialized(
        self, asset_key: CoercibleToAssetKey, partitions: Sequence[str] | None = None
    ) -> bool:
        """Whether all ``partitions`` of an asset (all that it has, without) have ever been made."""
        key = AssetKey.from_coercible(asset_key)
        made = set(self.instance.get_materialized_partitions(key))
        if partitions is None:
            definition = self.assets_defs_by_key.get(key)
            partitions = definition.partitions_def.get_partition_keys() if definition is not None else []
        return set(partitions) <= made

    def _read(self, key: AssetKey, *, limit: int | None, ascending: bool) -> Sequence[EventLogRecord]:
        number, _ = self._places.get(key.to_user_string(), (0, None))
        wanted = EventRecordsFilter(
            event_type=DagsterEventType.ASSET_MATERIALIZATION, asset_key=key, after_cursor=number
        )
        records: Sequence[EventLogRecord] = self.instance.get_event_records(
            wanted, limit=limit, ascending=ascending
        )
        for record in records:
            if key not in self._seen or self._seen[key].storage_id < record.storage_id:
                self._seen[key] = record
        return records

    # -- the cursor ----------------------------------------------------------------------------------------------

    def get_cursor_partition(self, asset_key: CoercibleToAssetKey | None) -> str | None:
        """The partition of the last event of an asset that is done with."""
        key = AssetKey.from_coercible(asset_key) if asset_key is not None else self.asset_keys[0]
        return self._places.get(key.to_user_string(), (0, None))[1]

    def advance_cursor(
        self, materialization_records_by_key: Mapping[AssetKey, EventLogRecord | None]
    ) -> None:
        """Be done with everything up to these records (of assets that stand for None: with nothing).

        Raises :class:`DagsterInvariantViolationError` for a record that would turn the cursor back.
        """
        for key, record in materialization_records_by_key.items():
            if record is None:
                continue
            name = AssetKey.from_coercible(key).to_user_string()
            if record.storage_id < self._places.get(name, (0, None))[0]:
                raise DagsterInvariantViolationError(
                    f"The cursor of {name} would go back, to an event that it has passed."
                )
            self._places[name] = (record.storage_id, record.partition_key)
        self.update_cursor(json.dumps(self._places))

    def advance_all_cursors(self) -> None:
        """Be done with everything that there is now."""
        for key in self.asset_keys:
            self._read(key, limit=1, ascending=False)
        self.advance_cursor(
            {key: record for key, record in self._seen.items() if key in set(self.asset_keys)}
        )


def build_multi_asset_sensor_context(
    *,
    monitored_assets: Any,
    repository_def: Any = None,
    instance: Any = None,
    cursor: str | None = None,
    repository_name: str | None = None,
    cursor_from_latest_materializations: bool = False,
    resources: Mapping[str, Any] | None = None,
    definitions: Any = None,
    last_sensor_start_time: float | None = None,
) -> MultiAssetSensorEvaluationContext:
    """A context for calling a multi-asset sensor in a test.

    ``cursor_from_latest_materializations``: everything that has been made up to now counts as done with. Raises
    :class:`DagsterInvariantViolationError` when a cursor is given beside it.
    """
    if cursor is not None and cursor_from_latest_materializations:
        raise DagsterInvariantViolationError(
            "Give a cursor, or cursor_from_latest_materializations, not both."
        )
    context = MultiAssetSensorEvaluationContext(
        monitored_assets=monitored_assets,
        repository_def=repository_def,
        instance=instance,
        cursor=cursor,
        repository_name=repository_name,
        resources=resources,
        definitions=definitions,
        last_sensor_start_time=last_sensor_start_time,
    )
    if cursor_from_latest_materializations:
        context.advance_all_cursors()
        context.cursor_updated = False
    return context
