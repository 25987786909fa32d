"""Retry policies: how often, after how long, and how the waiting grows."""

from __future__ import annotations

import enum
import random

import msgspec

from headwater.model.errors import CheckError, DagsterInvalidDefinitionError


class Backoff(enum.Enum):
    """How the delay grows from attempt to attempt: by addition or by doubling."""

    LINEAR = "LINEAR"
    EXPONENTIAL = "EXPONENTIAL"


class Jitter(enum.Enum):
    """How the delay is randomised: anywhere below it, or up to once around it."""

    FULL = "FULL"
    PLUS_MINUS = "PLUS_MINUS"


class RetryPolicy(msgspec.Struct, frozen=True):
    """Try a failed step again: ``max_retries`` times, ``delay`` seconds apart.

    >>> RetryPolicy(max_retries=3, delay=1, backoff=Backoff.EXPONENTIAL).calculate_delay(3)
    7
    """

    max_retries: int = 1
    delay: float | None = None
    backoff: Backoff | None = None
    jitter: Jitter | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.max_retries, int):
            raise CheckError(
                f"The max_retries of a RetryPolicy are a whole number, not {self.max_retries!r}."
            )
        if self.delay is None and self.backoff is not None:
            raise DagsterInvalidDefinitionError(
                "A RetryPolicy with a backoff needs a delay for it to grow from, e.g. RetryPolicy(delay=1, backoff=...)."
            )
        if self.delay is None and self.jitter is not None:
            raise DagsterInvalidDefinitionError(
                "A RetryPolicy with a jitter needs a delay for it to vary, e.g. RetryPolicy(delay=1, jitter=...)."
            )

    def calculate_delay(self, attempt: int) -> float:
        """Seconds to wait before retry number ``attempt`` (from 1)."""
        if self.delay is None:
            return 0.0
        delay = self.delay
        if self.backoff is Backoff.EXPONENTIAL:
            delay = (2**attempt - 1) * self.delay
        elif self.backoff is Backoff.LINEAR:
            delay = attempt * self.delay
        if self.jitter is Jitter.FULL:
            return random.random() * delay
        if self.jitter is Jitter.PLUS_MINUS:
            return max(0.0, delay + (2 * random.random() - 1) * self.delay)
        return delay
