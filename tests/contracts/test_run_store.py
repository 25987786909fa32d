"""What every run store does."""

from __future__ import annotations

import datetime

import pytest

from headwater.model.errors import DagsterRunAlreadyExists, DagsterRunNotFoundError
from headwater.model.event import EventKind
from headwater.model.key import AssetCheckKey, AssetKey
from headwater.model.run import DagsterRun, RunRecord, RunsFilter, RunStatus
from headwater.ports.run_store import RunStore
from headwater.ports.storage import Storage
from tests.contracts.story import add_run, event, line, made
from tests.contracts.turned_clock import TurnedClock


def ids(records: list[RunRecord]) -> list[str]:
    return [record.dagster_run.run_id for record in records]


def found(storage: Storage, **wanted: object) -> list[str]:
    """The ids of the runs that fit, oldest first; the count must say the same."""
    filter = RunsFilter(**wanted)  # type: ignore[arg-type]
    runs = ids(storage.runs.find(filter, ascending=True))
    assert storage.runs.count(filter) == len(runs)
    return runs


@pytest.fixture
def three(storage: Storage, clock: TurnedClock) -> RunStore:
    """Runs a, b and c, recorded at 1000, 1010 and 1020."""
    for run_id, job, team in [("a", "daily", "red"), ("b", "hourly", "blue"), ("c", "daily", "blue")]:
        add_run(storage, run_id, job=job, team=team)
        clock.sleep(10)
    return storage.runs


def test_a_run_comes_back_as_it_was_recorded(storage: Storage, clock: TurnedClock) -> None:
    run = DagsterRun(
        run_id="r1",
        job_name="täglich 🌊",
        run_config={"ops": {"a": {"config": {"n": 1, "π": [1.5, None, True]}}}},
        tags={"dagster/priority": "3", "leer": "", "quote'\"": "x\ny"},
        asset_selection=[AssetKey(["raw", "a/b"]), AssetKey("ü")],
        asset_check_selection=[AssetCheckKey("a", "not_empty")],
        op_selection=["*a"],
        step_keys_to_execute=["a", "b"],
        root_run_id="r0",
        parent_run_id="r0",
        location="here",
    )
    record = storage.runs.add(run)
    assert record == storage.runs.get("r1")
    assert record.dagster_run == run
    assert (record.created_at, record.updated_at) == (clock.now(), clock.now())
    assert (record.start_time, record.end_time) == (None, None)


def test_an_id_is_taken_once(storage: Storage) -> None:
    add_run(storage, "r1", team="red")
    with pytest.raises(DagsterRunAlreadyExists, match="r1"):
        add_run(storage, "r1", team="blue")
    record = storage.runs.get("r1")
    assert record is not None
    assert record.dagster_run.tags == {"team": "red"}
    assert storage.runs.count() == 1


def test_an_unknown_run_is_none(storage: Storage) -> None:
    assert storage.runs.get("nope") is None
    assert storage.runs.find() == []
    assert storage.runs.count() == 0


def test_runs_are_listed_newest_first(three: RunStore) -> None:
    assert ids(three.find()) == ["c", "b", "a"]
    assert ids(three.find(ascending=True)) == ["a", "b", "c"]
    numbers = [record.storage_id for record in three.find(ascending=True)]
    assert numbers == sorted(set(numbers))


def test_pages_go_on_where_the_last_one_ended(three: RunStore) -> None:
    first = ids(three.find(limit=2))
    assert first == ["c", "b"]
    assert ids(three.find(limit=2, before=first[-1])) == ["a"]
    assert ids(three.find(limit=2, before="a")) == []
    assert ids(three.find(limit=1, before="a", ascending=True)) == ["b"]
    assert three.find(limit=0) == []


def test_a_page_cannot_go_on_from_a_run_that_is_gone(three: RunStore) -> None:
    three.delete("b")
    with pytest.raises(DagsterRunNotFoundError, match="b"):
        three.find(before="b")


def test_filters(three: RunStore, storage: Storage) -> None:
    assert found(storage) == ["a", "b", "c"]
    assert found(storage, run_ids=["c", "a", "nope"]) == ["a", "c"]
    assert found(storage, run_ids=[]) == []
    assert found(storage, job_name="daily") == ["a", "c"]
    assert found(storage, job_name="dail") == []
    assert found(storage, tags={"team": "blue"}) == ["b", "c"]
    assert found(storage, tags={"team": ["red", "blue"]}) == ["a", "b", "c"]
    assert found(storage, tags={"team": "blue", "other": "x"}) == []
    assert found(storage, tags={"team": []}) == []
    assert found(storage, job_name="daily", tags={"team": "blue"}) == ["c"]
    assert found(storage, snapshot_id="a job of another time") == []


def test_filter_by_status(three: RunStore, storage: Storage) -> None:
    storage.event_log.append([event(EventKind.RUN_START, "a"), event(EventKind.RUN_SUCCESS, "b")])
    assert found(storage, statuses=[RunStatus.STARTED]) == ["a"]
    assert found(storage, statuses=[RunStatus.SUCCESS, RunStatus.NOT_STARTED]) == ["b", "c"]
    assert found(storage, statuses=[]) == ["a", "b", "c"]


@pytest.mark.parametrize("as_datetime", [False, True], ids=["seconds", "datetime"])
def test_filter_by_moment(three: RunStore, storage: Storage, clock: TurnedClock, as_datetime: bool) -> None:
    def moment(seconds: float) -> object:
        return datetime.datetime.fromtimestamp(seconds, datetime.UTC) if as_datetime else seconds

    assert found(storage, created_after=moment(1000)) == ["b", "c"]
    assert found(storage, created_before=moment(1010)) == ["a"]
    assert found(storage, created_after=moment(1000), created_before=moment(1020)) == ["b"]
    clock.at = 2000.0
    storage.event_log.append([event(EventKind.RUN_START, "a")])
    assert found(storage, updated_after=moment(1500)) == ["a"]
    assert found(storage, updated_before=moment(1500)) == ["b", "c"]


def test_a_datetime_without_zone_is_utc(three: RunStore, storage: Storage) -> None:
    naive = datetime.datetime.fromtimestamp(1005, datetime.UTC).replace(tzinfo=None)
    assert found(storage, created_after=naive) == ["b", "c"]


def test_tags_are_added_and_replaced(three: RunStore, storage: Storage, clock: TurnedClock) -> None:
    clock.at = 3000.0
    three.add_tags("a", {"team": "green", "note": "späť"})
    record = three.get("a")
    assert record is not None
    assert record.dagster_run.tags == {"team": "green", "note": "späť"}
    assert record.updated_at == 3000.0
    assert found(storage, tags={"team": "green"}) == ["a"]
    assert found(storage, tags={"team": "red"}) == []
    assert found(storage, tags={"note": "späť"}) == ["a"]


def test_adding_tags_keeps_the_status(three: RunStore, storage: Storage) -> None:
    storage.event_log.append([event(EventKind.RUN_START, "a", at=7.0)])
    three.add_tags("a", {"x": "y"})
    record = three.get("a")
    assert record is not None
    assert record.dagster_run.status is RunStatus.STARTED
    assert record.start_time == 7.0


def test_tags_need_a_run(storage: Storage) -> None:
    with pytest.raises(DagsterRunNotFoundError, match="nope"):
        storage.runs.add_tags("nope", {"a": "b"})


def test_a_deleted_run_is_gone_with_its_events_and_steps(three: RunStore, storage: Storage) -> None:
    log = storage.event_log
    log.append([event(EventKind.STEP_START, "a", step="s"), line("hello", "a"), line("other", "b")])
    three.delete("a")
    assert three.get("a") is None
    assert found(storage, tags={"team": "red"}) == []
    assert log.run_events("a") == []
    assert log.step_states("a") == []
    assert len(log.run_events("b")) == 1
    assert log.size() == 1
    add_run(storage, "a")  # the id is free again
    assert log.run_events("a") == []


def test_deleting_what_is_not_there_is_fine(three: RunStore) -> None:
    three.delete("nope")
    assert three.count() == 3


def test_what_is_known_of_assets_outlives_their_runs(three: RunStore, storage: Storage) -> None:
    log = storage.event_log
    log.append(
        [made("x", "a", partition="p1"), made("x", "a", partition="p2"), made("x", "b", partition="p2")]
    )
    before = [log.latest_materialization(AssetKey("x"), partition) for partition in ("p1", "p2", None)]
    three.delete("a")
    assert [
        log.latest_materialization(AssetKey("x"), partition) for partition in ("p1", "p2", None)
    ] == before
    assert before[0] is not None
    assert before[0].run_id == "a"
    assert log.materialized_partitions(AssetKey("x")) == ["p1", "p2"]
    assert log.run_events("a") == []
    assert log.size() == 2


def test_numbers_are_not_given_twice(storage: Storage) -> None:
    add_run(storage, "a")
    last = storage.event_log.append([line("one", "a"), line("two", "a")])
    storage.runs.delete("a")
    assert storage.event_log.append([]) == last
    assert storage.event_log.append([line("three", "b")]) == last + 1
