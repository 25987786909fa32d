"""Rows of text under each other, in columns as wide as what stands in them."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence

GAP = "  "


def table_lines(
    rows: Sequence[Sequence[str]], *, header: Sequence[str] | None = None, right: Collection[int] = ()
) -> list[str]:
    """One line for each row, with columns aligned; those with a number in ``right`` at their right edge.

    >>> table_lines([["a", "1"], ["bc", "12"]], right={1})
    ['a    1', 'bc  12']
    """
    everything = [header, *rows] if header else list(rows)
    widths = [max(map(_width, column)) for column in zip(*everything, strict=True)]
    return [_line(row, widths, right) for row in everything]


def _line(row: Sequence[str], widths: Sequence[int], right: Collection[int]) -> str:
    cells = []
    for number, (cell, width) in enumerate(zip(row, widths, strict=True)):
        blank = " " * (width - _width(cell))
        cells.append(blank + cell if number in right else cell + blank)
    return GAP.join(cells).rstrip()


def _width(text: str) -> int:
    """How many places a text takes: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1
        for each in text
    )
