"""What the history knows of an asset, in one value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from headwater.model.event import AssetMaterialization, EventLogRecord
from headwater.model.key import AssetKey


class AssetEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An asset's newest materialisation and observation."""

    asset_key: AssetKey
    last_materialization_record: EventLogRecord | None = None
    last_observation_record: EventLogRecord | None = None

    @property
    def last_materialization(self) -> AssetMaterialization | None:
        """The newest materialisation."""
        record = self.last_materialization_record
        return record.asset_materialization if record is not None else None

    @property
    def last_run_id(self) -> str | None:
        """The run of the newest materialisation."""
        return (
            self.last_materialization_record.run_id if self.last_materialization_record is not None else None
        )


class AssetRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An asset that the history knows."""

    asset_entry: AssetEntry


class AssetRecordsFilter(msgspec.Struct, frozen=True):
    """Which materialisations or observations of an asset to list. Everything that is given must hold."""

    asset_key: AssetKey
    asset_partitions: Sequence[str] | None = None
    after_timestamp: float | None = None
    before_timestamp: float | None = None
    after_storage_id: int | None = None
    before_storage_id: int | None = None
    storage_ids: Sequence[int] | None = None


class RunStats(msgspec.Struct, frozen=True, kw_only=True):
    """How a run went, in numbers. Times are in seconds since the epoch, UTC."""

    run_id: str
    steps_succeeded: int = 0
    steps_failed: int = 0
    materializations: int = 0
    expectations: int = 0
    enqueued_time: float | None = None
    launch_time: float | None = None
    start_time: float | None = None
    end_time: float | None = None

    @staticmethod
    def of(run_id: str, records: Sequence[EventLogRecord]) -> RunStats:
        """The numbers of a run with these events."""
        counts: dict[str, int] = {}
        times: dict[str, float] = {}
        for record in records:
            kind = record.event.kind.value
            counts[kind] = counts.get(kind, 0) + 1
            times.setdefault(kind, record.timestamp)
        ends: list[Any] = [times.get(f"PIPELINE_{end}") for end in ("SUCCESS", "FAILURE", "CANCELED")]
        return RunStats(
            run_id=run_id,
            steps_succeeded=counts.get("STEP_SUCCESS", 0),
            steps_failed=counts.get("STEP_FAILURE", 0),
            materializations=counts.get("ASSET_MATERIALIZATION", 0),
            expectations=counts.get("STEP_EXPECTATION_RESULT", 0),
            enqueued_time=times.get("PIPELINE_ENQUEUED"),
            launch_time=times.get("PIPELINE_STARTING"),
            start_time=times.get("PIPELINE_START"),
            end_time=next((each for each in ends if each is not None), None),
        )
