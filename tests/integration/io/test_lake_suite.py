"""The public suite of behaviour, run against Delta Lake and Iceberg, in folders and in a bucket of S3."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any, ClassVar

import polars as pl
import pytest

from headwater.testing import IOManagerSuite
from tests.integration.io.lakes import BUCKETS, LAKES, opened
from tests.integration.io.object_servers import ObjectServer, moto_alone


class LakeSuite(IOManagerSuite):
    values = tuple(pl.DataFrame({"n": [number, number + 1], "t": ["ü", ""]}) for number in range(2))
    python_type = pl.DataFrame
    unstorable = pl.DataFrame({"a": [{}]})
    kind = "delta"
    has_partitions = False  # a table needs a column that tells them apart, which these values have not

    def make(self, tmp_path: Path) -> Any:
        return opened(LAKES[self.kind](tmp_path))

    def same(self, one: pl.DataFrame, other: pl.DataFrame) -> bool:
        return one.equals(other)


class TestDelta(LakeSuite):
    pass


class TestIceberg(LakeSuite):
    kind = "iceberg"


class BucketSuite(LakeSuite):
    server: ObjectServer
    running: ClassVar[contextlib.ExitStack]

    @classmethod
    def setup_class(cls) -> None:
        cls.running = contextlib.ExitStack()
        cls.server = cls.running.enter_context(moto_alone())

    @classmethod
    def teardown_class(cls) -> None:
        cls.running.close()

    def make(self, tmp_path: Path) -> Any:
        return opened(BUCKETS[self.kind](tmp_path, self.server.endpoint))


@pytest.mark.slow
class TestDeltaInBucket(BucketSuite):
    pass


@pytest.mark.slow
class TestIcebergInBucket(BucketSuite):
    kind = "iceberg"
