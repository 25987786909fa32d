"""What 40 public projects import from Dagster: it works, or its absence is told with the way out."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from headwater.compat import alias
from headwater.compat.libraries import WITHOUT_COUNTERPART
from tests.compat.name_table import ALIAS, LATER, WORKS, read_table

USAGE = Path(__file__).parent / "names" / "usage.tsv"

OTHER_AREAS = ("time and partitions", "components")

ENGINE_ONLY = {
    "dagster._core.definitions.metadata.metadata_value:ObjectMetadataValue",
    "dagster._core.execution.context.system:PlanOrchestrationContext",
    "dagster._core.execution.plan.plan:ExecutionPlan",
    "dagster._core.execution.retries:RetryMode",
    "dagster._core.execution.step_dependency_config:StepDependencyConfig",
    "dagster._core.executor.step_delegating:StepDelegatingExecutor",
    "dagster._core.instance.config:dagster_instance_config",
    "dagster._core.instance:InstanceRef",
    "dagster._core.launcher.base:CheckRunHealthResult",
    "dagster._core.launcher.base:LaunchRunContext",
    "dagster._core.launcher.base:WorkerStatus",
    "dagster._core.remote_origin:RemoteJobOrigin",
    "dagster._core.storage.compute_log_manager:ComputeIOType",
    "dagster._core.storage.db_io_manager:DbClient",
    "dagster._core.storage.local_compute_log_manager:IO_TYPE_EXTENSION",
    "dagster._core.storage.local_compute_log_manager:LocalComputeLogManager",
    "dagster._core.types.loadable_target_origin:LoadableTargetOrigin",
    "dagster._serdes:ConfigurableClass",
    "dagster._serdes:ConfigurableClassData",
}
"""Private names with which Dagster is extended from within: launchers, storages, executors. They have no counterpart."""


class Import(NamedTuple):
    """A name, and how many of the projects import it."""

    kind: str
    name: str
    projects: int


def imports(kind: str) -> list[Import]:
    rows = (line.split("\t") for line in USAGE.read_text().splitlines()[1:])
    return [Import(row[0], row[1], int(row[2])) for row in rows if row[0] == kind]


@pytest.fixture(autouse=True)
def dagster_is_headwater() -> Iterator[None]:
    alias.install()
    yield
    alias.uninstall()


def fetch(name: str) -> object:
    """What ``from module import name`` gives, for ``module:name``; for ``module``, the module."""
    module, _, attribute = name.partition(":")
    if not attribute:
        return importlib.import_module(module)
    found: dict[str, object] = {}
    exec(f"from {module} import {attribute}", found)
    return found[attribute]


def test_every_public_name_that_two_projects_import_works() -> None:
    table = read_table()
    missing = []
    for each in imports("public"):
        row = table.get(each.name)
        if row is None or each.projects < 2 or (row.state == LATER and row.note in OTHER_AREAS):
            continue  # a module, a name that one project made up, or what belongs to another area
        if row.state not in (WORKS, ALIAS):
            missing.append(f"{each.name} ({each.projects} projects): {row.state}")
    assert not missing


@pytest.mark.parametrize("name", [each.name for each in imports("private")])
def test_a_private_import_finds_its_counterpart_or_the_way_out(name: str) -> None:
    if name not in ENGINE_ONLY:
        assert fetch(name) is not None
        return
    with pytest.raises(
        ImportError, match=r"is private to Dagster and has no counterpart .* public names of `dagster`"
    ):
        fetch(name)


@pytest.mark.parametrize("name", [each.name for each in imports("integration")])
def test_a_library_works_or_says_what_there_is(name: str) -> None:
    library = name.partition(":")[0]
    if library in WITHOUT_COUNTERPART:
        with pytest.raises(
            ImportError, match=f"no counterpart for the library {library} .*docs/compatibility.md"
        ):
            fetch(name)
    elif hasattr(importlib.import_module(library), name.partition(":")[2]) or name == library:
        assert fetch(name) is not None
    else:
        with pytest.raises(ImportError, match=r"does not offer .*docs/compatibility\.md"):
            fetch(name)
