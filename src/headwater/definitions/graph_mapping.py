"""How the inputs and outputs of a graph belong to those of its nodes, written by hand."""

from __future__ import annotations

from typing import Any, NamedTuple

from headwater.model.manifest import InputMappingSpec, OutputMappingSpec


class InputPointer(NamedTuple):
    """The input of a node inside a graph; ``fan_in_index`` where it takes a list."""

    node_name: str
    input_name: str
    fan_in_index: int | None = None


class OutputPointer(NamedTuple):
    """The output of a node inside a graph."""

    node_name: str
    output_name: str = "result"


class InputMapping(NamedTuple):
    """An input of a graph goes to the input of a node inside."""

    graph_input_name: str
    mapped_node_name: str
    mapped_node_input_name: str
    fan_in_index: int | None = None
    graph_input_description: str | None = None
    dagster_type: Any = None

    @property
    def maps_to(self) -> InputPointer:
        """Where the input goes."""
        return InputPointer(self.mapped_node_name, self.mapped_node_input_name, self.fan_in_index)


class OutputMapping(NamedTuple):
    """An output of a graph is the output of a node inside."""

    graph_output_name: str
    mapped_node_name: str
    mapped_node_output_name: str = "result"
    graph_output_description: str | None = None
    dagster_type: Any = None
    from_dynamic_mapping: bool = False

    @property
    def maps_from(self) -> OutputPointer:
        """Where the output comes from."""
        return OutputPointer(self.mapped_node_name, self.mapped_node_output_name)


def input_mapping_spec(mapping: Any) -> InputMappingSpec:
    """A mapping, or what a user wrote for it, as a value."""
    if isinstance(mapping, InputMappingSpec):
        return mapping
    return InputMappingSpec(
        graph_input=mapping.graph_input_name,
        child=mapping.mapped_node_name,
        child_input=mapping.mapped_node_input_name,
        index=mapping.fan_in_index,
    )


def output_mapping_spec(mapping: Any) -> OutputMappingSpec:
    """A mapping, or what a user wrote for it, as a value."""
    if isinstance(mapping, OutputMappingSpec):
        return mapping
    return OutputMappingSpec(
        graph_output=mapping.graph_output_name,
        child=mapping.mapped_node_name,
        child_output=mapping.mapped_node_output_name,
    )
