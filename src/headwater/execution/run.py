"""A run from its first event to its last, whichever way its steps are carried out."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from headwater.definitions.asset_partition import partitions_def_of
from headwater.execution.interrupt import Interrupts
from headwater.execution.run_partitions import RunPartitions
from headwater.execution.run_scope import RunScope
from headwater.execution.run_timeout import RunTimeout
from headwater.model.error_info import build_error_info
from headwater.model.errors import DagsterError, DagsterExecutionInterruptedError
from headwater.model.event import AssetPlannedData, EngineEventData, EventKind, RunFailureData
from headwater.model.metadata import build_metadata


class Executor(Protocol):
    """Carries out the steps of a run."""

    name: str
    in_run_process: bool
    """Whether steps run in the run's own process; then their resources are made before the first one."""

    def run_steps(
        self, scope: RunScope, flush: Callable[[], None], interrupts: Interrupts
    ) -> Mapping[str, BaseException]:
        """Run all steps; what each failed one raised, by key. Raises :class:`DagsterExecutionInterruptedError`."""
        ...


def execute_run(
    scope: RunScope, executor: Executor, *, flush: Callable[[], None], interrupts: Interrupts
) -> BaseException | None:
    """Run all steps of the plan; return what the first failed one raised.

    ``flush`` makes what was recorded durable; it is called when the run has begun and as steps end.

    Everything is recorded, the end of the run too. Interruptions end the run as cancelled and pass through.
    """
    name = scope.run.job_name
    pid = str(os.getpid())
    _begin(scope, executor, pid)
    started = time.perf_counter()
    flush()
    timeout = RunTimeout(scope.run)
    try:
        with timeout.watch():
            if executor.in_run_process:
                with interrupts.heard():
                    failed = _start_resources(scope)
                if failed is not None:
                    return failed
            failures = executor.run_steps(scope, flush, interrupts)
    except (DagsterExecutionInterruptedError, KeyboardInterrupt):
        if timeout.is_over:
            return _fail(scope, timeout.error())
        scope.emit(
            EventKind.RUN_CANCELED, f'Execution of run for "{name}" was canceled.', level=logging.ERROR
        )
        raise
    except BaseException as error:
        scope.emit(
            EventKind.RUN_FAILURE,
            f'Execution of run for "{name}" failed: {type(error).__name__}: {error}',
            RunFailureData(error=build_error_info(error)),
            level=logging.ERROR,
        )
        raise
    took = (time.perf_counter() - started) * 1000
    scope.emit(EventKind.ENGINE_EVENT, f"Finished steps {executor.name} (pid: {pid}) in {took:.3g}ms")
    if failures:
        scope.emit(
            EventKind.RUN_FAILURE,
            f'Execution of run for "{name}" failed. Steps failed: [{", ".join(failures)}].',
            RunFailureData(failure_reason="STEP_FAILURE"),
            level=logging.ERROR,
        )
        return next(iter(failures.values()))
    scope.emit(EventKind.RUN_SUCCESS, f'Finished execution of run for "{name}".')
    return None


def _begin(scope: RunScope, executor: Executor, pid: str) -> None:
    name = scope.run.job_name
    scope.emit(EventKind.RUN_START, f'Started execution of run for "{name}".')
    partitions = RunPartitions(scope.run.tags, scope.instance)
    for key in scope.plan.asset_keys:
        definition = partitions_def_of(scope.repository.definition_by_key.get(key), key)
        planned = partitions.keys(definition) if definition is not None and partitions.are_there else [None]
        for partition in planned:
            scope.emit(
                EventKind.ASSET_MATERIALIZATION_PLANNED,
                f"{name} intends to materialize asset {key.to_user_string()}",
                AssetPlannedData(asset_key=key, partition=str(partition) if partition is not None else None),
            )
    scope.emit(
        EventKind.ENGINE_EVENT,
        f"Executing steps {executor.name} (pid: {pid})",
        EngineEventData(metadata=build_metadata({"pid": pid})),
    )


def _start_resources(scope: RunScope) -> DagsterError | None:
    """Make what the steps need before the first one begins; a resource that cannot be made ends the run."""
    try:
        scope.resources.require_all(scope.required_resources(with_managers=False))
    except DagsterError as error:
        return _fail(scope, error)
    return None


def _fail(scope: RunScope, error: DagsterError) -> DagsterError:
    """Record the end of a run that no step has made fail."""
    scope.emit(
        EventKind.RUN_FAILURE,
        f'Execution of run for "{scope.run.job_name}" failed: {error}',
        RunFailureData(error=build_error_info(error), failure_reason="RUN_EXCEPTION"),
        level=logging.ERROR,
    )
    return error
