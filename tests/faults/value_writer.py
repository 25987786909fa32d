"""Processes that store values until they die: a program of its own, run by the tests beside it.

It reads commands from its standard input, and answers each in a forked child, which has all imports done:

``loop STORE PLACE NUMBER``
    stores NUMBER, NUMBER + 1, … for ever, and says of each when it begins and when it is stored.
``step STORE PLACE NUMBER CALL``
    stores NUMBER and dies of SIGKILL at the given one of the calls that reach the disk or the database.
``full STORE PLACE NUMBER BYTES``
    stores NUMBER where no file may be longer than BYTES.
``nobody STORE PLACE NUMBER``
    stores NUMBER as a user who may not write.

STORE is ``files``, ``versions`` (files that keep two), ``duckdb``, ``postgres``, ``s3``, ``delta`` or ``iceberg``; PLACE a
folder, a database, the URL of one with ``#`` and a schema, or that of a server with ``#`` and how many bytes a value has.
The program says ``end`` when the child has ended.
"""

from __future__ import annotations

import importlib
import itertools
import os
import resource
import signal
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import duckdb
import pandas as pd

from headwater.definitions.build_resources import build_init_resource_context
from headwater.definitions.io_context import build_input_context, build_output_context
from headwater.definitions.io_manager import IOManager
from headwater.io.db_io_manager import DbIOManager
from headwater.io.delta_pandas import DeltaLakePandasIOManager
from headwater.io.duckdb_file import DuckDBFile
from headwater.io.duckdb_pandas import DuckDBPandasTypeHandler
from headwater.io.duckdb_table import DuckDBTables
from headwater.io.file_options import FileOptions
from headwater.io.files import Files
from headwater.io.iceberg import IcebergCatalogConfig, PandasIcebergIOManager
from headwater.io.pickled_files import PickledFiles
from headwater.io.postgres import PostgresIOManager
from headwater.io.root import Root
from headwater.io.s3 import S3PickleIOManager
from headwater.io.s3_resource import S3Resource
from headwater.io.store import FolderStore

KEY = "value"
NOBODY = 65534
FILES = ("files", "versions")
CLIENTS = {
    "s3": "boto3.s3.transfer",
    "delta": "headwater.io.delta_table",
    "iceberg": "headwater.io.iceberg_table",
}
"""What takes long to import, by store."""


def build_manager(store: str, place: str) -> IOManager:
    if store == "files":
        return PickledFiles(place)
    if store == "versions":
        return Files(FolderStore(Root(place)), FileOptions(format="pickle", versions=2))
    if store == "postgres":
        url, _, schema = place.partition("#")
        return PostgresIOManager(url=url, schema=schema).create_io_manager(build_init_resource_context())
    if store == "s3":
        return _bucket(place.partition("#")[0])
    if store == "delta":
        return DeltaLakePandasIOManager(root_uri=place).create_io_manager(build_init_resource_context())
    if store == "iceberg":
        return _catalog(place).create_io_manager(build_init_resource_context())
    tables = DuckDBTables(DuckDBFile(place, patience_seconds=30))
    return DbIOManager(type_handlers=[DuckDBPandasTypeHandler()], db_client=tables, database=place)


def _catalog(place: str) -> PandasIcebergIOManager:
    os.makedirs(place, exist_ok=True)
    properties = {"type": "sql", "uri": f"sqlite:///{place}/catalog.db", "warehouse": f"file://{place}"}
    return PandasIcebergIOManager(name="lake", config=IcebergCatalogConfig(properties=properties))


@cache
def _bucket(endpoint: str) -> IOManager:
    """One manager, so that a write takes no longer for making a client."""
    resource = S3Resource(
        endpoint_url=endpoint,
        aws_access_key_id="key",
        aws_secret_access_key="a-secret",
        region_name="us-east-1",
    )
    return S3PickleIOManager(s3_resource=resource, s3_bucket="values")


def build_value(store: str, place: str, number: int) -> Any:
    """A value that takes several writes, and shows whether all of it belongs to one number."""
    if store == "s3":
        return [number, bytes([number % 256]) * int(place.partition("#")[2])]
    if store in FILES:
        return [number] * 50_000
    return pd.DataFrame({"number": [number] * 20_000, "text": [f"text {number}"] * 20_000})


def number_of(store: str, value: Any) -> int:
    """The number that the value was built from; raises where it is not whole."""
    if store in FILES:
        [number] = set(value)
        assert len(value) == 50_000
        return int(number)
    if store == "s3":
        number, content = value
        assert len(content) == content.count(number % 256)
        return int(number)
    assert len(value) == 20_000
    [number] = set(value["number"])
    assert set(value["text"]) == {f"text {number}"}
    return int(number)


def store_value(store: str, place: str, number: int) -> None:
    manager = build_manager(store, place)
    manager.handle_output(build_output_context(asset_key=KEY), build_value(store, place, number))


def load_value(store: str, place: str) -> int:
    upstream = build_output_context(asset_key=KEY)
    context = build_input_context(asset_key=KEY, upstream_output=upstream)
    return number_of(store, build_manager(store, place).load_input(context))


def say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


# -- what the child does -------------------------------------------------------------------------------------


def loop(store: str, place: str, number: str) -> None:
    for each in itertools.count(int(number)):
        say(f"begin {each}")
        store_value(store, place, each)
        say(f"stored {each}")


def step(store: str, place: str, number: str, call: str) -> None:
    calls = itertools.count()

    def mortal(function: Callable[..., Any]) -> Callable[..., Any]:
        """Dies before the call whose number it is, or just after it."""

        def called(*args: Any, **kwargs: Any) -> Any:
            if next(calls) == int(call):
                os.kill(os.getpid(), signal.SIGKILL)
            result = function(*args, **kwargs)
            if next(calls) == int(call):
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return called

    for name in ("open", "mkdir", "write", "fsync", "link", "replace", "rename", "unlink"):
        setattr(os, name, mortal(getattr(os, name)))
    connect = mortal(duckdb.connect)
    vars(duckdb)["connect"] = lambda *args, **kwargs: _Connection(connect(*args, **kwargs), mortal)
    store_value(store, place, int(number))
    say(f"stored {number}")


class _Connection:
    """A connection all of whose methods are mortal."""

    def __init__(self, connection: Any, mortal: Callable[..., Any]) -> None:
        self._connection = connection
        self._mortal = mortal

    def __getattr__(self, name: str) -> Any:
        return self._mortal(getattr(self._connection, name))


def full(store: str, place: str, number: str, longest: str) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(longest), resource.RLIM_INFINITY))
    _try_to_store(store, place, number)


def nobody(store: str, place: str, number: str) -> None:
    os.chdir(os.path.dirname(place))
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    _try_to_store(store, os.path.basename(place), number)


def _try_to_store(store: str, place: str, number: str) -> None:
    try:
        store_value(store, place, int(number))
    except Exception as error:
        say(f"{type(error).__name__}: {error} {getattr(error, '__notes__', '')}".replace("\n", " "))
        raise
    say(f"stored {number}")


COMMANDS: dict[str, Callable[..., None]] = {"loop": loop, "step": step, "full": full, "nobody": nobody}


def main() -> None:
    say("ready")
    for line in sys.stdin:
        name, *arguments = line.split()
        if arguments[0] in CLIENTS:  # children have it with them
            importlib.import_module(CLIENTS[arguments[0]])
        child = os.fork()
        if child == 0:
            say(f"pid {os.getpid()}")
            try:
                COMMANDS[name](*arguments)
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        say("end")


if __name__ == "__main__":
    main()
