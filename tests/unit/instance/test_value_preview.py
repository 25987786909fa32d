"""The beginning of a value, whatever it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from headwater.instance.value_preview import preview_value


def test_records_are_a_table_with_all_their_names() -> None:
    shown = preview_value([{"a": 1, "b": "x"}, {"a": 2, "c": None}, {"a": 3}], 2)
    assert shown.columns == ["a", "b", "c"]
    assert shown.rows == [["1", "x", ""], ["2", "", "None"]]
    assert (shown.row_count, shown.is_cut, shown.type_name) == (3, True, "list")


def test_frames_of_every_library_show_their_first_rows() -> None:
    pandas, polars, arrow = map(pytest.importorskip, ("pandas", "polars", "pyarrow"))
    data = {"n": [1, 2, 3], "t": ["a", "b", "c"]}
    frames = [pandas.DataFrame(data), polars.DataFrame(data), polars.LazyFrame(data), arrow.table(data)]
    for frame in frames:
        shown = preview_value(frame, 2)
        assert (shown.columns, shown.rows) == (["n", "t"], [["1", "a"], ["2", "b"]]), type(frame)
        assert shown.is_cut
        assert len(shown.column_types) == 2
    assert preview_value(frames[0], 5).is_cut is False


def test_a_relation_of_duckdb_is_asked_for_its_beginning_only() -> None:
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as connection:
        shown = preview_value(connection.sql("SELECT range AS n FROM range(1000000000)"), 3)
    assert (shown.columns, shown.rows, shown.is_cut) == (["n"], [["0"], ["1"], ["2"]], True)


def test_a_stream_is_read_no_further_than_shown() -> None:
    taken: list[int] = []

    def numbers() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    shown = preview_value(numbers(), 3)
    assert (shown.text, shown.is_cut, len(taken)) == ("[0, 1, 2]", True, 3)


def test_long_texts_wide_tables_and_cells_are_cut() -> None:
    assert len(preview_value("x" * 1_000_000, 5).text) == 20_000
    assert len(preview_value({str(n): "y" * 1000 for n in range(1000)}, 5).text) < 20_000
    wide = preview_value([{f"c{n}": "z" * 5000 for n in range(500)}], 5)
    assert len(wide.columns) == len(wide.rows[0]) == 60
    assert len(wide.rows[0][0]) == 301
    assert wide.is_cut


def test_what_is_no_table_is_written_as_python_does() -> None:
    for value, text in {3: "3", None: "None", b"ab": "b'ab'", "a\nb": "a\nb"}.items():
        assert preview_value(value, 5).text == text
    assert preview_value({"a": [1, {"b": 2}]}, 5).text == "{'a': [1, {'b': 2}]}"
