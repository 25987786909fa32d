"""What ``import dagster`` finds, and what it says about names that are not there."""

from __future__ import annotations

import importlib
import importlib.util
import sys

import pytest

import headwater
from headwater.compat.alias import AliasFinder
from headwater.compat.private_module import HOLDING_PUBLIC_NAMES, HOMES, RENAMED

pytestmark = pytest.mark.usefixtures("alias")


def run(source: str) -> dict[str, object]:
    """Run a piece of a program; its names."""
    names: dict[str, object] = {}
    exec(source, names)
    return names


def test_public_names_are_headwaters() -> None:
    names = run("from dagster import AssetKey, asset; import dagster as dg; version = dg.version.__version__")
    assert names["AssetKey"] is headwater.AssetKey
    assert names["asset"] is headwater.asset
    assert names["version"] == "1.13.27"


def test_a_star_import_gives_every_public_name() -> None:
    names = run("from dagster import *")
    assert set(headwater.__all__) <= set(names)


def test_a_name_which_is_not_offered_says_so() -> None:
    with pytest.raises(ImportError, match=r"Headwater does not offer dagster\.Gone"):
        run("from dagster import Gone")


def test_asking_for_a_missing_name_is_no_error() -> None:
    assert run("import dagster; there = hasattr(dagster, 'gone')")["there"] is False


@pytest.mark.parametrize("statement", ["import dagster.gone", "from dagster.gone import asset"])
def test_a_missing_module_says_so(statement: str) -> None:
    with pytest.raises(ModuleNotFoundError, match=r"Headwater does not offer dagster\.gone"):
        run(statement)


def test_a_private_module_gives_public_names_too() -> None:
    names = run("from dagster._core.definitions.events import AssetKey")
    assert names["AssetKey"] is headwater.AssetKey


@pytest.mark.parametrize(
    "statement",
    [
        "from dagster._core.definitions.events import Gone",
        "from dagster._core.host_representation import Gone",
        "import dagster._core.host_representation",
    ],
)
def test_a_private_name_without_counterpart_names_the_public_way(statement: str) -> None:
    with pytest.raises(ModuleNotFoundError, match=r"is private to Dagster .* Use the public names"):
        run(statement)


def test_a_module_below_another_is_its_attribute() -> None:
    names = run("import dagster, dagster_shared; check = dagster._check; shared = dagster_shared.check")
    assert getattr(names["check"], "str_param") is getattr(names["shared"], "str_param")  # noqa: B009


def test_a_shared_model_is_a_value() -> None:
    place = run("from dagster_shared import DagsterModel\nclass Place(DagsterModel):\n    name: str")["Place"]
    assert isinstance(place, type)
    assert place(name="a") == place(name="a")
    with pytest.raises(ValueError, match="extra"):
        place(name="a", other=1)


def test_a_library_without_counterpart_says_so() -> None:
    with pytest.raises(ModuleNotFoundError, match="no counterpart for the library dagster_dbt"):
        run("from dagster_dbt import DbtCliResource")


def test_a_users_module_may_begin_with_dagster() -> None:
    assert AliasFinder().find_spec("dagster_project") is None
    assert importlib.util.find_spec("dagster_project") is None


@pytest.mark.parametrize("module", sorted({*RENAMED, *HOMES}))
def test_every_counterpart_exists(module: str) -> None:
    found = importlib.import_module(module)
    for name in RENAMED.get(module, {}):
        assert getattr(found, name) is not None
    for home in HOMES.get(module, ()):
        importlib.import_module(home)


@pytest.mark.parametrize("module", sorted(HOLDING_PUBLIC_NAMES))
def test_every_private_module_with_public_names_can_be_imported(module: str) -> None:
    assert importlib.import_module(module).AssetKey is headwater.AssetKey


def test_an_installed_dagster_that_was_imported_makes_place() -> None:
    assert type(sys.modules.get("dagster", importlib.import_module("dagster"))).__name__ == "AliasModule"
