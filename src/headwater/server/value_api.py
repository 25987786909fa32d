"""Stored values over HTTP: the first rows of what an asset holds, loaded where the user's code is."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from headwater.model.code_question import ValueQuestion
from headwater.server.answer import answer
from headwater.server.location import Location
from headwater.server.query import Query
from headwater.server.refusal import Refusal

SETTING = "HEADWATER_SHOW_VALUES"
_MOST_ROWS = 200


def refuse_values() -> Refusal:
    """The refusal (403) of a server that shows no data."""
    message = f"This server shows no stored values. Set {SETTING}=on where it is started to let it."
    return Refusal(403, "ValuesNotShown", message)


class ValueApi:
    """The route of values. ``is_allowed``: whoever may ask may see data, not only what is said about it."""

    def __init__(self, location: Location, *, is_allowed: bool) -> None:
        self._location = location
        self._is_allowed = is_allowed

    def routes(self) -> list[Route]:
        """The route, below the address of the API."""
        return [Route("/values/{key:path}", self.show)]

    async def show(self, request: Request) -> Response:
        """The beginning of the stored value of an asset: of a ``partition``, or of an earlier ``version``."""
        query = Query(request, "partition", "version", "rows")
        node = self._location.resolve_asset(request.path_params["key"])
        if not self._is_allowed:
            raise refuse_values()
        question = ValueQuestion(
            key=node.key,
            partition=query.read_text("partition"),
            version=query.read_text("version"),
            rows=query.read_number("rows", least=1, most=_MOST_ROWS) or 20,
        )
        supervisor = self._location.supervisor

        def look() -> Response:
            return answer(value=supervisor.look_at_value(self._location.home_of(node.key), question))

        return await run_in_threadpool(look)
