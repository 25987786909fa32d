"""Server-sent events: what happens in one run as it happens, and the bare word that something changed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from headwater.model.codec import encode
from headwater.model.errors import DagsterRunNotFoundError
from headwater.model.event import EventLogRecord
from headwater.server.location import Location
from headwater.server.log_pulse import LogPulse
from headwater.server.query import Query
from headwater.server.refusal import Refusal

_EVENTS_AT_ONCE = 500
_HEARTBEAT_SECONDS = 15.0
_OPENING = b"retry: 1000\n\n"
_HEARTBEAT = b": still here\n\n"
_END = b"event: end\ndata: {}\n\n"
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class EventStream:
    """The routes that stay open. The id of an event is its number in the log.

    A client that comes back names the last id it saw in ``Last-Event-ID`` (the first time in ``?after=``) and
    gets exactly what it missed.
    """

    def __init__(
        self, location: Location, pulse: LogPulse, heartbeat_seconds: float = _HEARTBEAT_SECONDS
    ) -> None:
        self._location = location
        self._pulse = pulse
        self._heartbeat_seconds = heartbeat_seconds

    def routes(self) -> list[Route]:
        """The routes, below the address of the API."""
        return [
            Route("/stream", self.stream_changes),
            Route("/runs/{run_id}/stream", self.stream_run),
        ]

    async def stream_changes(self, request: Request) -> StreamingResponse:
        """``changed``, with the newest number, whenever something was appended: the page then asks anew."""
        after = _read_place(request)
        if after is None:
            after = await self._pulse.read_number()
        return _stream(self._changes(after))

    async def _changes(self, after: int) -> AsyncIterator[bytes]:
        yield _OPENING
        nudges = self._pulse.nudges
        while (number := await self._pulse.wait_above(after, self._heartbeat_seconds)) is not None:
            is_quiet = number == after and nudges == self._pulse.nudges
            nudges = self._pulse.nudges
            yield _HEARTBEAT if is_quiet else f"id: {number}\nevent: changed\ndata: {{}}\n\n".encode()
            after = number

    async def stream_run(self, request: Request) -> StreamingResponse:
        """``event`` for each event of the run, and ``end`` after the last one of a run that has ended."""
        run_id = request.path_params["run_id"]
        after = _read_place(request) or 0
        if await run_in_threadpool(self._location.runs.get, run_id) is None:
            raise DagsterRunNotFoundError(invalid_run_id=run_id)
        return _stream(self._run_events(run_id, after))

    async def _run_events(self, run_id: str, after: int) -> AsyncIterator[bytes]:
        yield _OPENING
        log, runs = self._location.event_log, self._location.runs
        seen: int | None = await self._pulse.read_number()
        while seen is not None:
            # In this order: what is appended after each look is found by the next.
            record = await run_in_threadpool(runs.get, run_id)
            read = partial(log.run_events, run_id, after=after, limit=_EVENTS_AT_ONCE)
            events = await run_in_threadpool(read)
            for event in events:
                yield _build_message(event)
                after = event.storage_id
            if len(events) == _EVENTS_AT_ONCE:
                continue
            if record is None or record.dagster_run.is_finished:
                yield _END
                return
            number = await self._pulse.wait_above(seen, self._heartbeat_seconds)
            if number == seen:
                yield _HEARTBEAT
            seen = number


def _stream(messages: AsyncIterator[bytes]) -> StreamingResponse:
    return StreamingResponse(messages, media_type="text/event-stream", headers=_HEADERS)


def _build_message(record: EventLogRecord) -> bytes:
    return b"id: %d\nevent: event\ndata: %s\n\n" % (record.storage_id, encode(record))


def _read_place(request: Request) -> int | None:
    """From where to go on: what a client that comes back says wins over what the address says."""
    after = Query(request, "after").read_number("after")
    last = request.headers.get("last-event-id", "")
    if not last:
        return after
    if not (last.isascii() and last.isdecimal() and len(last) < 19):
        raise Refusal(400, "InvalidParameter", f'Last-Event-ID must be the id of an event, not "{last}".')
    return int(last)
