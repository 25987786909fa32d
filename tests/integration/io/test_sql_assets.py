"""Assets that are queries: run inside the database, over handles of tables, with values that are bound."""

from __future__ import annotations

import datetime
import decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import headwater as hw
from headwater.model.errors import CheckError, DagsterInvariantViolationError, ValueNotStorableError


@pytest.fixture
def database(tmp_path: Path) -> str:
    return str(tmp_path / "flights.duckdb")


@hw.asset(io_manager_key="tables", key_prefix="raw")
def flights() -> pd.DataFrame:
    return pd.DataFrame({"carrier": ["A'A", "B", "B"], "delay": [1, 20, 30]})


def run(database: str, *assets: Any) -> Any:
    return hw.materialize([flights, *assets], resources={"tables": hw.DuckDBIOManager(database=database)})


def rows_of(database: str, table: str) -> list[Any]:
    with duckdb.connect(database, read_only=True) as connection:
        return connection.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall()


FROM_RAW = hw.AssetIn(key_prefix="raw")


def test_a_query_runs_inside_the_database_and_is_recorded(database: str) -> None:
    @hw.asset(io_manager_key="tables", key_prefix="late", ins={"flights": FROM_RAW})
    def by_carrier(flights: hw.Table) -> hw.Sql:
        return hw.Sql(
            "SELECT carrier, count(*) AS flights FROM {flights} WHERE delay > {minutes} GROUP BY carrier",
            flights=flights,
            minutes=15,
        )

    result = run(database, by_carrier)
    [event] = [
        each
        for each in result.get_asset_materialization_events()
        if each.asset_key == hw.AssetKey(["late", "by_carrier"])
    ]
    assert rows_of(database, "late.by_carrier") == [("B", 2)]
    metadata = event.materialization.metadata
    assert metadata["dagster/row_count"].value == 1
    schema = metadata["dagster/column_schema"]
    assert isinstance(schema, hw.TableSchemaMetadataValue)
    columns = schema.schema.columns
    assert [(column.name, column.type) for column in columns] == [
        ("carrier", "VARCHAR"),
        ("flights", "BIGINT"),
    ]


def test_a_handle_tells_its_columns_and_loads_what_is_left_of_it(database: str) -> None:
    seen: dict[str, Any] = {}

    @hw.asset(io_manager_key="tables", ins={"flights": FROM_RAW})
    def looked_at(flights: hw.Table) -> None:
        late = flights.where("delay > {minutes}", minutes=5).where("carrier = {c}", c="B").select("delay")
        seen.update(name=flights.name, columns=flights.columns, types=dict(late.types), count=late.count())
        seen["pandas"] = late.to_pandas()["delay"].tolist()
        seen["polars"] = late.limit(1).to_polars()
        seen["arrow"] = late.to_arrow().to_pydict()
        seen["rows"] = sum(batch.num_rows for batch in flights.to_batches())
        with pytest.raises(CheckError, match="no column"):
            flights.select("nothing")

    run(database, looked_at)
    assert seen["name"] == "raw.flights"
    assert seen["columns"] == ["carrier", "delay"]
    assert seen["types"] == {"delay": "BIGINT"}
    assert (seen["count"], seen["pandas"], seen["rows"]) == (2, [20, 30], 3)
    assert isinstance(seen["polars"], pl.DataFrame)
    assert seen["arrow"] == {"delay": [20, 30]}


def test_queries_nest_and_handles_may_be_returned(database: str) -> None:
    @hw.asset(io_manager_key="tables", ins={"flights": FROM_RAW})
    def late(flights: hw.Table) -> hw.Table:
        return flights.where("delay IN {delays}", delays=[20, 30])

    @hw.asset(io_manager_key="tables", ins={"flights": FROM_RAW})
    def worst(flights: hw.Table, late: hw.Table) -> hw.Sql:
        highest = hw.Sql(
            "SELECT max({column}) FROM {late}", column=hw.Identifier("delay"), late=late.limit(10)
        )
        return hw.Sql("SELECT * FROM {flights} WHERE delay = ({highest})", flights=flights, highest=highest)

    run(database, late, worst)
    assert rows_of(database, "public.late") == [("B", 20), ("B", 30)]
    assert rows_of(database, "public.worst") == [("B", 30)]


def test_an_asset_may_be_the_query_over_itself(database: str) -> None:
    @hw.asset(io_manager_key="tables", ins={"flights": FROM_RAW})
    def doubled(flights: hw.Sql) -> hw.Sql:
        return hw.Sql("{flights} UNION ALL {flights}", flights=flights)

    run(database, doubled)
    assert len(rows_of(database, "public.doubled")) == 6


def test_a_query_that_fails_leaves_the_table_before(database: str) -> None:
    broken = False

    @hw.asset(io_manager_key="tables", ins={"flights": FROM_RAW})
    def checked(flights: hw.Table) -> hw.Sql:
        if broken:
            return hw.Sql("SELECT error('bad row') FROM {flights}", flights=flights)
        return hw.Sql("SELECT 1 AS n")

    run(database, checked)
    broken = True
    with pytest.raises(
        ValueNotStorableError, match=r'"checked" cannot be stored\. Its query failed: .*bad row'
    ):
        run(database, checked)
    assert rows_of(database, "public.checked") == [(1,)]


def test_relations_are_stored_from_the_same_file_and_from_others(database: str, tmp_path: Path) -> None:
    @hw.asset(io_manager_key="tables")
    def elsewhere() -> duckdb.DuckDBPyRelation:
        relation = duckdb.sql("SELECT range AS n FROM range(3)")
        assert relation is not None
        return relation

    @hw.asset(io_manager_key="tables", deps=[flights])
    def here(warehouse: hw.DuckDBResource) -> hw.MaterializeResult[duckdb.DuckDBPyRelation]:
        connection = kept.enter_context(warehouse.get_connection())
        return hw.MaterializeResult(value=connection.sql("SELECT * FROM raw.flights WHERE delay < 10"))

    import contextlib

    resources: dict[str, Any] = {
        "tables": hw.DuckDBIOManager(database=database),
        "warehouse": hw.DuckDBResource(database=database),
    }
    with contextlib.ExitStack() as kept:
        hw.materialize([flights, elsewhere, here], resources=resources)
    assert rows_of(database, "public.elsewhere") == [(0,), (1,), (2,)]
    assert rows_of(database, "public.here") == [("A'A", 1)]


def test_a_table_of_another_database_is_refused(database: str, tmp_path: Path) -> None:
    @hw.asset(io_manager_key="others", ins={"flights": FROM_RAW})
    def crossing(flights: hw.Table) -> hw.Sql:
        return hw.Sql("SELECT * FROM {flights}", flights=flights)

    resources: dict[str, Any] = {
        "tables": hw.DuckDBIOManager(database=database),
        "others": hw.DuckDBIOManager(database=str(tmp_path / "other.duckdb")),
    }
    with pytest.raises(
        DagsterInvariantViolationError, match=r"raw\.flights lies in .*flights\.duckdb, and the query"
    ):
        hw.materialize([flights, crossing], resources=resources)


@pytest.mark.parametrize(
    ("text", "values", "message"),
    [
        ("SELECT {a}", {}, r"has no value for \{a\}"),
        ("SELECT 1", {"a": 1}, "has no place for the value 'a'"),
        ("SELECT {a.b}", {"a": 1}, "plain name"),
        ("SELECT {a[0]}", {"a": [1]}, "plain name"),
        ("SELECT {a!r}", {"a": 1}, "plain name"),
        ("SELECT {a:>3}", {"a": 1}, "plain name"),
        ("SELECT {}", {}, "plain name"),
        ("SELECT {", {}, "brace"),
        ("SELECT {a}", {"a": pd.DataFrame()}, "is a DataFrame, which no database can bind"),
        ("SELECT {a}", {"a": [object()]}, "is a list, which no database can bind"),
    ],
)
def test_a_query_that_cannot_be_meant_is_refused_at_once(
    text: Any, values: dict[str, Any], message: str
) -> None:
    with pytest.raises(DagsterInvariantViolationError, match=message):
        hw.Sql(text, **values)


VALUES = st.one_of(
    st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"])),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.booleans(),
    st.none(),
    st.binary(),
    st.dates(),
    st.datetimes(datetime.datetime(1970, 1, 1), datetime.datetime(2200, 1, 1)),  # noqa: DTZ001 - as users have them
    st.decimals(-(10**10), 10**10, places=3),
)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    value=VALUES,
    name=st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]), min_size=1),
)
def test_values_and_names_are_data_whatever_they_hold(value: Any, name: str) -> None:
    query = hw.Sql(
        "SELECT {value} AS {name}, {value} IS NOT DISTINCT FROM {value}",
        value=value,
        name=hw.Identifier(name),
    )
    rendered = query.render()
    with duckdb.connect() as connection:
        found = connection.execute(rendered.text.replace("\0", "?"), list(rendered.values))
        assert found.description[0][0] == name
        [(back, same)] = found.fetchall()
    assert same
    assert back == value or isinstance(value, (decimal.Decimal, float))


def test_an_empty_list_holds_nothing_and_braces_may_be_written(database: str) -> None:
    rendered = hw.Sql("SELECT 1 IN {none}, '{{}}'", none=[]).render()
    with duckdb.connect() as connection:
        assert connection.execute(rendered.text).fetchall() == [(None, "{}")]
