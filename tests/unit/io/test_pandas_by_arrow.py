"""What comes from DuckDB to pandas by Arrow is what DuckDB itself would have made of it, nulls and all."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest

from headwater.io.pandas_by_arrow import goes_by_arrow, read_by_arrow, reads_by_arrow, to_arrow

pytestmark = pytest.mark.skipif(
    int(pd.__version__.partition(".")[0]) < 3, reason="pandas has texts in Arrow's memory since 3.0"
)

VALUES = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT"), "-1"),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"), "1"),
    **dict.fromkeys(("FLOAT", "DOUBLE"), "1.5"),
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_MS", "TIMESTAMP_NS"), "'2024-01-01 01:00:00.5'"),
    "TIMESTAMP_S": "'2024-01-01 01:00:00'",
    "BOOLEAN": "true",
    "VARCHAR": "'é'",
}


@pytest.mark.parametrize("rows", [["value"], ["value", "NULL"], ["NULL"], []], ids=str)
@pytest.mark.parametrize("type_", VALUES)
def test_columns_come_as_duckdb_gives_them(type_: str, rows: list[str]) -> None:
    listed = ", ".join(f"({VALUES[type_] if row == 'value' else row}::{type_})" for row in rows or ["NULL"])
    query = f"SELECT x FROM (VALUES {listed}) AS given(x)" + ("" if rows else " LIMIT 0")
    with duckdb.connect() as connection:
        assert reads_by_arrow([type_])
        frame = read_by_arrow(connection, connection.sql(query))
        pd.testing.assert_frame_equal(frame, connection.sql(query).df())


def test_frames_go_as_duckdb_reads_them() -> None:
    frame = pd.DataFrame({
        "text": ["a", None],
        "number": [1, 2],
        "ratio": [float("nan"), float("inf")],
        "flag": [True, False],
        "moment": pd.to_datetime(["2024-01-01", "NaT"]),
    })  # fmt: skip
    assert goes_by_arrow(frame)
    with duckdb.connect() as connection:
        own, by_arrow = connection.from_df(frame), connection.from_arrow(to_arrow(frame))
        assert by_arrow.types == own.types
        assert by_arrow.fetchall() == own.fetchall()


def test_columns_that_arrow_knows_otherwise_keep_to_duckdb() -> None:
    frame = pd.DataFrame({"text": ["a"], "kind": pd.Categorical(["b"])})
    assert not goes_by_arrow(frame)
    assert not goes_by_arrow(frame.assign(kind=[b"c"]))
    assert not reads_by_arrow(["VARCHAR", "DATE"])
