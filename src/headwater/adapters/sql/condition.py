"""Conditions of a query, gathered one by one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from headwater.adapters.sql.dialect import Dialect


class Condition:
    """What must hold: clauses with their values.

    >>> condition = Condition(database.dialect).add("level >= ?", 30)  # doctest: +SKIP
    >>> condition.sql  # doctest: +SKIP
    ' WHERE level >= ?'
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._clauses: list[str] = []
        self.values: list[Any] = []

    def add(self, clause: str, *values: Any) -> Condition:
        """Demand that ``clause`` holds."""
        self._clauses.append(clause)
        self.values += values
        return self

    def add_any_of(self, column: str, values: Iterable[Any]) -> Condition:
        """Demand that ``column`` is one of ``values``: one parameter, however many they are."""
        return self.add(self._dialect.any_of.format(column=column), self._dialect.list_value(values))

    def add_run_tag(self, name: str, values: Iterable[str]) -> Condition:
        """Demand that the run has the tag ``name`` with one of ``values``."""
        any_of = self._dialect.any_of.format(column="value")
        clause = f"run_id IN (SELECT run_id FROM run_tags WHERE name = ? AND {any_of})"
        return self.add(clause, name, self._dialect.list_value(values))

    def add_asset_tag(self, name: str, values: Iterable[str]) -> Condition:
        """Demand that the event says something of an asset, with the tag ``name`` and one of ``values``."""
        return self.add(self._dialect.asset_tag, name, self._dialect.list_value(values))

    @property
    def sql(self) -> str:
        """The WHERE clause; empty when nothing is demanded."""
        return " WHERE " + " AND ".join(self._clauses) if self._clauses else ""


def page(order_by: str, ascending: bool, limit: int | None) -> str:
    """The end of a query: its order, and how many rows of it."""
    direction = "ASC" if ascending else "DESC"
    return f" ORDER BY {order_by} {direction}" + ("" if limit is None else f" LIMIT {int(limit)}")
