"""The edges of a graph written by hand: a dictionary from each node to the sources of its inputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from headwater.definitions.composition import Child
from headwater.definitions.op import tag_texts
from headwater.model.errors import DagsterInvalidDefinitionError
from headwater.model.manifest import EdgeSpec, SourceSpec
from headwater.model.retry import RetryPolicy


class DependencyDefinition(NamedTuple):
    """An input comes from the output of a node."""

    node: str = ""
    output: str = "result"
    description: str | None = None
    solid: str | None = None


class DynamicCollectDependencyDefinition(NamedTuple):
    """An input gets all values of a dynamic output as a list."""

    node_name: str
    output_name: str = "result"


class MultiDependencyDefinition:
    """An input gets a list: one value from each of several outputs."""

    def __init__(self, dependencies: Sequence[Any]) -> None:
        self.dependencies = list(dependencies)


class MappedInputPlaceholder:
    """Stands, in a list of dependencies, where an input of the graph goes."""


class NodeInvocation:
    """A node in a dictionary of dependencies: a definition's name, and an alias, tags and hooks of its own."""

    def __init__(
        self,
        name: str,
        alias: str | None = None,
        tags: Mapping[str, str] | None = None,
        hook_defs: Iterable[Any] | None = None,
        retry_policy: RetryPolicy | None = None,
    ) -> None:
        self.name = name
        self.alias = alias
        self.tags: Mapping[str, str] = tags or {}
        self.hook_defs = frozenset(hook_defs or ())
        self.retry_policy = retry_policy


def build_children(
    graph_name: str, node_defs: Sequence[Any], dependencies: Mapping[Any, Mapping[str, Any]]
) -> dict[str, Child]:
    """The nodes of a graph with their edges. Raises for a name that is not among ``node_defs``."""
    definitions: dict[str, Any] = {}
    for definition in node_defs:
        known = definitions.setdefault(definition.name, definition)
        if known is not definition:
            raise DagsterInvalidDefinitionError(
                f'Graph "{graph_name}" has two different definitions named "{definition.name}".'
            )
    children: dict[str, Child] = {}
    for key, inputs in dependencies.items():
        invocation = key if isinstance(key, NodeInvocation) else NodeInvocation(key)
        if invocation.name not in definitions:
            raise DagsterInvalidDefinitionError(
                f'Graph "{graph_name}": dependencies name "{invocation.name}", which is not among node_defs '
                f"({', '.join(definitions)})."
            )
        alias = invocation.alias or invocation.name
        children[alias] = Child(
            alias,
            definitions[invocation.name],
            [_edge_by_hand(name, source) for name, source in inputs.items()],
            tag_texts(invocation.tags, f'Node "{alias}"'),
            invocation.hook_defs,
            invocation.retry_policy,
        )
    placed = {child.definition.name for child in children.values()}
    for name, definition in definitions.items():
        if name not in placed:
            children[name] = Child(name, definition)
    return children


def _edge_by_hand(name: str, source: Any) -> EdgeSpec:
    if isinstance(source, MultiDependencyDefinition):
        return EdgeSpec(
            input=name, sources=[_source_by_hand(each) for each in source.dependencies], fan_in=True
        )
    return EdgeSpec(input=name, sources=[_source_by_hand(source)])


def _source_by_hand(source: Any) -> SourceSpec:
    if source is MappedInputPlaceholder or isinstance(source, MappedInputPlaceholder):
        return SourceSpec(child="", output="")
    if isinstance(source, DynamicCollectDependencyDefinition):
        return SourceSpec(child=source.node_name, output=source.output_name, collect=True)
    return SourceSpec(child=source.solid or source.node, output=source.output)
