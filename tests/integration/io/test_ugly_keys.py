"""Values under keys that nobody would choose, in files, objects and tables: distinct, confined, and they come back.

``HEADWATER_EXAMPLES`` says how many sets of keys are tried in the place of the few that every change is tested with.
"""

from __future__ import annotations

import os
import tempfile
import unicodedata
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.definitions.build_resources import build_init_resource_context
from headwater.definitions.io_context import build_input_context, build_output_context
from headwater.definitions.io_manager import IOManager
from headwater.io.duckdb_pandas import DuckDBPandasIOManager
from headwater.io.location import decode_path, encode_path
from headwater.io.pickled_files import PickledFiles
from headwater.model.errors import UnsafeKeyError
from tests.integration.io.object_servers import BUCKET, ObjectServer, moto, s3_resource
from tests.ugly_keys import key, part


def few(usual: int) -> settings:
    examples = int(os.environ.get("HEADWATER_EXAMPLES", usual))
    slow = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    return settings(max_examples=examples, deadline=None, suppress_health_check=slow)


keys = st.lists(key, min_size=1, max_size=5, unique=True)
partitions = st.lists(part.filter(bool), min_size=1, max_size=5, unique=True)


def store_and_load(manager: IOManager, all_of_them: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The keys that were taken: each holds itself, once all are stored; the others are refused by name."""
    taken = []
    for each in all_of_them:
        try:
            manager.handle_output(build_output_context(asset_key=list(each)), each)
        except UnsafeKeyError:
            continue
        taken.append(each)
    for each in taken:
        assert manager.load_input(build_input_context(asset_key=list(each))) == each
    return taken


@few(60)
@given(keys)
def test_files(these: list[tuple[str, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "above" / "root"
        taken = store_and_load(PickledFiles(root, lasting=False), these)
        assert taken == these  # a file system takes them all
        files = [path for path in Path(folder).rglob("*") if not path.is_dir()]
        assert len(files) == len(these)
        found = {tuple(decode_path(os.fspath(path.relative_to(root)))) for path in files}
        assert found == set(these)


@few(40)
@given(partitions)
def test_partitions_as_files(these: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        manager = PickledFiles(Path(folder) / "root", lasting=False)
        for each in these:
            manager.handle_output(build_output_context(asset_key="a", partition_key=each), each)
        for each in these:
            assert manager.load_input(build_input_context(asset_key="a", partition_key=each)) == each
        assert [path.name for path in Path(folder).iterdir()] == ["root"]


@pytest.fixture(scope="module")
def server() -> Iterator[ObjectServer]:
    with moto() as made:
        yield made


@few(12)
@given(keys)
def test_objects(server: ObjectServer, these: list[tuple[str, ...]]) -> None:
    client = s3_resource(server.endpoint).get_client()
    prefix = uuid.uuid4().hex[:8]  # the servers of one process share what they hold
    taken = store_and_load(server.manager(s3_prefix=prefix).inner_io_manager(), these)
    assert all(len(encode_path(each).encode()) > 1000 for each in set(these) - set(taken))
    listed = client.list_objects_v2(Bucket=BUCKET, Prefix=f"{prefix}/").get("Contents", [])
    assert {each["Key"] for each in listed} == {f"{prefix}/{encode_path(each)}" for each in taken}


def is_a_name(text: str) -> bool:
    """Whether a database takes it for a table: text with something in it, in UTF-8."""
    return bool(text) and not any(unicodedata.category(each) in ("Cs", "Cc") for each in text)


names = st.lists(part.filter(is_a_name), min_size=1, max_size=4, unique_by=str.casefold)


@few(5)
@given(names)
def test_tables(these: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = str(Path(folder) / "tables.duckdb")
        manager = DuckDBPandasIOManager(database=database).create_io_manager(build_init_resource_context())
        for each in these:
            manager.handle_output(build_output_context(asset_key=[each]), pd.DataFrame({"name": [each]}))
        for each in these:
            context = build_input_context(
                asset_key=[each], upstream_output=build_output_context(asset_key=[each])
            )
            assert manager.load_input(context)["name"].tolist() == [each]
        with duckdb.connect(database, read_only=True) as connection:
            found = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        assert {name for (name,) in found} == set(these)


@few(5)
@given(partitions.map(lambda each: [text for text in each if is_a_name(text)]).filter(bool))
def test_partitions_of_a_table(these: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = str(Path(folder) / "tables.duckdb")
        manager = DuckDBPandasIOManager(database=database).create_io_manager(build_init_resource_context())
        by_name = {"partition_expr": "name"}
        for number, each in enumerate(
            [*these, *these]
        ):  # each twice: the second takes the place of the first
            output = build_output_context(asset_key="t", partition_key=each, definition_metadata=by_name)
            manager.handle_output(output, pd.DataFrame({"name": [each], "number": [number]}))
        for number, each in enumerate(these, len(these)):
            upstream = build_output_context(asset_key="t", definition_metadata=by_name)
            context = build_input_context(asset_key="t", partition_key=each, upstream_output=upstream)
            assert manager.load_input(context).to_dict("records") == [{"name": each, "number": number}]
