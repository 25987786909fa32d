"""The manifest: everything that leaves the process which holds the user's code, as plain values.

Functions stay behind. Planning, services and pages work on these specs alone.
"""

from __future__ import annotations

from typing import Any, Union

import msgspec

from headwater.model.automation_condition import AnyAutomationCondition
from headwater.model.freshness_spec import FreshnessSpec
from headwater.model.key import AssetCheckKey, AssetKey
from headwater.model.metadata import AnyMetadataValue
from headwater.model.partition import BackfillPolicy
from headwater.model.partition_spec import PartitionMappingSpec, PartitionsSpec
from headwater.model.retry import RetryPolicy


class SourceLocation(msgspec.Struct, frozen=True, gc=False):
    """Where in the user's code something is declared."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class InputSpec(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """An input of an op or graph. ``nothing``: it orders steps and carries no value."""

    name: str
    type_name: str = "Any"
    nothing: bool = False
    has_default: bool = False
    manager_key: str | None = None
    description: str | None = None


class OutputSpec(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """An output of an op or graph."""

    name: str
    type_name: str = "Any"
    nothing: bool = False
    required: bool = True
    dynamic: bool = False
    io_manager_key: str = "io_manager"
    description: str | None = None


class OpSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="op"):
    """A function with its inputs, outputs and needs."""

    name: str
    inputs: list[InputSpec] = []
    outputs: list[OutputSpec] = []
    resource_keys: list[str] = []
    tags: dict[str, str] = {}
    retry_policy: RetryPolicy | None = None
    pool: str | None = None
    config_schema: Any = None
    description: str | None = None


class SourceSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where an input of a graph's node comes from: an output of a sibling, all of a dynamic one if ``collect``."""

    child: str
    output: str = "result"
    collect: bool = False


class EdgeSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The sources of one input; several make a list of values (fan-in)."""

    input: str
    sources: list[SourceSpec]
    fan_in: bool = False


class InputMappingSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An input of a graph that is handed to an input of one of its nodes (at ``index`` of a fan-in)."""

    graph_input: str
    child: str
    child_input: str
    index: int | None = None


class OutputMappingSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An output of a graph and the output of the node that makes it."""

    graph_output: str
    child: str
    child_output: str


class ChildSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A node inside a graph, under its alias."""

    alias: str
    node: NodeSpec
    edges: list[EdgeSpec] = []
    tags: dict[str, str] = {}
    retry_policy: RetryPolicy | None = None


class GraphSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="graph"):
    """Nodes and how their outputs flow into each other."""

    name: str
    inputs: list[InputSpec] = []
    outputs: list[OutputSpec] = []
    children: list[ChildSpec] = []
    input_mappings: list[InputMappingSpec] = []
    output_mappings: list[OutputMappingSpec] = []
    tags: dict[str, str] = {}
    description: str | None = None


NodeSpec = Union[OpSpec, GraphSpec]  # noqa: UP007 - ChildSpec names it before it is there


class AssetDepSpec(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """An upstream asset; ``input`` is the parameter that receives its value, None where none does.

    ``mapping`` is how partitions belong together, where that is declared; None: as fits the partitions of the two.
    """

    key: AssetKey
    input: str | None = None
    mapping: PartitionMappingSpec | None = None


class AssetNode(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An asset. ``computation`` names what makes it; None: it is made elsewhere (external).

    ``declared`` is false for one that is only named as a dependency. ``partitions`` may be left away where only a
    glance at the asset is given; ``is_partitioned`` stays. One that ``is_virtual`` (a view) is as new as what it is made
    of: automation conditions look through it.
    """

    key: AssetKey
    computation: str | None = None
    output: str = "result"
    deps: list[AssetDepSpec] = []
    kind: str = "materializable"
    group_name: str = "default"
    description: str | None = None
    tags: dict[str, str] = {}
    metadata: dict[str, AnyMetadataValue] = {}
    owners: list[str] = []
    kinds: list[str] = []
    code_version: str | None = None
    io_manager_key: str = "io_manager"
    required: bool = True
    declared: bool = True
    is_partitioned: bool = False
    partitions: PartitionsSpec | None = None
    backfill_policy: BackfillPolicy | None = None
    freshness: FreshnessSpec | None = None
    is_virtual: bool = False
    source: SourceLocation | None = None

    @property
    def parent_keys(self) -> set[AssetKey]:
        """The assets that it depends on."""
        return {dep.key for dep in self.deps}

    @property
    def is_materializable(self) -> bool:
        """Whether a run can make it."""
        return self.kind == "materializable"

    @property
    def is_executable(self) -> bool:
        """Whether a run can make or observe it."""
        return self.computation is not None


class CheckNode(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A check of an asset, and the computation that evaluates it."""

    key: AssetCheckKey
    computation: str
    output: str
    blocking: bool = False
    description: str | None = None
    deps: list[AssetDepSpec] = []
    source: SourceLocation | None = None


class Computation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An op or graph that makes assets or evaluates checks; which input and output belongs to which of them.

    ``can_subset``: it may be asked for some of its assets only.
    """

    name: str
    node: NodeSpec
    assets: list[tuple[str, AssetKey]] = []
    checks: list[tuple[str, AssetCheckKey]] = []
    inputs: list[tuple[str, AssetKey]] = []
    can_subset: bool = False
    is_observation: bool = False


class JobNode(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A job: a graph of ops, or a selection of assets (then ``graph`` is None).

    ``partitions`` are those that it declares itself; a job of assets without any has those of its assets.
    """

    name: str
    graph: GraphSpec | None = None
    assets: list[AssetKey] = []
    checks: list[AssetCheckKey] = []
    tags: dict[str, str] = {}
    metadata: dict[str, AnyMetadataValue] = {}
    description: str | None = None
    executor: str = "multi_or_in_process_executor"
    partitions: PartitionsSpec | None = None


class ScheduleNode(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A schedule: when (cron expressions, in a time zone) and which job."""

    name: str
    cron_schedules: list[str]
    job_name: str
    timezone: str = "UTC"
    default_status: str = "STOPPED"
    description: str | None = None
    tags: dict[str, str] = {}


class AutomationNode(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An automation condition, and the assets and checks that have it."""

    condition: AnyAutomationCondition
    assets: list[AssetKey] = []
    checks: list[AssetCheckKey] = []


class AutomationTarget(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which assets and checks a sensor of automation conditions looks after, and the tags of the runs it asks for.

    ``default_condition`` is that of the assets without one of their own.
    """

    assets: list[AssetKey] = []
    checks: list[AssetCheckKey] = []
    run_tags: dict[str, str] = {}
    default_condition: AnyAutomationCondition | None = None


class SensorNode(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A sensor: how often it looks, and which jobs it may ask for.

    One with an ``automation`` evaluates conditions: for it no user code is needed.
    """

    name: str
    job_names: list[str] = []
    minimum_interval_seconds: float = 30
    default_status: str = "STOPPED"
    description: str | None = None
    tags: dict[str, str] = {}
    automation: AutomationTarget | None = None


class ResourceNode(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A resource: its key and the class or function behind it. Never its values: they may be secrets."""

    key: str
    type_name: str
    description: str | None = None


class Manifest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A code location as values."""

    location: str = ""
    assets: list[AssetNode] = []
    checks: list[CheckNode] = []
    computations: list[Computation] = []
    jobs: list[JobNode] = []
    schedules: list[ScheduleNode] = []
    sensors: list[SensorNode] = []
    automation: list[AutomationNode] = []
    resources: list[ResourceNode] = []
