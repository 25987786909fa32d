"""Who may ask: everybody on this machine, or who has the token. A browser trades the token for a cookie."""

from __future__ import annotations

import hashlib
import hmac
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from headwater.server.refusal import Refusal

COOKIE = "headwater_session"
_LONGEST_FORM_BYTES = 4096


class Access:
    """Checks a token; without one configured, everybody may ask.

    The cookie holds a digest: nobody reads the token from a browser, and no script of the page sees either.
    """

    def __init__(self, token: str | None) -> None:
        self._token = token
        self._session = hmac.new((token or "").encode(), b"headwater session", hashlib.sha256).hexdigest()

    @property
    def is_open(self) -> bool:
        """Whether no token is asked for."""
        return self._token is None

    def allows(self, headers: Headers) -> bool:
        """Whether a request carries the token (``Authorization: Bearer …``) or the cookie that stands for it.

        >>> Access(None).allows(Headers())
        True
        """
        if self._token is None:
            return True
        kind, _, given = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and _same(given.strip(), self._token):
            return True
        return _same(_read_cookie(headers), self._session)

    async def log_in(self, request: Request) -> Response:
        """Trade the token of a submitted form for the cookie, and go on to where the visitor was headed."""
        form = await _read_form(request)
        if self._token is None or not _same(form.get("token", ""), self._token):
            return RedirectResponse("/login?wrong", status_code=303)
        response = RedirectResponse(_local(form.get("next", "")), status_code=303)
        response.set_cookie(
            COOKIE, self._session, httponly=True, samesite="lax", secure=request.url.scheme == "https"
        )
        return response


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


def _read_cookie(headers: Headers) -> str:
    cookies: SimpleCookie = SimpleCookie()
    for line in headers.getlist("cookie"):
        try:
            cookies.load(line)
        except CookieError:  # somebody else's cookie on this host; ours is always well formed
            continue
    return cookies[COOKIE].value if COOKIE in cookies else ""


async def _read_form(request: Request) -> dict[str, str]:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_FORM_BYTES:
            raise Refusal(413, "FormTooLong", "A token is shorter than that.")
    return {name: values[-1] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


def _local(path: str) -> str:
    """``path`` if it leads to a page of this server, else the first page."""
    is_local = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_local else "/"
