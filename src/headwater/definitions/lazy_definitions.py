"""Definitions that are made when the code location is loaded, by a function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from headwater.definitions.definitions import Definitions
from headwater.definitions.repository import RepositoryDefinition
from headwater.definitions.signature import read_signature
from headwater.model.errors import DagsterInvariantViolationError


class LazyDefinitions:
    """A function that makes :class:`Definitions`; calling it makes them. Made by :func:`definitions`."""

    def __init__(self, load_fn: Callable[[], Definitions | RepositoryDefinition]) -> None:
        self.load_fn = load_fn

    def __call__(self, context: Any = None) -> Definitions | RepositoryDefinition:
        made = self.load_fn()
        if not isinstance(made, (Definitions, RepositoryDefinition)):
            raise DagsterInvariantViolationError(
                f"The function {self.load_fn.__name__} gave {made!r}; a @definitions function gives Definitions."
            )
        return made

    def __repr__(self) -> str:
        return f"LazyDefinitions({self.load_fn.__name__})"


def definitions(fn: Callable[[], Definitions | RepositoryDefinition]) -> LazyDefinitions:
    """Let a function make the definitions of a code location when it is loaded.

    Raises :class:`DagsterInvariantViolationError` for a function with parameters.

    >>> @definitions
    ... def defs(): return Definitions(assets=load_assets_from_modules([assets]))
    """
    if any(not param.has_default for param in read_signature(fn).params):
        raise DagsterInvariantViolationError(
            f"{fn.__name__} takes parameters; a @definitions function takes none."
        )
    return LazyDefinitions(fn)
