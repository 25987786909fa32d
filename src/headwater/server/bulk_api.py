"""Many runs at once: cancel them, go on from their failures, run them again, or delete them."""

from __future__ import annotations

import enum
from typing import Annotated

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from headwater.instance.supervisor import Supervisor
from headwater.model.errors import DagsterError
from headwater.server.answer import answer
from headwater.server.body import read_body
from headwater.server.location import Location
from headwater.server.query import Query
from headwater.server.refusal import ErrorText, build_refusal

MOST_RUNS = 1000


class BulkAction(enum.Enum):
    """What is to happen to each of them."""

    CANCEL = "cancel"
    RESUME = "resume"
    AGAIN = "again"
    DELETE = "delete"


class BulkBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An action, and the ids of the runs."""

    action: BulkAction
    run_ids: Annotated[list[str], msgspec.Meta(max_length=MOST_RUNS)]


class BulkResult(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one: the run that goes on from it, or why nothing was done."""

    run_id: str
    new_run_id: str | None = None
    error: ErrorText | None = None


class BulkApi:
    """The route for many runs at once."""

    def __init__(self, location: Location) -> None:
        self._location = location

    def routes(self) -> list[Route]:
        """The route, below the address of the API."""
        return [Route("/runs/bulk", self.change, methods=["POST"])]

    async def change(self, request: Request) -> Response:
        """Do the same with many runs. One that it cannot be done with does not keep the others from it."""
        Query(request)
        body = await read_body(request, BulkBody)
        supervisor = self._location.supervisor
        results = await run_in_threadpool(
            lambda: [_change(supervisor, body.action, run_id) for run_id in dict.fromkeys(body.run_ids)]
        )
        return answer(results=results)


def _change(supervisor: Supervisor, action: BulkAction, run_id: str) -> BulkResult:
    try:
        if action is BulkAction.CANCEL:
            supervisor.cancel(run_id)
        elif action is BulkAction.DELETE:
            supervisor.delete_run(run_id)
        else:
            again = supervisor.run_again(run_id, from_failure=action is BulkAction.RESUME)
            return BulkResult(run_id=run_id, new_run_id=again.run_id)
    except DagsterError as error:
        return BulkResult(run_id=run_id, error=build_refusal(error).text)
    return BulkResult(run_id=run_id)
