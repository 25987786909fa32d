"""Whether a value of one annotation can be what another annotation asks for.

Asked of edges when definitions load, so it errs on one side: it says no only where no value could pass.
"""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Iterable, Sequence
from typing import Any

from headwater.definitions.output import NO_VALUE
from headwater.definitions.signature import EMPTY

_TOWER: dict[type, tuple[type, ...]] = {complex: (int, float, bool), float: (int, bool)}
_TABLE_LIBRARIES = frozenset(
    {"dask", "duckdb", "geopandas", "ibis", "modin", "narwhals", "numpy", "pandas", "polars", "pyarrow",
     "pyspark", "snowflake", "xarray"}
)  # fmt: skip
_SCALARS = (int, float, complex, bool, str, bytes)
_CONTAINERS = (list, set, frozenset, dict)


def can_match(given: Any, wanted: Any) -> bool:
    """Whether some value of the annotation ``given`` fits the annotation ``wanted``.

    >>> can_match(int, float), can_match(str | None, str), can_match(list[int], list[str])
    (True, True, False)
    """
    return any(_one(each, other) for each in _alternatives(given) for other in _alternatives(wanted))


def _alternatives(annotation: Any) -> Iterable[Any]:
    """The members of a union, with names for other types (``Annotated``, ``NewType``, ``Literal``) looked through."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        yield from _alternatives(typing.get_args(annotation)[0])
    elif origin is typing.Union or origin is types.UnionType:
        for each in typing.get_args(annotation):
            yield from _alternatives(each)
    elif origin is typing.Literal:
        yield from {type(each) for each in typing.get_args(annotation)}
    elif isinstance(annotation, typing.NewType):
        yield from _alternatives(annotation.__supertype__)
    else:
        yield type(None) if annotation is None else annotation


def _one(given: Any, wanted: Any) -> bool:
    one, other = _class_of(given), _class_of(wanted)
    if one is None or other is None or one is object or other is object:
        return True
    if not _classes_match(one, other):
        return False
    return not (one is other and one in (*_CONTAINERS, tuple)) or _arguments_match(
        one, typing.get_args(given), typing.get_args(wanted)
    )


def _class_of(annotation: Any) -> type | None:
    """The class that values of an annotation have; None where that is not known."""
    if annotation is NO_VALUE or annotation is EMPTY or annotation is Any:
        return None
    found = typing.get_origin(annotation) or annotation
    return found if isinstance(found, type) and not typing.is_typeddict(found) else None


def _classes_match(one: type, other: type) -> bool:
    if one in _TOWER.get(other, ()):
        return True
    if _is_open(one) or _is_open(other):
        return True
    if _library(one) in _TABLE_LIBRARIES or _library(other) in _TABLE_LIBRARIES:
        # One frame may be loaded as another, or as rows. Nobody loads one as a number.
        return one not in _SCALARS and other not in _SCALARS
    return issubclass(one, other) or issubclass(other, one)


def _is_open(cls: type) -> bool:
    """Whether objects of unrelated classes may be instances of it: protocols, abstract classes, metaclasses."""
    return getattr(cls, "_is_protocol", False) or inspect.isabstract(cls) or issubclass(cls, type)


def _library(cls: type) -> str:
    return cls.__module__.partition(".")[0]


def _arguments_match(cls: type, given: Sequence[Any], wanted: Sequence[Any]) -> bool:
    if not given or not wanted:
        return True
    if cls is not tuple:
        return all(can_match(one, other) for one, other in zip(given, wanted, strict=False))
    if Ellipsis in given or Ellipsis in wanted:
        return True
    return len(given) == len(wanted) and all(map(can_match, given, wanted))


def annotation_text(annotation: Any) -> str:
    """An annotation as a user would write it."""
    if isinstance(annotation, type) and typing.get_origin(annotation) is None:
        return annotation.__qualname__
    return str(annotation).replace("typing.", "")
