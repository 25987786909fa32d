"""Nanoseconds, which most databases do not keep: are there any that would be lost?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def find_loss(batch: Any, keeps_microseconds: Callable[[Any], bool]) -> str | None:
    """The first column of an Arrow batch or table with parts of microseconds, in words; None where there is none.

    ``keeps_microseconds`` says of a type whether the store has no more than these for it.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    for field in batch.schema:
        if not keeps_microseconds(field.type):
            continue
        counts = batch.column(field.name).cast(pa.int64())
        if pc.any(pc.not_equal(counts, pc.multiply(pc.divide(counts, 1000), 1000))).as_py():
            return f'The column "{field.name}" ({field.type}) has nanoseconds'
    return None


def has_nanoseconds(kind: Any) -> bool:
    """Whether a type of moments, times or durations counts nanoseconds."""
    import pyarrow as pa

    return pa.types.is_temporal(kind) and getattr(kind, "unit", "") == "ns"


def whole_microseconds(column: Any) -> Any:
    """A column without parts of microseconds, which Arrow refuses to drop by itself; they are allowed to be lost."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not has_nanoseconds(column.type):
        return column
    counts = column.cast(pa.int64())
    return pc.multiply(pc.divide(counts, 1000), 1000).cast(column.type)
