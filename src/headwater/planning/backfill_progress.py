"""How far a backfill is: which of its parts may begin, told anew with the end of each.

A part waits at gates: each stands for parts of a layer above it, and opens when they are all done. Parts that wait for the
same share a gate, so that many which wait for many cost little. Parts of one asset thus begin as soon as what they need is
there, whatever else of the layer above is still to do.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from headwater.model.backfill import UNDONE_STATUSES, BackfillLayer, BackfillPart, PartStatus
from headwater.model.errors import DagsterUnknownPartitionError, PartitionsNotKnownError
from headwater.model.key import AssetKey
from headwater.model.partition import PartitionKeyRange
from headwater.planning.partition_definition import PartitionsDefinition
from headwater.planning.partition_graph import PartitionEdge, PartitionGraph

_FEW = 64
"""A gate for so many parts is known to each of them; one for more looks by itself whether a part is of its concern."""

_LEFT = (PartStatus.WAITING, PartStatus.QUEUED)


class Ranges(NamedTuple):
    """Numbers of parts, as ranges with both ends."""

    ends: tuple[tuple[int, int], ...]

    @staticmethod
    def of(numbers: Iterable[int]) -> Ranges:
        """The ranges of some numbers."""
        ends: list[tuple[int, int]] = []
        for number in sorted(set(numbers)):
            if ends and ends[-1][1] + 1 == number:
                ends[-1] = (ends[-1][0], number)
            else:
                ends.append((number, number))
        return Ranges(tuple(ends))

    def has(self, number: int) -> bool:
        """Whether a number is among them."""
        return any(low <= number <= high for low, high in self.ends)

    def numbers(self) -> Iterator[int]:
        """All of them."""
        for low, high in self.ends:
            yield from range(low, high + 1)

    @property
    def size(self) -> int:
        """How many there are."""
        return sum(high - low + 1 for low, high in self.ends)


class _Gate:
    """Some parts, how many of them are not done, and the parts that wait for them."""

    def __init__(self, needed: Ranges) -> None:
        self.needed = needed
        self.undone = needed.size
        self.waiting: list[int] = []


class BackfillProgress:
    """The parts of a backfill, in the order of their numbers, and what each waits for.

    Ask within :func:`partition_loading_context`. Partitions that are needed and are no part of the backfill count as there.
    Where only the user's code can tell what a part needs, it waits for the whole layer above.

    >>> progress = BackfillProgress(graph, backfill.layers, parts)  # doctest: +SKIP
    >>> [part.start for part in progress.ready(10)]  # doctest: +SKIP
    ['2024-05-01', '2024-05-02']
    """

    def __init__(
        self, graph: PartitionGraph, layers: Sequence[BackfillLayer], parts: Sequence[BackfillPart]
    ) -> None:
        self._graph = graph
        self._layers = layers
        self.status = [part.status for part in parts]
        self._parts = parts
        self._blocks = [0] * len(parts)
        self._gates: dict[tuple[int, Ranges], _Gate] = {}
        self._gates_of: dict[int, list[_Gate]] = {}
        self._wide: list[_Gate] = []
        self._firsts = _firsts(layers)
        self._layer_of = {key: number for number, layer in enumerate(layers) for key in layer.assets}
        self._part_of_key: dict[int, dict[str, int]] = {}
        self._places: dict[int, tuple[Mapping[str, int], Mapping[int, int]]] = {}
        self._left = sum(status in _LEFT for status in self.status)
        self._ready: deque[int] = deque()
        self._build()
        self.blocked_before = [
            blocked
            for number, status in enumerate(list(self.status))
            if status in UNDONE_STATUSES
            for blocked in self._block(number)
        ]

    # -- what each part waits for ---------------------------------------------------------------------------------

    def _build(self) -> None:
        for layer in range(len(self._layers)):
            edges = list(self._edges(layer))
            for number in self._numbers(layer):
                if self.status[number] in (PartStatus.WAITING, PartStatus.BLOCKED):
                    for above, needed in {
                        (above, needed) for above, edge in edges for needed in [edge.needed_by(number)]
                    }:
                        self._wait(number, above, needed)
        self._ready.extend(
            number
            for number, status in enumerate(self.status)
            if status is PartStatus.WAITING and not self._blocks[number]
        )

    def _edges(self, layer: int) -> Iterator[tuple[int, _LayerEdge]]:
        """How the parts of a layer need those of others."""
        graph = self._graph.graph
        for key in self._layers[layer].assets:
            if key not in graph.nodes:  # gone from the code since: its runs say so
                continue
            for parent in dict.fromkeys(dep.key for dep in graph.nodes[key].deps):
                above = self._layer_of.get(parent)
                if above is not None and (above != layer or parent == key):
                    yield above, _LayerEdge(self, layer, above, key, parent)

    def _wait(self, number: int, above: int, needed: Ranges) -> None:
        if not needed.size:
            return
        gate = self._gates.get((above, needed))
        if gate is None:
            gate = self._gates[above, needed] = _Gate(needed)
            gate.undone = sum(self.status[each] is not PartStatus.SUCCESS for each in needed.numbers())
            if needed.size > _FEW:
                self._wide.append(gate)
            else:
                for each in needed.numbers():
                    self._gates_of.setdefault(each, []).append(gate)
        if gate.undone:
            gate.waiting.append(number)
            self._blocks[number] += 1

    def _numbers(self, layer: int) -> range:
        first = self._firsts[layer]
        return range(first, first + self._layers[layer].parts)

    def keys_of(self, number: int) -> Sequence[str] | None:
        """The partitions of a part; None where its assets have none."""
        part = self._parts[number]
        if part.start is None or part.end is None:
            return None
        if part.start == part.end:
            return [part.start]
        definition = self.definition_of(part.layer)
        if definition is None:  # no more, in the code of today
            return [part.start, part.end]
        return definition.get_partition_keys_in_range(PartitionKeyRange(part.start, part.end))

    def definition_of(self, layer: int) -> PartitionsDefinition | None:
        """The partitions of a layer's assets."""
        return self._graph.definition(self._layers[layer].assets[0])

    def parts_of(self, layer: int, keys: Iterable[str], *, before: int | None = None) -> Ranges:
        """The parts of a layer that make some partitions; ``before``: not that one itself."""
        known = self._part_of_key.get(layer)
        if known is None:
            known = self._part_of_key[layer] = {
                key: number for number in self._numbers(layer) for key in self.keys_of(number) or ()
            }
        return Ranges.of(known[key] for key in keys if key in known and known[key] != before)

    def places_of(self, layer: int) -> tuple[Mapping[str, int], Mapping[int, int]]:
        """The places of a layer's keys in their order, and the part that makes the key at each place."""
        known = self._places.get(layer)
        if known is None:
            definition = self.definition_of(layer)
            assert definition is not None
            self.parts_of(layer, ())
            parts = self._part_of_key[layer]
            places = dict(zip(parts, definition.places_of(list(parts)), strict=True))
            known = self._places[layer] = (places, {places[key]: part for key, part in parts.items()})
        return known

    def all_of(self, layer: int) -> Ranges:
        """All parts of a layer."""
        numbers = self._numbers(layer)
        return Ranges(((numbers[0], numbers[-1]),) if numbers else ())

    # -- going on ---------------------------------------------------------------------------------------------------

    def ready(self, most: int) -> list[BackfillPart]:
        """Up to so many parts that may begin now, each given once."""
        given: list[BackfillPart] = []
        while self._ready and len(given) < most:
            number = self._ready.popleft()
            if self.status[number] is PartStatus.WAITING:
                given.append(self._parts[number])
        return given

    def settle(self, number: int, status: PartStatus) -> list[int]:
        """A part has come to an end. The parts that can never begin because of it are BLOCKED now; their numbers."""
        self._change(number, status)
        if status is PartStatus.SUCCESS:
            self._open(number)
            return []
        return self._block(number) if status in UNDONE_STATUSES else []

    def _change(self, number: int, status: PartStatus) -> None:
        self._left += (status in _LEFT) - (self.status[number] in _LEFT)
        self.status[number] = status

    def _open(self, number: int) -> None:
        for gate in self._gates_with(number):
            gate.undone -= 1
            if gate.undone == 0:
                for waiting in gate.waiting:
                    self._blocks[waiting] -= 1
                    if not self._blocks[waiting]:
                        self._ready.append(waiting)

    def _block(self, number: int) -> list[int]:
        blocked: list[int] = []
        front = [number]
        while front:
            for gate in self._gates_with(front.pop()):
                for waiting in gate.waiting:
                    if self.status[waiting] is PartStatus.WAITING:
                        self._change(waiting, PartStatus.BLOCKED)
                        blocked.append(waiting)
                        front.append(waiting)
        return blocked

    def _gates_with(self, number: int) -> list[_Gate]:
        return [*self._gates_of.get(number, ()), *(gate for gate in self._wide if gate.needed.has(number))]

    @property
    def is_over(self) -> bool:
        """Whether nothing waits and nothing is at work."""
        return not self._left


class _LayerEdge:
    """Which parts of the layer ``above`` a part of ``layer`` needs, because its asset ``key`` needs ``parent``."""

    def __init__(
        self, progress: BackfillProgress, layer: int, above: int, key: AssetKey, parent: AssetKey
    ) -> None:
        self._progress = progress
        self._above = above
        self._own = layer == above
        try:
            self._edge: PartitionEdge | None = progress._graph.edge(key, parent)
        except PartitionsNotKnownError:
            self._edge = None
        self._layer = layer
        self._offsets = self._edge.offsets if self._edge is not None else None
        constant = self._edge is None or self._edge.is_same_for_all
        self._same = self._needed(None) if constant and not self._own else None

    def needed_by(self, number: int) -> Ranges:
        """The parts that one needs."""
        if self._same is not None:
            return self._same
        return self._needed(number)

    def _needed(self, number: int | None) -> Ranges:
        progress, edge = self._progress, self._edge
        if edge is None:
            return progress.all_of(self._above)
        keys = progress.keys_of(number) if number is not None else ()
        if self._offsets is not None and number is not None:
            return self._around(keys or (), number, *self._offsets)
        try:
            needed = edge.needed(keys)
        except DagsterUnknownPartitionError:  # a partition that is gone meanwhile: its run says so
            return Ranges(())
        return progress.parts_of(self._above, needed, before=number if self._own else None)

    def _around(self, keys: Iterable[str], number: int, before: int, behind: int) -> Ranges:
        """The parts which make the keys at neighbouring places: no mapping has to be asked for each key."""
        places, _ = self._progress.places_of(self._layer)
        _, parts = self._progress.places_of(self._above)
        found = {
            parts.get(place)
            for key in keys
            for place in range(places[key] + before, places[key] + behind + 1)
        }
        return Ranges.of(each for each in found if each is not None and not (self._own and each == number))


def _firsts(layers: Sequence[BackfillLayer]) -> list[int]:
    """The number of the first part of each layer."""
    firsts, count = [], 0
    for layer in layers:
        firsts.append(count)
        count += layer.parts
    return firsts
