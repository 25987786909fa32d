"""The config of a run: checked as a whole before anything runs, then handed out op by op."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from headwater.definitions.assets_definition import AssetsDefinition
from headwater.definitions.config_check import check_config
from headwater.definitions.config_field import Field, Permissive, Shape
from headwater.definitions.config_mapping import ConfigMapping
from headwater.definitions.config_schema import resolve_config_schema
from headwater.definitions.config_type import ANY
from headwater.definitions.graph import GraphDefinition
from headwater.definitions.job import JobDefinition
from headwater.definitions.run_config import run_config_dict
from headwater.model.config_finding import ConfigFinding
from headwater.model.errors import DagsterInvalidConfigError
from headwater.model.run import job_phrase
from headwater.planning.plan import FromRunInput, Plan

Handle = tuple[str, ...]

_OPEN = Field.of(Permissive({}), is_required=False)
_PLAIN_OP = Field.of(
    Shape(
        {
            "config": Field.of(ANY, is_required=False),
            "inputs": _OPEN,
            "outputs": Field.of(ANY, is_required=False),
        }
    ),
    is_required=False,
)


class ResolvedRunConfig:
    """What a run was given: config and inputs by op, and the sections for resources, loggers and execution."""

    def __init__(self, sections: Mapping[str, Any]) -> None:
        self.op_config: dict[Handle, Any] = {}
        self.op_inputs: dict[Handle, dict[str, Any]] = {}
        self.op_outputs: dict[Handle, Any] = {}
        self.resources: Mapping[str, Any] = sections.get("resources") or {}
        self.loggers: Mapping[str, Any] = sections.get("loggers") or {}
        self.execution: Mapping[str, Any] = sections.get("execution") or {}
        self.inputs: Mapping[str, Any] = sections.get("inputs") or {}


def default_run_config(job: JobDefinition, names: Collection[str] | None = None) -> dict[str, Any]:
    """The config that the job itself brings; only for the ops of these ``names``, when only they are run."""
    if job.config is None or isinstance(job.config, ConfigMapping) or hasattr(job.config, "partitions_def"):
        return {}
    config = run_config_dict(job.config)
    if names is not None and isinstance(config.get("ops"), Mapping):
        config["ops"] = {name: each for name, each in config["ops"].items() if name in names}
    return config


def resolve_run_config(
    job: JobDefinition, nodes: Mapping[str, Any], run_config: Any
) -> tuple[ResolvedRunConfig, dict[str, Any]]:
    """Check ``run_config`` against everything that ``nodes`` (by name) take; return it resolved, and as given.

    Raises ``DagsterInvalidConfigError`` with everything that is wrong.
    """
    given = over_default(job, nodes, run_config) if run_config else default_run_config(job)
    sections = given
    if isinstance(job.config, ConfigMapping):
        sections = job.config.resolve_from_unvalidated_config(given, what=job_phrase(job.name))
    sections = {("ops" if name == "solids" else name): value for name, value in (sections or {}).items()}
    _check(job, nodes, sections)
    resolved = ResolvedRunConfig(sections)
    _distribute(nodes, sections.get("ops") or {}, (), resolved)
    return resolved, given


def over_default(job: JobDefinition, nodes: Collection[str], run_config: Any) -> dict[str, Any]:
    """What a run is given, over what the job brings: of each op, resource or logger, one or the other."""
    given, default = run_config_dict(run_config), default_run_config(job, nodes)
    merged = {**default, **given}
    for section in default.keys() & given.keys():
        if isinstance(default[section], Mapping) and isinstance(given[section], Mapping):
            merged[section] = {**default[section], **given[section]}
    return merged


def _check(job: JobDefinition, nodes: Mapping[str, Any], sections: Mapping[str, Any]) -> None:
    if not sections and not any(_takes_config(node) for node in nodes.values()):
        return
    schema = Shape(
        {
            "ops": Field.of(Shape({name: _field(node) for name, node in nodes.items()})),
            "resources": _OPEN,
            "loggers": _OPEN,
            "execution": _OPEN,
            "inputs": _OPEN,
        }
    )
    check_config(schema, dict(sections), what=job_phrase(job.name), resolve=False)


def _takes_config(node: Any) -> bool:
    if isinstance(node, GraphDefinition):
        return node.config_mapping is not None or any(
            _takes_config(each.definition) for each in node.children.values()
        )
    return node.config_schema is not None


def _field(node: Any) -> Field:
    if isinstance(node, GraphDefinition):
        if isinstance(node.config_mapping, ConfigMapping):
            return Field.of(
                Shape({"config": node.config_mapping.config_schema.as_field(), "inputs": _OPEN, "ops": _OPEN})
            )
        inner = Shape({alias: _field(child.definition) for alias, child in node.children.items()})
        return Field.of(Shape({"ops": Field.of(inner), "inputs": _OPEN, "outputs": _OPEN}))
    if node.config_schema is None:
        return _PLAIN_OP
    return Field.of(
        Shape(
            {
                "config": resolve_config_schema(node.config_schema).as_field(),
                "inputs": _OPEN,
                "outputs": Field.of(ANY, is_required=False),
            }
        )
    )


def _distribute(
    nodes: Mapping[str, Any], ops: Mapping[str, Any], path: Handle, resolved: ResolvedRunConfig
) -> None:
    for name, node in nodes.items():
        section = ops.get(name) or {}
        handle = (*path, name)
        if section.get("inputs"):
            resolved.op_inputs[handle] = section["inputs"]
        if section.get("outputs"):
            resolved.op_outputs[handle] = section["outputs"]
        if isinstance(node, GraphDefinition):
            inner = section.get("ops") or section.get("solids") or {}
            if isinstance(node.config_mapping, ConfigMapping):
                mapped = node.config_mapping.resolve_from_unvalidated_config(
                    section.get("config"), what=f'graph "{node.name}"'
                )
                inner = mapped.get("ops", mapped) if isinstance(mapped, Mapping) else {}
            _distribute(
                {alias: child.definition for alias, child in node.children.items()}, inner, handle, resolved
            )
        elif "config" in section:
            resolved.op_config[handle] = section["config"]


def check_inputs(plan: Plan, config: ResolvedRunConfig, input_values: Mapping[str, Any]) -> None:
    """Find inputs that nothing feeds. Raises ``DagsterInvalidConfigError`` naming all of them."""
    findings = []
    for step in plan.steps:
        for step_input in step.inputs:
            source, spec = step_input.source, step_input.spec
            if (
                not isinstance(source, FromRunInput)
                or spec.nothing
                or spec.manager_key is not None
                or spec.has_default
            ):
                continue
            given = spec.name in config.op_inputs.get(step.handle, {})
            if source.graph_input:
                given = given or source.name in input_values or source.name in config.inputs
            if not given:
                path: tuple[str, ...] = ("ops", *step.handle, "inputs", spec.name)
                findings.append(
                    ConfigFinding(
                        path=path,
                        reason="missing",
                        message=f'{" -> ".join(path)}: nothing feeds the input "{spec.name}" of "{step.key}". Connect it, '
                        "give it a default, or give its value here.",
                    )
                )
    if findings:
        raise DagsterInvalidConfigError(f"Inputs of {job_phrase(plan.job_name)} are missing.", findings)


def nodes_of(
    job: JobDefinition, computations: Mapping[str, AssetsDefinition], names: Iterable[str]
) -> dict[str, Any]:
    """The definitions at the top of a job: its graph's nodes, or the computations of its assets."""
    if job.graph is not None:
        return {alias: child.definition for alias, child in job.graph.children.items()}
    return {name: computations[name].node_def for name in names}
