"""What holds for every test: no setting of the developer's machine reaches it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.postgres_server import fresh_schema, postgres_server

# A slow machine is no failure, so examples have no deadline; in CI the same commit gets the same examples.
settings.register_profile("headwater", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("headwater")

# A shell starts what runs in the background with Ctrl-C ignored, and children inherit that; the runs that tests cancel
# must hear it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _only_the_tests_own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Homes of a Headwater or Dagster in use are out of reach, and plots need no screen."""
    for name in ("HEADWATER_HOME", "HEADWATER_DATABASE_URL", "DAGSTER_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MPLBACKEND", "Agg")


@pytest.fixture(autouse=True)
def _history_of_the_tests(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """``HEADWATER_TEST_HISTORY=postgres pytest …`` tells the same stories with every history in Postgres."""
    if os.environ.get("HEADWATER_TEST_HISTORY") == "postgres":
        url = fresh_schema(request.getfixturevalue("postgres"))
        monkeypatch.setenv("HEADWATER_DATABASE_URL", url)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a Postgres server, started when the first test asks for it."""
    with postgres_server() as url:
        yield url
