from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

import headwater as hw
from headwater.hosting.discovery import find_definitions
from headwater.model.errors import DagsterImportError


def module_of(**values: Any) -> ModuleType:
    module = ModuleType("weather")
    vars(module).update(values)
    return module


def keys(module: ModuleType, attribute: str | None = None) -> list[str]:
    return [key.to_user_string() for key in find_definitions(module, attribute).asset_graph.nodes]


@hw.asset
def rain() -> int:
    return 1


@hw.asset
def floods(rain: int) -> int:
    return rain


@hw.asset_check(asset=rain)
def is_wet() -> hw.AssetCheckResult:
    return hw.AssetCheckResult(passed=True)


@hw.op
def ring() -> None: ...


@hw.job
def alarm() -> None:
    ring()


@hw.graph
def siren() -> None:
    ring()


defs = hw.Definitions(assets=[rain, floods])


def test_definitions_are_what_counts() -> None:
    assert keys(module_of(defs=hw.Definitions(assets=[rain]), floods=floods)) == ["rain"]


def test_a_function_may_make_them_when_they_are_loaded() -> None:
    made = hw.definitions(lambda: hw.Definitions(assets=[rain]))
    assert keys(module_of(defs=made, floods=floods)) == ["rain"]
    with pytest.raises(hw.DagsterInvalidDefinitionError, match="2 Definitions objects: defs, more"):
        find_definitions(module_of(defs=made, more=defs))


def test_one_object_under_two_names_is_one() -> None:
    assert keys(module_of(defs=defs, definitions=defs)) == ["rain", "floods"]


def test_several_definitions_are_named() -> None:
    with pytest.raises(
        hw.DagsterInvalidDefinitionError, match=r"2 Definitions objects: one, two\. Keep one, or join"
    ):
        find_definitions(module_of(two=hw.Definitions(), one=hw.Definitions()))


def test_a_repository() -> None:
    @hw.repository
    def mine() -> list[Any]:
        return [rain, alarm]

    found = find_definitions(module_of(mine=mine, floods=floods))
    assert (found.name, list(found.jobs)) == ("mine", ["alarm"])


def test_of_several_repositories_one_is_named() -> None:
    @hw.repository
    def one() -> list[Any]:
        return [rain]

    @hw.repository(name="the_other")
    def two() -> list[Any]:
        return [rain, floods]

    module = module_of(one=one, two=two)
    assert len(find_definitions(module, repository="the_other").asset_graph.nodes) == 2
    with pytest.raises(
        hw.DagsterInvalidDefinitionError, match=r"2 RepositoryDefinition objects: one, two.*-r NAME"
    ):
        find_definitions(module)
    with pytest.raises(DagsterImportError, match='no repository "three"'):
        find_definitions(module, repository="three")


def test_loose_definitions_are_taken_together() -> None:
    nightly = hw.define_asset_job("nightly", "*")
    schedule = hw.ScheduleDefinition(job=nightly, cron_schedule="0 0 * * *")
    found = find_definitions(
        module_of(
            assets=[rain, floods], again=rain, is_wet=is_wet, alarm=alarm, nightly=nightly, schedule=schedule
        )
    )
    assert [key.to_user_string() for key in found.asset_graph.nodes] == ["rain", "floods"]
    assert [key.name for key in found.asset_graph.checks] == ["is_wet"]
    assert sorted(found.jobs) == ["alarm", "nightly"]
    assert list(found.schedules) == ["nightly_schedule"]


def test_a_graph_alone_is_a_job() -> None:
    assert list(find_definitions(module_of(siren=siren)).jobs) == ["siren"]


@pytest.mark.parametrize(
    "value", [defs, lambda: defs, rain, [rain, floods]], ids=["definitions", "function", "asset", "list"]
)
def test_an_attribute_may_be(value: Any) -> None:
    assert "rain" in keys(module_of(this=value, other=hw.Definitions(), more=hw.Definitions()), "this")


@pytest.mark.parametrize(
    "value", [alarm, siren, hw.define_asset_job("nightly", "*")], ids=["job", "graph", "asset job"]
)
def test_an_attribute_may_be_a_job(value: Any) -> None:
    assert list(find_definitions(module_of(this=value), "this").jobs) == [value.name]


@pytest.mark.parametrize(
    ("attribute", "message"),
    [
        ("deffs", 'weather has no "deffs". Did you mean defs?'),
        ("number", '"number" in weather is a int. It has to be Definitions, a repository'),
    ],
)
def test_an_attribute_that_cannot_be_used(attribute: str, message: str) -> None:
    with pytest.raises(DagsterImportError, match=message):
        find_definitions(module_of(defs=defs, number=3), attribute)


def test_a_module_with_nothing_in_it() -> None:
    with pytest.raises(
        DagsterImportError, match=r"weather defines nothing: no Definitions, .*Write `defs = "
    ):
        find_definitions(module_of(x=1))


def test_definitions_of_an_installed_dagster_are_recognised() -> None:
    theirs = type("Definitions", (), {"__module__": "dagster._core.definitions"})
    with pytest.raises(
        DagsterImportError, match=r"definitions of the installed Dagster\. Add --dagster-alias"
    ):
        find_definitions(module_of(defs=theirs()))
