"""An instance: the history of runs, events and assets, and the folder in which values are kept by default."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from headwater.execution.pools import Pools, holder_of, place_name
from headwater.instance.event_page import EventRecordsResult, fetch_page
from headwater.instance.run_control import GRACE_SECONDS, RunControl
from headwater.instance.run_launcher import DefaultRunLauncher
from headwater.instance.settings import find_home
from headwater.instance.unwritten import import_unwritten, keep_unwritten
from headwater.model.asset_record import AssetEntry, AssetRecord, AssetRecordsFilter, RunStats
from headwater.model.errors import CheckError, DagsterInvariantViolationError, DagsterRunNotFoundError
from headwater.model.event import (
    AssetCheckEvaluation,
    AssetMaterialization,
    AssetObservation,
    AssetObservationData,
    DagsterEventType,
    Event,
    EventKind,
    EventLogRecord,
    EventRecordsFilter,
    StepMaterializationData,
    new_run_id,
)
from headwater.model.key import AssetKey, CoercibleToAssetKey
from headwater.model.partition import check_partition_key
from headwater.model.partition_status import AssetPartitionStatus
from headwater.model.run import DagsterRun, DagsterRunStatus, RunRecord, RunsFilter
from headwater.model.run_change import RunStatusChangeRecordsFilter
from headwater.ports.storage import Storage

_log = logging.getLogger(__name__)
_POOL_PREFIX = "pool_limit/"

Listener = Callable[[Sequence[Event]], None]


class DagsterInstance:
    """The history of a project. ``storage`` holds it; ``home`` is the folder beside it, for values and logs.

    >>> with DagsterInstance.ephemeral() as instance:
    ...     materialize([numbers], instance=instance)
    """

    def __init__(self, storage: Storage, home: Path | None = None) -> None:
        self.storage = storage
        self._home = home
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._listeners: list[Listener] = []

    # -- opening ------------------------------------------------------------------------------------------------

    @staticmethod
    def ephemeral(tempdir: str | None = None, **_: Any) -> DagsterInstance:
        """An instance in memory, forgotten with the process. ``tempdir`` keeps values, if it is given."""
        from headwater.adapters.memory.storage import MemoryStorage

        return DagsterInstance(MemoryStorage(), Path(tempdir) if tempdir else None)

    @staticmethod
    def get() -> DagsterInstance:
        """The instance of ``HEADWATER_HOME`` or ``DAGSTER_HOME``, else of the working directory's project."""
        instance = DagsterInstance.open(find_home())
        instance.reconcile_runs()
        return instance

    @staticmethod
    def open(home: str | Path) -> DagsterInstance:
        """The instance of the folder ``home``, which is made if it is not there; its history is in that folder, or in the
        database of ``HEADWATER_DATABASE_URL`` or of the settings."""
        from headwater.instance.open_storage import open_history

        folder = Path(home)
        instance = DagsterInstance(open_history(folder), folder)
        import_unwritten(folder, instance.storage.event_log)
        return instance

    @staticmethod
    def local_temp(tempdir: str | None = None, overrides: Any = None) -> DagsterInstance:
        """An instance in a folder of its own, for tests, whatever the environment says."""
        from headwater.instance.database_url import keep_apart

        folder = tempdir or tempfile.mkdtemp(prefix="headwater-")
        keep_apart(Path(folder))
        return DagsterInstance.open(folder)

    def __enter__(self) -> DagsterInstance:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release files and connections, and the temporary folder of an ephemeral instance."""
        self.storage.close()
        if self._temporary is not None:
            self._temporary.cleanup()
            self._temporary = None

    dispose = close

    # -- places -------------------------------------------------------------------------------------------------

    @property
    def is_ephemeral(self) -> bool:
        """Whether the history is forgotten with the process."""
        return self.storage.location == "memory"

    is_persistent = property(lambda self: not self.is_ephemeral)

    @property
    def root_directory(self) -> str:
        """The folder of the instance; a temporary one for an ephemeral instance."""
        if self._home is not None:
            return str(self._home)
        if self._temporary is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="headwater-", ignore_cleanup_errors=True)
        return self._temporary.name

    def storage_directory(self) -> str:
        """Where values are kept when no I/O manager says otherwise."""
        return str(Path(self.root_directory) / "storage")

    def logs_directory(self, run_id: str) -> str:
        """Where that is kept which the steps of a run write to their standard output and error."""
        return str(Path(self.root_directory) / "logs" / run_id)

    def file_manager_directory(self, run_id: str) -> str:
        """Where the files of a run are kept."""
        return str(Path(self.root_directory) / "storage" / run_id / "files")

    # -- runs ---------------------------------------------------------------------------------------------------

    def add_run(self, dagster_run: DagsterRun) -> DagsterRun:
        """Record a run. Raises :class:`DagsterRunAlreadyExists` when its id is taken."""
        return self.storage.runs.add(dagster_run).dagster_run

    def get_run_by_id(self, run_id: str) -> DagsterRun | None:
        """The run of that id, if there is one."""
        record = self.storage.runs.get(run_id)
        return record.dagster_run if record is not None else None

    def get_run_record_by_id(self, run_id: str) -> RunRecord | None:
        """The run of that id with its times, if there is one."""
        return self.storage.runs.get(run_id)

    def has_run(self, run_id: str) -> bool:
        """Whether there is a run of that id."""
        return self.storage.runs.get(run_id) is not None

    def get_runs(
        self,
        filters: RunsFilter | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        ascending: bool = False,
        **_: Any,
    ) -> Sequence[DagsterRun]:
        """The runs that fit, newest first."""
        return [
            record.dagster_run
            for record in self.storage.runs.find(filters, limit=limit, before=cursor, ascending=ascending)
        ]

    def get_run_records(
        self,
        filters: RunsFilter | None = None,
        limit: int | None = None,
        order_by: str | None = None,
        ascending: bool = False,
        cursor: str | None = None,
        bucket_by: Any = None,
    ) -> Sequence[RunRecord]:
        """The runs that fit, with their times, newest first."""
        return self.storage.runs.find(filters, limit=limit, before=cursor, ascending=ascending)

    def get_runs_count(self, filters: RunsFilter | None = None) -> int:
        """How many runs fit."""
        return self.storage.runs.count(filters)

    def get_run_ids(
        self, filters: RunsFilter | None = None, cursor: str | None = None, limit: int | None = None
    ) -> Sequence[str]:
        """The ids of the runs that fit, newest first."""
        return [run.run_id for run in self.get_runs(filters, cursor, limit)]

    def get_run_tags(self, run_id: str) -> Mapping[str, str]:
        """The tags of a run."""
        return self._run(run_id).tags

    def add_run_tags(self, run_id: str, new_tags: Mapping[str, str]) -> None:
        """Add or replace tags of a run."""
        self.storage.runs.add_tags(run_id, new_tags)

    def delete_run(self, run_id: str) -> None:
        """Remove a run with its events; what is known of assets stays."""
        self.storage.runs.delete(run_id)

    @property
    def run_launcher(self) -> DefaultRunLauncher:
        """What launches runs, and can end them."""
        launcher = DefaultRunLauncher()
        launcher.register_instance(self)
        return launcher

    @property
    def run_control(self) -> RunControl:
        """The processes of the runs."""
        return RunControl(Path(self.root_directory), self.storage, self.write_events)

    def reconcile_runs(self, run_ids: Collection[str] | None = None) -> list[str]:
        """End the runs whose process is gone (killed, crashed) as failed; their ids. ``run_ids``: look at these only.

        Whoever opens the history to show it or to go on with it calls this first; a new run does so, too. The runs of
        an instance in memory end with the process.
        """
        return [] if self.is_ephemeral else self.run_control.reconcile(run_ids)

    def cancel_run(self, run_id: str, grace_seconds: float = GRACE_SECONDS) -> bool:
        """Cancel a run and wait for its end; whether there was anything to cancel.

        Its process is asked to end (SIGTERM), and killed after the grace. Raises :class:`DagsterRunNotFoundError`.
        """
        return self.run_control.cancel(run_id, grace_seconds)

    def set_pool_limit(self, pool: str, limit: int | None) -> None:
        """Say how many steps of a pool may run at once; ``None``: as many as there are."""
        self.storage.set_values({_POOL_PREFIX + pool: None if limit is None else str(limit)})

    def get_pool_limits(self) -> Mapping[str, int]:
        """How many steps of each pool may run at once."""
        values = self.storage.get_values(_POOL_PREFIX)
        return {name.removeprefix(_POOL_PREFIX): int(text) for name, text in values.items()}

    def pools_of(self, run_id: str) -> Pools:
        """The pools as a run of that id takes places in them, which it shares with the other runs."""

        def is_over(holder: str) -> bool:
            run = self.get_run_by_id(holder)
            return run is None or run.is_finished

        return Pools(self.get_pool_limits(), self.storage.leases, run_id, is_over)

    def pool_holders(self, pool: str) -> list[tuple[str, str]]:
        """The steps which have a place in a pool with a limit: their runs' ids, and their keys."""
        places = range(self.get_pool_limits().get(pool, 0))
        held = [self.storage.leases.holder(place_name(pool, number)) for number in places]
        return [holder_of(each) for each in held if each is not None]

    def _run(self, run_id: str) -> DagsterRun:
        run = self.get_run_by_id(run_id)
        if run is None:
            raise DagsterRunNotFoundError(invalid_run_id=run_id)
        return run

    def create_run_for_job(
        self,
        job_def: Any,
        run_id: str | None = None,
        run_config: Any = None,
        tags: Mapping[str, str] | None = None,
        **_: Any,
    ) -> DagsterRun:
        """Record a run of a job, for code that executes it itself."""
        return self.add_run(
            DagsterRun(
                run_id=run_id or new_run_id(),
                job_name=job_def.name,
                run_config=run_config or {},
                tags=dict(tags or {}),
            )
        )

    # -- events -------------------------------------------------------------------------------------------------

    def write_events(self, events: Sequence[Event]) -> None:
        """Append events, then tell the listeners. What one of those raises is logged: it only looks on."""
        self.storage.event_log.append(events)
        for listener in self._listeners:
            try:
                listener(events)
            except Exception:  # noqa: BLE001 - logged: nobody's view of a run is worth the run
                _log.exception(
                    "%r could not take %s events of a run; they are written.", listener, len(events)
                )

    def keep_unwritten_events(self, events: Sequence[Event]) -> None:
        """Keep events that cannot be written now in a file; they are imported when the instance is next opened."""
        if self.is_ephemeral:
            return  # nothing of it outlives the process
        keep_unwritten(Path(self.root_directory), events)

    def watch(self, listener: Listener) -> None:
        """Call ``listener`` with every batch of events that this process appends."""
        self._listeners.append(listener)

    def all_logs(
        self,
        run_id: str,
        of_type: DagsterEventType | Collection[DagsterEventType] | None = None,
        limit: int | None = None,
    ) -> Sequence[Event]:
        """The events and log lines of a run, oldest first."""
        kinds = {of_type} if isinstance(of_type, DagsterEventType) else of_type
        return [
            record.event for record in self.storage.event_log.run_events(run_id, kinds=kinds, limit=limit)
        ]

    def logs_after(self, run_id: str, cursor: int | None = None, **_: Any) -> Sequence[Event]:
        """The events and log lines of a run after the one with that number."""
        return [record.event for record in self.storage.event_log.run_events(run_id, after=cursor or 0)]

    def get_event_records(
        self, event_records_filter: EventRecordsFilter, limit: int | None = None, ascending: bool = False
    ) -> Sequence[EventLogRecord]:
        """The events that fit, newest first."""
        return self.storage.event_log.find(event_records_filter, limit=limit, ascending=ascending)

    def fetch_materializations(
        self, records_filter: Any, *, limit: int, cursor: str | None = None, ascending: bool = False
    ) -> EventRecordsResult:
        """The materialisations of an asset (or that fit a filter), page by page."""
        return self._fetch(DagsterEventType.ASSET_MATERIALIZATION, records_filter, limit, cursor, ascending)

    def fetch_observations(
        self, records_filter: Any, *, limit: int, cursor: str | None = None, ascending: bool = False
    ) -> EventRecordsResult:
        """The observations of an asset (or that fit a filter), page by page."""
        return self._fetch(DagsterEventType.ASSET_OBSERVATION, records_filter, limit, cursor, ascending)

    def fetch_run_status_changes(
        self,
        records_filter: DagsterEventType | RunStatusChangeRecordsFilter,
        limit: int,
        cursor: str | None = None,
        ascending: bool = False,
    ) -> EventRecordsResult:
        """The changes of runs to a status (or that fit a filter), page by page. Raises :class:`CheckError` for an event
        type that is no such change."""
        given = records_filter
        where = (
            given if isinstance(given, RunStatusChangeRecordsFilter) else RunStatusChangeRecordsFilter(given)
        )
        names = where.job_names
        return fetch_page(
            self.storage.event_log,
            where.as_event_filter(),
            limit,
            cursor,
            ascending,
            None if names is None else lambda record: record.event.job_name in names,
        )

    def _fetch(
        self, kind: DagsterEventType, given: Any, limit: int, cursor: str | None, ascending: bool
    ) -> EventRecordsResult:
        where = given if isinstance(given, AssetRecordsFilter) else AssetRecordsFilter(given)
        wanted = EventRecordsFilter(
            event_type=kind,
            asset_key=where.asset_key,
            asset_partitions=where.asset_partitions,
            after_cursor=where.after_storage_id,
            before_cursor=where.before_storage_id,
            after_timestamp=where.after_timestamp,
            before_timestamp=where.before_timestamp,
            storage_ids=where.storage_ids,
        )
        return fetch_page(self.storage.event_log, wanted, limit, cursor, ascending)

    # -- assets -------------------------------------------------------------------------------------------------

    def get_asset_keys(
        self, prefix: Sequence[str] | None = None, limit: int | None = None, cursor: str | None = None
    ) -> Sequence[AssetKey]:
        """The assets that the history knows."""
        keys = [key for key in self.storage.event_log.asset_keys() if not prefix or key.has_prefix(prefix)]
        return keys[:limit]

    def has_asset_key(self, asset_key: AssetKey) -> bool:
        """Whether the history knows an asset."""
        return asset_key in self.storage.event_log.asset_keys()

    all_asset_keys = get_asset_keys

    def get_latest_materialization_event(self, asset_key: AssetKey) -> Event | None:
        """The newest materialisation of an asset, if there is one."""
        record = self.storage.event_log.latest_materialization(AssetKey.from_coercible(asset_key))
        return record.event if record is not None else None

    def get_latest_materialization_events(
        self, asset_keys: Collection[AssetKey]
    ) -> Mapping[AssetKey, Event | None]:
        """The newest materialisation of each asset that has one."""
        found = self.storage.event_log.latest_materializations(list(asset_keys))
        return {key: found[key].event for key in asset_keys if key in found}

    def get_latest_data_version_record(self, key: AssetKey, **_: Any) -> EventLogRecord | None:
        """The newest materialisation of an asset, as a record."""
        return self.storage.event_log.latest_materialization(key)

    def get_asset_records(self, asset_keys: Sequence[AssetKey] | None = None) -> Sequence[AssetRecord]:
        """What the history knows of each asset (of all known, without ``asset_keys``)."""
        known = self.storage.event_log.asset_keys()
        keys = known if asset_keys is None else [key for key in asset_keys if key in set(known)]
        made = self.storage.event_log.latest_materializations(keys)
        seen = self.storage.event_log.latest_observations(keys)
        return [
            AssetRecord(
                asset_entry=AssetEntry(
                    asset_key=key,
                    last_materialization_record=made.get(key),
                    last_observation_record=seen.get(key),
                )
            )
            for key in keys
        ]

    def get_run_stats(self, run_id: str) -> RunStats:
        """How a run went, in numbers."""
        return RunStats.of(run_id, self.storage.event_log.run_events(run_id))

    def get_materialized_partitions(self, asset_key: AssetKey, **_: Any) -> set[str]:
        """The partitions of an asset that have been made."""
        return set(self.storage.event_log.materialized_partitions(asset_key))

    def get_status_by_partition(
        self, asset_key: AssetKey, partition_keys: Sequence[str], partitions_def: Any
    ) -> Mapping[str, AssetPartitionStatus | None] | None:
        """How partitions of an asset stand; None for one that nobody has tried to make, and for an unknown asset."""
        if not self.has_asset_key(asset_key):
            return None
        known = self.storage.partition_status.statuses(asset_key, partition_keys)
        return {key: known.get(key) for key in partition_keys}

    def add_dynamic_partitions(self, partitions_def_name: str, partition_keys: Sequence[str]) -> None:
        """Add keys to the dynamic partitions of a name; one that is there already stays where it is.

        >>> instance.add_dynamic_partitions("customers", ["acme"])  # doctest: +SKIP
        """
        what = f'The dynamic partitions "{partitions_def_name}"'
        if isinstance(partition_keys, str):
            raise CheckError(f"{what} are given the text {partition_keys!r}; give a list of keys.")
        self.storage.partitions.add(
            partitions_def_name, [str(check_partition_key(key, what)) for key in partition_keys]
        )

    def delete_dynamic_partition(self, partitions_def_name: str, partition_key: str) -> None:
        """Remove a key from the dynamic partitions of a name; what was made of it stays."""
        self.storage.partitions.delete(partitions_def_name, partition_key)

    def get_dynamic_partitions(self, partitions_def_name: str) -> Sequence[str]:
        """The keys of the dynamic partitions of a name, in the order in which they were added."""
        return self.storage.partitions.keys(partitions_def_name)

    def has_dynamic_partition(self, partitions_def_name: str, partition_key: str) -> bool:
        """Whether the dynamic partitions of a name have a key."""
        return self.storage.partitions.has(partitions_def_name, partition_key)

    def wipe_assets(self, asset_keys: Sequence[AssetKey]) -> None:
        """Forget the materialisations and observations of assets. Stored values stay."""
        for key in asset_keys:
            self.storage.event_log.wipe_asset(key)

    def wipe_asset_partitions(self, asset_key: AssetKey, partition_keys: Sequence[str]) -> None:
        """Forget the materialisations and observations of some partitions of an asset. Stored values stay."""
        self.storage.event_log.wipe_asset(asset_key, list(partition_keys))

    def wipe(self) -> None:
        """Forget all runs, events and assets. Stored values stay, as do schedules and sensors with their ticks."""
        self.wipe_assets(self.storage.event_log.asset_keys())
        self.delete_run("")  # events that belong to no run
        for run_id in self.get_run_ids():
            self.delete_run(run_id)

    def report_runless_asset_event(
        self, asset_event: AssetMaterialization | AssetObservation | AssetCheckEvaluation
    ) -> None:
        """Record a materialisation, observation or check that no run of this instance made."""
        if isinstance(asset_event, AssetMaterialization):
            event = Event(
                kind=EventKind.ASSET_MATERIALIZATION,
                run_id="",
                data=StepMaterializationData(materialization=asset_event),
            )
        elif isinstance(asset_event, AssetObservation):
            event = Event(
                kind=EventKind.ASSET_OBSERVATION,
                run_id="",
                data=AssetObservationData(asset_observation=asset_event),
            )
        elif isinstance(asset_event, AssetCheckEvaluation):
            event = Event(kind=EventKind.ASSET_CHECK_EVALUATION, run_id="", data=asset_event)
        else:
            raise DagsterInvariantViolationError(
                f"{asset_event!r} is no materialisation, observation or check."
            )
        self.write_events([event])

    def add_asset_materialization(self, key: CoercibleToAssetKey, **arguments: Any) -> None:
        """Record that an asset was made elsewhere."""
        self.report_runless_asset_event(AssetMaterialization(key, **arguments))

    def get_status(self, run_id: str) -> DagsterRunStatus:
        """The status of a run."""
        return self._run(run_id).status

    def info_dict(self) -> Mapping[str, Any]:
        """What this instance is made of, for people."""
        return {
            "home": self.root_directory if not self.is_ephemeral else None,
            "storage": self.storage.location,
            "runs": self.storage.runs.count(),
            "events": self.storage.event_log.size(),
            "assets": len(self.storage.event_log.asset_keys()),
        }
