"""A server that listens for other machines: they may use its name, and need the token."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import headwater as hw
from tests.integration.server.river import DEFS
from tests.integration.server.serving import Site, serving

TOKEN = "a token that nobody guesses"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with (
        hw.DagsterInstance.ephemeral() as instance,
        serving(instance, DEFS.manifest, token=TOKEN, own_hosts_only=False) as served,
    ):
        yield served


def test_the_api_asks_for_it(site: Site) -> None:
    answer = site.get("instance", Host="headwater.example")
    assert (answer.status, answer.error) == (401, "TokenRequired")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert site.get("instance", Authorization="Bearer wrong").status == 401
    assert site.get("instance", Authorization=f"Basic {TOKEN}").status == 401
    assert site.get("instance", Host="headwater.example", Authorization=f"Bearer {TOKEN}").status == 200


def test_the_page_shows_a_form_at_every_address(site: Site) -> None:
    for path in ("/", "/runs/abc", "/nowhere"):
        answer = site.get(path)
        assert answer.status == 401
        assert b'name="token"' in answer.body
    assert site.get("/static/icon.svg").status == 200


def test_the_form_trades_it_for_a_cookie_that_does_not_tell_it(site: Site) -> None:
    body = f"token={TOKEN.replace(' ', '+')}&next=/runs%3Fstatus%3DFAILURE"
    answer = site.request("POST", "/login", {"Origin": site.url}, body)
    assert (answer.status, answer.headers["location"]) == (303, "/runs?status=FAILURE")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "token" not in cookie
    assert site.get("instance", Cookie=cookie.partition(";")[0]).status == 200
    assert site.get("instance", Cookie="headwater_session=guessed").status == 401


def test_a_wrong_one_leads_back_to_the_form(site: Site) -> None:
    answer = site.request("POST", "/login", body="token=guess")
    assert (answer.status, answer.headers["location"]) == (303, "/login?wrong")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("place", ["//evil.example", "/%5Cevil.example", "https://evil.example", "%0d%0aX:y"])
def test_the_form_leads_to_no_other_site(site: Site, place: str) -> None:
    body = f"token={TOKEN.replace(' ', '+')}&next={place}"
    assert site.request("POST", "/login", body=body).headers["location"] == "/"


def test_the_form_of_another_site_is_refused(site: Site) -> None:
    answer = site.request("POST", "/login", {"Origin": "https://evil.example"}, "token=guess")
    assert answer.error == "OriginNotAllowed"


def test_a_form_without_end_is_refused(site: Site) -> None:
    answer = site.request("POST", "/login", body="token=" + "x" * 5000)
    assert (answer.status, answer.error) == (413, "FormTooLong")
