"""What is said differently to different databases. All other SQL stands once, in ``statements/``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple


class Dialect(NamedTuple):
    """The words of one database. Each ``?`` of a clause takes one value.

    ``any_of`` holds ``{column}``; its value is made by ``list_value``, however many there are. ``asset_tag`` finds
    events by a tag of what they say of an asset: the tag's name, then a list of its values.
    """

    any_of: str
    list_value: Callable[[Iterable[Any]], Any]
    asset_tag: str
    has_migrations: str
    """A query whose first value says whether migrations were ever applied."""
    columns: str
    """A query for the names of all tables and their columns, in the order of these."""
    after_copy: str | None = None
    """What lets the numbers of a ``{table}`` go on behind those that were copied into it."""
