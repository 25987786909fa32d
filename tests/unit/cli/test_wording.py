from __future__ import annotations

import pytest

from headwater.cli.wording import count_text, seconds_text, shortened, size_text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0 ms"),
        (0.0004, "0 ms"),
        (0.0123, "12 ms"),
        (0.9996, "1.00 s"),
        (9.994, "9.99 s"),
        (9.996, "10.0 s"),
        (59.96, "60.0 s"),
        (59.996, "1 min 0 s"),
        (83.4, "1 min 23 s"),
        (3599.6, "1 h 0 min"),
        (7384, "2 h 3 min"),
    ],
)
def test_a_duration_is_never_shown_in_a_unit_that_it_fills(seconds: float, text: str) -> None:
    assert seconds_text(seconds) == text


def test_counts() -> None:
    assert [count_text(number, "row") for number in (0, 1, 336_776)] == ["0 rows", "1 row", "336,776 rows"]
    assert count_text(2, "entry", "entries") == "2 entries"


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (999, "999 B"), (23_456, "23.5 kB"), (5e6, "5.0 MB"), (7e12, "7000.0 GB")]
)
def test_sizes(size: float, text: str) -> None:
    assert size_text(size) == text


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("", ""),
        ("exactly10!", "exactly10!"),
        ("more than 10", "more than…"),
        ("two\nlines", "two …"),
        ("\n  x\n", "x"),
    ],
)
def test_a_text_in_one_line(text: str, short: str) -> None:
    assert shortened(text, 10) == short
