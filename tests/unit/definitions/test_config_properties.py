"""What holds of every schema: values that fit come through, and every mistake is found in its place."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from headwater.definitions.config_check import check_config, find_config_errors
from headwater.definitions.config_description import describe_schema, example_config
from headwater.definitions.config_field import Array, Field, Map, Noneable, Permissive, Selector, Shape
from headwater.definitions.config_type import Enum, EnumValue

Path = tuple[str | int, ...]


class Case(NamedTuple):
    """A schema, a value that fits it, and the places in the value which hold scalars."""

    schema: Any
    value: Any
    scalars: list[Path]


NAMES = st.text(alphabet="abcdefgh_", min_size=1, max_size=5)
WRONG = object()


def scalar(schema: Any, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Case]:
    return values.map(lambda value: Case(schema, value, [()]))


SCALARS = st.one_of(
    scalar(int, st.integers()),
    scalar(str, st.text(max_size=5)),
    scalar(bool, st.booleans()),
    scalar(float, st.floats(allow_nan=False, allow_infinity=False)),
    scalar(Enum("Mode", [EnumValue("FAST"), EnumValue("SLOW")]), st.sampled_from(["FAST", "SLOW"])),
)


def inside(case: Case, step: str | int) -> list[Path]:
    return [(step, *path) for path in case.scalars]


def listed(case: Case) -> Case:
    return Case(Array(case.schema), [case.value, case.value], [*inside(case, 0), *inside(case, 1)])


def by_key(name: str, case: Case) -> Case:
    return Case(Map(str, case.schema), {name: case.value}, inside(case, name))


def shaped(fields: dict[str, Case], is_open: bool) -> Case:
    schemas = {name: each.schema for name, each in fields.items()}
    return Case(
        Permissive(schemas) if is_open else Shape(schemas),
        {name: each.value for name, each in fields.items()},
        [path for name, each in fields.items() for path in inside(each, name)],
    )


def selected(fields: dict[str, Case], data: int) -> Case:
    name = sorted(fields)[data % len(fields)]
    schema = Selector({name: Field(each.schema, is_required=True) for name, each in fields.items()})
    return Case(schema, {name: fields[name].value}, inside(fields[name], name))


def nullable(case: Case) -> Case:
    return Case(Noneable(case.schema), case.value, case.scalars)


def grow(cases: st.SearchStrategy[Case]) -> st.SearchStrategy[Case]:
    fields = st.dictionaries(NAMES, cases, min_size=1, max_size=3)
    return st.one_of(
        cases.map(listed),
        cases.map(nullable),
        st.builds(by_key, NAMES, cases),
        st.builds(shaped, fields, st.booleans()),
        st.builds(selected, fields, st.integers(0, 2)),
    )


CASES = st.recursive(SCALARS, grow, max_leaves=8)


def with_value_at(value: Any, path: Path, new: Any) -> Any:
    """A copy of ``value`` with something else at ``path``."""
    if not path:
        return new
    step, *rest = path
    copied: Any = list(value) if isinstance(value, list) else dict(value)
    copied[step] = with_value_at(value[step], tuple(rest), new)
    return copied


@given(CASES)
def test_a_fitting_value_comes_through_and_does_so_again(case: Case) -> None:
    once = check_config(case.schema, case.value)
    assert once == case.value
    assert check_config(case.schema, once) == once
    assert check_config(case.schema, case.value, resolve=False) == case.value


@given(CASES, st.data())
def test_every_wrong_scalar_is_found_in_its_place(case: Case, data: st.DataObject) -> None:
    wrong = data.draw(st.lists(st.sampled_from(case.scalars), unique=True))
    value = case.value
    for path in wrong:
        value = with_value_at(value, path, WRONG)
    found = find_config_errors(case.schema, value)
    assert sorted(map(str, wrong)) == sorted(str(each.path) for each in found)
    assert all(each.reason == "wrong_type" for each in found)


@given(st.dictionaries(NAMES, CASES, min_size=1, max_size=4), st.data())
def test_fields_left_out_take_their_defaults(fields: dict[str, Case], data: st.DataObject) -> None:
    with_default = set(data.draw(st.lists(st.sampled_from(sorted(fields)), unique=True)))
    schema = {
        name: Field(each.schema, default_value=each.value) if name in with_default else each.schema
        for name, each in fields.items()
    }
    given_ones = {name: each.value for name, each in fields.items() if name not in with_default}
    assert check_config(schema, given_ones) == {name: each.value for name, each in fields.items()}


@given(st.dictionaries(NAMES, SCALARS, min_size=1, max_size=4), st.data())
def test_required_fields_left_out_are_all_named(fields: dict[str, Case], data: st.DataObject) -> None:
    missing = data.draw(st.lists(st.sampled_from(sorted(fields)), unique=True))
    value = {name: each.value for name, each in fields.items() if name not in missing}
    found = find_config_errors(
        {"deep": {name: each.schema for name, each in fields.items()}}, {"deep": value}
    )
    assert {each.path for each in found} == {("deep", name) for name in missing}
    assert {each.reason for each in found} <= {"missing"}


@given(st.dictionaries(NAMES, SCALARS, min_size=1, max_size=4), NAMES)
def test_unknown_fields_are_named_and_near_ones_suggested(fields: dict[str, Case], extra: str) -> None:
    case = shaped(fields, is_open=False)
    found = find_config_errors(case.schema, {**case.value, f"{extra}!": 1})
    assert [(each.path, each.reason) for each in found] == [((), "unknown")]
    assert found[0].suggestion is None or found[0].suggestion in fields


@given(CASES)
def test_every_schema_has_a_json_description_and_a_fitting_example(case: Case) -> None:
    schema = {"it": case.schema}
    described = describe_schema(schema)
    assert json.loads(json.dumps(described)) == described
    assert find_config_errors(schema, example_config(schema)) == []
