"""Conditions of a query, gathered one by one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from headwater.model.codec import encode


class Condition:
    """What must hold: clauses with their values.

    >>> condition = Condition().add("level >= ?", 30).add_any_of("kind", ["LOG"])
    >>> condition.sql
    ' WHERE level >= ? AND kind IN (SELECT value FROM json_each(?))'
    """

    def __init__(self) -> None:
        self._clauses: list[str] = []
        self.values: list[Any] = []

    def add(self, clause: str, *values: Any) -> Condition:
        """Demand that ``clause`` holds."""
        self._clauses.append(clause)
        self.values += values
        return self

    def add_any_of(self, column: str, values: Iterable[Any]) -> Condition:
        """Demand that ``column`` is one of ``values``: one parameter, however many they are."""
        return self.add(f"{column} IN (SELECT value FROM json_each(?))", json_list(values))

    @property
    def sql(self) -> str:
        """The WHERE clause; empty when nothing is demanded."""
        return " WHERE " + " AND ".join(self._clauses) if self._clauses else ""


def json_list(values: Iterable[Any]) -> str:
    """Values as the JSON text that ``json_each`` reads."""
    return encode(list(values)).decode()


def page(order_by: str, ascending: bool, limit: int | None) -> str:
    """The end of a query: its order, and how many rows of it."""
    direction = "ASC" if ascending else "DESC"
    return f" ORDER BY {order_by} {direction}" + ("" if limit is None else f" LIMIT {int(limit)}")
