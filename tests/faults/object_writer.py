"""Stores numbers in a bucket of S3, one after the other, until it is killed: ``object_writer.py ENDPOINT FIRST SIZE``.

Each value is SIZE times its number, so that a loaded one shows whether all of it belongs together.
"""

from __future__ import annotations

import itertools
import sys

from headwater.definitions.io_context import build_output_context
from headwater.io.s3 import S3PickleIOManager
from headwater.io.s3_resource import S3Resource

BUCKET = "values"


def build_manager(endpoint: str) -> S3PickleIOManager:
    resource = S3Resource(
        endpoint_url=endpoint,
        aws_access_key_id="key",
        aws_secret_access_key="a-secret",
        region_name="us-east-1",
    )
    return S3PickleIOManager(s3_resource=resource, s3_bucket=BUCKET)


def main() -> None:
    endpoint, first, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    manager = build_manager(endpoint)
    for number in itertools.count(first):
        print("begin", number, flush=True)
        manager.handle_output(build_output_context(asset_key="value"), bytes([number % 256]) * size)
        print("stored", number, flush=True)


if __name__ == "__main__":
    main()
