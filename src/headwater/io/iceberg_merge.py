"""Rows that are merged by keys into the files of a table, where the library of the format cannot do it in bounded memory.

The new rows are at hand, the files come one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from headwater.io.lake_rows import LakeRows

_NUMBER = "headwater row"


class KeyedRows:
    """Rows by the columns ``keys``, each of which has its place. ``inserted`` and ``updated`` count once all is merged."""

    def __init__(self, rows: LakeRows, keys: Sequence[str]) -> None:
        import pyarrow as pa

        self._keys = list(keys)
        self._rows = pa.concat_tables(rows.tables()).combine_chunks()
        self._given = [name for name in rows.given if name not in keys]
        numbers = pa.array(range(self._rows.num_rows), pa.int64())
        self._numbered = self._rows.select(self._keys).append_column(_NUMBER, numbers)
        self._met = set[int]()
        self.updated = 0

    @property
    def inserted(self) -> int:
        """How many rows met none."""
        return int(self._rows.num_rows) - len(self._met)

    def has_any(self, table: Any) -> bool:
        """Whether one of the rows of a table has the keys of one here."""
        return bool(table.join(self._numbered, self._keys, join_type="inner").num_rows)

    def merged(self, tables: Iterable[Any]) -> Iterator[Any]:
        """The rows of tables with what is new in them, and at the end the rows that are new themselves."""
        import pyarrow as pa

        for table in tables:
            yield self._update(table)
        new = [number not in self._met for number in range(self._rows.num_rows)]
        yield self._rows.filter(pa.array(new, pa.bool_()))

    def _update(self, table: Any) -> Any:
        """The rows of a table, those that meet one with its values in the columns that were given."""
        import pyarrow as pa
        import pyarrow.compute as pc

        places = pa.array(range(table.num_rows), pa.int64())
        own = table.select(self._keys).append_column("headwater place", places)
        joined = own.join(self._numbered, self._keys, join_type="left outer").sort_by("headwater place")
        numbers = joined.column(_NUMBER).combine_chunks()
        met = pc.is_valid(numbers)
        self.updated += pc.sum(met).as_py() or 0
        self._met.update(numbers.drop_null().to_pylist())
        found = self._rows.take(numbers)
        for name in self._given:
            place = table.schema.get_field_index(name)
            column = _chosen(met, found.column(name), table.column(name))
            table = table.set_column(place, table.schema.field(name), column)
        return table


def _chosen(met: Any, new: Any, old: Any) -> Any:
    """The new value where a row was met. Taken from both, since not all types know how to choose."""
    import pyarrow as pa
    import pyarrow.compute as pc

    both = pa.chunked_array([*new.chunks, *old.chunks], old.type)
    places = pa.array(range(len(old)), pa.int64())
    return both.take(pc.if_else(met, places, pc.add(places, len(old))))
