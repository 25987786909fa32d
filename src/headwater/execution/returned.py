"""What a user's function returned or yielded, as a stream of outputs and events."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from headwater.definitions.failure import Failure, RetryRequested
from headwater.definitions.op import is_stream_of_values
from headwater.definitions.output import (
    AssetCheckResult,
    DynamicOutput,
    MaterializeResult,
    ObserveResult,
    Output,
)
from headwater.execution.step_scope import StepScope
from headwater.model.errors import DagsterExecutionStepExecutionError, DagsterInvariantViolationError
from headwater.model.event import AssetMaterialization, AssetObservation, ExpectationResult
from headwater.planning.plan import StepOutput

_SAYINGS = (
    Output,
    DynamicOutput,
    MaterializeResult,
    ObserveResult,
    AssetCheckResult,
    AssetMaterialization,
    AssetObservation,
    ExpectationResult,
)


_RESULTS = (MaterializeResult, ObserveResult, AssetCheckResult)


def outputs_of(scope: StepScope, returned: Any) -> Iterator[Any]:
    """Each output and event that the function gives, one after the other, as it gives them.

    Raises :class:`DagsterInvariantViolationError` for what does not fit the declared outputs.
    """
    if inspect.isgenerator(returned) and not _is_value(scope):
        yield from _checked(scope, returned)
    else:
        yield from _from_value(scope, returned)


def _is_value(scope: StepScope) -> bool:
    """Whether a generator is the value itself, which its I/O manager stores bit by bit."""
    outputs = _value_outputs(scope)
    return len(outputs) == 1 and is_stream_of_values(
        scope.op_def.outs[outputs[0].spec.name].dagster_type.typing_type
    )


@contextmanager
def user_code(scope: StepScope) -> Iterator[None]:
    """What the user's function raises inside becomes a :class:`DagsterExecutionStepExecutionError` that names the step.

    :class:`Failure` and :class:`RetryRequested` are words of the user to the engine and pass through.
    """
    try:
        yield
    except (Failure, RetryRequested, StopIteration, StopAsyncIteration):
        raise
    except Exception as error:
        raise DagsterExecutionStepExecutionError(
            f'Step "{scope.key}" raised {type(error).__name__}: {error}',
            user_exception=error,
            step_key=scope.key,
            op_name=scope.step.handle[-1],
            op_def_name=scope.op_def.name,
        ) from error


def _checked(scope: StepScope, items: Iterator[Any]) -> Iterator[Any]:
    while True:
        try:
            with user_code(scope):
                item = next(items)
        except StopIteration:
            return
        yield check_said(scope, item)


def check_said(scope: StepScope, item: Any) -> Any:
    """What a function has yielded, if it is an output or an event; else :class:`DagsterInvariantViolationError`."""
    if not isinstance(item, _SAYINGS):
        raise DagsterInvariantViolationError(
            f'"{scope.key}" yielded {_shown(item)}. A function that yields must yield Output, MaterializeResult, '
            "DynamicOutput, AssetCheckResult or an event; return the value instead, or wrap it in Output(...)."
        )
    return item


def _shown(value: Any) -> str:
    text = repr(value)
    return f"a {type(value).__name__} ({text if len(text) < 80 else text[:77] + '...'})"


def _value_outputs(scope: StepScope) -> list[StepOutput]:
    """The outputs that the function itself returns: checks are reported, not returned."""
    return [output for output in scope.step.outputs if output.check_key is None]


def _from_value(scope: StepScope, value: Any) -> Iterator[Any]:
    outputs = _value_outputs(scope)
    if isinstance(value, (MaterializeResult, ObserveResult, AssetCheckResult, AssetMaterialization)):
        yield value
        return
    if isinstance(value, tuple) and value and all(isinstance(each, _RESULTS) for each in value):
        yield from value
        return
    if not outputs:
        if value is not None:
            raise DagsterInvariantViolationError(
                f'"{scope.key}" returned {_shown(value)}, but it declares no outputs.'
            )
        return
    if len(outputs) == 1:
        yield from _single(scope, outputs[0], value)
        return
    yield from _several(scope, outputs, value)


def _single(scope: StepScope, output: StepOutput, value: Any) -> Iterator[Any]:
    name = output.spec.name
    if output.spec.dynamic:
        if not isinstance(value, list) or not all(isinstance(each, DynamicOutput) for each in value):
            raise DagsterInvariantViolationError(
                f'"{scope.key}" declares a dynamic output and returned {_shown(value)}: yield DynamicOutputs, or '
                "return a list of them."
            )
        yield from value
    elif isinstance(value, Output):
        if value.output_name not in ("result", name):
            raise DagsterInvariantViolationError(
                f'"{scope.key}" returned an Output named "{value.output_name}"; its output is named "{name}".'
            )
        yield value if value.output_name == name else _renamed(value, name)
    else:
        yield Output(value, name)


def _renamed(value: Output[Any], name: str) -> Output[Any]:
    renamed = Output(value.value, name, data_version=value.data_version, tags=value.tags)
    renamed.metadata = value.metadata
    return renamed


def _several(scope: StepScope, outputs: list[StepOutput], value: Any) -> Iterator[Any]:
    wanted = [output for output in outputs if output.spec.name in scope.selected_outputs]
    if value is None:
        for output in wanted:
            if output.spec.required and output.spec.nothing:
                yield Output(None, output.spec.name)
            elif output.spec.required:
                raise DagsterInvariantViolationError(
                    f'"{scope.key}" has {len(outputs)} outputs and returned None: return a tuple of {len(outputs)} '
                    "values, or yield an Output for each."
                )
        return
    if isinstance(value, Output):
        yield value
        return
    if not isinstance(value, tuple) or len(value) != len(outputs):
        raise DagsterInvariantViolationError(
            f'"{scope.key}" has {len(outputs)} outputs ({", ".join(each.spec.name for each in outputs)}) and returned '
            f"{_shown(value)}: return a tuple with one value for each, in that order, or yield an Output for each."
        )
    for output, each in zip(outputs, value, strict=True):
        yield from _single(scope, output, each)
