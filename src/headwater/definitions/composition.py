"""How the body of a graph function is read: calls of ops become nodes, and what they return becomes edges."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from headwater.model.errors import DagsterInvalidDefinitionError, DagsterInvalidInvocationError
from headwater.model.key import AssetKey
from headwater.model.manifest import EdgeSpec, InputMappingSpec, SourceSpec
from headwater.model.retry import RetryPolicy


class NodeDefinition(Protocol):
    """What can stand as a node in a graph: an op or a graph."""

    name: str

    @property
    def input_dict(self) -> Mapping[str, Any]: ...

    @property
    def output_dict(self) -> Mapping[str, Any]: ...


class Child:
    """A node of a graph: a definition under an alias, with its incoming edges."""

    __slots__ = ("alias", "definition", "edges", "tags", "hooks", "retry_policy")

    def __init__(
        self,
        alias: str,
        definition: Any,
        edges: list[EdgeSpec] | None = None,
        tags: Mapping[str, str] | None = None,
        hooks: frozenset[Any] = frozenset(),
        retry_policy: RetryPolicy | None = None,
    ) -> None:
        self.alias = alias
        self.definition = definition
        self.edges = edges or []
        self.tags: Mapping[str, str] = tags or {}
        self.hooks = hooks
        self.retry_policy = retry_policy

    @property
    def name(self) -> str:
        """The alias."""
        return self.alias

    @property
    def all_tags(self) -> Mapping[str, str]:
        """The tags of the definition and those given to this node."""
        return {**getattr(self.definition, "tags", {}), **self.tags}


class OutputHandle:
    """What the call of a node returns while a graph is read: one of its outputs."""

    __slots__ = ("child", "output")

    def __init__(self, child: str, output: str) -> None:
        self.child = child
        self.output = output

    def source(self) -> SourceSpec:
        """The place that the value comes from."""
        return SourceSpec(child=self.child, output=self.output)

    def __iter__(self) -> Iterator[Any]:
        raise DagsterInvariantError(
            f'The output "{self.output}" of "{self.child}" has no value while the graph is read, so it cannot be '
            "iterated or unpacked. Declare several outputs (out={...}) to unpack, or DynamicOut to map."
        )


class DagsterInvariantError(DagsterInvalidDefinitionError):
    """The body of a graph treats an output as if it were its value."""


class DynamicHandle(OutputHandle):
    """A dynamic output: ``map`` a function of nodes over it, or ``collect`` it into a list."""

    __slots__ = ()

    def map(self, fn: Callable[[Any], Any]) -> Any:
        """Call ``fn`` for each value. What ``fn`` returns can be mapped or collected again."""
        return _as_mapped(fn(OutputHandle(self.child, self.output)))

    def collect(self) -> CollectHandle:
        """All values as one list."""
        return CollectHandle(self.child, self.output)


class CollectHandle(OutputHandle):
    """All values of a dynamic output, as one list."""

    __slots__ = ()

    def source(self) -> SourceSpec:
        return SourceSpec(child=self.child, output=self.output, collect=True)


def _as_mapped(result: Any) -> Any:
    if isinstance(result, OutputHandle):
        return DynamicHandle(result.child, result.output)
    if isinstance(result, tuple) and hasattr(result, "_fields"):
        return type(result)(*(_as_mapped(each) for each in result))
    if isinstance(result, tuple):
        return tuple(_as_mapped(each) for each in result)
    return result


class InputHandle:
    """A parameter of the graph that is being read."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class AssetHandle:
    """An asset that is given to a node as an input: its stored value is loaded."""

    __slots__ = ("key",)

    def __init__(self, key: AssetKey) -> None:
        self.key = key


class Composition:
    """The graph that is being read: its nodes so far, and which of its parameters go where."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.children: dict[str, Child] = {}
        self.input_mappings: list[InputMappingSpec] = []

    def add(self, pending: PendingNodeInvocation, given: Mapping[str, Any]) -> str:
        """Add a node fed by ``given``; return its alias. A second node of a name gets ``_2`` and so on."""
        base = pending.given_alias or pending.definition.name
        alias, number = base, 1
        while alias in self.children:
            if pending.given_alias is not None:
                raise DagsterInvalidDefinitionError(
                    f'The graph "{self.name}" has two nodes under the alias "{alias}". Choose another alias.'
                )
            number += 1
            alias = f"{base}_{number}"
        edges = [
            edge for name, value in given.items() if (edge := self._edge(alias, name, value)) is not None
        ]
        self.children[alias] = Child(
            alias, pending.definition, edges, pending.node_tags, pending.hooks, pending.retry_policy
        )
        return alias

    def _edge(self, alias: str, name: str, value: Any) -> EdgeSpec | None:
        if isinstance(value, InputHandle):
            self.input_mappings.append(
                InputMappingSpec(graph_input=value.name, child=alias, child_input=name)
            )
            return None
        if isinstance(value, OutputHandle):
            return EdgeSpec(input=name, sources=[value.source()])
        if isinstance(value, AssetHandle):
            return EdgeSpec(input=name, sources=[SourceSpec(child="", output=value.key.to_string())])
        if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
            sources = []
            for index, each in enumerate(value):
                if isinstance(each, InputHandle):
                    self.input_mappings.append(
                        InputMappingSpec(graph_input=each.name, child=alias, child_input=name, index=index)
                    )
                    sources.append(SourceSpec(child="", output=""))
                elif isinstance(each, OutputHandle):
                    sources.append(each.source())
                else:
                    raise self._not_an_output(alias, name, each)
            return EdgeSpec(input=name, sources=sources, fan_in=True)
        key = getattr(value, "key", None)
        if isinstance(key, AssetKey):
            return EdgeSpec(input=name, sources=[SourceSpec(child="", output=key.to_string())])
        raise self._not_an_output(alias, name, value)

    def _not_an_output(self, alias: str, name: str, value: Any) -> DagsterInvalidDefinitionError:
        hint = ""
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            hint = f" It has the outputs {', '.join(value._fields)}: pass one of them."
        return DagsterInvalidDefinitionError(
            f'In the graph "{self.name}", the input "{name}" of "{alias}" got {value!r}, which is not the output of a '
            f"node.{hint} Inside a graph only outputs of nodes and parameters of the graph can be passed on."
        )


_current: ContextVar[Composition | None] = ContextVar("headwater_composition", default=None)


def current_composition() -> Composition | None:
    """The graph that is being read right now, if any."""
    return _current.get()


@contextmanager
def composing(name: str) -> Iterator[Composition]:
    """Read a graph: calls of ops inside become its nodes."""
    composition = Composition(name)
    token = _current.set(composition)
    try:
        yield composition
    finally:
        _current.reset(token)


class Pending:
    """What can be placed in a graph under an alias, with tags, hooks or a retry policy of its own."""

    def alias(self, name: str) -> PendingNodeInvocation:
        """A node of this definition under another name."""
        return PendingNodeInvocation(self, given_alias=name)

    def tag(self, tags: Mapping[str, str] | None) -> PendingNodeInvocation:
        """A node of this definition with more tags."""
        return PendingNodeInvocation(self, node_tags=tags)

    def with_hooks(self, hook_defs: Any) -> Any:
        """A node of this definition with hooks."""
        return PendingNodeInvocation(self, hooks=frozenset(hook_defs))


class PendingNodeInvocation:
    """A node which is about to be placed in a graph: call it with its inputs."""

    def __init__(
        self,
        definition: Any,
        given_alias: str | None = None,
        node_tags: Mapping[str, str] | None = None,
        hooks: frozenset[Any] = frozenset(),
        retry_policy: RetryPolicy | None = None,
    ) -> None:
        self.definition = definition
        self.node_def = definition
        self.given_alias = given_alias
        self.node_tags: Mapping[str, str] = {key: str(value) for key, value in (node_tags or {}).items()}
        self.hooks = hooks
        self.retry_policy = retry_policy

    @property
    def name(self) -> str:
        """The name that the node will have."""
        return self.given_alias or self.definition.name

    def _with(self, **changes: Any) -> PendingNodeInvocation:
        arguments: dict[str, Any] = {
            "given_alias": self.given_alias,
            "node_tags": self.node_tags,
            "hooks": self.hooks,
            "retry_policy": self.retry_policy,
        }
        return PendingNodeInvocation(self.definition, **{**arguments, **changes})

    def alias(self, name: str) -> PendingNodeInvocation:
        """The same node under another name."""
        return self._with(given_alias=name)

    def tag(self, tags: Mapping[str, str] | None) -> PendingNodeInvocation:
        """The same node with more tags."""
        return self._with(node_tags={**self.node_tags, **(tags or {})})

    def with_hooks(self, hook_defs: Any) -> PendingNodeInvocation:
        """The same node with more hooks."""
        return self._with(hooks=self.hooks | frozenset(hook_defs))

    def with_retry_policy(self, retry_policy: RetryPolicy) -> PendingNodeInvocation:
        """The same node with another retry policy."""
        return self._with(retry_policy=retry_policy)

    def to_job(self, **arguments: Any) -> Any:
        """A job of this graph under its alias."""
        return self.definition.to_job(**{"name": self.name, **arguments})

    def execute_in_process(self, **arguments: Any) -> Any:
        """Run this graph under its alias in this process."""
        return self.to_job().execute_in_process(**arguments)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        composition = current_composition()
        if composition is None:
            if (
                self.given_alias is None
                and not self.node_tags
                and not self.hooks
                and self.retry_policy is None
            ):
                return self.definition(*args, **kwargs)
            raise DagsterInvalidInvocationError(
                f'"{self.name}" has an alias, tags, hooks or a retry policy, which only mean something inside a graph. '
                "Call it in the body of a @graph or @job."
            )
        names = list(self.definition.input_dict)
        if len(args) > len(names):
            raise DagsterInvalidDefinitionError(
                f'In the graph "{composition.name}", "{self.name}" takes {len(names)} inputs, got {len(args)}.'
            )
        given = dict(zip(names, args, strict=False))
        for name, value in kwargs.items():
            if name not in names:
                raise DagsterInvalidDefinitionError(
                    f'In the graph "{composition.name}", "{self.name}" has no input "{name}"; it has '
                    f"{', '.join(names) or 'none'}."
                )
            if name in given:
                raise DagsterInvalidDefinitionError(
                    f'In the graph "{composition.name}", the input "{name}" of "{self.name}" is given twice.'
                )
            given[name] = value
        alias = composition.add(self, given)
        return _results(alias, self.definition)


def _results(alias: str, definition: Any) -> Any:
    handles = {
        name: (DynamicHandle if getattr(each, "is_dynamic", False) else OutputHandle)(alias, name)
        for name, each in definition.output_dict.items()
    }
    if not handles:
        return None
    if len(handles) == 1:
        return next(iter(handles.values()))
    return namedtuple(f"_{definition.name}_outputs", list(handles))(**handles)
