"""Servers that speak the protocols of object stores, on this machine: two for S3, one each for Google and Azure."""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from headwater.io.adls2 import ADLS2PickleIOManager, ADLS2Store
from headwater.io.adls2_resource import ADLS2Key, ADLS2Resource
from headwater.io.gcs import GCSPickleIOManager, GCSStore
from headwater.io.gcs_resource import GCSResource
from headwater.io.object_io_manager import ObjectIOManager
from headwater.io.object_store import ObjectStore
from headwater.io.s3 import S3PickleIOManager, S3Store
from headwater.io.s3_resource import S3Resource
from tests.integration.io.azurite_program import azurite_command

BUCKET = "values"
AZURITE = pytest.param("azurite", marks=pytest.mark.slow)  # the first time it is installed, 180 MB
AZURITE_ACCOUNT = "devstoreaccount1"
AZURITE_KEY = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="  # public
)


@dataclass(frozen=True)
class ObjectServer:
    """A running server: a store in its bucket, an I/O manager over it, and resources that may not or cannot get in."""

    name: str
    store: Callable[[str, str], ObjectStore]
    manager: Callable[..., ObjectIOManager]
    intruder: Callable[[], ObjectIOManager] | None = None
    nowhere: Callable[[], ObjectIOManager] | None = None
    endpoint: str = ""
    has_folders: bool = False
    """Whether `a` cannot be an object beside `a/b`: so it is where objects are files in folders, as rclone keeps them."""


# -- S3 ------------------------------------------------------------------------------------------------------


def s3_resource(endpoint: str, **changes: Any) -> S3Resource:
    given = {"aws_access_key_id": "key", "aws_secret_access_key": "a-secret", "region_name": "us-east-1"}
    return S3Resource(**{"endpoint_url": endpoint, "max_attempts": 2, **given, **changes})


def s3_server(name: str, endpoint: str, *, checks_signatures: bool) -> ObjectServer:
    resource = s3_resource(endpoint)
    client = resource.get_client()
    if BUCKET not in {each["Name"] for each in client.list_buckets()["Buckets"]}:
        client.create_bucket(Bucket=BUCKET)

    def manager(**options: Any) -> ObjectIOManager:
        return S3PickleIOManager(s3_resource=resource, s3_bucket=BUCKET, **options)

    def other(**changes: Any) -> ObjectIOManager:
        return S3PickleIOManager(s3_resource=s3_resource(endpoint, **changes), s3_bucket=BUCKET)

    return ObjectServer(
        name,
        lambda bucket, prefix: S3Store(client, bucket, prefix),
        manager,
        (lambda: other(aws_secret_access_key="another-secret")) if checks_signatures else None,
        lambda: other(endpoint_url="http://127.0.0.1:9"),
        endpoint=endpoint,
        has_folders=name == "rclone",
    )


@contextlib.contextmanager
def moto() -> Iterator[ObjectServer]:
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield s3_server("moto", f"http://{host}:{port}", checks_signatures=False)
    finally:
        server.stop()
        gc.collect()  # clients that nobody has any more still hold connections


_MOTO_ALONE = """
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
server.start()
print(*server.get_host_and_port(), flush=True)
input()
"""


@contextlib.contextmanager
def moto_alone() -> Iterator[ObjectServer]:
    """Moto in a process of its own, for clients that let no other thread of theirs run while they wait."""
    command = [sys.executable, "-W", "ignore", "-c", _MOTO_ALONE]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, text=True, **pipes) as process:  # type: ignore[call-overload]
        try:
            host, port = process.stdout.readline().split()
            yield s3_server("moto", f"http://{host}:{port}", checks_signatures=False)
        finally:
            process.kill()


@contextlib.contextmanager
def rclone() -> Iterator[ObjectServer]:
    program = Path(sys.executable).parent / "rclone"
    command = [str(program), "serve", "s3", "--auth-key", "key,a-secret", "--addr", "127.0.0.1:0", ":memory:"]
    environment = {**os.environ, "RCLONE_CONFIG": os.devnull}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stderr is not None
            address = next(filter(None, (re.search(r"http://[\d.:]+", line) for line in process.stderr)))
            yield s3_server("rclone", address[0], checks_signatures=True)
        finally:
            process.kill()
            gc.collect()  # clients that nobody has any more still hold connections


# -- Google and Azure ----------------------------------------------------------------------------------------


@contextlib.contextmanager
def gcs_emulator() -> Iterator[ObjectServer]:
    from gcp_storage_emulator.server import create_server

    server = create_server("127.0.0.1", 0, in_memory=True, default_bucket=BUCKET)
    server.start()
    before = os.environ.get("STORAGE_EMULATOR_HOST")
    port = server._api._httpd.server_address[1]
    os.environ["STORAGE_EMULATOR_HOST"] = f"http://127.0.0.1:{port}"
    try:
        resource = GCSResource(project="test")
        client = resource.get_client()
        yield ObjectServer(
            "gcs",
            lambda bucket, prefix: GCSStore(client, bucket, prefix),
            lambda **options: GCSPickleIOManager(gcs=resource, gcs_bucket=BUCKET, **options),
        )
    finally:
        server.stop()
        os.environ.pop("STORAGE_EMULATOR_HOST")
        if before is not None:
            os.environ["STORAGE_EMULATOR_HOST"] = before


@contextlib.contextmanager
def azurite() -> Iterator[ObjectServer]:
    program = azurite_command()
    if isinstance(program, str):
        pytest.skip(program)
    command = [
        *program,
        "--blobPort",
        "0",
        "--skipApiVersionCheck",
        "--inMemoryPersistence",
        "--disableTelemetry",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = next(filter(None, (re.search(r"listens on (\S+)", line) for line in process.stdout)))
            url = f"{address[1]}/{AZURITE_ACCOUNT}"

            def resource(key: str) -> ADLS2Resource:
                return ADLS2Resource(
                    storage_account=AZURITE_ACCOUNT, credential=ADLS2Key(key=key), account_url=url
                )

            client = resource(AZURITE_KEY).blob_client
            client.create_container(BUCKET)
            yield ObjectServer(
                "azurite",
                lambda bucket, prefix: ADLS2Store(client, bucket, prefix),
                lambda **options: ADLS2PickleIOManager(
                    adls2=resource(AZURITE_KEY), adls2_file_system=BUCKET, **options
                ),
                lambda: ADLS2PickleIOManager(adls2=resource("YW5vdGhlcg=="), adls2_file_system=BUCKET),
            )
        finally:
            process.kill()
