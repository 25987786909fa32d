"""Type checks of a direct call: its inputs before, what it returns or yields after."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Coroutine, Generator, Mapping
from typing import Any

from headwater.definitions.output import (
    AssetCheckResult,
    DynamicOutput,
    MaterializeResult,
    ObserveResult,
    Output,
)
from headwater.model.errors import DagsterTypeCheckDidNotPass, DagsterTypeCheckError

_TOLD = (MaterializeResult, ObserveResult, AssetCheckResult)  # they tell about an asset and are not its value
_UNCHECKED = frozenset({"any", "nothing"})


def check_inputs(definition: Any, inputs: Mapping[str, Any], context: Any) -> None:
    """Check the values of inputs. Raises :class:`DagsterTypeCheckDidNotPass` for the first that does not fit."""
    for name, value in inputs.items():
        if name in definition.ins:
            where = f'The input "{name}" of "{definition.name}"'
            _check(definition.ins[name].dagster_type, value, where, context)


def check_result(definition: Any, result: Any, context: Any) -> Any:
    """What a function returned, checked; what yields or is awaited is checked when it does."""
    if inspect.isgenerator(result):
        return _check_yielded(definition, result, context)
    if inspect.iscoroutine(result):
        return _check_awaited(definition, result, context)
    if inspect.isasyncgen(result):
        return _check_yielded_later(definition, result, context)
    _check_returned(definition, result, context)
    return result


def _check_yielded(
    definition: Any, items: Generator[Any, Any, Any], context: Any
) -> Generator[Any, None, Any]:
    for item in items:
        _check_output(definition, item, context)
        yield item


async def _check_yielded_later(
    definition: Any, items: AsyncGenerator[Any, Any], context: Any
) -> AsyncGenerator[Any, None]:
    async for item in items:
        _check_output(definition, item, context)
        yield item


async def _check_awaited(definition: Any, result: Coroutine[Any, Any, Any], context: Any) -> Any:
    value = await result
    _check_returned(definition, value, context)
    return value


def _check_returned(definition: Any, value: Any, context: Any) -> None:
    names = list(definition.outs)
    if len(names) > 1:
        parts = value if isinstance(value, tuple) and len(value) == len(names) else ()
        for name, part in zip(names, parts, strict=False):
            _check_one(definition, name, part, context)
    elif names:
        _check_one(definition, names[0], value, context)


def _check_one(definition: Any, name: str, value: Any, context: Any) -> None:
    if isinstance(value, (Output, DynamicOutput)):
        _check_output(definition, value, context)
    elif not definition.outs[name].is_dynamic and not isinstance(value, _TOLD):
        _check_value(definition, name, value, context)


def _check_output(definition: Any, item: Any, context: Any) -> None:
    if isinstance(item, (Output, DynamicOutput)) and item.output_name in definition.outs:
        _check_value(definition, item.output_name, item.value, context)


def _check_value(definition: Any, name: str, value: Any, context: Any) -> None:
    _check(definition.outs[name].dagster_type, value, f'The output "{name}" of "{definition.name}"', context)


def _check(kind: Any, value: Any, where: str, context: Any) -> None:
    if kind.kind in _UNCHECKED:
        return
    try:
        check = kind.type_check(context, value)
    except Exception as error:
        raise DagsterTypeCheckError(
            f'The check of the type "{kind.display_name}" raised: {error}', user_exception=error
        ) from error
    if not check.success:
        reason = f" {check.description}" if check.description else ""
        raise DagsterTypeCheckDidNotPass(
            f'{where} is not of the type "{kind.display_name}".{reason}',
            metadata=check.metadata,
            dagster_type=kind,
        )
