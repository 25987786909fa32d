"""An attempt that has failed: its step is tried again where that is wanted and tries are left, or it has failed."""

from __future__ import annotations

import logging
from typing import NamedTuple

from headwater.definitions.failure import Failure, RetryRequested
from headwater.execution.hooks import run_hooks
from headwater.execution.step_request import StepOutcome
from headwater.execution.step_scope import StepScope
from headwater.model.error_info import build_error_info
from headwater.model.errors import (
    DagsterMaxRetriesExceededError,
    DagsterUserCodeExecutionError,
    StepTimeoutError,
)
from headwater.model.event import EventKind, StepFailureData, StepRetryData, UserFailureData
from headwater.model.run import StepStatus

_RETRIED = (Failure, DagsterUserCodeExecutionError, StepTimeoutError)


class _Wish(NamedTuple):
    """How often a step is to be tried again, and after how many seconds the next try begins."""

    max_retries: int
    delay: float


def fail_attempt(scope: StepScope, error: Exception) -> StepOutcome:
    """Record that an attempt failed with ``error``, and say what becomes of its step."""
    reason = error.__cause__ if isinstance(error, RetryRequested) and error.__cause__ else error
    wish = _wish(scope, error)
    if wish is None:
        return _fail(scope, error)
    if scope.may_retry and scope.attempt <= wish.max_retries:
        return _try_again(scope, error, reason, wish.delay)
    return _fail(scope, _refused(scope, error, reason))


def _wish(scope: StepScope, error: Exception) -> _Wish | None:
    """What the function asks for, or the policy that its step is under; None where nothing does."""
    if isinstance(error, RetryRequested):
        return _Wish(error.max_retries, error.seconds_to_wait or 0.0)
    policy = scope.run_scope.retry_policy(scope.step)
    if policy is None or not isinstance(error, _RETRIED):
        return None
    if isinstance(error, Failure) and not error.allow_retries:
        return None
    return _Wish(policy.max_retries, policy.calculate_delay(scope.attempt))


def _refused(scope: StepScope, error: Exception, reason: BaseException) -> Exception:
    """What a step fails with that is not tried again although it would be."""
    if scope.may_retry:
        said = f"failed again after {scope.attempt - 1} retries, which is all that it may have."
    elif isinstance(error, RetryRequested):
        said = "asks for a retry, but retries are disabled in the config of the run's executor."
    else:
        return error
    refused = DagsterMaxRetriesExceededError(f'Step "{scope.key}" {said}')
    refused.__context__ = reason
    return refused


def _try_again(scope: StepScope, error: Exception, reason: BaseException, delay: float) -> StepOutcome:
    scope.emit(
        EventKind.STEP_UP_FOR_RETRY,
        f'Execution of step "{scope.key}" failed and has requested a retry'
        + (f" in {delay:g} seconds." if delay else "."),
        StepRetryData(error=build_error_info(reason), seconds_to_wait=delay or None),
        level=logging.WARNING,
    )
    return StepOutcome(StepStatus.RETRYING, error=error, retry_after=delay)


def _fail(scope: StepScope, error: Exception) -> StepOutcome:
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
