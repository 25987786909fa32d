"""Runs definitions in this process: what ``materialize`` and ``execute_in_process`` reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headwater.definitions.job import JobDefinition
from headwater.definitions.repository import RepositoryDefinition
from headwater.definitions.resource import ResourceDefinition
from headwater.definitions.resource_set import ResourceSet
from headwater.execution.console import ConsoleLog
from headwater.execution.event_buffer import EventBuffer
from headwater.execution.in_process import run_in_process
from headwater.execution.load_input import load_asset_value
from headwater.execution.log import install_handler
from headwater.execution.result import ExecuteInProcessResult
from headwater.execution.run_config import ResolvedRunConfig, check_inputs, default_run_config, nodes_of, resolve_run_config
from headwater.execution.run_scope import RunScope
from headwater.instance.instance import DagsterInstance
from headwater.io.memory import InMemoryIOManager
from headwater.io.pickled_files import PickledFiles
from headwater.model.errors import (
    DagsterExecutionHandleOutputError,
    DagsterExecutionLoadInputError,
    DagsterExecutionStepExecutionError,
    DagsterInvalidSubsetError,
    DagsterTypeCheckError,
)
from headwater.model.event import Event, new_run_id
from headwater.model.key import AssetKey, CoercibleToAssetKey
from headwater.model.run import DagsterRun
from headwater.planning.plan import Plan, build_asset_plan, build_graph_plan
from headwater.planning.op_selection import select_steps


def build_plan(repository: RepositoryDefinition, job: JobDefinition) -> Plan:
    """The plan of a job: of its graph, or of its assets."""
    if job.graph is not None:
        return build_graph_plan(job.name, job.graph.spec(), list(job.input_values))
    return build_asset_plan(
        job.name, repository.manifest, repository.asset_graph, job.asset_keys or [], job.check_keys
    )


def resources_of(repository: RepositoryDefinition, job: JobDefinition, instance: DagsterInstance) -> dict[str, Any]:
    """Every resource that a run of the job can use; values go to the instance's folder where nobody says otherwise."""
    return {
        "io_manager": ResourceDefinition(lambda _: PickledFiles(instance.storage_directory())),
        **repository.resources,
        **repository.asset_resources,
        **job.resource_defs,
    }


class InProcessRunner:
    """Runs jobs here and now."""

    def memory_io_manager(self) -> Any:
        """An I/O manager that keeps values in memory only."""
        return ResourceDefinition(lambda _: InMemoryIOManager())

    def run_in_process(
        self,
        repository: RepositoryDefinition,
        job: JobDefinition,
        *,
        run_config: Any = None,
        instance: DagsterInstance | None = None,
        partition_key: str | None = None,
        raise_on_error: bool = True,
        op_selection: Sequence[str] | None = None,
        asset_selection: Sequence[CoercibleToAssetKey] | None = None,
        run_id: str | None = None,
        input_values: Mapping[str, Any] | None = None,
        tags: Mapping[str, str] | None = None,
        resources: Mapping[str, Any] | None = None,
        keep_values: bool = True,
        console: bool = True,
        location: str = "",
    ) -> ExecuteInProcessResult:
        """Run ``job`` and return its result.

        ``keep_values`` keeps every output in memory for the result; the command line does without.
        """
        if asset_selection is not None:
            job = select_assets(repository, job, asset_selection)
            run_config = run_config or default_run_config(job, [name for name, _ in _chosen(repository, job)])
        if input_values:
            job = job.copy(input_values=dict(input_values))
        plan = build_plan(repository, job)
        if op_selection is not None:
            plan = select_steps(plan, op_selection)
        names = dict.fromkeys(step.computation for step in plan.steps if step.computation is not None)
        config, given = resolve_run_config(job, nodes_of(job, repository.computations, names), run_config)
        check_inputs(plan, config, job.input_values)
        own = DagsterInstance.ephemeral() if instance is None else None
        used = instance if instance is not None else own
        assert used is not None
        run = DagsterRun(
            run_id=run_id or new_run_id(),
            job_name=job.name,
            run_config=given,
            tags=_tags(job, tags, partition_key),
            asset_selection=list(plan.asset_keys) if job.is_asset_job else None,
            op_selection=list(op_selection) if op_selection is not None else None,
            location=location,
        )
        try:
            return _Run(repository, job, plan, run, config, used, resources).execute(
                input_values=job.input_values,
                raise_on_error=raise_on_error,
                keep_values=keep_values,
                console=console,
            )
        finally:
            if own is not None:
                own.close()

    def load_value(
        self,
        repository: RepositoryDefinition,
        key: AssetKey,
        *,
        python_type: Any = None,
        instance: DagsterInstance | None = None,
        partition_key: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        resource_config: Mapping[str, Any] | None = None,
    ) -> Any:
        """Load the stored value of an asset. Raises :class:`DagsterInvalidSubsetError` for one that is not there."""
        if key not in repository.asset_graph.nodes:
            raise DagsterInvalidSubsetError(f'There is no asset "{key.to_user_string()}" here.')
        used = instance if instance is not None else DagsterInstance.ephemeral()
        job = repository.asset_job("__load__", [])
        run = DagsterRun(run_id="", job_name=job.name)
        config = ResolvedRunConfig({})
        with ResourceSet(
            resources_of(repository, job, used), resource_config, instance=used, run=run
        ) as resources:
            scope = RunScope(
                repository=repository,
                job=job,
                plan=Plan(job_name=job.name, steps=[]),
                run=run,
                config=config,
                resources=resources,
                event_log=used.storage.event_log,
                record=lambda event: None,
                instance=used,
            )
            return load_asset_value(
                scope, key, python_type=python_type, partition_key=partition_key, metadata=metadata
            )


def select_assets(
    repository: RepositoryDefinition, job: JobDefinition, selection: Sequence[CoercibleToAssetKey]
) -> JobDefinition:
    """The job for only those of its assets that are selected."""
    wanted = [AssetKey.from_coercible(each) for each in selection]
    known = set(job.asset_keys or ())
    for key in wanted:
        if key not in known:
            raise DagsterInvalidSubsetError(
                f'The job "{job.name}" does not make the asset "{key.to_user_string()}".'
            )
    return job.copy(
        asset_keys=wanted, check_keys=[key for key in job.check_keys if key.asset_key in wanted]
    )


def _chosen(repository: RepositoryDefinition, job: JobDefinition) -> list[tuple[str, Any]]:
    """The computations of the job's assets, by name."""
    keys = set(job.asset_keys or ())
    return [(name, each) for name, each in repository.computations.items() if keys & each.keys]


def _tags(job: JobDefinition, tags: Mapping[str, str] | None, partition_key: str | None) -> dict[str, str]:
    made = {**job.tags, **{key: str(value) for key, value in (tags or {}).items()}}
    if partition_key is not None:
        made["dagster/partition"] = partition_key
    return made


class _Run:
    """One run from its record to its result."""

    def __init__(
        self,
        repository: RepositoryDefinition,
        job: JobDefinition,
        plan: Plan,
        run: DagsterRun,
        config: ResolvedRunConfig,
        instance: DagsterInstance,
        resources: Mapping[str, Any] | None,
    ) -> None:
        self.repository = repository
        self.job = job
        self.plan = plan
        self.run = run
        self.config = config
        self.instance = instance
        self.resources = {**resources_of(repository, job, instance), **(resources or {})}

    def execute(
        self, *, input_values: Mapping[str, Any], raise_on_error: bool, keep_values: bool, console: bool
    ) -> ExecuteInProcessResult:
        install_handler()
        events: list[Event] = []
        values: dict[tuple[str, str, str | None], Any] = {}
        buffer = EventBuffer(self.instance.write_events)
        shown = ConsoleLog() if console else None

        def record(event: Event) -> None:
            if keep_values:
                events.append(event)
            if shown is not None:
                shown.show(event)
            buffer.append(event)

        with ResourceSet(self.resources, self.config.resources, instance=self.instance, run=self.run) as resources:
            scope = RunScope(
                repository=self.repository,
                job=self.job,
                plan=self.plan,
                run=self.run,
                config=self.config,
                resources=resources,
                event_log=self.instance.storage.event_log,
                record=record,
                instance=self.instance,
                input_values=input_values,
                values=values if keep_values else None,
            )
            resources.check(scope.required_resources(), what=f'job "{self.job.name}"')
            self.instance.add_run(self.run)
            buffer.start()
            try:
                error = run_in_process(scope, flush=buffer.flush)
            finally:
                buffer.close()
            if error is not None and raise_on_error:
                raise_to_user(error)
        ended = self.instance.get_run_by_id(self.run.run_id)
        return ExecuteInProcessResult(
            events=events,
            run=ended or self.run,
            job=self.job,
            scope=scope,
            values=values,
            load=lambda key: load_asset_value(scope, key),
        )


_OF_THE_STEP = (
    DagsterExecutionStepExecutionError,
    DagsterExecutionLoadInputError,
    DagsterExecutionHandleOutputError,
    DagsterTypeCheckError,
)


def raise_to_user(error: BaseException) -> None:
    """Raise what the user's own code raised, where it did; else ``error``."""
    if isinstance(error, _OF_THE_STEP) and error.user_exception is not None:
        raise error.user_exception
    raise error
