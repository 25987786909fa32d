"""Frozen classes with checked fields, as projects know them from ``dagster._record``."""

from __future__ import annotations

import collections.abc
import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar, dataclass_transform

from headwater.model.errors import ParameterCheckError

T = TypeVar("T")


@dataclass_transform(kw_only_default=True, frozen_default=True)
def record(cls: Any = None, *, checked: bool = True) -> Any:
    """Make a class whose instances are made by keywords, compared by value and never changed.

    With ``checked``, a value that does not fit its annotation raises :class:`ParameterCheckError`.

    >>> @record
    ... class Place:
    ...     name: str
    """

    def decorate(target: type) -> type:
        if checked:
            target.__post_init__ = _check_fields  # type: ignore[attr-defined]
        return dataclasses.dataclass(frozen=True, kw_only=True)(target)

    return decorate if cls is None else decorate(cls)


def replace(obj: T, **changes: Any) -> T:
    """The same record with some values changed."""
    return dataclasses.replace(obj, **changes)  # type: ignore[type-var]


copy = replace


def as_dict(obj: Any) -> Mapping[str, Any]:
    """The values of a record by name."""
    return {field.name: getattr(obj, field.name) for field in dataclasses.fields(obj)}


def is_record(obj: Any) -> bool:
    """Whether something is an instance of a class made by :func:`record`."""
    return dataclasses.is_dataclass(obj) and not isinstance(obj, type)


def _check_fields(self: Any) -> None:
    try:
        hints = typing.get_type_hints(type(self))
    except NameError:
        return  # a name that is there for type checkers only: nothing to check against
    for field in dataclasses.fields(self):
        value = getattr(self, field.name)
        if not _fits(value, hints.get(field.name, Any)):
            where = f'The field "{field.name}" of {type(self).__name__}'
            raise ParameterCheckError(f"{where} is not a {hints[field.name]}: got {value!r}.")


def _fits(value: object, hint: Any) -> bool:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is None:
        return value is None
    if origin in (typing.Union, types.UnionType):
        return any(_fits(value, each) for each in arguments)
    if origin is typing.Annotated:
        return _fits(value, arguments[0])
    if isinstance(hint, type) and origin is None:
        return isinstance(value, hint)
    if not isinstance(origin, type) or not isinstance(value, origin):
        return not isinstance(origin, type)
    return _members_fit(value, origin, arguments)


def _members_fit(value: Any, origin: type, arguments: tuple[Any, ...]) -> bool:
    if issubclass(origin, collections.abc.Mapping):
        return all(_fits(key, arguments[0]) and _fits(each, arguments[1]) for key, each in value.items())
    if issubclass(origin, tuple) and arguments[1:] != (...,):
        return len(value) == len(arguments) and all(map(_fits, value, arguments))
    if issubclass(origin, (collections.abc.Sequence, collections.abc.Set)):
        return all(_fits(each, arguments[0]) for each in value)
    return True
