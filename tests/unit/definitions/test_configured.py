"""Config given in advance, and config computed from a smaller one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from headwater.definitions.config import Config
from headwater.definitions.config_field import Field
from headwater.definitions.config_mapping import ConfigMapping, config_mapping
from headwater.definitions.config_schema import ConfigSchema, config_schema_of, resolve_config_schema
from headwater.definitions.configured import configured
from headwater.definitions.graph_body import graph
from headwater.definitions.op import op
from headwater.definitions.resource import resource
from headwater.definitions.resource_set import ResourceSet
from headwater.model.errors import (
    CheckError,
    DagsterConfigMappingFunctionError,
    DagsterInvalidConfigError,
    DagsterInvalidDefinitionError,
    DagsterInvalidPythonicConfigDefinitionError,
)


class Middle(Config):
    middle: int
    width: int = 1


@resource(config_schema={"low": int, "high": Field(int, default_value=9)})
def bounds(context: Any) -> Any:
    return context.resource_config


def value(definition: Any, *config: Any) -> Any:
    """The resource that a run with this config makes."""
    with ResourceSet({"it": definition}, {"it": {"config": config[0]}} if config else {}) as resources:
        return resources.require("it")


def test_config_given_in_advance() -> None:
    assert value(bounds.configured({"low": 1})) == {"low": 1, "high": 9}
    assert value(configured(bounds)({"low": 2, "high": 3})) == {"low": 2, "high": 3}
    with pytest.raises(DagsterInvalidConfigError):
        value(bounds.configured({"low": 1}), {"low": 2})


def test_config_computed_from_a_smaller_one() -> None:
    @configured(bounds, config_schema={"middle": int})
    def around(config: dict[str, int]) -> dict[str, int]:
        return {"low": config["middle"] - 1, "high": config["middle"] + 1}

    assert value(around, {"middle": 5}) == {"low": 4, "high": 6}
    with pytest.raises(DagsterInvalidConfigError, match="middle"):
        value(around, {})


def test_a_config_class_on_the_parameter_is_the_smaller_schema() -> None:
    class Bounds(Config):
        low: int
        high: int

    @configured(bounds)
    def around(config: Middle) -> Bounds:
        return Bounds(low=config.middle - config.width, high=config.middle + config.width)

    assert value(around, {"middle": 5}) == {"low": 4, "high": 6}


def test_configured_again() -> None:
    inner = bounds.configured(lambda low: {"low": low}, config_schema=int)
    assert (
        value(inner.configured(lambda config: config["n"] + 1, config_schema={"n": int}), {"n": 2})["low"]
        == 3
    )
    assert value(inner.configured(7))["low"] == 7


def test_a_variable_in_config_given_in_advance_is_read_by_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    definition = resource(config_schema=config_schema_of(int))(lambda context: context.resource_config)
    late = definition.configured({"env": "A_NUMBER"})
    monkeypatch.setenv("A_NUMBER", "5")
    assert value(late) == 5


def test_config_given_in_advance_is_checked_when_a_run_begins() -> None:
    resources = ResourceSet({"it": bounds.configured({"low": "text"})})
    with pytest.raises(DagsterInvalidConfigError, match='resource "it"'):
        resources.check()


def test_a_mapping_that_raises_is_named_with_its_cause() -> None:
    def broken(_: Any) -> Any:
        raise KeyError("boo")

    with pytest.raises(DagsterConfigMappingFunctionError) as caught:
        value(bounds.configured(broken, config_schema=int), 1)
    assert isinstance(caught.value.__cause__, KeyError)
    assert caught.value.user_exception is caught.value.__cause__


def test_ops_get_a_name_of_their_own() -> None:
    @op(config_schema={"low": int})
    def reads(context: Any) -> Any:
        return context.op_config

    fixed = configured(reads, name="fixed")({"low": 1})
    assert fixed.name == "fixed"
    assert resolve_config_schema(fixed.config_schema).resolve() == {"low": 1}

    @configured(reads, config_schema=int)
    def doubled(config: int) -> dict[str, int]:
        return {"low": config * 2}

    assert doubled.name == "doubled"
    assert resolve_config_schema(doubled.config_schema).resolve(4) == {"low": 8}
    with pytest.raises(DagsterInvalidDefinitionError, match="name of its own"):
        configured(reads)({"low": 1})


def test_graphs_with_a_config_mapping() -> None:
    @op(config_schema={"n": int})
    def leaf(context: Any) -> Any:
        return context.op_config

    mapping = ConfigMapping(lambda n: {"leaf": {"config": {"n": n}}}, int)
    around: Any = graph(name="around", config=mapping)(lambda: leaf())
    fixed = around.configured(3, name="fixed")
    assert fixed.config_mapping.resolve_from_unvalidated_config({}) == {"leaf": {"config": {"n": 3}}}


@pytest.mark.parametrize("thing", [3, Middle, lambda: None])
def test_what_cannot_be_configured(thing: Any) -> None:
    with pytest.raises(CheckError):
        configured(thing)


# -- config mappings -----------------------------------------------------------------------------------------


def test_a_config_mapping_checks_before_and_maps() -> None:
    @config_mapping(config_schema={"n": Field(int, default_value=2)})
    def simple(config: Any) -> Any:
        return {"leaf": {"config": config}}

    assert simple.resolve_from_unvalidated_config({"n": 3}) == {"leaf": {"config": {"n": 3}}}
    assert simple.resolve_from_unvalidated_config({}) == {"leaf": {"config": {"n": 2}}}
    with pytest.raises(DagsterInvalidConfigError):
        simple.resolve_from_unvalidated_config({"n": "x"})


def test_a_config_mapping_may_take_what_the_run_gave() -> None:
    mapping = ConfigMapping(lambda config: config, {"n": Field(int, default_value=2)}, False)
    assert mapping.resolve_from_unvalidated_config({}) == {}


def test_a_config_mapping_with_a_config_class() -> None:
    @config_mapping
    def simple(config: Middle) -> Any:
        return {"leaf": {"config": {"n": config.middle + config.width}}}

    assert simple.resolve_from_unvalidated_config({"middle": 3}) == {"leaf": {"config": {"n": 4}}}


# -- schemas of parameters -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("annotation", "given"), [(int, 3), (dict, {"a": 1}), (list[int], [1]), (int | None, None)]
)
def test_a_parameter_may_have_a_plain_type(annotation: Any, given: Any) -> None:
    assert config_schema_of(annotation).resolve(given) == given


def test_a_parameter_may_have_a_default() -> None:
    assert config_schema_of(int, 4).resolve() == 4


def test_a_parameter_of_an_unknown_type() -> None:
    with pytest.raises(DagsterInvalidPythonicConfigDefinitionError, match="object"):
        config_schema_of(object)


def test_without_a_schema_any_config_is_accepted() -> None:
    schema: ConfigSchema = resolve_config_schema(None)
    accepts: Callable[..., Any] = schema.resolve
    assert accepts() is None
    assert accepts({"any": [1]}) == {"any": [1]}
