"""One step, from its start to its end: the one way in which every executor runs a step."""

from __future__ import annotations

import inspect
import logging
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import AbstractContextManager
from contextvars import copy_context
from typing import Any

from headwater.definitions.failure import Failure, RetryRequested
from headwater.definitions.op_config import resolve_op_config
from headwater.execution.context import context_of
from headwater.execution.hooks import run_hooks
from headwater.execution.load_input import load_inputs
from headwater.execution.log import receiving, restore
from headwater.execution.returned import check_said, outputs_of, user_code
from headwater.execution.run_scope import RunScope
from headwater.execution.step_request import Attempt, StepOutcome, StepRequest
from headwater.execution.step_scope import StepScope
from headwater.execution.step_timeout import TimeIsUp, seconds_of, timed_out
from headwater.execution.store_output import OutputStore
from headwater.model.error_info import build_error_info
from headwater.model.errors import (
    DagsterExecutionInterruptedError,
    DagsterMaxRetriesExceededError,
    DagsterUserCodeExecutionError,
    StepTimeoutError,
)
from headwater.model.event import (
    EventKind,
    StepFailureData,
    StepRetryData,
    StepSuccessData,
    UserFailureData,
)
from headwater.model.retry import RetryPolicy
from headwater.model.run import StepStatus

Watch = Callable[[float], AbstractContextManager[None]]
"""Makes a context which raises :class:`TimeIsUp` in its body, once so many seconds are over."""


def open_step(run_scope: RunScope, request: StepRequest) -> StepScope:
    """What an attempt at a step may use, and where it says what happens."""
    copy = request.copy
    op_def, assets_def = run_scope.find_op(copy.step)
    scope = StepScope(
        run_scope,
        copy.step,
        op_def,
        assets_def,
        key=copy.key,
        mapping_key=copy.mapping_key,
        attempt=request.attempt,
    )
    scope.context = context_of(scope)
    return scope


def attempt_step(run_scope: RunScope, request: StepRequest, watch: Watch | None = None) -> Attempt:
    """Run one attempt at a step, recording all that happens. Never raises for what the user's code raises.

    It pauses only where the function is asynchronous. ``watch`` holds its other parts to the time that it may take.
    Interruptions (:class:`DagsterExecutionInterruptedError`, KeyboardInterrupt) are recorded and pass through.
    """
    scope = open_step(run_scope, request)
    key, attempt = scope.key, scope.attempt
    token = receiving(scope.receive)
    started = time.perf_counter()
    try:
        if attempt == 1:
            scope.emit(EventKind.STEP_START, f'Started execution of step "{key}".')
        else:
            scope.emit(
                EventKind.STEP_RESTARTED, f'Started re-execution (attempt # {attempt}) of step "{key}".'
            )
        try:
            work = _attempt(scope, request)
            seconds = seconds_of(run_scope.run, scope.step)
            store = yield from work if seconds is None or watch is None else _watched(work, seconds, watch)
        except (DagsterExecutionInterruptedError, KeyboardInterrupt) as error:
            scope.emit(
                EventKind.STEP_FAILURE,
                f'Execution of step "{key}" was interrupted.',
                StepFailureData(error=build_error_info(error), error_source="INTERRUPT"),
                level=logging.ERROR,
            )
            raise
        except TimeIsUp:
            return _failed(scope, timed_out(run_scope.run, scope.step, key))
        except Exception as error:  # noqa: BLE001 - recorded, and raised to the caller at the end
            return _failed(scope, error)
        took = (time.perf_counter() - started) * 1000
        scope.emit(
            EventKind.STEP_SUCCESS,
            f'Finished execution of step "{key}" in {_duration(took)}.',
            StepSuccessData(duration_ms=took),
        )
        run_hooks(scope, "success", None)
        return StepOutcome(
            StepStatus.SUCCESS, frozenset(name for name, _ in scope.yielded), store.mapping_keys
        )
    finally:
        restore(token)


def run_step(run_scope: RunScope, request: StepRequest, watch: Watch | None = None) -> StepOutcome:
    """Run one attempt to its end, as :func:`attempt_step` does; asynchronous code by an event loop of its own."""
    attempt = attempt_step(run_scope, request, watch)
    context = copy_context()
    try:
        awaited = context.run(next, attempt)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    from headwater.execution.async_step import complete  # asyncio is loaded by those who need it

    return complete(attempt, awaited, seconds_of(run_scope.run, request.copy.step), context)


def _attempt(scope: StepScope, request: StepRequest) -> Generator[Awaitable[Any], Any, OutputStore]:
    run_scope = scope.run_scope
    inputs = load_inputs(scope, request.mapping, request.made)
    handle = scope.step.handle
    scope.config = resolve_op_config(
        scope.op_def, run_scope.config.op_config.get(handle), ("ops", *handle, "config")
    )
    store = OutputStore(scope)
    resources = {name: run_scope.resources.require(name) for name in scope.op_def.computable.resource_params}
    with user_code(scope):
        returned = scope.op_def.computable.call(scope.context, scope.config, resources, inputs)
        if inspect.iscoroutine(returned):
            returned = yield returned
    if inspect.isasyncgen(returned):
        while True:
            try:
                with user_code(scope):
                    given = yield returned.__anext__()
            except StopAsyncIteration:
                break
            store.take(check_said(scope, given))
    else:
        for given in outputs_of(scope, returned):
            store.take(given)
    store.finish()
    return store


def _watched(
    work: Generator[Awaitable[Any], Any, OutputStore], seconds: float, watch: Watch
) -> Generator[Awaitable[Any], Any, OutputStore]:
    """``work`` with its own parts held to the time limit; who awaits for it holds what it awaits."""
    deadline = time.monotonic() + seconds
    sent: Any = None
    error: BaseException | None = None
    while True:
        try:
            with watch(deadline - time.monotonic()):
                awaited = work.send(sent) if error is None else work.throw(error)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]
        sent, error = None, None
        try:
            sent = yield awaited
        except BaseException as raised:  # noqa: BLE001 - whatever it is, it is for the work to see
            error = raised


_RETRIED = (Failure, DagsterUserCodeExecutionError, StepTimeoutError)


def _failed(scope: StepScope, error: Exception) -> StepOutcome:
    """Record a failure: as one to be retried, where a policy or the user says so and tries are left."""
    delay = _retry_delay(scope, error)
    if delay is not None:
        info = build_error_info(
            error.__cause__ if isinstance(error, RetryRequested) and error.__cause__ else error
        )
        scope.emit(
            EventKind.STEP_UP_FOR_RETRY,
            f'Execution of step "{scope.key}" failed and has requested a retry'
            + (f" in {delay:g} seconds." if delay else "."),
            StepRetryData(error=info, seconds_to_wait=delay or None),
            level=logging.WARNING,
        )
        return StepOutcome(StepStatus.RETRYING, error=error, retry_after=delay)
    if _has_had_its_retries(scope, error):
        exceeded = DagsterMaxRetriesExceededError(
            f'Step "{scope.key}" failed again after {scope.attempt - 1} retries, which is all that it may have.'
        )
        exceeded.__context__ = (
            error.__cause__ if isinstance(error, RetryRequested) and error.__cause__ else error
        )
        error = exceeded
    said = error if isinstance(error, Failure) else None
    scope.emit(
        EventKind.STEP_FAILURE,
        f'Execution of step "{scope.key}" failed.',
        StepFailureData(
            error=build_error_info(error),
            user_failure_data=UserFailureData(description=said.description, metadata=said.metadata)
            if said is not None
            else None,
        ),
        level=logging.ERROR,
    )
    run_hooks(scope, "failure", error)
    return StepOutcome(StepStatus.FAILURE, error=error)


def _has_had_its_retries(scope: StepScope, error: Exception) -> bool:
    """Whether the step would be tried again if it had not been tried so often."""
    if isinstance(error, RetryRequested):
        return True
    policy = scope.step.retry_policy or scope.run_scope.job.op_retry_policy
    if policy is None or (isinstance(error, Failure) and not error.allow_retries):
        return False
    return isinstance(error, _RETRIED)


def _retry_delay(scope: StepScope, error: Exception) -> float | None:
    """Seconds after which the step is to be tried again; None when it is not."""
    if isinstance(error, RetryRequested):
        return (error.seconds_to_wait or 0.0) if scope.attempt <= error.max_retries else None
    policy: RetryPolicy | None = scope.step.retry_policy or scope.run_scope.job.op_retry_policy
    if policy is None or scope.attempt > policy.max_retries:
        return None
    if isinstance(error, Failure) and not error.allow_retries:
        return None
    if isinstance(error, _RETRIED):
        return policy.calculate_delay(scope.attempt)
    return None


def _duration(milliseconds: float) -> str:
    return f"{milliseconds:.3g}ms" if milliseconds < 1000 else f"{milliseconds / 1000:.3g}s"
