"""The decorator ``@repository``: the older form of ``Definitions``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any, overload

from headwater.definitions.asset_job import UnresolvedAssetJobDefinition
from headwater.definitions.asset_spec import AssetSpec
from headwater.definitions.assets_definition import AssetsDefinition
from headwater.definitions.job import JobDefinition
from headwater.definitions.repository import RepositoryDefinition
from headwater.definitions.repository_data import RepositoryData
from headwater.definitions.schedule import ScheduleDefinition
from headwater.definitions.source_asset import SourceAsset
from headwater.model.errors import DagsterInvalidDefinitionError


@overload
def repository(definitions_fn: Callable[..., Any]) -> RepositoryDefinition: ...


@overload
def repository(
    *,
    name: str | None = ...,
    description: str | None = ...,
    metadata: Mapping[str, Any] | None = ...,
    default_executor_def: Any = ...,
    default_logger_defs: Mapping[str, Any] | None = ...,
    top_level_resources: Mapping[str, Any] | None = ...,
) -> Callable[[Callable[..., Any]], RepositoryDefinition]: ...


def repository(
    definitions_fn: Callable[..., Any] | None = None,
    *,
    name: str | None = None,
    description: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    default_executor_def: Any = None,
    default_logger_defs: Mapping[str, Any] | None = None,
    top_level_resources: Mapping[str, Any] | None = None,
) -> Any:
    """Make a repository of a function which returns a list of definitions (the older form of ``Definitions``).

    >>> @repository
    ... def mine():
    ...     return [numbers, total, nightly_job]
    """

    def decorate(function: Callable[..., Any]) -> RepositoryDefinition:
        returned = function()
        items = _flatten(returned)
        sorted_items: dict[str, list[Any]] = {"assets": [], "jobs": [], "schedules": [], "sensors": []}
        for each in items:
            sorted_items[_sort(each, function.__name__)].append(each)
        return RepositoryDefinition(
            name=name or function.__name__,
            description=description,
            metadata=metadata,
            resources=_resources_of(returned, top_level_resources),
            executor=default_executor_def,
            loggers=default_logger_defs,
            assets=sorted_items["assets"],
            jobs=sorted_items["jobs"],
            schedules=sorted_items["schedules"],
            sensors=sorted_items["sensors"],
        )

    return decorate(definitions_fn) if definitions_fn is not None else decorate


def _resources_of(returned: Any, given: Mapping[str, Any] | None) -> dict[str, Any]:
    own = returned.get_top_level_resources() if isinstance(returned, RepositoryData) else {}
    return {**own, **(given or {})}


def _flatten(returned: Any) -> list[Any]:
    if isinstance(returned, RepositoryData):
        return list(returned.load_all_definitions())
    if isinstance(returned, Mapping):
        parts = [part.values() if isinstance(part, Mapping) else part for part in returned.values()]
        return [item() if isinstance(item, FunctionType) else item for part in parts for item in part]
    if not isinstance(returned, (list, tuple)):
        raise DagsterInvalidDefinitionError(
            "A repository function returns a list of definitions or a RepositoryData; it returned "
            f"{type(returned).__name__}."
        )
    return [
        item for each in returned for item in (_flatten(each) if isinstance(each, (list, tuple)) else [each])
    ]


def _sort(definition: Any, repository_name: str) -> str:
    if isinstance(definition, (AssetsDefinition, SourceAsset, AssetSpec)):
        return "assets"
    if isinstance(definition, ScheduleDefinition):
        return "schedules"
    if isinstance(definition, (JobDefinition, UnresolvedAssetJobDefinition)) or hasattr(definition, "to_job"):
        return "jobs"
    if hasattr(definition, "minimum_interval_seconds"):
        return "sensors"
    raise DagsterInvalidDefinitionError(
        f'The repository "{repository_name}" returns {definition!r}, which is not an asset, job, schedule or sensor.'
    )
