"""The run loop: which step is next, what is skipped, what is retried, and how a run begins and ends."""

from __future__ import annotations

import heapq
import logging
import os
import time
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from headwater.execution.run_scope import RunScope
from headwater.execution.step_runner import StepOutcome, run_step
from headwater.model.error_info import build_error_info
from headwater.model.errors import DagsterError, DagsterExecutionInterruptedError
from headwater.model.event import AssetPlannedData, EngineEventData, EventKind, RunFailureData, SkippedData
from headwater.model.run import StepStatus
from headwater.planning.plan import FromAsset, FromMany, FromStep, Source, Step

PRIORITY_TAG = "dagster/priority"


class StepCopy(NamedTuple):
    """A step as it is run: once, or once for each key of the dynamic output that it is mapped over."""

    key: str
    step: Step
    mapping_key: str | None


class Progress:
    """Which steps of a plan are done, ready, waiting or given up. Pure bookkeeping: it runs nothing."""

    def __init__(self, steps: list[Step]) -> None:
        self.steps = {step.key: step for step in steps}
        self.position = {step.key: index for index, step in enumerate(steps)}
        self.waiting_on: dict[str, set[str]] = {}
        self.dependents: dict[str, list[str]] = {step.key: [] for step in steps}
        self.made: dict[tuple[str, str], bool] = {}
        self.mapping: dict[str, list[str]] = {}
        self.status: dict[str, StepStatus] = {}
        self.open: dict[str, int] = {}
        self._settled: deque[Step] = deque()
        self._ready: list[tuple[int, int, StepCopy]] = []
        self._number = 0
        for step in steps:
            needs = {key for key in step.after if key in self.steps}
            self.waiting_on[step.key] = needs
            for key in needs:
                self.dependents[key].append(step.key)
        for step in steps:
            if not self.waiting_on[step.key]:
                self._release(step)
        self._settle()

    # -- asking -------------------------------------------------------------------------------------------------

    def next(self) -> StepCopy | None:
        """The step that is to run now: the most urgent one, else the one which has been ready for longest."""
        return heapq.heappop(self._ready)[2] if self._ready else None

    # -- telling ------------------------------------------------------------------------------------------------

    def finish(self, copy: StepCopy, outcome: StepOutcome) -> list[StepCopy]:
        """Note how a step ended; return the steps which are thereby skipped."""
        self.status[copy.key] = outcome.status
        for name in outcome.made:
            self.made[(copy.key, name)] = True
        for name, keys in outcome.mapping_keys.items():
            self.mapping[f"{copy.step.key}.{name}"] = keys
        for output in copy.step.outputs:
            if output.spec.dynamic and outcome.status is StepStatus.SUCCESS:
                self.mapping.setdefault(f"{copy.step.key}.{output.spec.name}", [])
        self._close(copy)
        return self._settle()

    def _close(self, copy: StepCopy) -> None:
        self.open[copy.step.key] -= 1
        if self.open[copy.step.key] <= 0:
            self._settled.append(copy.step)

    def _settle(self) -> list[StepCopy]:
        """Release or give up what waited for steps of which all copies have ended; return what is skipped."""
        skipped: list[StepCopy] = []
        while self._settled:
            ended = self._settled.popleft()
            for key in sorted(self.dependents[ended.key], key=self.position.__getitem__):
                waiting = self.waiting_on[key]
                waiting.discard(ended.key)
                if not waiting:
                    skipped += self._release(self.steps[key])
        return skipped

    def _release(self, step: Step) -> list[StepCopy]:
        copies = self._copies(step)
        self.open[step.key] = len(copies)
        skipped: list[StepCopy] = []
        if not copies:
            self.status[step.key] = StepStatus.SKIPPED
            self._settled.append(step)
        for copy in copies:
            verdict = self._verdict(copy)
            if verdict == "run":
                self._push(copy)
                continue
            if verdict == "skip":
                skipped.append(copy)
            self.status[copy.key] = StepStatus.SKIPPED if verdict == "skip" else StepStatus.FAILURE
            self._close(copy)
        return skipped

    def _copies(self, step: Step) -> list[StepCopy]:
        if step.mapped_over is None:
            return [StepCopy(step.key, step, None)]
        base = step.key.removesuffix("[?]")
        keys = self.mapping.get(f"{step.mapped_over.step}.{step.mapped_over.output}", [])
        return [StepCopy(f"{base}[{key}]", step, key) for key in keys]

    def _verdict(self, copy: StepCopy) -> str:
        step = copy.step
        for key in step.after:
            upstream = self.steps.get(key)
            if upstream is None:
                continue
            concrete = self._concrete(upstream, copy)
            if any(self.status.get(each) is StepStatus.FAILURE for each in concrete):
                return "abandon"
        fed = all(self._fed(step_input.source, copy) for step_input in step.inputs)
        return "run" if fed and all(self._fed(each, copy) for each in step.requires) else "skip"

    def _concrete(self, upstream: Step, copy: StepCopy) -> list[str]:
        if upstream.mapped_over is None:
            return [upstream.key]
        base = upstream.key.removesuffix("[?]")
        if copy.mapping_key is not None and copy.step.mapped_over == upstream.mapped_over:
            return [f"{base}[{copy.mapping_key}]"]
        keys = self.mapping.get(f"{upstream.mapped_over.step}.{upstream.mapped_over.output}", [])
        return [f"{base}[{key}]" for key in keys]

    def _fed(self, source: Source, copy: StepCopy) -> bool:
        """Whether the source has a value. A list has one if any of its sources has."""
        if isinstance(source, FromMany):
            return not source.sources or any(self._fed(each, copy) for each in source.sources)
        if isinstance(source, FromAsset) and source.step is not None and source.output is not None:
            source = FromStep(source.step, source.output)
        if not isinstance(source, FromStep):
            return True
        upstream = self.steps.get(source.step)
        if upstream is None:
            return True
        output = next(each for each in upstream.outputs if each.spec.name == source.output)
        if source.collect:
            return self.status.get(upstream.key) is not StepStatus.SKIPPED or upstream.mapped_over is not None
        if output.spec.dynamic:
            return True
        return any((key, source.output) in self.made for key in self._concrete(upstream, copy))

    def _push(self, copy: StepCopy) -> None:
        self._number += 1
        heapq.heappush(self._ready, (-int(copy.step.tags.get(PRIORITY_TAG, "0")), self._number, copy))


def run_in_process(
    scope: RunScope, *, flush: Callable[[], None], sleep: Callable[[float], None] = time.sleep
) -> BaseException | None:
    """Run all steps of the plan, one after the other, in this process; return what the first failed one raised.

    ``flush`` makes what was recorded durable; it is called when the run has begun and after each step.

    Everything is recorded, the end of the run too. Interruptions end the run as cancelled and pass through.
    """
    name = scope.run.job_name
    scope.emit(EventKind.RUN_START, f'Started execution of run for "{name}".')
    for key in scope.plan.asset_keys:
        scope.emit(
            EventKind.ASSET_MATERIALIZATION_PLANNED,
            f"{name} intends to materialize asset {key.to_user_string()}",
            AssetPlannedData(asset_key=key, partition=scope.run.tags.get("dagster/partition")),
        )
    scope.emit(
        EventKind.ENGINE_EVENT,
        f"Executing steps in process (pid: {os.getpid()})",
        EngineEventData(metadata={"pid": str(os.getpid())}),
    )
    started = time.perf_counter()
    flush()
    try:
        failed = _start_resources(scope)
        if failed is not None:
            return failed
        failures = _run_steps(scope, flush, sleep)
    except (DagsterExecutionInterruptedError, KeyboardInterrupt):
        scope.emit(EventKind.RUN_CANCELED, f'Execution of run for "{name}" was canceled.', level=logging.ERROR)
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
    scope.emit(EventKind.ENGINE_EVENT, f"Finished steps in process (pid: {os.getpid()}) in {took:.3g}ms")
    if failures:
        keys = ", ".join(failures)
        scope.emit(
            EventKind.RUN_FAILURE,
            f'Execution of run for "{name}" failed. Steps failed: [{keys}].',
            RunFailureData(failure_reason="STEP_FAILURE"),
            level=logging.ERROR,
        )
        return next(iter(failures.values()))
    scope.emit(EventKind.RUN_SUCCESS, f'Finished execution of run for "{name}".')
    return None


def _start_resources(scope: RunScope) -> DagsterError | None:
    """Make what the steps need before the first one begins; a resource that cannot be made ends the run."""
    try:
        scope.resources.require_all(scope.required_resources(with_managers=False))
    except DagsterError as error:
        scope.emit(
            EventKind.RUN_FAILURE,
            f'Execution of run for "{scope.run.job_name}" failed: {error}',
            RunFailureData(error=build_error_info(error), failure_reason="RUN_EXCEPTION"),
            level=logging.ERROR,
        )
        return error
    return None


def _run_steps(
    scope: RunScope, flush: Callable[[], None], sleep: Callable[[float], None]
) -> dict[str, BaseException]:
    progress = Progress(scope.plan.steps)
    failures: dict[str, BaseException] = {}
    attempts: dict[str, int] = {}
    later: list[tuple[float, int, StepCopy]] = []
    while True:
        copy = progress.next()
        if copy is None:
            if not later:
                return failures
            due, _, copy = heapq.heappop(later)
            pause = due - time.monotonic()
            if pause > 0:
                sleep(pause)
        attempts[copy.key] = attempts.get(copy.key, 0) + 1
        outcome = run_step(
            scope,
            copy.step,
            key=copy.key,
            mapping_key=copy.mapping_key,
            attempt=attempts[copy.key],
            mapping=progress.mapping,
            made=progress.made,
        )
        flush()
        if outcome.status is StepStatus.RETRYING:
            heapq.heappush(later, (time.monotonic() + (outcome.retry_after or 0), len(attempts), copy))
            continue
        if outcome.error is not None:
            failures[copy.key] = outcome.error
        for skipped in progress.finish(copy, outcome):
            scope.emit(
                EventKind.STEP_SKIPPED,
                f'Skipped execution of step "{skipped.key}" because what it needs was not made.',
                SkippedData(reason="An upstream output was not yielded."),
                step_key=skipped.key,
            )


__all__ = ["Progress", "StepCopy", "run_in_process"]
