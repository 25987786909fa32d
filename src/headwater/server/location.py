"""What the server shows: the manifest of a code location, its asset graph, and the history beside it."""

from __future__ import annotations

from headwater.instance.instance import DagsterInstance
from headwater.model.key import AssetKey
from headwater.model.manifest import AssetNode, Manifest
from headwater.planning.asset_graph import AssetGraph
from headwater.ports.event_log import EventLog
from headwater.ports.run_store import RunStore
from headwater.server.refusal import Refusal


class Location:
    """A code location as values, and the instance that holds its history. No user code is imported here."""

    def __init__(self, instance: DagsterInstance, manifest: Manifest) -> None:
        self.instance = instance
        self.manifest = manifest
        self.asset_graph = AssetGraph(manifest.assets, manifest.checks)

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

    def resolve_asset(self, text: str) -> AssetNode:
        """The asset that a URL names by its escaped user string. Raises :class:`Refusal` (404)."""
        key = AssetKey.from_escaped_user_string(text)
        node = self.asset_graph.nodes.get(key)
        if node is None:
            raise Refusal(
                404, "AssetNotFound", f'There is no asset "{key.to_user_string()}" in these definitions.'
            )
        return node
