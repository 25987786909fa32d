"""The formats of files: what goes in comes back, in each library, whole and in streams."""

from __future__ import annotations

import datetime
import io
import itertools
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, cast

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from headwater.io.file_format import FORMATS, format_for, resolve_format
from headwater.model.errors import DagsterInvalidDefinitionError, ValueNotStorableError

EXACT = ("parquet", "arrow")
FRAMES = (*EXACT, "csv", "jsonl")


@pytest.fixture(autouse=True)
def _files_in_a_folder_of_the_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def write(
    name: str, value: Any, annotation: Any = Any, compression: str | None = None
) -> tuple[BinaryIO, Any]:
    file = cast(BinaryIO, tempfile.NamedTemporaryFile(delete=False))  # noqa: SIM115 - what reads it closes it
    known = resolve_format(name).write(value, file, annotation, compression)
    file.seek(0)
    return file, known


def read(name: str, file: BinaryIO, wanted: Any, compression: str | None = None) -> Any:
    return resolve_format(name).read(file, wanted, compression)


def round_trip(name: str, value: Any, wanted: Any, compression: str | None = None) -> Any:
    file, _ = write(name, value, wanted, compression)
    return read(name, file, wanted, compression)


TABLE = pa.table(
    {
        "number": pa.array([1, None, 3], pa.int64()),
        "größe": pa.array([0.5, 1.5, None], pa.float64()),
        "text": pa.array(["a", "", "ü"], pa.string()),
    }
)

POLARS = pl.DataFrame(TABLE)

TYPES = pa.table(
    {
        "zoned": pa.array(
            [datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)], pa.timestamp("ns", "Europe/Zurich")
        ),
        "nanoseconds": pa.array([1_600_000_000_123_456_789], pa.timestamp("ns")),
        "decimal": pa.array([Decimal("12345678901234567890.123456")], pa.decimal128(38, 6)),
        "big": pa.array([2**63 - 1], pa.int64()),
        "unsigned": pa.array([2**64 - 1], pa.uint64()),
        "nested": pa.array([{"a": [1, 2]}], pa.struct({"a": pa.list_(pa.int32())})),
        "nothing": pa.array([None], pa.string()),
        "day": pa.array([datetime.date(48399 % 9999, 1, 1)], pa.date32()),
        "日本": pa.array([b"\x00\xff"], pa.binary()),
    }
)


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize("table", [TYPES, TYPES.slice(0, 0)], ids=["rows", "empty"])
def test_exact_formats_keep_every_type(name: str, table: pa.Table) -> None:
    back = round_trip(name, table, pa.Table)
    assert back.schema == table.schema
    assert back.equals(table)


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_goes_in_from_any_library_and_comes_out_as_any(name: str) -> None:
    values = [TABLE, TABLE.to_pandas(), POLARS, POLARS.lazy(), TABLE.to_reader()]
    for value, wanted in itertools.product(values, (pd.DataFrame, pl.DataFrame, pl.LazyFrame, pa.Table)):
        if isinstance(value, pa.RecordBatchReader):
            value = TABLE.to_reader()
        file, known = write(name, value)
        assert known["rows"] == 3
        back = read(name, file, wanted)
        assert isinstance(back, wanted)
        frame = back.collect() if isinstance(back, pl.LazyFrame) else back
        rows = pl.DataFrame(frame).to_dicts() if not isinstance(frame, pl.DataFrame) else frame.to_dicts()
        assert [row["number"] for row in rows] in ([1, None, 3], [1.0, None, 3.0])
        assert [row["größe"] for row in rows] == [0.5, 1.5, None]
        assert [row["text"] or "" for row in rows] == ["a", "", "ü"]


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("compression", [None, "gzip"])
def test_streams_of_frames_go_in_and_come_out_batch_by_batch(name: str, compression: str | None) -> None:
    frames = (pd.DataFrame({"n": range(start, start + 10), "t": "x"}) for start in range(0, 100, 10))
    file, known = write(name, frames, Iterator[pd.DataFrame], compression)
    assert known["rows"] == 100
    back = read(name, file, Iterator[pd.DataFrame], compression)
    first = next(back)
    assert isinstance(first, pd.DataFrame)
    assert [*first["n"], *(n for each in back for n in each["n"])] == list(range(100))
    assert file.closed


@pytest.mark.parametrize("name", EXACT)
def test_a_reader_reads_on_demand(name: str) -> None:
    file, _ = write(name, TABLE)
    reader = read(name, file, pa.RecordBatchReader)
    assert isinstance(reader, pa.RecordBatchReader)
    assert not file.closed
    assert reader.read_all().equals(TABLE)


def test_pandas_keeps_its_index_in_parquet() -> None:
    frame = pd.DataFrame({"a": [1, 2]}, index=pd.Index(["x", "y"], name="key"))
    pd.testing.assert_frame_equal(round_trip("parquet", frame, pd.DataFrame), frame)


def test_a_frame_of_a_stream_that_does_not_fit_says_how() -> None:
    frames = iter([pd.DataFrame({"a": [1]}), pd.DataFrame({"a": ["x"], "b": [1]})])
    with pytest.raises(ValueNotStorableError, match=r"Frame 2 .*b \(int64\) is new; a was int64 and is"):
        write("parquet", frames)
    with pytest.raises(ValueNotStorableError, match="ended without a frame"):
        write("parquet", iter([]))


def test_a_column_that_a_format_has_no_form_for_is_refused() -> None:
    with pytest.raises(ValueNotStorableError, match=r"nested columns \(nested\)"):
        write("csv", TYPES)
    with pytest.raises(ValueNotStorableError, match="no type for"):
        write("parquet", pd.DataFrame({"a": [1, "x", object()]}))
    with pytest.raises(ValueNotStorableError, match="It is a int, and a parquet file holds"):
        write("parquet", 1)


# -- plain values --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("compression", [None, "gzip"])
@pytest.mark.parametrize(
    ("name", "value", "annotation"),
    [
        ("text", "ü\r\n", str),
        ("bytes", b"\x00\xff", bytes),
        ("json", {"a": [1, 0.1, None, True, {"ü": "x"}]}, dict),
        ("json", {"day": datetime.date(2020, 1, 1)}, dict[str, datetime.date]),
        ("jsonl", [{"a": 1}, {"a": None}], list),
        ("pickle", {1, 2}, set),
    ],
)
def test_plain_values_come_back(name: str, value: Any, annotation: Any, compression: str | None) -> None:
    assert round_trip(name, value, annotation, compression) == value


@pytest.mark.parametrize("value", [{1: "a"}, {"a": (1, 2)}, {"a": float("nan")}, {"a": {1}}, {"a": object()}])
def test_json_refuses_what_would_come_back_as_something_else(value: dict[Any, Any]) -> None:
    with pytest.raises(ValueNotStorableError):
        write("json", value, dict)


def test_bytes_stream_in_pieces() -> None:
    file, _ = write("bytes", iter([b"ab", b"c"]), Iterator[bytes], "gzip")
    pieces = read("bytes", file, Iterator[bytes], "gzip")
    assert b"".join(pieces) == b"abc"


@pytest.mark.parametrize(("name", "value"), [("text", b"x"), ("bytes", "x")])
def test_a_value_of_another_type_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ValueNotStorableError):
        write(name, value)


def test_the_same_content_gives_the_same_bytes() -> None:
    contents = []
    for _ in range(2):
        file = io.BytesIO()
        resolve_format("text").write("x" * 1000, file, str, "gzip")
        contents.append(file.getvalue())
    assert contents[0] == contents[1]


# -- which format --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("annotation", "name"),
    [
        (pd.DataFrame, "parquet"),
        (pl.LazyFrame, "parquet"),
        (pa.RecordBatchReader, "parquet"),
        (Iterator[pd.DataFrame], "parquet"),
        (pd.DataFrame | None, "parquet"),
        (str, "text"),
        (bytes, "bytes"),
        (Iterator[bytes], "bytes"),
        (dict, "json"),
        (dict[str, int], "json"),
        (list[int], "json"),
        (int, "pickle"),
        (Any, "pickle"),
        (set[int], "pickle"),
    ],
)
def test_the_annotation_decides(annotation: Any, name: str) -> None:
    assert format_for(annotation) == name


def test_an_unknown_format_names_those_that_there_are() -> None:
    with pytest.raises(DagsterInvalidDefinitionError, match="pickle, parquet, arrow"):
        resolve_format("parket")
    assert all(resolve_format(name).name == name for name in FORMATS)
