"""Earlier values over HTTP: which are kept, how two of them differ, and one of them published again."""

from __future__ import annotations

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from headwater.model.code_question import VersionsAnswer, VersionsQuestion
from headwater.server.answer import answer
from headwater.server.body import read_body
from headwater.server.location import Location
from headwater.server.query import Query
from headwater.server.refusal import Refusal
from headwater.server.value_api import refuse_values


class RollbackBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Which version of an asset (a key as text, ``a/b``) or of a partition of it is published again."""

    asset: str
    version: str
    partition: str | None = None


class VersionApi:
    """The routes of versions. ``is_allowed``: whoever may ask may see data; a comparison shows some."""

    def __init__(self, location: Location, *, is_allowed: bool) -> None:
        self._location = location
        self._is_allowed = is_allowed

    def routes(self) -> list[Route]:
        """The routes, below the address of the API."""
        return [
            Route("/versions/{key:path}", self.list_versions),
            Route("/rollbacks", self.roll_back, methods=["POST"]),
        ]

    async def list_versions(self, request: Request) -> Response:
        """The versions of an asset that are kept, newest first; how ``before`` and ``after`` differ, if given."""
        query = Query(request, "partition", "before", "after")
        node = self._location.resolve_asset(request.path_params["key"])
        before, after = query.read_text("before"), query.read_text("after")
        if (before is not None or after is not None) and not self._is_allowed:
            raise refuse_values()
        if (before is None) != (after is None):
            raise Refusal(400, "InvalidParameter", 'To compare two versions, give "before" and "after".')
        question = VersionsQuestion(
            key=node.key, partition=query.read_text("partition"), before=before, after=after
        )
        return await self._ask(question)

    async def roll_back(self, request: Request) -> Response:
        """Publish a version again, and record that it was made. Answers with the versions that are kept then."""
        Query(request)
        body = await read_body(request, RollbackBody)
        node = self._location.resolve_asset(body.asset)
        question = VersionsQuestion(key=node.key, partition=body.partition, publish=body.version)
        return await self._ask(question)

    async def _ask(self, question: VersionsQuestion) -> Response:
        supervisor, home = self._location.supervisor, self._location.home_of(question.key)

        def look() -> Response:
            found: VersionsAnswer = supervisor.look_at_versions(home, question)
            return answer(
                versions=found.versions, diff=found.diff, published=found.published, error=found.error
            )

        return await run_in_threadpool(look)
