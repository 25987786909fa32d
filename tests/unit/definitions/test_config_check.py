"""Values against schemas: what is accepted, what it becomes, and what is said about the rest."""

from __future__ import annotations

import enum
import json
from typing import Any, Literal, Optional

import pytest

from headwater.definitions.config_check import check_config, find_config_errors
from headwater.definitions.config_description import describe_schema, example_config
from headwater.definitions.config_field import (
    Array,
    Field,
    Map,
    Noneable,
    Permissive,
    ScalarUnion,
    Selector,
    Shape,
    resolve_config_type,
)
from headwater.definitions.config_type import BoolSource, Enum, EnumValue, IntSource, StringSource
from headwater.definitions.env_var import EnvVar
from headwater.model.config_finding import ConfigFinding
from headwater.model.errors import (
    CheckError,
    DagsterInvalidConfigDefinitionError,
    DagsterInvalidConfigError,
    DagsterInvalidDefinitionError,
    ParameterCheckError,
)


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


def findings(schema: Any, *value: Any) -> list[ConfigFinding]:
    """What is found wrong with a value; there must be something."""
    with pytest.raises(DagsterInvalidConfigError) as caught:
        check_config(schema, *value)
    return caught.value.errors


def places(schema: Any, *value: Any) -> list[tuple[str, str]]:
    return [("/".join(map(str, each.path)), each.reason) for each in findings(schema, *value)]


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (int, 3),
        (str, "text"),
        (bool, False),
        (float, 1.5),
        (dict, {"any": ["thing"]}),
        (list, [1, "two", None]),
        (None, {"any": 1}),
        (Any, [1]),
        ([int], [1, 2]),
        (Array({"a": int}), [{"a": 1}]),
        ({str: int}, {"a": 1}),
        (Map(str, int, key_label_name="name"), {"a": 1}),
        (list[int], [1]),
        (dict[str, int], {"a": 1}),
        (Optional[int], None),  # noqa: UP045 - both forms are read
        (int | None, 3),
        (Literal["a", "b"], "b"),
        (Noneable(int), None),
        (Noneable([int]), [1]),
        (Permissive(), {"any": 1}),
        (Permissive({"known": int}), {"known": 1, "other": []}),
        (Shape({"a": {"b": int}}), {"a": {"b": 1}}),
        (Selector({"a": int, "b": {"c": str}}), {"b": {"c": "x"}}),
        (ScalarUnion(int, {"deep": int}), 3),
        (ScalarUnion(int, {"deep": int}), {"deep": 3}),
    ],
)
def test_what_fits_comes_out_as_it_is(schema: Any, value: Any) -> None:
    assert check_config(schema, value) == value


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (int, "3"),
        (int, True),
        (int, 1.5),
        (int, None),
        (float, "1"),
        (float, True),
        (bool, 1),
        (str, 1),
        (dict, [1]),
        (list, "text"),
        ([int], 3),
        ({"a": int}, None),
        (Noneable(int), "x"),
        (Map(str, int), []),
        (Selector({"a": int}), 3),
        (ScalarUnion(int, {"a": int}), "x"),
        (ScalarUnion(int, {"a": int}), None),
        (StringSource, 1),
        (IntSource, "1"),
        (IntSource, {"envv": "X"}),
        (BoolSource, 1),
    ],
)
def test_what_does_not_fit_is_found_where_it_stands(schema: Any, value: Any) -> None:
    (finding,) = findings({"outer": schema}, {"outer": value})
    assert finding.path == ("outer",)
    assert finding.reason == "wrong_type"
    assert finding.message.startswith("outer: ")


def test_a_whole_number_is_a_float() -> None:
    assert check_config(float, 2) == 2.0
    assert type(check_config(float, 2)) is float


def test_all_mistakes_are_found_at_once_each_with_its_place() -> None:
    schema = {"host": str, "ports": [int], "deep": {"limit": int}, "by_name": {str: int}}
    value = {
        "host": 3,
        "ports": [1, "two", "three"],
        "deep": {"limit": "x", "colour": 1},
        "by_name": {"k": "v"},
    }
    assert sorted(places(schema, value)) == [
        ("by_name/k", "wrong_type"),
        ("deep", "unknown"),
        ("deep/limit", "wrong_type"),
        ("host", "wrong_type"),
        ("ports/1", "wrong_type"),
        ("ports/2", "wrong_type"),
    ]


def test_the_error_says_whose_config_it_is_where_the_mistake_is_and_what_was_meant() -> None:
    with pytest.raises(DagsterInvalidConfigError) as caught:
        check_config({"colour": str}, {"color": "red"}, path=("ops", "paint", "config"), what='the job "all"')
    missing, unknown = caught.value.errors
    assert 'the job "all"' in str(caught.value)
    assert "ops -> paint -> config -> colour: a value is needed (String)" in str(caught.value)
    assert 'ops -> paint -> config: there is no field "color" here. Did you mean "colour"?' in str(
        caught.value
    )
    assert (missing.reason, unknown.reason, unknown.suggestion) == ("missing", "unknown", "colour")
    assert caught.value.config_value == {"color": "red"}


def test_of_a_missing_part_the_fields_are_named_that_have_to_be_filled_in() -> None:
    schema = {"ops": {"first": {"config": {"size": int, "name": Field(str, default_value="x")}}}}
    assert places(schema, {}) == [("ops/first/config/size", "missing")]


def test_errors_can_be_had_without_raising() -> None:
    assert find_config_errors({"a": int}, {"a": 1}) == []
    assert [each.reason for each in find_config_errors({"a": int}, {"b": 1})] == ["missing", "unknown"]


# -- defaults ------------------------------------------------------------------------------------------------


def test_defaults_fill_in_what_is_left_out() -> None:
    schema = {
        "size": Field(int, default_value=3),
        "maybe": Noneable(int),
        "optional": Field(int, is_required=False),
        "deep": {"a": Field(int, default_value=1), "b": Field(str, is_required=False)},
        "choice": Selector({"only": Field(int, default_value=7)}),
        "open": Permissive({"a": Field(int, default_value=2)}),
    }
    assert check_config(schema) == {
        "size": 3,
        "maybe": None,
        "deep": {"a": 1},
        "choice": {"only": 7},
        "open": {"a": 2},
    }
    assert check_config(schema, {"deep": {"a": 5}, "open": {"z": 1}})["deep"] == {"a": 5}


def test_an_optional_part_without_a_default_stays_out() -> None:
    schema = {"a": Field({"b": Field(int, default_value=3)}, is_required=False)}
    assert check_config(schema, {}) == {}
    assert check_config(schema, {"a": {}}) == {"a": {"b": 3}}


def test_a_default_is_not_shared_between_those_who_get_it() -> None:
    schema = {"a": Field(Any, default_value={"list": []})}
    check_config(schema)["a"]["list"].append(1)
    assert check_config(schema) == {"a": {"list": []}}


def test_a_default_must_fit() -> None:
    with pytest.raises(DagsterInvalidConfigError, match="is not Int"):
        Field(int, default_value="x")
    with pytest.raises(ParameterCheckError):
        Field(int, default_value=1, is_required=True)
    with pytest.raises(CheckError):
        _ = Field(int).default_value


def test_a_field_may_have_another_name_in_config() -> None:
    schema = Shape({"size": int}, field_aliases={"size": "SIZE"})
    assert check_config(schema, {"SIZE": 1}) == check_config(schema, {"size": 1}) == {"size": 1}


# -- choices -------------------------------------------------------------------------------------------------


def test_of_a_selector_exactly_one_is_given() -> None:
    schema = Selector({"file": {"path": Field(str, default_value="p")}, "memory": int})
    assert check_config(schema, {"file": None}) == {"file": {"path": "p"}}
    assert places({"s": schema}, {"s": {}}) == [("s", "choice")]
    assert places({"s": schema}, {"s": {"file": {}, "memory": 1}}) == [("s", "choice")]
    (unknown,) = findings(schema, {"memroy": 1})
    assert unknown.suggestion == "memory"


def test_an_enum_is_given_by_name() -> None:
    mode = Enum("Mode", [EnumValue("FAST", 1), EnumValue("SLOW")])
    assert check_config([mode], ["FAST", "SLOW"]) == [1, "SLOW"]
    assert check_config(Enum.from_python_enum(Colour), "RED") is Colour.RED
    assert check_config(Colour, Colour.RED) is Colour.RED
    assert check_config({"c": Field(Colour, default_value="BLUE")}) == {"c": Colour.BLUE}
    assert check_config(Colour, Colour.RED, resolve=False) == "RED"
    (finding,) = findings(mode, "FASST")
    assert (finding.reason, finding.suggestion) == ("choice", "FAST")
    assert "FAST, SLOW" in finding.message
    with pytest.raises(DagsterInvalidConfigError):
        check_config(Colour, "red")


# -- environment variables -----------------------------------------------------------------------------------


def test_sources_read_the_environment_when_they_are_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_TEXT", "text")
    monkeypatch.setenv("A_NUMBER", "12")
    monkeypatch.setenv("A_FLAG", "false")
    schema = {"t": StringSource, "n": Field(IntSource, default_value={"env": "A_NUMBER"}), "f": [BoolSource]}
    value = {"t": {"env": "A_TEXT"}, "f": [{"env": "A_FLAG"}, True]}
    assert check_config(schema, value) == {"t": "text", "n": 12, "f": [False, True]}
    plain = check_config(schema, value, resolve=False)
    assert plain == {**value, "n": {"env": "A_NUMBER"}}
    assert check_config({"t": StringSource}, {"t": EnvVar("A_TEXT")}) == {"t": "text"}


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("1", True), ("yes", True), ("0", False), ("", False)]
)
def test_the_text_of_a_flag(monkeypatch: pytest.MonkeyPatch, text: str, value: bool) -> None:
    monkeypatch.setenv("A_FLAG", text)
    assert check_config(BoolSource, {"env": "A_FLAG"}) is value


def test_a_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOT_SET", raising=False)
    (finding,) = findings({"a": [StringSource]}, {"a": ["x", {"env": "NOT_SET"}]})
    assert (finding.reason, finding.variable, finding.path) == ("env_missing", "NOT_SET", ("a", 1))
    assert "NOT_SET" in finding.message
    assert find_config_errors(StringSource, {"env": "NOT_SET"}) == []


def test_the_value_of_a_variable_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_NUMBER", "hunter2")
    (finding,) = findings(IntSource, {"env": "A_NUMBER"})
    assert (finding.reason, finding.variable) == ("env_unreadable", "A_NUMBER")
    assert "hunter2" not in str(finding)


def test_an_env_var_where_the_schema_has_none_says_what_to_write() -> None:
    (finding,) = findings({"a": str}, {"a": EnvVar("X")})
    assert finding.reason == "env_misplaced"
    assert "StringSource" in finding.message


def test_the_value_of_a_secret_field_is_never_shown() -> None:
    (finding,) = findings({"token": Field(int, is_secret=True)}, {"token": "hunter2"})
    assert "hunter2" not in str(finding)
    assert "hunter2" not in repr(Field(str, default_value="hunter2", is_secret=True))
    assert "hunter2" not in json.dumps(describe_schema(Field(str, default_value="hunter2", is_secret=True)))


# -- what is no schema ---------------------------------------------------------------------------------------


def test_what_is_no_schema_is_named_with_its_place() -> None:
    with pytest.raises(DagsterInvalidConfigDefinitionError, match="a -> b") as caught:
        resolve_config_type({"a": {"b": object}})
    assert caught.value.current_value is object
    assert list(caught.value.stack) == ["a", "b"]


@pytest.mark.parametrize("schema", [3, "text", {1, 2}, object, (int,), [int, str], [], {1: int}])
def test_what_is_no_field(schema: Any) -> None:
    with pytest.raises(DagsterInvalidDefinitionError):
        Field(schema)


@pytest.mark.parametrize(
    "build",
    [
        lambda: Map({"a": int}, int),
        lambda: ScalarUnion({"a": int}, int),
        lambda: ScalarUnion(int, str),
        lambda: Selector([int]),  # type: ignore[arg-type]
        lambda: Shape(3),  # type: ignore[arg-type]
        lambda: Enum("E", ["text"]),  # type: ignore[list-item]
        lambda: Enum("E", [EnumValue("a"), EnumValue("a")]),
        lambda: EnumValue(3),  # type: ignore[arg-type]
    ],
)
def test_types_refuse_what_makes_no_sense(build: Any) -> None:
    with pytest.raises(CheckError):
        build()


# -- descriptions --------------------------------------------------------------------------------------------


def test_a_schema_is_described_as_plain_json() -> None:
    schema = Shape(
        {
            "size": Field(int, default_value=3, description="How many"),
            "colour": Field(Colour, default_value=Colour.RED),
            "token": Field(StringSource, default_value=EnvVar("TOKEN")),
            "names": [Noneable(str)],
            "by_key": Map(str, ScalarUnion(int, {"deep": int}), key_label_name="key"),
            "one": Selector({"a": int}),
        },
        description="All of it",
    )
    described = describe_schema(schema)
    assert json.loads(json.dumps(described)) == described
    assert (described["kind"], described["description"], described["required"]) == (
        "shape",
        "All of it",
        True,
    )
    fields = described["fields"]
    assert fields["size"] == {
        "kind": "scalar",
        "name": "Int",
        "required": False,
        "description": "How many",
        "default": 3,
    }
    assert [each["name"] for each in fields["colour"]["values"]] == ["RED", "BLUE"]
    assert fields["colour"]["default"] == "RED"
    assert fields["token"]["default"] == {"env": "TOKEN"}
    assert fields["names"]["inner"]["inner"]["name"] == "String"
    assert fields["by_key"]["key_label"] == "key"


def test_an_example_holds_what_is_needed_and_fits() -> None:
    schema = {
        "name": str,
        "size": Field(int, default_value=1),
        "deep": {"list": [Colour], "one": Selector({"a": int})},
    }
    example = example_config(schema)
    assert set(example) == {"name", "deep"}
    assert find_config_errors(schema, example) == []
