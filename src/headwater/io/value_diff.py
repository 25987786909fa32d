"""What differs between two values: rows of frames, lines of text, entries of dicts and lists; with a sample."""

from __future__ import annotations

import collections.abc
import pickle
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from headwater.io.frame import frame_type_of_value, to_reader

_ROWS_AT_ONCE = 65_536


@dataclass(frozen=True, kw_only=True)
class ValueDiff:
    """How ``after`` differs from ``before``.

    ``unit`` is what is counted: rows, lines, entries or values. ``removed`` and ``added`` are how many of them are only in
    the one or the other, wherever they stand; ``removed_sample`` and ``added_sample`` the first of these. Of frames the
    columns are told (with their Arrow types), and rows are compared by the columns that both have with one type.
    """

    unit: str
    before: int
    after: int
    removed: int
    added: int
    removed_sample: Sequence[Any] = ()
    added_sample: Sequence[Any] = ()
    missing_columns: Mapping[str, str] = field(default_factory=dict)
    new_columns: Mapping[str, str] = field(default_factory=dict)
    changed_columns: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def is_equal(self) -> bool:
        """Whether nothing differs."""
        columns = self.missing_columns or self.new_columns or self.changed_columns
        return not (self.removed or self.added or columns)


def diff_values(before: Any, after: Any, *, sample: int = 5) -> ValueDiff:
    """Compare two values; ``sample`` is how many differing entries of each side are shown. Both are held in memory.

    >>> diff_values({"a": 1, "b": 2}, {"a": 1, "b": 3}).added_sample
    ['b: 3']
    """
    if _is_frame(before) and _is_frame(after):
        return _diff_tables(to_reader(before).read_all(), to_reader(after).read_all(), sample)
    unit, old = _entries(before)
    other, new = _entries(after)
    if unit != other:
        unit, old, new = "values", [_by_bytes(before)], [_by_bytes(after)]
    return _diff_entries(unit, old, new, sample)


def _is_frame(value: object) -> bool:
    return frame_type_of_value(value) is not None


# -- entries -----------------------------------------------------------------------------------------------

Entry = tuple[Hashable, Any]
"""By what an entry is compared, and how it is shown."""


def _entries(value: Any) -> tuple[str, list[Entry]]:
    if isinstance(value, bytes):
        return "values", [_by_bytes(value)]
    if isinstance(value, str):
        return "lines", [(line, line) for line in value.splitlines()]
    if isinstance(value, Mapping):
        return "entries", [(text, text) for text in _flat(value, "")]
    if isinstance(value, (collections.abc.Sequence, collections.abc.Set)):
        return "entries", [_by_bytes(each) for each in value]
    return "values", [_by_bytes(value)]


def _flat(value: Any, path: str) -> Iterator[str]:
    """The leaves of nested dicts with their paths: ``a.b: 1``."""
    if isinstance(value, Mapping) and value:
        for key, each in value.items():
            yield from _flat(each, f"{path}.{key}" if path else str(key))
    else:
        yield f"{path}: {value!r}"


def _by_bytes(value: Any) -> Entry:
    """An entry that is compared by its pickle: its text may be cut short (an array), its equality be no bool."""
    try:
        return pickle.dumps(value, 5), _shown(value)
    except Exception:  # noqa: BLE001 - whatever a class of the user raises: it cannot be pickled
        return repr(value), _shown(value)


def _shown(value: Any) -> Any:
    plain = value is None or isinstance(value, (bool, int, float))
    text = value if isinstance(value, str) else repr(value)
    return value if plain else text if len(text) <= 200 else f"{text[:199]}…"


def _diff_entries(unit: str, before: Sequence[Entry], after: Sequence[Entry], sample: int) -> ValueDiff:
    removed, added = _only(before, after), _only(after, before)
    return ValueDiff(
        unit=unit,
        before=len(before),
        after=len(after),
        removed=len(removed),
        added=len(added),
        removed_sample=removed[:sample],
        added_sample=added[:sample],
    )


def _only(these: Iterable[Entry], those: Iterable[Entry]) -> list[Any]:
    """What is shown of the entries of ``these`` that ``those`` have not, each as often as it is more often there."""
    left = Counter(key for key, _ in those)
    found = []
    for key, shown in these:
        if left[key]:
            left[key] -= 1
        else:
            found.append(shown)
    return found


# -- frames ------------------------------------------------------------------------------------------------


def _diff_tables(before: Any, after: Any, sample: int) -> ValueDiff:
    old, new = _types(before), _types(after)
    shared = [name for name in old if old[name] == new.get(name)]
    rows = before.select(shared), after.select(shared)
    same = _equal_rows_at_start(*rows)
    entries = _diff_entries("rows", _rows(rows[0].slice(same)), _rows(rows[1].slice(same)), sample)
    return ValueDiff(
        unit="rows",
        before=before.num_rows,
        after=after.num_rows,
        removed=entries.removed,
        added=entries.added,
        removed_sample=entries.removed_sample,
        added_sample=entries.added_sample,
        missing_columns={name: kind for name, kind in old.items() if name not in new},
        new_columns={name: kind for name, kind in new.items() if name not in old},
        changed_columns={
            name: (kind, new[name]) for name, kind in old.items() if name in new and new[name] != kind
        },
    )


def _types(table: Any) -> dict[str, str]:
    return {column.name: str(column.type) for column in table.schema}


def _equal_rows_at_start(before: Any, after: Any) -> int:
    """How many rows both begin with, a group of rows at a time: most values change little, and rows of Python are dear."""
    same, shorter = 0, min(before.num_rows, after.num_rows)
    while same < shorter:
        length = min(_ROWS_AT_ONCE, shorter - same)
        if not before.slice(same, length).equals(after.slice(same, length)):
            break
        same += length
    return same


def _rows(table: Any) -> list[Entry]:
    return [(repr(row), row) for batch in table.to_batches() for row in batch.to_pylist()]
