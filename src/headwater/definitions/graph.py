"""Graphs: nodes and how their outputs flow into each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from headwater.definitions.composition import Child, Pending, PendingNodeInvocation, current_composition
from headwater.definitions.configured import configure
from headwater.definitions.dependency import build_children
from headwater.definitions.graph_mapping import input_mapping_spec, output_mapping_spec
from headwater.definitions.input import GraphIn, In
from headwater.definitions.job import JobDefinition
from headwater.definitions.op import check_name
from headwater.definitions.output import NO_VALUE, DynamicOut, Out
from headwater.model.errors import DagsterInvalidDefinitionError, DagsterInvalidInvocationError
from headwater.model.manifest import (
    ChildSpec,
    GraphSpec,
    InputSpec,
    OutputSpec,
    SourceLocation,
    SourceSpec,
)


class GraphDefinition(Pending):
    """Nodes and their dependencies under one name. Made by :func:`graph`, or by hand.

    ``dependencies`` maps a node's name (or :class:`NodeInvocation`) to the sources of its inputs. Raises
    :class:`DagsterInvalidDefinitionError` for a source that is not there, an input that nobody feeds, or a cycle.
    """

    def __init__(
        self,
        name: str,
        description: str | None = None,
        node_defs: Sequence[Any] | None = None,
        dependencies: Mapping[Any, Mapping[str, Any]] | None = None,
        input_mappings: Sequence[Any] | None = None,
        output_mappings: Sequence[Any] | None = None,
        config: Any = None,
        tags: Mapping[str, Any] | None = None,
        children: Mapping[str, Child] | None = None,
        input_names: Sequence[str] | None = None,
        ins: Mapping[str, GraphIn] | None = None,
        composition_fn: Callable[..., Any] | None = None,
        **_: Any,
    ) -> None:
        self.name = check_name(name, "a graph")
        self.description = description
        self.tags: dict[str, str] = {key: str(value) for key, value in (tags or {}).items()}
        self.config_mapping = config
        self.composition_fn = composition_fn
        self.children: dict[str, Child] = (
            dict(children)
            if children is not None
            else build_children(name, node_defs or (), dependencies or {})
        )
        self.input_mappings = [input_mapping_spec(each) for each in input_mappings or ()]
        self.output_mappings = [output_mapping_spec(each) for each in output_mappings or ()]
        self._descriptions = {key: each.description for key, each in (ins or {}).items()}
        self._check()
        self.ins = self._infer_ins(input_names)
        self.outs = self._infer_outs()

    # -- what it declares ---------------------------------------------------------------------------------------

    @property
    def node_type_str(self) -> str:
        """``graph``: what kind of node this is."""
        return "graph"

    @property
    def input_dict(self) -> Mapping[str, In]:
        """The inputs by name."""
        return self.ins

    @property
    def output_dict(self) -> Mapping[str, Out]:
        """The outputs by name."""
        return self.outs

    @property
    def node_dict(self) -> Mapping[str, Child]:
        """The nodes by alias."""
        return self.children

    @property
    def nodes(self) -> Sequence[Child]:
        """The nodes: names, definitions, and all tags that hold for each."""
        return [
            Child(each.alias, each.definition, each.edges, each.all_tags, each.hooks, each.retry_policy)
            for each in self.children.values()
        ]

    @property
    def node_defs(self) -> Sequence[Any]:
        """The definitions of the nodes, each once."""
        return list({child.definition.name: child.definition for child in self.children.values()}.values())

    def node_named(self, name: str) -> Child:
        """The node of that alias."""
        return self.children[name]

    def has_node_named(self, name: str) -> bool:
        """Whether there is a node of that alias."""
        return name in self.children

    @property
    def config_schema(self) -> Any:
        """The schema of the graph's own config, where a config mapping gives it one."""
        return getattr(self.config_mapping, "config_schema", None)

    @property
    def required_resource_keys(self) -> frozenset[str]:
        """The resources that the nodes need."""
        return frozenset(
            key for child in self.children.values() for key in child.definition.required_resource_keys
        )

    def iterate_node_defs(self) -> Iterable[Any]:
        """The graph, and every definition inside it."""
        yield self
        for child in self.children.values():
            yield from child.definition.iterate_node_defs()

    def iterate_op_defs(self) -> Iterable[Any]:
        """Every op inside it."""
        return (each for each in self.iterate_node_defs() if not isinstance(each, GraphDefinition))

    def spec(self) -> GraphSpec:
        """What leaves the process: nodes and edges, without functions."""
        return GraphSpec(
            name=self.name,
            inputs=[
                InputSpec(
                    name=name,
                    type_name=each.dagster_type.display_name,
                    nothing=each.dagster_type.kind == "nothing",
                    has_default=each.has_default_value,
                    manager_key=each.input_manager_key,
                )
                for name, each in self.ins.items()
            ],
            outputs=[
                OutputSpec(
                    name=name,
                    type_name=each.dagster_type.display_name,
                    nothing=each.dagster_type.kind == "nothing",
                    dynamic=each.is_dynamic,
                    io_manager_key=each.io_manager_key,
                    required=each.is_required,
                )
                for name, each in self.outs.items()
            ],
            children=[
                ChildSpec(
                    alias=alias,
                    node=child.definition.spec(),
                    edges=child.edges,
                    tags=dict(child.tags),
                    retry_policy=child.retry_policy,
                )
                for alias, child in self.children.items()
            ],
            input_mappings=self.input_mappings,
            output_mappings=self.output_mappings,
            tags=self.tags,
            description=self.description,
        )

    @property
    def source(self) -> SourceLocation | None:
        """Where the function of the graph is written."""
        code = getattr(self.composition_fn, "__code__", None)
        return SourceLocation(code.co_filename, code.co_firstlineno) if code is not None else None

    # -- variations ---------------------------------------------------------------------------------------------

    def copy(self, **changes: Any) -> GraphDefinition:
        """The same graph with some arguments changed."""
        arguments: dict[str, Any] = {
            "name": self.name,
            "description": self.description,
            "children": self.children,
            "input_mappings": self.input_mappings,
            "output_mappings": self.output_mappings,
            "config": self.config_mapping,
            "tags": self.tags,
            "input_names": list(self.ins),
            "composition_fn": self.composition_fn,
        }
        return GraphDefinition(**{**arguments, **changes})

    def configured(
        self,
        config_or_config_fn: Any,
        name: str | None = None,
        config_schema: Any = None,
        description: str | None = None,
    ) -> GraphDefinition:
        """The same graph with its config fixed, or computed from a smaller one."""
        return configure(
            self, config_or_config_fn, name=name, config_schema=config_schema, description=description
        )

    def to_job(self, name: str | None = None, **arguments: Any) -> Any:
        """A job of this graph: with resources, config, tags, hooks, executor as :func:`job` takes them."""
        return JobDefinition(graph_def=self, name=name or self.name, **arguments)

    def execute_in_process(self, run_config: Any = None, **arguments: Any) -> Any:
        """Run the graph in this process; see :meth:`JobDefinition.execute_in_process`."""
        resources = arguments.pop("resources", None)
        job = self.to_job(resource_defs=resources)
        return job.execute_in_process(run_config=run_config, **arguments)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if current_composition() is None:
            raise DagsterInvalidInvocationError(
                f'The graph "{self.name}" cannot be called outside a graph. Run it with '
                f"{self.name}.execute_in_process(), or call it in the body of a @graph or @job."
            )
        return PendingNodeInvocation(self)(*args, **kwargs)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    # -- checks -------------------------------------------------------------------------------------------------

    def _check(self) -> None:
        for alias, child in self.children.items():
            known = child.definition.input_dict
            fed = set()
            for edge in child.edges:
                fed.add(edge.input)
                if edge.input not in known:
                    raise DagsterInvalidDefinitionError(
                        f'Graph "{self.name}": the node "{alias}" has no input "{edge.input}"; '
                        f"it has {', '.join(known) or 'none'}."
                    )
                for source in edge.sources:
                    self._check_source(alias, edge.input, source)
            for mapping in self.input_mappings:
                if mapping.child == alias:
                    fed.add(mapping.child_input)
        for mapping in self.input_mappings:
            if mapping.child not in self.children:
                raise DagsterInvalidDefinitionError(
                    f'Graph "{self.name}" hands its input "{mapping.graph_input}" to "{mapping.child}", '
                    "which is not one of its nodes."
                )
        for output in self.output_mappings:
            self._check_source(
                self.name, output.graph_output, SourceSpec(child=output.child, output=output.child_output)
            )
        self._check_cycles()

    def _check_source(self, alias: str, name: str, source: SourceSpec) -> None:
        if not source.child:
            return
        child = self.children.get(source.child)
        if child is None:
            raise DagsterInvalidDefinitionError(
                f'Graph "{self.name}": "{name}" of "{alias}" comes from "{source.child}", which is not a node of it. '
                f"Its nodes: {', '.join(self.children)}."
            )
        if source.output not in child.definition.output_dict:
            raise DagsterInvalidDefinitionError(
                f'Graph "{self.name}": "{name}" of "{alias}" comes from the output "{source.output}" of '
                f'"{source.child}", which has {", ".join(child.definition.output_dict) or "no outputs"}.'
            )

    def _check_cycles(self) -> None:
        state: dict[str, int] = {}

        def visit(alias: str, path: tuple[str, ...]) -> None:
            if state.get(alias) == 2:
                return
            if state.get(alias) == 1:
                raise DagsterInvalidDefinitionError(
                    f'Graph "{self.name}" has a cycle: {" -> ".join((*path[path.index(alias) :], alias))}.'
                )
            state[alias] = 1
            for edge in self.children[alias].edges:
                for source in edge.sources:
                    if source.child:
                        visit(source.child, (*path, alias))
            state[alias] = 2

        for alias in self.children:
            visit(alias, ())

    def _infer_ins(self, names: Sequence[str] | None) -> dict[str, In]:
        order = (
            list(names)
            if names is not None
            else list(dict.fromkeys(m.graph_input for m in self.input_mappings))
        )
        ins: dict[str, In] = {}
        for name in order:
            targets = [mapping for mapping in self.input_mappings if mapping.graph_input == name]
            if not targets:
                raise DagsterInvalidDefinitionError(
                    f'Graph "{self.name}" does not hand its parameter "{name}" to any node. Use it or remove it.'
                )
            inner = self.children[targets[0].child].definition.input_dict[targets[0].child_input]
            annotation = inner.annotation
            if targets[0].index is not None and annotation is not NO_VALUE:
                annotation = NO_VALUE
            ins[name] = In(
                annotation,
                description=self._descriptions.get(name) or inner.description,
                default_value=inner.default,
                metadata=inner.metadata,
                input_manager_key=inner.input_manager_key,
            )
        return ins

    def _infer_outs(self) -> dict[str, Out]:
        outs: dict[str, Out] = {}
        for mapping in self.output_mappings:
            inner = self.children[mapping.child].definition.output_dict[mapping.child_output]
            kind = DynamicOut if inner.is_dynamic else Out
            outs[mapping.graph_output] = kind(
                inner.annotation, inner.description, inner.is_required, inner.io_manager_key, inner.metadata
            )
        return outs
