"""Marks on functions and classes, as projects know them from ``dagster._annotations``.

``public`` is only a mark; the others warn whoever calls the function or makes an instance of the class.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any, Protocol, TypeVar, overload

from headwater.model.warning import BetaWarning, ExperimentalWarning, PreviewWarning, SupersessionWarning

T = TypeVar("T")

_MARKS = "__headwater_marks__"


class Mark(Protocol):
    """A decorator, with and without arguments, which leaves the type of what it marks as it is."""

    @overload
    def __call__(self, obj: T) -> T: ...
    @overload
    def __call__(
        self,
        *,
        breaking_version: str | None = ...,
        additional_warn_text: str | None = ...,
        subject: str | None = ...,
        emit_runtime_warning: bool = ...,
    ) -> Callable[[T], T]: ...


class ParamMark(Protocol):
    """A decorator that marks one parameter, and leaves the type of what it marks as it is."""

    def __call__(
        self,
        *,
        param: str,
        breaking_version: str | None = ...,
        additional_warn_text: str | None = ...,
        emit_runtime_warning: bool = ...,
    ) -> Callable[[T], T]: ...


def public(obj: T) -> T:
    """Say that something is part of the public API."""
    return obj


def _mark(kind: str, category: type[Warning], says: str) -> Mark:
    def mark(
        obj: Any = None,
        *,
        breaking_version: str | None = None,
        additional_warn_text: str | None = None,
        subject: str | None = None,
        emit_runtime_warning: bool = True,
    ) -> Any:
        def decorate(target: Any) -> Any:
            name = subject or f"{'Class' if isinstance(target, type) else 'Function'} `{_name(target)}`"
            told = f"{name} is {says.format(breaking_version)}. {additional_warn_text or ''}".rstrip()
            marked = _warning(target, told, category) if emit_runtime_warning else target
            _note(marked, kind)
            return marked

        return decorate if obj is None else decorate(obj)

    return mark


def _mark_param(kind: str, category: type[Warning], says: str) -> ParamMark:
    def mark(
        *,
        param: str,
        breaking_version: str | None = None,
        additional_warn_text: str | None = None,
        emit_runtime_warning: bool = True,
    ) -> Callable[[Any], Any]:
        def decorate(target: Any) -> Any:
            told = f"The parameter `{param}` of `{_name(target)}` is {says.format(breaking_version)}."
            if additional_warn_text:
                told = f"{told} {additional_warn_text}"
            marked = _warning(target, told, category, param) if emit_runtime_warning else target
            _note(marked, f"{kind}_param")
            return marked

        return decorate

    return mark


preview = _mark("preview", PreviewWarning, "in preview and may change with every release")
beta = _mark("beta", BetaWarning, "in beta and may change with a minor release")
experimental = _mark("experimental", ExperimentalWarning, "experimental and may change with every release")
superseded = _mark("superseded", SupersessionWarning, "superseded by something better")
deprecated = _mark("deprecated", DeprecationWarning, "deprecated and goes away in {}")
beta_param = _mark_param("beta", BetaWarning, "in beta and may change with a minor release")
experimental_param = _mark_param("experimental", ExperimentalWarning, "experimental and may change")
deprecated_param = _mark_param("deprecated", DeprecationWarning, "deprecated and goes away in {}")


def _asks(kind: str) -> Callable[[Any], bool]:
    return lambda obj: kind in getattr(obj, _MARKS, ())


is_preview = _asks("preview")
is_beta = _asks("beta")
is_superseded = _asks("superseded")
is_deprecated = _asks("deprecated")


def _name(target: Any) -> str:
    return str(getattr(target, "__name__", target))


def _note(target: Any, kind: str) -> None:
    if not isinstance(target, property):
        setattr(target, _MARKS, (*getattr(target, _MARKS, ()), kind))


def _warning(target: Any, told: str, category: type[Warning], param: str | None = None) -> Any:
    """``target``, which warns when it is called (with ``param``, if one is named)."""
    if isinstance(target, property):
        return property(_warning(target.fget, told, category), target.fset, target.fdel, target.__doc__)
    if isinstance(target, (staticmethod, classmethod)):
        return type(target)(_warning(target.__func__, told, category, param))
    function: Any = getattr(target, "__init__") if isinstance(target, type) else target  # noqa: B009

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if param is None or kwargs.get(param) is not None:
            warnings.warn(told, category, stacklevel=2)
        return function(*args, **kwargs)

    if isinstance(target, type):
        target.__init__ = call  # type: ignore[misc]
        return target
    return call
