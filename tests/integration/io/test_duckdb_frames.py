"""Frames of each library, and streams of them, through one DuckDB manager: routed by value and by annotation."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from polars.testing import assert_frame_equal

from headwater.definitions.build_resources import build_init_resource_context
from headwater.definitions.dagster_type import resolve_dagster_type
from headwater.definitions.io_context import build_input_context, build_output_context
from headwater.io.db_io_manager import DbIOManager
from headwater.io.duckdb import DuckDBIOManager
from headwater.io.table import Table
from headwater.io.table_options import TableOptions
from headwater.model.errors import ValueNotStorableError

BERLIN = "Europe/Berlin"
NEW_YEAR = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
NESTED = pa.struct({"a": pa.int16(), "b": pa.struct({"c": pa.string()})})


@pytest.fixture
def tables(tmp_path: Path) -> DbIOManager:
    database = str(tmp_path / "frames.duckdb")
    return DuckDBIOManager(database=database).create_io_manager(build_init_resource_context())


def store(manager: DbIOManager, value: Any, **context: Any) -> dict[str, Any]:
    output = build_output_context(asset_key="frames", **context)
    manager.handle_output(output, value)
    return dict(output.get_logged_metadata())


def load(manager: DbIOManager, annotation: Any, stored: Any = None, **context: Any) -> Any:
    kind = resolve_dagster_type(stored) if stored is not None else None
    upstream = build_output_context(asset_key="frames", dagster_type=kind, **context)
    wanted = resolve_dagster_type(annotation) if annotation is not None else None
    return manager.load_input(
        build_input_context(asset_key="frames", upstream_output=upstream, dagster_type=wanted, **context)
    )


NUMBERS = {"id": [1, 2, 3], "ratio": [0.5, None, 2.5], "città": ["à", None, "ß"]}


@pytest.mark.parametrize(
    "value",
    [
        pd.DataFrame(NUMBERS),
        pl.DataFrame(NUMBERS),
        pl.LazyFrame(NUMBERS),
        pa.table(NUMBERS),
        pa.table(NUMBERS).to_reader(),
        iter([pd.DataFrame(NUMBERS).iloc[:2], pd.DataFrame(NUMBERS).iloc[2:]]),
        (frame for frame in [pl.DataFrame(NUMBERS)[:1], pl.DataFrame(NUMBERS)[1:]]),
        pa.table(NUMBERS).to_batches()[0],
    ],
    ids=["pandas", "polars", "lazy", "arrow", "reader", "pandas stream", "polars stream", "batch"],
)
def test_each_library_stores_and_every_other_loads(tables: DbIOManager, value: Any) -> None:
    metadata = store(tables, value)
    assert metadata["dagster/row_count"].value == 3
    assert [column.name for column in metadata["dagster/column_schema"].schema.columns] == list(NUMBERS)
    assert load(tables, pl.DataFrame).to_dict(as_series=False) == NUMBERS
    assert load(tables, pa.Table).to_pydict() == NUMBERS
    assert load(tables, pl.LazyFrame).filter(pl.col("id") > 1).select("città").collect().rows() == [
        (None,),
        ("ß",),
    ]
    assert load(tables, pa.RecordBatchReader).read_all().to_pydict() == NUMBERS
    assert pa.Table.from_batches(load(tables, Iterator[pa.RecordBatch])).to_pydict() == NUMBERS
    assert pl.concat(load(tables, Iterator[pl.DataFrame])).to_dict(as_series=False) == NUMBERS
    loaded = load(tables, pd.DataFrame)
    pd.testing.assert_frame_equal(pd.concat(load(tables, Iterator[pd.DataFrame])), loaded)
    assert loaded["id"].tolist() == [1, 2, 3]


def test_without_an_annotation_an_input_gets_what_the_asset_is_annotated_with(tables: DbIOManager) -> None:
    store(tables, pl.DataFrame(NUMBERS))
    assert isinstance(load(tables, None, stored=pl.DataFrame), pl.DataFrame)
    assert isinstance(load(tables, None, stored=Table), Table)


EXACT: dict[str, pa.Array] = {
    "zoned": pa.array([0, 1_700_000_000_123_456, None], pa.timestamp("us", BERLIN)),
    "zoned nanoseconds": pa.array([0, 1_700_000_000_123_456_000], pa.timestamp("ns", BERLIN)),
    "nanoseconds": pa.array([0, 1_700_000_000_123_456_789, None], pa.timestamp("ns")),
    "seconds": pa.array([0, 1_700_000_000, None], pa.timestamp("s")),
    "decimal": pa.array(
        [decimal.Decimal("1.20"), None, decimal.Decimal("-99999999999999999.99")], pa.decimal128(38, 2)
    ),
    "large integers": pa.array([2**64 - 1, 0, None], pa.uint64()),
    "small integers": pa.array([-128, 127, None], pa.int8()),
    "float32": pa.array([1.5, None, float("inf")], pa.float32()),
    "float16": pa.array([1.5, None], pa.float16()),
    "date": pa.array([datetime.date(1, 1, 1), None, datetime.date(9999, 12, 31)], pa.date32()),
    "date64": pa.array([datetime.date(2024, 2, 29), None], pa.date64()),
    "time": pa.array([datetime.time(23, 59, 59, 999_999), None], pa.time64("us")),
    "time in seconds": pa.array([0, 86_399, None], pa.time32("s")),
    "duration": pa.array([datetime.timedelta(days=-3, microseconds=5), None], pa.duration("us")),
    "duration in nanoseconds": pa.array([1_000, 90_000_000_000_000, None], pa.duration("ns")),
    "text": pa.array(["", None, "naïve 日本 🦆"], pa.string()),
    "large text": pa.array(["", None, "x"], pa.large_string()),
    "bytes": pa.array([b"", None, b"\x00\xff"], pa.binary()),
    "fixed bytes": pa.array([b"abcd", None], pa.binary(4)),
    "categories": pa.array(["a", None, "b", "a"]).dictionary_encode(),
    "lists": pa.array([[1, None], [], None], pa.list_(pa.int64())),
    "lists of lists": pa.array([[["x"], []], None], pa.list_(pa.list_(pa.string()))),
    "fixed lists": pa.array([[1.0, 2.0], None], pa.list_(pa.float32(), 2)),
    "structs": pa.array([{"a": 1, "b": {"c": "x"}}, None], NESTED),
    "maps": pa.array([[("k", 1)], [], None], pa.map_(pa.string(), pa.int64())),
    "nothing": pa.nulls(3),
    "nothing of a type": pa.nulls(3, pa.string()),
    "booleans": pa.array([True, None, False]),
    "no rows": pa.array([], pa.timestamp("ms", "UTC")),
}


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
def test_arrow_types_come_back_as_they_were(tables: DbIOManager, name: str, streamed: bool) -> None:
    table = pa.table({"spalte ü": EXACT[name]})
    store(tables, table.to_reader() if streamed else table)
    loaded = load(tables, pa.Table)
    assert loaded.schema.field(0).name == "spalte ü"
    assert loaded.schema.field(0).type == table.schema.field(0).type
    assert loaded.to_pydict() == table.to_pydict()


def test_polars_types_come_back_as_they_were(tables: DbIOManager) -> None:
    frame = pl.DataFrame(
        {
            "u8": pl.Series([1, None], dtype=pl.UInt8),
            "text": ["a", None],
            "category": pl.Series(["x", None], dtype=pl.Categorical),
            "duration": [datetime.timedelta(seconds=1), None],
            "moment": pl.Series([NEW_YEAR, None], dtype=pl.Datetime("ns", BERLIN)),
            "decimal": pl.Series([decimal.Decimal("1.5"), None], dtype=pl.Decimal(20, 3)),
            "list": [[1, 2], None],
            "struct": [{"a": 1}, {"a": None}],
        }
    )
    store(tables, frame)
    assert_frame_equal(load(tables, pl.DataFrame), frame)


LOSSY = {
    "duration": pa.array([1_001], pa.duration("ns")),
    "decimal of 60 digits": pa.array([decimal.Decimal(10) ** 50], pa.decimal256(60, 0)),
}


@pytest.mark.parametrize("name", LOSSY)
def test_a_lossy_write_is_refused(tables: DbIOManager, name: str) -> None:
    store(tables, pa.table({"c": [1]}))
    with pytest.raises(ValueNotStorableError, match='the asset "frames" cannot be stored'):
        store(tables, pa.table({"c": LOSSY[name]}))
    assert load(tables, pa.Table).to_pydict() == {"c": [1]}


def test_a_lossy_write_can_be_allowed(tables: DbIOManager, caplog: pytest.LogCaptureFixture) -> None:
    options = {"io": TableOptions(allow_lossy=True)}
    store(tables, pa.table({"c": LOSSY["duration"]}), definition_metadata=options)
    assert load(tables, pa.Table).to_pydict() == {"c": [datetime.timedelta(microseconds=1)]}
    assert "nanoseconds" in caplog.text


def test_columns_that_a_table_cannot_tell_apart_are_refused(tables: DbIOManager) -> None:
    with pytest.raises(ValueNotStorableError, match="'A', 'a'"):
        store(tables, pl.DataFrame({"a": [1], "A": [2]}))


def test_partitions_load_as_a_dict_a_list_or_one_frame(tables: DbIOManager) -> None:
    metadata = {"partition_expr": "day"}
    for day in ("a?", "b"):
        store(tables, pl.DataFrame({"day": [day], "n": [1]}), partition_key=day, definition_metadata=metadata)

    def loaded(annotation: Any) -> Any:
        upstream = build_output_context(asset_key="frames", definition_metadata=metadata)
        context = build_input_context(
            asset_key="frames", upstream_output=upstream, dagster_type=resolve_dagster_type(annotation)
        )
        context._partition_keys = ["a?", "b"]
        return tables.load_input(context)

    by_day = loaded(dict[str, pl.DataFrame])
    assert {key: frame["day"].to_list() for key, frame in by_day.items()} == {"a?": ["a?"], "b": ["b"]}
    assert [frame["day"].to_list() for frame in loaded(list[pl.DataFrame])] == [["a?"], ["b"]]
    assert loaded(pl.DataFrame)["day"].sort().to_list() == ["a?", "b"]
    assert loaded(pl.LazyFrame).collect().height == 2


def test_a_stream_may_read_the_same_file_while_it_is_stored(tables: DbIOManager) -> None:
    """Neither side keeps the file open: what is read and what is made are both set aside."""
    store(tables, pl.DataFrame({"n": list(range(1000))}))

    def doubled() -> Iterator[pl.DataFrame]:
        for frame in load(tables, Iterator[pl.DataFrame]):
            assert load(tables, pl.DataFrame).height == 1000
            yield frame.with_columns(pl.col("n") * 2)

    store(tables, doubled())
    assert load(tables, pl.DataFrame)["n"].sum() == 999_000


def test_a_stream_that_fails_leaves_the_table_before(tables: DbIOManager) -> None:
    store(tables, pl.DataFrame({"n": [1]}))

    def failing() -> Iterator[pl.DataFrame]:
        yield pl.DataFrame({"n": [2]})
        raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        store(tables, failing())
    with pytest.raises(ValueNotStorableError, match=r"Frame 2 of the stream does not fit"):
        store(tables, iter([pl.DataFrame({"n": [2]}), pl.DataFrame({"m": [2]})]))
    with pytest.raises(ValueNotStorableError, match=r"ended without a frame"):
        store(tables, iter([]))
    assert load(tables, pl.DataFrame)["n"].to_list() == [1]


def test_tables_that_others_made_are_loaded_too(tables: DbIOManager, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "frames.duckdb")) as connection:
        connection.execute(
            "CREATE SCHEMA public; CREATE TABLE public.frames AS SELECT 1 AS a, 'x' AS b, now() AS t"
        )
    frame = load(tables, pl.DataFrame)
    assert frame["a"].to_list() == [1]
    assert frame.schema["t"] == pl.Datetime("us", "UTC")
