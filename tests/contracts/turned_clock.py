"""A clock that only a test moves."""

from __future__ import annotations


class TurnedClock:
    """Stands at ``at`` (seconds since the epoch) until it is turned."""

    def __init__(self, at: float = 1_000.0) -> None:
        self.at = at

    def now(self) -> float:
        """Where the test has turned it."""
        return self.at

    def sleep(self, seconds: float) -> None:
        """Turn it."""
        self.at += seconds
