"""Edges between annotations: refused only where no value could pass."""

from __future__ import annotations

import collections.abc
import datetime
import decimal
import enum
import pathlib
import typing
from abc import ABC, abstractmethod
from typing import Annotated, Any, Literal, NewType, Protocol, TypedDict, TypeVar

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.definitions.annotation_match import annotation_text, can_match

T = TypeVar("T")
UserId = NewType("UserId", int)


class Shape(ABC):
    @abstractmethod
    def area(self) -> float: ...


class Square(Shape):
    def area(self) -> float:
        return 1.0


class HasArea(Protocol):
    def area(self) -> float: ...


class Row(TypedDict):
    name: str


class Colour(enum.Enum):
    RED = "red"


class Lonely: ...


FITS = [
    (int, int),
    (int, float),
    (int, complex),
    (bool, int),
    (int, bool),  # what is annotated as its base may be of the class
    (Square, Shape),
    (Shape, Square),
    (Square, HasArea),
    (Lonely, HasArea),  # a subclass may have it
    (Lonely, Shape),
    (int, Any),
    (Any, int),
    (int, object),
    (object, int),
    (int, T),
    (str | None, str),
    (str, str | None),
    (int | str, str | bytes),
    (None, int | None),
    (None, type(None)),
    (Annotated[int, "metres"], int),
    (UserId, int),
    (int, UserId),
    (Literal["a", "b"], str),
    (Literal[1], Literal["a", 1]),
    (list, list[int]),
    (list[int], list),
    (list[int], list[float]),
    (list[Any], list[int]),
    (list[int], collections.abc.Sequence[str]),  # only equal containers are looked into
    (list[int], collections.abc.Iterable[int]),
    (dict[str, int], collections.abc.Mapping[str, int]),
    (dict[str, int], Row),
    (Row, dict[str, Any]),
    (tuple[int, ...], tuple[int, int]),
    (tuple[int, str], tuple[int, str]),
    (pd.DataFrame, pd.DataFrame),
    (pd.DataFrame, pd.Series),  # one frame may be loaded as another
    (pd.DataFrame, list[dict[str, Any]]),
    (pathlib.PosixPath, pathlib.Path),
    (datetime.datetime, datetime.date),
    (type[int], type),
    (collections.abc.Callable[[int], int], Any),
    (Colour, Colour),
]

CANNOT = [
    (int, str),
    (float, str),
    (str, int),
    (str | bytes, int | float),
    (str, list[str]),
    (list[int], list[str]),
    (list[int], dict[str, int]),
    (set[int], list[int]),
    (dict[str, int], dict[str, str]),
    (tuple[int, int], tuple[int, str]),
    (tuple[int, int], tuple[int, int, int]),
    (Lonely, Square),
    (Literal["a"], int),
    (pathlib.Path, str),
    (decimal.Decimal, float),
    (UserId, str),
    (pd.DataFrame, int),
    (str, pd.DataFrame),
    (Colour, str),
    (None, int),
]


@pytest.mark.parametrize(("given", "wanted"), FITS, ids=str)
def test_what_may_fit_is_let_through(given: Any, wanted: Any) -> None:
    assert can_match(given, wanted)


@pytest.mark.parametrize(("given", "wanted"), CANNOT, ids=str)
def test_what_cannot_fit_is_told(given: Any, wanted: Any) -> None:
    assert not can_match(given, wanted)


plain = st.sampled_from([int, str, float, bytes, bool, Lonely, Square, Shape, type(None), datetime.date])
some_annotation = st.recursive(
    plain,
    lambda inner: st.one_of(
        inner.map(lambda each: list[each]),  # type: ignore[valid-type]
        inner.map(lambda each: typing.Optional[each]),  # noqa: UP045
        st.tuples(inner, inner).map(lambda pair: typing.Union[pair]),  # noqa: UP007
        st.tuples(inner, inner).map(lambda pair: dict[pair[0], pair[1]]),  # type: ignore[valid-type]
        inner.map(lambda each: Annotated[each, "note"]),
    ),
    max_leaves=5,
)


@given(some_annotation)
def test_an_annotation_fits_itself_and_any(annotation: Any) -> None:
    assert can_match(annotation, annotation)
    assert can_match(annotation, Any)
    assert can_match(Any, annotation)


@given(some_annotation, some_annotation)
def test_a_union_fits_what_a_member_fits(one: Any, other: Any) -> None:
    assert can_match(typing.Union[one, other], other)  # noqa: UP007
    assert can_match(one, typing.Union[one, other])  # noqa: UP007


def test_annotations_are_told_as_they_are_written() -> None:
    assert [annotation_text(each) for each in (int, list[int], typing.Optional[str])] == [  # noqa: UP045
        "int",
        "list[int]",
        "Optional[str]",
    ]
