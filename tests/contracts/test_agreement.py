"""Whatever is done to them, in whatever order: both stores tell the same story."""

from __future__ import annotations

import tempfile
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from headwater.adapters.memory.storage import MemoryStorage
from headwater.adapters.sql.sqlite.storage import open_storage
from headwater.model.event import Event, EventRecordsFilter
from headwater.model.event import EventKind as Kind
from headwater.model.key import AssetKey
from headwater.model.run import DagsterRun, RunsFilter
from headwater.model.transition import RUN_STATUS_AFTER, STEP_STATUS_AFTER
from headwater.ports.storage import Storage
from tests.contracts.story import event, line, made, planned, seen
from tests.contracts.turned_clock import TurnedClock

RUNS = ["r1", "r2"]
ASSETS = ["x", "y"]
PARTITIONS = [None, "p", "q"]

runs = st.sampled_from(RUNS)
assets = st.sampled_from(ASSETS)
partitions = st.sampled_from(PARTITIONS)
times = st.sampled_from([1.0, 2.0, 3.0])
any_event = st.one_of(
    st.builds(event, st.sampled_from([Kind(value) for value in RUN_STATUS_AFTER]), runs, at=times),
    st.builds(
        event,
        st.sampled_from([Kind(value) for value in STEP_STATUS_AFTER]),
        runs,
        step=st.sampled_from(["s", "t"]),
        at=times,
    ),
    st.builds(made, assets, runs, partition=partitions, at=times),
    st.builds(seen, assets, runs, partition=partitions),
    st.builds(planned, assets, runs, partition=partitions),
    st.builds(line, st.just("text"), runs),
)


class TwoStores(RuleBasedStateMachine):
    """The same calls to both; after each, the same answers."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = TurnedClock()
        self.sqlite = open_storage(self.folder.name, clock=self.clock)
        self.stores: list[Storage] = [MemoryStorage(self.clock), self.sqlite]

    @rule(events=st.lists(any_event, min_size=1, max_size=12))
    def append(self, events: list[Event]) -> None:
        self.clock.sleep(1)
        assert len({store.event_log.append(events) for store in self.stores}) == 1

    @rule(run_id=runs, tag=st.sampled_from(["red", "blue"]))
    def add_run(self, run_id: str, tag: str) -> None:
        self.clock.sleep(1)
        for store in self.stores:
            if store.runs.get(run_id) is None:
                store.runs.add(DagsterRun(run_id=run_id, job_name="job", tags={"color": tag}))

    @rule(run_id=runs)
    def delete_run(self, run_id: str) -> None:
        for store in self.stores:
            store.runs.delete(run_id)

    @rule(asset=assets, some=st.none() | st.lists(st.sampled_from(["p", "q"]), max_size=2))
    def wipe(self, asset: str, some: list[str] | None) -> None:
        for store in self.stores:
            store.event_log.wipe_asset(AssetKey(asset), some)

    @invariant()
    def both_tell_the_same(self) -> None:
        memory, sqlite = (_all_answers(store) for store in self.stores)
        assert memory == sqlite

    def teardown(self) -> None:
        self.sqlite.close()
        self.folder.cleanup()


def _all_answers(store: Storage) -> dict[str, Any]:
    log = store.event_log
    return {
        "runs": store.runs.find(),
        "red": store.runs.count(RunsFilter(tags={"color": "red"})),
        "events": {run_id: log.run_events(run_id) for run_id in RUNS},
        "steps": {run_id: log.step_states(run_id) for run_id in RUNS},
        "all": log.find(EventRecordsFilter()),
        "by kind": {kind: log.find(EventRecordsFilter(event_type=kind)) for kind in Kind},
        "by asset": {key: log.find(EventRecordsFilter(asset_key=AssetKey(key))) for key in ASSETS},
        "made": log.latest_materializations(),
        "seen": log.latest_observations(),
        "known": log.asset_keys(),
        "partitions": {key: log.materialized_partitions(AssetKey(key)) for key in ASSETS},
        "by partition": {
            (key, partition): log.latest_materialization(AssetKey(key), partition)
            for key in ASSETS
            for partition in PARTITIONS
        },
        "size": log.size(),
    }


TestAgreement = TwoStores.TestCase
TestAgreement.settings = settings(max_examples=50, stateful_step_count=15)
