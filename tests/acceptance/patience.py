"""Wait for what another process has to do, and tells nobody."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE_SECONDS = 60


def wait_for(holds: Callable[[], bool], what: str) -> None:
    """Look again and again until ``holds``; fail when ``what`` does not come."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"{what} did not come"
        time.sleep(0.05)
