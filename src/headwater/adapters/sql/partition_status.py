"""The status of partitions in a database: how a batch of events changes it, and the port that reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from headwater.adapters.sql.condition import Condition, page
from headwater.adapters.sql.database import Database, Transaction
from headwater.adapters.sql.event_row import key_text
from headwater.adapters.sql.statements import load_statements
from headwater.model.key import AssetKey
from headwater.model.partition_status import (
    MISSING,
    AssetPartitionStatus,
    PartitionChanges,
    PartitionCounts,
    partition_status_after,
)

_SQL = load_statements("partition_status")
_ANNOUNCE = load_statements("runs")["announce_partitions"]
_BEGUN, _DONE = AssetPartitionStatus.IN_PROGRESS.value, AssetPartitionStatus.MATERIALIZED.value
_COLUMNS = ("made", _DONE, AssetPartitionStatus.FAILED.value, _BEGUN)
_STATUSES: dict[str, AssetPartitionStatus] = {each.value: each for each in AssetPartitionStatus}


class PartitionChange:
    """What a batch of events changes of partitions. Counts are gathered, and written once for each asset."""

    def __init__(self, db: Transaction) -> None:
        self._db = db
        self._counts: dict[str, Counter[str]] = {}
        self._runs: dict[str, bool] = {}

    def begin(self, asset: str, partition: str, run_id: str, number: int) -> None:
        """A run is going to make a partition. One that is unknown, or has ended, makes nothing."""
        if run_id not in self._runs:
            self._runs[run_id] = self._db.execute(_ANNOUNCE, (run_id,)).rowcount > 0
        if self._runs[run_id]:
            before, _ = self._known(asset, partition)
            self._db.execute(_SQL["begin"], (asset, partition, run_id, number))
            self._count(asset, before, _BEGUN)

    def finish(self, asset: str, partition: str, number: int) -> None:
        """A partition was made."""
        before, was_made = self._known(asset, partition)
        self._db.execute(_SQL["finish"], (asset, partition, number, number))
        self._count(asset, before, _DONE, made=not was_made)

    def end_run(self, run_id: str, number: int, *, failed: bool) -> None:
        """A run has ended; what it was to make, and has not, is in progress no more."""
        for asset, partition, materialization in self._db.execute(_SQL["unfinished"], (run_id,)).fetchall():
            status = partition_status_after(failed, materialization is not None)
            after = status.value if status is not None else MISSING
            self._db.execute(_SQL["settle"], (after, number, asset, partition))
            self._count(asset, _BEGUN, after)

    def save(self) -> None:
        """Write the counts."""
        if self._counts:
            rows = [(asset, *(count[name] for name in _COLUMNS)) for asset, count in self._counts.items()]
            self._db.executemany(_SQL["add_counts"], rows)
            self._counts.clear()

    def _known(self, asset: str, partition: str) -> tuple[str, bool]:
        row = self._db.execute(_SQL["known"], (asset, partition)).fetchone()
        return (row[0], row[1] is not None) if row is not None else (MISSING, False)

    def _count(self, asset: str, before: str, after: str, *, made: bool = False) -> None:
        count = self._counts.setdefault(asset, Counter())
        count[before] -= 1
        count[after] += 1
        count["made"] += made


def recount_partitions(db: Transaction, asset: str) -> None:
    """After some partitions of an asset were forgotten."""
    db.execute(_SQL["recount"], (asset,))


def forget_run_of_partitions(db: Transaction, run_id: str) -> None:
    """A run is deleted: what it was to make, and has not, is in progress no more."""
    rows = db.execute(_SQL["unfinished"], (run_id,)).fetchall()
    if rows:
        change = PartitionChange(db)
        change.end_run(run_id, 0, failed=False)
        for asset in {row[0] for row in rows}:
            recount_partitions(db, asset)


class SqlPartitionStatusStore:
    """The port :class:`headwater.ports.partition_status_store.PartitionStatusStore` over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def counts(self, keys: Collection[AssetKey]) -> dict[AssetKey, PartitionCounts]:
        """How many partitions of each asset stand how."""
        texts = {key_text(key): key for key in keys}
        condition = Condition(self._database.dialect).add_any_of("asset_key", texts)
        found = {
            texts[text]: PartitionCounts(materialized=materialized, failed=failed, in_progress=in_progress)
            for text, materialized, failed, in_progress in self._database.rows(
                _SQL["counts"] + condition.sql, condition.values
            )
        }
        return {key: found.get(key) or PartitionCounts() for key in keys}

    def statuses(self, key: AssetKey, partitions: Collection[str]) -> dict[str, AssetPartitionStatus]:
        """How those of the partitions stand that have a status."""
        condition = self._of(key).add_any_of("asset_partition", partitions).add("status <> ?", MISSING)
        rows = self._database.rows(_SQL["statuses"] + condition.sql, condition.values)
        return {partition: AssetPartitionStatus(status) for partition, status in rows}

    def page(
        self,
        key: AssetKey,
        status: AssetPartitionStatus,
        *,
        after: str | None = None,
        limit: int | None = None,
    ) -> list[str]:
        """The partitions that stand so, in the order of their texts, behind ``after``."""
        condition = self._of(key).add("status = ?", status.value)
        if after is not None:
            condition.add("asset_partition > ?", after)
        sql = _SQL["statuses"] + condition.sql + page("asset_partition", True, limit)
        return [partition for partition, _ in self._database.rows(sql, condition.values)]

    def changes(self, key: AssetKey, since: tuple[int, int] | None = None) -> PartitionChanges:
        """What changed since the cursor of earlier changes."""
        text = key_text(key)
        wiped = self._database.rows(_SQL["wipes"], (text,))
        wipes: int = wiped[0][0] if wiped else 0
        is_anew = since is None or since[0] != wipes
        after = 0 if since is None or is_anew else since[1]
        rows = self._database.rows(_SQL["changes"], (text, after))
        return PartitionChanges(
            changed=[(partition, _STATUSES.get(status)) for partition, status, _ in rows],
            cursor=(wipes, rows[-1][2] if rows else after),
            is_anew=is_anew,
        )

    def runs(self, key: AssetKey, partitions: Collection[str]) -> dict[str, str]:
        """The runs that are making partitions, or have failed to."""
        condition = self._of(key).add_any_of("asset_partition", partitions).add("run_id IS NOT NULL")
        return dict(self._database.rows(_SQL["runs"] + condition.sql, condition.values))

    def _of(self, key: AssetKey) -> Condition:
        return Condition(self._database.dialect).add("asset_key = ?", key_text(key))
