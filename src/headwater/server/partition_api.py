"""Partitions over HTTP: how many of each asset stand how, a page of keys, and all of them as a bar."""

from __future__ import annotations

import datetime
import enum
import itertools
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from headwater.model.errors import PartitionsNotKnownError
from headwater.model.key import AssetKey
from headwater.model.partition_status import PartitionCounts
from headwater.planning.partition_context import partition_loading_context
from headwater.planning.partition_definition import PartitionsDefinition
from headwater.planning.partition_graph import PartitionGraph
from headwater.server.answer import answer
from headwater.server.location import Location
from headwater.server.partition_board import STATE_OF, PartitionBoard, PartitionState
from headwater.server.query import Query
from headwater.server.refusal import Refusal

_MOST_SPANS = 500


class KeyOrder(enum.Enum):
    """Which keys come first: the first ones of the definition, or the last ones."""

    FIRST = "first"
    LAST = "last"


class PartitionTotals(msgspec.Struct, frozen=True, kw_only=True):
    """How many partitions an asset has, and how many of them stand how.

    ``total`` and ``missing`` are None where only the user's code could list the partitions.
    """

    asset: AssetKey
    total: int | None
    missing: int | None
    materialized: int
    failed: int
    in_progress: int


class ListedPartition(msgspec.Struct, frozen=True, kw_only=True):
    """A partition, how it stands, and the run that makes it or failed to."""

    key: str
    state: PartitionState
    run_id: str | None


class PartitionApi:
    """The routes about partitions."""

    def __init__(self, location: Location) -> None:
        self._location = location
        self._store = location.instance.storage.partition_status
        self._board = PartitionBoard(self._store)
        self._graph: PartitionGraph | None = None

    def routes(self) -> list[Route]:
        """A key in a URL is written as its escaped user string; a last part ``keys`` or ``spans`` as ``\\keys``."""
        return [
            Route("/partitions", self.list_partitioned),
            Route("/partitions/{key:path}/keys", self.list_partitions),
            Route("/partitions/{key:path}/spans", self.show_spans),
            Route("/partitions/{key:path}", self.show_partitions),
        ]

    def list_partitioned(self, request: Request) -> Response:
        """Every asset with partitions: how many there are, and how many of them stand how. Nothing is listed for it."""
        Query(request)
        with self._now() as graph:
            keys = [key for key, node in sorted(graph.graph.nodes.items()) if node.is_partitioned]
            counts = self._store.counts(keys)
            return answer(assets=[_totals(graph, key, counts[key]) for key in keys])

    def show_partitions(self, request: Request) -> Response:
        """The partitions of one asset: what they are, the first and the last, how many stand how."""
        Query(request)
        with self._now() as graph:
            node = self._location.resolve_asset(request.path_params["key"])
            definition = self._definition(graph, node.key)
            return answer(
                asset=node.key,
                partitions=node.partitions,
                backfill_policy=node.backfill_policy,
                first=definition.get_first_partition_key(),
                last=definition.get_last_partition_key(),
                totals=_totals(graph, node.key, self._store.counts([node.key])[node.key]),
            )

    def list_partitions(self, request: Request) -> Response:
        """A page of keys in the order of the definition, or from the last back; of some states, with a text in them."""
        query = Query(request, "limit", "after", "state", "search", "order")
        limit, after = query.read_limit(100), query.read_text("after")
        states = query.read_members("state", PartitionState)
        backwards = query.read_members("order", KeyOrder)[-1:] == [KeyOrder.LAST]
        search = query.read_text("search") or ""
        with self._now() as graph:
            key = self._location.resolve_asset(request.path_params["key"]).key
            definition = self._definition(graph, key)
            place = self._place(definition, after)
            if states or search:
                board = self._board.of(key, definition)
                start = place if place is not None else len(board.keys) if backwards else -1
                places = board.find(states, search, start, backwards=backwards)
                keys = [board.keys[each] for each in itertools.islice(places, limit + 1)]
            else:
                keys = _keys_from(definition, place, limit + 1, backwards=backwards)
            shown = keys[:limit]
            return answer(
                partitions=self._listed(key, shown),
                next=shown[-1] if len(keys) > limit else None,
            )

    def show_spans(self, request: Request) -> Response:
        """All partitions as few spans of neighbours, for a bar; ``most`` says how few."""
        query = Query(request, "most")
        with self._now() as graph:
            key = self._location.resolve_asset(request.path_params["key"]).key
            board = self._board.of(key, self._definition(graph, key))
            most = query.read_number("most", least=1, most=10_000) or _MOST_SPANS
            return answer(total=len(board.keys), spans=board.spans(most))

    def _listed(self, key: AssetKey, partitions: list[str]) -> list[ListedPartition]:
        statuses = self._store.statuses(key, partitions)
        runs = self._store.runs(key, [each for each in partitions if each in statuses])
        return [
            ListedPartition(key=each, state=STATE_OF[statuses.get(each)], run_id=runs.get(each))
            for each in partitions
        ]

    @contextmanager
    def _now(self) -> Iterator[PartitionGraph]:
        """The partitions of the assets that are loaded, as they are at this moment."""
        graph = self._location.asset_graph
        if self._graph is None or self._graph.graph is not graph:
            self._graph = PartitionGraph(graph)
        now = datetime.datetime.now(datetime.UTC)
        with partition_loading_context(now, self._location.instance):
            yield self._graph

    def _definition(self, graph: PartitionGraph, key: AssetKey) -> PartitionsDefinition:
        definition = graph.definition(key)
        if definition is None:
            raise Refusal(404, "NoPartitions", f'The asset "{key.to_user_string()}" has no partitions.')
        return definition

    def _place(self, definition: PartitionsDefinition, after: str | None) -> int | None:
        if after is None:
            return None
        definition.validate_partition_key(after)
        return definition.places_of([after])[0]


def _keys_from(
    definition: PartitionsDefinition, place: int | None, limit: int, *, backwards: bool
) -> list[str]:
    total = definition.get_num_partitions()
    if backwards:
        end = total if place is None else place
        return list(reversed(definition.keys_at(max(0, end - limit), end)))
    start = 0 if place is None else place + 1
    return list(definition.keys_at(start, min(start + limit, total)))


def _totals(graph: PartitionGraph, key: AssetKey, counts: PartitionCounts) -> PartitionTotals:
    try:
        definition = graph.definition(key)
        total = definition.get_num_partitions() if definition is not None else 0
    except PartitionsNotKnownError:
        total = None
    return PartitionTotals(
        asset=key,
        total=total,
        missing=counts.missing_of(total) if total is not None else None,
        materialized=counts.materialized,
        failed=counts.failed,
        in_progress=counts.in_progress,
    )
