"""A process in which ``dagster`` means Headwater, for the length of one test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from headwater.compat.alias import install, uninstall


@pytest.fixture
def alias() -> Iterator[None]:
    """``import dagster`` means Headwater."""
    install()
    yield
    uninstall()
