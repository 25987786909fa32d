"""The time now, as projects know it from ``dagster._time``."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def get_current_datetime() -> datetime:
    """Now, in UTC."""
    return datetime.now(tz=UTC)


def get_current_timestamp() -> float:
    """Now, in seconds since the epoch."""
    return time.time()
