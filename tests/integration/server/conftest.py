"""A river with a history, served."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import headwater as hw
from tests.integration.server.river import DEFS
from tests.integration.server.serving import Site, serving


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[hw.DagsterInstance]:
    """An instance on disk, as a project has it."""
    with hw.DagsterInstance.open(tmp_path / ".headwater") as opened:
        yield opened


@pytest.fixture(scope="module")
def quiet_site() -> Iterator[Site]:
    """The river's page, in which nothing ever happens: one for all tests that only ask."""
    with hw.DagsterInstance.ephemeral() as instance, serving(instance, DEFS.manifest) as served:
        yield served


@pytest.fixture
def site(instance: hw.DagsterInstance) -> Iterator[Site]:
    """The river's page; nothing has run yet."""
    with serving(instance, DEFS.manifest) as served:
        yield served
