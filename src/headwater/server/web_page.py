"""The page: its files, and the addresses of its views."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from headwater.server import built_page

FOLDER = Path(__file__).with_name("page")
VIEWS = ("/", "/assets/{key:path}", "/runs", "/runs/{run_id}", "/jobs", "/automation")
_NO_CACHE = {"Cache-Control": "no-cache"}  # asked anew each time, answered with 304 while nothing changed


class PageFiles(StaticFiles):
    """The files of the page, which a browser keeps and asks about."""

    def file_response(self, *arguments: object, **named: object) -> Response:
        """The file, to be asked about again before it is used again."""
        response = super().file_response(*arguments, **named)  # type: ignore[arg-type]
        response.headers.update(_NO_CACHE)
        return response


def build_routes() -> list[BaseRoute]:
    """Every view is the same document: the script shows what the address says."""
    return [
        *(Route(view, _show_view) for view in VIEWS),
        Mount("/page", PageFiles(directory=FOLDER)),
        *built_page.build_routes(),
        Route("/next", _show_next),
        Route("/next/{path:path}", _show_next),
    ]


def _show_next(request: Request) -> Response:
    return built_page.send_document(request)


def _show_view(_: Request) -> Response:
    return FileResponse(FOLDER / "index.html", headers=_NO_CACHE)


def show_missing() -> Response:
    """The page at an address that it does not have; it says so."""
    return FileResponse(FOLDER / "index.html", status_code=404, headers=_NO_CACHE)


def show_login(_: Request) -> Response:
    """The form that asks for the token."""
    return FileResponse(FOLDER / "login.html", status_code=401, headers={"Cache-Control": "no-store"})
