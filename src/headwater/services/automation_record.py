"""Why assets were made, or not: evaluations of automation conditions, kept as small values, the newest of each asset."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

import msgspec

from headwater.model.automation_evaluation import AutomationEvaluation, entity_name
from headwater.model.codec import decode, encode
from headwater.model.key import AssetCheckKey, AssetKey
from headwater.ports.storage import Storage

_PREFIX = "automation_evaluation"
MOST_KEPT = 50
"""How many evaluations of one asset or check are kept. One like the one before is not kept."""


class AutomationRecord:
    """The evaluations of all assets and checks of an instance."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._newest: dict[str, bytes] = {}

    def save(
        self, location: str, evaluations: Iterable[AutomationEvaluation], run_ids: Iterable[str] = ()
    ) -> None:
        """Keep those that differ from the one before. ``run_ids`` are the runs that the tick asked for."""
        values: dict[str, str | None] = {}
        asked = list(run_ids)
        for each in evaluations:
            place = _place(location, each.entity)
            outcome = encode((each.condition, each.requested, each.partitions))
            if self._newest.get(place) == outcome:
                continue
            self._newest[place] = outcome
            kept = msgspec.structs.replace(each, run_ids=asked if each.requested else [])
            values[f"{place}{each.at:017.3f}"] = encode(kept).decode()
            known = sorted(self._storage.get_values(place))
            values.update(dict.fromkeys(known[: max(0, len(known) - MOST_KEPT + 1)]))
        if values:
            self._storage.set_values(values)

    def find(
        self,
        location: str,
        entity: AssetKey | AssetCheckKey,
        *,
        limit: int,
        before: float | None = None,
    ) -> list[AutomationEvaluation]:
        """The evaluations of an asset or check, newest first; those before a moment, where it is given."""
        known = self._storage.get_values(_place(location, entity_name(entity)))
        found: list[AutomationEvaluation] = []
        for name in sorted(known, reverse=True):
            evaluation = decode(known[name], AutomationEvaluation)
            if before is None or evaluation.at < before:
                found.append(evaluation)
            if len(found) == limit:
                break
        return found


def _place(location: str, entity: str) -> str:
    return f"{_PREFIX}/{quote(location, safe='')}/{quote(entity, safe='')}/"
