"""Tables in Delta Lake and Iceberg: every library's frames, types, write modes, contracts, partitions and versions."""

from __future__ import annotations

import datetime
import decimal
import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import deltalake
import pandas as pd
import polars as pl
import pyarrow as pa
import pyiceberg.table
import pytest

import headwater as hw
from headwater.io.lake_io_manager import LakeIOManager
from headwater.model.errors import (
    CheckError,
    DatabaseUnreachableError,
    SchemaChangedError,
    ValueNotFoundError,
    ValueNotStorableError,
    ValueTypeError,
    VersionNotFoundError,
)
from tests.integration.io.lakes import LAKES, asked, load, opened, store


@pytest.fixture(params=LAKES)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def lake(kind: str, tmp_path: Path) -> LakeIOManager:
    return opened(LAKES[kind](tmp_path))


def rows_of(lake: LakeIOManager) -> list[Any]:
    return sorted(load(lake, pl.DataFrame).rows(), key=str)  # which row comes first is nobody's promise


NUMBERS: dict[str, list[Any]] = {
    "id": [1, 2, 3],
    "ratio": [0.1, None, 2.5],
    "città %s?": ['à\n"x"', None, ""],
}


@pytest.mark.parametrize(
    "make",
    [
        pd.DataFrame,
        pl.DataFrame,
        pl.LazyFrame,
        pa.table,
        lambda numbers: pa.table(numbers).to_reader(),
        lambda numbers: iter([pl.DataFrame(numbers)[:1], pl.DataFrame(numbers)[1:]]),
    ],
    ids=["pandas", "polars", "lazy", "arrow", "reader", "stream"],
)
def test_each_library_stores_and_every_other_loads(lake: LakeIOManager, make: Any) -> None:
    assert store(lake, make(NUMBERS))["dagster/row_count"] == 3
    assert load(lake, pl.DataFrame).to_dict(as_series=False) == NUMBERS
    assert load(lake, pa.Table).to_pydict() == NUMBERS
    assert load(lake, pl.LazyFrame).filter(pl.col("id") > 1).select("ratio").collect().height == 2
    assert pl.concat(load(lake, Iterator[pl.DataFrame])).height == 3
    assert load(lake, pa.RecordBatchReader).read_all().num_rows == 3
    assert load(lake, pd.DataFrame)["id"].tolist() == [1, 2, 3]
    assert load(lake, pd.DataFrame, columns=["ratio"]).columns.tolist() == ["ratio"]
    with pytest.raises(CheckError, match="has no column 'ration', which the metadata of the input names"):
        load(lake, pd.DataFrame, columns=["ration"])


def test_the_table_itself_may_be_asked_for(lake: LakeIOManager, kind: str) -> None:
    store(lake, PEOPLE)
    if kind == "delta":
        assert load(lake, deltalake.DeltaTable).count() == 2
    else:
        assert load(lake, pyiceberg.table.Table).scan().count() == 2
    with pytest.raises(ValueTypeError, match=r"cannot be loaded as int: .* knows .*, frames of pandas"):
        load(lake, int)


def test_what_was_written_is_recorded(lake: LakeIOManager, kind: str) -> None:
    told = store(lake, PEOPLE, run_id="one")
    assert told["dagster/row_count"] == 2
    assert told["dagster/table_name"] == f"{'deltalake' if kind == 'delta' else 'iceberg'}.public.people"
    assert str(told["table_uri"]).endswith("/public/people")
    assert [(each.name, each.type) for each in told["dagster/column_schema"].columns] == [
        ("id", "int64"),
        ("name", "string"),
    ]
    [version] = lake.list_versions(asked(pl.DataFrame))
    assert told["headwater/version"] == version.version_id
    assert version.run_id == "one"


EXACT: dict[str, pa.Array] = {
    "zoned": pa.array([0, 1_700_000_000_123_456, None], pa.timestamp("us", "Europe/Berlin")),
    "moments": pa.array([-1, 1_700_000_000_123_456, None], pa.timestamp("us")),
    "nanoseconds that are microseconds": pa.array([5_000, None], pa.timestamp("ns")),
    "seconds in utc": pa.array([0, None], pa.timestamp("s", "UTC")),
    "decimal": pa.array([decimal.Decimal("1.20"), None], pa.decimal128(38, 2)),
    "large integers": pa.array([2**64 - 1, 0, None], pa.uint64()),
    "integers": pa.array([-(2**63), 2**63 - 1, None]),
    "small integers": pa.array([-128, 127, None], pa.int8()),
    "bytes of numbers": pa.array([0, 255, None], pa.uint8()),
    "float16": pa.array([1.5, None], pa.float16()),
    "float32": pa.array([1.5, None, float("-inf")], pa.float32()),
    "float64": pa.array([0.1 + 0.2, None, float("inf"), 5e-324], pa.float64()),
    "date": pa.array([datetime.date(1, 1, 1), None, datetime.date(9999, 12, 31)], pa.date32()),
    "text": pa.array(["", None, "naïve 日本 🦆", "a,b", '"', "\r\n", "\\N"], pa.string()),
    "bytes": pa.array([b"", None, b"\x00\xff"], pa.binary()),
    "fixed bytes": pa.array([b"abcd", None], pa.binary(4)),
    "categories": pa.array(["a", None, "b", "a"]).dictionary_encode(),
    "lists": pa.array([[1, None], [], None], pa.list_(pa.int64())),
    "short lists": pa.array([[1, 2], None], pa.list_(pa.int16(), 2)),
    "structs": pa.array([{"a": 1, "b": "x"}, None], pa.struct({"a": pa.int16(), "b": pa.string()})),
    "maps": pa.array([[("a", 1)], [], None], pa.map_(pa.string(), pa.int32())),
    "zoned within": pa.array([[0, None], None], pa.list_(pa.timestamp("us", "Asia/Tokyo"))),
    "nothing": pa.nulls(3),
    "nothing of a type": pa.nulls(3, pa.int16()),
    "booleans": pa.array([True, None, False]),
    "milliseconds": pa.array([1], pa.timestamp("ms", "UTC")),
}


def test_types_come_back_as_they_were(lake: LakeIOManager) -> None:
    longest = max(map(len, EXACT.values()))
    padded = [pa.concat_arrays([each, pa.nulls(longest - len(each), each.type)]) for each in EXACT.values()]
    table = pa.table(padded, names=[f"ü {name}" for name in EXACT])
    for rows in (table, table.slice(0, 0)):
        store(lake, rows)
        loaded = load(lake, pa.Table)
        assert loaded.schema.types == rows.schema.types
        assert loaded.to_pydict() == rows.to_pydict()


def test_times_of_day_come_back_or_are_refused(lake: LakeIOManager, kind: str) -> None:
    table = pa.table({"t": pa.array([datetime.time(23, 59, 59, 999_999), None], pa.time64("us"))})
    if kind == "iceberg":
        store(lake, table)
        assert load(lake, pa.Table).to_pydict() == table.to_pydict()
    else:
        with pytest.raises(
            ValueNotStorableError, match=r'"t" is of the type time64\[us\], for which Delta Lake has none'
        ):
            store(lake, table)


def test_frames_of_each_library_come_back_the_same(lake: LakeIOManager) -> None:
    frame = pl.DataFrame(
        {
            "kind": pl.Series(["a", "b", None], dtype=pl.Categorical),
            "small": pl.Series([1, 2, None], dtype=pl.UInt8),
            "when": pl.Series([0, 1, None], dtype=pl.Datetime("us", "Europe/Rome")),
        }
    )
    store(lake, frame)
    assert load(lake, pl.DataFrame).equals(frame)
    pandas = pd.DataFrame(
        {"c": pd.Categorical(["x", "y", "x"]), "i": pd.array([1, 2, 3], "int8"), "t": ["à", "", "z"]}
    )
    store(lake, pandas)
    pd.testing.assert_frame_equal(load(lake, pd.DataFrame), pandas)


@pytest.mark.parametrize(
    "column",
    [
        pa.array([1], pa.timestamp("ns")),
        pa.array([datetime.timedelta(1)], pa.duration("us")),
        pa.array([decimal.Decimal(1)], pa.decimal256(50, 2)),
        pa.array([[1]], pa.list_(pa.timestamp("ns"))),
    ],
    ids=["nanoseconds", "durations", "50 digits", "nanoseconds in lists"],
)
def test_what_would_be_lost_is_refused_and_the_table_stays(lake: LakeIOManager, column: pa.Array) -> None:
    store(lake, pa.table({"c": [1]}))
    with pytest.raises(ValueNotStorableError, match='the asset "people" cannot be stored'):
        store(lake, pa.table({"c": column}))
    assert load(lake, pa.Table).to_pydict() == {"c": [1]}


def test_a_loss_may_be_allowed(lake: LakeIOManager) -> None:
    store(lake, pa.table({"c": pa.array([1_234], pa.timestamp("ns"))}), hw.TableOptions(allow_lossy=True))
    assert load(lake, pa.Table).column("c").cast(pa.int64()).to_pylist() == [1_000]


# -- writing -----------------------------------------------------------------------------------------------------

PEOPLE = pl.DataFrame({"id": [1, 2], "name": ["Ada", "Bob"]})
MERGE = hw.TableOptions(write_mode="merge", keys=["id"])
APPEND = hw.TableOptions(write_mode="append")


def test_merging_replaces_rows_of_the_same_keys_and_adds_others(lake: LakeIOManager) -> None:
    store(lake, PEOPLE, MERGE)
    told = store(lake, pl.DataFrame({"name": ["Bo", "Cy"], "id": [2, 3]}), MERGE)
    assert rows_of(lake) == [(1, "Ada"), (2, "Bo"), (3, "Cy")]
    assert (told["headwater/rows_inserted"], told["headwater/rows_updated"]) == (1, 1)
    assert told["dagster/row_count"] == 3
    for ids in ([1, 1], [1, None]):
        with pytest.raises(ValueNotStorableError, match=r"merged by the key \['id'\]"):
            store(lake, pl.DataFrame({"id": ids, "name": ["x", "y"]}), MERGE)
    with pytest.raises(CheckError, match="has no column 'id'"):
        store(lake, pl.DataFrame({"name": ["x"]}), MERGE)
    assert rows_of(lake) == [(1, "Ada"), (2, "Bo"), (3, "Cy")]


def test_merging_columns_in_part_keeps_the_others(lake: LakeIOManager) -> None:
    nested = [{"a": 1}, {"a": 2}]
    store(lake, pl.DataFrame({"id": [1, 2], "at": ["x", "y"], "age": [36, 40], "s": nested}), MERGE)
    keys = hw.TableOptions(write_mode="merge", keys=["id", "at"])
    store(lake, pl.DataFrame({"id": [2, 1, 2], "at": ["y", "y", "x"], "age": [41, 1, 2]}), keys)
    assert rows_of(lake) == [
        (1, "x", 36, {"a": 1}),
        (1, "y", 1, None),
        (2, "x", 2, None),
        (2, "y", 41, {"a": 2}),
    ]


def test_a_run_appends_once_however_often_it_is_tried(lake: LakeIOManager) -> None:
    for run_id in ("one", "one"):
        store(lake, PEOPLE, APPEND, run_id=run_id)
    assert rows_of(lake) == PEOPLE.rows()
    told = store(lake, PEOPLE, APPEND, run_id="two")
    assert (told["dagster/row_count"], told["headwater/rows_inserted"]) == (4, 2)
    lake.restore_version(asked(pl.DataFrame), lake.list_versions(asked(pl.DataFrame))[0].version_id)
    assert store(lake, PEOPLE, APPEND, run_id="one")["headwater/rows_inserted"] == 0
    assert store(lake, PEOPLE, APPEND, run_id="two")["headwater/rows_inserted"] == 2  # it was undone


def test_partitions_are_appended_each_for_itself(lake: LakeIOManager) -> None:
    for name in ("Ada", "Bob", "Bob"):
        store(
            lake,
            PEOPLE.filter(pl.col("name") == name),
            APPEND,
            run_id="one",
            partition_key=name,
            metadata={"partition_expr": "name"},
        )
    assert rows_of(lake) == PEOPLE.rows()


def test_several_write_at_once_and_nothing_is_lost(kind: str, tmp_path: Path) -> None:
    manager = LAKES[kind](tmp_path)
    store(
        opened(manager),
        PEOPLE.with_columns(id=pl.lit(100)),
        hw.TableOptions(write_mode="merge", keys=["name"]),
    )

    def write(number: int) -> None:
        frame = pl.DataFrame({"id": [number, 7], "name": [f"n{number}", "same"]})
        store(opened(manager), frame, hw.TableOptions(write_mode="merge", keys=["name"]))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(4)))
    names = [name for _, name in rows_of(opened(manager))]
    assert sorted(names) == ["Ada", "Bob", *[f"n{number}" for number in range(4)], "same"]


# -- contracts ---------------------------------------------------------------------------------------------------

CHANGED = pl.DataFrame({"id": [3], "email": ["c@x"]})


def test_a_table_that_is_replaced_takes_the_new_columns(lake: LakeIOManager) -> None:
    store(lake, PEOPLE)
    store(lake, CHANGED)
    assert rows_of(lake) == [(3, "c@x")]
    store(lake, CHANGED.with_columns(pl.col("id").cast(pl.String)))
    assert rows_of(lake) == [("3", "c@x")]


@pytest.mark.parametrize("mode", ["replace", "append"])
def test_a_frozen_table_refuses_with_the_difference(lake: LakeIOManager, mode: Any) -> None:
    options = hw.TableOptions(schema_contract="freeze", write_mode=mode)
    store(lake, PEOPLE, options)
    with pytest.raises(
        SchemaChangedError, match=r'"people" cannot be stored\. .*"name" string is missing'
    ) as caught:
        store(lake, CHANGED, options)
    assert caught.value.missing == {"name": "string"}
    assert list(caught.value.new) == ["email"]
    with pytest.raises(SchemaChangedError, match='"id" was int64 and is double') as caught:
        store(lake, pl.DataFrame({"id": [1.5], "name": ["x"]}), options)
    assert caught.value.changed == {"id": ("int64", "double")}
    assert rows_of(lake) == PEOPLE.rows()
    store(lake, pl.DataFrame({"name": ["Cy"], "id": pl.Series([3], dtype=pl.Int8)}), options)
    assert load(lake, pl.DataFrame).schema == {"id": pl.Int64, "name": pl.String}


def test_an_evolving_table_gets_columns_and_wider_types(lake: LakeIOManager, kind: str) -> None:
    options = hw.TableOptions(schema_contract="evolve", write_mode="append")
    store(lake, PEOPLE.with_columns(pl.col("id").cast(pl.Int16)), options)
    store(lake, pl.DataFrame({"id": [2**40], "email": ["c@x"]}), options)
    assert rows_of(lake) == [(1, "Ada", None), (1099511627776, None, "c@x"), (2, "Bob", None)]
    assert load(lake, pl.DataFrame).schema["id"] == pl.Int64
    with pytest.raises(SchemaChangedError, match=r'"id" was int64 and is (large_)?string'):
        store(lake, pl.DataFrame({"id": ["x"]}), options)
    halves = pl.DataFrame({"id": [0.5]})
    if kind == "delta":
        store(lake, halves, options)
        assert load(lake, pl.DataFrame)["id"].sum() == 2**40 + 3.5
    else:  # it knows no way from integers to fractions
        with pytest.raises(SchemaChangedError, match='"id" was int64 and is double'):
            store(lake, halves, options)
    merged = hw.TableOptions(schema_contract="evolve", write_mode="merge", keys=["id"])
    store(lake, pl.DataFrame({"id": [1], "phone": ["123"]}), merged)
    assert load(lake, pl.DataFrame).filter(pl.col("id") == 1)["phone"].to_list() == ["123"]


def test_evolving_a_table_that_is_replaced_keeps_its_columns(lake: LakeIOManager) -> None:
    options = hw.TableOptions(schema_contract="evolve")
    store(lake, PEOPLE, options)
    store(lake, CHANGED, options)
    assert rows_of(lake) == [(3, None, "c@x")]


def test_a_partition_may_replace_the_columns_of_the_table(lake: LakeIOManager) -> None:
    options = hw.TableOptions(schema_contract="replace")
    store(lake, PEOPLE[:1], options, partition_key="1", metadata={"partition_expr": "id"})
    store(lake, CHANGED, options, partition_key="3", metadata={"partition_expr": "id"})
    assert rows_of(lake) == [(1, None), (3, "c@x")]


def test_a_column_without_values_takes_any_type_later(lake: LakeIOManager) -> None:
    options = hw.TableOptions(schema_contract="evolve", write_mode="append")
    store(lake, pa.table({"id": [1], "x": pa.nulls(1)}), options)
    store(lake, pa.table({"id": [2], "x": [0.5]}), options)
    assert load(lake, pa.Table).sort_by("id").to_pydict() == {"id": [1, 2], "x": [None, 0.5]}


# -- partitions --------------------------------------------------------------------------------------------------


def test_partitions_of_any_name_are_kept_apart(lake: LakeIOManager) -> None:
    keys = ["x", "../y", "a=b/c", "ü ' \""]
    options: dict[str, Any] = {"metadata": {"partition_expr": "k"}}
    for number, key in enumerate(keys * 2):
        store(lake, pl.DataFrame({"k": [key], "n": [number]}), partition_key=key, **options)
    assert load(lake, pl.DataFrame).sort("n").rows() == [(key, number + 4) for number, key in enumerate(keys)]
    for number, key in enumerate(keys):
        one = load(lake, pl.DataFrame, partition_key=key, definition_metadata=options["metadata"])
        assert one.filter(pl.col("k") == key)["n"].to_list() == [number + 4]


def test_rows_of_another_partition_are_refused(lake: LakeIOManager) -> None:
    options: dict[str, Any] = {"partition_key": "Ada", "metadata": {"partition_expr": "name"}}
    store(lake, PEOPLE[:1], **options)
    with pytest.raises(ValueNotStorableError, match="1 of the 2 rows do not belong to its partition"):
        store(lake, PEOPLE, **options)
    with pytest.raises(CheckError, match='partition_expr "upper\\(name\\)" is no column'):
        store(lake, PEOPLE, partition_key="Ada", metadata={"partition_expr": "upper(name)"})
    assert rows_of(lake) == [(1, "Ada")]


DAYS = hw.DailyPartitionsDefinition("2024-01-01", end_date="2024-01-04", timezone="Europe/Berlin")
PLACES = hw.StaticPartitionsDefinition(["north", "south"])
GRID = hw.MultiPartitionsDefinition({"day": DAYS, "place": PLACES})


def evening(day: datetime.datetime) -> datetime.datetime:
    """Late on a day in Berlin, which is where the partitions have their clock."""
    return day.replace(tzinfo=datetime.UTC) + datetime.timedelta(hours=22)


DAY_COLUMNS: dict[str, Any] = {
    "date": datetime.datetime.date,
    "moment": lambda day: day + datetime.timedelta(hours=5),
    "zoned": evening,
    "text": lambda day: day.strftime("%Y-%m-%d"),
}


@pytest.mark.parametrize(
    "column", ["date", *(pytest.param(name, marks=pytest.mark.slow) for name in ("moment", "zoned", "text"))]
)
def test_days_load_as_they_are_asked_for(kind: str, tmp_path: Path, column: str) -> None:
    seen: dict[str, Any] = {}

    @hw.asset(partitions_def=DAYS, io_manager_key="lake", metadata={"partition_expr": "day"})
    def daily(context: hw.AssetExecutionContext) -> pl.DataFrame:
        day = datetime.datetime.fromisoformat(context.partition_key)
        return pl.DataFrame({"day": [DAY_COLUMNS[column](day)] * 2, "n": [day.day, 9]})

    @hw.asset(io_manager_key="lake")
    def whole(daily: pl.DataFrame) -> None:
        seen["whole"] = daily.height

    @hw.asset(io_manager_key="lake", ins={"daily": hw.AssetIn(metadata={"columns": ["n"]})})
    def by_day(daily: dict[str, pd.DataFrame]) -> None:
        seen["dict"] = {day: frame["n"].tolist() for day, frame in daily.items()}

    @hw.asset(io_manager_key="lake")
    def in_turn(daily: Iterator[pl.DataFrame]) -> None:
        seen["stream"] = sum(frame.height for frame in daily)

    @hw.asset(io_manager_key="lake")
    def listed(daily: list[pl.DataFrame]) -> None:
        seen["list"] = [frame["n"][0] for frame in daily]

    resources = {"lake": LAKES[kind](tmp_path)}
    for day in ("2024-01-01", "2024-01-02", "2024-01-03", "2024-01-02"):
        assert hw.materialize([daily], partition_key=day, resources=resources).success
    assets = [daily, whole, by_day, in_turn, listed]
    assert hw.materialize(assets, selection=[whole, by_day, in_turn, listed], resources=resources).success
    assert seen["whole"] == seen["stream"] == 6
    assert {day: sorted(values) for day, values in seen["dict"].items()} == {
        f"2024-01-0{day}": sorted([day, 9]) for day in (1, 2, 3)
    }
    assert len(seen["list"]) == 3


def test_a_grid_of_partitions(kind: str, tmp_path: Path) -> None:
    expressions = {"day": "day", "place": "place"}
    seen: dict[str, Any] = {}

    @hw.asset(partitions_def=GRID, io_manager_key="lake", metadata={"partition_expr": expressions})
    def cells(context: hw.AssetExecutionContext) -> pl.DataFrame:
        key = context.partition_key
        assert isinstance(key, hw.MultiPartitionKey)
        keys = key.keys_by_dimension
        day = datetime.date.fromisoformat(keys["day"])
        return pl.DataFrame({"day": [day], "place": [keys["place"]], "n": [day.day]})

    @hw.asset(partitions_def=DAYS, io_manager_key="lake")
    def of_day(cells: dict[str, pl.DataFrame]) -> None:
        seen.update({key: frame.rows() for key, frame in cells.items()})

    resources = {"lake": LAKES[kind](tmp_path)}
    for key in ("2024-01-01|north", "2024-01-01|south", "2024-01-02|north", "2024-01-01|north"):
        assert hw.materialize([cells], partition_key=key, resources=resources).success
    hw.materialize([cells, of_day], selection=[of_day], partition_key="2024-01-01", resources=resources)
    day = datetime.date(2024, 1, 1)
    assert seen == {"2024-01-01|north": [(day, "north", 1)], "2024-01-01|south": [(day, "south", 1)]}


# -- versions ----------------------------------------------------------------------------------------------------


def test_versions_are_listed_loaded_and_restored(lake: LakeIOManager) -> None:
    people = asked(pl.DataFrame)
    for number, run_id in enumerate(["one", "two", "three"]):
        store(lake, pl.DataFrame({"id": [number]} if number < 2 else {"other": ["x"]}), run_id=run_id)
    versions = lake.list_versions(people)
    assert [each.run_id for each in versions] == ["one", "two", "three"]
    assert [each.is_current for each in versions] == [False, False, True]
    assert [each.stored_at for each in versions] == sorted(each.stored_at for each in versions)
    assert lake.load_version(people, versions[0].version_id).rows() == [(0,)]
    for wanted in (1, 0, 2):
        restored = lake.restore_version(people, versions[wanted].version_id)
        assert restored.is_current
        assert restored.version_id == versions[wanted].version_id
        assert load(lake, pl.DataFrame).equals(lake.load_version(people, restored.version_id))
        assert [each.version_id for each in lake.list_versions(people)] == [
            each.version_id for each in versions
        ]
    lake.restore_version(people, versions[0].version_id)
    store(lake, pl.DataFrame({"id": [7]}), APPEND, run_id="four")
    assert rows_of(lake) == [(0,), (7,)]
    for unknown in ("17", "x"):
        with pytest.raises(VersionNotFoundError, match=f"The version {unknown} of"):
            lake.load_version(people, unknown)


def test_a_partition_is_restored_for_itself(lake: LakeIOManager) -> None:
    options: dict[str, Any] = {"metadata": {"partition_expr": "name"}}
    for number, name in enumerate(["Ada", "Bob", "Ada", "Bob"]):
        frame = pl.DataFrame({"id": [number], "name": [name]})
        store(lake, frame, partition_key=name, run_id=str(number), **options)
    ada = asked(pl.DataFrame, partition_key="Ada", definition_metadata=options["metadata"])
    versions = lake.list_versions(ada)
    assert [each.run_id for each in versions] == ["0", "2"]
    assert lake.restore_version(ada, versions[0].version_id).is_current
    assert rows_of(lake) == [(0, "Ada"), (3, "Bob")]
    assert [each.is_current for each in lake.list_versions(ada)] == [True, False]


# -- errors ------------------------------------------------------------------------------------------------------


def test_a_table_that_is_not_there_says_which(lake: LakeIOManager) -> None:
    with pytest.raises(
        ValueNotFoundError, match=r"asset \"people\" is not stored: .*public.people.*headwater asset mat"
    ):
        load(lake, pl.DataFrame)


def test_a_catalog_that_does_not_answer_is_named(tmp_path: Path) -> None:
    properties = {
        "type": "sql",
        "uri": f"sqlite:///{tmp_path}/no/folder.db",
        "warehouse": f"file://{tmp_path}",
    }
    config = hw.IcebergCatalogConfig(properties=properties)
    with pytest.raises(DatabaseUnreachableError, match='catalog "lake" cannot be reached: unable to open'):
        store(opened(hw.IcebergIOManager(name="lake", config=config)), PEOPLE)


def test_modes_of_dagster_deltalake(tmp_path: Path) -> None:
    def manager(**options: Any) -> LakeIOManager:
        return opened(hw.DeltaLakePolarsIOManager(root_uri=str(tmp_path), **options))

    store(manager(mode="error"), PEOPLE)
    with pytest.raises(ValueNotStorableError, match=r'There is a table .* already, and mode="error"'):
        store(manager(mode="error"), PEOPLE)
    store(manager(mode="ignore"), CHANGED)
    assert rows_of(manager()) == PEOPLE.rows()
    store(manager(mode="append"), PEOPLE)
    assert len(rows_of(manager())) == 4
    with pytest.raises(SchemaChangedError):
        store(manager(overwrite_schema=False), CHANGED)
    store(
        manager(
            overwrite_schema=True, custom_metadata={"by": "me"}, writer_properties={"compression": "ZSTD"}
        ),
        CHANGED,
    )
    table = hw.DeltaTableResource(url=f"{tmp_path}/public/people").load()
    assert table.history(1)[0]["by"] == "me"
    assert math.isclose(table.count(), 1)
    first = hw.DeltaTableResource(url=f"{tmp_path}/public/people", version=0).load()
    assert first.count() == 2
