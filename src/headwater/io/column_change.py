"""Columns that differ from those of the table: how they are told, and the error where the contract refuses them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from headwater.model.errors import SchemaChangedError


class ColumnChange(NamedTuple):
    """A column that differs: ``before`` is its type in the table, ``now`` in the rows; None where it is not there."""

    name: str
    before: str | None
    now: str | None

    def __str__(self) -> str:
        if self.now is None:
            return f'"{self.name}" {self.before} is missing'
        if self.before is None:
            return f'"{self.name}" {self.now} is new'
        return f'"{self.name}" was {self.before} and is {self.now}'


def refusal(
    table: str, changes: Sequence[ColumnChange], refused: Sequence[ColumnChange]
) -> SchemaChangedError:
    """The error for a table: all that differs is in its fields, what is refused in its message."""
    which = "; ".join(map(str, refused))
    return SchemaChangedError(
        f"The columns differ from those of the table {table}, which holds what was stored before: "
        f"{which}. Return the same columns; or let the table follow, with "
        'metadata={"io": TableOptions(schema_contract="evolve")}, which adds columns and widens types, or '
        '"replace"; or drop the table and make all of it anew.',
        missing={change.name: change.before for change in changes if change.before and not change.now},
        new={change.name: change.now for change in changes if change.now and not change.before},
        changed={
            change.name: (change.before, change.now) for change in changes if change.before and change.now
        },
    )
