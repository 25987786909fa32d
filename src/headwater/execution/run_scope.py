"""One run while it runs: its definitions, resources and events, and what its steps have made so far."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from headwater.definitions.assets_definition import AssetsDefinition
from headwater.definitions.graph import GraphDefinition
from headwater.definitions.job import JobDefinition
from headwater.definitions.op import OpDefinition
from headwater.definitions.output import DataProvenance, DataVersion
from headwater.definitions.repository import RepositoryDefinition
from headwater.definitions.resource_set import ResourceSet
from headwater.execution.committed import Committed
from headwater.execution.run_config import ResolvedRunConfig
from headwater.model.event import Event, EventData, EventKind
from headwater.model.key import AssetKey
from headwater.model.retry import RetryPolicy
from headwater.model.run import DagsterRun
from headwater.planning.plan import Plan, Step
from headwater.ports.event_log import EventLog

CODE_VERSION_TAG = "dagster/code_version"
DATA_VERSION_TAG = "dagster/data_version"
_INPUT_VERSION_TAG = "dagster/input_data_version/"
_UNKNOWN_VERSION = "INITIAL"


class RunScope:
    """Everything that the steps of one run share.

    ``record`` takes each event. ``event_log`` is asked for what earlier runs have made. ``values`` gathers outputs
    where the caller wants them; None where they would only fill memory. ``committed`` are the steps that an earlier run
    has done and this one loads from, ``wanted`` the keys of the only steps to run, where not all are, and ``made_before``
    the outputs (step and name) of steps to run which were given before.
    """

    def __init__(
        self,
        *,
        repository: RepositoryDefinition,
        job: JobDefinition,
        plan: Plan,
        run: DagsterRun,
        config: ResolvedRunConfig,
        resources: ResourceSet,
        event_log: EventLog,
        record: Callable[[Event], None],
        instance: Any = None,
        input_values: Mapping[str, Any] | None = None,
        values: dict[tuple[str, str, str | None], Any] | None = None,
        committed: Mapping[str, Committed] | None = None,
        wanted: Collection[str] | None = None,
        made_before: Collection[tuple[str, str]] = (),
    ) -> None:
        self.repository = repository
        self.job = job
        self.plan = plan
        self.run = run
        self.config = config
        self.resources = resources
        self.event_log = event_log
        self.record = record
        self.instance = instance
        self.input_values: Mapping[str, Any] = input_values or {}
        self.values = values
        self.committed: Mapping[str, Committed] = committed or {}
        self.wanted = wanted
        self.made_before = made_before
        self.steps: dict[str, Step] = {step.key: step for step in plan.steps}
        self._versions: dict[AssetKey, str] = {}

    # -- events -------------------------------------------------------------------------------------------------

    def emit(
        self,
        kind: EventKind,
        message: str = "",
        data: EventData | None = None,
        *,
        step_key: str | None = None,
        level: int = logging.DEBUG,
    ) -> Event:
        """Record an event of this run."""
        event = Event(
            kind=kind,
            run_id=self.run.run_id,
            timestamp=time.time(),
            job_name=self.run.job_name,
            step_key=step_key,
            message=message,
            level=level,
            data=data,
        )
        self.record(event)
        return event

    # -- definitions --------------------------------------------------------------------------------------------

    def retry_policy(self, step: Step) -> RetryPolicy | None:
        """The policy that a step is under: its own, else the job's."""
        return step.retry_policy or self.job.op_retry_policy

    def find_op(self, step: Step) -> tuple[OpDefinition, AssetsDefinition | None]:
        """The op that a step runs, and the assets that it belongs to."""
        assets_def: AssetsDefinition | None = None
        if step.computation is not None:
            assets_def = self.repository.computations[step.computation]
            node = assets_def.node_def
            path = step.handle[1:]
        else:
            assert self.job.graph is not None
            node, path = self.job.graph, step.handle
        for alias in path:
            node = node.children[alias].definition
        assert isinstance(node, OpDefinition)
        return node, assets_def

    def find_hooks(self, step: Step) -> frozenset[Any]:
        """The hooks of a step: the job's, its graph's nodes' and its own."""
        hooks = self.job.hook_defs
        node: Any = self.job.graph
        path = step.handle
        if step.computation is not None:
            definition = self.repository.computations[step.computation]
            hooks = hooks | definition.hook_defs
            node, path = definition.node_def, step.handle[1:]
        for alias in path:
            if not isinstance(node, GraphDefinition):
                break
            child = node.children[alias]
            hooks = hooks | child.hooks
            node = child.definition
        return hooks

    # -- resources ----------------------------------------------------------------------------------------------

    def required_resources(self, *, with_managers: bool = True) -> dict[str, str]:
        """Which resources the steps need, and who needs each. I/O managers are made only when a value comes."""
        needs: dict[str, str] = {}
        for step in self.plan.steps:
            if step.key in self.committed:
                continue
            keys = self.step_resources(step)
            if with_managers:
                keys |= {each.io_manager_key for each in step.outputs if not each.spec.nothing}
                keys |= {each.spec.manager_key for each in step.inputs if each.spec.manager_key is not None}
            for key in keys:
                needs.setdefault(key, f'"{step.key}"')
        return needs

    def step_resources(self, step: Step) -> set[str]:
        """The resources that the op of a step and its hooks need."""
        op_def, _ = self.find_op(step)
        return set(op_def.required_resource_keys).union(
            *(hook.required_resource_keys for hook in self.find_hooks(step))
        )

    def resource_config(self, key: str) -> Any:
        """What the run's config says for a resource; None where it says nothing."""
        section = self.config.resources.get(key)
        return section.get("config") if isinstance(section, Mapping) else None

    # -- versions -----------------------------------------------------------------------------------------------

    def version_of(self, key: AssetKey) -> str:
        """The data version of an asset as it stands now: as it was made, or observed where it is made elsewhere."""
        known = self._versions.get(key)
        if known is None:
            known = self._recorded_tags(key).get(DATA_VERSION_TAG) or _UNKNOWN_VERSION
            self._versions[key] = known
        return known

    def _recorded_tags(self, key: AssetKey) -> Mapping[str, str]:
        node = self.repository.asset_graph.nodes.get(key)
        record = self.event_log.latest_materialization(key)
        if record is None or (node is not None and not node.is_materializable):
            record = self.event_log.latest_observations([key]).get(key) or record
        told = (record.asset_materialization or record.asset_observation) if record is not None else None
        return told.tags if told is not None else {}

    def note_version(self, key: AssetKey, version: str) -> None:
        """Remember the version of an asset that this run has made."""
        self._versions[key] = version

    def version_tags(self, key: AssetKey, stated: DataVersion | None) -> dict[str, str]:
        """The tags by which a materialisation tells what it was made from.

        The version is what the user states; else it is computed from the code version and the versions of the
        inputs, so that it changes exactly when one of these does. Without a code version every run is a new one.
        """
        node = self.repository.asset_graph.nodes.get(key)
        deps = [dep.key for dep in node.deps] if node is not None else []
        inputs = {dep: self.version_of(dep) for dep in deps}
        code = (node.code_version if node is not None else None) or self.run.run_id
        if stated is not None:
            version = stated.value
        else:
            text = "|".join([code, *(inputs[dep] for dep in sorted(inputs))])
            version = hashlib.sha256(text.encode()).hexdigest()
        tags = {CODE_VERSION_TAG: code, DATA_VERSION_TAG: version}
        for dep, value in inputs.items():
            tags[_INPUT_VERSION_TAG + dep.to_user_string()] = value
        if stated is not None:
            tags["dagster/data_version_is_user_provided"] = "true"
        self.note_version(key, version)
        return tags

    def get_provenance(self, key: AssetKey) -> DataProvenance | None:
        """What the newest materialisation of an asset was made from, if it is known."""
        record = self.event_log.latest_materialization(key)
        made = record.asset_materialization if record is not None else None
        if made is None or CODE_VERSION_TAG not in made.tags:
            return None
        inputs = {
            AssetKey.from_user_string(tag.removeprefix(_INPUT_VERSION_TAG)): DataVersion(value)
            for tag, value in made.tags.items()
            if tag.startswith(_INPUT_VERSION_TAG)
        }
        return DataProvenance(
            made.tags[CODE_VERSION_TAG],
            inputs,
            is_user_provided="dagster/data_version_is_user_provided" in made.tags,
        )
