"""All definitions of a code location together: names resolved, faults found, manifest and asset graph built."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from headwater.definitions.asset_collection import collect_assets, name_computations, resolve_names
from headwater.definitions.asset_job import UnresolvedAssetJobDefinition
from headwater.definitions.assets_definition import AssetsDefinition
from headwater.definitions.automation_manifest import (
    Conditions,
    build_automation_nodes,
    build_sensor_nodes,
    find_conditions,
)
from headwater.definitions.definition_check import (
    find_automation_faults,
    find_cycles,
    find_duplicates,
    find_missing_resources,
    find_missing_upstreams,
    find_wrong_resources,
    raise_faults,
)
from headwater.definitions.edge_check import find_wrong_asset_edges, find_wrong_node_edges
from headwater.definitions.job import JobDefinition
from headwater.definitions.manifest_node import (
    build_asset_node,
    build_check_node,
    build_computation,
    build_resource_node,
)
from headwater.definitions.op import OpDefinition
from headwater.definitions.partitioned_schedule import UnresolvedPartitionedSchedule
from headwater.definitions.runner import get_runner
from headwater.definitions.schedule import ScheduleDefinition
from headwater.definitions.stored_asset import find_storage_faults
from headwater.model.errors import (
    CircularDependencyError,
    DagsterError,
    DagsterInvalidDefinitionError,
    DagsterInvalidSubsetError,
    DagsterInvariantViolationError,
)
from headwater.model.key import AssetCheckKey, AssetKey
from headwater.model.manifest import AssetNode, CheckNode, Manifest
from headwater.model.run import GLOBAL_ASSET_JOB
from headwater.planning.asset_graph import AssetGraph


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
        self.assets_definitions = resolve_names(collect_assets([*assets, *asset_checks]))
        self._faults: list[DagsterError] = []
        self._add_faults(find_duplicates(self.assets_definitions))
        self.computations: dict[str, AssetsDefinition] = name_computations(self.assets_definitions)
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
        self.schedules: dict[str, ScheduleDefinition] = {
            name: each.resolve(self) if isinstance(each, UnresolvedPartitionedSchedule) else each
            for name, each in self._by_name(schedules).items()
        }
        self.sensors: dict[str, Any] = self._by_name(sensors)
        if bound:
            provided = {*self.resources, *self.asset_resources, "io_manager"}
            automations = [*self.schedules.values(), *self.sensors.values()]
            self._add_faults(find_automation_faults(automations, [*self.jobs, GLOBAL_ASSET_JOB], provided))
        raise_faults(self._faults)

    def _add_faults(self, messages: Iterable[str]) -> None:
        self._faults += map(DagsterInvalidDefinitionError, messages)

    def _by_name(self, definitions: Iterable[Any]) -> dict[str, Any]:
        named: dict[str, Any] = {}
        for each in definitions:
            if named.setdefault(each.name, each) is not each:
                self._add_faults([f'Two schedules or sensors are named "{each.name}". Names must differ.'])
        return named

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
                assets[spec.key] = build_asset_node(
                    definition, spec, computation, outputs.get(spec.key, "result"), inputs
                )
            for output, check in definition.check_specs_by_output_name.items():
                if computation is not None:
                    checks.append(build_check_node(check, computation, output, definition.source))
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
                    self._add_faults(
                        [
                            f'Two assets bind different resources to the key "{key}". Bind it once, in Definitions, '
                            "or under two keys."
                        ]
                    )
                given = self.resources.get(key)
                if given is not None and given is not resource and given != resource:
                    self._add_faults(
                        [
                            f'The resource "{key}" is bound to an asset and, differently, in Definitions. Keep one.'
                        ]
                    )
        return bound

    def _check(self) -> None:
        sources = {key: definition.source for key, definition in self.definition_by_key.items()}
        resources = {**self.resources, **self.asset_resources}
        self._faults += map(CircularDependencyError, find_cycles(self.asset_graph, sources))
        self._add_faults(find_missing_upstreams(self.assets_definitions, self.asset_graph.nodes))
        self._add_faults(find_wrong_asset_edges(self.assets_definitions, self.definition_by_key, resources))
        users = [(_label(each), each) for each in self.assets_definitions if each.node_def is not None]
        needs = (
            (label, key, each.source) for label, each in users for key in sorted(each.required_resource_keys)
        )
        self._add_faults(find_missing_resources(needs, {*resources, "io_manager"}))
        ops = ((label, op) for label, each in users for op in _ops_of(each.node_def))
        self._add_faults(find_wrong_resources(ops, resources))
        self._add_faults(find_storage_faults(self.assets_definitions, resources))

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
                self._add_faults(
                    [f'Two different jobs are named "{each.name}". Give one of them another name.']
                )
                continue
            originals[each.name] = each
            if isinstance(each, UnresolvedAssetJobDefinition):
                try:
                    jobs[each.name] = each.resolve(self)
                except DagsterError as fault:
                    self._faults.append(fault)
            elif bound:
                made = each if isinstance(each, JobDefinition) else each.to_job()
                jobs[each.name] = made.copy(repository=self)
            else:
                jobs[each.name] = each
        if bound:
            self._check_jobs(jobs.values())
        return jobs

    def _check_jobs(self, jobs: Iterable[JobDefinition]) -> None:
        for each in jobs:
            if each.graph is None:
                continue
            resources = {**self.resources, **each.resource_defs}
            what, source = f'Job "{each.name}"', each.graph.source
            needs = [(what, key, source) for key in sorted(each.required_resource_keys)]
            self._add_faults(find_missing_resources(needs, {*resources, "io_manager"}))
            ops = ((f'Op "{op.name}" of job "{each.name}"', op) for op in _ops_of(each.graph))
            self._add_faults(find_wrong_resources(ops, resources))
            self._add_faults(find_wrong_node_edges(each.graph, resources))

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
    def automation_conditions(self) -> Conditions:
        """The automation condition of each asset and check that has one."""
        return find_conditions(self.assets_definitions)

    @cached_property
    def manifest(self) -> Manifest:
        """Everything that leaves the process."""
        return Manifest(
            location=self.name,
            assets=list(self.asset_graph.nodes.values()),
            checks=list(self.asset_graph.checks.values()),
            computations=[build_computation(name, each) for name, each in self.computations.items()],
            jobs=[each.spec() for each in self.jobs.values()],
            schedules=[each.spec() for each in self.schedules.values()],
            sensors=build_sensor_nodes(self.sensor_defs, self.asset_graph, self.automation_conditions),
            automation=build_automation_nodes(self.automation_conditions),
            resources=[build_resource_node(key, each) for key, each in self.resources.items()],
        )

    def load_asset_value(self, asset_key: Any, **arguments: Any) -> Any:
        """Load the stored value of an asset, through its I/O manager."""
        return get_runner().load_value(self, AssetKey.from_coercible(asset_key), **arguments)

    def __repr__(self) -> str:
        return f"RepositoryDefinition({self.name!r})"


def _label(definition: AssetsDefinition) -> str:
    keys = ", ".join(key.to_user_string() for key in definition.specs_by_key)
    return f'Asset "{keys}"' if keys else f'Check "{definition.node_def.name}"'


def _ops_of(node: Any) -> list[OpDefinition]:
    """The ops in a node, each once."""
    ops = [each for each in node.iterate_node_defs() if isinstance(each, OpDefinition)]
    return list({id(each): each for each in ops}.values())


def _jobs_of(automations: Iterable[Any]) -> list[Any]:
    jobs = []
    for each in automations:
        targets = each.jobs if hasattr(each, "jobs") else [getattr(each, "job", None)]
        jobs += [
            target for target in targets if isinstance(target, (JobDefinition, UnresolvedAssetJobDefinition))
        ]
    return jobs


def repository_of(job: JobDefinition) -> RepositoryDefinition:
    """The definitions among which a job lives: its own, when it stands alone."""
    if job.repository is None:
        job.repository = RepositoryDefinition(jobs=[job], name="__single_job__", bound=False)
    found: RepositoryDefinition = job.repository
    return found


def asset_graph_of(assets: Any) -> AssetGraph:
    """The graph of a list of definitions, which need no resources for that."""
    if isinstance(assets, (list, tuple, set)):
        return RepositoryDefinition(assets=assets, bound=False).asset_graph
    raise DagsterInvalidSubsetError(f"{assets!r} is not a list of asset definitions.")
