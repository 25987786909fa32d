"""Runs definitions in this process: what ``materialize`` and ``execute_in_process`` reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from headwater.definitions.job import JobDefinition
from headwater.definitions.repository import RepositoryDefinition, repository_of
from headwater.definitions.resource import ResourceDefinition
from headwater.definitions.resource_set import ResourceSet
from headwater.execution.in_process import InProcessExecutor
from headwater.execution.result import ExecuteInProcessResult
from headwater.execution.run_config import ResolvedRunConfig
from headwater.execution.run_scope import RunScope
from headwater.execution.stored_asset import load_asset_value
from headwater.instance.instance import DagsterInstance
from headwater.instance.job_run import prepare_run, resources_of
from headwater.io.memory import InMemoryIOManager
from headwater.model.errors import DagsterInvalidSubsetError
from headwater.model.key import AssetKey, CoercibleToAssetKey
from headwater.model.run import DagsterRun
from headwater.planning.plan import Plan


class InProcessRunner:
    """Runs jobs here and now."""

    def memory_io_manager(self) -> Any:
        """An I/O manager that keeps values in memory only."""
        return ResourceDefinition(lambda _: InMemoryIOManager())

    def new_instance(self) -> DagsterInstance:
        """An instance in memory, forgotten with the process."""
        return DagsterInstance.ephemeral()

    def run_in_process(
        self,
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
        own = DagsterInstance.ephemeral() if instance is None else None
        used = instance if instance is not None else own
        assert used is not None
        try:
            run = prepare_run(
                repository_of(job),
                job,
                used,
                run_config=run_config,
                partition_key=partition_key,
                op_selection=op_selection,
                asset_selection=asset_selection,
                run_id=run_id,
                input_values=input_values,
                tags=tags,
                resources=resources,
                location=location,
            )
            executed = run.execute(
                InProcessExecutor(), raise_on_error=raise_on_error, keep_values=keep_values, console=console
            )
        finally:
            if own is not None:
                own.close()
        return ExecuteInProcessResult(
            events=executed.events,
            run=executed.run,
            job=run.job,
            scope=executed.scope,
            values=executed.values,
            load=lambda key: load_asset_value(executed.scope, key),
        )

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
        version: str | None = None,
        as_of: Any = None,
    ) -> Any:
        """Load the stored value of an asset. Raises :class:`DagsterInvalidSubsetError` for one that is not there."""
        used = instance if instance is not None else DagsterInstance.ephemeral()
        with open_scope(repository, key, used, resource_config) as scope:
            return load_asset_value(
                scope,
                key,
                python_type=python_type,
                partition_key=partition_key,
                metadata=metadata,
                version=version,
                as_of=as_of,
            )


@contextmanager
def open_scope(
    repository: RepositoryDefinition,
    key: AssetKey,
    instance: DagsterInstance,
    resource_config: Mapping[str, Any] | None = None,
) -> Iterator[RunScope]:
    """What is needed to reach the stored value of an asset outside of any run.

    Raises :class:`DagsterInvalidSubsetError` for an asset that is not there.
    """
    if key not in repository.asset_graph.nodes:
        raise DagsterInvalidSubsetError(f'There is no asset "{key.to_user_string()}" here.')
    job = repository.asset_job("__load__", [])
    run = DagsterRun(run_id="", job_name=job.name)
    with ResourceSet(
        resources_of(repository, job, instance), resource_config, instance=instance, run=run
    ) as resources:
        yield RunScope(
            repository=repository,
            job=job,
            plan=Plan(job_name=job.name, steps=[]),
            run=run,
            config=ResolvedRunConfig({}),
            resources=resources,
            event_log=instance.storage.event_log,
            record=lambda event: None,
            instance=instance,
        )
