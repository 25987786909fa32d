"""Tables in a real Postgres: every library's frames by COPY, queries inside the database, one transaction each."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pandas as pd
import polars as pl
import psycopg
import pyarrow as pa
import pytest

import headwater as hw
from headwater.definitions.build_resources import build_init_resource_context
from headwater.definitions.io_context import build_output_context
from headwater.io.db_io_manager import DbIOManager
from headwater.model.errors import (
    DatabaseAccessError,
    DatabaseUnreachableError,
    SchemaChangedError,
    ValueNotFoundError,
    ValueNotStorableError,
)
from tests.integration.io.people_table import EXACT, NUMBERS, load, store
from tests.postgres_server import postgres_server


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_server() as url:
        yield url


@pytest.fixture
def url(server: str) -> str:
    """The server, with no tables of tests before."""
    with psycopg.connect(server) as connection:
        found = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information)'"
        ).fetchall()
        for (schema,) in found:
            connection.execute(f'DROP SCHEMA "{schema}" CASCADE')
        connection.execute("CREATE SCHEMA public")
    return server


@pytest.fixture
def tables(url: str) -> DbIOManager:
    return hw.PostgresIOManager(url=url).create_io_manager(build_init_resource_context())


def query(url: str, sql: str) -> list[Any]:
    with psycopg.connect(url) as connection:
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize(
    "value",
    [
        pd.DataFrame(NUMBERS),
        pl.DataFrame(NUMBERS),
        pl.LazyFrame(NUMBERS),
        pa.table(NUMBERS),
        (frame for frame in [pl.DataFrame(NUMBERS)[:1], pl.DataFrame(NUMBERS)[1:]]),
    ],
    ids=["pandas", "polars", "lazy", "arrow", "stream"],
)
def test_each_library_stores_and_every_other_loads(tables: DbIOManager, url: str, value: Any) -> None:
    metadata = store(tables, value)
    assert metadata["dagster/row_count"].value == 3
    assert metadata["dagster/table_name"].value == "postgres.public.people"
    assert metadata["headwater/bytes"].value > 0
    assert metadata["headwater/seconds"].value > 0
    assert query(url, 'SELECT "città %s?" FROM people ORDER BY id') == [
        (each,) for each in NUMBERS["città %s?"]
    ]
    assert load(tables, pl.DataFrame).to_dict(as_series=False) == NUMBERS
    assert load(tables, pa.Table).to_pydict() == NUMBERS
    assert load(tables, pl.LazyFrame).filter(pl.col("id") > 1).collect().height == 2
    assert pl.concat(load(tables, Iterator[pl.DataFrame])).height == 3
    assert load(tables, pd.DataFrame)["id"].tolist() == [1, 2, 3]


@pytest.mark.parametrize("name", EXACT)
def test_types_come_back_as_they_were(tables: DbIOManager, name: str) -> None:
    table = pa.table({"spalte ü": EXACT[name]})
    store(tables, table)
    loaded = load(tables, pa.Table)
    assert loaded.schema.field(0).type == table.schema.field(0).type
    assert loaded.to_pydict() == table.to_pydict()


@pytest.mark.parametrize(
    "column",
    [
        pa.array([1], pa.timestamp("ns")),
        pa.array([[datetime.date(2024, 1, 1)]]),
        pa.array(["\0"]),
        pa.array([[float("nan")]]),
    ],
    ids=["nanoseconds", "dates in lists", "NUL", "NaN in lists"],
)
def test_what_would_be_lost_is_refused_and_the_table_stays(tables: DbIOManager, column: pa.Array) -> None:
    store(tables, pa.table({"c": [1]}))
    with pytest.raises(ValueNotStorableError, match='the asset "people" cannot be stored'):
        store(tables, pa.table({"c": column}))
    assert load(tables, pa.Table).to_pydict() == {"c": [1]}


# -- writing -----------------------------------------------------------------------------------------------------

PEOPLE = pl.DataFrame({"id": [1, 2], "name": ["Ada", "Bob"]})
MERGE = hw.TableOptions(write_mode="merge", keys=["id"])


def test_merge_append_and_partitions(tables: DbIOManager, url: str) -> None:
    store(tables, PEOPLE, MERGE)
    metadata = store(tables, pl.DataFrame({"id": [2, 3], "name": ["Bo", "Cy"]}), MERGE)
    assert (metadata["headwater/rows_inserted"].value, metadata["headwater/rows_updated"].value) == (1, 1)
    append = hw.TableOptions(write_mode="append")
    for run_id in ("one", "one", "two"):
        store(tables, PEOPLE[:1], append, run_id=run_id)
    assert query(url, "SELECT id, name FROM people ORDER BY 1") == [(1, "Ada")] * 3 + [(2, "Bo"), (3, "Cy")]
    store(tables, PEOPLE[:1], partition_key="1", metadata={"partition_expr": "id::text"})
    assert query(url, "SELECT count(*) FROM people") == [(3,)]


def test_contracts(tables: DbIOManager, url: str) -> None:
    evolve = hw.TableOptions(schema_contract="evolve", write_mode="append")
    store(tables, PEOPLE.with_columns(pl.col("id").cast(pl.Int16)), evolve)
    store(tables, pl.DataFrame({"id": [2**40], "email": ["c@x"]}), evolve)
    assert query(url, "SELECT id, name, email FROM people ORDER BY 1")[-1] == (2**40, None, "c@x")
    with pytest.raises(SchemaChangedError, match='"id" was bigint and is text'):
        store(tables, pl.DataFrame({"id": ["x"]}), evolve)
    with pytest.raises(SchemaChangedError, match='"name" text is missing'):
        store(tables, pl.DataFrame({"id": [1], "email": ["x"]}), hw.TableOptions(schema_contract="freeze"))
    store(tables, PEOPLE)
    assert query(url, "SELECT * FROM people ORDER BY id") == PEOPLE.rows()


def test_a_table_of_the_same_columns_keeps_its_views_and_its_readers(tables: DbIOManager, url: str) -> None:
    store(tables, PEOPLE)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE VIEW names AS SELECT name FROM people")
    with psycopg.connect(url) as reader:
        assert reader.execute("SELECT count(*) FROM people").fetchall() == [(2,)]
        store(tables, PEOPLE[:1])  # does not wait for the transaction that reads
    assert query(url, "SELECT * FROM names") == [("Ada",)]
    with pytest.raises(ValueNotStorableError, match="on which others depend"):
        store(tables, PEOPLE.with_columns(age=1))
    assert query(url, "SELECT * FROM names") == [("Ada",)]


def test_several_write_at_once(tables: DbIOManager, url: str) -> None:
    start = threading.Barrier(6)

    def write(number: int) -> None:
        start.wait()
        frame = pl.DataFrame({"id": [number, 100], "name": ["x", str(number)]})
        output = build_output_context(asset_key=["new schema", "people"], definition_metadata={"io": MERGE})
        tables.handle_output(output, frame)

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(write, range(6)))
    assert query(url, 'SELECT count(*), count(DISTINCT id) FROM "new schema".people') == [(7, 7)]


# -- queries -----------------------------------------------------------------------------------------------------


def test_queries_run_inside_the_database(url: str) -> None:
    @hw.asset(io_manager_key="tables")
    def people() -> pl.DataFrame:
        return PEOPLE

    @hw.asset(io_manager_key="tables")
    def found(people: hw.Table) -> hw.Sql:
        assert people.columns == ["id", "name"]
        assert people.where("name = {name}", name="O'Hara; DROP TABLE people").count() == 0
        assert people.limit(1).to_pandas().shape == (1, 2)
        return hw.Sql(
            "SELECT *, {note} AS note FROM {people} WHERE id IN {ids} AND name LIKE '%a'",
            people=people,
            ids=[1, 2],
            note="100% 'sure'",
        )

    @hw.asset(io_manager_key="tables")
    def broken(found: hw.Table) -> hw.Sql:
        return hw.Sql("SELECT 1 / (id - 1) AS n FROM {found}", found=found)

    resources = {"tables": hw.PostgresIOManager(url=url)}
    for _ in range(2):
        assert hw.materialize([people, found], resources=resources).success
    assert query(url, "SELECT * FROM found") == [(1, "Ada", "100% 'sure'")]
    with pytest.raises(ValueNotStorableError, match="Its query failed: division by zero"):
        hw.materialize([people, found, broken], resources=resources)


def test_a_resource_commits_at_the_end_or_not_at_all(url: str) -> None:
    resource = hw.PostgresResource(url=url)
    with resource.get_connection() as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS n")
    with pytest.raises(psycopg.errors.DivisionByZero), resource.get_connection() as connection:
        connection.execute("DELETE FROM t; SELECT 1/0")
    assert query(url, "SELECT * FROM t") == [(1,)]


# -- errors ------------------------------------------------------------------------------------------------------


def test_a_table_that_is_not_there_says_which(tables: DbIOManager) -> None:
    with pytest.raises(ValueNotFoundError, match=r"the table public\.people of postgresql://"):
        load(tables, pl.DataFrame)


def test_a_database_that_does_not_answer_is_named_without_its_password(tables: DbIOManager) -> None:
    manager = hw.PostgresIOManager(url="postgresql://etl@127.0.0.1:1/analytics", password="secret")
    assert "secret" not in repr(manager)
    with pytest.raises(
        DatabaseUnreachableError, match=r"postgresql://127\.0\.0\.1:1/analytics cannot be reached"
    ) as caught:
        store(manager.create_io_manager(build_init_resource_context()), PEOPLE)
    assert "secret" not in str(caught.value)


def test_a_user_that_is_refused_is_told_so(url: str) -> None:
    other = psycopg.conninfo.make_conninfo(url, user="nobody_at_all")
    with pytest.raises(
        DatabaseAccessError, match=r'No access to postgresql://.*"nobody_at_all" does not exist'
    ):
        load(hw.PostgresIOManager(url=other).create_io_manager(build_init_resource_context()), pl.DataFrame)


def test_names_that_postgres_would_cut_are_refused(tables: DbIOManager) -> None:
    with pytest.raises(ValueNotStorableError, match="at most 63 bytes"):
        store(tables, pl.DataFrame({"x" * 64: [1]}))
    with pytest.raises(ValueNotStorableError, match="more than 63 bytes"):
        store(tables, PEOPLE, hw.TableOptions(table="x" * 64))
