"""Pandas frames in a DuckDB file: which table, whole or not at all, by column name, with their types."""

from __future__ import annotations

import datetime
import decimal
import uuid
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from headwater.definitions.build_resources import build_init_resource_context
from headwater.definitions.dagster_type import resolve_dagster_type
from headwater.definitions.io_context import (
    InputContext,
    OutputContext,
    build_input_context,
    build_output_context,
)
from headwater.io.db_io_manager import DbIOManager
from headwater.io.duckdb_pandas import DuckDBPandasIOManager, duckdb_pandas_io_manager
from headwater.model.errors import (
    CheckError,
    DagsterInvalidDefinitionError,
    DagsterInvariantViolationError,
    ValueNotFoundError,
    ValueNotStorableError,
    ValueTypeError,
)
from headwater.model.key import AssetKey
from headwater.model.metadata import IntMetadataValue, TextMetadataValue

FLIGHTS = pd.DataFrame({"carrier": ["UA", "DL"], "delay": [5, 7]})


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def tables(database: str = "flights.duckdb", **config: Any) -> DbIOManager:
    return DuckDBPandasIOManager(database=database, **config).create_io_manager(build_init_resource_context())


def store(manager: DbIOManager, frame: Any, key: Any = "flights", **context: Any) -> dict[str, Any]:
    output = build_output_context(asset_key=key, **context)
    manager.handle_output(output, frame)
    return dict(output.get_logged_metadata())


def load(
    manager: DbIOManager, key: Any = "flights", metadata: dict[str, Any] | None = None, **context: Any
) -> Any:
    upstream = build_output_context(asset_key=key, definition_metadata=metadata)
    return manager.load_input(build_input_context(asset_key=key, upstream_output=upstream, **context))


def query(sql: str, database: str = "flights.duckdb") -> list[Any]:
    with duckdb.connect(database, read_only=True) as connection:
        return connection.execute(sql).fetchall()


# -- which table ---------------------------------------------------------------------------------------------


def test_the_ending_of_the_file_name_is_the_schema_where_none_is_configured() -> None:
    manager = tables("analytics.hackernews")
    store(manager, FLIGHTS, "topstories")
    rows = query("SELECT * FROM analytics.hackernews.topstories", "analytics.hackernews")
    assert rows == [("UA", 5), ("DL", 7)]
    pd.testing.assert_frame_equal(load(manager, "topstories"), FLIGHTS)


def test_a_table_that_dagster_left_in_public_is_found_and_kept_there() -> None:
    with duckdb.connect("analytics.hackernews") as connection:
        connection.execute("CREATE SCHEMA public; CREATE TABLE public.topstories AS SELECT 1 AS id")
    manager = tables("analytics.hackernews")
    assert load(manager, "topstories").to_dict("list") == {"id": [1]}
    metadata = store(manager, FLIGHTS, "topstories")
    assert metadata["Query"] == TextMetadataValue("SELECT * FROM public.topstories")
    assert query("SELECT table_schema FROM information_schema.tables", "analytics.hackernews") == [
        ("public",)
    ]
    store(manager, FLIGHTS, "new")
    assert query("SELECT count(*) FROM hackernews.new", "analytics.hackernews") == [(2,)]


@pytest.mark.parametrize(
    ("key", "metadata", "config", "schema"),
    [
        ("flights", {}, {}, "public"),
        (["us", "raw", "flights"], {}, {}, "raw"),
        (["raw", "flights"], {}, {"schema": "configured"}, "configured"),
        (["raw", "flights"], {"schema": "own"}, {"schema": "configured"}, "own"),
        (['r"a w', "fl;ights"], {}, {}, 'r"a w'),
    ],
)
def test_the_schema_is_the_assets_then_the_managers_then_the_prefix(
    key: Any, metadata: dict[str, Any], config: dict[str, Any], schema: str
) -> None:
    manager = tables(**config)
    store(manager, FLIGHTS, key, definition_metadata=metadata)
    found = query("SELECT table_schema, table_name FROM information_schema.tables")
    assert found == [(schema, "flights" if isinstance(key, str) else key[-1])]
    pd.testing.assert_frame_equal(load(manager, key, metadata), FLIGHTS)


def test_the_output_of_an_op_is_a_table_too() -> None:
    output = build_output_context(step_key="step", name="rows", run_id="run")
    tables().handle_output(output, FLIGHTS)
    loaded = tables().load_input(build_input_context(upstream_output=output))
    pd.testing.assert_frame_equal(loaded, FLIGHTS)


def test_folders_are_made_and_the_function_style_does_the_same() -> None:
    context = build_init_resource_context(config={"database": "data/flights.duckdb", "schema": "raw"})
    manager = duckdb_pandas_io_manager(context)
    store(manager, FLIGHTS)
    assert query("SELECT count(*) FROM raw.flights", "data/flights.duckdb") == [(2,)]


def test_a_database_in_memory_is_refused() -> None:
    with pytest.raises(DagsterInvalidDefinitionError, match="ends with each connection"):
        tables(":memory:")


# -- what is recorded ----------------------------------------------------------------------------------------


def test_rows_columns_and_the_table_are_recorded() -> None:
    metadata = store(tables(), FLIGHTS, ["raw", "flights"])
    assert list(metadata) == [
        "dagster/row_count",
        "dagster/storage_kind",
        "dagster/column_schema",
        "dataframe_columns",
        "headwater/format",
        "headwater/seconds",
        "Query",
        "dagster/table_name",
    ]
    assert metadata["dagster/row_count"] == IntMetadataValue(2)
    columns = metadata["dataframe_columns"].schema.columns
    assert [(column.name, column.type) for column in columns] == [
        (name, str(dtype)) for name, dtype in FLIGHTS.dtypes.items()
    ]
    assert metadata["Query"] == TextMetadataValue("SELECT * FROM raw.flights")
    assert metadata["dagster/table_name"] == TextMetadataValue("flights.raw.flights")


# -- writing -------------------------------------------------------------------------------------------------


def test_a_table_is_replaced_with_its_columns_by_name() -> None:
    manager = tables()
    store(manager, FLIGHTS)
    store(manager, FLIGHTS[["delay", "carrier"]])
    assert query("SELECT carrier, delay FROM public.flights") == [("UA", 5), ("DL", 7)]
    renamed = FLIGHTS.rename(columns={"delay": "minutes"}).assign(extra=1.5)
    store(manager, renamed)
    pd.testing.assert_frame_equal(load(manager), renamed)


def test_a_frame_that_cannot_be_stored_leaves_the_table_before() -> None:
    manager = tables()
    store(manager, FLIGHTS)
    with pytest.raises(ValueNotStorableError, match='the asset "flights" cannot be stored'):
        store(manager, pd.DataFrame({"number": [1 + 2j]}))
    pd.testing.assert_frame_equal(load(manager), FLIGHTS)


def test_the_index_is_left_out_and_one_with_a_name_is_told_of(caplog: pytest.LogCaptureFixture) -> None:
    manager = tables()
    store(manager, FLIGHTS.set_axis([5, 5]))
    pd.testing.assert_frame_equal(load(manager), FLIGHTS)
    assert not caplog.records
    store(manager, FLIGHTS.set_index("carrier"))
    assert load(manager).columns.tolist() == ["delay"]
    assert (
        'The index (carrier) of the asset "flights" is not stored. To keep it: reset_index().' in caplog.text
    )


def test_none_and_unknown_types_say_what_to_return() -> None:
    with pytest.raises(DagsterInvariantViolationError, match=r'"flights" is None.*-> None'):
        store(tables(), None)
    with pytest.raises(ValueTypeError) as caught:
        store(tables(), [1, 2])
    assert str(caught.value) == (
        'the asset "flights" cannot be stored as list: DuckDBIOManager knows pandas.DataFrame, headwater.Sql, '
        "headwater.Table, duckdb.DuckDBPyRelation, ibis.Table, frames of pandas, polars and Arrow, iterators of them. "
        "Return one of these, give DuckDBIOManager a type handler for it, or choose another io_manager_key."
    )


# -- loading -------------------------------------------------------------------------------------------------


def input_of(annotation: Any) -> InputContext:
    upstream = build_output_context(asset_key="flights")
    kind = resolve_dagster_type(annotation)
    return build_input_context(asset_key="flights", upstream_output=upstream, dagster_type=kind)


@pytest.mark.parametrize("annotation", [None, Any, pd.DataFrame, pd.DataFrame | None])
def test_frames_are_loaded_for_the_annotations_that_mean_frames(annotation: Any) -> None:
    manager = tables()
    store(manager, FLIGHTS)
    pd.testing.assert_frame_equal(manager.load_input(input_of(annotation)), FLIGHTS)


def test_other_annotations_are_refused_with_the_types_that_are_known() -> None:
    manager = tables()
    store(manager, FLIGHTS)
    with pytest.raises(
        ValueTypeError, match=r"loaded as int: DuckDBIOManager knows pandas\.DataFrame, .* Annotate"
    ):
        manager.load_input(input_of(int))


def test_an_input_may_take_some_columns_only() -> None:
    manager = tables()
    store(manager, FLIGHTS)
    upstream = build_output_context(asset_key="flights")

    def columns(*names: str) -> InputContext:
        metadata = {"columns": list(names)}
        return build_input_context(
            asset_key="flights", upstream_output=upstream, definition_metadata=metadata
        )

    pd.testing.assert_frame_equal(manager.load_input(columns("delay")), FLIGHTS[["delay"]])
    with pytest.raises(CheckError, match=r"has no column 'dealy'.*It has 'carrier', 'delay'"):
        manager.load_input(columns("dealy"))


def test_a_table_that_is_not_there_says_which_where_and_how_to_make_it() -> None:
    with pytest.raises(
        ValueNotFoundError, match=r"the table raw\.flights of the DuckDB file flights\.duckdb"
    ):
        load(tables(), ["raw", "flights"])
    assert not Path("flights.duckdb").exists()  # looking makes no file
    store(tables(), FLIGHTS, "other")
    with pytest.raises(
        ValueNotFoundError, match="To make it: headwater asset materialize --select raw/flights"
    ):
        load(tables(), ["raw", "flights"])


def test_a_file_that_is_no_database_is_named() -> None:
    Path("flights.duckdb").write_bytes(b"no database" * 2000)
    with pytest.raises(duckdb.IOException, match="not a valid DuckDB") as caught:
        load(tables())
    assert caught.value.__notes__ == ["While the DuckDB file flights.duckdb was opened."]


def test_views_are_loaded_like_tables() -> None:
    with duckdb.connect("flights.duckdb") as connection:
        connection.execute("CREATE SCHEMA public; CREATE VIEW public.flights AS SELECT 1 AS id")
    assert load(tables()).to_dict("list") == {"id": [1]}


# -- partitions ----------------------------------------------------------------------------------------------


def store_partition(manager: DbIOManager, partition: str, frame: pd.DataFrame) -> dict[str, Any]:
    metadata = {"partition_expr": "region"}
    return store(manager, frame, asset_partition_key=partition, definition_metadata=metadata)


def load_partitions(manager: DbIOManager, *partitions: str) -> pd.DataFrame:
    upstream = OutputContext(asset_key=AssetKey("flights"), definition_metadata={"partition_expr": "region"})
    context = InputContext(
        asset_key=AssetKey("flights"), upstream_output=upstream, asset_partition_keys=partitions
    )
    frame = manager.load_input(context)
    assert isinstance(frame, pd.DataFrame)
    return frame


def region(name: str, *delays: int) -> pd.DataFrame:
    return pd.DataFrame({"region": [name] * len(delays), "delay": delays})


def test_a_partition_replaces_its_own_rows_only() -> None:
    manager = tables()
    store_partition(manager, "eu", region("eu", 1, 2))
    store_partition(manager, "it's", region("it's", 3))
    metadata = store_partition(manager, "eu", region("eu", 4))
    assert metadata["dagster/partition_row_count"] == IntMetadataValue(1)
    assert metadata["Query"] == TextMetadataValue("SELECT * FROM public.flights WHERE\nregion in ('eu')")
    assert load_partitions(manager, "eu")["delay"].tolist() == [4]
    assert sorted(load_partitions(manager, "eu", "it's")["delay"]) == [3, 4]
    assert load_partitions(manager).empty


def test_the_columns_of_partitions_go_by_name() -> None:
    manager = tables()
    store_partition(manager, "eu", region("eu", 1))
    store_partition(manager, "us", region("us", 2)[["delay", "region"]])
    assert load_partitions(manager, "us").to_dict("list") == {"region": ["us"], "delay": [2]}


def test_partitions_with_other_columns_are_refused_with_the_difference() -> None:
    manager = tables()
    store_partition(manager, "eu", region("eu", 1))
    other = region("eu", 2).rename(columns={"delay": "minutes"})
    with pytest.raises(ValueNotStorableError, match='"delay" BIGINT is missing; "minutes" BIGINT is new'):
        store_partition(manager, "eu", other)
    assert load_partitions(manager, "eu")["delay"].tolist() == [1]


def test_values_that_another_type_holds_are_accepted_and_others_are_not() -> None:
    manager = tables()
    store_partition(manager, "eu", region("eu", 1))
    store_partition(manager, "us", region("us", 2).astype({"delay": "float64"}))
    assert load_partitions(manager, "us")["delay"].tolist() == [2]
    for wrong in (2.5, "2", 2**80):
        frame = region("us", 2).assign(delay=pd.Series([wrong], dtype=object))
        with pytest.raises(ValueNotStorableError, match='"delay" was BIGINT and is'):
            store_partition(manager, "us", frame)
    store_partition(manager, "null", region("null", 2).assign(delay=None))
    assert load_partitions(manager, "null")["delay"].isna().all()


def test_categories_may_differ_from_partition_to_partition() -> None:
    manager = tables()
    for name in ("eu", "us"):
        store_partition(manager, name, region(name, 1).astype({"region": "category"}))
    both = load_partitions(manager, "eu", "us")
    assert both["region"].tolist() == ["eu", "us"]
    assert both["region"].dtype == "category"


def test_rows_that_do_not_belong_to_the_partition_are_told_of(caplog: pytest.LogCaptureFixture) -> None:
    store_partition(tables(), "eu", pd.concat([region("eu", 1), region("us", 2)]))
    assert "1 of the 2 rows of the asset" in caplog.text


# -- types ---------------------------------------------------------------------------------------------------

D = decimal.Decimal
NAIVE = datetime.datetime(2013, 1, 1)  # noqa: DTZ001 - a column without time zone
ZONED = NAIVE.replace(tzinfo=datetime.UTC)
NOON = pd.Series(["2013-01-01T12:00:00.123456", None])

KEPT = {
    "numbers": pd.DataFrame(
        {
            name: np.array([1, 0], dtype=name)
            for name in ("int8", "uint8", "int64", "uint64", "float16", "bool")
        }
    ),
    "extremes": pd.DataFrame({"u": np.array([2**64 - 1, 0], dtype="uint64"), "f": [np.inf, -np.inf]}),
    "nulls": pd.DataFrame({"f": [np.nan, 1.5], "t": pd.to_datetime(NOON)}),
    "nullable": pd.DataFrame(
        {
            "i": pd.array([1, None], dtype="Int64"),
            "full": pd.array([1, 2], dtype="Int8"),
            "b": pd.array([True, None], dtype="boolean"),
            "f": pd.array([1.5, None], dtype="Float64"),
            "s": pd.array(["x", None], dtype="string"),
        }
    ),
    "times": pd.DataFrame({unit: pd.to_datetime(NOON).dt.as_unit(unit) for unit in ("s", "ms", "us", "ns")}),
    "nanoseconds": pd.DataFrame({"t": pd.to_datetime(["2013-01-01T12:00:00.123456789"])}),
    "zones": pd.DataFrame(
        {
            zone: pd.to_datetime(NOON).dt.tz_localize(zone).dt.as_unit("ns" if zone == "UTC" else "us")
            for zone in ("UTC", "Europe/Berlin", "America/New_York", "UTC+05:30")
        }
    ),
    "durations": pd.DataFrame(
        {unit: pd.to_timedelta(["1s", None]).as_unit(unit) for unit in ("s", "us", "ns")}
    ),
    "decimals": pd.DataFrame(
        {
            "small": [D("1.10"), None],
            "large": [D("123456789012345678901234567890.12345678"), D("-0.5")],
            "scales": [D("1.1"), D("22.222")],
            "powers": [D("1E+5"), D(0)],
        }
    ),
    "big integers": pd.DataFrame({"i": pd.Series([2**100, None], dtype=object)}),
    "objects": pd.DataFrame(
        {
            "date": [datetime.date(2013, 1, 1), None],
            "time": [datetime.time(1, 2, 3, 4), None],
            "bytes": [b"x\0\xff", None],
            "bool": pd.Series([True, None], dtype=object),
            "int": pd.Series([1, None], dtype=object),
            "text": pd.Series(["x", None], dtype=object),
            "uuid": [uuid.UUID(int=5), None],
            "dict": [{"a": 1}, {"a": 2}],
        }
    ),
    "sparse objects": pd.DataFrame(
        {
            "date": [None] * 3000 + [datetime.date(2013, 1, 1)],
            "text": pd.Series([None] * 3000 + ["x"], dtype=object),
            "time": pd.Series([None] * 3000 + [datetime.time(1)], dtype=object),
        }
    ),
    "categories": pd.DataFrame(
        {
            "text": pd.Categorical(["b", "a"], categories=["b", "a", "z"]),
            "ordered": pd.Categorical(["b", "a"], categories=["b", "a"], ordered=True),
            "numbers": pd.Categorical([1, 2]),
        }
    ),
    "empty": pd.DataFrame(
        {
            "i": pd.Series([], dtype="int64"),
            "o": pd.Series([], dtype=object),
            "s": pd.Series([], dtype="str"),
            "z": pd.Series([], dtype="datetime64[us, UTC]"),
        }
    ),
    "all null": pd.DataFrame(
        {
            "o": pd.Series([None, None], dtype=object),
            "f": [np.nan, np.nan],
            "s": pd.Series([None, None], dtype="str"),
            "t": pd.Series([None, None], dtype="datetime64[s]"),
        }
    ),
    "names": pd.DataFrame([[1] * 7], columns=["été ☕", "select", 'q"x', "a;b", "{}", " ", "日本"]),
    "texts": pd.DataFrame({"s": ["", "\0", "é✨", "' OR 1=1 --", "null", "1"]}),
}


@pytest.mark.parametrize("name", KEPT)
def test_types_come_back_as_they_were(name: str) -> None:
    frame = KEPT[name]
    manager = tables()
    store(manager, frame)
    pd.testing.assert_frame_equal(load(manager), frame)


def test_many_rows_of_plain_columns_come_back_in_their_order() -> None:
    numbers = np.arange(250_000)
    frame = pd.DataFrame(
        {
            "number": numbers,
            "ratio": np.where(numbers % 7 == 0, np.nan, numbers / 3),
            "word": [None if number % 11 == 0 else f"word {number}" for number in numbers],
            "moment": pd.Timestamp("2024-01-01") + pd.to_timedelta(numbers, unit="s"),
            "flag": numbers % 2 == 0,
        }
    )
    manager = tables()
    store(manager, frame)
    loaded = load(manager)
    pd.testing.assert_frame_equal(loaded, frame)
    loaded.loc[0, "ratio"] = 5.0
    loaded.loc[0, "moment"] = pd.Timestamp("2025-01-01")
    assert loaded.loc[0, ["ratio", "moment"]].tolist() == [5.0, pd.Timestamp("2025-01-01")]


def test_values_keep_their_meaning_where_their_class_cannot_be_kept() -> None:
    manager = tables()
    frame = pd.DataFrame(
        {
            "list": [[1, 2], None],
            "tuple": [("a",), ("b", "c")],
            "float": pd.Series([1, 2.5], dtype=object),
            "moment": pd.Series([NAIVE, None], dtype=object),
            "zoned": pd.Series([ZONED, None], dtype=object),
        }
    )
    store(manager, frame)
    loaded = load(manager)
    assert [list(each) if each is not None else None for each in loaded["list"]] == [[1, 2], None]
    assert [list(each) for each in loaded["tuple"]] == [["a"], ["b", "c"]]
    assert loaded["float"].tolist() == [1, 2.5]
    assert loaded["moment"][0] == NAIVE
    assert loaded["zoned"][0] == ZONED


REFUSED = {
    "nanoseconds with a zone": pd.DataFrame({"c": pd.to_datetime(["2013-01-01T12:00:00.123456789Z"])}),
    "nanoseconds of duration": pd.DataFrame({"c": pd.to_timedelta([1], unit="ns")}),
    "numbers and texts": pd.DataFrame({"c": [1, "x"]}),
    "numbers and texts in lists": pd.DataFrame({"c": [[1, "x"]]}),
    "integers that floats cannot hold": pd.DataFrame({"c": pd.Series([2**53 + 1, 2.5], dtype=object)}),
    "integers beyond 128 bits": pd.DataFrame({"c": [2**130]}),
    "decimals of 50 digits": pd.DataFrame({"c": [D("1" * 50)]}),
    "decimals that are no numbers": pd.DataFrame({"c": [D("NaN")]}),
    "sets": pd.DataFrame({"c": [{1, 2}]}),
    "objects of any class": pd.DataFrame({"c": [object()]}),
    "half a character": pd.DataFrame({"c": pd.Series(["\udc80"], dtype=object)}),
    "periods": pd.DataFrame({"c": pd.period_range("2013-01", periods=2, freq="M")}),
    "complex numbers": pd.DataFrame({"c": [1 + 2j]}),
    "zoned and naive moments": pd.DataFrame({"c": pd.Series([NAIVE, ZONED], dtype=object)}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_be_lost_is_refused(name: str) -> None:
    with pytest.raises(ValueNotStorableError, match='the asset "flights" cannot be stored'):
        store(tables(), REFUSED[name])


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "columns of the same name.*'a'"),
        (pd.DataFrame([[1, 2]], columns=["a", "A"]), "columns of the same name.*'A', 'a'"),
        (pd.DataFrame({0: [1]}), "has 0. Rename it"),
        (pd.DataFrame({"": [1]}), "has ''. Rename it"),
        (pd.DataFrame({("a", "b"): [1]}), "Rename it"),
        (pd.DataFrame(), "has no columns"),
    ],
)
def test_columns_that_a_table_cannot_have_are_refused(frame: pd.DataFrame, message: str) -> None:
    with pytest.raises(ValueNotStorableError, match=message):
        store(tables(), frame)


def test_types_are_restored_only_while_the_table_still_has_the_columns() -> None:
    manager = tables()
    store(manager, pd.DataFrame({"d": [D("1.5")], "n": pd.array([1], dtype="Int64")}))
    with duckdb.connect("flights.duckdb") as connection:
        connection.execute("ALTER TABLE public.flights ALTER COLUMN d TYPE DOUBLE")
        connection.execute("ALTER TABLE public.flights DROP COLUMN n")
    assert load(manager)["d"].dtype == "float64"


def test_tables_that_sql_made_are_loaded_as_duckdb_sees_them() -> None:
    with duckdb.connect("flights.duckdb") as connection:
        connection.execute("CREATE SCHEMA public")
        connection.execute(
            "CREATE TABLE public.flights AS SELECT 1.5 AS d, TIMESTAMPTZ '2013-01-01 00:00:00+00' AS t"
        )
        connection.execute("COMMENT ON TABLE public.flights IS 'what people write'")
    loaded = load(tables())
    assert loaded["d"].tolist() == [1.5]
    assert loaded["t"].tolist() == [pd.Timestamp("2013-01-01", tz="UTC")]
