"""The rows of one write to a lake: checked once, and given as often as a commit is tried, as the table keeps them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from headwater.io.arrow_type import cast_column
from headwater.io.lake_condition import Condition, count_outside
from headwater.io.lake_type import LakeTypes, visible_schema
from headwater.io.spool import Spool
from headwater.model.errors import CheckError, ValueNotStorableError


class LakeRows:
    """The rows of a :class:`Spool` with the columns of a table, ``schema`` (as it stores them).

    A column that the rows do not have is null; ``given`` names those that they have.
    """

    def __init__(self, spool: Spool, schema: Any, types: LakeTypes, *, allow_lossy: bool = False) -> None:
        self.schema = schema
        self.given = [name for name in schema.names if name in spool.schema.names]
        self._spool = spool
        self._types = types
        self._visible = visible_schema(schema)
        self._allow_lossy = allow_lossy

    @property
    def count(self) -> int:
        """How many there are."""
        return self._spool.rows

    def tables(self) -> Iterator[Any]:
        """The rows as tables of Arrow of a size that is worth the trouble: one, if they are in memory."""
        for table in self._spool.tables():
            yield self._fitted(table)

    def reader(self) -> Any:
        """The rows as a reader of batches, as large as they are: who writes them may mix up the order of small ones."""
        import pyarrow as pa

        batches = (batch for table in self.tables() for batch in table.combine_chunks().to_batches())
        return pa.RecordBatchReader.from_batches(self.schema, batches)

    @staticmethod
    def widen(table: Any, schema: Any) -> Any:
        """Stored rows with the stored columns of another schema: of wider types, and new ones without values."""
        import pyarrow as pa

        columns = [
            table.column(field.name).cast(field.type)
            if field.name in table.column_names
            else pa.nulls(table.num_rows, field.type)
            for field in schema
        ]
        return pa.Table.from_arrays(columns, schema=schema)

    def _fitted(self, table: Any) -> Any:
        import pyarrow as pa

        columns = [self._column(table, field, self._visible.field(field.name).type) for field in self.schema]
        return pa.Table.from_arrays(columns, schema=self.schema)

    def _column(self, table: Any, field: Any, visible: Any) -> Any:
        import pyarrow as pa

        if field.name not in table.column_names:
            return pa.nulls(table.num_rows, field.type)
        column = table.column(field.name)
        if column.type != visible:
            column = pa.chunked_array(
                [cast_column(chunk, visible) for chunk in column.chunks] or [pa.array([], visible)]
            )
        return self._types.store_column(column, field.type, allow_lossy=self._allow_lossy)

    # -- what is checked before anything is written ------------------------------------------------------------

    def check(self, conditions: Sequence[Condition], keys: Sequence[str]) -> str | None:
        """Raise :class:`ValueNotStorableError` for what would be lost, rows outside of the partitions, keys that tell no
        rows apart. What is lost all the same, in words."""
        lost, outside = None, 0
        for table in self._spool.tables():
            lost = lost or self._types.find_loss(table)
            if lost and not self._allow_lossy:
                raise ValueNotStorableError(
                    f"{lost}, of which {self._types.name} keeps microseconds. Round it yourself, or allow the loss with "
                    'metadata={"io": TableOptions(allow_lossy=True)}.'
                )
            fitted = self._fitted(table)
            outside += count_outside(fitted, conditions)
        if outside:
            columns = ", ".join(f'"{each.column}"' for each in conditions)
            raise ValueNotStorableError(
                f"{outside} of the {self.count} rows do not belong to its partition, going by {columns}, the "
                "partition_expr. They would be there twice when the partition is made again. Return the rows of the "
                "partition only."
            )
        if keys:
            self._check_keys(keys)
        return lost

    def _check_keys(self, keys: Sequence[str]) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        missing = [key for key in keys if key not in self._spool.schema.names]
        if missing:
            raise CheckError(
                f"It is merged by the columns {list(keys)}, but has no column {missing[0]!r}. It has "
                f"{self._spool.schema.names}."
            )
        held = pa.concat_tables([table.select(list(keys)) for table in self.tables()])
        nulls = sum(column.null_count for column in held.columns)
        grouped = held.group_by(list(keys)).aggregate([([], "count_all")])
        twice = grouped.filter(pc.field("count_all") > 1).slice(0, 1).to_pylist()
        if not nulls and not twice:
            return
        found = (
            f"{nulls} rows without one"
            if nulls
            else f"{twice[0]['count_all']} rows with {[twice[0][key] for key in keys]}"
        )
        raise ValueNotStorableError(
            f"It is merged by the key {list(keys)}, and has {found}. A key belongs to one row: drop the others, or choose "
            "other keys."
        )
