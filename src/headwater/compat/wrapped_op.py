"""Running one op by itself, as projects know it from ``dagster._utils.test``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headwater.definitions.graph import GraphDefinition
from headwater.definitions.graph_mapping import InputMapping, OutputMapping
from headwater.definitions.op import OpDefinition


def wrap_op_in_graph(
    op_def: OpDefinition,
    tags: Mapping[str, Any] | None = None,
    do_input_mapping: bool = True,
    do_output_mapping: bool = True,
) -> GraphDefinition:
    """A graph with one op, whose inputs and outputs are the op's."""
    inputs = op_def.ins if do_input_mapping else {}
    outputs = op_def.outs if do_output_mapping else {}
    return GraphDefinition(
        name=f"wraps_{op_def.name}",
        node_defs=[op_def],
        input_mappings=[InputMapping(name, op_def.name, name) for name in inputs],
        output_mappings=[OutputMapping(name, op_def.name, name) for name in outputs],
        tags=tags,
    )


def wrap_op_in_graph_and_execute(
    op_def: OpDefinition,
    resources: Mapping[str, Any] | None = None,
    input_values: Mapping[str, Any] | None = None,
    tags: Mapping[str, Any] | None = None,
    run_config: Mapping[str, object] | None = None,
    raise_on_error: bool = True,
    do_input_mapping: bool = True,
    do_output_mapping: bool = True,
    logger_defs: Mapping[str, Any] | None = None,
) -> Any:
    """Run one op in this process and return the result."""
    graph = wrap_op_in_graph(op_def, tags, do_input_mapping, do_output_mapping)
    return graph.to_job(resource_defs=resources, logger_defs=logger_defs).execute_in_process(
        run_config=run_config, raise_on_error=raise_on_error, input_values=input_values
    )
