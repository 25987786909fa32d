"""Tables that tests of databases store, with all types that must come back, and how they store and load them."""

from __future__ import annotations

import datetime
import decimal
from typing import Any

import pyarrow as pa

import headwater as hw
from headwater.definitions.dagster_type import resolve_dagster_type
from headwater.definitions.io_context import build_input_context, build_output_context
from headwater.io.db_io_manager import DbIOManager

NUMBERS: dict[str, list[Any]] = {
    "id": [1, 2, 3],
    "ratio": [0.1, None, 2.5],
    "città %s?": ['à\n"x"', None, ""],
}

EXACT: dict[str, pa.Array] = {
    "zoned": pa.array([0, 1_700_000_000_123_456, None], pa.timestamp("us", "Europe/Berlin")),
    "moments": pa.array([-1, 1_700_000_000_123_456, None], pa.timestamp("us")),
    "nanoseconds that are microseconds": pa.array([5_000, None], pa.timestamp("ns")),
    "seconds": pa.array([0, None], pa.timestamp("s")),
    "decimal": pa.array([decimal.Decimal("1.20"), None], pa.decimal128(12, 2)),
    "long decimal": pa.array([decimal.Decimal("9" * 36 + ".99"), None], pa.decimal128(38, 2)),
    "large integers": pa.array([2**64 - 1, 0, None], pa.uint64()),
    "small integers": pa.array([-128, 127, None], pa.int8()),
    "float32": pa.array([1.5, None, float("-inf")], pa.float32()),
    "float64": pa.array([0.1 + 0.2, None, float("inf"), 5e-324], pa.float64()),
    "date": pa.array([datetime.date(1, 1, 1), None, datetime.date(9999, 12, 31)], pa.date32()),
    "time": pa.array([datetime.time(23, 59, 59, 999_999), None], pa.time64("us")),
    "time in seconds": pa.array([0, 86_399, None], pa.time32("s")),
    "duration": pa.array([datetime.timedelta(days=-3, microseconds=5), None], pa.duration("us")),
    "text": pa.array(["", None, "naïve 日本 🦆", "\\.", "a,b", '"', "\r\n", "\\N"], pa.large_string()),
    "bytes": pa.array([b"", None, b"\x00\xff"], pa.binary()),
    "fixed bytes": pa.array([b"abcd", None], pa.binary(4)),
    "categories": pa.array(["a", None, "b", "a"]).dictionary_encode(),
    "lists": pa.array([[1, None], [], None], pa.list_(pa.int64())),
    "structs": pa.array([{"a": 1, "b": "x"}, None], pa.struct({"a": pa.int16(), "b": pa.string()})),
    "nothing": pa.nulls(3),
    "nothing of a type": pa.nulls(3, pa.int16()),
    "booleans": pa.array([True, None, False]),
    "no rows": pa.array([], pa.timestamp("ms", "UTC")),
}


def store(
    manager: DbIOManager, value: Any, options: hw.TableOptions | None = None, **context: Any
) -> dict[str, Any]:
    metadata = {**context.pop("metadata", {}), **({"io": options} if options else {})}
    output = build_output_context(asset_key="people", definition_metadata=metadata, **context)
    manager.handle_output(output, value)
    return dict(output.get_logged_metadata())


def load(manager: DbIOManager, annotation: Any, **context: Any) -> Any:
    upstream = build_output_context(asset_key="people", **context)
    kind = resolve_dagster_type(annotation)
    return manager.load_input(
        build_input_context(asset_key="people", upstream_output=upstream, dagster_type=kind)
    )
