"""A method that remembers its results, as projects know it from ``dagster._utils.cached_method``."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

P = ParamSpec("P")
S = TypeVar("S")
T = TypeVar("T")

_ATTRIBUTE = "_headwater_cached_methods"


def cached_method(method: Callable[Concatenate[S, P], T]) -> Callable[Concatenate[S, P], T]:
    """Call ``method`` once per instance and (hashable) arguments; later calls give the same object.

    The results go when the instance goes. Arguments by place and by name are the same.
    """
    signature = inspect.signature(method)

    @functools.wraps(method)
    def call(self: S, *args: P.args, **kwargs: P.kwargs) -> T:
        bound = signature.bind(self, *args, **kwargs)
        bound.apply_defaults()
        key = tuple(list(bound.arguments.items())[1:])
        kept: dict[str, dict[Any, T]] = self.__dict__.setdefault(_ATTRIBUTE, {})
        results = kept.setdefault(method.__name__, {})
        if key not in results:
            results[key] = method(self, *args, **kwargs)
        return results[key]

    return cast("Callable[Concatenate[S, P], T]", call)
