"""Whatever is done to them, in whatever order: a database tells the same story as the memory."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from headwater.adapters.memory.storage import MemoryStorage
from headwater.model.event import Event, EventRecordsFilter
from headwater.model.event import EventKind as Kind
from headwater.model.key import AssetKey
from headwater.model.run import DagsterRun, RunsFilter
from headwater.model.transition import RUN_STATUS_AFTER, STEP_STATUS_AFTER
from headwater.ports.storage import Storage
from tests.contracts.storages import opened
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

    def __init__(self, request: pytest.FixtureRequest, kind: str) -> None:
        super().__init__()
        self.clock = TurnedClock()
        self.opening = contextlib.ExitStack()
        self.database = self.opening.enter_context(opened(request, kind, self.clock))
        self.stores: list[Storage] = [MemoryStorage(self.clock), self.database]

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
        memory, database = (_all_answers(store) for store in self.stores)
        assert memory == database

    def teardown(self) -> None:
        self.opening.close()


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


@pytest.mark.parametrize(("kind", "examples"), [("sqlite", 50), ("postgres", 5)])
def test_both_tell_the_same_story(request: pytest.FixtureRequest, kind: str, examples: int) -> None:
    class Both(TwoStores):
        def __init__(self) -> None:
            super().__init__(request, kind)

    run_state_machine_as_test(Both, settings=settings(max_examples=examples, stateful_step_count=15))
