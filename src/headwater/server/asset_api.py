"""Assets over HTTP: the list, one in detail, its history, and the graph."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from headwater.model.event import AssetCheckEvaluation, EventKind, EventLogRecord, EventRecordsFilter
from headwater.model.key import AssetKey
from headwater.model.manifest import AssetNode, CheckNode
from headwater.planning.selection import AssetSelection
from headwater.server.answer import answer
from headwater.server.asset_state import AssetState, AssetStatus, load_asset_states
from headwater.server.location import Location
from headwater.server.query import Query
from headwater.server.refusal import Refusal


class HistoryKind(enum.Enum):
    """What of an asset's history is asked for."""

    MADE = "made"
    OBSERVED = "observed"
    CHECKED = "checked"


_EVENTS_OF = {
    HistoryKind.MADE: EventKind.ASSET_MATERIALIZATION,
    HistoryKind.OBSERVED: EventKind.ASSET_OBSERVATION,
    HistoryKind.CHECKED: EventKind.ASSET_CHECK_EVALUATION,
}


class CheckStanding(msgspec.Struct, frozen=True, kw_only=True):
    """A check of an asset, and its newest evaluation."""

    check: CheckNode
    evaluation: EventLogRecord | None


class AssetApi:
    """The routes that answer what assets there are and how they stand."""

    def __init__(self, location: Location) -> None:
        self._location = location

    def routes(self) -> list[Route]:
        """A key in a URL is written as its escaped user string; a last part ``history`` as ``\\history``."""
        return [
            Route("/graph", self.show_graph),
            Route("/selection", self.select),
            Route("/assets", self.list_assets),
            Route("/assets/{key:path}/history", self.show_history),
            Route("/assets/{key:path}", self.show_asset),
        ]

    def show_graph(self, request: Request) -> Response:
        """Every asset with its dependencies and state, light enough to be asked for often."""
        Query(request)
        number = self._location.newest_number()  # read first: what is appended meanwhile is asked for again
        states = self._states()
        nodes = self._location.asset_graph.nodes.values()
        return answer(
            number=number,
            assets=[
                {
                    "asset": msgspec.structs.replace(node, metadata={}, partitions=None),
                    "state": states[node.key],
                }
                for node in nodes
            ],
        )

    def select(self, request: Request) -> Response:
        """The keys that a selection expression means (``select=key:orders+``), in the order of the graph."""
        text = Query(request, "select").read_text("select")
        if text is None:
            raise Refusal(400, "InvalidParameter", 'Say what to select, as in "?select=group:raw".')
        graph = self._location.asset_graph
        chosen = AssetSelection.from_coercible(text).resolve(graph)
        return answer(keys=[key for key in graph.nodes if key in chosen])

    def list_assets(self, request: Request) -> Response:
        """Assets in the order of their keys, each with its newest materialisation; filtered, page by page."""
        query = Query(request, "limit", "after", "group", "status", "search")
        limit, after = query.read_limit(100), query.read_text("after")
        group, search = query.read_text("group"), (query.read_text("search") or "").lower()
        statuses = query.read_members("status", AssetStatus)
        start = AssetKey.from_escaped_user_string(after) if after else None
        states = self._states()
        found = [
            node
            for key, node in sorted(self._location.asset_graph.nodes.items())
            if (start is None or start < key)
            and (group is None or node.group_name == group)
            and (not statuses or states[key].status in statuses)
            and search in key.to_user_string().lower()
        ]
        shown = found[:limit]
        return answer(
            assets=list(self._with_newest(shown, states)),
            next=shown[-1].key.to_escaped_user_string() if len(found) > limit else None,
        )

    def _with_newest(
        self, nodes: Collection[AssetNode], states: dict[AssetKey, AssetState]
    ) -> Iterable[dict[str, Any]]:
        newest = self._location.event_log.latest_materializations([node.key for node in nodes])
        for node in nodes:
            yield {"asset": node, "state": states[node.key], "materialization": newest.get(node.key)}

    def show_asset(self, request: Request) -> Response:
        """One asset: what it is, how it stands, its newest materialisation, neighbours, checks and jobs."""
        Query(request)
        node = self._location.resolve_asset(request.path_params["key"])
        log, graph = self._location.event_log, self._location.asset_graph
        return answer(
            asset=node,
            state=self._states([node.key])[node.key],
            materialization=log.latest_materialization(node.key),
            observation=log.latest_observations([node.key]).get(node.key),
            upstream=graph.parents[node.key],
            downstream=graph.children.get(node.key, []),
            checks=self._checks(node),
            jobs=[job.name for job in self._location.manifest.jobs if node.key in job.assets],
        )

    def _checks(self, node: AssetNode) -> list[CheckStanding]:
        checks = [
            check for key, check in self._location.asset_graph.checks.items() if key.asset_key == node.key
        ]
        if not checks:
            return []
        evaluated = EventRecordsFilter(event_type=EventKind.ASSET_CHECK_EVALUATION, asset_key=node.key)
        newest: dict[str, EventLogRecord] = {}
        for record in self._location.event_log.find(evaluated, limit=20 * len(checks)):
            if isinstance(record.event.data, AssetCheckEvaluation):
                newest.setdefault(record.event.data.check_name, record)
        return [CheckStanding(check=check, evaluation=newest.get(check.key.name)) for check in checks]

    def show_history(self, request: Request) -> Response:
        """What happened to an asset, newest first, page by page: it was made, or (``kind``) observed, or checked."""
        query = Query(request, "limit", "before", "kind")
        limit = query.read_limit(25)
        kinds = query.read_members("kind", HistoryKind) or [HistoryKind.MADE]
        node = self._location.resolve_asset(request.path_params["key"])
        wanted = EventRecordsFilter(
            event_type=_EVENTS_OF[kinds[0]],
            asset_key=node.key,
            before_cursor=query.read_number("before"),
        )
        events = self._location.event_log.find(wanted, limit=limit + 1)
        return answer(
            events=events[:limit], next=events[limit - 1].storage_id if len(events) > limit else None
        )

    def _states(self, keys: Collection[AssetKey] | None = None) -> dict[AssetKey, AssetState]:
        return load_asset_states(
            self._location.asset_graph, self._location.event_log, self._location.runs, keys
        )
