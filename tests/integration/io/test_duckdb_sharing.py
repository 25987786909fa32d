"""A DuckDB file that others have open: waited for, for a while, and then named."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from headwater.definitions.build_resources import build_init_resource_context
from headwater.definitions.io_context import build_input_context, build_output_context
from headwater.io import patience
from headwater.io.db_io_manager import DbIOManager
from headwater.io.duckdb_pandas import DuckDBPandasIOManager
from headwater.io.duckdb_resource import DuckDBResource
from headwater.model.errors import DatabaseLockedError, ValueNotFoundError

HOLD = "import duckdb, sys; connection = duckdb.connect(sys.argv[1]); print('held', flush=True); input()"


@pytest.fixture
def database(tmp_path: Path) -> str:
    return str(tmp_path / "flights.duckdb")


def tables(database: str, **config: Any) -> DbIOManager:
    return DuckDBPandasIOManager(database=database, **config).create_io_manager(build_init_resource_context())


def store(manager: DbIOManager, number: int, key: str = "flights") -> None:
    manager.handle_output(build_output_context(asset_key=key), pd.DataFrame({"number": [number]}))


def load(manager: DbIOManager, key: str = "flights") -> list[int]:
    upstream = build_output_context(asset_key=key)
    frame = manager.load_input(build_input_context(asset_key=key, upstream_output=upstream))
    numbers: list[int] = frame["number"].tolist()
    return numbers


@contextmanager
def held_by_another_process(database: str, program: str = HOLD) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", program, database]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        if process.poll() is None:
            process.stdin.close()


def test_a_process_that_keeps_the_file_locked_is_named_after_a_while(database: str) -> None:
    manager = tables(database, patience_seconds=0.3)
    store(manager, 1)
    with held_by_another_process(database) as holder:
        for use in (lambda: store(manager, 2), lambda: load(manager)):
            with pytest.raises(DatabaseLockedError) as caught:
                use()
            assert f"locked by process {holder.pid} ({sys.executable} -c import duckdb" in str(caught.value)
            assert "after waiting 0.3 s" in str(caught.value)
            assert caught.value.pid == holder.pid
            assert 0.3 <= caught.value.waited_seconds < 5
    assert load(manager) == [1]


def test_a_long_wait_is_told_in_the_log(
    database: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(patience, "WORTH_TELLING_SECONDS", 0.05)
    manager = tables(database, patience_seconds=0.3)
    store(manager, 1)
    with held_by_another_process(database) as holder, caplog.at_level("INFO"):
        for use in (lambda: store(manager, 2), lambda: load(manager)):
            caplog.clear()
            with pytest.raises(DatabaseLockedError):
                use()
            assert (
                caplog.text.count(f"Waiting for the DuckDB file {database}, which process {holder.pid} (")
                == 1
            )


def test_a_file_that_is_released_in_time_is_written(database: str) -> None:
    with held_by_another_process(database) as holder:
        assert holder.stdin is not None
        release = threading.Timer(0.3, holder.stdin.close)
        release.start()
        store(tables(database), 5)
        release.join()
    assert load(tables(database)) == [5]


STORE = """
import sys, pandas
from headwater.definitions.build_resources import build_init_resource_context
from headwater.definitions.io_context import build_output_context
from headwater.io.duckdb_pandas import DuckDBPandasIOManager, DuckDBPandasTypeHandler

class Slow(DuckDBPandasTypeHandler):
    def handle_output(self, *given):
        print("held", flush=True)
        sys.stdin.readline()
        return super().handle_output(*given)

class Tables(DuckDBPandasIOManager):
    @staticmethod
    def type_handlers():
        return [Slow()]

tables = Tables(database=sys.argv[1]).create_io_manager(build_init_resource_context())
tables.handle_output(build_output_context(asset_key="slow", run_id="run-7"), pandas.DataFrame({"number": [1]}))
"""


def test_who_stores_a_value_is_named_with_the_asset_and_the_run(database: str) -> None:
    manager = tables(database, patience_seconds=0.2)
    store(manager, 1)
    with held_by_another_process(database, STORE) as holder, pytest.raises(DatabaseLockedError) as caught:
        store(manager, 2)
    assert f"process {holder.pid} ({sys.executable} -c" in str(caught.value)
    assert 'storing the asset "slow" in the run run-7)' in str(caught.value)
    assert holder.returncode == 0
    assert load(manager, "slow") == [1]


def test_a_writer_that_is_killed_leaves_the_file_to_others(database: str) -> None:
    manager = tables(database, patience_seconds=20)
    store(manager, 1)
    with held_by_another_process(database, STORE) as holder:
        waiting = ThreadPoolExecutor(1).submit(store, manager, 2)
        holder.kill()
        waiting.result()
    assert load(manager) == [2]
    with pytest.raises(ValueNotFoundError):
        load(manager, "slow")


def test_a_writer_in_another_process_gets_its_turn_among_readers(database: str) -> None:
    manager = tables(database)
    store(manager, 1)
    with ThreadPoolExecutor(4) as threads:
        program = STORE.replace("sys.stdin.readline()", "pass")
        command = [sys.executable, "-c", program, database]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as writer:
            while writer.poll() is None:  # never a moment in which nobody here reads
                assert list(threads.map(lambda _: load(manager), range(8))) == [[1]] * 8
    assert writer.returncode == 0
    assert load(manager, "slow") == [1]


def test_several_processes_read_at_once(database: str) -> None:
    store(tables(database), 1)
    program = HOLD.replace("sys.argv[1]", "sys.argv[1], read_only=True")
    command = [sys.executable, "-c", program, database]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        assert load(tables(database, patience_seconds=0)) == [1]
        assert process.stdin is not None
        process.stdin.close()


def test_threads_store_and_load_in_one_file(database: str) -> None:
    manager = tables(database)

    def work(thread: int) -> None:
        for turn in range(5):
            store(manager, 100 * thread + turn, f"table_{thread}")
            assert load(manager, f"table_{thread}") == [100 * thread + turn]

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(work, range(6)))


def test_values_are_stored_and_loaded_while_the_own_code_has_the_file_open(database: str) -> None:
    manager = tables(database)
    with DuckDBResource(database=database).get_connection() as connection:
        connection.execute("CREATE TABLE main.mine AS SELECT 1 AS id")
        store(manager, 1)
        assert load(manager) == [1]
        assert connection.execute("SELECT number FROM public.flights").fetchall() == [(1,)]
    with duckdb.connect(database) as connection:
        store(manager, 2)
        assert load(manager) == [2]


def test_own_code_that_opened_the_file_in_another_way_is_named(database: str) -> None:
    manager = tables(database, patience_seconds=0.1)
    store(manager, 1)
    with duckdb.connect(database, read_only=True):
        assert load(manager) == [1]
        with pytest.raises(DatabaseLockedError, match="this process, where other code has opened it"):
            store(manager, 2)


def test_a_resource_waits_and_names_too(database: str) -> None:
    resource = DuckDBResource(database=database, patience_seconds=0.1)
    with (
        held_by_another_process(database) as holder,
        pytest.raises(DatabaseLockedError, match=f"process {holder.pid}"),
        resource.get_connection(),
    ):
        pass
    with resource.get_connection() as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS id")


def test_a_resource_in_memory_begins_empty_each_time() -> None:
    resource = DuckDBResource(database=":memory:")
    for _ in range(2):
        with resource.get_connection() as connection:
            connection.execute("CREATE TABLE t AS SELECT 1 AS id")


def test_settings_reach_the_connection(database: str) -> None:
    resource = DuckDBResource(database=database, connection_config={"threads": 1})
    with resource.get_connection() as connection:
        assert connection.execute("SELECT current_setting('threads')").fetchall() == [(1,)]


def test_handlers_of_ones_own_work_within_the_transaction(database: str) -> None:
    from headwater.io.db_io_manager import DbTypeHandler
    from headwater.io.duckdb import build_duckdb_io_manager
    from headwater.io.table_slice import TableSlice

    class Numbers(DbTypeHandler[list[int]]):
        """Writes as handlers for Dagster do: into a table that was emptied before."""

        def handle_output(
            self, context: Any, table_slice: TableSlice, obj: list[int], connection: Any
        ) -> None:
            table = f"{table_slice.schema}.{table_slice.table}"
            connection.execute(f"CREATE TABLE IF NOT EXISTS {table} (number BIGINT)")
            for number in obj:
                connection.execute(f"INSERT INTO {table} VALUES (?)", [number])
            if -1 in obj:
                raise RuntimeError("half-way")

        def load_input(self, context: Any, table_slice: TableSlice, connection: Any) -> list[int]:
            rows = connection.execute(f"SELECT number FROM {table_slice.schema}.{table_slice.table}")
            return [row[0] for row in rows.fetchall()]

        @property
        def supported_types(self) -> list[type[Any]]:
            return [list]

    context = build_init_resource_context(config={"database": database})
    manager = build_duckdb_io_manager([Numbers()])(context)
    output = build_output_context(asset_key="numbers")
    for numbers in ([1, 2], [3]):
        output = build_output_context(asset_key="numbers")
        manager.handle_output(output, numbers)
    assert set(output.get_logged_metadata()) == {
        "Query",
        "dagster/table_name",
        "headwater/format",
        "headwater/seconds",
    }
    with pytest.raises(RuntimeError, match="half-way"):
        manager.handle_output(build_output_context(asset_key="numbers"), [4, -1])
    upstream = build_output_context(asset_key="numbers")
    loaded = manager.load_input(build_input_context(asset_key="numbers", upstream_output=upstream))
    assert loaded == [3]
