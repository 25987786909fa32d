"""Edges whose two ends cannot agree: no value that is made upstream can be what the annotation downstream asks for.

Only asked where a value is loaded as it was stored: other I/O managers may make another type of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from headwater.definitions.annotation_match import annotation_text, can_match
from headwater.definitions.assets_definition import AssetsDefinition
from headwater.definitions.composition import Child
from headwater.definitions.dagster_type import DagsterType, Nothing
from headwater.definitions.definition_check import assets_text, place_text
from headwater.definitions.graph import GraphDefinition
from headwater.definitions.input import In
from headwater.definitions.job import JobGraph
from headwater.definitions.output import NO_VALUE, Out
from headwater.definitions.stored_asset import describe_storage
from headwater.model.errors import DagsterInvalidDefinitionError
from headwater.model.key import AssetKey

_UNKNOWN = (Any, NO_VALUE, Nothing)


def find_wrong_asset_edges(
    definitions: Iterable[AssetsDefinition],
    makers: Mapping[AssetKey, AssetsDefinition],
    resources: Mapping[str, Any],
) -> list[str]:
    """Parameters of assets whose annotation no value of the upstream asset can have."""
    return [
        f'Asset "{assets_text(definition)}" takes "{key.to_user_string()}" as {annotation_text(wanted)} by its '
        f'parameter "{name}"{place_text(definition.source)}, but it is made as {annotation_text(given)}'
        f"{place_text(makers[key].source)}. Change one of the two annotations."
        for definition in definitions
        for name, key in definition.keys_by_input_name.items()
        for given, wanted in _asset_edge(definition, name, key, makers.get(key), resources)
    ]


def _asset_edge(
    definition: AssetsDefinition,
    name: str,
    key: AssetKey,
    maker: AssetsDefinition | None,
    resources: Mapping[str, Any],
) -> Iterator[tuple[Any, Any]]:
    """The annotations at both ends of an edge between assets, where they cannot agree."""
    if maker is None or maker.node_def is None or maker.is_observation or definition.node_def is None:
        return
    if definition.partitions_def is not None or maker.partitions_def is not None:
        return  # a parameter may get several partitions, as a dict or joined
    made = maker.node_def.output_dict[maker.get_output_name_for_asset_key(key)]
    wanted = definition.node_def.input_dict[name]
    if not _can_agree(made, wanted) and _is_kept(resources.get(maker.io_manager_key_of(key)), maker, key):
        yield made.annotation, wanted.annotation


def _is_kept(io_manager: Any, maker: AssetsDefinition, key: AssetKey) -> bool:
    """Whether an asset is loaded as the very object that was stored; the manager of every run does so."""
    if io_manager is None:
        return True
    try:
        return describe_storage(io_manager, maker, key).get("format") == "pickle"
    except DagsterInvalidDefinitionError:
        return False  # which is a fault of its own


def find_wrong_node_edges(graph: JobGraph, managers: Mapping[str, Any]) -> list[str]:
    """Inputs of nodes in a graph whose annotation no value of the upstream output can have.

    ``managers`` are the resources that the job gives: an output that one of them stores may become another type.
    """
    faults: list[str] = []
    for child in graph.children.values():
        if isinstance(child.definition, GraphDefinition):
            faults += find_wrong_node_edges(child.definition, managers)
        for name, maker, output in _plain_edges(graph, child):
            made, wanted = maker.definition.output_dict[output], child.definition.input_dict[name]
            if made.io_manager_key not in managers and not _can_agree(made, wanted):
                faults.append(
                    f'Graph "{graph.name}": "{child.alias}" takes its input "{name}" as '
                    f"{annotation_text(wanted.annotation)}{place_text(child.definition.source)}, but the output "
                    f'"{output}" of "{maker.alias}" is made as {annotation_text(made.annotation)}'
                    f"{place_text(maker.definition.source)}. Change one of the two annotations."
                )
    return faults


def _plain_edges(graph: JobGraph, child: Child) -> Iterator[tuple[str, Child, str]]:
    """The inputs of a node which get one value of one output: input, node and output."""
    for edge in child.edges:
        source = edge.sources[0]
        if not edge.fan_in and source.child and not source.collect:
            yield edge.input, graph.children[source.child], source.output


def _can_agree(made: Out, wanted: In) -> bool:
    ends = (made.annotation, wanted.annotation)
    if wanted.input_manager_key is not None:
        return True
    if any(isinstance(each, DagsterType) or any(each is one for one in _UNKNOWN) for each in ends):
        return True
    return can_match(*ends)
