"""What is wrong with a config value: a finding for each mistake, with the trail that leads to its place."""

from __future__ import annotations

from typing import Literal

import msgspec

Reason = Literal[
    "wrong_type", "missing", "unknown", "choice", "env_missing", "env_unreadable", "env_misplaced"
]
Step = str | int


class ConfigFinding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One mistake in a config value.

    ``path`` leads to it, ``reason`` is its kind, ``expected`` and ``found`` say what should stand there and
    what does, ``suggestion`` is a near field name, ``variable`` an environment variable; ``message`` is all
    of it in words.
    """

    path: tuple[Step, ...]
    reason: Reason
    message: str
    expected: str = ""
    found: str = ""
    suggestion: str | None = None
    variable: str | None = None
