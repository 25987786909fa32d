"""What the server shows: the code locations as values, their asset graph, and the history beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from headwater.instance.instance import DagsterInstance
from headwater.instance.supervisor import Supervisor
from headwater.model.key import AssetKey
from headwater.model.manifest import AssetNode, Manifest, ScheduleNode, SensorNode
from headwater.model.tick import AutomationId
from headwater.planning.asset_graph import AssetGraph
from headwater.ports.code_host import LocationState
from headwater.ports.event_log import EventLog
from headwater.ports.run_store import RunStore
from headwater.server.refusal import Refusal, refuse_unknown

_SECONDS_TO_LOAD = 30.0


class Location:
    """The code locations of a project as one, and the instance that holds their history. No user code is imported here.

    With a ``supervisor`` they are what it has loaded now, and it carries out what is asked for; without one they are
    ``manifest``, and are only shown.
    """

    def __init__(
        self,
        instance: DagsterInstance,
        manifest: Manifest | None = None,
        supervisor: Supervisor | None = None,
    ) -> None:
        self.instance = instance
        self._supervisor = supervisor
        self._fixed = manifest or Manifest()
        self._versions: tuple[int, ...] | None = None
        self._merged = self._fixed
        self._graph = AssetGraph(self._fixed.assets, self._fixed.checks)

    # -- the definitions -------------------------------------------------------------------------------------------

    @property
    def states(self) -> list[LocationState]:
        """Each code location, and how its code stands."""
        if self._supervisor is None:
            return [LocationState(name=self._fixed.location, manifest=self._fixed, version=1)]
        return self._supervisor.locations

    @property
    def manifest(self) -> Manifest:
        """What all code locations define."""
        self._follow()
        return self._merged

    @property
    def asset_graph(self) -> AssetGraph:
        """All assets."""
        self._follow()
        return self._graph

    def _follow(self) -> None:
        """Take over what was loaded since the last time."""
        if self._supervisor is None:
            return
        if self._versions is None:  # who comes first waits for the code, instead of seeing nothing
            self._supervisor.wait_loaded(_SECONDS_TO_LOAD)
        states = self._supervisor.locations
        versions = tuple(state.version for state in states)
        if versions != self._versions:
            self._merged = merge_manifests([each.manifest for each in states if each.manifest is not None])
            self._graph = AssetGraph(self._merged.assets, self._merged.checks)
            self._versions = versions

    def location_of(self, keys: Iterable[AssetKey]) -> str:
        """The one location that makes all these assets. Raises :class:`Refusal` (400) when there are several."""
        wanted = set(keys)
        found = [
            state.name
            for state in self.states
            if state.manifest is not None
            and any(node.key in wanted and node.is_executable for node in state.manifest.assets)
        ]
        if len(found) != 1:
            where = f"in {', '.join(found)}; launch a run for each" if found else "nowhere"
            raise Refusal(400, "SeveralLocations", f"These assets are made {where}.")
        return found[0]

    def home_of(self, key: AssetKey) -> str:
        """The location that knows most of an asset: the one that makes it, else one that names it."""
        having = [
            (node.is_executable, node.declared, state.name)
            for state in self.states
            if state.manifest is not None
            for node in state.manifest.assets
            if node.key == key
        ]
        if not having:
            raise refuse_unknown("AssetNotFound", "asset", key.to_user_string(), ())
        return max(having)[2]

    def location_of_job(self, name: str, location: str | None = None) -> str:
        """The location that has a job; ``location`` says which, where several have. Raises :class:`Refusal` (404, 400)."""
        found = [
            state.name
            for state in self.states
            if state.manifest is not None
            and any(job.name == name for job in state.manifest.jobs)
            and location in (None, state.name)
        ]
        if not found:
            raise refuse_unknown("JobNotFound", "job", name, [job.name for job in self.manifest.jobs])
        if len(found) > 1:
            raise Refusal(400, "SeveralLocations", f"Say which location: {', '.join(found)}.")
        return found[0]

    def automations(self) -> list[tuple[AutomationId, ScheduleNode | SensorNode]]:
        """All schedules and sensors."""
        found: list[tuple[AutomationId, ScheduleNode | SensorNode]] = []
        for state in self.states:
            if state.manifest is not None:
                found += [(AutomationId(state.name, each.name), each) for each in state.manifest.schedules]
                found += [(AutomationId(state.name, each.name), each) for each in state.manifest.sensors]
        return found

    def resolve_automation(self, location: str, name: str) -> tuple[AutomationId, ScheduleNode | SensorNode]:
        """The schedule or sensor of that name. Raises :class:`Refusal` (404)."""
        for automation, node in self.automations():
            if automation == AutomationId(location, name):
                return automation, node
        known = [each.name for each, _ in self.automations()]
        raise refuse_unknown("AutomationNotFound", "schedule or sensor", name, known)

    def resolve_asset(self, text: str) -> AssetNode:
        """The asset that a URL names by its escaped user string. Raises :class:`Refusal` (404)."""
        key = AssetKey.from_escaped_user_string(text)
        node = self.asset_graph.nodes.get(key)
        if node is None:
            known = [each.to_user_string() for each in self.asset_graph.nodes]
            raise refuse_unknown("AssetNotFound", "asset", key.to_user_string(), known)
        return node

    # -- the history -----------------------------------------------------------------------------------------------

    @property
    def event_log(self) -> EventLog:
        """The events of the instance."""
        return self.instance.storage.event_log

    @property
    def runs(self) -> RunStore:
        """The runs of the instance."""
        return self.instance.storage.runs

    def newest_number(self) -> int:
        """The number of the newest event: it grows with every change of runs and assets."""
        return self.event_log.append([])

    # -- doing -----------------------------------------------------------------------------------------------------

    @property
    def can_write(self) -> bool:
        """Whether this server carries out anything."""
        return self._supervisor is not None

    @property
    def supervisor(self) -> Supervisor:
        """What carries out. Raises :class:`Refusal` (409) where this server only shows."""
        if self._supervisor is None:
            raise Refusal(
                409, "OnlyShows", "This server only shows. `headwater dev` starts one that runs things."
            )
        return self._supervisor


def merge_manifests(manifests: Sequence[Manifest]) -> Manifest:
    """Several as one. An asset that one location makes and another names is the one that is made."""
    assets: dict[AssetKey, AssetNode] = {}
    for manifest in manifests:
        for node in manifest.assets:
            known = assets.get(node.key)
            if known is None or (node.is_executable and not known.is_executable):
                assets[node.key] = node
    return Manifest(
        location=manifests[0].location if len(manifests) == 1 else "",
        assets=list(assets.values()),
        checks=[each for manifest in manifests for each in manifest.checks],
        computations=[each for manifest in manifests for each in manifest.computations],
        jobs=[each for manifest in manifests for each in manifest.jobs],
        schedules=[each for manifest in manifests for each in manifest.schedules],
        sensors=[each for manifest in manifests for each in manifest.sensors],
        resources=[each for manifest in manifests for each in manifest.resources],
    )
