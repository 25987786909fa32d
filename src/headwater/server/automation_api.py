"""Schedules and sensors over HTTP: how they stand, their ticks, on and off, and what they would do now."""

from __future__ import annotations

import itertools
import time
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from headwater.model.manifest import ScheduleNode, SensorNode
from headwater.model.tick import AutomationId, AutomationState, Tick, TickStatus
from headwater.planning.cron_words import cron_words, seconds_words
from headwater.planning.schedule_time import times_after
from headwater.server.answer import answer
from headwater.server.body import Nothing, read_body
from headwater.server.location import Location
from headwater.server.query import Query
from headwater.server.refusal import Refusal
from headwater.services.automation_state import build_preview, is_running, kind_of

_NEXT_TIMES = 3
_NEWEST_TICKS = 12


class PreviewBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """``at`` is the moment (seconds since the epoch) that a schedule is to be evaluated for; the next one, without."""

    at: float | None = None
    cursor: str | None = None


class CursorBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Where a sensor is to go on; null: from the beginning."""

    cursor: str | None


class AutomationApi:
    """The routes about what runs by itself."""

    def __init__(self, location: Location) -> None:
        self._location = location

    def routes(self) -> list[Route]:
        """The routes, below the address of the API."""
        place = "/automations/{location}/{name}"
        return [
            Route("/automations", self.list_automations),
            Route(f"{place}/ticks", self.list_ticks),
            Route(f"{place}/start", self.start, methods=["POST"]),
            Route(f"{place}/stop", self.stop, methods=["POST"]),
            Route(f"{place}/reset", self.reset, methods=["POST"]),
            Route(f"{place}/cursor", self.set_cursor, methods=["POST"]),
            Route(f"{place}/preview", self.preview, methods=["POST"]),
        ]

    def list_automations(self, request: Request) -> Response:
        """Every schedule and sensor: whether it is on, when it is due next, its newest ticks."""
        Query(request)
        states = self._location.instance.storage.schedules.states()
        return answer(
            automations=[
                self._describe(automation, node, states.get(automation))
                for automation, node in self._location.automations()
            ],
            can_write=self._location.can_write,
        )

    def _describe(
        self, automation: AutomationId, node: ScheduleNode | SensorNode, state: AutomationState | None
    ) -> dict[str, Any]:
        ticks = self._location.instance.storage.schedules.ticks(automation, limit=_NEWEST_TICKS)
        running = is_running(node, state)
        return {
            "location": automation.location,
            "kind": kind_of(node).value,
            "definition": node,
            "running": running,
            "switched": state.switched if state is not None else None,
            "cursor": state.cursor if state is not None else None,
            "when": describe_times(node),
            "next_at": next_moments(node, state) if running else [],
            "ticks": [without_trace(tick) for tick in ticks],
        }

    def list_ticks(self, request: Request) -> Response:
        """The ticks of one, newest first, page by page; ``status`` keeps some."""
        query = Query(request, "limit", "before", "status")
        automation, _ = self._named(request)
        limit = query.read_limit(50)
        ticks = self._location.instance.storage.schedules.ticks(
            automation,
            limit=limit + 1,
            before=query.read_number("before"),
            statuses=query.read_members("status", TickStatus),
        )
        return answer(ticks=ticks[:limit], next=ticks[limit - 1].number if len(ticks) > limit else None)

    async def start(self, request: Request) -> Response:
        """Switch it on."""
        return await self._switch(request, True)

    async def stop(self, request: Request) -> Response:
        """Switch it off."""
        return await self._switch(request, False)

    async def reset(self, request: Request) -> Response:
        """Let its definition say whether it is on."""
        return await self._switch(request, None)

    async def _switch(self, request: Request, on: bool | None) -> Response:
        Query(request)
        await read_body(request, Nothing)
        automation, node = self._named(request)
        supervisor = self._location.supervisor
        state = await run_in_threadpool(supervisor.switch, automation, node, on)
        return answer(running=is_running(node, state), switched=state.switched)

    async def set_cursor(self, request: Request) -> Response:
        """Let the next evaluation of a sensor begin elsewhere."""
        Query(request)
        body = await read_body(request, CursorBody)
        automation, node = self._named(request)
        if isinstance(node, ScheduleNode):
            raise Refusal(400, "NoCursor", f'"{node.name}" is a schedule; only a sensor has a cursor.')
        store = self._location.supervisor.instance.storage.schedules
        await run_in_threadpool(store.set_cursor, automation, body.cursor)
        return answer(cursor=body.cursor)

    async def preview(self, request: Request) -> Response:
        """Evaluate it now, and record nothing: the runs it would ask for, or why none, or how it fails."""
        Query(request)
        body = await read_body(request, PreviewBody)
        automation, node = self._named(request)
        supervisor = self._location.supervisor

        def ask() -> Response:
            state = self._location.instance.storage.schedules.state(automation)
            asked = build_preview(automation, node, state, time.time(), body.at)
            if body.cursor is not None:
                asked = msgspec.structs.replace(asked, cursor=body.cursor)
            given = supervisor.preview(asked)
            return answer(result=given.result, error=given.error)

        return await run_in_threadpool(ask)

    def _named(self, request: Request) -> tuple[AutomationId, ScheduleNode | SensorNode]:
        return self._location.resolve_automation(request.path_params["location"], request.path_params["name"])


def describe_times(node: ScheduleNode | SensorNode) -> str:
    """When it looks, in words."""
    if isinstance(node, SensorNode):
        return f"every {seconds_words(node.minimum_interval_seconds)}"
    words = ", and ".join(cron_words(each) for each in node.cron_schedules)
    return f"{words} ({node.timezone})"


def next_moments(
    node: ScheduleNode | SensorNode, state: AutomationState | None, count: int = _NEXT_TIMES
) -> list[float]:
    """When one that is on is due next, the nearest first."""
    now = time.time()
    if isinstance(node, ScheduleNode):
        times = times_after(node.cron_schedules, node.timezone, now)
        return [float(each) for each in itertools.islice(times, count)]
    last = state.last_ended_at if state is not None else None
    return [now if last is None else max(now, last + node.minimum_interval_seconds)]


def without_trace(tick: Tick) -> Tick:
    """A tick for a list: its error is told in one line."""
    return msgspec.structs.replace(tick, error=None)
