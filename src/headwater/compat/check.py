"""Checks of arguments, as projects know them from ``dagster._check``.

    check.str_param(name, "name")
    check.opt_list_param(keys, "keys", of_type=str)

Each gives its argument back when it fits, and raises :class:`CheckError` when it does not (of a parameter:
:class:`ParameterCheckError`). ``opt_…`` takes None too, and gives the default or an empty collection;
``opt_nullable_…`` gives None.
"""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NoReturn, TypeVar, get_type_hints

from headwater.model.errors import (
    CheckError,
    ElementCheckError,
    NotImplementedCheckError,
    ParameterCheckError,
)

T = TypeVar("T")
Check = Callable[..., Any]
Types = type | tuple[type, ...]


# -- statements ----------------------------------------------------------------------------------------------


def failed(desc: str) -> NoReturn:
    """Say that this place should never be reached."""
    raise CheckError(f"Failure condition: {desc}")


def not_implemented(desc: str) -> NoReturn:
    """Say that something remains to be written."""
    raise NotImplementedCheckError(f"Not implemented: {desc}")


def assert_never(value: object) -> NoReturn:
    """Say that no other value was expected."""
    failed(f"Unhandled value: {value!r} ({type(value).__name__})")


def invariant(condition: Any, desc: str | None = None) -> bool:
    """Check that something holds."""
    if not condition:
        raise CheckError(f"Invariant failed. Description: {desc}" if desc else "Invariant failed.")
    return True


def param_invariant(condition: Any, param_name: str, desc: str | None = None) -> None:
    """Check that something holds of a parameter."""
    if not condition:
        raise ParameterCheckError(f"{_param(param_name)} does not fit. Description: {desc}")


def not_none(value: T | None, additional_message: str | None = None) -> T:
    """Check that there is a value."""
    if value is None:
        raise CheckError(_told("Expected a value, got None.", additional_message))
    return value


def not_none_param(obj: T | None, param_name: str, additional_message: str | None = None) -> T:
    """Check that a parameter has a value."""
    if obj is None:
        raise ParameterCheckError(_told(f"{_param(param_name)} cannot be None.", additional_message))
    return obj


def inst(obj: Any, ttype: Any, additional_message: str | None = None) -> Any:
    """Check what a value is an instance of."""
    if not isinstance(obj, ttype):
        raise CheckError(_told(f"Expected {_shown(ttype)}, got {_got(obj)}.", additional_message))
    return obj


def opt_inst(obj: Any, ttype: Any, additional_message: str | None = None) -> Any:
    """Check what a value is an instance of, if there is one."""
    return None if obj is None else inst(obj, ttype, additional_message)


def is_callable(obj: Any, additional_message: str | None = None) -> Any:
    """Check that a value can be called."""
    if not callable(obj):
        raise CheckError(_told(f"Must be callable, got {_got(obj)}.", additional_message))
    return obj


def generator(obj: object) -> Any:
    """Check that a value is what a function that yields returns."""
    if not isinstance(obj, Generator):
        raise ParameterCheckError(f"Not a generator (what a function that yields returns): {_got(obj)}.")
    return obj


def opt_generator(obj: object) -> Any:
    """Check that a value, if there is one, is what a function that yields returns."""
    return None if obj is None else generator(obj)


# -- scalars and instances -----------------------------------------------------------------------------------


def _scalar(types: Types, name: str) -> tuple[Check, Check, Check, Check]:
    """Checks of a parameter, an optional one, an element of a mapping, an optional one."""

    def param(obj: object, param_name: str, additional_message: str | None = None) -> Any:
        return _of(obj, types, name, param_name, additional_message)

    def opt_param(
        obj: object, param_name: str, default: Any = None, additional_message: str | None = None
    ) -> Any:
        return default if obj is None else param(obj, param_name, additional_message)

    def elem(ddict: Mapping[Any, Any], key: str, additional_message: str | None = None) -> Any:
        return _element(ddict, key, ddict[key], types, name, additional_message)

    def opt_elem(ddict: Mapping[Any, Any], key: str, additional_message: str | None = None) -> Any:
        value = ddict.get(key)
        return None if value is None else _element(ddict, key, value, types, name, additional_message)

    return param, opt_param, elem, opt_elem


str_param, opt_str_param, str_elem, opt_str_elem = _scalar(str, "str")
int_param, opt_int_param, int_elem, opt_int_elem = _scalar(int, "int")
float_param, opt_float_param, float_elem, opt_float_elem = _scalar(float, "float")
bool_param, opt_bool_param, bool_elem, opt_bool_elem = _scalar(bool, "bool")
numeric_param, opt_numeric_param, _, _ = _scalar((int, float), "number")


def int_value_param(obj: object, value: int, param_name: str, additional_message: str | None = None) -> int:
    """Check that a parameter is one certain number."""
    param_invariant(obj == value, param_name, _told(f"It should be {value}.", additional_message))
    return value


def opt_nonempty_str_param(
    obj: object, param_name: str, default: str | None = None, additional_message: str | None = None
) -> str | None:
    """Check that a parameter is text; empty text counts as none."""
    return opt_str_param(obj, param_name, None, additional_message) or default


def path_param(obj: Any, param_name: str, additional_message: str | None = None) -> str:
    """Check that a parameter is a path; give it as text."""
    path: str = os.fspath(_of(obj, (str, os.PathLike), "path", param_name, additional_message))
    return path


def opt_path_param(
    obj: Any, param_name: str, default: Any = None, additional_message: str | None = None
) -> Any:
    """Check that a parameter, if there is one, is a path; give it as text."""
    return default if obj is None else path_param(obj, param_name, additional_message)


def inst_param(obj: Any, param_name: str, ttype: Any, additional_message: str | None = None) -> Any:
    """Check what a parameter is an instance of."""
    return _of(obj, ttype, _shown(ttype), param_name, additional_message)


def opt_inst_param(
    obj: Any, param_name: str, ttype: Any, default: Any = None, additional_message: str | None = None
) -> Any:
    """Check what a parameter, if there is one, is an instance of."""
    return default if obj is None else inst_param(obj, param_name, ttype, additional_message)


def literal_param(
    obj: Any, param_name: str, values: Sequence[object], additional_message: str | None = None
) -> Any:
    """Check that a parameter is one of several values."""
    if obj not in values:
        raise ParameterCheckError(
            _told(f"{_param(param_name)} must be one of {list(values)}, got {obj!r}.", additional_message)
        )
    return obj


def opt_literal_param(
    obj: Any, param_name: str, values: Sequence[object], additional_message: str | None = None
) -> Any:
    """Check that a parameter, if there is one, is one of several values."""
    return None if obj is None else literal_param(obj, param_name, values, additional_message)


def callable_param(obj: Any, param_name: str, additional_message: str | None = None) -> Any:
    """Check that a parameter can be called."""
    if not callable(obj):
        raise ParameterCheckError(
            _told(f"{_param(param_name)} must be callable, got {_got(obj)}.", additional_message)
        )
    return obj


def opt_callable_param(
    obj: Any, param_name: str, default: Any = None, additional_message: str | None = None
) -> Any:
    """Check that a parameter, if there is one, can be called."""
    return default if obj is None else callable_param(obj, param_name, additional_message)


def class_param(
    obj: Any, param_name: str, superclass: type | None = None, additional_message: str | None = None
) -> Any:
    """Check that a parameter is a class, and a subclass of another."""
    if not isinstance(obj, type) or not issubclass(obj, superclass or object):
        wanted = f"a subclass of {superclass.__name__}" if superclass else "a class"
        raise ParameterCheckError(
            _told(f"{_param(param_name)} must be {wanted}, got {_got(obj)}.", additional_message)
        )
    return obj


def opt_class_param(
    obj: Any,
    param_name: str,
    default: Any = None,
    superclass: type | None = None,
    additional_message: str | None = None,
) -> Any:
    """Check that a parameter, if there is one, is a class."""
    return default if obj is None else class_param(obj, param_name, superclass, additional_message)


def generator_param(obj: Any, param_name: str) -> Any:
    """Check that a parameter is what a function that yields returns."""
    return _of(obj, Generator, "generator", param_name, None)


def opt_generator_param(obj: Any, param_name: str) -> Any:
    """Check that a parameter, if there is one, is what a function that yields returns."""
    return None if obj is None else generator_param(obj, param_name)


def iterator_param(obj: Any, param_name: str, additional_message: str | None = None) -> Any:
    """Check that a parameter is an iterator."""
    return _of(obj, Iterator, "iterator", param_name, additional_message)


# -- collections ---------------------------------------------------------------------------------------------


def _collection(types: Types, name: str, empty: Callable[[], Any]) -> tuple[Check, Check, Check]:
    """Checks of a parameter, an optional one (empty without), one that may stay None."""

    def param(
        obj: Any,
        param_name: str,
        of_type: Types | None = None,
        additional_message: str | None = None,
        *,
        of_shape: tuple[Types, ...] | None = None,
    ) -> Any:
        if isinstance(obj, str):
            raise ParameterCheckError(
                _told(f"{_param(param_name)} is not a {name}: got {_got(obj)}.", additional_message)
            )
        _of(obj, types, name, param_name, additional_message)
        _check_members(obj, name, of_type, additional_message)
        _check_shape(obj, of_shape, additional_message)
        return obj

    def opt_param(obj: Any, param_name: str, *rest: Any, **named: Any) -> Any:
        return empty() if obj is None else param(obj, param_name, *rest, **named)

    def opt_nullable_param(obj: Any, param_name: str, *rest: Any, **named: Any) -> Any:
        return None if obj is None else param(obj, param_name, *rest, **named)

    return param, opt_param, opt_nullable_param


list_param, opt_list_param, opt_nullable_list_param = _collection(list, "list", list)
set_param, opt_set_param, opt_nullable_set_param = _collection(AbstractSet, "set", frozenset)
tuple_param, opt_tuple_param, opt_nullable_tuple_param = _collection(tuple, "tuple", tuple)
sequence_param, opt_sequence_param, opt_nullable_sequence_param = _collection(Sequence, "Sequence", list)
iterable_param, opt_iterable_param, opt_nullable_iterable_param = _collection(Iterable, "Iterable", list)


def _mapping(types: Types, name: str) -> tuple[Check, Check, Check]:
    def param(
        obj: Any,
        param_name: str,
        key_type: Types | None = None,
        value_type: Types | None = None,
        additional_message: str | None = None,
    ) -> Any:
        _of(obj, types, name, param_name, additional_message)
        return _check_items(obj, key_type, value_type, additional_message)

    def opt_param(obj: Any, param_name: str, *rest: Any, **named: Any) -> Any:
        return {} if obj is None else param(obj, param_name, *rest, **named)

    def opt_nullable_param(obj: Any, param_name: str, *rest: Any, **named: Any) -> Any:
        return None if obj is None else param(obj, param_name, *rest, **named)

    return param, opt_param, opt_nullable_param


dict_param, opt_dict_param, opt_nullable_dict_param = _mapping(dict, "dict")
mapping_param, opt_mapping_param, opt_nullable_mapping_param = _mapping(Mapping, "Mapping")


def two_dim_dict_param(
    obj: Any,
    param_name: str,
    key_type: Types = str,
    value_type: Types | None = None,
    additional_message: str | None = None,
) -> Any:
    """Check that a parameter is a dict of dicts."""
    for inner in dict_param(obj, param_name, key_type, dict, additional_message).values():
        _check_items(inner, key_type, value_type, additional_message)
    return obj


def opt_two_dim_dict_param(obj: Any, param_name: str, *rest: Any, **named: Any) -> Any:
    """Check that a parameter, if there is one, is a dict of dicts."""
    return {} if obj is None else two_dim_dict_param(obj, param_name, *rest, **named)


def dict_elem(
    obj: Mapping[Any, Any],
    key: str,
    key_type: Types | None = None,
    value_type: Types | None = None,
    additional_message: str | None = None,
) -> Any:
    """Check that an element of a mapping is a dict."""
    if key not in obj:
        raise CheckError(_told(f"{key} is not in {obj!r}.", additional_message))
    return _check_items(
        _element(obj, key, obj[key], dict, "dict", additional_message),
        key_type,
        value_type,
        additional_message,
    )


def opt_dict_elem(obj: Mapping[Any, Any], key: str, *rest: Any, **named: Any) -> Any:
    """Check that an element of a mapping, if there is one, is a dict."""
    return {} if obj.get(key) is None else dict_elem(obj, key, *rest, **named)


def opt_nullable_dict_elem(obj: Mapping[Any, Any], key: str, *rest: Any, **named: Any) -> Any:
    """Check that an element of a mapping, if there is one, is a dict."""
    return None if obj.get(key) is None else dict_elem(obj, key, *rest, **named)


def list_elem(
    ddict: Mapping[Any, Any], key: str, of_type: Types | None = None, additional_message: str | None = None
) -> Any:
    """Check that an element of a mapping is a list."""
    found = _element(ddict, key, ddict.get(key), list, "list", additional_message)
    _check_members(found, "list", of_type, additional_message)
    return found


def opt_list_elem(ddict: Mapping[Any, Any], key: str, *rest: Any, **named: Any) -> Any:
    """Check that an element of a mapping, if there is one, is a list."""
    return [] if ddict.get(key) is None else list_elem(ddict, key, *rest, **named)


def is_list(obj: Any, of_type: Types | None = None, additional_message: str | None = None) -> Any:
    """Check that a value is a list."""
    return _check_members(inst(obj, list, additional_message), "list", of_type, additional_message)


def is_iterable(obj: Any, of_type: Types | None = None, additional_message: str | None = None) -> Any:
    """Check that a value can be iterated over."""
    return _check_members(inst(obj, Iterable, additional_message), "Iterable", of_type, additional_message)


def is_tuple(
    obj: Any,
    of_type: Types | None = None,
    of_shape: tuple[Types, ...] | None = None,
    additional_message: str | None = None,
) -> Any:
    """Check that a value is a tuple."""
    _check_members(inst(obj, tuple, additional_message), "tuple", of_type, additional_message)
    return _check_shape(obj, of_shape, additional_message)


def is_dict(
    obj: Any,
    key_type: Types | None = None,
    value_type: Types | None = None,
    additional_message: str | None = None,
) -> Any:
    """Check that a value is a dict."""
    return _check_items(inst(obj, dict, additional_message), key_type, value_type, additional_message)


# -- all parameters of a function ----------------------------------------------------------------------------


def checked(function: Callable[..., Any]) -> Callable[..., Any]:
    """Check, at each call of a function, those parameters whose annotation is a class."""
    signature = inspect.signature(function)
    hints = {name: hint for name, hint in get_type_hints(function).items() if isinstance(hint, type)}

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        for name, value in signature.bind(*args, **kwargs).arguments.items():
            if name in hints:
                inst_param(value, name, hints[name])
        return function(*args, **kwargs)

    return call


# -- what they all need --------------------------------------------------------------------------------------


def _told(message: str, more: str | None) -> str:
    return f"{message} {more}" if more else message


def _param(name: str) -> str:
    return f'The parameter "{name}"'


def _got(value: object) -> str:
    return f"{value!r} (a {type(value).__name__})"


def _shown(types: Any) -> str:
    if isinstance(types, tuple):
        return " or ".join(_shown(each) for each in types)
    return getattr(types, "__name__", str(types))


def _of(obj: Any, types: Any, name: str, param_name: str, more: str | None) -> Any:
    if not isinstance(obj, types):
        raise ParameterCheckError(_told(f"{_param(param_name)} is not a {name}: got {_got(obj)}.", more))
    return obj


def _element(
    ddict: Mapping[Any, Any], key: str, value: Any, types: Types, name: str, more: str | None
) -> Any:
    if not isinstance(value, types):
        raise ElementCheckError(
            _told(f'The element "{key}" of {ddict!r} is not a {name}: {_got(value)}.', more)
        )
    return value


def _check_members(obj: Any, name: str, of_type: Types | None, more: str | None) -> Any:
    for each in obj if of_type is not None else ():
        if not isinstance(each, of_type or object):
            raise CheckError(_told(f"A member of the {name} is not a {_shown(of_type)}: {_got(each)}.", more))
    return obj


def _check_shape(obj: Any, of_shape: tuple[Types, ...] | None, more: str | None) -> Any:
    if of_shape is None:
        return obj
    if len(obj) != len(of_shape):
        raise CheckError(_told(f"Expected {len(of_shape)} members, got {len(obj)}.", more))
    for index, (value, types) in enumerate(zip(obj, of_shape, strict=True)):
        if not isinstance(value, types):
            raise CheckError(_told(f"Member {index} is not a {_shown(types)}: {_got(value)}.", more))
    return obj


def _check_items(obj: Any, key_type: Types | None, value_type: Types | None, more: str | None) -> Any:
    for key, value in obj.items():
        if key_type is not None and not isinstance(key, key_type):
            raise CheckError(_told(f"A key is not a {_shown(key_type)}: {_got(key)}.", more))
        if value_type is not None and not isinstance(value, value_type):
            raise CheckError(
                _told(f'The value of "{key}" is not a {_shown(value_type)}: {_got(value)}.', more)
            )
    return obj
