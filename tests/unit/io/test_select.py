"""The SQL for slices of tables."""

from __future__ import annotations

import datetime
from typing import Any, NamedTuple

import pytest

from headwater.definitions.io_context import InputContext, OutputContext, build_output_context
from headwater.io.duckdb_name import catalog_name, default_schema
from headwater.io.select import build_select, quote, show_select
from headwater.io.table_slice import TablePartitionDimension, TableSlice, build_table_slice
from headwater.model.errors import CheckError
from headwater.model.key import AssetKey


class Window(NamedTuple):
    """A window of time, as partitions definitions give it."""

    start: datetime.datetime
    end: datetime.datetime


class Days:
    """Partitions of a day each."""

    def time_window_for_partition_key(self, key: str) -> Window:
        start = datetime.datetime.fromisoformat(key)
        return Window(start, start + datetime.timedelta(days=1))


class Grid:
    """Partitions of two dimensions."""

    class Dimension(NamedTuple):
        name: str
        partitions_def: Any

    partitions_defs = (Dimension("date", Days()), Dimension("region", None))


class Cell(str):
    """A partition key of two dimensions."""

    @property
    def keys_by_dimension(self) -> dict[str, str]:
        return dict(zip(("date", "region"), self.split("|"), strict=True))


def slice_of(partitions: list[str], expression: Any, definition: Any = None) -> TableSlice:
    context = OutputContext(
        asset_key=AssetKey(["raw", "flights"]),
        asset_partition_keys=partitions,
        asset_partitions_def=definition,
        definition_metadata={"partition_expr": expression} if expression else {},
    )
    return build_table_slice(context, schema="raw")


def test_identifiers_are_quoted_and_values_bound() -> None:
    dimension = TablePartitionDimension("region", ["eu", "'; DROP TABLE x; --"])
    table_slice = TableSlice('fl"ights', "ra w", None, ["a", 'b"c'], [dimension])
    query, values = build_select(table_slice)
    assert query == 'SELECT "a", "b""c" FROM "ra w"."fl""ights" WHERE region in (?, ?)'
    assert values == ["eu", "'; DROP TABLE x; --"]
    assert quote("a") == '"a"'


def test_people_see_the_query_with_its_values() -> None:
    assert show_select(TableSlice("flights", "raw")) == "SELECT * FROM raw.flights"
    table_slice = slice_of(["it's", "b"], "region")
    assert show_select(table_slice) == "SELECT * FROM raw.flights WHERE\nregion in ('it''s', 'b')"
    assert show_select(TableSlice("my flights", "raw", columns=["a", "b c"])) == (
        'SELECT a, "b c" FROM raw."my flights"'
    )


def test_time_partitions_are_windows_joined_where_they_touch() -> None:
    table_slice = slice_of(["2013-01-02", "2013-01-01"], "at", Days())
    query, values = build_select(table_slice)
    assert query.endswith(" WHERE at >= ? AND at < ?")
    assert values == ["2013-01-01 00:00:00", "2013-01-03 00:00:00"]
    apart = slice_of(["2013-01-01", "2013-01-05"], "at", Days())
    query, values = build_select(apart)
    assert query.endswith(" WHERE (at >= ? AND at < ? OR at >= ? AND at < ?)")
    assert len(values) == 4


def test_dimensions_are_conditions_of_their_own() -> None:
    expressions = {"date": "at", "region": "region"}
    table_slice = slice_of([Cell("2013-01-01|eu")], expressions, Grid())
    assert show_select(table_slice) == (
        "SELECT * FROM raw.flights WHERE\n"
        "at >= '2013-01-01 00:00:00' AND at < '2013-01-02 00:00:00' AND\nregion in ('eu')"
    )
    both = slice_of([Cell("2013-01-01|eu"), Cell("2013-01-01|us")], expressions, Grid())
    assert show_select(both).endswith("region in ('eu', 'us')")
    with pytest.raises(CheckError, match="not all combinations"):
        slice_of([Cell("2013-01-01|eu"), Cell("2013-01-02|us")], expressions, Grid())
    with pytest.raises(ValueError, match='lacks the dimension "region"'):
        slice_of([Cell("2013-01-01|eu")], {"date": "at"}, Grid())


def test_partitions_need_to_know_their_column() -> None:
    with pytest.raises(ValueError, match='"raw/flights" has partitions, but does not say which column'):
        slice_of(["eu"], None)


def test_no_partition_means_no_row() -> None:
    assert build_select(slice_of([], "region"))[0].endswith(" WHERE false")


def test_the_output_of_an_op_is_a_table_of_its_name() -> None:
    output = build_output_context(step_key="step", name="rows")
    assert build_table_slice(output, schema="public") == TableSlice("rows", "public")
    context = InputContext(upstream_output=output, definition_metadata={"columns": ["a"]})
    assert build_table_slice(context, schema="public") == TableSlice("rows", "public", None, ["a"])
    with pytest.raises(CheckError, match="comes from no output"):
        build_table_slice(InputContext(), schema="public")


@pytest.mark.parametrize(
    ("database", "schema", "catalog"),
    [
        ("analytics.hackernews", "hackernews", "analytics"),
        ("data/v1.2/analytics.hackernews", "hackernews", "analytics"),
        ("analytics.duckdb", "public", "analytics"),
        ("data.base/ANALYTICS.DB", "public", "ANALYTICS"),
        ("analytics.ddb", "public", "analytics"),
        ("analytics", "public", "analytics"),
        ("a.b.c", "c", "a"),
        ("flights.2013", "public", "flights"),
        (".hidden", "public", "hidden"),
        ("main.duckdb", "public", "main_db"),
        ("md:flights?token=x", "public", "flights"),
    ],
)
def test_the_schema_that_a_file_name_tells(database: str, schema: str, catalog: str) -> None:
    assert default_schema(database) == schema
    assert catalog_name(database) == catalog
