"""Delta Lake and Iceberg in a bucket, through their own clients and two servers of S3; what goes wrong says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import headwater as hw
from headwater.model.errors import BucketNotFoundError, StoreAccessError, StoreUnreachableError
from tests.integration.io.lakes import BUCKETS, asked, load, opened, store
from tests.integration.io.object_servers import ObjectServer, moto_alone, rclone

PEOPLE = pl.DataFrame({"id": [1, 2], "name": ["Ada", "Bob"]})
NOISE = pl.DataFrame({"id": range(100_000)}).with_columns(pl.col("id").hash(7).alias("noise"))
"""Enough for a file of which clients ask for parts."""
MERGE = hw.TableOptions(write_mode="merge", keys=["id"])
APPEND = hw.TableOptions(write_mode="append")


@pytest.fixture(scope="module")
def server() -> Iterator[ObjectServer]:
    with moto_alone() as made:
        yield made


@pytest.mark.parametrize("kind", BUCKETS)
def test_a_table_in_a_bucket(server: ObjectServer, kind: str, tmp_path: Path) -> None:
    manager = BUCKETS[kind](tmp_path, server.endpoint)
    told = store(opened(manager), PEOPLE)
    assert str(told["table_uri"]).startswith(f"s3://values/{tmp_path.name}")
    store(opened(manager), pl.DataFrame({"id": [2, 3], "name": ["Bo", "Cy"]}), MERGE)
    for _ in range(2):
        store(opened(manager), PEOPLE[:1], APPEND, run_id="one")
    lake = opened(manager)
    assert sorted(load(lake, pl.DataFrame).rows()) == [(1, "Ada"), (1, "Ada"), (2, "Bo"), (3, "Cy")]
    assert load(lake, pl.LazyFrame).select(pl.len()).collect().item() == 4
    first = lake.list_versions(asked(pl.DataFrame))[0]
    lake.restore_version(asked(pl.DataFrame), first.version_id)
    assert load(opened(manager), pl.DataFrame).rows() == PEOPLE.rows()


def nowhere(kind: str, folder: Path, endpoint: str) -> Any:
    manager = BUCKETS[kind](folder, endpoint)
    if kind == "delta":
        return manager.model_copy(update={"root_uri": "s3://nowhere/lake"})
    properties = {**manager.config.properties, "warehouse": "s3://nowhere/lake"}
    return hw.IcebergIOManager(name="lake", config=hw.IcebergCatalogConfig(properties=properties))


@pytest.mark.parametrize("kind", BUCKETS)
def test_a_bucket_that_is_not_there(server: ObjectServer, kind: str, tmp_path: Path) -> None:
    with pytest.raises(BucketNotFoundError, match='There is no bucket "nowhere"'):
        store(opened(nowhere(kind, tmp_path, server.endpoint)), PEOPLE)


@pytest.mark.slow  # the clients try again and again
@pytest.mark.parametrize("kind", BUCKETS)
def test_a_server_that_does_not_answer(kind: str, tmp_path: Path) -> None:
    with pytest.raises(StoreUnreachableError, match="does not answer"):
        store(opened(BUCKETS[kind](tmp_path, "http://127.0.0.1:9")), PEOPLE)


@pytest.mark.slow
@pytest.mark.parametrize("kind", BUCKETS)
def test_a_key_that_is_refused(kind: str, tmp_path: Path) -> None:
    with rclone() as server:
        manager = BUCKETS[kind](tmp_path, server.endpoint, secret_access_key="another-secret")
        with pytest.raises(StoreAccessError, match="No access to s3://") as caught:
            store(opened(manager), PEOPLE)
    assert "another-secret" not in str(caught.value)
    assert "another-secret" not in repr(manager)


@pytest.mark.slow
def test_a_server_that_checks_signatures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With Iceberg only: deltalake does not take how this server answers a request for a part of a file."""
    monkeypatch.setenv(
        "AWS_REQUEST_CHECKSUM_CALCULATION", "WHEN_REQUIRED"
    )  # it takes none behind what is sent
    with rclone() as server:
        manager = BUCKETS["iceberg"](tmp_path, server.endpoint)
        store(opened(manager), NOISE)
        store(opened(manager), NOISE, APPEND, run_id="one")
        total = load(opened(manager), pl.LazyFrame).select(pl.col("id").sum()).collect().item()
        assert total == 2 * sum(range(100_000))
        lake = opened(manager)
        lake.restore_version(asked(pl.DataFrame), lake.list_versions(asked(pl.DataFrame))[0].version_id)
        assert load(opened(manager), pl.DataFrame).equals(NOISE)
