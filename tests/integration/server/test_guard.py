"""Who is kept out: other sites that work through a visitor's browser, and who wants other files."""

from __future__ import annotations

import pytest

from tests.integration.server.serving import Site


@pytest.fixture(scope="module")
def site(quiet_site: Site) -> Site:
    """Nothing happens here: the page is only asked."""
    return quiet_site


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:3000", "127.0.0.1:8080", "[::1]", "[::1]:3000", "LOCALHOST"]
)
def test_the_names_of_this_machine_are_answered(site: Site, host: str) -> None:
    assert site.get("instance", Host=host).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:3000",
        "localhost.evil.example",
        "127.0.0.1.evil.example:3000",
        "localhost:3000@evil.example",
        "localhost:evil",
        "[::1].evil.example",
        "0.0.0.0:3000",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/", "/api/v1/instance", "/static/icon.svg"])
def test_a_name_that_was_bent_to_this_machine_is_refused(site: Site, host: str, path: str) -> None:
    answer = site.get(path, Host=host)
    assert (answer.status, answer.error) == (403, "HostNotAllowed")


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://localhost:9999", "null", "http://127.0.0.1"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_pages_of_other_origins_are_refused_and_get_no_permission(
    site: Site, origin: str, method: str
) -> None:
    answer = site.request(method, "instance", {"Origin": origin})
    assert (answer.status, answer.error) == (403, "OriginNotAllowed")
    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_the_page_itself_may_ask(site: Site) -> None:
    assert site.get("instance", Origin=site.url, Sec_Fetch_Site="same-origin").status == 200


def test_a_link_from_elsewhere_opens_the_page_but_nothing_else(site: Site) -> None:
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert site.request("GET", "/runs", link).status == 200
    assert site.request("GET", "/api/v1/runs", link).error == "OriginNotAllowed"
    image = {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"}
    assert site.request("GET", "/static/icon.svg", image).error == "OriginNotAllowed"


@pytest.mark.parametrize("path", ["/", "/static/icon.svg", "/api/v1/graph", "/api/v1/nothing", "/nowhere"])
def test_every_answer_forbids_what_a_browser_might_do_with_it(site: Site, path: str) -> None:
    headers = site.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "img-src 'self' data: blob:;" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    "path",
    [
        "/static/../serve.py",
        "/static/%2e%2e/serve.py",
        "/static/..%2fserve.py",
        "/static/..%5cserve.py",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/....//serve.py",
        "/static/icon.svg%00.html",
        "/static/",
        "/static/nothing.js",
        "/../../etc/passwd",
    ],
)
def test_only_the_files_of_the_page_are_served(site: Site, path: str) -> None:
    answer = site.get(path)
    assert answer.status == 404
    assert b"import" not in answer.body
    assert b"root:" not in answer.body


def test_the_files_of_the_page_are_asked_about_again_and_not_sent_again(site: Site) -> None:
    first = site.get("/static/icon.svg")
    assert (first.status, first.headers["cache-control"]) == (200, "no-cache")
    assert first.headers["content-type"] == "image/svg+xml"
    assert site.get("/static/icon.svg", If_None_Match=first.headers["etag"]).status == 304


def test_an_address_that_the_page_does_not_have_is_not_found(site: Site) -> None:
    assert site.get("/nowhere").status == 404
    assert site.get("/assets/river/levels").status == 200
