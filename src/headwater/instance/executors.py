"""Which executor carries out a run: what the job or its definitions name, with what the run's config says of it."""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

from headwater.definitions.executor import ExecutorDefinition, multi_or_in_process_executor
from headwater.definitions.executor_function import make_executor
from headwater.definitions.repository import repository_of
from headwater.execution.in_process import InProcessExecutor
from headwater.execution.multiprocess import MultiprocessExecutor, NewInterpreter
from headwater.execution.reconstructable import ReconstructableJob
from headwater.execution.run import Executor
from headwater.execution.step_limits import StepLimits
from headwater.execution.threads import ThreadExecutor
from headwater.instance.job_run import JobRun
from headwater.model.errors import (
    DagsterInvalidConfigError,
    DagsterInvalidDefinitionError,
    DagsterUnmetExecutorRequirementsError,
)

_LIMITS = {"max_concurrent", "tag_concurrency_limits"}
_SETTINGS: Mapping[str, AbstractSet[str]] = {
    "in_process": _LIMITS | {"retries", "marker_to_close"},
    "threaded": _LIMITS | {"retries"},
    "multiprocess": _LIMITS | {"retries", "start_method", "step_execution_mode"},
}
_MOST_THREADS = 32


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
    return _build_executor(definition, run.config.execution.get("config") or {}, run, origin)


def _build_executor(
    definition: ExecutorDefinition,
    given: Mapping[str, Any],
    run: JobRun,
    origin: ReconstructableJob | None,
) -> Executor:
    """The executor that ``definition`` names, or that its function makes, with the settings ``given`` by the run."""
    settings = {**definition.settings, **given}
    name = definition.name
    if definition.executor_creation_fn is not None:
        made = make_executor(
            definition,
            job=run.job,
            instance=run.instance,
            config=settings,
            reconstructable=origin is not None,
        )
        return _build_executor(made, {}, run, origin) if isinstance(made, ExecutorDefinition) else made
    if name == multi_or_in_process_executor.name:
        name, settings = _choice(settings)
    if name not in _SETTINGS:
        raise DagsterInvalidDefinitionError(
            f'Job "{run.job.name}" asks for the executor "{name}". Headwater runs steps by in_process_executor, '
            "threaded_executor, multiprocess_executor or multi_or_in_process_executor, or by one of your own "
            "(@executor)."
        )
    _check_settings(name, settings)
    if name == "in_process":
        limits = _limits(settings, run, sys.maxsize) if _LIMITS & set(settings) else None
        return InProcessExecutor(limits, retries=_retries(settings))
    if name == "threaded":
        limits = _limits(settings, run, min(_MOST_THREADS, (os.cpu_count() or 1) + 4))
        return ThreadExecutor(limits, retries=_retries(settings))
    return _multiprocess(settings, run, origin)


def _choice(settings: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    if set(settings) - set(_SETTINGS) or len(settings) > 1:
        raise DagsterInvalidConfigError(
            f"execution -> config: give in_process, threaded or multiprocess, not {', '.join(sorted(settings))}.",
            [],
        )
    for name, inner in settings.items():
        return name, dict(inner or {})
    return "multiprocess", {}


def _check_settings(name: str, settings: Mapping[str, Any]) -> None:
    unknown = set(settings) - _SETTINGS[name]
    if unknown:
        raise DagsterInvalidConfigError(
            f"execution -> config: the {name} executor has no {', '.join(sorted(unknown))}. It has "
            f"{', '.join(sorted(_SETTINGS[name]))}.",
            [],
        )


def _limits(settings: Mapping[str, Any], run: JobRun, at_once: int) -> StepLimits:
    return StepLimits(
        int(settings.get("max_concurrent") or at_once),
        settings.get("tag_concurrency_limits") or (),
        run.instance.pools_of(run.run.run_id),
    )


def _retries(settings: Mapping[str, Any]) -> bool:
    """Whether steps are tried again as they and their policies say: ``{"enabled": {}}``, or ``{"disabled": {}}``."""
    given = settings.get("retries", {"enabled": {}})
    if given in ({"enabled": {}}, {"enabled": None}):
        return True
    if given in ({"disabled": {}}, {"disabled": None}):
        return False
    raise DagsterInvalidConfigError(
        f'execution -> config -> retries: give {{"enabled": {{}}}} or {{"disabled": {{}}}}, not {given!r}.',
        [],
    )


def _multiprocess(
    settings: Mapping[str, Any], run: JobRun, origin: ReconstructableJob | None
) -> MultiprocessExecutor:
    instance, run_id = run.instance, run.run.run_id
    if instance.is_ephemeral:
        raise DagsterUnmetExecutorRequirementsError(
            "Steps in processes of their own need an instance that other processes can read. Give a persistent one "
            "(DagsterInstance.get()), or use the in_process_executor."
        )
    start = settings.get("start_method") or {}
    home = instance.root_directory
    return MultiprocessExecutor(
        _limits(settings, run, os.cpu_count() or 1),
        retries=_retries(settings),
        start_method="spawn" if "spawn" in start else None,
        new_interpreter=NewInterpreter(
            [sys.executable, "-m", "headwater.instance.spawned_step"],
            pickle.dumps((home, run_id, origin, run.resumption)),
        )
        if origin is not None
        else None,
        output_folder=Path(instance.logs_directory(run_id)),
    )
