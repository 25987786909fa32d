"""Graphs and jobs written as functions: the body is read once, and the calls of ops in it become nodes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, overload

from headwater.definitions.composition import InputHandle, OutputHandle, composing
from headwater.definitions.graph import GraphDefinition
from headwater.definitions.input import GraphIn
from headwater.definitions.job import JobDefinition
from headwater.definitions.output import GraphOut
from headwater.definitions.signature import read_signature
from headwater.model.errors import DagsterInvalidDefinitionError
from headwater.model.manifest import OutputMappingSpec
from headwater.model.retry import RetryPolicy


def build_graph_from_function(
    function: Callable[..., Any],
    *,
    name: str,
    description: str | None = None,
    ins: Mapping[str, GraphIn] | None = None,
    out: Any = None,
    tags: Mapping[str, Any] | None = None,
    config: Any = None,
    positional_inputs: Sequence[str] | None = None,
) -> GraphDefinition:
    """Read the body of ``function`` as a graph: its parameters are the inputs, what it returns the outputs."""
    signature = read_signature(function)
    names = [param.name for param in signature.params]
    for label in ins or {}:
        if label not in names:
            raise DagsterInvalidDefinitionError(
                f'Graph "{name}" has no parameter "{label}", which ins declares.'
            )
    with composing(name) as composition:
        result = function(**{label: InputHandle(label) for label in names})
    outputs = _outputs_of(name, result, out)
    return GraphDefinition(
        name=name,
        description=description or inspect.getdoc(function),
        children=composition.children,
        input_mappings=composition.input_mappings,
        output_mappings=outputs,
        input_names=names,
        ins=ins,
        tags=tags,
        config=config,
        composition_fn=function,
    )


def _outputs_of(graph_name: str, result: Any, out: Any) -> list[OutputMappingSpec]:
    declared = list(out) if isinstance(out, Mapping) else None
    handles: dict[str, Any]
    if result is None:
        handles = {}
    elif isinstance(result, OutputHandle):
        handles = {declared[0] if declared else "result": result}
    elif isinstance(result, Mapping):
        handles = dict(result)
    elif isinstance(result, tuple) and hasattr(result, "_fields") and declared is None:
        handles = result._asdict()  # type: ignore[attr-defined]
    elif isinstance(result, (tuple, list)) and declared is not None and len(declared) == len(result):
        handles = dict(zip(declared, result, strict=True))
    elif isinstance(result, (tuple, list)):
        handles = {getattr(each, "output", str(index)): each for index, each in enumerate(result)}
    else:
        raise DagsterInvalidDefinitionError(
            f'The graph "{graph_name}" returns {result!r}. A graph returns outputs of its nodes: one, or a dict of them.'
        )
    for label, handle in handles.items():
        if not isinstance(handle, OutputHandle):
            raise DagsterInvalidDefinitionError(
                f'The graph "{graph_name}" returns {handle!r} as "{label}", which is not the output of a node.'
            )
    if declared is not None and set(declared) != set(handles):
        raise DagsterInvalidDefinitionError(
            f'The graph "{graph_name}" declares the outputs {sorted(declared)} and returns {sorted(handles)}.'
        )
    return [
        OutputMappingSpec(graph_output=label, child=handle.child, child_output=handle.output)
        for label, handle in handles.items()
    ]


@overload
def graph(compose_fn: Callable[..., Any]) -> GraphDefinition: ...


@overload
def graph(
    *,
    name: str | None = ...,
    description: str | None = ...,
    input_defs: Any = ...,
    output_defs: Any = ...,
    ins: Mapping[str, GraphIn] | None = ...,
    out: GraphOut | Mapping[str, GraphOut] | None = ...,
    tags: Mapping[str, Any] | None = ...,
    config: Any = ...,
) -> Callable[[Callable[..., Any]], GraphDefinition]: ...


def graph(
    compose_fn: Callable[..., Any] | None = None,
    *,
    name: str | None = None,
    description: str | None = None,
    input_defs: Any = None,
    output_defs: Any = None,
    ins: Mapping[str, GraphIn] | None = None,
    out: GraphOut | Mapping[str, GraphOut] | None = None,
    tags: Mapping[str, Any] | None = None,
    config: Any = None,
) -> Any:
    """Make a graph of a function that calls ops.

    >>> @graph
    ... def pipeline():
    ...     clean(read())
    """

    def decorate(function: Callable[..., Any]) -> GraphDefinition:
        return build_graph_from_function(
            function,
            name=name or function.__name__,
            description=description,
            ins=ins,
            out=out,
            tags=tags,
            config=config,
        )

    return decorate(compose_fn) if compose_fn is not None else decorate


@overload
def job(compose_fn: Callable[..., Any]) -> JobDefinition: ...


@overload
def job(
    *,
    name: str | None = ...,
    description: str | None = ...,
    resource_defs: Mapping[str, Any] | None = ...,
    config: Any = ...,
    tags: Mapping[str, Any] | None = ...,
    run_tags: Mapping[str, Any] | None = ...,
    metadata: Mapping[str, Any] | None = ...,
    logger_defs: Mapping[str, Any] | None = ...,
    executor_def: Any = ...,
    hooks: AbstractSet[Any] | None = ...,
    op_retry_policy: RetryPolicy | None = ...,
    version_strategy: Any = ...,
    partitions_def: Any = ...,
    input_values: Mapping[str, Any] | None = ...,
    owners: Sequence[str] | None = ...,
) -> Callable[[Callable[..., Any]], JobDefinition]: ...


def job(
    compose_fn: Callable[..., Any] | None = None,
    *,
    name: str | None = None,
    description: str | None = None,
    resource_defs: Mapping[str, Any] | None = None,
    config: Any = None,
    tags: Mapping[str, Any] | None = None,
    run_tags: Mapping[str, Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    logger_defs: Mapping[str, Any] | None = None,
    executor_def: Any = None,
    hooks: AbstractSet[Any] | None = None,
    op_retry_policy: RetryPolicy | None = None,
    version_strategy: Any = None,
    partitions_def: Any = None,
    input_values: Mapping[str, Any] | None = None,
    owners: Sequence[str] | None = None,
) -> Any:
    """Make a job of a function that calls ops.

    >>> @job
    ... def nightly():
    ...     publish(collect())
    """

    def decorate(function: Callable[..., Any]) -> JobDefinition:
        label = name or function.__name__
        graph_def = build_graph_from_function(
            function, name=label, description=description or inspect.getdoc(function)
        )
        return JobDefinition(
            graph_def=graph_def,
            name=label,
            resource_defs=resource_defs,
            config=config,
            tags=tags,
            run_tags=run_tags,
            metadata=metadata,
            logger_defs=logger_defs,
            executor_def=executor_def,
            hooks=hooks,
            op_retry_policy=op_retry_policy,
            partitions_def=partitions_def,
            input_values=input_values,
        )

    return decorate(compose_fn) if compose_fn is not None else decorate
