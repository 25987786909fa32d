"""Everything that modules define, loaded at once; definitions made late."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from headwater import (
    AssetSpec,
    Definitions,
    ScheduleDefinition,
    asset,
    asset_check,
    define_asset_job,
    load_definitions_from_current_module,
    load_definitions_from_module,
    load_definitions_from_modules,
    load_definitions_from_package_name,
)
from headwater.definitions.asset_check import AssetChecksDefinition
from headwater.definitions.lazy_definitions import definitions
from headwater.model.errors import DagsterInvalidDefinitionError, DagsterInvariantViolationError


@asset
def numbers() -> list[int]:
    return [1]


@asset_check(asset=numbers)
def few() -> bool:
    return True


hourly = ScheduleDefinition(job=define_asset_job("every_hour"), cron_schedule="@hourly")


def module(name: str, **contents: object) -> ModuleType:
    """A module with these names."""
    made = ModuleType(name)
    vars(made).update(contents)
    return made


def test_all_kinds_are_found_each_once() -> None:
    first = module("first", numbers=numbers, again=numbers, few=few, text="x", specs=[AssetSpec("raw")])
    second = module("second", numbers=numbers, hourly=hourly, job=hourly.job)
    defs = load_definitions_from_modules([first, second], resources={"limit": 1})
    assert defs.assets[0] is numbers
    assert len(defs.assets) == 2
    assert [type(each) for each in defs.asset_checks] == [AssetChecksDefinition]
    assert (defs.jobs, defs.schedules) == ([hourly.job], [hourly])
    assert defs.resources == {"limit": 1}
    assert sorted(key.to_user_string() for key in defs.resolve_all_asset_keys()) == ["numbers", "raw"]


def test_one_module_and_the_current_one() -> None:
    assert load_definitions_from_module(sys.modules[__name__]).schedules == [hourly]
    assert load_definitions_from_current_module().schedules == [hourly]


def test_a_package_is_searched_to_the_bottom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = tmp_path / "package_of_assets" / "inner"
    inner.mkdir(parents=True)
    (inner.parent / "__init__.py").touch()
    (inner / "__init__.py").touch()
    (inner / "deep.py").write_text("from headwater import asset\n@asset\ndef deep(): ...\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    defs = load_definitions_from_package_name("package_of_assets")
    assert [key.to_user_string() for key in defs.resolve_all_asset_keys()] == ["deep"]


def test_an_asset_declared_in_two_places_is_a_fault() -> None:
    @asset(name="numbers")
    def others() -> None: ...

    with pytest.raises(DagsterInvalidDefinitionError, match="numbers"):
        load_definitions_from_modules([module("a", numbers=numbers), module("b", others=others)])


def test_definitions_may_be_made_late() -> None:
    made: list[str] = []

    @definitions
    def defs() -> Definitions:
        made.append("now")
        return Definitions(assets=[numbers])

    assert made == []
    found = defs()
    assert isinstance(found, Definitions)
    assert found.assets == [numbers]


def test_what_gives_no_definitions_is_refused() -> None:
    @definitions
    def broken() -> Definitions:
        return 3  # type: ignore[return-value]  # that it is refused is what is shown

    with pytest.raises(DagsterInvariantViolationError, match="broken gave 3"):
        broken()
    with pytest.raises(DagsterInvariantViolationError, match="takes parameters"):
        definitions(lambda context: Definitions())  # type: ignore[arg-type, misc]
