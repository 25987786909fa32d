"""The rows of some partitions of a table in a lake: columns, and the values or spans that they may have."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, NamedTuple

from headwater.io.lake_type import is_text
from headwater.io.table_slice import TablePartitionDimension, TableSlice
from headwater.model.errors import CheckError

_MIDNIGHT = datetime.time()


class Condition(NamedTuple):
    """A column, and what it may hold: one of some values, or what lies in a span (its end is outside)."""

    column: str
    values: Sequence[Any] = ()
    spans: Sequence[tuple[Any, Any]] = ()

    def expression(self) -> Any:
        """For Arrow."""
        import pyarrow.compute as pc

        field = pc.field(self.column)
        found = field.isin(list(self.values)) if self.values else pc.scalar(False)
        for start, end in self.spans:
            found = found | ((field >= pc.scalar(start)) & (field < pc.scalar(end)))
        return found


def build_conditions(table_slice: TableSlice, schema: Any) -> list[Condition]:
    """What the rows of a slice have in common, with values of the types of their columns; nothing for all rows.

    Raises :class:`CheckError` for a ``partition_expr`` that is no column, and a key that the column cannot hold.
    """
    return [_condition(dimension, schema) for dimension in table_slice.partition_dimensions or ()]


def partition_columns(table_slice: TableSlice) -> list[str]:
    """The columns that tell partitions apart."""
    return [dimension.partition_expr for dimension in table_slice.partition_dimensions or ()]


def count_outside(table: Any, conditions: Sequence[Condition]) -> int:
    """How many rows of an Arrow table do not belong to the partitions."""
    condition = all_of(conditions)
    return 0 if condition is None else int(table.num_rows - table.filter(condition).num_rows)


def all_of(conditions: Sequence[Condition]) -> Any:
    """All conditions as one, for Arrow; None where there is none."""
    found = None
    for condition in conditions:
        found = condition.expression() if found is None else found & condition.expression()
    return found


def _condition(dimension: TablePartitionDimension, schema: Any) -> Condition:
    column, partitions = dimension.partition_expr, dimension.partitions
    if column not in schema.names:
        raise CheckError(
            f'The partition_expr "{column}" is no column; a table in a lake has {schema.names}. Name the column that tells '
            "partitions apart: metadata={'partition_expr': 'column'}."
        )
    kind = schema.field(column).type
    if hasattr(partitions, "start"):
        partitions = [partitions]
    if partitions and hasattr(partitions[0], "start"):
        return Condition(
            column, spans=[(_bound(each.start, kind), _bound(each.end, kind)) for each in partitions]
        )
    return Condition(column, values=[_value(str(key), column, kind) for key in partitions])


def _value(key: str, column: str, kind: Any) -> Any:
    import pyarrow as pa

    try:
        return pa.scalar(key).cast(kind).as_py()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise CheckError(
            f'The partition key "{key}" is no {kind}, which the column "{column}" has: {error}.'
        ) from None


def _bound(moment: datetime.datetime, kind: Any) -> Any:
    """A moment as the column would have it: with its zone, as on the clock of the partitions, as a day, or as text."""
    import pyarrow as pa

    on_the_clock = moment.replace(tzinfo=None)
    if pa.types.is_date(kind):
        part_of_a_day = on_the_clock.time() != _MIDNIGHT
        return on_the_clock.date() + datetime.timedelta(days=part_of_a_day)
    if is_text(kind):
        return on_the_clock.strftime("%Y-%m-%d" if on_the_clock.time() == _MIDNIGHT else "%Y-%m-%d %H:%M:%S")
    if pa.types.is_timestamp(kind):
        return moment.astimezone(datetime.UTC) if kind.tz else on_the_clock
    raise CheckError(
        f"A column of the type {kind} cannot tell partitions of time apart. Use a date or a timestamp."
    )
