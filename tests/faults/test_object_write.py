"""SIGKILL at random moments of writes to an object store: the value before is readable, and nothing else is to be seen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.killed_writes import check_kills, kills_or
from tests.faults.value_writers import ValueWriters, value_writers
from tests.integration.io.object_servers import BUCKET, ObjectServer, moto, rclone, s3_resource

pytestmark = [
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),  # of clients that keep connections
]

SIZES = {"in one request": 2 * 2**20, "in parts": 20 * 2**20}
WAYS = 4
FEW = 10
"""So many kills may all come too early for a write to end."""


@pytest.fixture(scope="module", params=["moto", "rclone"])
def server(request: pytest.FixtureRequest) -> Iterator[ObjectServer]:
    with {"moto": moto, "rclone": rclone}[request.param]() as made:
        yield made


@pytest.fixture(scope="module")
def writers() -> Iterator[ValueWriters]:
    with value_writers() as running:
        yield running


@pytest.mark.parametrize("how", SIZES)
def test_a_killed_writer_leaves_a_whole_value(writers: ValueWriters, server: ObjectServer, how: str) -> None:
    client = s3_resource(server.endpoint).get_client()

    def find_strays() -> bool:
        listed = [each["Key"] for each in client.list_objects_v2(Bucket=BUCKET)["Contents"]]
        return listed != ["dagster/value"]

    place, kills = f"{server.endpoint}#{SIZES[how]}", kills_or(4, share=WAYS)
    ended = check_kills(writers, "s3", place, kills=kills, find_strays=find_strays)
    if kills > FEW:
        assert ended > 0, "no write of a killed writer ended, so little was shown"
