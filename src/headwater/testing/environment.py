"""Environment variables for the length of a test."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping


@contextlib.contextmanager
def environ(env: Mapping[str, str | None]) -> Iterator[None]:
    """Set environment variables (None: remove one), and put them back afterwards.

    >>> with environ({"STORY_API": "http://localhost:1"}):
    ...     materialize([stories])
    """
    before = {name: os.environ.get(name) for name in env}
    _apply(env)
    try:
        yield
    finally:
        _apply(before)


def _apply(env: Mapping[str, str | None]) -> None:
    for name, value in env.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
