"""Everything that a run of a job can be configured with, as one schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headwater.definitions.config_check import check_config
from headwater.definitions.config_field import Field, Permissive, Shape
from headwater.definitions.config_mapping import ConfigMapping
from headwater.definitions.config_schema import resolve_config_schema
from headwater.definitions.config_type import ANY
from headwater.definitions.console_logger import default_loggers
from headwater.definitions.graph import GraphDefinition
from headwater.definitions.job import JobDefinition
from headwater.definitions.logger import loggers_field
from headwater.definitions.repository import repository_of
from headwater.definitions.resource_set import ResourceSet
from headwater.definitions.run_config import RunConfig, run_config_dict
from headwater.model.errors import ParameterCheckError
from headwater.model.run import job_phrase


def run_config_schema(job: JobDefinition) -> Shape:
    """The sections ``ops``, ``resources``, ``loggers``, ``execution`` and ``inputs`` of the run config of ``job``."""
    repository = repository_of(job)
    return Shape(
        {
            "ops": Field.of(Shape({name: _field(node) for name, node in top_nodes(job).items()})),
            "resources": Field.of(_resources(job)),
            "loggers": loggers_field(job.loggers or repository.loggers or default_loggers()),
            "execution": Field.of(Permissive({}), {}),
            "inputs": Field.of(Permissive({}), is_required=False),
        }
    )


def validate_run_config(job_def: JobDefinition, run_config: Any = None) -> Mapping[str, Any]:
    """The run config (without one, what the job brings itself) with all defaults; environment variables are not read.

    Raises ``DagsterInvalidConfigError`` with everything that is wrong.

    >>> validate_run_config(nightly, {"ops": {"collect": {"config": {"days": 3}}}})
    """
    if not isinstance(job_def, JobDefinition):
        raise ParameterCheckError(
            f"validate_run_config takes a job, not {job_def!r}. A job of assets is had from its definitions: "
            "defs.resolve_job_def(name)."
        )
    brought = job_def.config
    if isinstance(brought, ConfigMapping):
        mapped = brought.resolve_from_unvalidated_config(
            run_config_dict(run_config), what=job_phrase(job_def.name)
        )
        given = dict(mapped)
    else:
        given = run_config_dict(
            run_config or (brought if isinstance(brought, (Mapping, RunConfig)) else None)
        )
    sections = {("ops" if name == "solids" else name): value for name, value in given.items()}
    checked: Mapping[str, Any] = check_config(
        run_config_schema(job_def), sections, what=job_phrase(job_def.name), resolve=False
    )
    return checked


def top_nodes(job: JobDefinition) -> dict[str, Any]:
    """The definitions at the top of a job: its graph's nodes, or the computations of its assets and checks."""
    if job.graph is not None:
        return {alias: child.definition for alias, child in job.graph.children.items()}
    repository = repository_of(job)
    graph = repository.asset_graph
    names = [graph.nodes[key].computation for key in job.asset_keys or ()]
    names += [graph.checks[key].computation for key in job.check_keys]
    return {name: repository.computations[name].node_def for name in names if name is not None}


def _required_resources(job: JobDefinition) -> set[str]:
    if job.graph is not None:
        return set(job.required_resource_keys)
    return {
        key for name in top_nodes(job) for key in repository_of(job).computations[name].required_resource_keys
    }


def _resources(job: JobDefinition) -> Shape:
    """The resources that the job needs, and, without being asked for, all others that it could have."""
    repository = repository_of(job)
    resources = ResourceSet({**repository.resources, **repository.asset_resources, **job.resource_defs})
    needed = resources.order(key for key in sorted(_required_resources(job)) if key in resources.definitions)
    others = {
        name: Field.of(field.config_type, is_required=False)
        for name, field in resources.schema().fields.items()
        if name not in needed
    }
    own = {"io_manager": Field.of(ANY, is_required=False)}  # every run has one, whoever gives it
    return Shape({**own, **others, **resources.schema(needed).fields})


def _field(node: Any) -> Field:
    """What a run may say about a node: an op's config, or what a graph's inner nodes take."""
    parts = {
        "inputs": Field.of(Permissive({}), is_required=False),
        "outputs": Field.of(ANY, is_required=False),
    }
    if not isinstance(node, GraphDefinition):
        return Field.of(Shape({"config": resolve_config_schema(node.config_schema).as_field(), **parts}))
    if isinstance(node.config_mapping, ConfigMapping):
        return Field.of(Shape({"config": node.config_mapping.config_schema.as_field(), **parts}))
    inner = Shape({alias: _field(child.definition) for alias, child in node.children.items()})
    return Field.of(Shape({"ops": Field.of(inner), **parts}))
