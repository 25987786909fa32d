"""How assets stand by their freshness policies: of what is stored of the newest materialisations; no event is searched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from headwater.model.freshness_spec import FreshnessState
from headwater.model.key import AssetKey
from headwater.model.manifest import AssetNode
from headwater.planning.freshness import build_freshness_state
from headwater.ports.event_log import EventLog
from headwater.services.automation_view import find_newest_update


def load_freshness(
    nodes: Iterable[AssetNode], event_log: EventLog, *, now: float
) -> Mapping[AssetKey, FreshnessState]:
    """The state of each asset that has a policy, at ``now`` (seconds since the epoch)."""
    judged = [node for node in nodes if node.freshness is not None]
    if not judged:
        return {}
    made = event_log.latest_materializations([node.key for node in judged])
    seen = event_log.latest_observations([node.key for node in judged if not node.is_materializable])
    states: dict[AssetKey, FreshnessState] = {}
    for node in judged:
        assert node.freshness is not None
        newest = find_newest_update(node, made, seen)
        updated_at = newest.timestamp if newest is not None else None
        states[node.key] = build_freshness_state(node.freshness, updated_at, now)
    return states
