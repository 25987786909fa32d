"""Running again: from the failure, exactly what is not committed; or the steps that somebody names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from headwater.definitions.job import JobDefinition
from headwater.definitions.repository import RepositoryDefinition
from headwater.execution.committed import (
    StepRecord,
    find_committed,
    find_made_assets,
    read_records,
    still_valid,
    without_made,
)
from headwater.instance.instance import DagsterInstance
from headwater.instance.job_run import Resume, Resumption, select_assets
from headwater.model.errors import (
    DagsterExecutionStepNotFoundError,
    DagsterInvalidSubsetError,
    DagsterInvariantViolationError,
    DagsterRunNotFoundError,
)
from headwater.model.event import Event
from headwater.model.run import DagsterRun, DagsterRunStatus
from headwater.planning.plan import Plan

RESUMABLE = (DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED)
"""How a run has ended that can be run again from its failure."""


class ReexecutionOptions(msgspec.Struct, frozen=True):
    """Which run to run again, and which of its steps: all, the ones of ``step_selection``, or what is not committed.

    >>> ReexecutionOptions("2f9a", step_selection=["total"]).parent_run_id
    '2f9a'
    """

    parent_run_id: str
    step_selection: Sequence[str] = ()
    is_from_failure: bool = False

    @staticmethod
    def from_failure(run_id: str, instance: DagsterInstance) -> ReexecutionOptions:
        """Run what a failed or cancelled run has not committed, and load the rest from it.

        Raises :class:`DagsterRunNotFoundError`, and :class:`DagsterInvariantViolationError` for a run that did not fail.
        """
        run = _find_run(instance, run_id)
        if run.status not in RESUMABLE:
            raise DagsterInvariantViolationError(
                f"The run {run_id} is {run.status.value} and cannot be run again from its failure; only a failed or "
                "cancelled one can."
            )
        return ReexecutionOptions(run_id, is_from_failure=True)


def _find_run(instance: DagsterInstance, run_id: str) -> DagsterRun:
    run = instance.get_run_by_id(run_id)
    if run is None:
        raise DagsterRunNotFoundError(invalid_run_id=run_id)
    return run


class Reexecution:
    """A run that is run again: what it and the runs before it have committed."""

    def __init__(self, instance: DagsterInstance, options: ReexecutionOptions) -> None:
        self.options = options
        self.parent = _find_run(instance, options.parent_run_id)
        self.root_run_id = self.parent.root_run_id or self.parent.run_id
        self._instance = instance

    def resume(self) -> Resume:
        """How the new run's plan is cut down to what is left to do."""
        return self._from_failure if self.options.is_from_failure else self._selected

    def arguments(
        self,
        *,
        run_config: Any = None,
        tags: Mapping[str, str] | None = None,
        op_selection: Sequence[str] | None = None,
    ) -> dict[str, Any]:
        """What :func:`prepare_run` is to be told: what is given, and what is not as it was."""
        return {
            "run_config": run_config if run_config is not None else self.parent.run_config,
            "tags": {**self.parent.tags, **(tags or {})},
            "op_selection": op_selection if op_selection is not None else self.parent.op_selection,
            "resume": self.resume(),
        }

    def find_job(self, repository: RepositoryDefinition) -> JobDefinition:
        """The job of the run: the one of that name, or one for the assets that were selected when it began.

        Raises :class:`DagsterInvalidSubsetError` for assets, and what ``get_job`` raises for a job, that are not there.
        """
        root = _find_run(self._instance, self.root_run_id)
        if root.asset_selection is None or root.job_name in repository.jobs:
            job = repository.get_job(root.job_name)
        else:
            job = repository.asset_job(root.job_name)
        if root.asset_selection is not None:
            job = select_assets(repository, job, root.asset_selection)
        if root.asset_check_selection is not None:
            known = [key for key in root.asset_check_selection if key in repository.asset_graph.checks]
            job = job.copy(check_keys=known)
        return job

    def _history(self) -> tuple[list[tuple[str, Mapping[str, StepRecord]]], list[Event]]:
        """What the run and its ancestors say of each step, newest first; and the events of the run."""
        runs: list[tuple[str, Mapping[str, StepRecord]]] = []
        newest: list[Event] = []
        run: DagsterRun | None = self.parent
        while run is not None:
            events = list(self._instance.all_logs(run.run_id))
            newest = newest if runs else events
            runs.append((run.run_id, read_records(events)))
            run = self._instance.get_run_by_id(run.parent_run_id) if run.parent_run_id is not None else None
        return runs, newest

    def _from_failure(self, plan: Plan) -> tuple[Plan, Resumption]:
        runs, events = self._history()
        committed = still_valid(plan.steps, find_committed(runs))
        made = find_made_assets(plan.steps, runs[0][1], events)
        steps = without_made(plan.steps, made)
        keys = {
            output.asset_key
            for step in steps
            if step.key not in committed
            for output in step.outputs
            if step.selected_outputs is None or output.spec.name in step.selected_outputs
        }
        plan = msgspec.structs.replace(
            plan, steps=steps, asset_keys=[key for key in plan.asset_keys if key in keys]
        )
        return plan, Resumption(self.parent.run_id, self.root_run_id, committed, made_before=made)

    def _selected(self, plan: Plan) -> tuple[Plan, Resumption]:
        if not self.options.step_selection:
            return plan, Resumption(self.parent.run_id, self.root_run_id, {})
        runs, _ = self._history()
        wanted = frozenset(self.options.step_selection)
        known = {*plan.step_keys, *(key for _, records in runs for key in records)}
        missing = sorted(wanted - known)
        if missing:
            raise DagsterExecutionStepNotFoundError(
                f"The run {self.parent.run_id} has no step {', '.join(missing)}.", step_keys=missing
            )
        committed = {key: each for key, each in find_committed(runs).items() if key not in wanted}
        _check_selection(plan, wanted, set(committed), self.parent.run_id)
        keys = {output.asset_key for step in plan.steps if step.key in wanted for output in step.outputs}
        plan = msgspec.structs.replace(plan, asset_keys=[key for key in plan.asset_keys if key in keys])
        return plan, Resumption(self.parent.run_id, self.root_run_id, committed, wanted)


def _check_selection(plan: Plan, wanted: frozenset[str], committed: set[str], run_id: str) -> None:
    """Find steps that are needed, are not selected, and have left nothing to load."""
    there = {key.partition("[")[0] for key in (*wanted, *committed)}
    for step in plan.steps:
        if step.key in wanted:
            missing = [key for key in step.after if key.removesuffix("[?]") not in there]
            if missing:
                raise DagsterInvalidSubsetError(
                    f'"{step.key}" needs {", ".join(missing)}, which did not succeed in run {run_id}. Select it, too.'
                )
