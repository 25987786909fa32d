"""Environment variables as values that nobody sees before a run needs them."""

from __future__ import annotations

import pickle

import pytest

from headwater.definitions.env_var import EnvVar, holds_env_var
from headwater.model.errors import DagsterError, EnvVarNotReadError


def test_the_value_is_read_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_TEXT", "first")
    variable = EnvVar("A_TEXT")
    assert variable.get_value() == "first"
    monkeypatch.setenv("A_TEXT", "second")
    assert variable.get_value() == "second"


def test_without_a_value_the_default_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOT_SET", raising=False)
    assert EnvVar("NOT_SET").get_value() is None
    assert EnvVar("NOT_SET").get_value("default") == "default"
    assert EnvVar.int("NOT_SET").get_value(3) == 3


def test_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_NUMBER", "12")
    assert EnvVar.int("A_NUMBER").get_value() == 12
    monkeypatch.setenv("A_NUMBER", "many")
    with pytest.raises(ValueError, match="many"):
        EnvVar.int("A_NUMBER").get_value()


@pytest.mark.parametrize("use", [str, "{}".format, lambda each: f"{each}"])
@pytest.mark.parametrize("variable", [EnvVar("A_NAME"), EnvVar.int("A_NAME")], ids=["text", "number"])
def test_taken_for_its_value_it_says_what_to_do(variable: EnvVar, use: type[str]) -> None:
    with pytest.raises(EnvVarNotReadError, match=r"EnvVar\(\"A_NAME\"\).get_value\(\)") as caught:
        use(variable)
    assert caught.value.variable == "A_NAME"
    assert isinstance(caught.value, DagsterError)
    assert isinstance(caught.value, RuntimeError)


def test_it_is_shown_by_its_name_and_never_by_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET", "hunter2")
    assert (
        repr([EnvVar("A_SECRET"), EnvVar.int("A_SECRET")]) == "[EnvVar('A_SECRET'), EnvVar.int('A_SECRET')]"
    )


def test_it_is_text_to_type_checks_and_survives_pickling() -> None:
    assert isinstance(EnvVar("A_NAME"), str)
    assert isinstance(EnvVar.int("A_NAME"), int)
    for variable in (EnvVar("A_NAME"), EnvVar.int("A_NAME")):
        again = pickle.loads(pickle.dumps(variable))
        assert type(again) is type(variable)
        assert again.env_var_name == "A_NAME"
    assert EnvVar.int("A") != EnvVar.int("B")
    assert len({EnvVar.int("A"), EnvVar.int("A")}) == 1


def test_found_inside_other_values() -> None:
    assert holds_env_var({"a": [1, {"b": EnvVar("X")}]})
    assert not holds_env_var({"a": [1, {"b": "X"}]})
