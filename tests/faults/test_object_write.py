"""SIGKILL at random moments of writes to an object store: the value before is readable, and nothing else is to be seen."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from headwater.definitions.io_context import build_input_context, build_output_context
from tests.faults import object_writer
from tests.integration.io.object_servers import BUCKET, ObjectServer, moto, rclone, s3_resource

pytestmark = [pytest.mark.faults, pytest.mark.slow]

KILLS = 8
SIZES = {"in one request": 5 * 2**20, "in parts": 40 * 2**20}
SECONDS = {"in one request": 0.6, "in parts": 2.5}


@pytest.fixture(scope="module", params=["moto", "rclone"])
def server(request: pytest.FixtureRequest) -> Iterator[ObjectServer]:
    with {"moto": moto, "rclone": rclone}[request.param]() as made:
        yield made


def kill_a_writer(endpoint: str, first: int, size: int, after_seconds: float) -> list[str]:
    command = [sys.executable, object_writer.__file__, endpoint, str(first), str(size)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = [process.stdout.readline().strip()]
        time.sleep(after_seconds)  # the moment of death is what the test varies
        process.kill()
        return [*said, *(line.strip() for line in process.stdout)]


@pytest.mark.parametrize("how", SIZES)
def test_a_killed_writer_leaves_a_whole_value(server: ObjectServer, how: str) -> None:
    size, moments = SIZES[how], random.Random(7)
    manager = object_writer.build_manager(server.endpoint)
    client = s3_resource(server.endpoint).get_client()
    manager.handle_output(build_output_context(asset_key="value"), bytes([0]) * size)
    last, ended = 0, 0
    for _ in range(KILLS):
        said = kill_a_writer(server.endpoint, last + 1, size, moments.uniform(0, SECONDS[how]))
        stored = [int(line.split()[1]) for line in said if line.startswith("stored")]
        begun = max(int(line.split()[1]) for line in said if line.startswith("begin"))
        ended += len(stored)
        listed = [each["Key"] for each in client.list_objects_v2(Bucket=BUCKET)["Contents"]]
        assert listed == ["dagster/value"]
        value = manager.load_input(build_input_context(asset_key="value"))
        assert len(value) == value.count(value[0]) == size
        last = max([last, *stored])
        assert value[0] in (last % 256, begun % 256)
        last = begun
        manager.handle_output(build_output_context(asset_key="value"), bytes([last % 256]) * size)
    assert ended > 0, "no write of a killed writer ended, so little was shown"
