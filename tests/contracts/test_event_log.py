"""What every event log does."""

from __future__ import annotations

import threading

import msgspec
import pytest

from headwater.model.errors import CheckError
from headwater.model.event import (
    AssetMaterialization,
    Event,
    EventLogRecord,
    EventRecordsFilter,
    StepMaterializationData,
)
from headwater.model.event import EventKind as Kind
from headwater.model.key import AssetKey
from headwater.ports.storage import Storage
from tests.contracts.story import add_run, event, line, made, messages, planned, seen


def numbers(records: list[EventLogRecord]) -> list[int]:
    return [record.storage_id for record in records]


def found(storage: Storage, **wanted: object) -> list[int]:
    """The numbers of the events that fit, oldest first."""
    return numbers(storage.event_log.find(EventRecordsFilter(**wanted), ascending=True))  # type: ignore[arg-type]


# -- appending and reading a run -----------------------------------------------------------------------------


def test_an_empty_log(storage: Storage) -> None:
    log = storage.event_log
    assert log.append([]) == 0
    assert log.run_events("r1") == []
    assert log.find(EventRecordsFilter()) == []
    assert log.asset_keys() == []
    assert log.latest_materializations() == {}
    assert log.latest_observations() == {}
    assert log.size() == 0


def test_events_come_in_the_order_of_appending(storage: Storage) -> None:
    log = storage.event_log
    assert log.append([line("one"), line("two")]) == 2
    assert log.append([line("elsewhere", "r2"), line("three")]) == 4
    assert log.append([]) == 4
    assert messages(log.run_events("r1")) == ["one", "two", "three"]
    assert numbers(log.run_events("r1")) == [1, 2, 4]
    assert log.size() == 4


def test_following_a_run_page_by_page(storage: Storage) -> None:
    log = storage.event_log
    log.append([line(str(i)) for i in range(10)])
    read, after = [], 0
    while page := log.run_events("r1", after=after, limit=3):
        assert len(page) <= 3
        read += messages(page)
        after = page[-1].storage_id
    assert read == [str(i) for i in range(10)]
    log.append([line("late")])
    assert messages(log.run_events("r1", after=after)) == ["late"]
    assert log.run_events("r1", limit=0) == []


def test_following_a_run_back_from_its_end(storage: Storage) -> None:
    log = storage.event_log
    log.append([line(str(i)) for i in range(10)])
    log.append([line("elsewhere", "r2")])
    page = log.run_events("r1", limit=4, ascending=False)
    assert messages(page) == ["9", "8", "7", "6"]
    earlier = log.run_events("r1", limit=4, ascending=False, before=page[-1].storage_id)
    assert messages(earlier) == ["5", "4", "3", "2"]
    assert messages(log.run_events("r1", after=2, before=5)) == ["2", "3"]
    assert log.run_events("r1", before=1, ascending=False) == []


def test_events_of_some_kinds_or_of_a_step(storage: Storage) -> None:
    log = storage.event_log
    log.append([event(Kind.STEP_START, step="a"), line("x", step="a"), line("y", step="b"), line("z")])
    assert messages(log.run_events("r1", kinds=[Kind.LOG])) == ["x", "y", "z"]
    assert messages(log.run_events("r1", kinds={Kind.LOG, Kind.STEP_START}, limit=2)) == ["STEP_START", "x"]
    assert messages(log.run_events("r1", step_key="a")) == ["STEP_START", "x"]
    assert messages(log.run_events("r1", step_key="a", kinds=[Kind.LOG], after=1)) == ["x"]
    assert log.run_events("r1", kinds=[]) == []


def test_text_of_any_language_and_length(storage: Storage) -> None:
    texts = [
        "",
        "Übergrößenträger 🌊 漢字",
        "zero\x00byte",
        "quote ' \" ; --",
        "tab\tnew\nline",
        "x" * 1_000_000,
    ]
    storage.event_log.append([line(text, run_id="run ☃", step="schritt ü") for text in texts])
    assert messages(storage.event_log.run_events("run ☃", step_key="schritt ü")) == texts


def test_text_that_is_no_unicode_is_kept_readable(storage: Storage) -> None:
    """A file name in no known encoding, as ``os.fsdecode`` gives it, is no reason to lose an event."""
    storage.event_log.append([line("before"), line("file \udc80 read"), made("caf\udce9")])
    assert [
        text.encode("ascii", "backslashreplace") for text in messages(storage.event_log.run_events("r1"))
    ] == [
        b"before",
        rb"file \udc80 read",
        b"",
    ]


def test_many_threads_append_whole_batches(storage: Storage) -> None:
    add_run(storage)
    log = storage.event_log

    def write(name: int) -> None:
        for i in range(25):
            log.append([line(f"{name}/{i}/{part}") for part in range(3)])

    threads = [threading.Thread(target=write, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert len(log.run_events("r1")) % 3 == 0  # whole batches at every moment
    for thread in threads:
        thread.join()
    texts = messages(log.run_events("r1"))
    assert len(texts) == len(set(texts)) == 300
    assert all(texts[i].rpartition("/")[0] == texts[i + 2].rpartition("/")[0] for i in range(0, 300, 3))


# -- finding -------------------------------------------------------------------------------------------------


@pytest.fixture
def mixed(storage: Storage) -> Storage:
    """1 start, 2 x, 3 log, 4 y[p], 5 x observed, 6 x[q] in r2, 7 z planned, 8 success; at 1.0 … 8.0."""
    events = [
        event(Kind.RUN_START),
        made("x", color="red"),
        line("text"),
        made("y", partition="p", color="blue", size="l"),
        seen("x", color="red"),
        made("x", "r2", partition="q"),
        planned("z"),
        event(Kind.RUN_SUCCESS),
    ]
    timed = [msgspec.structs.replace(one, timestamp=float(at)) for at, one in enumerate(events, 1)]
    storage.event_log.append(timed)
    return storage


def test_newest_first_unless_asked_otherwise(mixed: Storage) -> None:
    log = mixed.event_log
    assert numbers(log.find(EventRecordsFilter())) == [8, 7, 6, 5, 4, 3, 2, 1]
    assert numbers(log.find(EventRecordsFilter(), limit=2)) == [8, 7]
    assert numbers(log.find(EventRecordsFilter(), limit=2, ascending=True)) == [1, 2]
    assert log.find(EventRecordsFilter(), limit=0) == []


def test_find_by_kind_and_asset(mixed: Storage) -> None:
    assert found(mixed, event_type=Kind.ASSET_MATERIALIZATION) == [2, 4, 6]
    assert found(mixed, event_type=Kind.RUN_SUCCESS) == [8]
    assert found(mixed, event_type=Kind.RUN_FAILURE) == []
    assert found(mixed, event_type=Kind.LOG) == [3]
    assert found(mixed, asset_key=AssetKey("x")) == [2, 5, 6]
    assert found(mixed, asset_key=AssetKey("z")) == [7]
    assert found(mixed, asset_key=AssetKey("nope")) == []
    assert found(mixed, asset_key=AssetKey("x"), event_type=Kind.ASSET_OBSERVATION) == [5]


def test_find_by_partition(mixed: Storage) -> None:
    assert found(mixed, asset_partitions=["p", "q"]) == [4, 6]
    assert found(mixed, asset_key=AssetKey("x"), asset_partitions=["p", "q"]) == [6]
    assert found(mixed, asset_partitions=[]) == []


def test_find_by_cursor_time_and_number(mixed: Storage) -> None:
    class Cursor:
        id = 6

    assert found(mixed, after_cursor=6) == [7, 8]
    assert found(mixed, after_cursor=Cursor()) == [7, 8]
    assert found(mixed, before_cursor=3) == [1, 2]
    assert found(mixed, after_cursor=0, before_cursor=2) == [1]
    assert found(mixed, after_timestamp=6.0) == [7, 8]
    assert found(mixed, before_timestamp=3.0) == [1, 2]
    assert found(mixed, storage_ids=[8, 1, 99]) == [1, 8]
    assert found(mixed, storage_ids=[]) == []
    with pytest.raises(CheckError, match="cursor"):
        found(mixed, after_cursor="six")


def test_find_by_tags(mixed: Storage) -> None:
    assert found(mixed, tags={"color": "red"}) == [2, 5]
    assert found(mixed, tags={"color": ["red", "blue"]}) == [2, 4, 5]
    assert found(mixed, tags={"color": "blue", "size": "l"}) == [4]
    assert found(mixed, tags={"color": "red", "size": "l"}) == []
    assert found(mixed, tags={"color": "red"}, event_type=Kind.ASSET_OBSERVATION) == [5]
    assert found(mixed, tags={'a"b$.c': "x"}) == []
    assert len(found(mixed, tags={})) == 8


# -- assets --------------------------------------------------------------------------------------------------


def test_the_newest_materialisation_counts(storage: Storage) -> None:
    log = storage.event_log
    log.append([made("x"), made("y"), made("x", "r2")])
    assert numbers([log.latest_materializations()[AssetKey(key)] for key in "xy"]) == [3, 2]
    assert set(log.latest_materializations([AssetKey("x"), AssetKey("nope")])) == {AssetKey("x")}
    assert log.latest_materializations([]) == {}
    record = log.latest_materialization(AssetKey("x"))
    assert record is not None
    assert record.event == made("x", "r2")
    assert log.latest_materialization(AssetKey("nope")) is None


def test_partitions(storage: Storage) -> None:
    log = storage.event_log
    key = AssetKey("x")
    log.append([made("x", partition="b"), made("x", partition="a"), made("x", partition="b"), made("y")])
    assert log.materialized_partitions(key) == ["a", "b"]
    assert log.count_materialized_partitions(key) == 2
    assert log.materialized_partitions(AssetKey("y")) == []
    assert log.count_materialized_partitions(AssetKey("y")) == 0
    latest = [log.latest_materialization(key, partition) for partition in ("a", "b")]
    assert numbers([record for record in latest if record]) == [2, 3]
    assert log.latest_materialization(key, "c") is None
    assert log.latest_materialization(AssetKey("y"), "a") is None
    newest = log.latest_materialization(key)
    assert newest is not None
    assert newest.storage_id == 3


def test_observations_are_apart_from_materialisations(storage: Storage) -> None:
    log = storage.event_log
    log.append([seen("source", color="red"), made("x"), seen("x"), seen("source", color="blue")])
    assert {key: record.storage_id for key, record in log.latest_observations().items()} == {
        AssetKey("source"): 4,
        AssetKey("x"): 3,
    }
    assert set(log.latest_observations([AssetKey("x")])) == {AssetKey("x")}
    assert set(log.latest_materializations()) == {AssetKey("x")}
    assert log.latest_materialization(AssetKey("source")) is None


def test_known_assets_are_sorted_by_their_parts(storage: Storage) -> None:
    log = storage.event_log
    log.append([made("b"), seen("a"), planned("never made"), made("ü"), made("a/b")])
    assert log.asset_keys() == [AssetKey("a"), AssetKey("a/b"), AssetKey("b"), AssetKey("ü")]


def test_keys_that_look_alike_are_apart(storage: Storage) -> None:
    log = storage.event_log
    keys = [AssetKey(["a", "b"]), AssetKey("a/b"), AssetKey('["a", "b"]'), AssetKey(["a", "B"]), AssetKey("")]
    for key in keys:
        data = StepMaterializationData(materialization=AssetMaterialization(key))
        log.append([Event(kind=Kind.ASSET_MATERIALIZATION, run_id="r1", data=data)])
    assert set(log.latest_materializations()) == set(keys)
    assert [found(storage, asset_key=key) for key in keys] == [[1], [2], [3], [4], [5]]


def test_a_wiped_asset_is_forgotten(storage: Storage) -> None:
    add_run(storage)
    log = storage.event_log
    log.append([made("x", partition="p"), seen("x"), planned("x"), made("y")])
    log.wipe_asset(AssetKey("x"))
    assert log.asset_keys() == [AssetKey("y")]
    assert log.latest_materialization(AssetKey("x")) is None
    assert log.latest_materialization(AssetKey("x"), "p") is None
    assert AssetKey("x") not in log.latest_observations()
    assert log.materialized_partitions(AssetKey("x")) == []
    assert log.count_materialized_partitions(AssetKey("x")) == 0
    assert found(storage, asset_key=AssetKey("x")) == [3]
    assert found(storage, event_type=Kind.ASSET_MATERIALIZATION) == [4]
    assert found(storage, event_type=Kind.ASSET_OBSERVATION) == []


def test_a_wipe_leaves_runs_as_they_were(storage: Storage) -> None:
    add_run(storage)
    log = storage.event_log
    log.append([event(Kind.RUN_START), made("x"), event(Kind.RUN_SUCCESS)])
    before = log.run_events("r1")
    log.wipe_asset(AssetKey("x"))
    assert log.run_events("r1") == before
    assert storage.runs.count() == 1
    assert log.size() == 3


def test_some_partitions_are_wiped(storage: Storage) -> None:
    log = storage.event_log
    key = AssetKey("x")
    log.append([made("x", partition=partition) for partition in ("a", "b", "a", "c")])
    log.wipe_asset(key, ["c", "never made"])
    assert log.materialized_partitions(key) == ["a", "b"]
    assert log.count_materialized_partitions(key) == 2
    newest = log.latest_materialization(key)
    assert newest is not None
    assert newest.partition_key == "a"
    assert log.latest_materialization(key, "c") is None
    assert found(storage, asset_key=key) == [1, 2, 3]
    log.wipe_asset(key, ["a", "b"])
    assert log.asset_keys() == []
    assert log.latest_materialization(key) is None


def test_wiping_no_partition_forgets_nothing(storage: Storage) -> None:
    storage.event_log.append([made("x", partition="a")])
    storage.event_log.wipe_asset(AssetKey("x"), [])
    storage.event_log.wipe_asset(AssetKey("never heard of"))
    assert storage.event_log.materialized_partitions(AssetKey("x")) == ["a"]
    assert storage.event_log.count_materialized_partitions(AssetKey("x")) == 1


def test_a_wiped_asset_can_be_made_anew(storage: Storage) -> None:
    log = storage.event_log
    log.append([made("x", partition="a")])
    log.wipe_asset(AssetKey("x"))
    log.append([made("x", partition="b")])
    assert log.materialized_partitions(AssetKey("x")) == ["b"]
    assert log.count_materialized_partitions(AssetKey("x")) == 1
    assert found(storage, asset_key=AssetKey("x")) == [2]
