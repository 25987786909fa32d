"""The plan of a run: its steps in order, and where each input of each step comes from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Union

import msgspec

from headwater.model.errors import DagsterInvalidSubsetError
from headwater.model.key import AssetCheckKey, AssetKey
from headwater.model.manifest import (
    AssetNode,
    ChildSpec,
    Computation,
    EdgeSpec,
    GraphSpec,
    InputSpec,
    Manifest,
    NodeSpec,
    OpSpec,
    OutputSpec,
)
from headwater.model.retry import RetryPolicy
from headwater.planning.asset_graph import AssetGraph


class FromStep(msgspec.Struct, frozen=True, tag="step"):
    """An output of a step of this run. ``collect``: all values of a dynamic output, as a list."""

    step: str
    output: str
    collect: bool = False


class FromAsset(msgspec.Struct, frozen=True, tag="asset"):
    """The stored value of an asset. ``step`` and ``output`` make it within this run, if they do."""

    key: AssetKey
    step: str | None = None
    output: str | None = None


class FromRunInput(msgspec.Struct, frozen=True, tag="run_input"):
    """A value given with the run: an input of the job's graph, or of the step itself in the run's config."""

    name: str
    graph_input: bool = False


class FromDefault(msgspec.Struct, frozen=True, tag="default"):
    """The default that the input declares."""


class FromMany(msgspec.Struct, frozen=True, tag="many"):
    """A list with one value from each source; sources that were skipped are left out."""

    sources: list[Source]


Source = Union[FromStep, FromAsset, FromRunInput, FromDefault, FromMany]  # noqa: UP007 - FromMany holds it


class StepInput(msgspec.Struct, frozen=True, kw_only=True):
    """An input of a step and its source. ``nothing``: it only orders steps, no value is loaded."""

    spec: InputSpec
    source: Source


class StepOutput(msgspec.Struct, frozen=True, kw_only=True):
    """An output of a step, the asset that it is (if any), and the I/O manager that stores it."""

    spec: OutputSpec
    asset_key: AssetKey | None = None
    check_key: AssetCheckKey | None = None
    io_manager_key: str = "io_manager"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One execution of one op.

    ``handle`` is the path of aliases to the op. ``after`` are the steps which must be done before it,
    ``requires`` outputs which must have been given although no input takes them.
    ``mapped_over`` is the dynamic output for each value of which the step runs once; its key then ends in ``[?]``.
    """

    key: str
    handle: tuple[str, ...]
    op_name: str
    inputs: list[StepInput] = []
    outputs: list[StepOutput] = []
    after: list[str] = []
    requires: list[FromStep] = []
    tags: dict[str, str] = {}
    retry_policy: RetryPolicy | None = None
    pool: str | None = None
    computation: str | None = None
    mapped_over: FromStep | None = None
    selected_outputs: list[str] | None = None
    is_observation: bool = False


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The steps of a run, each after the steps that it needs.

    ``stored_inputs`` are assets whose values are loaded and which this run does not make.
    """

    job_name: str
    steps: list[Step]
    asset_keys: list[AssetKey] = []
    check_keys: list[AssetCheckKey] = []

    @property
    def step_keys(self) -> list[str]:
        """The keys of the steps, in order."""
        return [step.key for step in self.steps]

    def get_step(self, key: str) -> Step:
        """The step of that key."""
        return next(step for step in self.steps if step.key == key)


class _Flattening:
    """Turns nested graphs into steps."""

    def __init__(self, computation: str | None = None, is_observation: bool = False) -> None:
        self.steps: list[Step] = []
        self.mapped: dict[str, FromStep | None] = {}
        self.dynamic: set[tuple[str, str]] = set()
        self.computation = computation
        self.is_observation = is_observation

    def add(
        self,
        node: NodeSpec,
        path: tuple[str, ...],
        sources: Mapping[str, Source],
        *,
        tags: Mapping[str, str] = {},
        retry_policy: RetryPolicy | None = None,
        outputs: Mapping[str, StepOutput] | None = None,
        selected: list[str] | None = None,
        after: Collection[str] = (),
        requires: Collection[FromStep] = (),
    ) -> dict[str, FromStep]:
        """Add ``node`` fed by ``sources``; return where each of its outputs comes from."""
        if isinstance(node, OpSpec):
            return self._add_op(
                node, path, sources, tags, retry_policy, outputs or {}, selected, after, requires
            )
        return self._add_graph(
            node, path, sources, tags, retry_policy, outputs or {}, selected, after, requires
        )

    def _add_op(
        self,
        node: OpSpec,
        path: tuple[str, ...],
        sources: Mapping[str, Source],
        tags: Mapping[str, str],
        retry_policy: RetryPolicy | None,
        outputs: Mapping[str, StepOutput],
        selected: list[str] | None,
        after: Collection[str],
        requires: Collection[FromStep],
    ) -> dict[str, FromStep]:
        key = ".".join(path)
        inputs = [StepInput(spec=spec, source=sources.get(spec.name) or _unfed(spec)) for spec in node.inputs]
        needed = dict.fromkeys(after)
        for step_input in inputs:
            needed.update(dict.fromkeys(_steps_of(step_input.source)))
        mapped = self._mapped_over(inputs)
        if mapped is not None:
            key += "[?]"
        self.steps.append(
            Step(
                key=key,
                handle=path,
                op_name=node.name,
                inputs=inputs,
                outputs=[
                    outputs.get(spec.name) or StepOutput(spec=spec, io_manager_key=spec.io_manager_key)
                    for spec in node.outputs
                ],
                after=list(needed),
                requires=list(requires),
                tags={**node.tags, **tags},
                retry_policy=retry_policy or node.retry_policy,
                pool=node.pool,
                computation=self.computation,
                mapped_over=mapped,
                selected_outputs=selected,
                is_observation=self.is_observation,
            )
        )
        self.mapped[key] = mapped
        self.dynamic |= {(key, spec.name) for spec in node.outputs if spec.dynamic}
        return {spec.name: FromStep(key, spec.name) for spec in node.outputs}

    def _mapped_over(self, inputs: Iterable[StepInput]) -> FromStep | None:
        """The dynamic output over which a step with these inputs is mapped, if there is one."""
        for step_input in inputs:
            for source in _single_sources(step_input.source):
                if source.collect:
                    continue
                if (source.step, source.output) in self.dynamic:
                    return source
                inherited = self.mapped.get(source.step)
                if inherited is not None:
                    return inherited
        return None

    def _add_graph(
        self,
        node: GraphSpec,
        path: tuple[str, ...],
        sources: Mapping[str, Source],
        tags: Mapping[str, str],
        retry_policy: RetryPolicy | None,
        outputs: Mapping[str, StepOutput],
        selected: list[str] | None,
        after: Collection[str],
        requires: Collection[FromStep],
    ) -> dict[str, FromStep]:
        made: dict[str, dict[str, FromStep]] = {}
        outer = {(each.child, each.child_output): outputs[each.graph_output] for each in node.output_mappings
                 if each.graph_output in outputs}  # fmt: skip
        for child in _ordered(node.children):
            fed = self._child_sources(node, child, sources, made)
            child_outputs = {
                spec.name: _with_spec(outer[child.alias, spec.name], spec)
                for spec in child.node.outputs
                if (child.alias, spec.name) in outer
            }
            made[child.alias] = self.add(
                child.node,
                (*path, child.alias),
                fed,
                tags={**child.tags, **({} if isinstance(child.node, OpSpec) else tags)},
                retry_policy=child.retry_policy or retry_policy,
                outputs=child_outputs,
                selected=selected,
                after=() if any(edge.sources for edge in child.edges) else after,
                requires=() if any(edge.sources for edge in child.edges) else requires,
            )
        return {
            each.graph_output: made[each.child][each.child_output]
            for each in node.output_mappings
            if each.child in made
        }

    def _child_sources(
        self,
        node: GraphSpec,
        child: ChildSpec,
        sources: Mapping[str, Source],
        made: Mapping[str, Mapping[str, FromStep]],
    ) -> dict[str, Source]:
        mapped = {
            (each.child_input, each.index): sources.get(each.graph_input)
            for each in node.input_mappings
            if each.child == child.alias
        }
        fed: dict[str, Source] = {
            name: source for (name, index), source in mapped.items() if index is None and source is not None
        }
        for edge in child.edges:
            found = [
                source
                for index, spec in enumerate(edge.sources)
                if (source := self._edge_source(edge, index, spec.child, mapped, made)) is not None
            ]
            if edge.fan_in:
                fed[edge.input] = FromMany(found)
            elif found:
                fed[edge.input] = found[0]
        return fed

    def _edge_source(
        self,
        edge: EdgeSpec,
        index: int,
        child: str,
        mapped: Mapping[tuple[str, int | None], Source | None],
        made: Mapping[str, Mapping[str, FromStep]],
    ) -> Source | None:
        spec = edge.sources[index]
        if child:
            if child not in made:
                return None
            source = made[child][spec.output]
            return FromStep(source.step, source.output, collect=True) if spec.collect else source
        if spec.output:
            key = AssetKey.from_db_string(spec.output)
            return FromAsset(key) if key is not None else None
        return mapped.get((edge.input, index))


def _with_spec(output: StepOutput, spec: OutputSpec) -> StepOutput:
    """The asset's output on the op inside the graph which really makes it: the inner one decides unless outer says."""
    return StepOutput(
        spec=spec,
        asset_key=output.asset_key,
        check_key=output.check_key,
        io_manager_key=output.io_manager_key
        if output.io_manager_key != "io_manager"
        else spec.io_manager_key,
    )


def _unfed(spec: InputSpec) -> Source:
    return FromDefault() if spec.has_default else FromRunInput(spec.name)


def _single_sources(source: Source) -> Iterable[FromStep]:
    if isinstance(source, FromStep):
        yield source
    elif isinstance(source, FromMany):
        for each in source.sources:
            yield from _single_sources(each)


def _steps_of(source: Source) -> Iterable[str]:
    step = source.step if isinstance(source, (FromStep, FromAsset)) else None
    if step is not None:
        yield step
    elif isinstance(source, FromMany):
        for each in source.sources:
            yield from _steps_of(each)


def _ordered(children: list[ChildSpec]) -> list[ChildSpec]:
    """The nodes of a graph, each after the nodes that feed it; ties in order of declaration."""
    by_alias = {child.alias: child for child in children}
    done: dict[str, ChildSpec] = {}

    def visit(child: ChildSpec) -> None:
        if child.alias in done:
            return
        for edge in child.edges:
            for source in edge.sources:
                if source.child in by_alias and source.child not in done:
                    visit(by_alias[source.child])
        done[child.alias] = child

    for child in children:
        visit(child)
    return list(done.values())


def build_graph_plan(job_name: str, graph: GraphSpec, given_inputs: Collection[str] = ()) -> Plan:
    """The plan of a job that is a graph of ops."""
    flattening = _Flattening()
    sources: dict[str, Source] = {
        spec.name: FromRunInput(spec.name, graph_input=True)
        for spec in graph.inputs
        if spec.name in given_inputs or not spec.has_default
    }
    flattening.add(graph, (), sources)
    return Plan(job_name=job_name, steps=order_steps(flattening.steps))


def order_steps(steps: Iterable[Step]) -> list[Step]:
    """Steps by how many steps must come before them in a row, then by key: the order in which they are started."""
    by_key = {step.key: step for step in steps}
    level: dict[str, int] = {}
    for step in by_key.values():
        level[step.key] = 1 + max((level[each] for each in step.after if each in level), default=-1)
    return sorted(by_key.values(), key=lambda step: (level[step.key], step.key))


def build_asset_plan(
    job_name: str,
    manifest: Manifest,
    graph: AssetGraph,
    keys: Collection[AssetKey],
    checks: Collection[AssetCheckKey] = (),
) -> Plan:
    """The plan that makes ``keys`` and evaluates ``checks``: each computation once, in the order of the graph.

    Raises :class:`DagsterInvalidSubsetError` when only a part of what must be made together is asked for.
    """
    return _AssetPlanning(job_name, manifest, graph, set(keys), set(checks)).plan()


class _AssetPlanning:
    def __init__(
        self,
        job_name: str,
        manifest: Manifest,
        graph: AssetGraph,
        keys: set[AssetKey],
        checks: set[AssetCheckKey],
    ) -> None:
        self.job_name = job_name
        self.graph = graph
        self.keys = keys
        self.checks = checks
        self.computations = {each.name: each for each in manifest.computations}
        self.made_by: dict[AssetKey, tuple[str, str]] = {}
        self.steps: list[Step] = []
        self.done: dict[str, list[str]] = {}
        self.blocking: dict[AssetKey, list[AssetCheckKey]] = {}
        for check_key in sorted(checks):
            if graph.checks[check_key].blocking:
                self.blocking.setdefault(check_key.asset_key, []).append(check_key)

    def plan(self) -> Plan:
        chosen = self._chosen()
        for name in self._order(chosen):
            self._add(self.computations[name], chosen[name])
        return Plan(
            job_name=self.job_name,
            steps=order_steps(self.steps),
            asset_keys=[key for key in self.graph.order if key in self.keys],
            check_keys=sorted(self.checks),
        )

    def _chosen(self) -> dict[str, list[str]]:
        """The outputs that are wanted of each computation that is needed."""
        wanted: dict[str, set[str]] = {}
        for key in self.graph.order:
            if key in self.keys:
                node = self.graph.nodes[key]
                if node.computation is None:
                    raise DagsterInvalidSubsetError(
                        f"{key.to_user_string()} is made elsewhere (it is external) and cannot be materialised here."
                    )
                wanted.setdefault(node.computation, set()).add(node.output)
        for check_key in self.checks:
            check = self.graph.checks[check_key]
            wanted.setdefault(check.computation, set()).add(check.output)
        return {name: self._complete(self.computations[name], outputs) for name, outputs in wanted.items()}

    def _complete(self, computation: Computation, outputs: set[str]) -> list[str]:
        everything = [name for name, _ in (*computation.assets, *computation.checks)]
        if computation.can_subset:
            return [name for name in everything if name in outputs]
        missing = [key for name, key in computation.assets if name not in outputs]
        if missing and any(name in outputs for name, _ in computation.assets):
            together = ", ".join(key.to_user_string() for _, key in computation.assets)
            raise DagsterInvalidSubsetError(
                f'"{computation.name}" makes {together} together and cannot make only some of them. '
                "Select all of them, or declare it with can_subset=True."
            )
        return everything

    def _order(self, chosen: Mapping[str, list[str]]) -> list[str]:
        """The computations, each after those that make what it needs; ties in order of the asset graph."""
        first_seen: dict[str, None] = {}
        for key in self.graph.order:
            node = self.graph.nodes[key]
            if node.computation is not None and node.computation in chosen and key in self.keys:
                first_seen[node.computation] = None
        for name in chosen:
            first_seen.setdefault(name, None)
        order: dict[str, None] = {}
        visiting: set[str] = set()

        def visit(name: str) -> None:
            if name in order or name in visiting:
                return
            visiting.add(name)
            for key in self._needs(name, chosen[name]):
                node = self.graph.nodes.get(key)
                made_by = node.computation if node is not None and key in self.keys else None
                if made_by is not None and made_by in chosen and made_by != name:
                    visit(made_by)
                for blocking in self._blocking_computations(key, name):
                    if blocking in chosen:
                        visit(blocking)
            order[name] = None

        for name in first_seen:
            visit(name)
        return list(order)

    def _needs(self, name: str, outputs: Collection[str]) -> Iterable[AssetKey]:
        computation = self.computations[name]
        for output, key in computation.assets:
            if output in outputs:
                yield from (dep.key for dep in self.graph.nodes[key].deps)
        for output, check_key in computation.checks:
            if output in outputs:
                yield check_key.asset_key
                yield from (dep.key for dep in self.graph.checks[check_key].deps)
        yield from (key for _, key in computation.inputs)

    def _add(self, computation: Computation, outputs: list[str]) -> None:
        assets = dict(computation.assets)
        checks = dict(computation.checks)
        sources: dict[str, Source] = {}
        for name, key in computation.inputs:
            step, output = self.made_by.get(key, (None, None))
            sources[name] = FromAsset(key, step, output)
        after: dict[str, None] = {}
        requires: list[FromStep] = []
        taken = {key for _, key in computation.inputs}
        for key in self._needs(computation.name, outputs):
            if key in self.made_by and key not in assets.values():
                after[self.made_by[key][0]] = None
                if key not in taken:
                    requires.append(FromStep(*self.made_by[key]))
                for blocking in self._blocking_computations(key, computation.name):
                    after.update(dict.fromkeys(self.done.get(blocking, ())))
        step_outputs = {
            spec.name: StepOutput(
                spec=spec,
                asset_key=assets.get(spec.name),
                check_key=checks.get(spec.name),
                io_manager_key=self._manager(assets.get(spec.name), spec),
            )
            for spec in computation.node.outputs
        }
        flattening = _Flattening(computation.name, computation.is_observation)
        made = flattening.add(
            computation.node,
            (computation.name,),
            sources,
            outputs=step_outputs,
            selected=outputs if computation.can_subset else None,
            after=list(after),
            requires=requires,
        )
        self.steps += flattening.steps
        self.done[computation.name] = [step.key for step in flattening.steps]
        for name, key in computation.assets:
            if name in made and name in outputs:
                self.made_by[key] = (made[name].step, made[name].output)

    def _manager(self, key: AssetKey | None, spec: OutputSpec) -> str:
        node: AssetNode | None = self.graph.nodes.get(key) if key is not None else None
        return node.io_manager_key if node is not None else spec.io_manager_key

    def _blocking_computations(self, key: AssetKey, name: str) -> Iterable[str]:
        """What evaluates blocking checks of an asset; whatever else needs the asset waits for it."""
        if not self.computations[name].assets:
            return
        for check_key in self.blocking.get(key, ()):
            computation = self.graph.checks[check_key].computation
            if computation != name:
                yield computation
