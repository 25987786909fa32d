"""The graph of assets: who needs whom, in which order, computed once from a manifest."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

from headwater.model.key import AssetCheckKey, AssetKey
from headwater.model.manifest import AssetNode, CheckNode


class AssetGraph:
    """Assets and checks of a manifest, with their edges. Building it is linear in assets and edges.

    Assets which are only named as a dependency are in ``external_keys``.
    """

    def __init__(self, assets: Iterable[AssetNode], checks: Iterable[CheckNode] = ()) -> None:
        self.nodes: dict[AssetKey, AssetNode] = {node.key: node for node in assets}
        self.checks: dict[AssetCheckKey, CheckNode] = {check.key: check for check in checks}
        self.parents: dict[AssetKey, list[AssetKey]] = {}
        self.children: dict[AssetKey, list[AssetKey]] = {key: [] for key in self.nodes}
        for key, node in self.nodes.items():
            parents = list(dict.fromkeys(dep.key for dep in node.deps if not _is_chain(node, dep.key)))
            self.parents[key] = parents
            for parent in parents:
                self.children.setdefault(parent, []).append(key)

    @property
    def keys(self) -> list[AssetKey]:
        """All assets that are declared, in order of declaration."""
        return list(self.nodes)

    def get(self, key: AssetKey) -> AssetNode:
        """The asset of that key."""
        return self.nodes[key]

    def get_all_asset_keys(self) -> set[AssetKey]:
        """All assets that are declared."""
        return set(self.nodes)

    @property
    def executable_asset_keys(self) -> set[AssetKey]:
        """The assets that a run can make or observe."""
        return set(self.executable_keys)

    @property
    def materializable_asset_keys(self) -> set[AssetKey]:
        """The assets that a run can make."""
        return set(self.materializable_keys)

    @property
    def external_asset_keys(self) -> set[AssetKey]:
        """The declared assets that are made elsewhere."""
        return {key for key, node in self.nodes.items() if node.computation is None}

    @property
    def materializable_keys(self) -> list[AssetKey]:
        """The assets that a run can make."""
        return [
            key for key, node in self.nodes.items() if node.computation is not None and node.is_materializable
        ]

    @property
    def executable_keys(self) -> list[AssetKey]:
        """The assets that a run can make or observe."""
        return [key for key, node in self.nodes.items() if node.computation is not None]

    @cached_property
    def external_keys(self) -> set[AssetKey]:
        """Keys which are depended on and not declared."""
        return {key for key in self.children if key not in self.nodes}

    def upstream(self, keys: Iterable[AssetKey], depth: int | None = None) -> set[AssetKey]:
        """``keys`` with everything above them, up to ``depth`` edges away."""
        return self._reach(keys, self.parents, depth)

    def downstream(self, keys: Iterable[AssetKey], depth: int | None = None) -> set[AssetKey]:
        """``keys`` with everything below them, up to ``depth`` edges away."""
        return self._reach(keys, self.children, depth)

    def _reach(
        self, keys: Iterable[AssetKey], edges: dict[AssetKey, list[AssetKey]], depth: int | None
    ) -> set[AssetKey]:
        reached = set(keys)
        frontier = deque((key, 0) for key in reached)
        while frontier:
            key, distance = frontier.popleft()
            if depth is not None and distance >= depth:
                continue
            for neighbour in edges.get(key, ()):
                if neighbour not in reached:
                    reached.add(neighbour)
                    frontier.append((neighbour, distance + 1))
        return reached

    def roots(self, keys: Collection[AssetKey]) -> set[AssetKey]:
        """Those of ``keys`` that have no parent among ``keys``."""
        chosen = set(keys)
        return {key for key in chosen if not any(parent in chosen for parent in self.parents.get(key, ()))}

    def sinks(self, keys: Collection[AssetKey]) -> set[AssetKey]:
        """Those of ``keys`` that have no child among ``keys``."""
        chosen = set(keys)
        return {key for key in chosen if not any(child in chosen for child in self.children.get(key, ()))}

    @cached_property
    def order(self) -> list[AssetKey]:
        """All declared assets, each after what it needs; ties in order of declaration. Assets in a cycle are left out."""
        waiting = {
            key: sum(1 for parent in parents if parent in self.nodes) for key, parents in self.parents.items()
        }
        ready = deque(key for key, count in waiting.items() if count == 0)
        order = []
        while ready:
            key = ready.popleft()
            order.append(key)
            for child in self.children.get(key, ()):
                waiting[child] -= 1
                if waiting[child] == 0:
                    ready.append(child)
        return order

    def find_cycle(self) -> Sequence[AssetKey] | None:
        """A cycle of assets, the first asset repeated at the end; None when there is none."""
        if len(self.order) == len(self.nodes):
            return None
        stuck = set(self.nodes) - set(self.order)
        # Something stuck always has a stuck parent; walking parents must come back to where it has been.
        path, seen = [next(iter(sorted(stuck)))], {}
        while path[-1] not in seen:
            seen[path[-1]] = len(path) - 1
            path.append(next(parent for parent in self.parents[path[-1]] if parent in stuck))
        return list(reversed(path[seen[path[-1]] :]))


def _is_chain(node: AssetNode, parent: AssetKey) -> bool:
    """Whether the partitions of an asset need earlier ones of the same asset; that is no circle."""
    return node.is_partitioned and parent == node.key
