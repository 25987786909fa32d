"""Why assets are made by themselves, or are not, and how fresh they are, over HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from headwater.model.freshness_spec import FreshnessSpec, FreshnessState, FreshnessStatus
from headwater.model.key import AssetCheckKey, AssetKey
from headwater.server.answer import answer
from headwater.server.location import Location
from headwater.server.query import Query
from headwater.services.automation_record import AutomationRecord
from headwater.services.automation_state import is_running
from headwater.services.freshness_state import load_freshness


class ListedFreshness(msgspec.Struct, kw_only=True):
    """An asset with a freshness policy, and how it stands by it."""

    key: AssetKey
    policy: FreshnessSpec
    state: FreshnessState


class ConditionSensor(msgspec.Struct, kw_only=True):
    """A sensor that evaluates the condition of an asset or check."""

    location: str
    name: str
    running: bool


class ConditionApi:
    """The routes about automation conditions and freshness."""

    def __init__(self, location: Location) -> None:
        self._location = location

    def routes(self) -> list[Route]:
        """The routes, below the address of the API."""
        return [
            Route("/conditions/{key:path}", self.show_condition),
            Route("/freshness", self.list_freshness),
        ]

    def show_condition(self, request: Request) -> Response:
        """The condition of an asset (of one of its checks, with ``check``), who evaluates it, and what each evaluation
        found, newest first, page by page; one that found the same as that before is not kept."""
        query = Query(request, "limit", "before", "check")
        limit, before, check = query.read_limit(20), query.read_moment("before"), query.read_text("check")
        node = self._location.resolve_asset(request.path_params["key"])
        entity = AssetCheckKey(node.key, check) if check is not None else node.key
        sensors = list(self._sensors_of(entity))
        record = AutomationRecord(self._location.instance.storage)
        places = {each.location for each in sensors} or {each.name for each in self._location.states}
        found = [
            each
            for place in sorted(places)
            for each in record.find(place, entity, limit=limit + 1, before=before)
        ]
        found.sort(key=lambda each: each.at, reverse=True)
        return answer(
            condition=self._condition_of(entity),
            sensors=sensors,
            evaluations=found[:limit],
            next=found[limit - 1].at if len(found) > limit else None,
        )

    def _condition_of(self, entity: AssetKey | AssetCheckKey) -> str | None:
        for each in self._location.manifest.automation:
            if entity in each.assets or entity in each.checks:
                return str(each.condition)
        for _, node in self._location.automations():
            target = getattr(node, "automation", None)
            if target is not None and target.default_condition is not None and entity in target.assets:
                return str(target.default_condition)
        return None

    def _sensors_of(self, entity: AssetKey | AssetCheckKey) -> Iterator[ConditionSensor]:
        states = self._location.instance.storage.schedules.states()
        for automation, node in self._location.automations():
            target = getattr(node, "automation", None)
            if target is not None and (entity in target.assets or entity in target.checks):
                running = is_running(node, states.get(automation))
                yield ConditionSensor(location=automation.location, name=automation.name, running=running)

    def list_freshness(self, request: Request) -> Response:
        """Every asset with a freshness policy and how it stands, in the order of keys; ``status`` keeps some."""
        query = Query(request, "limit", "after", "status")
        limit, after = query.read_limit(100), query.read_text("after")
        statuses = query.read_members("status", FreshnessStatus)
        start = AssetKey.from_escaped_user_string(after) if after else None
        nodes = self._location.asset_graph.nodes
        states = load_freshness(nodes.values(), self._location.event_log, now=time.time())
        found = [
            ListedFreshness(key=key, policy=policy, state=states[key])
            for key in sorted(states)
            if (policy := nodes[key].freshness) is not None
            and (start is None or start < key)
            and (not statuses or states[key].status in statuses)
        ]
        following = found[limit - 1].key.to_escaped_user_string() if len(found) > limit else None
        return answer(assets=found[:limit], next=following)
