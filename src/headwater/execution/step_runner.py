"""One step, from its start to its end: the one way in which every executor runs a step."""

from __future__ import annotations

import inspect
import logging
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import AbstractContextManager
from contextvars import copy_context
from typing import Any

from headwater.definitions.op_config import resolve_op_config
from headwater.execution.context import context_of
from headwater.execution.hooks import run_hooks
from headwater.execution.load_input import load_inputs
from headwater.execution.log import receiving, restore
from headwater.execution.returned import check_said, outputs_of, user_code
from headwater.execution.run_scope import RunScope
from headwater.execution.step_failure import fail_attempt
from headwater.execution.step_request import Attempt, StepOutcome, StepRequest
from headwater.execution.step_scope import StepScope
from headwater.execution.step_timeout import TimeIsUp, seconds_of, timed_out
from headwater.execution.store_output import OutputStore
from headwater.model.error_info import build_error_info
from headwater.model.errors import DagsterExecutionInterruptedError
from headwater.model.event import EventKind, StepFailureData, StepSuccessData
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
        may_retry=request.may_retry,
    )
    scope.context = context_of(scope)
    return scope


def attempt_step(run_scope: RunScope, request: StepRequest, watch: Watch | None = None) -> Attempt:
    """Run one attempt at a step, recording all that happens. Never raises for what the user's code raises.

    It pauses only where the function is asynchronous. ``watch`` holds its other parts to the time that it may take.
    Interruptions (:class:`DagsterExecutionInterruptedError`, KeyboardInterrupt) are recorded and pass through.
    """
    scope = open_step(run_scope, request)
    token = receiving(scope.receive)
    started = time.perf_counter()
    try:
        _emit_begun(scope)
        try:
            work = _attempt(scope, request)
            seconds = seconds_of(run_scope.run, scope.step)
            store = yield from work if seconds is None or watch is None else _watched(work, seconds, watch)
        except (DagsterExecutionInterruptedError, KeyboardInterrupt) as error:
            _emit_interrupted(scope, error)
            raise
        except TimeIsUp:
            return fail_attempt(scope, timed_out(run_scope.run, scope.step, scope.key))
        except Exception as error:  # noqa: BLE001 - recorded, and raised to the caller at the end
            return fail_attempt(scope, error)
        _emit_done(scope, (time.perf_counter() - started) * 1000)
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


def _emit_begun(scope: StepScope) -> None:
    if scope.attempt == 1:
        scope.emit(EventKind.STEP_START, f'Started execution of step "{scope.key}".')
        return
    scope.emit(
        EventKind.STEP_RESTARTED, f'Started re-execution (attempt # {scope.attempt}) of step "{scope.key}".'
    )


def _emit_interrupted(scope: StepScope, error: BaseException) -> None:
    scope.emit(
        EventKind.STEP_FAILURE,
        f'Execution of step "{scope.key}" was interrupted.',
        StepFailureData(error=build_error_info(error), error_source="INTERRUPT"),
        level=logging.ERROR,
    )


def _emit_done(scope: StepScope, milliseconds: float) -> None:
    scope.emit(
        EventKind.STEP_SUCCESS,
        f'Finished execution of step "{scope.key}" in {_duration(milliseconds)}.',
        StepSuccessData(duration_ms=milliseconds),
    )


def _duration(milliseconds: float) -> str:
    return f"{milliseconds:.3g}ms" if milliseconds < 1000 else f"{milliseconds / 1000:.3g}s"
