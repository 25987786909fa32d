"""Queries as values: text with named places, into which tables, queries and values go without ever becoming text.

A value is bound by the database, an identifier quoted, a table named in full. What a user's data says can
therefore not become part of a statement.
"""

from __future__ import annotations

import datetime
import decimal
import string
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, LiteralString, NamedTuple

from headwater.io.select import MARK, quote
from headwater.model.errors import DagsterInvariantViolationError

_BOUND = (
    str,
    bytes,
    bool,
    int,
    float,
    decimal.Decimal,
    datetime.date,
    datetime.time,
    datetime.timedelta,
    uuid.UUID,
)


class Identifier:
    """A name in a query: of a column, or of a table with its schema. It is quoted, whatever characters it has.

    >>> Sql("SELECT max({column}) FROM {flights}", column=Identifier("dep delay"), flights=flights)  # doctest: +SKIP
    """

    __slots__ = ("parts",)

    def __init__(self, *parts: str) -> None:
        if not parts or not all(isinstance(part, str) and part and MARK not in part for part in parts):
            raise DagsterInvariantViolationError(f"An identifier has names that are text, not {parts!r}.")
        self.parts = parts

    def __repr__(self) -> str:
        return f"Identifier({', '.join(map(repr, self.parts))})"


class Rendered(NamedTuple):
    """The text of a query for one database, and the values to bind in their order, where :data:`MARK` stands.

    ``costly`` says that its rows are computed, so that it is better asked once only.
    """

    text: str
    values: Sequence[Any] = ()
    costly: bool = False


class Sql:
    """A query (or a part of one) with the values for its ``{places}``.

    A place takes a :class:`Table`, another ``Sql``, an :class:`Identifier`, a plain value (text, number, date, bytes,
    None …), which is bound, or a list of such, for ``IN {list}``. ``{{`` is a brace. An asset that returns a query is
    stored by running it inside the database.

    Raises :class:`DagsterInvariantViolationError` for a place without a value, a value without a place, and a value that
    cannot be bound.

    >>> @asset(io_manager_key="tables")
    ... def late(flights: Table) -> Sql:
    ...     return Sql("SELECT * FROM {flights} WHERE delay > {minutes}", flights=flights, minutes=15)
    """

    __slots__ = ("_pieces", "text", "values")

    def __init__(self, text: LiteralString, /, **values: object) -> None:
        self.text: str = text
        self.values: Mapping[str, object] = values
        self._pieces = _parse(text)
        if MARK in text:
            raise DagsterInvariantViolationError(f"The query {_shorten(text)!r} has a NUL character.")
        places = {place for _, place in self._pieces if place is not None}
        missing, unused = sorted(places - set(values)), sorted(set(values) - places)
        if missing or unused:
            said = (
                f"has no value for {{{missing[0]}}}"
                if missing
                else f"has no place for the value {unused[0]!r}"
            )
            raise DagsterInvariantViolationError(f"The query {_shorten(text)!r} {said}.")
        for name, value in values.items():
            _check(name, value)

    @classmethod
    def of_rendered(cls, rows: Rendered) -> Sql:
        """A query that is text already, with a mark where each of its values goes."""
        query = cls("")
        pieces = rows.text.split(MARK)
        names: list[str | None] = [f"value_{number}" for number in range(len(rows.values))]
        query._pieces = list(zip(pieces, [*names, None], strict=True))
        query.text = rows.text
        query.values = dict(zip((str(name) for name in names), rows.values, strict=True))
        return query

    def render(self, place: str = "", quoted: Callable[[str], str] = quote) -> Rendered:
        """The query for the database ``place``, which writes names as ``quoted`` does.

        Raises :class:`DagsterInvariantViolationError` for a table of another database.
        """
        values: list[Any] = []
        return Rendered(self._render(place, quoted, values), values, costly=True)

    def _render(self, place: str, quoted: Callable[[str], str], values: list[Any]) -> str:
        def bind(value: object) -> str:
            values.append(value)
            return MARK

        def write(value: object) -> str:
            if isinstance(value, Identifier):
                return ".".join(map(quoted, value.parts))
            if isinstance(value, Sql):
                return value._render(place, quoted, values)
            if hasattr(value, "to_query"):
                return _write_table(value, place, quoted, values)
            if isinstance(value, (list, tuple, set, frozenset)):
                return f"({', '.join(map(bind, value)) or 'NULL'})"
            return bind(value)

        return "".join(
            literal + (write(self.values[name]) if name is not None else "") for literal, name in self._pieces
        )

    def __repr__(self) -> str:
        values = "".join(f", {name}={value!r}" for name, value in self.values.items())
        return f"Sql({self.text!r}{values})"


def _write_table(table: Any, place: str, quoted: Callable[[str], str], values: list[Any]) -> str:
    if table.place != place:
        raise DagsterInvariantViolationError(
            f"The table {table.name} lies in {table.place or 'no database'}, and the query runs in {place}. A query "
            "reads tables of its own database; take that input as a frame, or store both in the same database."
        )
    query: Sql = table.to_query()
    text = query._render(place, quoted, values)
    return text if table.is_whole else f"({text})"


def _parse(text: str) -> list[tuple[str, str | None]]:
    try:
        pieces = list(string.Formatter().parse(text))
    except ValueError as error:
        raise DagsterInvariantViolationError(
            f"The query {_shorten(text)!r} has a brace without its other: {error}. A brace itself is written twice."
        ) from None
    for _, place, form, conversion in pieces:
        if place is not None and (not place.isidentifier() or form or conversion):
            raise DagsterInvariantViolationError(
                f"The query {_shorten(text)!r} has the place {{{place}{':' if form else ''}{form or ''}}}. A place has a "
                "plain name, and its value is given by that name: Sql('… {minutes} …', minutes=15)."
            )
    return [(literal, place) for literal, place, _, _ in pieces]


def _check(name: str, value: object) -> None:
    if value is None or isinstance(value, (*_BOUND, Identifier, Sql)) or hasattr(value, "to_query"):
        return
    if isinstance(value, (list, tuple, set, frozenset)) and all(
        each is None or isinstance(each, _BOUND) for each in value
    ):
        return
    raise DagsterInvariantViolationError(
        f'The value "{name}" of a query is a {type(value).__name__}, which no database can bind. Give a plain value, a '
        "list of them, an Identifier, another Sql, or an input that is annotated Table."
    )


def _shorten(text: str) -> str:
    return text if len(text) < 80 else text[:77] + "..."
