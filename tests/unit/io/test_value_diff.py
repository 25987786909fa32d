"""What differs between two values."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from headwater.io.value_diff import diff_values


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame, pa.table])
def test_rows_and_columns_of_frames(frame: type) -> None:
    before = frame({"id": [1, 2, 3], "gone": ["a", "b", "c"], "kind": [1, 2, 3]})
    after = frame({"id": [1, 3, 4, 4], "new": [True, False, True, True], "kind": ["1", "2", "3", "4"]})
    found = diff_values(before, after)
    assert (found.unit, found.before, found.after) == ("rows", 3, 4)
    assert (found.removed_sample, found.added_sample) == ([{"id": 2}], [{"id": 4}, {"id": 4}])
    assert list(found.missing_columns) == ["gone"]
    assert found.new_columns == {"new": "bool"}
    assert found.changed_columns["kind"][0] == "int64"
    assert not found.is_equal
    assert diff_values(before, before).is_equal


def test_rows_that_moved_are_the_same_rows() -> None:
    rows = pd.DataFrame({"n": np.arange(200_000), "x": np.nan})
    found = diff_values(rows, pd.concat([rows[150_000:], rows[:150_000]], ignore_index=True))
    assert found.is_equal


def test_a_row_in_many_is_found() -> None:
    before = pa.table({"n": range(300_000)})
    after = pa.table({"n": [*range(250_000), -1, *range(250_001, 300_000)]})
    found = diff_values(before, after, sample=1)
    assert (found.removed, found.added) == (1, 1)
    assert (found.removed_sample, found.added_sample) == ([{"n": 250_000}], [{"n": -1}])


def test_lines_of_text_and_leaves_of_documents() -> None:
    text = diff_values("a\nb\nc", "a\nc\nc")
    assert (text.unit, text.removed_sample, text.added_sample) == ("lines", ["b"], ["c"])
    document = diff_values({"a": {"b": 1, "c": [1]}, "d": {}}, {"a": {"b": 2, "c": [1]}, "d": {}})
    assert (document.removed_sample, document.added_sample) == (["a.b: 1"], ["a.b: 2"])
    listed = diff_values([{"n": 1}, {"n": 2}], [{"n": 2}], sample=0)
    assert (listed.before, listed.after, listed.removed, listed.removed_sample) == (2, 1, 1, [])


def test_other_values_differ_as_wholes() -> None:
    before, after = np.zeros(10_000), np.zeros(10_000)
    assert diff_values(before, after).is_equal
    after[5_000] = 1  # its text does not show it
    assert diff_values(before, after).removed == 1
    assert diff_values(1, "one").unit == "values"
    assert diff_values(b"\x00", b"\x01").added == 1
