"""Trying a call again until it works, as projects know it from ``dagster._utils.backoff``."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


def doubling_delays(first: float = 0.1) -> Iterator[float]:
    """Seconds to wait: each time twice as long as before."""
    while True:
        yield first
        first *= 2


def backoff(
    fn: Callable[..., T],
    retry_on: tuple[type[BaseException], ...],
    args: Sequence[object] | None = None,
    kwargs: Mapping[str, object] | None = None,
    max_retries: int = 4,
    delay_generator: Iterator[float] | None = None,
) -> T:
    """Call ``fn``; when it raises one of ``retry_on``, wait and call it again, at most ``max_retries`` times.

    Raises what the last call raised.
    """
    delays = delay_generator if delay_generator is not None else doubling_delays()
    for _ in range(max_retries):
        try:
            return fn(*(args or ()), **(kwargs or {}))
        except retry_on:
            time.sleep(next(delays))
    return fn(*(args or ()), **(kwargs or {}))
