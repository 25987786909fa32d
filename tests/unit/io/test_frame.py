"""Frames of three libraries: what an annotation means, and the way from one to another."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from typing import Annotated, Any, Optional

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from headwater.io.frame import FrameType, column_difference, frame_type_of, row_groups


@pytest.mark.parametrize(
    ("annotation", "wanted"),
    [
        (pd.DataFrame, ("pandas", "whole")),
        (Optional[pd.DataFrame], ("pandas", "whole")),  # noqa: UP045 - as users write it
        (Annotated[pl.DataFrame, "x"], ("polars", "whole")),
        (pl.LazyFrame, ("polars", "lazy")),
        (pa.Table, ("arrow", "whole")),
        (pa.RecordBatchReader, ("arrow", "reader")),
        (Iterator[pa.RecordBatch], ("batch", "batches")),
        (Iterable[pd.DataFrame], ("pandas", "batches")),
        (Generator[pl.DataFrame, None, None], ("polars", "batches")),
        (Iterator[int], None),
        (dict[str, pd.DataFrame], None),
        (pd.Series, None),
        (Any, None),
        (int, None),
    ],
)
def test_what_an_annotation_means(annotation: Any, wanted: tuple[str, Any] | None) -> None:
    assert frame_type_of(annotation) == (FrameType(*wanted) if wanted else None)


def test_small_batches_become_row_groups() -> None:
    batches = [pa.record_batch({"n": list(range(1000))}) for _ in range(250)]
    assert [table.num_rows for table in row_groups(batches)] == [100_000, 100_000, 50_000]


def test_schemas_differ_in_words() -> None:
    before = pa.schema([("a", pa.int64()), ("b", pa.string())])
    after = pa.schema([("a", pa.string()), ("c", pa.string())])
    assert column_difference(before, after) == "b is gone; c (string) is new; a was int64 and is string"
