"""Direct calls of ops and assets, as unit tests make them: no run, no I/O manager, just the function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headwater.definitions.direct_type_check import check_inputs, check_result
from headwater.definitions.op_config import resolve_op_config
from headwater.definitions.output import NO_VALUE
from headwater.definitions.signature import is_config_annotation
from headwater.model.errors import (
    DagsterInvalidConfigError,
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
)


def invoke_directly(
    definition: Any, args: tuple[Any, ...], kwargs: dict[str, Any], assets_def: Any = None
) -> Any:
    """Call the function of an op with a context (if it takes one), inputs, config and resources.

    ``assets_def`` is whose op it is, for a context that is asked which assets it makes.

    Inputs, config and resources may be given by position or by name; resources and config by the context too. Raises
    :class:`DagsterInvalidInvocationError` for what is missing or too much.
    """
    computable = definition.computable
    name = definition.name
    context, args, kwargs = _take_context(definition, args, dict(kwargs))
    kwargs = _name_arguments(definition, args, kwargs)
    inputs = _bind_inputs(definition, kwargs)
    resources = _bind_resources(definition, context, kwargs)
    config = _bind_config(definition, context, kwargs)
    if kwargs:
        unknown = next(iter(kwargs))
        raise DagsterInvalidInvocationError(f'"{name}" has no input "{unknown}".')
    if computable.takes_context and hasattr(context, "bind"):
        context = context.bind(definition, resources, config, assets_def)
    check_inputs(definition, inputs, context)
    return check_result(definition, computable.call(context, config, resources, inputs), context)


def _take_context(
    definition: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Any, tuple[Any, ...], dict[str, Any]]:
    computable = definition.computable
    if computable.takes_context:
        label = computable.signature.params[0].name
        if label in kwargs:
            return kwargs.pop(label), args, kwargs
        if args and (args[0] is None or getattr(type(args[0]), "__headwater_context__", False)):
            if args[0] is None:
                raise DagsterInvalidInvocationError(
                    f'"{definition.name}" takes a context, and None was given. Use build_op_context() or '
                    "build_asset_context()."
                )
            return args[0], args[1:], kwargs
        raise DagsterInvalidInvocationError(
            f'"{definition.name}" takes a context first, and none was given. Use build_op_context() or '
            "build_asset_context()."
        )
    if args and getattr(type(args[0]), "__headwater_context__", False):
        return args[0], args[1:], kwargs
    return None, args, kwargs


def _name_arguments(definition: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """All arguments by name: one given by position is the next parameter that was not given by name."""
    inputs = _input_names(definition)
    params = [each.name for each in definition.computable.signature.params]
    if definition.computable.takes_context:
        del params[0]
    ahead = [name for name in dict.fromkeys([*params, *inputs]) if name not in kwargs]
    if len(args) > len(ahead):
        takes = ", ".join(dict.fromkeys([*params, *inputs])) or "nothing"
        raise DagsterInvalidInvocationError(
            f'"{definition.name}" takes {takes}; {len(args)} values were given by position'
            + (f" beside {', '.join(kwargs)}." if kwargs else ".")
        )
    return {**dict(zip(ahead, args, strict=False)), **kwargs}


def _input_names(definition: Any) -> list[str]:
    return [name for name, each in definition.ins.items() if each.dagster_type.kind != "nothing"]


def _bind_inputs(definition: Any, kwargs: dict[str, Any]) -> dict[str, Any]:
    inputs: dict[str, Any] = {}
    for name in _input_names(definition):
        if name in kwargs:
            inputs[name] = kwargs.pop(name)
            continue
        inputs[name] = definition.ins[name].default
        if inputs[name] is NO_VALUE:
            raise DagsterInvalidInvocationError(
                f'No value was given for the required input "{name}" of "{definition.name}".'
            )
    for name, each in definition.ins.items():
        if each.dagster_type.kind == "nothing":
            kwargs.pop(name, None)
    return inputs


def _bind_resources(definition: Any, context: Any, kwargs: dict[str, Any]) -> dict[str, Any]:
    resources: dict[str, Any] = {}
    for name in definition.computable.resource_params:
        if name in kwargs:
            given = kwargs.pop(name)
            resources[name] = _started(given)
        elif context is not None and hasattr(context.resources, name):
            resources[name] = getattr(context.resources, name)
        else:
            raise DagsterInvalidDefinitionError(
                f'"{definition.name}" needs the resource "{name}". Pass it by name, or with '
                f"build_op_context(resources={{{name!r}: ...}})."
            )
    return resources


def _started(resource: Any) -> Any:
    """A resource as the function should see it: what ``get_object_to_set_on_execution_context`` gives, if it has that."""
    start = getattr(resource, "get_object_to_set_on_execution_context", None)
    return start() if callable(start) else resource


def _bind_config(definition: Any, context: Any, kwargs: dict[str, Any]) -> Any:
    annotation = definition.computable.config_annotation
    if annotation is not None and "config" in kwargs:
        given = kwargs.pop("config")
        if isinstance(given, Mapping) and callable(annotation):
            return annotation(**given)
        if is_config_annotation(annotation) and not isinstance(given, annotation):
            wanted = f"a {annotation.__name__} or a dictionary"
            raise DagsterInvalidConfigError(
                f'The config of "{definition.name}" is not valid.', [f"It is {wanted}, not {given!r}."], given
            )
        return given
    return resolve_op_config(definition, getattr(context, "given_config", None))
