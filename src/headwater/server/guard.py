"""Stands before every route: keeps out other sites that use a visitor's browser, and who has no token."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from headwater.server.access import Access
from headwater.server.refusal import Refusal

API = "/api/"
# What the login page is made of; there is nothing secret in it.
_OPEN_PATHS = ("/static/", "/login")
_OWN_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
_SAFE_METHODS = frozenset({"GET", "HEAD"})

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",  # with less, a browser tells no origin of our own form either
    "X-Content-Type-Options": "nosniff",
}


class Guard:
    """Middleware. ``own_hosts_only``: it listens on loopback, so any other name in ``Host`` is an attack.

    To the browser, a site that points its own name at 127.0.0.1 (DNS rebinding) is still the same origin;
    only ``Host`` gives it away. Where the server listens for other machines, the token keeps it out.
    """

    def __init__(self, app: ASGIApp, *, access: Access, own_hosts_only: bool) -> None:
        self._app = app
        self._access = access
        self._own_hosts_only = own_hosts_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        app: ASGIApp = self._app
        try:
            self._check(scope)
        except Refusal as refusal:
            app = refusal.build_response()
        await app(scope, receive, send_guarded)

    def _check(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        if self._own_hosts_only:
            _check_host(headers)
        _check_site(scope, headers)
        path: str = scope["path"]
        if self._access.allows(headers) or path.startswith(_OPEN_PATHS):
            return
        if path.startswith(API):
            raise Refusal(
                401,
                "TokenRequired",
                "This server asks for its token: send it as `Authorization: Bearer TOKEN`.",
                {"WWW-Authenticate": "Bearer"},
            )
        scope["path"] = "/login"  # the address stays, so that the visitor arrives there after logging in
        scope["method"] = "GET"


def _check_host(headers: Headers) -> None:
    hosts = headers.getlist("host")
    name = hosts[0] if len(hosts) == 1 else ""
    name, _, port = name.rpartition(":") if not name.endswith("]") and ":" in name else (name, "", "")
    if name.lower() not in _OWN_HOSTS or not (port == "" or port.isdecimal()):
        raise Refusal(
            403,
            "HostNotAllowed",
            "This server answers only to localhost, 127.0.0.1 and [::1]: a request by another name may come from "
            "a site that misuses your browser. To let other machines in, give it a host and a token.",
        )


def _check_site(scope: Scope, headers: Headers) -> None:
    """Refuse what a page of another origin asks for. A link that leads here is fine, so is a script."""
    origin = headers.get("origin")
    if origin is not None and origin.partition("://")[2] != headers.get("host"):
        raise Refusal(403, "OriginNotAllowed", f"Pages of {origin} may not ask this server for anything.")
    if headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
        is_link = scope["method"] in _SAFE_METHODS and headers.get("sec-fetch-mode") == "navigate"
        if not is_link or scope["path"].startswith(API):
            raise Refusal(
                403, "OriginNotAllowed", "Pages of other sites may not ask this server for anything."
            )
