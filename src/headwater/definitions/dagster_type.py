"""Types of inputs and outputs: what a value is checked against when it arrives."""

from __future__ import annotations

import collections.abc
import inspect
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Union

import msgspec

from headwater.model.errors import CheckError, DagsterInvalidDefinitionError, DagsterInvariantViolationError
from headwater.model.metadata import AnyMetadataValue, build_metadata


class TypeCheck(msgspec.Struct, frozen=True):
    """The result of a type check: passed or not, and what to tell about it."""

    success: bool
    description: str | None = None
    metadata: dict[str, AnyMetadataValue] = {}

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "metadata", build_metadata(self.metadata))

    if typing.TYPE_CHECKING:

        def __init__(
            self, success: bool, description: str | None = None, metadata: Mapping[str, object] | None = None
        ) -> None: ...


TypeCheckFn = Callable[[Any, Any], Any]


class DagsterType:
    """A named check of values.

    ``type_check_fn(context, value)`` returns a bool or a :class:`TypeCheck`. ``typing_type`` is the Python type it
    stands for (what I/O managers are asked to load).

    >>> Even = DagsterType(name="Even", type_check_fn=lambda _, value: value % 2 == 0)
    """

    def __init__(
        self,
        type_check_fn: TypeCheckFn,
        key: str | None = None,
        name: str | None = None,
        is_builtin: bool = False,
        description: str | None = None,
        loader: DagsterTypeLoader | None = None,
        required_resource_keys: collections.abc.Set[str] | None = None,
        metadata: Mapping[str, object] | None = None,
        typing_type: Any = Any,
        kind: str = "regular",
    ) -> None:
        if not name and not key:
            raise DagsterInvalidDefinitionError("A DagsterType needs a name or a key.")
        if not isinstance(name or key, str) or not callable(type_check_fn):
            raise CheckError(
                f"A DagsterType has a text for its name and a function to check with, not {name!r} and {type_check_fn!r}."
            )
        self.key = key or name or ""
        self.unique_name = name
        self._type_check_fn = type_check_fn
        self.is_builtin = is_builtin
        self._description = description
        self.loader = loader
        self.required_resource_keys = frozenset(required_resource_keys or ())
        self.metadata = build_metadata(metadata)
        self.typing_type = typing_type
        self.kind = kind

    @property
    def display_name(self) -> str:
        """The name for people."""
        return self.unique_name or self.key

    @property
    def description(self) -> str | None:
        """What the type stands for."""
        return self._description

    @property
    def is_nothing(self) -> bool:
        """Whether no value travels."""
        return self.kind == "nothing"

    @property
    def is_any(self) -> bool:
        """Whether every value passes."""
        return self.kind == "any"

    def type_check(self, context: Any, value: object) -> TypeCheck:
        """Check ``value``. What the check function raises passes through."""
        result = self._type_check_fn(context, value)
        if isinstance(result, TypeCheck):
            return result
        if isinstance(result, bool) or (result is not None and type(result).__name__ in ("bool_", "bool")):
            return TypeCheck(bool(result))
        raise DagsterInvariantViolationError(
            f'The check of the type "{self.display_name}" returned {result!r}; it must return a bool or a TypeCheck.'
        )

    def __repr__(self) -> str:
        return f"DagsterType(name={self.display_name!r})"


class DagsterTypeLoader:
    """Makes a value from config, for an input that no output feeds."""

    def __init__(
        self,
        config_schema: Any,
        func: Callable[[Any, Any], Any],
        required_resource_keys: collections.abc.Set[str] = frozenset(),
    ) -> None:
        self.schema_type = config_schema
        self.func = func
        self._required = frozenset(required_resource_keys)

    def required_resource_keys(self) -> frozenset[str]:
        """The resources that the loader needs."""
        return self._required

    def construct_from_config_value(self, context: Any, config_value: Any) -> Any:
        """The value that ``config_value`` stands for."""
        return self.func(context, config_value)


class DagsterTypeLoaderContext:
    """What the loader of a type is told: the running step's resources and log."""

    def __init__(self, step_context: Any) -> None:
        self._step = step_context
        self.resources = step_context.resources
        self.log = step_context.log
        self.job_def = getattr(step_context, "job_def", None)
        self.op_def = getattr(step_context, "op_def", None)


TypeCheckContext = DagsterTypeLoaderContext


def dagster_type_loader(
    config_schema: Any, required_resource_keys: collections.abc.Set[str] | None = None, **_: Any
) -> Callable[[Callable[[Any, Any], Any]], DagsterTypeLoader]:
    """Make a type loader from a function of (context, config value).

    >>> @dagster_type_loader({"path": str})
    ... def load_frame(_, config): return config["path"]
    """

    def decorate(func: Callable[[Any, Any], Any]) -> DagsterTypeLoader:
        return DagsterTypeLoader(config_schema, func, required_resource_keys or frozenset())

    return decorate


class PythonObjectDagsterType(DagsterType):
    """Values that are instances of a class (or of one of several).

    >>> PythonObjectDagsterType(dict, name="Settings").display_name
    'Settings'
    """

    def __init__(
        self,
        python_type: type | tuple[type, ...],
        key: str | None = None,
        name: str | None = None,
        **rest: Any,
    ) -> None:
        expected = python_type if isinstance(python_type, tuple) else (python_type,)
        label = " or ".join(each.__name__ for each in expected)

        def check(_: Any, value: object) -> TypeCheck:
            if isinstance(value, expected):
                return _PASSED
            return TypeCheck(False, f"Value of type {type(value)} failed type check: expected {label}.")

        super().__init__(
            check,
            key=key,
            name=name or label,
            typing_type=expected[0] if len(expected) == 1 else Union[expected],  # noqa: UP007 - a tuple known at run time
            **rest,
        )
        self.python_type = python_type


_PASSED = TypeCheck(True)


def _scalar(name: str, python_type: type, accepts: Callable[[Any], bool]) -> DagsterType:
    def check(_: Any, value: object) -> TypeCheck:
        if accepts(value):
            return _PASSED
        return TypeCheck(
            False, f'Value "{value!r}" of python type "{type(value).__name__}" must be a {name}.'
        )

    return DagsterType(check, name=name, is_builtin=True, typing_type=python_type, kind="scalar")


ANY = DagsterType(lambda _, value: _PASSED, name="Any", is_builtin=True, kind="any")
NOTHING = DagsterType(
    lambda _, value: value is None, name="Nothing", is_builtin=True, typing_type=type(None), kind="nothing"
)
BOOL = _scalar("Bool", bool, lambda value: isinstance(value, bool))
INT = _scalar("Int", int, lambda value: isinstance(value, int))
FLOAT = _scalar("Float", float, lambda value: isinstance(value, float))
STRING = _scalar("String", str, lambda value: isinstance(value, str))

_BUILTIN: dict[Any, DagsterType] = {
    Any: ANY,
    inspect.Parameter.empty: ANY,
    None: ANY,
    bool: BOOL,
    int: INT,
    float: FLOAT,
    str: STRING,
    type(None): NOTHING,
}
_registered: dict[Any, DagsterType] = {}
_resolved: dict[Any, DagsterType] = {}


def _is_instance(value: Any, container: Any) -> bool:
    return isinstance(value, container)


def _elements(
    name: str,
    container: type | tuple[type, ...],
    elements: Sequence[DagsterType],
    typing_type: Any,
    fixed: bool = False,
) -> DagsterType:
    """A list, set or sequence of one type; a tuple of several (``fixed``: of as many values)."""

    def check(context: Any, value: Any) -> TypeCheck:
        if not _is_instance(value, container):
            return TypeCheck(False, f"Value of type {type(value).__name__} must be a {name}.")
        checks = elements if fixed else list(elements) * len(value)
        if container is tuple and fixed and len(value) != len(elements):
            return TypeCheck(False, f"A tuple of {len(elements)} values is expected, got {len(value)}.")
        for element, expected in zip(value, checks, strict=False):
            result = expected.type_check(context, element)
            if not result.success:
                return result
        return _PASSED

    return DagsterType(check, name=name, is_builtin=True, typing_type=typing_type, kind="generic")


def _mapping(key: DagsterType, item: DagsterType, typing_type: Any) -> DagsterType:
    def check(context: Any, value: Any) -> TypeCheck:
        if not isinstance(value, collections.abc.Mapping):
            return TypeCheck(False, f"Value of type {type(value).__name__} must be a dict.")
        for name, element in value.items():
            for expected, part in ((key, name), (item, element)):
                result = expected.type_check(context, part)
                if not result.success:
                    return result
        return _PASSED

    return DagsterType(
        check,
        name=f"Dict[{key.display_name},{item.display_name}]",
        is_builtin=True,
        typing_type=typing_type,
        kind="generic",
    )


def _either(options: Sequence[DagsterType], typing_type: Any) -> DagsterType:
    names = [option.display_name for option in options]

    def check(context: Any, value: Any) -> TypeCheck:
        if any(option.type_check(context, value).success for option in options):
            return _PASSED
        return TypeCheck(False, f"Value of type {type(value).__name__} is none of {', '.join(names)}.")

    return DagsterType(
        check, name=f"Union[{', '.join(names)}]", is_builtin=True, typing_type=typing_type, kind="generic"
    )


def _optional(inner: DagsterType, typing_type: Any) -> DagsterType:
    return DagsterType(
        lambda context, value: _PASSED if value is None else inner.type_check(context, value),
        name=f"{inner.display_name}?",
        is_builtin=True,
        typing_type=typing_type,
        kind="generic",
    )


def _resolve_generic(annotation: Any, origin: Any, arguments: tuple[Any, ...]) -> DagsterType:
    if origin in (Union, types.UnionType):
        some = [resolve_dagster_type(option) for option in arguments if option is not type(None)]
        inner = some[0] if len(some) == 1 else _either(some, annotation)
        return _optional(inner, annotation) if type(None) in arguments else inner
    if origin in (list, set, frozenset, collections.abc.Sequence, collections.abc.Iterable):
        element = resolve_dagster_type(arguments[0]) if arguments else ANY
        container = {list: list, set: set, frozenset: frozenset}.get(origin, origin)
        is_set = origin in (set, frozenset)
        name = f"Set[{element.display_name}]" if is_set else f"[{element.display_name}]"
        return _elements(name, container, [element], annotation)
    if origin is tuple:
        return _tuple(arguments, annotation)
    if origin in (dict, collections.abc.Mapping):
        key, item = arguments if arguments else (Any, Any)
        return _mapping(resolve_dagster_type(key), resolve_dagster_type(item), annotation)
    if origin is typing.Annotated:
        return resolve_dagster_type(arguments[0])
    if origin is typing.Literal:
        allowed = set(arguments)
        return DagsterType(lambda _, value: value in allowed, name=str(annotation), typing_type=annotation)
    if isinstance(origin, type):
        made = PythonObjectDagsterType(origin)
        made.typing_type = annotation
        return made
    return ANY


def _tuple(arguments: tuple[Any, ...], annotation: Any) -> DagsterType:
    fixed = bool(arguments) and arguments[-1] is not Ellipsis
    elements = [resolve_dagster_type(each) for each in arguments if each is not Ellipsis]
    name = f"Tuple[{','.join(each.display_name for each in elements)}]" if elements else "Tuple"
    return _elements(name, tuple, elements or [ANY], annotation, fixed)


def resolve_dagster_type(annotation: Any) -> DagsterType:
    """The type for an annotation, a class, a :class:`DagsterType`, or a builtin such as ``String``.

    Raises :class:`DagsterInvalidDefinitionError` for anything else.
    """
    if isinstance(annotation, DagsterType):
        return annotation
    try:
        known = _registered.get(annotation) or _BUILTIN.get(annotation) or _resolved.get(annotation)
    except TypeError:  # unhashable
        known = None
    if known is not None:
        return known
    made = getattr(annotation, "__headwater_dagster_type__", None)
    if isinstance(made, DagsterType):
        return made
    result = _resolve_new(annotation)
    try:
        _resolved[annotation] = result
    except TypeError:
        pass  # an unhashable annotation is resolved anew each time
    return result


def _resolve_new(annotation: Any) -> DagsterType:
    if isinstance(annotation, typing.TypeVar):
        return ANY
    origin = typing.get_origin(annotation)
    if origin is not None:
        return _resolve_generic(annotation, origin, typing.get_args(annotation))
    if annotation in (typing.List, typing.Tuple, typing.Dict, typing.Set):  # noqa: UP006
        return PythonObjectDagsterType(typing.get_origin(annotation) or list)
    if isinstance(annotation, type):
        if issubclass(annotation, BuiltinDagsterType):
            return annotation.dagster_type
        return PythonObjectDagsterType(annotation)
    if isinstance(annotation, str):
        return ANY
    if annotation in (Sequence, collections.abc.Sequence):
        return PythonObjectDagsterType(collections.abc.Sequence)
    raise DagsterInvalidDefinitionError(
        f"{annotation!r} is not a type that an input or output can have. "
        "Use a class, a typing annotation, or a DagsterType."
    )


class BuiltinDagsterType:
    """Names of built-in types that can stand where a class stands, such as ``Nothing``."""

    dagster_type: DagsterType = ANY


class Nothing(BuiltinDagsterType):
    """No value travels: the input or output only orders steps."""

    dagster_type = NOTHING


def usable_as_dagster_type(
    name: Any = None, description: str | None = None, loader: DagsterTypeLoader | None = None
) -> Any:
    """Make a class usable as a type under a name and with a loader of its own.

    >>> @usable_as_dagster_type
    ... class Settings: ...
    """

    def decorate(cls: type) -> type:
        make_python_type_usable_as_dagster_type(
            cls,
            PythonObjectDagsterType(
                cls,
                name=name if isinstance(name, str) else cls.__name__,
                description=description,
                loader=loader,
            ),
        )
        return cls

    if isinstance(name, type):
        cls, name = name, name.__name__
        return decorate(cls)
    return decorate


def make_python_type_usable_as_dagster_type(python_type: type, dagster_type: DagsterType) -> None:
    """Let ``python_type``, where it is an annotation, mean ``dagster_type``.

    Raises :class:`DagsterInvalidDefinitionError` when the class already means another type.
    """
    known = _registered.get(python_type)
    if known is not None and known is not dagster_type:
        raise DagsterInvalidDefinitionError(
            f"{python_type.__name__} already means the type {known.display_name}; a class can mean only one."
        )
    _registered[python_type] = dagster_type


def check_dagster_type(dagster_type: Any, value: Any) -> TypeCheck:
    """Check a value against a type in a test. The check gets an empty context.

    >>> check_dagster_type(int, "one").success
    False
    """
    resolved = resolve_dagster_type(dagster_type)
    return resolved.type_check(None, value)
