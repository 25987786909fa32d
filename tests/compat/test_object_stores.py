"""The same program with values in S3 here and on a real Dagster: the same objects, and the same recorded about them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.compat.document import clean_environment, without_evidence
from tests.compat.oracle import HERE, Oracle
from tests.integration.io.object_servers import moto

PROGRAM = HERE / "object_stores" / "s3_values.py"


def outcome(command: list[str], bucket: str, endpoint: str) -> dict[str, Any]:
    environment = {**clean_environment(), "S3_ENDPOINT": endpoint, "S3_BUCKET": bucket}
    done = subprocess.run(
        [*command, str(PROGRAM)], env=environment, capture_output=True, text=True, timeout=120, cwd=os.curdir
    )
    assert done.returncode == 0, done.stderr
    shown: dict[str, Any] = {}
    for line in done.stdout.splitlines():
        shown |= json.loads(line.replace(bucket, "BUCKET"))
    return without_evidence(shown)  # type: ignore[no-any-return]


@pytest.mark.oracle
def test_the_same_objects_as_dagster_makes() -> None:
    with moto() as server:
        ours = outcome([sys.executable, "-m", "headwater.compat"], "ours", server.endpoint)
        expected = outcome([str(Oracle("aws", "aws-1.13.27").python)], "theirs", server.endpoint)
    assert ours["objects"] == expected["objects"]
    assert ours == expected
