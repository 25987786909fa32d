"""``execute_job``: run a job as its executor says, in processes of its own or here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headwater.definitions.job import JobDefinition
from headwater.definitions.repository import repository_of
from headwater.execution.job_result import JobExecutionResult
from headwater.execution.reconstructable import ReconstructableJob
from headwater.instance.executors import choose_executor
from headwater.instance.instance import DagsterInstance
from headwater.instance.job_run import prepare_run
from headwater.instance.reexecution import Reexecution, ReexecutionOptions
from headwater.model.errors import ParameterCheckError
from headwater.model.key import CoercibleToAssetKey


def execute_job(
    job: ReconstructableJob,
    instance: DagsterInstance,
    run_config: Any = None,
    tags: Mapping[str, str] | None = None,
    raise_on_error: bool = False,
    op_selection: Sequence[str] | None = None,
    reexecution_options: ReexecutionOptions | None = None,
    asset_selection: Sequence[CoercibleToAssetKey] | None = None,
) -> JobExecutionResult:
    """Run ``job`` by its executor: without another, each step in a process of its own.

    ``reexecution_options`` run an earlier run again; what is not given here is taken from it. With ``raise_on_error``
    what a step raised is raised here. Raises for selections, config and inputs that are wrong.

    >>> result = execute_job(reconstructable(nightly), DagsterInstance.get())  # doctest: +SKIP
    >>> result.success  # doctest: +SKIP
    True
    """
    if not isinstance(job, ReconstructableJob):
        raise ParameterCheckError(
            f"execute_job() takes a job that another process can load, not {job!r}: execute_job(reconstructable(job), …)."
        )
    return execute_loaded_job(
        job.load(),
        instance,
        origin=job,
        run_config=run_config,
        tags=tags,
        raise_on_error=raise_on_error,
        op_selection=op_selection,
        reexecution_options=reexecution_options,
        asset_selection=asset_selection,
    )


def execute_loaded_job(
    job: JobDefinition,
    instance: DagsterInstance,
    *,
    origin: ReconstructableJob | None = None,
    run_config: Any = None,
    tags: Mapping[str, str] | None = None,
    raise_on_error: bool = False,
    op_selection: Sequence[str] | None = None,
    reexecution_options: ReexecutionOptions | None = None,
    asset_selection: Sequence[CoercibleToAssetKey] | None = None,
    partition_key: str | None = None,
    run_id: str | None = None,
    console: bool = True,
    location: str = "",
    queued: bool = False,
) -> JobExecutionResult:
    """Like :func:`execute_job`, of a job that is loaded. Without ``origin`` its steps can only be forked.

    ``queued``: the run of ``run_id`` is recorded and waits in the queue.
    """
    given: dict[str, Any] = {"run_config": run_config, "tags": tags, "op_selection": op_selection}
    if reexecution_options is not None:
        given = Reexecution(instance, reexecution_options).arguments(**given)
    run = prepare_run(
        repository_of(job),
        job,
        instance,
        partition_key=partition_key,
        asset_selection=asset_selection,
        run_id=run_id,
        location=location,
        queued=queued,
        **given,
    )
    executor = choose_executor(run, origin)
    executed = run.execute(executor, raise_on_error=raise_on_error, keep_values=True, console=console)
    return JobExecutionResult(
        events=executed.events,
        run=executed.run,
        job=run.job,
        scope=executed.scope,
        open_resources=run.open_resources,
    )
