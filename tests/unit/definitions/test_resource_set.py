"""The resources of a run: in which order they are made and torn down, and what happens when one fails."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.definitions.config_type import StringSource
from headwater.definitions.resource import ResourceDefinition, resource
from headwater.definitions.resource_set import ResourceSet, start_resources
from headwater.model.errors import (
    DagsterExecutionInterruptedError,
    DagsterInvalidConfigError,
    DagsterInvalidDefinitionError,
    DagsterInvariantViolationError,
    DagsterResourceFunctionError,
    DagsterUnknownResourceError,
)


def logged(log: list[str], name: str, *needs: str, fails: BaseException | None = None) -> ResourceDefinition:
    """A resource that says when it is made and torn down."""

    def function(context: Any) -> Iterator[str]:
        for each in needs:
            getattr(context.resources, each)
        log.append(f"+{name}")
        yield name
        log.append(f"-{name}")
        if fails is not None:
            raise fails

    return ResourceDefinition(function, required_resource_keys=set(needs))


def broken() -> ResourceDefinition:
    def function() -> Any:
        raise ValueError("broken")

    return ResourceDefinition(function)


def test_a_resource_is_made_when_it_is_required_and_once() -> None:
    log: list[str] = []
    with ResourceSet({"a": logged(log, "a"), "b": logged(log, "b")}) as resources:
        resources.check()
        assert log == []
        assert resources.require("b") == resources.require("b") == "b"
        assert log == ["+b"]
    assert log == ["+b", "-b"]


def test_what_a_resource_needs_is_made_first_and_torn_down_last() -> None:
    log: list[str] = []
    definitions = {
        "a": logged(log, "a", "c"),
        "b": logged(log, "b"),
        "c": logged(log, "c", "d"),
        "d": logged(log, "d"),
    }
    with ResourceSet(definitions) as resources:
        resources.require_all()
    assert log == ["+b", "+d", "+c", "+a", "-a", "-c", "-d", "-b"]


def test_only_what_is_needed_is_made() -> None:
    log: list[str] = []
    with ResourceSet({"a": logged(log, "a", "c"), "b": logged(log, "b"), "c": logged(log, "c")}) as resources:
        assert resources.view({"a"}).a == "a"
    assert log == ["+c", "+a", "-a", "-c"]


@given(st.data())
def test_any_needs_without_a_circle_are_met_in_order(data: st.DataObject) -> None:
    names = [f"r{number}" for number in range(data.draw(st.integers(1, 8)))]
    needs = {
        name: data.draw(st.lists(st.sampled_from(names[:place]), unique=True)) if place else []
        for place, name in enumerate(names)
    }
    log: list[str] = []
    shuffled = data.draw(st.permutations(names))
    with ResourceSet({name: logged(log, name, *needs[name]) for name in shuffled}) as resources:
        for name in data.draw(st.permutations(names)):
            resources.require(name)
    opened, closed = log[: len(names)], log[len(names) :]
    assert closed == [f"-{each[1:]}" for each in reversed(opened)]
    for name in names:
        assert all(opened.index(f"+{need}") < opened.index(f"+{name}") for need in needs[name])


# -- what is missing or wrong --------------------------------------------------------------------------------


def test_missing_resources_are_all_named_with_who_needs_them() -> None:
    resources = ResourceSet({"store": 1})
    with pytest.raises(DagsterInvalidDefinitionError) as caught:
        resources.check({"store": 'asset "a"', "database": 'asset "orders"', "mail": 'asset "report"'})
    message = str(caught.value)
    assert '"database" is needed by asset "orders"' in message
    assert '"mail" is needed by asset "report"' in message
    assert "Given are: store" in message


def test_a_resource_that_another_one_lacks_is_named_with_that_one() -> None:
    resources = ResourceSet({"a": logged([], "a", "gone")})
    for find in (resources.check, lambda: resources.require("a")):
        with pytest.raises(DagsterInvariantViolationError, match='"gone" is needed by the resource "a"'):
            find()


def test_resources_that_need_each_other() -> None:
    resources = ResourceSet({"a": logged([], "a", "b"), "b": logged([], "b", "c"), "c": logged([], "c", "b")})
    with pytest.raises(DagsterInvariantViolationError, match="b -> c -> b"):
        resources.check()
    with pytest.raises(DagsterInvariantViolationError):
        resources.require("a")


def test_a_resource_sees_only_what_it_requires() -> None:
    @resource
    def curious(context: Any) -> Any:
        return context.resources.other

    with pytest.raises(DagsterUnknownResourceError):
        ResourceSet({"a": curious, "other": 1}).require("a")


def test_config_of_all_required_resources_is_checked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOT_SET", raising=False)
    number = ResourceDefinition(lambda context: context.resource_config, {"n": int})
    token = ResourceDefinition(lambda context: context.resource_config, {"t": StringSource})
    resources = ResourceSet(
        {"a": number, "b": number, "token": token, "unused": number},
        {
            "a": {"config": {"n": "x"}},
            "token": {"config": {"t": {"env": "NOT_SET"}}},
            "colour": {"config": 1},
        },
    )
    with pytest.raises(DagsterInvalidConfigError) as caught:
        resources.check({"a", "b", "token"}, what='the job "all"')
    assert [("/".join(map(str, each.path)), each.reason) for each in caught.value.errors] == [
        ("resources/a/config/n", "wrong_type"),
        ("resources/b/config/n", "missing"),
        ("resources/token/config/t", "env_missing"),
        ("resources", "unknown"),
    ]
    assert 'the job "all"' in str(caught.value)


# -- failures ------------------------------------------------------------------------------------------------


def test_when_one_fails_those_before_it_are_torn_down() -> None:
    log: list[str] = []
    with (
        pytest.raises(DagsterResourceFunctionError, match='"b"') as caught,
        ResourceSet({"a": logged(log, "a"), "b": broken(), "c": logged(log, "c")}) as resources,
    ):
        resources.require_all()
    assert isinstance(caught.value.user_exception, ValueError)
    assert log == ["+a", "-a"]


def test_when_a_tear_down_raises_the_others_happen_and_it_is_reported(
    caplog: pytest.LogCaptureFixture,
) -> None:
    log: list[str] = []
    definitions = {"a": logged(log, "a"), "b": logged(log, "b", fails=OSError("gone")), "c": logged(log, "c")}
    resources = ResourceSet(definitions)
    resources.require_all()
    (error,) = resources.close()
    assert log[3:] == ["-c", "-b", "-a"]
    assert isinstance(error, DagsterResourceFunctionError)
    assert isinstance(error.__cause__, OSError)
    assert resources.close() == []
    with caplog.at_level(logging.ERROR), ResourceSet(definitions) as again:
        again.require_all()
    assert '"b"' in caplog.text
    assert "gone" in caplog.text


def test_an_interruption_during_tear_down_does_not_keep_the_others_from_theirs() -> None:
    log: list[str] = []
    resources = ResourceSet(
        {"a": logged(log, "a"), "b": logged(log, "b", fails=DagsterExecutionInterruptedError("stop"))}
    )
    resources.require_all()
    with pytest.raises(DagsterExecutionInterruptedError):
        resources.close()
    assert log == ["+a", "+b", "-b", "-a"]


def test_a_resource_that_failed_is_tried_again_when_it_is_required_again() -> None:
    attempts = iter([ValueError("first"), None])

    def function() -> str:
        error = next(attempts)
        if error is not None:
            raise error
        return "made"

    with ResourceSet({"a": ResourceDefinition(function)}) as resources:
        with pytest.raises(DagsterResourceFunctionError):
            resources.require("a")
        assert resources.require("a") == "made"


def test_several_threads_get_the_same_resource() -> None:
    made = []

    def function() -> object:
        made.append(object())
        return made[-1]

    resources = ResourceSet({"a": ResourceDefinition(function)})
    start = threading.Barrier(8)
    got: list[object] = []

    def ask() -> None:
        start.wait()
        got.append(resources.require("a"))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == made * 8


# -- views ---------------------------------------------------------------------------------------------------


def test_a_view_shows_keys_and_never_values() -> None:
    view = ResourceSet({"a": "hunter2", "b": 2}).view()
    assert repr(view) == "Resources(a, b)"
    assert dir(view) == ["a", "b"]
    assert "a" in view
    assert view.original_resource_dict == {"a": "hunter2", "b": 2}


def test_resources_for_a_test_are_made_at_once() -> None:
    log: list[str] = []

    def function() -> str:
        log.append("made")
        return "a"

    assert start_resources({"a": ResourceDefinition(function)}).a == "a"
    assert log == ["made"]
    with pytest.raises(DagsterInvariantViolationError, match="tear-down"):
        start_resources({"a": logged([], "a")})


@pytest.mark.parametrize("build", [lambda: object(), lambda: "text", lambda: dict])
def test_plain_objects_are_resources(build: Callable[[], object]) -> None:
    value = build()
    assert ResourceSet({"a": value}).require("a") is value
