"""Files that ops keep as objects, in each object store; and objects that are replaced while they are read."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

import headwater as hw
from headwater.definitions.io_context import build_input_context, build_output_context
from headwater.io.adls2 import ADLS2PickleIOManager
from headwater.io.adls2_file_manager import ADLS2FileManager
from headwater.io.gcs import GCSPickleIOManager
from headwater.io.gcs_file_manager import GCSFileManager
from headwater.io.object_file_manager import ObjectFileManager
from headwater.io.object_store import ObjectReplaced, ObjectState
from headwater.io.s3 import S3PickleIOManager, S3Store
from headwater.io.s3_file_manager import S3FileHandle, S3FileManager, S3FileManagerResource, s3_file_manager
from headwater.model.errors import CheckError, ObjectChangedError
from tests.integration.io.object_servers import (
    AZURITE,
    BUCKET,
    ObjectServer,
    azurite,
    gcs_emulator,
    moto,
    rclone,
    s3_resource,
)

SERVERS: dict[str, Callable[[], AbstractContextManager[ObjectServer]]] = {
    "moto": moto,
    "rclone": rclone,
    "gcs": gcs_emulator,
    "azurite": azurite,
}
PREFIX = "files/of ops"
# The clients keep connections for as long as somebody has the client; which collection ends them is nobody's concern.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


@pytest.fixture(scope="module", params=["moto", "rclone", "gcs", AZURITE])
def server(request: pytest.FixtureRequest) -> Iterator[ObjectServer]:
    with SERVERS[request.param]() as made:
        yield made


@pytest.fixture
def manager(server: ObjectServer) -> ObjectFileManager[Any]:
    match server.manager():
        case S3PickleIOManager(s3_resource=resource):
            return S3FileManager(resource.get_client(), BUCKET, PREFIX)
        case GCSPickleIOManager(gcs=resource):
            return GCSFileManager(resource.get_client(), BUCKET, PREFIX)
        case ADLS2PickleIOManager(adls2=resource):
            return ADLS2FileManager(resource.blob_client, BUCKET, PREFIX)
    raise AssertionError(server.name)


def test_what_is_written_is_read(manager: ObjectFileManager[Any]) -> None:
    handle = manager.write_data(b"abc", ext="txt")
    assert handle.key.startswith("files/of ops/")
    assert handle.path_desc.endswith(handle.key)
    assert handle.key.endswith(".txt")
    assert manager.read_data(handle) == b"abc"
    assert manager.read_data(manager.write(io.BytesIO(b"def"))) == b"def"
    text = manager.write(io.StringIO("ä"), mode="w")
    assert text.key != handle.key
    with manager.read(text, mode="r") as file:
        assert file.read() == "ä"


def test_a_copy_goes_when_it_is_told_to(manager: ObjectFileManager[Any]) -> None:
    copy = manager.copy_handle_to_local_temp(manager.write_data(b"abc", ext="csv"))
    assert copy.endswith(".csv")
    assert Path(copy).read_bytes() == b"abc"
    manager.delete_local_temp()
    assert not os.path.exists(copy)


def test_what_is_no_file_of_the_store_is_refused(manager: ObjectFileManager[Any]) -> None:
    with pytest.raises(CheckError, match="Encode text first"):
        manager.write_data("abc")  # type: ignore[arg-type]  # that it is refused is what is shown
    with pytest.raises(CheckError, match=r"takes a .*FileHandle"):
        manager.read_data("x")
    with pytest.raises(FileNotFoundError):
        manager.read_data(manager.handle_of("nope"))


class Restless(S3Store):
    """A bucket in which another writer replaces the object after each look at it, ``times`` times."""

    times = 1

    def stat(self, key: str) -> ObjectState:
        state = super().stat(key)
        if self.times:
            self.times -= 1
            other = bytes([self.times]) * state.size
            self.put(key, io.BytesIO(other), len(other))
        return state


@pytest.mark.parametrize(
    "size",
    [
        pytest.param(1000, id="in one request"),
        pytest.param(20 * 2**20, id="in parts", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("name", ["moto", "rclone"])
def test_an_object_that_is_replaced_while_it_is_read_is_never_a_mixture(name: str, size: int) -> None:
    with SERVERS[name]() as server:
        store = Restless(s3_resource(server.endpoint).get_client(), BUCKET, "restless")
        store.publish("value", lambda file: file.write(b"\x09" * size))
        store.times = 2
        with store.open("value") as file:
            assert file.read() == b"\x00" * size
        with pytest.raises(ObjectReplaced):
            store.get("restless/value", io.BytesIO(), ObjectState(size, '"another"'))
        store.times = 99
        with pytest.raises(ObjectChangedError, match="s3://values/restless/value was replaced"):
            store.open("value")


def test_the_file_manager_is_a_resource() -> None:
    with moto() as server:
        resource = S3FileManagerResource(
            endpoint_url=server.endpoint,
            aws_access_key_id="key",
            aws_secret_access_key="a-secret",
            region_name="us-east-1",
            s3_bucket=BUCKET,
            s3_prefix="run",
        )

        @hw.op(required_resource_keys={"file_manager"})
        def keep(context: hw.OpExecutionContext) -> str:
            handle: S3FileHandle = context.resources.file_manager.write_data(b"kept")
            return handle.s3_path

        @hw.op
        def read(path: str) -> bytes:
            bucket, _, key = path.removeprefix("s3://").partition("/")
            return resource.get_client().read_data(S3FileHandle(bucket, key))

        @hw.job(resource_defs={"file_manager": resource})
        def by_class() -> None:
            read(keep())

        assert by_class.execute_in_process().output_for_node("read") == b"kept"
        config = {key: value for key, value in resource.model_dump().items() if value is not None}

        @hw.job(resource_defs={"file_manager": s3_file_manager.configured(config)})
        def by_function() -> None:
            read(keep())

        assert by_function.execute_in_process().output_for_node("read") == b"kept"
        values = server.manager()
        values.handle_output(build_output_context(asset_key="v"), 1)
        assert values.load_input(build_input_context(asset_key="v")) == 1
