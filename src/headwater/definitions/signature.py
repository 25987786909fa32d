"""What a user's function asks for: its parameters and their annotations, resolved.

Annotations may be strings (``from __future__ import annotations``) and may name things that the module imports only
under ``if TYPE_CHECKING:``; both are resolved as far as the names can be found.
"""

from __future__ import annotations

import ast
import functools
import inspect
import sys
import typing
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

EMPTY = inspect.Parameter.empty

_CONTEXT_NAMES = frozenset({"context", "_context", "context_", "_", "__"})


class Param(NamedTuple):
    """One parameter: its name, its resolved annotation (EMPTY without one) and its default (EMPTY without one)."""

    name: str
    annotation: Any
    default: Any
    keyword_only: bool = False

    @property
    def has_default(self) -> bool:
        """Whether the parameter may be left out."""
        return self.default is not EMPTY


class Signature(NamedTuple):
    """The parameters of a function, the resolved annotation of what it returns, and whether it takes ``**kwargs``."""

    params: tuple[Param, ...]
    returns: Any
    takes_kwargs: bool = False
    takes_args: bool = False


class UnresolvedAnnotation:
    """An annotation whose names cannot be found; it is treated as ``Any``."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def read_signature(function: Callable[..., Any]) -> Signature:
    """The signature of ``function`` with its annotations resolved. Never raises for a name that cannot be found."""
    signature = inspect.signature(function)
    target = inspect.unwrap(function)
    if isinstance(target, functools.partial):
        target = target.func
    params, takes_kwargs, takes_args = [], False, False
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            takes_kwargs = True
        elif parameter.kind is parameter.VAR_POSITIONAL:
            takes_args = True
        else:
            if parameter.annotation is EMPTY and parameter.default is EMPTY:
                params.append(_plain_param(parameter.name, parameter.kind is parameter.KEYWORD_ONLY))
                continue
            params.append(
                Param(
                    parameter.name,
                    resolve_annotation(parameter.annotation, target),
                    parameter.default,
                    parameter.kind is parameter.KEYWORD_ONLY,
                )
            )
    return Signature(
        tuple(params), resolve_annotation(signature.return_annotation, target), takes_kwargs, takes_args
    )


@functools.lru_cache(maxsize=1024)
def _plain_param(name: str, keyword_only: bool) -> Param:
    """A parameter that says nothing but its name, shared by all functions which have it."""
    return Param(name, EMPTY, EMPTY, keyword_only)


def resolve_annotation(annotation: Any, function: Callable[..., Any]) -> Any:
    """``annotation`` itself, or what its text means where ``function`` is defined."""
    if not isinstance(annotation, str):
        return annotation
    names = _namespace(function)
    try:
        try:
            return eval(annotation, names)
        except (
            NameError
        ):  # what only type checkers import may be slow to load, and is loaded when it is needed
            return eval(annotation, {**_type_checking_imports(names.get("__name__", "")), **names})
    except Exception:  # noqa: BLE001 - whatever the text does, it is then unknown
        return UnresolvedAnnotation(annotation)


def _namespace(function: Callable[..., Any]) -> dict[str, Any]:
    module_names = getattr(function, "__globals__", {})
    closure: dict[str, Any] = {}
    code, cells = getattr(function, "__code__", None), getattr(function, "__closure__", None)
    if code is not None and cells:
        for name, cell in zip(code.co_freevars, cells, strict=True):
            if cell is not None and _is_filled(cell):
                closure[name] = cell.cell_contents
    return {**module_names, **closure}


def _is_filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018 - reading an empty cell raises
    except ValueError:
        return False
    return True


@functools.lru_cache(maxsize=256)
def _type_checking_imports(module_name: str) -> Mapping[str, Any]:
    """What a module imports under ``if TYPE_CHECKING:``, as far as it can really be imported."""
    module = sys.modules.get(module_name)
    if module is None or (not hasattr(module, "TYPE_CHECKING") and "typing" not in vars(module)):
        return {}
    try:
        tree = ast.parse(inspect.getsource(module))
    except (OSError, TypeError, SyntaxError):
        return {}
    names: dict[str, Any] = {}
    for node in tree.body:
        if isinstance(node, ast.If) and _is_type_checking(node.test):
            for statement in node.body:
                names.update(_import_names(statement, getattr(module, "__package__", None)))
    return names


def _is_type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def _import_names(statement: ast.stmt, package: str | None) -> Mapping[str, Any]:
    if not isinstance(statement, (ast.Import, ast.ImportFrom)):
        return {}
    names: dict[str, Any] = {"__package__": package, "__name__": package or "__main__"}
    try:
        exec(compile(ast.Module([statement], []), "<type-checking imports>", "exec"), names)
    except ImportError:
        return {}
    return {name: value for name, value in names.items() if not name.startswith("__")}


def is_context_param(param: Param) -> bool:
    """Whether a first parameter is the context: by its usual names, or by an annotation with a context class."""
    if param.name in _CONTEXT_NAMES:
        return True
    return getattr(param.annotation, "__headwater_context__", False) is True


def unwrap_annotated(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """An annotation without ``Annotated``, and what stood beside it."""
    if typing.get_origin(annotation) is typing.Annotated:
        inner, *extra = typing.get_args(annotation)
        return inner, tuple(extra)
    return annotation, ()


def is_config_annotation(annotation: Any) -> bool:
    """Whether a parameter of this annotation receives config: a ``Config`` class."""
    return isinstance(annotation, type) and getattr(annotation, "__headwater_config__", False) is True


def is_resource_annotation(annotation: Any) -> bool:
    """Whether a parameter of this annotation receives a resource: a resource class, or ``ResourceParam[...]``."""
    inner, extra = unwrap_annotated(annotation)
    if any(getattr(each, "__headwater_resource_param__", False) for each in extra):
        return True
    return isinstance(inner, type) and getattr(inner, "__headwater_resource__", False) is True
