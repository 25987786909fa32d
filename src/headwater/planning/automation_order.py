"""In which order conditions are evaluated: what others ask about comes first. And who is asked, and made, together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

from headwater.model.automation_evaluation import Entity
from headwater.model.key import AssetCheckKey, AssetKey
from headwater.model.manifest import Computation
from headwater.planning.asset_graph import AssetGraph


class AutomationOrder:
    """The neighbours of assets and checks, as automation conditions need them."""

    def __init__(self, graph: AssetGraph, computations: Iterable[Computation] = ()) -> None:
        self.graph = graph
        self._together: dict[Entity, tuple[Entity, ...]] = {}
        for each in computations:
            if not each.can_subset and len(each.assets) + len(each.checks) > 1:
                entities: tuple[Entity, ...] = (
                    *(key for _, key in each.assets),
                    *(key for _, key in each.checks),
                )
                self._together.update(dict.fromkeys(entities, entities))

    @cached_property
    def _checks(self) -> dict[AssetKey, list[AssetCheckKey]]:
        checks = defaultdict(list)
        for key in self.graph.checks:
            checks[key.asset_key].append(key)
        return checks

    @cached_property
    def _places(self) -> dict[AssetKey, int]:
        return {key: place for place, key in enumerate(self.graph.order)}

    def sorted(self, entities: Collection[Entity]) -> list[Entity]:
        """Each after what it depends on; a check after its asset."""
        places = self._places

        def place(entity: Entity) -> tuple[int, int, str]:
            if isinstance(entity, AssetCheckKey):
                after = [entity.asset_key, *self.deps_of(entity)]
                return max(places.get(key, len(places)) for key in after), 1, entity.to_user_string()
            return places.get(entity, len(places)), 0, entity.to_user_string()

        return sorted(entities, key=place)

    def deps_of(self, entity: Entity) -> Sequence[AssetKey]:
        """The assets that an asset or a check depends on."""
        if isinstance(entity, AssetCheckKey):
            check = self.graph.checks.get(entity)
            extra = [dep.key for dep in check.deps] if check is not None else []
            return list(dict.fromkeys([entity.asset_key, *extra]))
        return sorted(self._seen_through(entity))

    def _seen_through(self, key: AssetKey) -> set[AssetKey]:
        """What is above an asset; in place of a virtual one, what is above that."""
        found: set[AssetKey] = set()
        for parent in self.graph.parents.get(key, ()):
            node = self.graph.nodes.get(parent)
            found |= self._seen_through(parent) if node is not None and node.is_virtual else {parent}
        return found

    def checks_of(self, key: AssetKey) -> Sequence[AssetCheckKey]:
        """The checks of an asset."""
        return self._checks.get(key, ())

    def below(self, key: AssetKey) -> list[AssetKey]:
        """All assets below one, in order."""
        found = self.graph.downstream([key]) - {key}
        return sorted(found, key=lambda each: self._places.get(each, len(self._places)))

    def made_with(self, entity: Entity) -> Sequence[Entity]:
        """What can only be made together with an asset or check, itself among them."""
        return self._together.get(entity, (entity,))
