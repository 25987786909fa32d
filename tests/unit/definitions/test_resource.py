"""Function-style resources: how they are declared, made in a run, and called in a test."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any
from unittest.mock import MagicMock

import pytest

from headwater.definitions.build_resources import build_init_resource_context, build_resources
from headwater.definitions.config_field import Field
from headwater.definitions.init_resource_context import InitResourceContext
from headwater.definitions.resource import ResourceDefinition, make_values_resource, resource
from headwater.model.errors import (
    CheckError,
    DagsterInvalidConfigError,
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
    DagsterInvariantViolationError,
    DagsterResourceFunctionError,
    DagsterUnknownResourceError,
)


def made(definition: Any, *config: Any) -> Any:
    """The resource that a run makes."""
    with build_resources(
        {"it": definition}, resource_config={"it": {"config": config[0]}} if config else {}
    ) as built:
        return built.it


def test_functions_with_and_without_a_context() -> None:
    @resource
    def plain() -> int:
        return 5

    @resource(config_schema={"n": Field(int, default_value=2)})
    def counted(context: InitResourceContext) -> Any:
        return context.resource_config["n"]

    @resource(config_schema=str)
    def text(_: Any) -> Any:
        return _.resource_config

    assert made(plain) == 5
    assert made(counted) == 2
    assert made(counted, {"n": 3}) == 3
    assert made(text, "x") == "x"
    assert made(resource(type("Client", (), {}))).__class__.__name__ == "Client"


def test_a_resource_is_torn_down_as_if_all_went_well() -> None:
    log = []

    @resource
    def generator() -> Iterator[str]:
        log.append("open")
        yield "generator"
        log.append("closed")

    @resource
    @contextlib.contextmanager
    def managed(_: Any) -> Iterator[str]:
        log.append("enter")
        yield "managed"
        log.append("left")

    def use() -> None:
        with build_resources({"a": generator, "b": managed}) as built:
            log.append(f"{built.a} {built.b}")
            raise KeyError

    with pytest.raises(KeyError):
        use()
    assert log == ["open", "enter", "generator managed", "left", "closed"]


def test_a_context_manager_that_a_function_returns_is_the_resource() -> None:
    @resource
    def lock() -> Any:
        return threading.Lock()

    assert not made(lock).locked()


def test_a_function_that_raises_is_named_with_its_cause() -> None:
    @resource
    def broken() -> Any:
        raise ValueError("no connection")

    with pytest.raises(DagsterResourceFunctionError, match=r'"it".*no connection') as caught:
        made(broken)
    assert isinstance(caught.value.__cause__, ValueError)
    assert caught.value.user_exception is caught.value.__cause__
    assert caught.value.is_user_code_error


def test_a_generator_must_yield() -> None:
    @resource
    def nothing() -> Iterator[int]:
        yield from ()

    with pytest.raises(DagsterResourceFunctionError, match="must yield"):
        made(nothing)


def test_ready_made_resources() -> None:
    value = object()
    assert made(ResourceDefinition.hardcoded_resource(value)) is value
    assert made(ResourceDefinition.none_resource()) is None
    assert made(ResourceDefinition.string_resource(), "text") == "text"
    assert isinstance(made(ResourceDefinition.mock_resource()), MagicMock)
    assert made(make_values_resource(low=int), {"low": 1}) == {"low": 1}
    assert made(make_values_resource(), {"any": "thing"}) == {"any": "thing"}
    with pytest.raises(DagsterInvalidConfigError, match="low"):
        made(make_values_resource(low=int), {"low": "x"})


def test_a_mock_is_a_resource_as_it_is() -> None:
    mock = MagicMock(spec=ResourceDefinition)
    assert made(mock) is mock


def test_what_a_declaration_says() -> None:
    @resource(config_schema={"n": int}, required_resource_keys={"other"}, version="1")
    def documented(context: Any) -> Any:
        """What it is for."""

    assert documented.description == documented.__doc__ == "What it is for."
    assert documented.required_resource_keys == {"other"}
    assert documented.version == "1"
    assert resource(description="given")(lambda: 1).description == "given"


def test_wrong_declarations() -> None:
    with pytest.raises(DagsterInvalidDefinitionError, match="b"):
        resource(lambda a, b: 1)
    with pytest.raises(CheckError):
        ResourceDefinition(3)  # type: ignore[arg-type]
    with pytest.raises(CheckError):
        resource(required_resource_keys=["a"])(lambda: 1)  # type: ignore[call-overload]


# -- in tests ------------------------------------------------------------------------------------------------


@resource(config_schema={"n": int}, required_resource_keys={"other"})
def number(context: InitResourceContext) -> Any:
    return [context.resource_config["n"], context.resources.other]


@resource
def opened() -> Iterator[str]:
    yield "opened"


def test_called_directly_with_a_context() -> None:
    context = build_init_resource_context(config={"n": 1}, resources={"other": "x"})
    assert number(context) == [1, "x"]
    assert number(context=context) == [1, "x"]


def test_called_directly_with_a_resource_that_is_torn_down() -> None:
    with pytest.raises(DagsterInvariantViolationError, match="with build_"):
        number(build_init_resource_context(config={"n": 1}, resources={"other": opened}))
    with build_init_resource_context(config={"n": 1}, resources={"other": opened}) as context:
        assert number(context) == [1, "opened"]


def test_called_directly_wrongly() -> None:
    context = build_init_resource_context(config={"n": 1}, resources={"other": "x"})
    with pytest.raises(DagsterInvalidInvocationError, match="none was given"):
        number()
    with pytest.raises(DagsterInvalidInvocationError, match="one argument"):
        number(context, 1)
    with pytest.raises(DagsterInvalidInvocationError, match='"context", not "ctx"'):
        number(ctx=context)
    with pytest.raises(CheckError):
        number(3)
    with pytest.raises(DagsterInvalidInvocationError, match="takes no context"):
        opened(context)
    with pytest.raises(DagsterInvalidConfigError):
        number(build_init_resource_context(config={"n": "x"}, resources={"other": "x"}))
    with pytest.raises(DagsterInvalidDefinitionError, match="other"):
        number(build_init_resource_context(config={"n": 1}))


def test_called_directly_a_generator_gives_a_context_manager() -> None:
    with opened() as value:
        assert value == "opened"


def test_build_resources_gives_them_by_attribute() -> None:
    with build_resources(
        {"number": number, "other": 5, "opened": opened}, resource_config={"number": {"config": {"n": 3}}}
    ) as built:
        assert (built.number, built.other, built.opened) == ([3, 5], 5, "opened")
        assert sorted(built) == ["number", "opened", "other"]
        with pytest.raises(DagsterUnknownResourceError, match="nobody"):
            _ = built.nobody
        assert not hasattr(built, "nobody")


def test_build_resources_finds_everything_that_is_wrong_with_their_config() -> None:
    with (
        pytest.raises(DagsterInvalidConfigError) as caught,
        build_resources(
            {"number": number, "other": 5}, resource_config={"number": {"config": {"n": "x"}}, "numbr": {}}
        ),
    ):
        pytest.fail("nothing is made")
    assert [each.path for each in caught.value.errors] == [
        ("resources", "number", "config", "n"),
        ("resources",),
    ]
    assert caught.value.errors[1].suggestion == "number"
