"""Values in object stores, through the real clients and servers that speak the real protocols."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator

import pandas as pd
import polars as pl
import pytest

import headwater as hw
from headwater.definitions.io_context import build_input_context, build_output_context
from headwater.io.object_store import ObjectStore
from headwater.model.errors import (
    BucketNotFoundError,
    StoreAccessError,
    StoreUnreachableError,
    UnsafeKeyError,
    ValueNotFoundError,
    ValueNotStorableError,
)
from tests.integration.io.object_servers import (
    AZURITE,
    BUCKET,
    ObjectServer,
    azurite,
    gcs_emulator,
    moto,
    rclone,
)


@pytest.fixture(scope="module", params=["moto", "rclone", "gcs", AZURITE])
def server(request: pytest.FixtureRequest) -> Iterator[ObjectServer]:
    with {"moto": moto, "rclone": rclone, "gcs": gcs_emulator, "azurite": azurite}[request.param]() as made:
        yield made


@pytest.fixture
def prefix(request: pytest.FixtureRequest) -> str:
    return f"p{abs(hash(request.node.name))}"


def content(store: ObjectStore, path: str) -> bytes:
    with store.open(path) as file:
        return file.read()


def test_a_value_lies_at_its_key_and_comes_back(server: ObjectServer, prefix: str) -> None:
    @hw.asset(key_prefix="raw")
    def numbers() -> list[int]:
        return [1, 2, 3]

    @hw.asset(ins={"numbers": hw.AssetIn(key_prefix="raw")})
    def total(numbers: list[int]) -> int:
        return sum(numbers)

    field = next(name for name in type(server.manager()).model_fields if name.endswith("_prefix"))
    manager = server.manager(**{field: prefix})
    result = hw.materialize([numbers, total], resources={"io_manager": manager})
    assert result.output_for_node("total") == 6
    store = server.store(BUCKET, prefix)
    assert pickle.loads(content(store, "raw/numbers")) == [1, 2, 3]
    [made] = result.asset_materializations_for_node("total")
    assert made.metadata["path"].value == f"{prefix}/total"
    assert str(made.metadata["uri"].value).endswith(f"/{prefix}/total")


def test_frames_go_as_parquet_and_come_lazily(server: ObjectServer) -> None:
    rows = 1_500_000  # more than is kept in memory, and more than one part

    @hw.asset
    def large() -> pl.DataFrame:
        return pl.DataFrame({"n": range(rows), "x": [os.urandom(8)] * rows}).with_columns(
            y=pl.col("n").hash(1), z=pl.col("n").hash(2)
        )

    @hw.asset
    def streamed(large: Iterator[pd.DataFrame]) -> int:
        return sum(len(each) for each in large)

    @hw.asset
    def lazily(large: pl.LazyFrame) -> int:
        return int(large.filter(pl.col("n") >= 10).select(pl.len()).collect().item())

    manager = server.manager(format="auto")
    result = hw.materialize([large, streamed, lazily], resources={"io_manager": manager})
    assert result.output_for_node("streamed") == rows
    assert result.output_for_node("lazily") == rows - 10
    [made] = result.asset_materializations_for_node("large")
    assert int(str(made.metadata["headwater/bytes"].value)) > 2 * 2**23


def test_a_value_that_fails_to_be_stored_leaves_the_one_before(server: ObjectServer) -> None:
    manager = server.manager()
    manager.handle_output(build_output_context(asset_key="kept"), "before")
    with pytest.raises(ValueNotStorableError, match="What was stored before is unchanged"):
        manager.handle_output(build_output_context(asset_key="kept"), ["x" * 2**25, lambda: None])
    assert manager.load_input(build_input_context(asset_key="kept")) == "before"


@pytest.mark.parametrize(
    "key", [["a", "..", "b"], ["/a"], ["a/b"], ["a|b?c#d e+f&g=h%41"], ["größe ☂"], ["x" * 300], ["."]]
)
def test_ugly_keys_are_distinct_and_come_back(server: ObjectServer, key: list[str]) -> None:
    manager = server.manager()
    manager.handle_output(build_output_context(asset_key=key), key)
    assert manager.load_input(build_input_context(asset_key=key)) == key
    if not server.has_folders:
        manager.handle_output(build_output_context(asset_key=[*key, "below"]), "below")
        assert manager.load_input(build_input_context(asset_key=[*key, "below"])) == "below"
        assert manager.load_input(build_input_context(asset_key=key)) == key


def test_what_is_missing_is_told_by_name_and_command(server: ObjectServer) -> None:
    with pytest.raises(ValueNotFoundError, match="headwater asset materialize --select gone"):
        server.manager().load_input(build_input_context(asset_key="gone"))
    store = server.store(BUCKET, "p")
    assert not store.exists("gone")
    elsewhere = server.store("no-such-bucket", "p")
    for ask in (lambda: elsewhere.open("x"), lambda: elsewhere.publish("x", lambda file: file.write(b"x"))):
        with pytest.raises(BucketNotFoundError, match='There is no bucket "no-such-bucket"'):
            ask()


def test_credentials_that_are_refused_are_told_and_not_shown(server: ObjectServer) -> None:
    if server.intruder is None:
        pytest.skip(f"{server.name} lets everybody in")
    intruder = server.intruder()
    with pytest.raises(
        StoreAccessError, match=r"No access to .*Give the resource other credentials"
    ) as caught:
        intruder.handle_output(build_output_context(asset_key="a"), 1)
    for text in (str(caught.value), repr(intruder), repr(caught.value.__cause__)):
        assert "another-secret" not in text
        assert "YW5vdGhlcg==" not in text


def test_a_store_that_does_not_answer_is_told(server: ObjectServer) -> None:
    if server.nowhere is None:
        pytest.skip(f"the client of {server.name} tries for minutes")
    with pytest.raises(StoreUnreachableError, match="does not answer"):
        server.nowhere().handle_output(build_output_context(asset_key="a"), 1)


def test_a_key_that_no_store_takes_is_refused(server: ObjectServer) -> None:
    with pytest.raises(UnsafeKeyError, match="object stores take 1024"):
        server.manager().handle_output(build_output_context(asset_key="x" * 1100), 1)
