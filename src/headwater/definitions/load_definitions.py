"""Find everything that modules and packages define: assets, checks, jobs, schedules."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any

from headwater.definitions.asset_job import UnresolvedAssetJobDefinition
from headwater.definitions.definitions import Definitions
from headwater.definitions.job import JobDefinition
from headwater.definitions.load_assets import (
    find_modules_in_package,
    load_asset_checks_from_modules,
    load_assets_from_modules,
)
from headwater.definitions.schedule import ScheduleDefinition
from headwater.definitions.sensor import SensorDefinition

_JOBS = (JobDefinition, UnresolvedAssetJobDefinition)


def load_definitions_from_modules(
    modules: Iterable[ModuleType],
    resources: Mapping[str, Any] | None = None,
    loggers: Mapping[str, Any] | None = None,
    executor: Any = None,
) -> Definitions:
    """What the modules define, as one :class:`Definitions` with these resources, loggers and executor.

    Raises ``DagsterInvalidDefinitionError`` when an asset is declared in two places.

    >>> defs = load_definitions_from_modules([raw, derived], resources={"io_manager": io_manager})
    """
    found = list(modules)
    return Definitions(
        assets=load_assets_from_modules(found, include_specs=True),
        asset_checks=load_asset_checks_from_modules(found),
        jobs=list(_named(found, _JOBS)),
        schedules=list(_named(found, (ScheduleDefinition,))),
        sensors=list(_named(found, (SensorDefinition,))),
        resources=resources,
        loggers=loggers,
        executor=executor,
    )


def load_definitions_from_module(
    module: ModuleType,
    resources: Mapping[str, Any] | None = None,
    loggers: Mapping[str, Any] | None = None,
    executor: Any = None,
) -> Definitions:
    """What one module defines; see :func:`load_definitions_from_modules`."""
    return load_definitions_from_modules([module], resources, loggers, executor)


def load_definitions_from_current_module(
    resources: Mapping[str, Any] | None = None,
    loggers: Mapping[str, Any] | None = None,
    executor: Any = None,
) -> Definitions:
    """What the calling module has defined so far; see :func:`load_definitions_from_modules`."""
    caller = sys.modules[sys._getframe(1).f_globals["__name__"]]
    return load_definitions_from_modules([caller], resources, loggers, executor)


def load_definitions_from_package_module(
    package_module: ModuleType,
    resources: Mapping[str, Any] | None = None,
    loggers: Mapping[str, Any] | None = None,
    executor: Any = None,
) -> Definitions:
    """What a package and all modules below it define; see :func:`load_definitions_from_modules`."""
    return load_definitions_from_modules(
        find_modules_in_package(package_module), resources, loggers, executor
    )


def load_definitions_from_package_name(
    package_name: str,
    resources: Mapping[str, Any] | None = None,
    loggers: Mapping[str, Any] | None = None,
    executor: Any = None,
) -> Definitions:
    """What the package of that name and all modules below it define."""
    return load_definitions_from_package_module(
        importlib.import_module(package_name), resources, loggers, executor
    )


def _named(modules: Iterable[ModuleType], kinds: tuple[type, ...]) -> Iterator[Any]:
    """The objects of these kinds at the top of the modules, each once."""
    seen: set[int] = set()
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, kinds) and id(value) not in seen:
                seen.add(id(value))
                yield value
