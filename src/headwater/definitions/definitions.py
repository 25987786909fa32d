"""``Definitions``: the one object in which a code location tells what it has."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from headwater.definitions.asset_spec import AssetSpec
from headwater.definitions.assets_definition import AssetsDefinition
from headwater.definitions.io_manager import IOManagerDefinition
from headwater.definitions.job import JobDefinition
from headwater.definitions.repository import RepositoryDefinition
from headwater.definitions.resource import as_resource_definition
from headwater.definitions.runner import get_runner
from headwater.model.errors import DagsterInvalidDefinitionError, DagsterInvariantViolationError
from headwater.model.key import AssetKey, CoercibleToAssetKey
from headwater.model.manifest import Manifest
from headwater.planning.asset_graph import AssetGraph
from headwater.planning.selection import AssetSelection


class Definitions:
    """Assets, checks, jobs, schedules, sensors and the resources that all of them share.

    Faults (duplicate keys, cycles, missing resources …) are found when the object is resolved, all at once; loading a
    code location resolves it.

    >>> defs = Definitions(assets=[numbers, total], resources={"io_manager": FilesystemIOManager(base_dir="data")})
    """

    def __init__(
        self,
        assets: Iterable[Any] | None = None,
        schedules: Iterable[Any] | None = None,
        sensors: Iterable[Any] | None = None,
        jobs: Iterable[Any] | None = None,
        resources: Mapping[str, Any] | None = None,
        executor: Any = None,
        loggers: Mapping[str, Any] | None = None,
        asset_checks: Iterable[Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        component_tree: Any = None,
    ) -> None:
        self.assets = list(assets or ())
        self.schedules = list(schedules or ())
        self.sensors = list(sensors or ())
        self.jobs = list(jobs or ())
        _check_kinds(
            "assets", self.assets, ("specs_by_key", "to_spec", "key", "build_definitions", "__iter__")
        )
        _check_kinds("jobs", self.jobs, ("execute_in_process", "resolve", "to_job"))
        _check_kinds("schedules", self.schedules, ("cron_schedule", "build_schedule", "resolve"))
        self.resources: dict[str, Any] = dict(resources or {})
        self.executor = executor
        self.loggers = loggers
        self.asset_checks = list(asset_checks or ())
        self.metadata: Mapping[str, Any] = metadata or {}

    @cached_property
    def repository(self) -> RepositoryDefinition:
        """Everything resolved. Raises :class:`DagsterInvalidDefinitionError` with all faults."""
        return RepositoryDefinition(
            assets=self.assets,
            asset_checks=self.asset_checks,
            jobs=self.jobs,
            schedules=self.schedules,
            sensors=self.sensors,
            resources=self.resources,
            executor=self.executor,
            loggers=self.loggers,
            metadata=self.metadata,
        )

    def get_repository_def(self) -> RepositoryDefinition:
        """Everything resolved."""
        return self.repository

    @property
    def manifest(self) -> Manifest:
        """What leaves the process."""
        return self.repository.manifest

    def get_job_def(self, name: str) -> JobDefinition:
        """The job of that name."""
        return self.repository.get_job(name)

    def resolve_job_def(self, name: str) -> JobDefinition:
        """The job of that name."""
        return self.repository.get_job(name)

    def get_all_job_defs(self) -> Sequence[JobDefinition]:
        """All jobs."""
        return self.repository.get_all_jobs()

    resolve_all_job_defs = get_all_job_defs

    def has_implicit_global_asset_job_def(self) -> bool:
        """Whether there are assets to make."""
        return bool(self.repository.asset_graph.executable_keys)

    def get_implicit_global_asset_job_def(self) -> JobDefinition:
        """The job that makes all assets."""
        return self.repository.global_asset_job

    def resolve_implicit_global_asset_job_def(self) -> JobDefinition:
        """The job that makes all assets."""
        return self.repository.global_asset_job

    def get_schedule_def(self, name: str) -> Any:
        """The schedule of that name."""
        return self.repository.get_schedule_def(name)

    resolve_schedule_def = get_schedule_def

    def get_sensor_def(self, name: str) -> Any:
        """The sensor of that name."""
        return self.repository.get_sensor_def(name)

    resolve_sensor_def = get_sensor_def

    def get_asset_graph(self) -> AssetGraph:
        """The graph of all assets."""
        return self.repository.asset_graph

    resolve_asset_graph = get_asset_graph

    def get_assets_def(self, key: CoercibleToAssetKey) -> AssetsDefinition:
        """The definition that makes an asset. Raises :class:`DagsterInvalidDefinitionError` when there is none."""
        found = self.repository.definition_by_key.get(AssetKey.from_coercible(key))
        if found is None:
            raise DagsterInvalidDefinitionError(
                f'There is no asset "{AssetKey.from_coercible(key).to_user_string()}".'
            )
        return found

    resolve_assets_def = get_assets_def

    def get_all_asset_specs(self) -> Sequence[AssetSpec]:
        """The specs of all assets, those that are only named as a dependency at the end."""
        declared = [spec for each in self.repository.assets_definitions for spec in each.specs]
        named = [key for key, node in self.repository.asset_graph.nodes.items() if not node.declared]
        return [*declared, *(AssetSpec(key) for key in named)]

    resolve_all_asset_specs = get_all_asset_specs

    def resolve_all_asset_keys(self) -> Sequence[AssetKey]:
        """The keys of all assets."""
        return [spec.key for spec in self.get_all_asset_specs()]

    def get_asset_value_loader(self, instance: Any = None) -> Any:
        """Something whose ``load_asset_value`` loads several values with the same resources."""
        return AssetValueLoader(self.repository, instance)

    def load_asset_value(
        self,
        asset_key: CoercibleToAssetKey,
        *,
        python_type: Any = None,
        instance: Any = None,
        partition_key: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        resource_config: Mapping[str, Any] | None = None,
        version: str | None = None,
        as_of: datetime.datetime | str | None = None,
    ) -> Any:
        """Load the stored value of an asset, through its I/O manager; as it was before, with ``version`` or ``as_of``.

        ``headwater asset versions KEY`` lists what is kept; ``as_of`` is a moment (also as ISO text, in UTC unless it says
        otherwise): the version stored last by then is loaded. :class:`VersionNotFoundError` is raised for what is not kept.
        Raises :class:`ValueNotFoundError`, naming the command that makes it, when nothing is stored.
        """
        return get_runner().load_value(
            self.repository,
            AssetKey.from_coercible(asset_key),
            python_type=python_type,
            instance=instance,
            partition_key=partition_key,
            metadata=metadata,
            resource_config=resource_config,
            version=version,
            as_of=as_of,
        )

    def map_asset_specs(
        self, *, func: Callable[[AssetSpec], AssetSpec], selection: Any = None
    ) -> Definitions:
        """The same definitions with the spec of every asset (or of the selected ones) replaced by what ``func`` makes."""
        graph = self.repository.asset_graph
        chosen = (
            AssetSelection.from_coercible(selection).resolve(graph)
            if selection is not None
            else set(graph.nodes)
        )

        def changed(spec: AssetSpec) -> AssetSpec:
            return func(spec) if spec.key in chosen else spec

        mapped = [each.map_asset_specs(changed) for each in self.repository.assets_definitions]
        return Definitions(
            assets=mapped,
            schedules=self.schedules,
            sensors=self.sensors,
            jobs=self.jobs,
            resources=self.resources,
            executor=self.executor,
            loggers=self.loggers,
            metadata=self.metadata,
        )

    map_resolved_asset_specs = map_asset_specs

    @staticmethod
    def merge(*def_sets: Definitions) -> Definitions:
        """All definitions of several as one. Raises when two of them bind one resource key differently."""
        resources: dict[str, Any] = {}
        loggers: dict[str, Any] = {}
        metadata: dict[str, Any] = {}
        executor = None
        for each in def_sets:
            for key, resource in each.resources.items():
                if key in resources and resources[key] is not resource and resources[key] != resource:
                    raise DagsterInvariantViolationError(
                        f'Two of the merged Definitions bind different resources to the key "{key}".'
                    )
                resources[key] = resource
            if each.executor is not None and executor is not None and executor is not each.executor:
                raise DagsterInvariantViolationError(
                    "Two of the merged Definitions name different executors."
                )
            executor = each.executor or executor
            loggers.update(each.loggers or {})
            metadata.update(each.metadata)
        return Definitions(
            assets=[item for each in def_sets for item in each.assets],
            schedules=[item for each in def_sets for item in each.schedules],
            sensors=[item for each in def_sets for item in each.sensors],
            jobs=[item for each in def_sets for item in each.jobs],
            asset_checks=[item for each in def_sets for item in each.asset_checks],
            resources=resources,
            executor=executor,
            loggers=loggers or None,
            metadata=metadata,
        )

    @staticmethod
    def merge_unbound_defs(*def_sets: Definitions) -> Definitions:
        """All definitions of several as one."""
        return Definitions.merge(*def_sets)

    @staticmethod
    def validate_loadable(defs: Definitions) -> None:
        """Resolve ``defs``; raise :class:`DagsterInvalidDefinitionError` with all faults, if there are any."""
        defs.repository.manifest  # noqa: B018 - resolving is the check


def _check_kinds(what: str, given: Iterable[Any], marks: tuple[str, ...]) -> None:
    """Refuse what cannot be of this kind at all: it has none of the attributes by which its kinds are known."""
    for each in given:
        if isinstance(each, str) or not any(hasattr(each, mark) for mark in marks):
            raise DagsterInvalidDefinitionError(
                f"Definitions({what}=[...]) got {each!r}, which is none of {what}. Give decorated functions or definitions."
            )


class AssetValueLoader:
    """Loads values of several assets with the same resources; a context manager."""

    def __init__(self, repository: RepositoryDefinition, instance: Any) -> None:
        self._repository = repository
        self._instance = instance

    def __enter__(self) -> AssetValueLoader:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def load_asset_value(self, asset_key: CoercibleToAssetKey, **arguments: Any) -> Any:
        """Load the stored value of an asset."""
        return get_runner().load_value(
            self._repository, AssetKey.from_coercible(asset_key), instance=self._instance, **arguments
        )


def create_repository_using_definitions_args(name: str, **arguments: Any) -> RepositoryDefinition:
    """A repository from the arguments of :class:`Definitions`."""
    return RepositoryDefinition(
        name=name, **{key: value for key, value in arguments.items() if value is not None}
    )


class BindResourcesToJobs(list[Any]):
    """Jobs to which the resources of the Definitions are bound (they always are; kept for older code)."""


def _run_assets(
    assets: Sequence[Any],
    *,
    resources: Mapping[str, Any] | None,
    selection: Any,
    **arguments: Any,
) -> Any:
    repository = RepositoryDefinition(assets=assets, resources=resources, name="__ephemeral__")
    graph = repository.asset_graph
    if selection is None:
        job = repository.asset_job("__ephemeral_asset_job__")
    else:
        chosen = AssetSelection.from_coercible(selection)
        keys = chosen.resolve(graph)
        job = repository.asset_job(
            "__ephemeral_asset_job__",
            [key for key in graph.order if key in keys],
            sorted(chosen.resolve_checks(graph)),
        )
    return get_runner().run_in_process(job, **arguments)


def materialize(
    assets: Sequence[Any],
    run_config: Any = None,
    instance: Any = None,
    resources: Mapping[str, Any] | None = None,
    partition_key: str | None = None,
    raise_on_error: bool = True,
    tags: Mapping[str, str] | None = None,
    selection: Any = None,
) -> Any:
    """Make assets in this process, in the order in which they need each other, and return the result.

    Without an ``instance`` the history is forgotten afterwards; values are stored by the I/O managers all the same.

    >>> materialize([numbers, total]).success
    True
    """
    return _run_assets(
        assets,
        resources=resources,
        selection=selection,
        run_config=run_config,
        instance=instance,
        partition_key=partition_key,
        raise_on_error=raise_on_error,
        tags=tags,
    )


def materialize_to_memory(
    assets: Sequence[Any],
    run_config: Any = None,
    instance: Any = None,
    resources: Mapping[str, Any] | None = None,
    partition_key: str | None = None,
    raise_on_error: bool = True,
    tags: Mapping[str, str] | None = None,
    selection: Any = None,
) -> Any:
    """Like :func:`materialize`, with every value kept in memory only. No I/O manager may be given."""
    given = dict(resources or {})
    for key, each in given.items():
        if isinstance(as_resource_definition(each), IOManagerDefinition):
            raise DagsterInvariantViolationError(
                f'materialize_to_memory keeps all values in memory, but the resource "{key}" is an I/O manager. '
                "Leave it out, or use materialize()."
            )
    keys = {
        out.io_manager_key
        for each in assets
        if isinstance(each, AssetsDefinition) and each.node_def is not None
        for out in each.node_def.output_dict.values()
    }
    return _run_assets(
        assets,
        resources={**given, **dict.fromkeys(keys | {"io_manager"}, get_runner().memory_io_manager())},
        selection=selection,
        run_config=run_config,
        instance=instance,
        partition_key=partition_key,
        raise_on_error=raise_on_error,
        tags=tags,
    )
