"""Direct calls of ops and assets, as unit tests make them: no run, no I/O manager, just the function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headwater.definitions.op_config import resolve_op_config
from headwater.definitions.output import NO_VALUE
from headwater.model.errors import DagsterInvalidInvocationError


def invoke_directly(definition: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call the function of an op with a context (if it takes one), inputs, config and resources.

    Inputs may be given by position or by name; resources and config by name or by the context. Raises
    :class:`DagsterInvalidInvocationError` for what is missing or too much.
    """
    computable = definition.computable
    name = definition.name
    context, args, kwargs = _take_context(definition, args, dict(kwargs))
    annotation = computable.config_annotation
    if args and isinstance(annotation, type) and isinstance(args[0], annotation) and "config" not in kwargs:
        kwargs["config"], args = args[0], args[1:]
    inputs = _bind_inputs(definition, args, kwargs)
    resources = _bind_resources(definition, context, kwargs)
    config = _bind_config(definition, context, kwargs)
    if kwargs:
        unknown = next(iter(kwargs))
        raise DagsterInvalidInvocationError(f'"{name}" has no input "{unknown}".')
    if computable.takes_context:
        bound = context.bind(definition, resources, config) if hasattr(context, "bind") else context
        arguments = {**inputs, **resources}
        if computable.config_annotation is not None:
            arguments["config"] = config
        return computable.function(bound, **arguments)
    arguments = {**inputs, **resources}
    if computable.config_annotation is not None:
        arguments["config"] = config
    return computable.function(**arguments)


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


def _bind_inputs(definition: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    names = [name for name, each in definition.ins.items() if each.dagster_type.kind != "nothing"]
    if len(args) > len(names):
        raise DagsterInvalidInvocationError(
            f'"{definition.name}" takes {len(names)} inputs ({", ".join(names) or "none"}), but {len(args)} were given.'
        )
    inputs = dict(zip(names, args, strict=False))
    for name in names:
        if name in kwargs:
            if name in inputs:
                raise DagsterInvalidInvocationError(
                    f'"{definition.name}": the input "{name}" is given twice.'
                )
            inputs[name] = kwargs.pop(name)
        elif name not in inputs:
            default = definition.ins[name].default
            if default is NO_VALUE:
                raise DagsterInvalidInvocationError(
                    f'No value was given for the required input "{name}" of "{definition.name}".'
                )
            inputs[name] = default
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
            raise DagsterInvalidInvocationError(
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
        return annotation(**given) if isinstance(given, Mapping) and callable(annotation) else given
    return resolve_op_config(definition, getattr(context, "given_config", None))
