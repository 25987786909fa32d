"""Write modes and schema contracts of tables, over a real DuckDB file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest

import headwater as hw
from headwater.definitions.build_resources import build_init_resource_context
from headwater.definitions.dagster_type import resolve_dagster_type
from headwater.definitions.io_context import build_input_context, build_output_context
from headwater.io.db_io_manager import DbIOManager
from headwater.io.table_options import TableOptions
from headwater.model.errors import (
    CheckError,
    DagsterInvalidDefinitionError,
    SchemaChangedError,
    ValueNotStorableError,
)


@pytest.fixture
def database(tmp_path: Path) -> str:
    return str(tmp_path / "people.duckdb")


@pytest.fixture
def tables(database: str) -> DbIOManager:
    return hw.DuckDBIOManager(database=database).create_io_manager(build_init_resource_context())


def store(
    tables: DbIOManager, value: Any, options: TableOptions | None = None, **context: Any
) -> dict[str, Any]:
    metadata = {**context.pop("metadata", {}), **({"io": options} if options else {})}
    output = build_output_context(asset_key="people", definition_metadata=metadata, **context)
    tables.handle_output(output, value)
    return dict(output.get_logged_metadata())


def rows_of(database: str, table: str = "public.people") -> list[Any]:
    with duckdb.connect(database, read_only=True) as connection:
        return connection.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall()


def types_of(database: str) -> dict[str, str]:
    with duckdb.connect(database, read_only=True) as connection:
        return {row[0]: row[1] for row in connection.execute("DESCRIBE public.people").fetchall()}


PEOPLE = pl.DataFrame({"id": [1, 2], "name": ["Ada", "Bob"]})
MERGE = TableOptions(write_mode="merge", keys=["id"])
APPEND = TableOptions(write_mode="append")
AS_VALUES = pytest.mark.parametrize(
    "as_value",
    [lambda frame: frame, lambda frame: frame.to_pandas(), lambda frame: iter([frame])],
    ids=["polars", "pandas", "stream"],
)


# -- merging -----------------------------------------------------------------------------------------------------


@AS_VALUES
def test_merging_replaces_rows_of_the_same_keys_and_adds_others(
    tables: DbIOManager, database: str, as_value: Any
) -> None:
    store(tables, as_value(PEOPLE), MERGE)
    metadata = store(tables, as_value(pl.DataFrame({"name": ["Bo", "Cy"], "id": [2, 3]})), MERGE)
    assert rows_of(database) == [(1, "Ada"), (2, "Bo"), (3, "Cy")]
    assert metadata["dagster/row_count"].value == 3
    assert metadata["headwater/rows_inserted"].value == 1
    assert metadata["headwater/rows_updated"].value == 1


def test_merging_columns_in_part_keeps_the_others(tables: DbIOManager, database: str) -> None:
    store(tables, pl.DataFrame({"id": [1], "name": ["Ada"], "age": [36]}), MERGE)
    store(tables, pl.DataFrame({"id": [1, 2], "age": [37, 5]}), MERGE)
    assert rows_of(database) == [(1, "Ada", 37), (2, None, 5)]


def test_a_query_may_be_merged(tables: DbIOManager, database: str) -> None:
    store(tables, PEOPLE, MERGE)
    store(tables, hw.Sql("SELECT 2 AS id, {name} AS name", name="Bo"), MERGE)
    assert rows_of(database) == [(1, "Ada"), (2, "Bo")]


@pytest.mark.parametrize("ids", [[1, 1], [1, None]])
def test_keys_that_tell_no_rows_apart_are_refused(
    tables: DbIOManager, database: str, ids: list[int | None]
) -> None:
    store(tables, PEOPLE, MERGE)
    with pytest.raises(ValueNotStorableError, match=r"merged by the key \['id'\]"):
        store(tables, pl.DataFrame({"id": ids, "name": ["x", "y"]}), MERGE)
    with pytest.raises(CheckError, match="has no column 'id'"):
        store(tables, pl.DataFrame({"name": ["x"]}), MERGE)
    assert rows_of(database) == PEOPLE.rows()


# -- appending ---------------------------------------------------------------------------------------------------


@AS_VALUES
def test_a_run_appends_once_however_often_it_is_tried(
    tables: DbIOManager, database: str, as_value: Any
) -> None:
    for run_id in ("one", "one"):
        store(tables, as_value(PEOPLE), APPEND, run_id=run_id)
    assert rows_of(database) == PEOPLE.rows()
    metadata = store(tables, as_value(PEOPLE), APPEND, run_id="two")
    assert len(rows_of(database)) == 4
    assert metadata["dagster/row_count"].value == 4
    assert metadata["headwater/rows_inserted"].value == 2


def test_a_step_that_is_tried_again_after_it_has_appended_does_not_double(database: str) -> None:
    tries = []

    class Failing(hw.DuckDBIOManager):
        def create_io_manager(self, context: Any) -> Any:
            manager = super().create_io_manager(context)
            handle_output = manager.handle_output

            def failing(context: Any, obj: Any) -> None:
                handle_output(context, obj)
                tries.append(obj)
                if len(tries) == 1:
                    raise ConnectionError("lost after the commit")

            vars(manager)["handle_output"] = failing
            return manager

    @hw.asset(io_manager_key="tables", metadata={"io": APPEND}, retry_policy=hw.RetryPolicy(max_retries=1))
    def people() -> pl.DataFrame:
        return PEOPLE

    assert hw.materialize([people], resources={"tables": Failing(database=database)}, raise_on_error=False)
    assert rows_of(database) == PEOPLE.rows()


def test_partitions_are_appended_each_for_itself(tables: DbIOManager, database: str) -> None:
    for name in ("Ada", "Bob", "Bob"):
        store(
            tables,
            PEOPLE.filter(pl.col("name") == name),
            APPEND,
            run_id="one",
            partition_key=name,
            metadata={"partition_expr": "name"},
        )
    assert rows_of(database) == PEOPLE.rows()


def test_a_run_of_several_partitions_stores_them_one_by_one(tables: DbIOManager, database: str) -> None:
    def store_days(value: Any) -> dict[str, Any]:
        metadata = {"partition_expr": "name", "io": APPEND}
        output = build_output_context(asset_key="people", run_id="range", definition_metadata=metadata)
        output._partition_keys = ["Ada", "Bob"]
        tables.handle_output(output, value)
        return dict(output.get_logged_metadata())

    by_name = {name: PEOPLE.filter(pl.col("name") == name) for name in ("Ada", "Bob")}
    with pytest.raises(CheckError, match=r'gave no value for 1 of 2 partitions.*"Bob"'):
        store_days({"Ada": by_name["Ada"]})
    assert rows_of(database) == [(1, "Ada")]  # what was made is kept
    assert store_days(by_name)["partitions_stored"].value == 2
    assert rows_of(database) == PEOPLE.rows()


# -- contracts ---------------------------------------------------------------------------------------------------

CHANGED = pl.DataFrame({"id": [3], "email": ["c@x"]})


def test_a_table_that_is_replaced_takes_the_new_columns(tables: DbIOManager, database: str) -> None:
    store(tables, PEOPLE)
    store(tables, CHANGED)
    assert rows_of(database) == [(3, "c@x")]


@pytest.mark.parametrize("mode", ["replace", "append"])
def test_a_frozen_table_refuses_with_the_difference(tables: DbIOManager, database: str, mode: Any) -> None:
    options = TableOptions(schema_contract="freeze", write_mode=mode)
    store(tables, PEOPLE, options)
    with pytest.raises(
        SchemaChangedError, match=r'"people" cannot be stored\. .*"name" VARCHAR is missing'
    ) as caught:
        store(tables, CHANGED, options)
    assert caught.value.missing == {"name": "VARCHAR"}
    assert caught.value.new == {"email": "VARCHAR"}
    with pytest.raises(SchemaChangedError, match='"id" was BIGINT and is DOUBLE') as caught:
        store(tables, pl.DataFrame({"id": [1.5], "name": ["x"]}), options)
    assert caught.value.changed == {"id": ("BIGINT", "DOUBLE")}
    assert rows_of(database) == PEOPLE.rows()
    store(tables, pl.DataFrame({"name": ["Cy"], "id": pl.Series([3], dtype=pl.Int8)}), options)
    assert types_of(database) == {"id": "BIGINT", "name": "VARCHAR"}


@AS_VALUES
def test_an_evolving_table_gets_columns_and_wider_types(
    tables: DbIOManager, database: str, as_value: Any
) -> None:
    options = TableOptions(schema_contract="evolve", write_mode="append")
    store(tables, as_value(PEOPLE.with_columns(pl.col("id").cast(pl.Int16))), options)
    store(tables, as_value(pl.DataFrame({"id": [2**40], "email": ["c@x"]})), options)
    assert rows_of(database) == [(1, "Ada", None), (2, "Bob", None), (2**40, None, "c@x")]
    assert types_of(database)["id"] == "BIGINT"
    with pytest.raises(SchemaChangedError, match='"id" was BIGINT and is VARCHAR'):
        store(tables, as_value(pl.DataFrame({"id": ["x"]})), options)


def test_a_partition_may_replace_the_columns_of_the_table(tables: DbIOManager, database: str) -> None:
    metadata = {"partition_expr": "id"}
    options = TableOptions(schema_contract="replace")
    store(tables, PEOPLE[:1], options, partition_key="1", metadata=metadata)
    store(tables, CHANGED, options, partition_key="3", metadata=metadata)
    assert rows_of(database) == [(1, None), (3, "c@x")]


def test_evolving_a_table_that_is_replaced_keeps_its_columns(tables: DbIOManager, database: str) -> None:
    options = TableOptions(schema_contract="evolve")
    store(tables, PEOPLE, options)
    store(tables, CHANGED, options)
    assert rows_of(database) == [(3, None, "c@x")]


# -- options -----------------------------------------------------------------------------------------------------


def test_options_name_the_table(tables: DbIOManager, database: str) -> None:
    store(tables, PEOPLE, TableOptions(table="all people", schema_name="crm"))
    assert rows_of(database, 'crm."all people"') == PEOPLE.rows()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"write_mode": "upsert"}, "write_mode: Input should be 'replace', 'append' or 'merge'"),
        ({"write_mode": "merge"}, "needs keys="),
        ({"keys": ["id"]}, 'belong to write_mode="merge"'),
        ({"colour": "red"}, "colour: Extra inputs are not permitted"),
    ],
)
def test_options_that_cannot_be_meant_are_refused_where_they_stand(
    given: dict[str, Any], message: str
) -> None:
    with pytest.raises(DagsterInvalidDefinitionError, match=message):
        TableOptions(**given)


def test_handlers_that_write_themselves_cannot_be_told_how(tmp_path: Path) -> None:
    class Words(hw.DbTypeHandler[str]):
        def handle_output(self, context: Any, table_slice: Any, obj: str, connection: Any) -> None: ...
        def load_input(self, context: Any, table_slice: Any, connection: Any) -> str:
            return ""

        @property
        def supported_types(self) -> list[type[Any]]:
            return [str]

    context = build_init_resource_context(config={"database": str(tmp_path / "words.duckdb")})
    manager = hw.build_duckdb_io_manager([Words()])(context)
    with pytest.raises(
        DagsterInvalidDefinitionError, match='write_mode="append", but Words writes its tables itself'
    ):
        store(manager, "word", APPEND)


@pytest.mark.parametrize("name", ["crm", "headwater", "public"])
def test_a_file_may_have_the_name_of_a_schema(tmp_path: Path, name: str) -> None:
    manager = hw.DuckDBIOManager(database=str(tmp_path / f"{name}.duckdb")).create_io_manager(
        build_init_resource_context()
    )
    for run_id in ("one", "two"):
        output = build_output_context(
            asset_key=["crm", "people"], run_id=run_id, definition_metadata={"io": APPEND}
        )
        manager.handle_output(output, PEOPLE)
    upstream = build_output_context(asset_key=["crm", "people"])
    for wanted in (pl.DataFrame, hw.Table):
        context = build_input_context(
            asset_key=["crm", "people"], upstream_output=upstream, dagster_type=resolve_dagster_type(wanted)
        )
        loaded = manager.load_input(context)
        assert (loaded.height if isinstance(loaded, pl.DataFrame) else loaded.to_polars().height) == 4


def test_pandas_and_polars_write_the_same_table(tables: DbIOManager, database: str) -> None:
    store(tables, pd.DataFrame({"id": [1], "name": ["Ada"]}), APPEND)
    store(tables, PEOPLE[1:], APPEND)
    assert rows_of(database) == PEOPLE.rows()
