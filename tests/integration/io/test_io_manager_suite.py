"""The public suite of behaviour, run against our own I/O managers for files, objects and memory."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pandas as pd
from upath import UPath

from headwater.definitions.init_resource_context import InitResourceContext
from headwater.definitions.io_context import InputContext, OutputContext
from headwater.io.filesystem import FilesystemIOManager
from headwater.io.memory import InMemoryIOManager
from headwater.io.upath import UPathIOManager
from headwater.testing import IOManagerSuite
from tests.integration.io.object_servers import ObjectServer, moto

FRAMES = tuple(pd.DataFrame({"n": [number, number + 1], "t": ["ü", ""]}) for number in range(2))


class FrameSuite(IOManagerSuite):
    values = FRAMES
    python_type = pd.DataFrame
    unstorable = pd.DataFrame({"a": [1, object()]})
    form = "parquet"

    def make(self, tmp_path: Path) -> Any:
        manager = FilesystemIOManager(base_dir=str(tmp_path), format=self.form)
        return manager.create_io_manager(InitResourceContext())

    def same(self, one: pd.DataFrame, other: pd.DataFrame) -> bool:
        return one.fillna("").to_dict("list") == other.to_dict("list")


class TestParquet(FrameSuite):
    pass


class TestCsv(FrameSuite):
    form = "csv"


class TestJsonLines(FrameSuite):
    form = "jsonl"


class TestPickle(IOManagerSuite):
    values = ([1], {"a": 1}, None)
    unstorable = staticmethod(lambda: None)

    def make(self, tmp_path: Path) -> Any:
        return FilesystemIOManager(base_dir=str(tmp_path)).create_io_manager(InitResourceContext())


class TestMemory(IOManagerSuite):
    values = ([1], [2])
    manager = InMemoryIOManager()

    def make(self, tmp_path: Path) -> Any:
        return self.manager


class Texts(UPathIOManager):
    extension = ".txt"

    def dump_to_path(self, context: OutputContext, obj: Any, path: UPath) -> None:
        path.write_text(obj)

    def load_from_path(self, context: InputContext, path: UPath) -> str:
        return path.read_text()


class TestOwnOverPaths(IOManagerSuite):
    values = ("one", "two")
    unstorable = 3

    def make(self, tmp_path: Path) -> Any:
        return Texts(base_path=UPath(tmp_path))


class TestS3(IOManagerSuite):
    values = ({"a": 1}, [2])
    unstorable = staticmethod(lambda: None)
    server: ObjectServer
    running = contextlib.ExitStack()

    @classmethod
    def setup_class(cls) -> None:
        cls.server = cls.running.enter_context(moto())

    @classmethod
    def teardown_class(cls) -> None:
        cls.running.close()

    def make(self, tmp_path: Path) -> Any:
        return self.server.manager(s3_prefix=str(tmp_path))
