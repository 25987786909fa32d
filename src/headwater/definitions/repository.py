"""All definitions of a code location together: names resolved, faults found, manifest and asset graph built."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from types import FunctionType
from typing import Any, overload

from headwater.definitions.asset import AssetsDefinition
from headwater.definitions.asset_spec import AssetCheckSpec, AssetSpec
from headwater.definitions.definition_check import (
    find_cycles,
    find_duplicates,
    find_missing_resources,
    find_missing_upstreams,
    raise_faults,
)
from headwater.definitions.job import JobDefinition, UnresolvedAssetJobDefinition
from headwater.definitions.schedule import ScheduleDefinition
from headwater.definitions.source_asset import SourceAsset
from headwater.model.errors import (
    CircularDependencyError,
    DagsterInvalidDefinitionError,
    DagsterInvalidSubsetError,
    DagsterInvariantViolationError,
)
from headwater.model.key import AssetCheckKey, AssetKey
from headwater.model.manifest import (
    AssetDepSpec,
    AssetNode,
    CheckNode,
    Computation,
    Manifest,
    ResourceNode,
    SourceLocation,
)
from headwater.model.metadata import DagsterInvalidMetadata, build_metadata_value
from headwater.planning.asset_graph import AssetGraph
from headwater.planning.selection import AssetSelection, set_graph_builder

GLOBAL_ASSET_JOB = "__ASSET_JOB"


class RepositoryDefinition:
    """Assets, jobs, schedules, sensors and resources that belong together, resolved against each other.

    Raises :class:`DagsterInvalidDefinitionError` naming every fault: duplicates, cycles, missing resources.
    """

    def __init__(
        self,
        *,
        name: str = "__repository__",
        assets: Iterable[Any] = (),
        asset_checks: Iterable[Any] = (),
        jobs: Iterable[Any] = (),
        schedules: Iterable[Any] = (),
        sensors: Iterable[Any] = (),
        resources: Mapping[str, Any] | None = None,
        executor: Any = None,
        loggers: Mapping[str, Any] | None = None,
        description: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        bound: bool = True,
    ) -> None:
        self.name = name
        self.description = description
        self.metadata: Mapping[str, Any] = metadata or {}
        self.resources: dict[str, Any] = dict(resources or {})
        self.executor = executor
        self.loggers: dict[str, Any] = dict(loggers or {})
        self.assets_definitions = _resolve_names(_as_assets([*assets, *asset_checks]))
        raise_faults(find_duplicates(self.assets_definitions))
        self.computations: dict[str, AssetsDefinition] = _name_computations(self.assets_definitions)
        self.definition_by_key: dict[AssetKey, AssetsDefinition] = {}
        for definition in self.assets_definitions:
            for key in definition.specs_by_key:
                if key not in self.definition_by_key or definition.node_def is not None:
                    self.definition_by_key[key] = definition
        self.asset_graph = AssetGraph(*self._nodes())
        self.asset_resources = self._asset_resources()
        if bound:
            self._check()
        self.jobs = self._resolve_jobs([*jobs, *_jobs_of([*schedules, *sensors])], bound=bound)
        self.schedules: dict[str, ScheduleDefinition] = _by_name(schedules, "schedules and sensors")
        self.sensors: dict[str, Any] = _by_name(sensors, "schedules and sensors")

    # -- nodes --------------------------------------------------------------------------------------------------

    def _nodes(self) -> tuple[list[AssetNode], list[CheckNode]]:
        names = {id(definition): name for name, definition in self.computations.items()}
        assets: dict[AssetKey, AssetNode] = {}
        checks: list[CheckNode] = []
        for definition in self.assets_definitions:
            computation = names.get(id(definition))
            inputs = {key: name for name, key in definition.keys_by_input_name.items()}
            outputs = {key: name for name, key in definition.keys_by_output_name.items()}
            for spec in definition.specs:
                if spec.key in assets and computation is None:
                    continue
                assets[spec.key] = _asset_node(
                    definition, spec, computation, outputs.get(spec.key, "result"), inputs
                )
            for output, check in definition.check_specs_by_output_name.items():
                if computation is not None:
                    checks.append(_check_node(check, computation, output, definition.source))
        for key in list(assets):
            for dep in assets[key].deps:
                if dep.key not in assets:
                    assets[dep.key] = AssetNode(key=dep.key, kind="external", declared=False)
        return list(assets.values()), checks

    def _asset_resources(self) -> dict[str, Any]:
        """Resources bound to assets themselves; two different ones under one key are a fault."""
        bound: dict[str, Any] = {}
        for definition in self.assets_definitions:
            for key, resource in definition.resource_defs.items():
                known = bound.setdefault(key, resource)
                if known is not resource and known != resource:
                    raise DagsterInvalidDefinitionError(
                        f'Two assets bind different resources to the key "{key}". Bind it once, in Definitions, '
                        "or under two keys."
                    )
                given = self.resources.get(key)
                if given is not None and given is not resource and given != resource:
                    raise DagsterInvalidDefinitionError(
                        f'The resource "{key}" is bound to an asset and, differently, in Definitions. Keep one.'
                    )
        return bound

    def _check(self) -> None:
        sources = {key: definition.source for key, definition in self.definition_by_key.items()}
        cycles = find_cycles(self.asset_graph, sources)
        faults = [*cycles, *find_missing_upstreams(self.assets_definitions, self.asset_graph.nodes)]
        provided = {*self.resources, *self.asset_resources, "io_manager"}
        faults += find_missing_resources(
            ((label, key, definition.source)
             for definition in self.assets_definitions if definition.node_def is not None
             for label in [_label(definition)]
             for key in sorted(definition.required_resource_keys)),
            provided,
        )  # fmt: skip
        if cycles and len(faults) == len(cycles):
            raise CircularDependencyError(cycles[0])
        raise_faults(faults)

    # -- jobs ---------------------------------------------------------------------------------------------------

    def _resolve_jobs(self, given: Iterable[Any], *, bound: bool) -> dict[str, JobDefinition]:
        jobs: dict[str, Any] = {}
        originals: dict[str, Any] = {}
        for each in given:
            known = originals.get(each.name)
            if known is not None:
                if (
                    known is each
                    or getattr(known, "graph", None) is getattr(each, "graph", known) is not None
                ):
                    continue
                raise DagsterInvalidDefinitionError(
                    f'Two different jobs are named "{each.name}". Give one of them another name.'
                )
            originals[each.name] = each
            if isinstance(each, UnresolvedAssetJobDefinition):
                jobs[each.name] = each.resolve(self)
            elif bound:
                made = each if isinstance(each, JobDefinition) else each.to_job()
                jobs[each.name] = made.copy(repository=self)
            else:
                jobs[each.name] = each
        if bound:
            self._check_jobs(jobs.values())
        return jobs

    def _check_jobs(self, jobs: Iterable[JobDefinition]) -> None:
        faults: list[str] = []
        for each in jobs:
            if each.graph is not None:
                provided = {*self.resources, *each.resource_defs, "io_manager"}
                faults += find_missing_resources(
                    (
                        (f'Job "{each.name}"', key, each.graph.source)
                        for key in sorted(each.required_resource_keys)
                    ),
                    provided,
                )
        raise_faults(faults)

    @cached_property
    def global_asset_job(self) -> JobDefinition:
        """The job that makes every asset that can be made."""
        return self.asset_job(GLOBAL_ASSET_JOB)

    def asset_job(
        self,
        name: str,
        keys: Iterable[AssetKey] | None = None,
        checks: Iterable[AssetCheckKey] | None = None,
        **arguments: Any,
    ) -> JobDefinition:
        """A job that makes ``keys`` (all that can be made, without it) and evaluates ``checks`` (theirs, without it)."""
        chosen = list(keys) if keys is not None else self.asset_graph.executable_keys
        if checks is None:
            checks = [
                each for each in self.asset_graph.checks if keys is None or each.asset_key in set(chosen)
            ]
        return JobDefinition(
            name=name, asset_keys=chosen, check_keys=list(checks), repository=self, **arguments
        )

    def has_job(self, name: str) -> bool:
        """Whether there is a job of that name."""
        return name in self.jobs or name == GLOBAL_ASSET_JOB

    def get_job(self, name: str) -> JobDefinition:
        """The job of that name. Raises :class:`DagsterInvariantViolationError`, naming those that there are."""
        if name == GLOBAL_ASSET_JOB:
            return self.global_asset_job
        if name not in self.jobs:
            raise DagsterInvariantViolationError(
                f'There is no job "{name}" here. There are: {", ".join(self.jobs) or "none"}.'
            )
        return self.jobs[name]

    def get_all_jobs(self) -> list[JobDefinition]:
        """All jobs, the one of all assets among them if there are assets."""
        extra = [self.global_asset_job] if self.asset_graph.executable_keys else []
        return [*extra, *self.jobs.values()]

    @property
    def job_names(self) -> list[str]:
        """The names of all jobs."""
        return [each.name for each in self.get_all_jobs()]

    get_job_names = job_names

    @property
    def assets_defs_by_key(self) -> Mapping[AssetKey, AssetsDefinition]:
        """The definition of each asset that is made here."""
        return {key: each for key, each in self.definition_by_key.items() if each.node_def is not None}

    @property
    def source_assets_by_key(self) -> Mapping[AssetKey, AssetsDefinition]:
        """The definition of each asset that is made elsewhere."""
        return {key: each for key, each in self.definition_by_key.items() if each.node_def is None}

    @property
    def schedule_defs(self) -> Sequence[ScheduleDefinition]:
        """All schedules."""
        return list(self.schedules.values())

    @property
    def sensor_defs(self) -> Sequence[Any]:
        """All sensors."""
        return list(self.sensors.values())

    def get_schedule_def(self, name: str) -> ScheduleDefinition:
        """The schedule of that name."""
        if name not in self.schedules:
            raise DagsterInvariantViolationError(f'There is no schedule "{name}" here.')
        return self.schedules[name]

    def get_sensor_def(self, name: str) -> Any:
        """The sensor of that name."""
        if name not in self.sensors:
            raise DagsterInvariantViolationError(f'There is no sensor "{name}" here.')
        return self.sensors[name]

    has_schedule_def = property(lambda self: lambda name: name in self.schedules)

    @cached_property
    def manifest(self) -> Manifest:
        """Everything that leaves the process."""
        return Manifest(
            location=self.name,
            assets=list(self.asset_graph.nodes.values()),
            checks=list(self.asset_graph.checks.values()),
            computations=[_computation(name, each) for name, each in self.computations.items()],
            jobs=[each.spec() for each in self.jobs.values()],
            schedules=[each.spec() for each in self.schedules.values()],
            sensors=[each.spec() for each in self.sensors.values()],
            resources=[_resource_node(key, each) for key, each in self.resources.items()],
        )

    def load_asset_value(self, asset_key: Any, **arguments: Any) -> Any:
        """Load the stored value of an asset, through its I/O manager."""
        from headwater.definitions.runner import get_runner

        return get_runner().load_value(self, AssetKey.from_coercible(asset_key), **arguments)

    def __repr__(self) -> str:
        return f"RepositoryDefinition({self.name!r})"


def _label(definition: AssetsDefinition) -> str:
    keys = ", ".join(key.to_user_string() for key in definition.specs_by_key)
    return f'Asset "{keys}"' if keys else f'Check "{definition.node_def.name}"'


def _by_name(definitions: Iterable[Any], what: str) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for each in definitions:
        known = named.setdefault(each.name, each)
        if known is not each:
            raise DagsterInvalidDefinitionError(f'Two {what} are named "{each.name}". Names must differ.')
    return named


def _jobs_of(automations: Iterable[Any]) -> list[Any]:
    jobs = []
    for each in automations:
        targets = getattr(each, "jobs", None) or [getattr(each, "job", None)]
        jobs += [
            target for target in targets if isinstance(target, (JobDefinition, UnresolvedAssetJobDefinition))
        ]
    return jobs


def _as_assets(given: Iterable[Any]) -> list[AssetsDefinition]:
    assets: list[AssetsDefinition] = []
    for each in given:
        if isinstance(each, AssetsDefinition):
            assets.append(each)
        elif isinstance(each, SourceAsset):
            assets.append(each.to_assets_definition())
        elif isinstance(each, AssetSpec):
            assets.append(AssetsDefinition(specs=[each]))
        elif isinstance(each, (list, tuple)):
            assets += _as_assets(each)
        elif hasattr(each, "compute_cacheable_data") or hasattr(each, "build_definitions"):
            assets += _as_assets(each.build_definitions(each.compute_cacheable_data()))
        else:
            raise DagsterInvalidDefinitionError(
                f"{each!r} is not an asset. Give functions decorated with @asset, SourceAssets or AssetSpecs."
            )
    return list({id(each): each for each in assets}.values())


def _resolve_names(assets: list[AssetsDefinition]) -> list[AssetsDefinition]:
    """Let a parameter of one part mean the asset of that name beside it: in its folder, or alone in its group.

    As in Dagster: only where no asset has the parameter's own key.
    """
    known = {key for each in assets for key in each.specs_by_key}
    unknown = any(key not in known for each in assets for key in each.keys_by_input_name.values())
    if not unknown:
        return assets
    groups: dict[tuple[str, str], list[AssetKey]] = {}
    for each in assets:
        for spec in each.specs_by_key.values():
            groups.setdefault((spec.key.parts[-1], spec.group_name or "default"), []).append(spec.key)
    return [_resolve_one(each, known, groups) for each in assets]


def _resolve_one(
    definition: AssetsDefinition,
    known: set[AssetKey],
    groups: Mapping[tuple[str, str], list[AssetKey]],
) -> AssetsDefinition:
    renamed: dict[AssetKey, AssetKey] = {}
    own = next(iter(definition.specs_by_key.values()), None)
    for key in definition.keys_by_input_name.values():
        if key in known or len(key.parts) != 1 or own is None:
            continue
        beside = AssetKey((*own.key.parts[:-1], key.parts[0]))
        candidates = groups.get((key.parts[0], own.group_name or "default"), [])
        if beside in known and beside != own.key:
            renamed[key] = beside
        elif len(candidates) == 1 and candidates[0] not in definition.specs_by_key:
            renamed[key] = candidates[0]
    return definition.with_keys(renamed) if renamed else definition


def _name_computations(assets: Iterable[AssetsDefinition]) -> dict[str, AssetsDefinition]:
    """Each op or graph under a name of its own; a second of the same name gets ``_2``."""
    named: dict[str, AssetsDefinition] = {}
    for each in assets:
        if each.node_def is None:
            continue
        name, number = each.node_def.name, 1
        while name in named:
            number += 1
            name = f"{each.node_def.name}_{number}"
        named[name] = each
    return named


def _asset_node(
    definition: AssetsDefinition,
    spec: AssetSpec,
    computation: str | None,
    output: str,
    inputs: Mapping[AssetKey, str],
) -> AssetNode:
    kind = (
        "external" if computation is None else "observable" if definition.is_observation else "materializable"
    )
    renamed = _renamed_deps(definition, spec)
    return AssetNode(
        key=spec.key,
        computation=computation,
        output=output,
        deps=[AssetDepSpec(key=key, input=inputs.get(key)) for key in renamed],
        kind=kind,
        group_name=spec.group_name or "default",
        description=spec.description,
        tags=dict(spec.tags),
        metadata=_known_metadata(spec.metadata),
        owners=spec.owners,
        kinds=sorted(spec.kinds),
        code_version=spec.code_version,
        io_manager_key=definition.io_manager_key_of(spec.key),
        required=not spec.skippable,
        source=definition.source,
    )


def _renamed_deps(definition: AssetsDefinition, spec: AssetSpec) -> list[AssetKey]:
    return list(dict.fromkeys(dep.asset_key for dep in spec.deps))


def _known_metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Declared metadata as values; what is no metadata value (an object for an I/O manager) is told by its text."""
    values: dict[str, Any] = {}
    for label, value in metadata.items():
        try:
            values[label] = build_metadata_value(value, label)
        except DagsterInvalidMetadata:
            values[label] = build_metadata_value(repr(value), label)
    return values


def _check_node(
    spec: AssetCheckSpec, computation: str, output: str, source: SourceLocation | None
) -> CheckNode:
    return CheckNode(
        key=spec.key,
        computation=computation,
        output=output,
        blocking=spec.blocking,
        description=spec.description,
        deps=[AssetDepSpec(key=dep.asset_key) for dep in spec.additional_deps],
        source=source,
    )


def _computation(name: str, definition: AssetsDefinition) -> Computation:
    chosen = definition.selected
    return Computation(
        name=name,
        node=definition.node_def.spec(),
        assets=[
            (output, key)
            for output, key in definition.keys_by_output_name.items()
            if chosen is None or key in chosen
        ],
        checks=[(output, spec.key) for output, spec in definition.check_specs_by_output_name.items()],
        inputs=list(definition.keys_by_input_name.items()),
        can_subset=definition.can_subset,
        is_observation=definition.is_observation,
    )


def _resource_node(key: str, resource: Any) -> ResourceNode:
    made_by = getattr(resource, "resource_fn", None)
    return ResourceNode(
        key=key,
        type_name=getattr(made_by, "__name__", None) or type(resource).__name__,
        description=getattr(resource, "description", None),
    )


def _graph_of(assets: Any) -> AssetGraph:
    graph = getattr(assets, "asset_graph", None)
    if isinstance(graph, AssetGraph):
        return graph
    if isinstance(assets, (list, tuple, set)):
        return RepositoryDefinition(assets=assets, bound=False).asset_graph
    raise DagsterInvalidSubsetError(f"{assets!r} is not a list of asset definitions.")


set_graph_builder(_graph_of)


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
            resources=top_level_resources,
            executor=default_executor_def,
            loggers=default_logger_defs,
            assets=sorted_items["assets"],
            jobs=sorted_items["jobs"],
            schedules=sorted_items["schedules"],
            sensors=sorted_items["sensors"],
        )

    return decorate(definitions_fn) if definitions_fn is not None else decorate


def _flatten(returned: Any) -> list[Any]:
    if isinstance(returned, Mapping):
        parts = [part.values() if isinstance(part, Mapping) else part for part in returned.values()]
        return [item() if isinstance(item, FunctionType) else item for part in parts for item in part]
    if not isinstance(returned, (list, tuple)):
        raise DagsterInvalidDefinitionError(
            f"A repository function returns a list of definitions; it returned {type(returned).__name__}."
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


__all__ = ["AssetSelection", "RepositoryDefinition", "repository"]
