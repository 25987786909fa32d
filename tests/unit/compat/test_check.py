"""The checks of arguments which projects import from ``dagster._check``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from headwater.compat import check
from headwater.model.errors import (
    CheckError,
    ElementCheckError,
    NotImplementedCheckError,
    ParameterCheckError,
)


def test_what_fits_is_given_back() -> None:
    keys = ["a", "b"]
    assert check.list_param(keys, "keys", of_type=str) is keys
    assert check.str_param("a", "name") == "a"
    assert check.path_param(Path("/a"), "path") == "/a"
    assert check.tuple_param((1, "a"), "pair", of_shape=(int, str)) == (1, "a")
    assert check.two_dim_dict_param({"a": {"b": 1}}, "d", value_type=int) == {"a": {"b": 1}}
    assert check.class_param(bool, "cls", superclass=int) is bool
    assert check.numeric_param(1.5, "n") == 1.5
    assert check.int_elem({"a": 1}, "a") == 1


def test_an_optional_parameter_has_a_default() -> None:
    assert check.opt_str_param(None, "name", "x") == "x"
    assert check.opt_list_param(None, "keys") == []
    assert check.opt_dict_param(None, "tags") == {}
    assert check.opt_set_param(None, "names") == frozenset()
    assert check.opt_nullable_list_param(None, "keys") is None
    assert check.opt_nullable_mapping_param(None, "tags") is None
    assert check.opt_str_elem({}, "a") is None
    assert check.opt_list_elem({}, "a") == []
    assert check.opt_dict_elem({}, "a") == {}
    assert check.opt_nonempty_str_param("", "name", "x") == "x"
    assert check.opt_callable_param(None, "fn", print) is print


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        (check.str_param, (1, "name")),
        (check.int_param, ("1", "n")),
        (check.float_param, (1, "n")),
        (check.bool_param, (1, "b")),
        (check.list_param, ((1,), "keys")),
        (check.sequence_param, ("text", "keys")),
        (check.iterable_param, ("text", "keys")),
        (check.mapping_param, ([], "tags")),
        (check.inst_param, (1, "x", str)),
        (check.callable_param, (1, "fn")),
        (check.class_param, (int, "cls", str)),
        (check.literal_param, ("a", "mode", ["b"])),
        (check.generator_param, ([], "g")),
        (check.not_none_param, (None, "x")),
        (check.param_invariant, (False, "x", "why")),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(call: Any, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(ParameterCheckError, match=f'"{arguments[1]}"'):
        call(*arguments)


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        (check.list_param, (["a", 1], "keys", str)),
        (check.dict_param, ({1: 1}, "tags", str)),
        (check.dict_param, ({"a": "b"}, "tags", str, int)),
        (check.is_list, ([1], str)),
        (check.is_dict, ([],)),
        (check.is_tuple, ((1,), None, (int, int))),
        (check.inst, (1, str)),
        (check.not_none, (None,)),
        (check.invariant, (False, "why")),
        (check.failed, ("why",)),
        (check.assert_never, (1,)),
        (check.dict_elem, ({}, "a")),
    ],
)
def test_a_value_that_does_not_fit_is_an_error(call: Any, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(CheckError):
        call(*arguments)


def test_an_element_that_does_not_fit_is_named() -> None:
    with pytest.raises(ElementCheckError, match='"port"'):
        check.int_elem({"port": "80"}, "port")


def test_what_is_not_implemented_says_so() -> None:
    with pytest.raises(NotImplementedCheckError, match="later"):
        check.not_implemented("later")


def test_all_parameters_of_a_function() -> None:
    @check.checked
    def greet(name: str, times: int = 1) -> str:
        return name * times

    assert greet("a", times=2) == "aa"
    with pytest.raises(ParameterCheckError, match='"times"'):
        greet("a", "b")
