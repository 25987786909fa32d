"""Find, in a module of the user's code, what it defines."""

from __future__ import annotations

import difflib
import importlib.util
from collections.abc import Iterable
from types import ModuleType
from typing import Any, TypeVar

from headwater.definitions.asset_check import AssetChecksDefinition
from headwater.definitions.asset_job import UnresolvedAssetJobDefinition
from headwater.definitions.asset_spec import AssetSpec
from headwater.definitions.assets_definition import AssetsDefinition
from headwater.definitions.definitions import Definitions
from headwater.definitions.graph import GraphDefinition
from headwater.definitions.job import JobDefinition
from headwater.definitions.lazy_definitions import LazyDefinitions
from headwater.definitions.repository import RepositoryDefinition
from headwater.definitions.schedule import ScheduleDefinition
from headwater.definitions.sensor import SensorDefinition
from headwater.definitions.source_asset import SourceAsset
from headwater.model.errors import DagsterImportError, DagsterInvalidDefinitionError

_T = TypeVar("_T")

_ASSETS = (AssetsDefinition, SourceAsset, AssetSpec)
_JOBS = (JobDefinition, UnresolvedAssetJobDefinition)


def find_definitions(
    module: ModuleType, attribute: str | None = None, repository: str | None = None
) -> RepositoryDefinition:
    """Everything that ``module`` defines, resolved: its ``attribute``, its ``repository`` of a name, or what is found.

    Looked for are, in this order: one ``Definitions`` (or a function decorated with ``@definitions``), one
    ``@repository``, and loose assets, checks, jobs and schedules at the top of the module, together.

    Raises :class:`DagsterImportError` when there is nothing, :class:`DagsterInvalidDefinitionError` when there are
    several of what there may be one, and for every fault in the definitions themselves.
    """
    if attribute is not None:
        return _resolve(_find_attribute(module, attribute), module, attribute)
    if repository is not None:
        return _find_repository(module, repository)
    for name, kind, hint in (
        ("Definitions", (Definitions, LazyDefinitions), "join them with Definitions.merge"),
        ("RepositoryDefinition", (RepositoryDefinition,), "name one (-r NAME)"),
    ):
        found = _named(module, kind)
        if len(found) > 1:
            raise DagsterInvalidDefinitionError(
                f"{_place(module)} has {len(found)} {name} objects: {', '.join(sorted(found))}. "
                f"Keep one, or {hint}."
            )
        for each in found.values():
            return _resolve(each, module, None)
    return _collect(module)


def _find_repository(module: ModuleType, name: str) -> RepositoryDefinition:
    known = {each.name: each for each in _named(module, RepositoryDefinition).values()}
    if name not in known:
        there = f"There are: {', '.join(sorted(known))}." if known else "There is none."
        raise DagsterImportError(f'{_place(module)} has no repository "{name}". {there}')
    return known[name]


def _named(module: ModuleType, kind: type[_T] | tuple[type[_T], ...]) -> dict[str, _T]:
    """The objects of a kind at the top of the module, each once, under its first name."""
    unique: dict[int, tuple[str, _T]] = {}
    for name, value in vars(module).items():
        if isinstance(value, kind):
            unique.setdefault(id(value), (name, value))
    return dict(unique.values())


def _find_attribute(module: ModuleType, attribute: str) -> Any:
    value: Any = module
    for part in attribute.split("."):
        if not hasattr(value, part):
            near = difflib.get_close_matches(
                part, [each for each in vars(value) if not each.startswith("_")], n=2
            )
            raise DagsterImportError(
                f'{_place(module)} has no "{attribute}".'
                + (f" Did you mean {' or '.join(near)}?" if near else "")
            )
        value = getattr(value, part)
    return value


def _resolve(value: Any, module: ModuleType, attribute: str | None) -> RepositoryDefinition:
    if isinstance(value, LazyDefinitions):
        value = value()
    if isinstance(value, Definitions):
        return value.repository
    if isinstance(value, RepositoryDefinition):
        return value
    if isinstance(value, GraphDefinition):
        return Definitions(jobs=[value.to_job()]).repository
    if isinstance(value, _JOBS):
        return Definitions(jobs=[value]).repository
    if isinstance(value, _ASSETS):
        return Definitions(assets=[value]).repository
    if isinstance(value, list) and value and all(isinstance(each, _ASSETS) for each in value):
        return Definitions(assets=value).repository
    if callable(value) and not isinstance(value, type):
        return _resolve(value(), module, attribute)
    raise DagsterImportError(
        f'"{attribute}" in {_place(module)} is a {type(value).__name__}. It has to be Definitions, a repository, a job, '
        "assets, or a function without parameters which returns one of them."
    )


def _collect(module: ModuleType) -> RepositoryDefinition:
    assets = list(_each(module, _ASSETS))
    jobs = list(_each(module, _JOBS))
    schedules = list(_each(module, (ScheduleDefinition,)))
    sensors = list(_each(module, (SensorDefinition,)))
    if not (assets or jobs or schedules or sensors):
        graphs = list(_each(module, (GraphDefinition,)))
        if len(graphs) != 1:
            raise DagsterImportError(_nothing_found(module))
        jobs = [graphs[0].to_job()]
    return Definitions(
        assets=[each for each in assets if not isinstance(each, AssetChecksDefinition)],
        asset_checks=[each for each in assets if isinstance(each, AssetChecksDefinition)],
        jobs=jobs,
        schedules=schedules,
        sensors=sensors,
    ).repository


def _each(module: ModuleType, kinds: tuple[type, ...]) -> Iterable[Any]:
    """The objects of some kinds at the top of the module and in lists there, each once."""
    unique: dict[int, Any] = {}
    for value in vars(module).values():
        listed = isinstance(value, list) and value and all(isinstance(each, kinds) for each in value)
        for each in value if listed else [value]:
            if isinstance(each, kinds):
                unique.setdefault(id(each), each)
    return unique.values()


def _nothing_found(module: ModuleType) -> str:
    place = _place(module)
    if any(type(value).__module__.partition(".")[0] == "dagster" for value in vars(module).values()):
        return (
            f"{place} has definitions of the installed Dagster. Add --dagster-alias (or set HEADWATER_DAGSTER_ALIAS=1) "
            "to let `import dagster` mean Headwater."
        )
    hint = "Write `defs = Definitions(assets=[...])` at its top, or name the right file or module."
    if hasattr(module, "__path__") and importlib.util.find_spec(f"{module.__name__}.definitions") is not None:
        hint = f"Did you mean the module {module.__name__}.definitions?"
    return f"{place} defines nothing: no Definitions, repository, assets or jobs. {hint}"


def _place(module: ModuleType) -> str:
    return getattr(module, "__file__", None) or module.__name__
