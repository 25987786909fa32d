from __future__ import annotations

from headwater.cli.text_table import table_lines


def test_columns_are_as_wide_as_what_stands_in_them() -> None:
    assert table_lines([["a", "1", "x"], ["long", "12", ""]], header=["NAME", "N", ""], right={1}) == [
        "NAME   N",
        "a      1  x",
        "long  12",
    ]


def test_wide_and_combining_characters_keep_the_columns() -> None:
    assert table_lines([["日本", "x"], ["e\u0301te", "x"], ["four", "x"]]) == [
        "日本  x",
        "e\u0301te   x",
        "four  x",
    ]
