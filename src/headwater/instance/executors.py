"""Which executor carries out a run: what the job or its definitions name, with what the run's config says of it."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from headwater.definitions.executor import ExecutorDefinition, multi_or_in_process_executor
from headwater.definitions.repository import repository_of
from headwater.execution.in_process import InProcessExecutor
from headwater.execution.multiprocess import MultiprocessExecutor, NewInterpreter
from headwater.execution.reconstructable import ReconstructableJob
from headwater.execution.run import Executor
from headwater.execution.step_limits import StepLimits
from headwater.instance.job_run import JobRun
from headwater.model.errors import (
    DagsterInvalidConfigError,
    DagsterInvalidDefinitionError,
    DagsterUnmetExecutorRequirementsError,
)

_MULTIPROCESS_SETTINGS = frozenset(
    {"max_concurrent", "tag_concurrency_limits", "start_method", "retries", "step_execution_mode"}
)


def choose_executor(run: JobRun, origin: ReconstructableJob | None) -> Executor:
    """The executor of a run. ``origin`` is where a new process finds the job, if it can.

    Raises :class:`DagsterInvalidConfigError` for settings that it does not know, and
    :class:`DagsterUnmetExecutorRequirementsError` for processes over an instance that lives in this one only.
    """
    job = run.job
    definition = job.executor_def or repository_of(job).executor or multi_or_in_process_executor
    if not isinstance(definition, ExecutorDefinition):
        raise DagsterInvalidDefinitionError(
            f'The executor of job "{job.name}" is {definition!r}, not an executor.'
        )
    settings = {**definition.settings, **(run.config.execution.get("config") or {})}
    name = definition.name
    if name == multi_or_in_process_executor.name:
        name, settings = _choice(settings)
    if name == "in_process":
        return InProcessExecutor()
    if name != "multiprocess":
        raise DagsterInvalidDefinitionError(
            f'Job "{job.name}" asks for the executor "{name}". Headwater runs steps by in_process_executor, '
            "multiprocess_executor, or multi_or_in_process_executor."
        )
    return _multiprocess(settings, run, origin)


def _choice(settings: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    unknown = set(settings) - {"in_process", "multiprocess"}
    if unknown or len(settings) > 1:
        raise DagsterInvalidConfigError(
            f"execution -> config: give in_process or multiprocess, not {', '.join(sorted(settings))}.", []
        )
    for name, inner in settings.items():
        return name, dict(inner or {})
    return "multiprocess", {}


def _multiprocess(
    settings: Mapping[str, Any], run: JobRun, origin: ReconstructableJob | None
) -> MultiprocessExecutor:
    unknown = set(settings) - _MULTIPROCESS_SETTINGS
    if unknown:
        raise DagsterInvalidConfigError(
            f"execution -> config: the multi-process executor has no {', '.join(sorted(unknown))}. It has "
            f"{', '.join(sorted(_MULTIPROCESS_SETTINGS))}.",
            [],
        )
    instance, run_id = run.instance, run.run.run_id
    if instance.is_ephemeral:
        raise DagsterUnmetExecutorRequirementsError(
            "Steps in processes of their own need an instance that other processes can read. Give a persistent one "
            "(DagsterInstance.get()), or use the in_process_executor."
        )
    start = settings.get("start_method") or {}
    home = instance.root_directory
    return MultiprocessExecutor(
        StepLimits(
            int(settings.get("max_concurrent") or 0),
            settings.get("tag_concurrency_limits") or (),
            instance.get_pool_limits(),
        ),
        start_method="spawn" if "spawn" in start else None,
        new_interpreter=NewInterpreter(
            [sys.executable, "-m", "headwater.instance.spawned_step"],
            pickle.dumps((home, run_id, origin, run.resumption)),
        )
        if origin is not None
        else None,
        output_folder=Path(instance.logs_directory(run_id)),
    )
